"""Tries at the login of the centre, counted in the store before the password is looked at: for the account, for a name
that nobody has, and for the terminal. The same rules as at a room (edge.accounts); ticks alone count.
"""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from edge import accounts
from edge.accounts import FORGOTTEN_MS, TERMINAL_LIMITS, Guard, Limits
from edge.errors import problem
from sync.centre import account_book, ticking
from sync.centre.centre import Centre
from sync.centre.store import upsert
from sync.centre.tables_accounts import login_guard as _guard
from sync.centre.tables_people import account as _account


def count(centre: Centre, name: str, terminal: str) -> Row[Any] | None:
    """The row of the account; None for nobody of that name. Raises account_locked, terminal_locked."""
    with centre.store.write() as tx:
        now = ticking.begin(tx, centre.clock)
        if terminal:
            _count_at(tx, accounts.of_terminal(terminal), now, TERMINAL_LIMITS, "terminal_locked")
        row = tx.execute(select(_account).filter_by(name=name).with_for_update()).one_or_none()
        if row is None:  # locked like one that is there, so that nobody learns which names are
            _count_at(tx, accounts.of_nobody(name), now, Limits(), "account_locked")
            return None
        guard = accounts.attempt(Guard(row.wrong, row.locked_until), now, Limits())
        values = {"wrong": guard.wrong, "locked_until": guard.locked_until}
        tx.execute(update(_account).filter_by(name=name).values(values))
        return row


def _count_at(tx: Connection, who: str, now: int, limits: Limits, code: str) -> None:
    row = tx.execute(select(_guard).filter_by(who=who)).one_or_none()
    guard = Guard(row.wrong, row.locked_until) if row is not None else Guard()
    if now < guard.locked_until:
        raise problem(code, minutes=accounts.minutes_left(guard, now))
    guard = accounts.attempt(guard, now, limits)
    tx.execute(delete(_guard).where(_guard.c.tried < now - FORGOTTEN_MS, _guard.c.locked_until < now))
    row_now = {"who": who, "wrong": guard.wrong, "locked_until": guard.locked_until, "tried": now}
    upsert(tx, _guard, [row_now])


def refused(centre: Centre, name: str, terminal: str) -> None:
    """Write down a wrong try. `name`: "" for one that nobody has; it isn't kept."""
    with centre.store.write() as tx:
        account_book.add(tx, centre.clock, "refused", name, "", detail=terminal)
        until = tx.execute(select(_account.c.locked_until).filter_by(name=name)).scalar()
        if until is not None and until > centre.clock.ticks():
            account_book.add(tx, centre.clock, "locked", name, "", detail=terminal)


def forget(tx: Connection, terminal: str = "") -> None:
    """Somebody got in at this terminal; "" for all of them, and for names that nobody has."""
    gone = delete(_guard)
    tx.execute(gone.filter_by(who=accounts.of_terminal(terminal)) if terminal else gone)
