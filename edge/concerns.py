"""Whom a review or a complaint is about: he sees nothing of it, anywhere at the desk.

Who looks is told once per request (`looking`); every list, count and page of applications asks here. Nobody is told
that something is hidden: it is as if it were not there.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from edge import log
from edge.database import Connection
from edge.errors import problem
from forms import pointer
from forms.definition import Definition
from forms.events import Event
from forms.state import State

OFFICER = "officer:"
_NUMBER = re.compile(r"[0-9]{17,22}")
# "" is the program itself: the carrying, a command, a citizen's own page
_viewer: ContextVar[str] = ContextVar("viewer", default="")


def look_as(account: str) -> None:
    """From now on, in this request, this officer looks; "" is nobody."""
    _viewer.set(account)


@contextmanager
def looking(account: str) -> Iterator[None]:
    """As `look_as`, for a block."""
    token = _viewer.set(account)
    try:
        yield
    finally:
        _viewer.reset(token)


def shown() -> tuple[str, list[Any]]:
    """(condition on `head.id`, its values) that leaves out what the one who looks may not see; ("", []) for nobody."""
    account = _viewer.get()
    if not account:
        return "", []
    return "head.id NOT IN (SELECT head FROM head_concern WHERE account = ?)", [account]


def hidden(tx: Connection) -> list[Any]:
    """The head rows that the one who looks may not see; few, or none."""
    account = _viewer.get()
    if not account:
        return []
    query = "SELECT head.* FROM head_concern CROSS JOIN head ON head.id = head_concern.head WHERE account = ?"
    return tx.execute(query, (account,)).fetchall()


def hidden_numbers(tx: Connection) -> frozenset[str]:
    """The numbers of the applications that the one who looks may not see."""
    return frozenset(str(row["number"]) for row in hidden(tx))


def unsent_events(tx: Connection) -> int:
    """How many records that were not sent yet are about what the one who looks may not see."""
    held = log.acked(tx).position
    told = (one for number in hidden_numbers(tx) for one in log.of_application(tx, number))
    return sum(1 for side, event in told if side == "node" and event.position > held)


def is_filed(tx: Connection, number: str) -> bool:
    """Whether there is an application of this number, for everybody alike."""
    return tx.execute("SELECT 1 FROM head WHERE number = ?", (number,)).fetchone() is not None


def mark(tx: Connection, definition: Definition, answers: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """The field of a filing that names whom it is about; {} where it is about nobody of this room.

    x-service.concerns names the answers: the name of somebody of the room, or the number of an application, which
    stands for all who handled it. Raises concerned_receives where the one who files it is one of them: they stand back
    from a review (回避).
    """
    found = about(tx, definition, answers)
    if actor.removeprefix(OFFICER) in found:
        raise problem("concerned_receives")
    return {"concerns": found} if found else {}


def about(tx: Connection, definition: Definition, answers: Mapping[str, Any]) -> list[str]:
    """The accounts of the room that these answers are about, checked or as they are typed."""
    named = (pointer.get(answers, place, "") for place in definition.service.get("concerns", ()))
    return sorted({account for said in named if isinstance(said, str) for account in _accounts(tx, said)})


def _accounts(tx: Connection, said: str) -> list[str]:
    if _NUMBER.fullmatch(said.replace(" ", "")):
        return handlers(log.of_application(tx, said.replace(" ", "")))
    return [row["account"] for row in tx.execute("SELECT account FROM officer WHERE name = ?", (said.strip(),))]


def handlers(events: list[tuple[Any, Event]]) -> list[str]:
    """The accounts of the room that had a hand in an application."""
    actors = {event.actor for side, event in events if side == "node" and event.actor.startswith(OFFICER)}
    return sorted(actor.removeprefix(OFFICER) for actor in actors)


def project(tx: Connection, head: int, state: State) -> None:
    """The rows that follow from one application's state."""
    tx.execute("DELETE FROM head_concern WHERE head = ?", (head,))
    tx.executemany("INSERT INTO head_concern VALUES (?, ?)", [(account, head) for account in state.concerns])
