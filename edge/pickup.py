"""取件码: the 查询码 of the receipt (a part's or its whole's) or a document's own. Five wrong ones lock for a time."""

import hmac
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from edge import accounts, wholes
from edge.accounts import Guard, Limits
from edge.applications import Application
from edge.database import Connection
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.node import Node

TRIES_MAX: Final = 5
LOCK_MS: Final = 15 * 60 * 1000
_LIMITS = Limits(idle_ms=0, absolute_ms=0, tries_max=TRIES_MAX, lockout_ms=LOCK_MS)


def new_code() -> str:
    """Six digits for one document."""
    return f"{secrets.randbelow(1_000_000):06d}"


def check(node: "Node", application: Application, code: str) -> None:
    """Raises pickup_wrong, pickup_locked. The try counts before it is looked at, whatever happens then."""
    number, now = application.number, node.clock.ticks()
    with node.database.write() as tx:
        try:
            after = accounts.attempt(_guard(tx, number), now, _LIMITS)
        except YizhanError as error:
            raise problem("pickup_locked", minutes=_minutes(tx, number, now)) from error
        _put(tx, number, after, now)
        known = wholes.codes(tx, application.state)
    of_documents = [one.code for one in application.state.delivery.arrived if one.code]
    if not is_one_of("".join(code.split()), [*known, *of_documents]):
        raise problem("pickup_wrong")
    with node.database.write() as tx:
        tx.execute("DELETE FROM pickup WHERE application = ?", (number,))


def locked_minutes(node: "Node", number: str) -> int:
    """How long no code is looked at; 0: one may be tried."""
    with node.database.read() as tx:
        return max(0, _minutes(tx, number, node.clock.ticks()))


def is_one_of(code: str, known: Iterable[str]) -> bool:
    """Whether a code that somebody gives is one of these."""
    found = [hmac.compare_digest(code.encode(), one.encode()) for one in known]  # all of them, in the same time
    return any(found)


def _guard(tx: Connection, number: str) -> Guard:
    row = tx.execute("SELECT wrong, locked_until FROM pickup WHERE application = ?", (number,)).fetchone()
    return Guard(row["wrong"], row["locked_until"]) if row else Guard(0, 0)


def _minutes(tx: Connection, number: str, now: int) -> int:
    return -(-(_guard(tx, number).locked_until - now) // 60_000)


def _put(tx: Connection, number: str, guard: Guard, now: int) -> None:
    values = (number, guard.wrong, guard.locked_until, now)
    tx.execute("INSERT OR REPLACE INTO pickup VALUES (?, ?, ?, ?)", values)
