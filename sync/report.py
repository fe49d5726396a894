"""What rounds of carrying came to."""

from dataclasses import dataclass, replace

from edge.errors import YizhanError
from forms.events import Head


@dataclass(frozen=True, slots=True)
class Report:
    """What one round, or several, came to. `sent` and `received` count events, `sent_bytes` the sealed bytes.

    `acked` is the head of our log that the centre holds now, by its signature; None if nothing was proven.
    `more`: another round would carry something. `problem` is stored for the console as well.
    """

    sent: int = 0
    received: int = 0
    sent_bytes: int = 0
    rounds: int = 0
    acked: Head | None = None
    note: str = ""
    problem: YizhanError | None = None
    more: bool = False

    @property
    def went_well(self) -> bool:
        return self.problem is None


def total_of(total: Report, one: Report) -> Report:
    """Both together; what can only be said once is said by the later one."""
    return replace(
        one,
        sent=total.sent + one.sent,
        received=total.received + one.received,
        sent_bytes=total.sent_bytes + one.sent_bytes,
        rounds=total.rounds + one.rounds,
        acked=_further(total.acked, one.acked),
        note=one.note or total.note,
        problem=one.problem or total.problem,
    )


def _further(one: Head | None, other: Head | None) -> Head | None:
    """Answers over several connections come in any order."""
    if one is None or other is None:
        return one or other
    return one if one.position > other.position else other
