"""What the desk does in the same sitting as it takes an application in: one transaction with the filing.

Paper that is entered later brings its slip and day; originals that were seen and the person who stands there for the
applicant become events of their own, right behind the filing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import log, paper_slips
from edge.database import Connection
from edge.draft_notes import Note

if TYPE_CHECKING:
    from edge.node import Node

# what is said of the whole of a composed service holds for each of its parts
_OF_EACH_PART = frozenset({"proxy.recorded"})


@dataclass(frozen=True, slots=True)
class Desk:
    """`slip`, `day`: of paper; `identity_by`: who verified the person, where it was not who files; `acts`: (kind, body)
    of what follows the filing; `until`: the end of validity of a card that was read.
    """

    slip: str = ""
    day: str = ""
    identity_by: str = ""
    until: str = ""
    acts: tuple[tuple[str, dict[str, Any]], ...] = ()


NOTHING = Desk()


def of_draft(note: Note, identity_by: str, acts: tuple[tuple[str, dict[str, Any]], ...], until: str = "") -> Desk:
    """What goes along with a filing: the paper of its note, who verified the person, the acts that follow it, and until
    when the card that was read is valid.
    """
    return Desk(note.slip, note.day, identity_by, until, acts)


def marks(node: "Node", tx: Connection, desk: Desk, actor: str) -> dict[str, Any]:
    """The fields of `application.filed` that come of it. Raises slip_used, slip_voided: a slip is used once."""
    found: dict[str, Any] = {}
    if desk.slip:
        found["paper"] = {"slip": paper_slips.free(node, tx, desk.slip), "day": desk.day}
    if desk.identity_by and desk.identity_by != actor:
        found["identity_by"] = desk.identity_by
    if desk.until:
        found["until"] = desk.until
    return found


def follow(tx: Connection, desk: Desk, number: str, parts: list[str], actor: str) -> None:
    """Write what follows the filing."""
    for kind, body in desk.acts:
        for one in (*(parts if kind in _OF_EACH_PART else ()), number):
            log.append(tx, kind, one, body, actor)
