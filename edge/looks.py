"""The history of one person, and receipts printed again: each look is an event, with its reason, before it is answered.

Who is there himself shows his document; of whom is not there, nothing is shown before somebody wrote why (M69, 个人信息
保护法 6). The look holds for a quarter of an hour, for whoever took it, and for this person alone.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge import applications, concerns, heads, index, log, room_events
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms import persons
from forms.events import Event
from forms.kinds_looking import REASON_MAX
from forms.kinds_receiving import DOCUMENTS

if TYPE_CHECKING:
    from edge.node import Node

LOOKED_UP, REPRINTED = "person.looked_up", "receipt.reprinted"
HOLDS_MS: Final = 15 * 60 * 1000
APPLICATIONS_MAX: Final = 50
LOOKS_MAX: Final = 20
REASON_MIN: Final = 4


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked, when, and why; `reason` is "" where the person was there."""

    actor: str
    at: str
    present: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A receipt that was printed again, after this document was compared."""

    actor: str
    at: str
    document: str


def person_of(tx: Connection, application: Application) -> bytes:
    """The keyed hash of the applicant's identity number; b"" where lists may name nobody, or none was given."""
    definition, answers = application.definition, application.state.answers
    numbers = [value for kind, value in index.listed(definition, answers).numbers if kind == "person"]
    said = persons.subject(definition, answers)
    number = said if said in numbers else next(iter(numbers), "")
    key = bytes(tx.execute("SELECT search_key FROM node").fetchone()[0])
    return index.hashed(key, "person", number) if number else b""


def look(node: "Node", number: str, *, present: bool, reason: str, actor: str, token: str) -> None:
    """Record that somebody looks, once. Raises not_found, person_unnamed, look_reason."""
    said = " ".join(reason.split())
    if not present and not REASON_MIN <= len(said) <= REASON_MAX:
        raise problem("look_reason")

    def act(tx: Connection) -> dict[str, Any]:
        person = person_of(tx, applications.get(tx, number))
        if not person:
            raise problem("person_unnamed")
        why = {} if present else {"reason": said}
        return {"person": person.hex(), "application": number, "present": present, **why}

    room_events.write(node, LOOKED_UP, act, actor=actor, token=token, project=project)


def may_see(tx: Connection, person: bytes, actor: str) -> bool:
    """Whether this officer's look at this person still holds."""
    row = tx.execute(
        "SELECT 1 FROM person_look WHERE person = ? AND actor = ? AND ticks > ?",
        (person, actor, tx.clock.ticks() - HOLDS_MS),
    ).fetchone()
    return row is not None


def looks_at(tx: Connection, person: bytes) -> list[Look]:
    """Who has looked at this person, the last one first."""
    rows = tx.execute(
        "SELECT actor, at, present, reason FROM person_look WHERE person = ? ORDER BY ticks DESC LIMIT ?",
        (person, LOOKS_MAX),
    )
    return [Look(row["actor"], row["at"], bool(row["present"]), row["reason"]) for row in rows]


def history(tx: Connection, person: bytes) -> list[Application]:
    """The applications that name this person, the newest first; never one about the officer who looks."""
    unseen, account = concerns.shown()
    rows = tx.execute(
        "SELECT number FROM head JOIN head_person ON head_person.head = head.id"  # noqa: S608  own text
        f" WHERE person = ?{unseen and f' AND {unseen}'} ORDER BY head.id DESC LIMIT ?",
        (person, *account, APPLICATIONS_MAX),
    ).fetchall()
    return [applications.get(tx, row["number"]) for row in rows]


def reprint(node: "Node", number: str, document: str, *, actor: str, token: str) -> None:
    """Record that a receipt is printed again for somebody whose document was compared, once.

    Raises not_found, reprint_unchecked.
    """
    if document not in DOCUMENTS:
        raise problem("reprint_unchecked")

    def act(tx: Connection) -> dict[str, Any]:
        if heads.find(tx, number) is None:
            raise problem("not_found")
        return {"application": number, "looked_at": document}

    room_events.write(node, REPRINTED, act, actor=actor, token=token, project=project)


def copies(tx: Connection, number: str) -> list[Copy]:
    """How often a receipt was printed again, the last time first."""
    rows = tx.execute(
        "SELECT actor, at, looked_at FROM receipt_copy WHERE application = ? ORDER BY ticks DESC LIMIT ?",
        (number, LOOKS_MAX),
    )
    return [Copy(row["actor"], row["at"], DOCUMENTS[row["looked_at"]]) for row in rows]


def project(tx: Connection, event: Event) -> None:
    """The row that follows from one look or one copy."""
    said = event.data
    if event.kind == LOOKED_UP:
        tx.execute(
            "INSERT OR IGNORE INTO person_look VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.id,
                bytes.fromhex(said["person"]),
                said["application"],
                event.actor,
                event.at,
                event.ticks,
                int(said["present"]),
                said.get("reason", ""),
            ),
        )
    else:
        tx.execute(
            "INSERT OR IGNORE INTO receipt_copy VALUES (?, ?, ?, ?, ?, ?)",
            (event.id, said["application"], event.actor, event.at, event.ticks, said["looked_at"]),
        )


def refill(tx: Connection) -> None:
    """Fill the emptied tables again from the log."""
    for event in log.of_room(tx, "node", json.dumps([LOOKED_UP, REPRINTED])):
        project(tx, event)
