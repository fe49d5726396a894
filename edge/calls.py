"""Calls for help from the kiosk: the desk sees who waits, and finds the draft by a short code."""

import secrets
from typing import NamedTuple

from edge.database import Connection, Database
from edge.errors import problem

CODES = 10_000
_COLUMNS = "SELECT id, owner, COALESCE(draft, '') AS draft, code, at, kiosk FROM call WHERE answered_at = ''"


class Call(NamedTuple):
    """Somebody waits. `draft` is the id of what they were filling, or ""; `code` has four digits.

    `kiosk` is the name of a kiosk on a machine of its own, "" for the one of this machine.
    """

    id: int
    owner: str
    draft: str
    code: str
    at: str
    kiosk: str


def call(database: Database, owner: str, draft: str = "", kiosk: str = "") -> Call:
    """Ask for help. A second touch is the same call with the same code; it takes over a newer draft."""
    with database.write() as tx:
        known = of_owner(tx, owner)
        if known is None:
            tx.execute(
                "INSERT INTO call (owner, draft, code, at, kiosk) VALUES (?, ?, ?, ?, ?)",
                (owner, draft or None, _free_code(tx), tx.clock.now(), kiosk),
            )
        elif draft:
            tx.execute("UPDATE call SET draft = ? WHERE id = ?", (draft, known.id))
        made = of_owner(tx, owner)
    assert made is not None
    return made


def of_owner(tx: Connection, owner: str) -> Call | None:
    """The call with which this visit waits, or None."""
    row = tx.execute(f"{_COLUMNS} AND owner = ?", (owner,)).fetchone()
    return None if row is None else Call(**dict(row))


def waiting(tx: Connection) -> list[Call]:
    """Who waits, the longest first."""
    return [Call(**dict(row)) for row in tx.execute(f"{_COLUMNS} ORDER BY id")]


def by_code(tx: Connection, code: str) -> Call:
    """The waiting call with this code. Raises not_found."""
    row = tx.execute(f"{_COLUMNS} AND code = ?", (code,)).fetchone()
    if row is None:
        raise problem("not_found")
    return Call(**dict(row))


def by_id(tx: Connection, identity: int) -> Call:
    """A waiting call. Raises not_found."""
    row = tx.execute(f"{_COLUMNS} AND id = ?", (identity,)).fetchone()
    if row is None:
        raise problem("not_found")
    return Call(**dict(row))


def answer(database: Database, identity: int) -> None:
    """Somebody from the desk has gone there; a second time does nothing."""
    with database.write() as tx:
        tx.execute("UPDATE call SET answered_at = ? WHERE id = ? AND answered_at = ''", (tx.clock.now(), identity))


def forget(tx: Connection, owner: str) -> None:
    """Drop the calls of a visit that ended."""
    tx.execute("DELETE FROM call WHERE owner = ?", (owner,))


def _free_code(tx: Connection) -> str:
    taken = {row["code"] for row in tx.execute("SELECT code FROM call WHERE answered_at = ''")}
    free = [code for number in range(CODES) if (code := f"{number:04d}") not in taken]
    return secrets.choice(free)
