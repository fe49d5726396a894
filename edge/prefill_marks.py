"""The tables behind prefill: who was confirmed for a draft, and which of its answers came from elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge import index
from edge.database import Connection
from forms import persons, pointer
from forms.definition import Definition
from forms.kinds_receiving import LONG
from forms.pointer import MISSING

KIOSK = "kiosk"


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A value, and the application that it comes from: digest of its definition and day (YYYY-MM-DD) of filing.

    Both are "" for what the shown document itself says.
    """

    value: Any
    definition: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`person`: the keyed hash of the identity number; `method`: officer or card; `actor`, `at`: who and when.

    `until`: the end of validity of a card that was read, a day or "long".
    """

    person: bytes
    method: str
    actor: str
    at: str
    until: str = ""

    @property
    def compared(self) -> bool:
        """Whether an officer compared the person with the document: a machine alone knows whose card it is, not who
        holds it.
        """
        return self.actor != KIOSK

    def over(self, day: str) -> bool:
        """Whether the card that was read had expired on a day."""
        return self.until not in ("", LONG) and self.until < day


def person_key(tx: Connection, number: str) -> bytes:
    """The keyed hash under which this node knows a person."""
    return index.hashed(bytes(tx.execute("SELECT search_key FROM node").fetchone()[0]), "person", number)


def confirm(tx: Connection, draft: str, person: bytes, method: str, actor: str, *, until: str = "") -> None:
    """Record that somebody's identity was confirmed for a draft; what was confirmed for it before has ended."""
    end(tx, draft)
    tx.execute(
        "INSERT INTO confirmed (draft, person, method, actor, at, until) VALUES (?, ?, ?, ?, ?, ?)",
        (draft, person, method, actor, tx.clock.now(), until),
    )


def end(tx: Connection, draft: str) -> None:
    """Nobody is confirmed for this draft any more; the row stays, since it says who opened somebody's data."""
    tx.execute("UPDATE confirmed SET ended_at = ? WHERE draft = ? AND ended_at = ''", (tx.clock.now(), draft))


def confirmed(tx: Connection, draft: str) -> Confirmed | None:
    """Who is confirmed for a draft now."""
    row = tx.execute(
        "SELECT person, method, actor, at, until FROM confirmed WHERE draft = ? AND ended_at = ''", (draft,)
    ).fetchone()
    return None if row is None else Confirmed(bytes(row["person"]), *tuple(row)[1:])


def mark(tx: Connection, draft: str, found: Mapping[str, Prefilled]) -> None:
    """Remember where values of a draft came from."""
    tx.executemany(
        "INSERT INTO draft_prefilled VALUES (?, ?, ?, ?, ?) ON CONFLICT (draft, pointer) DO UPDATE SET"
        " value = excluded.value, definition = excluded.definition, day = excluded.day",
        [(draft, place, json.dumps(one.value), one.definition, one.day) for place, one in found.items()],
    )


def marks(tx: Connection, draft: str, data: Mapping[str, Any]) -> dict[str, Prefilled]:
    """Pointer -> where the answer came from, for answers that nobody has edited since."""
    rows = tx.execute("SELECT pointer, value, definition, day FROM draft_prefilled WHERE draft = ?", (draft,))
    found = {row["pointer"]: Prefilled(json.loads(row["value"]), row["definition"], row["day"]) for row in rows}
    return {place: one for place, one in found.items() if pointer.get(data, place, MISSING) == one.value}


def settle(tx: Connection, draft: str, definition: Definition, data: dict[str, Any]) -> dict[str, Any]:
    """The data without what belongs to the confirmed person, once the draft is about somebody else; then nobody is
    confirmed for it any more.
    """
    known = confirmed(tx, draft)
    if known is None or about(tx, known, definition, data):
        return data
    found = pointer.clone(data)
    for place in marks(tx, draft, data):
        pointer.remove(found, place)
    tx.execute("DELETE FROM draft_prefilled WHERE draft = ?", (draft,))
    end(tx, draft)
    kept: dict[str, Any] = found
    return kept


def about(tx: Connection, known: Confirmed, definition: Definition, data: Mapping[str, Any]) -> bool:
    """Whether the answers are the confirmed person's own."""
    own = (persons.role(definition, data) or persons.SELF) in persons.roles(definition)
    return own and person_key(tx, persons.subject(definition, data)) == known.person


def method(tx: Connection, draft: str, definition: Definition, data: Mapping[str, Any]) -> str:
    """How the applicant's identity is known: officer, card, or unverified."""
    known = own(tx, draft, definition, data)
    return known.method if known is not None and known.compared else "unverified"


def own(tx: Connection, draft: str, definition: Definition, data: Mapping[str, Any]) -> Confirmed | None:
    """Who is confirmed for a draft, while its answers are his own."""
    known = confirmed(tx, draft)
    return known if known is not None and about(tx, known, definition, data) else None
