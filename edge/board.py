"""曝光纠错: the problems that the supervisor made public and what became of them, as they came down from the centre.

A problem is shown until the supervisor takes it down. Without an answer two working days after the citizen raised it,
it is marked as late on the screen and on paper, whoever may not like that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from edge import log
from edge.database import Connection
from forms.calendar import Calendar
from forms.events import Event
from forms.kinds import check_body
from forms.kinds_board import ANSWER_WORKDAYS, ANSWERED, PUBLISHED, ROOM_KINDS, WITHDRAWN

Level = Literal["answered", "waiting", "late"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One public problem. `raised` is a day; `state`, `answer` and `answered_at` are "" until it is answered."""

    id: str
    problem: str
    raised: str
    at: str
    state: str
    answer: str
    answered_at: str

    def level(self, calendar: Calendar, today: str) -> Level:
        """Whether it is answered, and else whether the two working days are over."""
        if self.answer:
            return "answered"
        return "late" if today > due(self.raised, calendar) else "waiting"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many problems are public; of those, how many are answered, and how many wait longer than they may."""

    shown: int
    answered: int
    late: int


def due(raised: str, calendar: Calendar) -> str:
    """The last day for an answer."""
    return calendar.add(date.fromisoformat(raised), ANSWER_WORKDAYS).isoformat()


def take(tx: Connection, events: Iterable[Event]) -> None:
    """Bring the table up to date with what came down; what is none of the board's changes nothing."""
    for event in events:
        if event.kind in ROOM_KINDS:
            _put(tx, event)


def _put(tx: Connection, event: Event) -> None:
    try:
        said = event.data
        check_body(event.kind, said)
    except ValueError:
        return  # the carrying has put it aside and says so
    if event.kind == PUBLISHED:
        row = (event.id, said["problem"], said["raised"], event.at)
        tx.execute("INSERT OR IGNORE INTO board (id, problem, raised, at) VALUES (?, ?, ?, ?)", row)
    elif event.kind == ANSWERED:
        row = (said["state"], said["text"], event.at, said["entry"])
        tx.execute("UPDATE board SET state = ?, answer = ?, answered_at = ? WHERE id = ?", row)
    elif event.kind == WITHDRAWN:
        tx.execute("DELETE FROM board WHERE id = ?", (said["entry"],))


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log."""
    take(tx, log.of_room(tx, "centre", f'["{PUBLISHED}", "{ANSWERED}", "{WITHDRAWN}"]'))


def shown(tx: Connection) -> list[Entry]:
    """All that is public, the newest first."""
    rows = tx.execute("SELECT * FROM board ORDER BY raised DESC, at DESC, id")
    return [Entry(**dict(row)) for row in rows]


def counts(found: Sequence[Entry], calendar: Calendar, today: str) -> Counts:
    """The sums that stand above the list."""
    levels = [one.level(calendar, today) for one in found]
    return Counts(len(found), levels.count("answered"), levels.count("late"))
