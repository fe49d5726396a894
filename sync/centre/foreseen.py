"""What a transaction that takes batches of several rooms together has read for all of them at once.

While it stands, what is asked about one room is answered from here, and what is written is gathered
(sync.centre.writing): so ten small batches cost as many statements as one. Whatever can't be answered so raises Apart;
then nothing of that transaction stays, and each batch is taken by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from forms.events import Event, Side

KEY: Final = "yizhan.foreseen"
Place = tuple[str, str]  # node id, number of an application
Heard = tuple[Side, Event, str]


class Apart(Exception):  # noqa: N818 - it is no fault
    """A batch that has to be taken by itself."""


@dataclass(slots=True)
class Foreseen:
    """`filed`: the applications, of those that the batches name, that were there before, and how each was counted. What
    was `heard` of all that are named, filed or not. `hooks`: the rows of those who are told.
    """

    filed: set[Place] = field(default_factory=set)
    heard: dict[Place, list[Heard]] = field(default_factory=dict)
    counted: dict[Place, str] = field(default_factory=dict)
    hooks: Sequence[Any] = ()

    def existing(self, node_id: str, numbers: Iterable[str]) -> set[str]:
        return {number for number in numbers if (node_id, number) in self.filed}

    def store(self, node_id: str, events: Iterable[Event], now: str) -> None:
        """These of the room's own log join what was heard, behind those of that log."""
        for event in events:
            heard = self.heard.setdefault((node_id, event.application), [])
            place = next((at for at, (side, _, _) in enumerate(heard) if side != "node"), len(heard))
            heard.insert(place, ("node", event, now))

    def of(self, node_id: str, numbers: Iterable[str]) -> dict[str, list[Heard]]:
        found = ((number, self.heard.get((node_id, number))) for number in sorted(numbers))
        return {number: heard for number, heard in found if heard}


def of(tx: Connection) -> Foreseen | None:
    """What was read beforehand, if anything was."""
    found: Foreseen | None = tx.info.get(KEY)
    return found


@contextmanager
def seeing(tx: Connection, found: Foreseen) -> Iterator[None]:
    """Within the block `of` gives this."""
    tx.info[KEY] = found
    try:
        yield
    finally:
        del tx.info[KEY]
