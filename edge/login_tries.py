"""Tries at the login: counted on disk before the password is looked at, for the account, for a name that nobody has,
and for the terminal. Ticks alone count, so that neither a restart nor a changed clock gives another try.
"""

from typing import TYPE_CHECKING

from edge import account_book, accounts
from edge.accounts import FORGOTTEN_MS, TERMINAL_LIMITS, Guard, Limits
from edge.database import Connection
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node


def count(node: "Node", account: str, terminal: str) -> tuple[str, bool]:
    """(hash of the password, whether the account is open); ("", False) for nobody of that name.

    Raises account_locked, terminal_locked while no more tries are looked at.
    """
    limits = node.settings.login_limits
    with node.database.write() as tx:
        now = tx.clock.ticks()
        if terminal:
            _count_at(tx, accounts.of_terminal(terminal), now, TERMINAL_LIMITS, "terminal_locked")
        row = tx.execute("SELECT * FROM officer WHERE account = ?", (account,)).fetchone()
        if row is None:  # locked like one that is there, so that nobody learns which names are
            _count_at(tx, accounts.of_nobody(account), now, limits, "account_locked")
            return "", False
        guard = accounts.attempt(Guard(row["wrong"], row["locked_until"]), now, limits)
        tx.execute(
            "UPDATE officer SET wrong = ?, locked_until = ?, tried = ? WHERE account = ?",
            (guard.wrong, guard.locked_until, now, account),
        )
        return row["password"], bool(row["active"])


def _count_at(tx: Connection, who: str, now: int, limits: Limits, code: str) -> None:
    row = tx.execute("SELECT * FROM login_guard WHERE who = ?", (who,)).fetchone()
    guard = Guard(row["wrong"], row["locked_until"]) if row else Guard()
    if now < guard.locked_until:
        raise problem(code, minutes=accounts.minutes_left(guard, now))
    guard = accounts.attempt(guard, now, limits)
    tx.execute("DELETE FROM login_guard WHERE tried < ? AND locked_until < ?", (now - FORGOTTEN_MS, now))
    values = (who, guard.wrong, guard.locked_until, now)
    tx.execute("INSERT OR REPLACE INTO login_guard VALUES (?, ?, ?, ?)", values)


def refused(node: "Node", account: str, terminal: str) -> None:
    """Write down a wrong try; a name that nobody has isn't kept, because people type their password there."""
    with node.database.write() as tx:
        account_book.add(tx, "refused", account, "", terminal)
        locked = "SELECT 1 FROM officer WHERE account = ? AND locked_until > ?"
        if tx.execute(locked, (account, tx.clock.ticks())).fetchone():
            account_book.add(tx, "locked", account, "", terminal)


def forget(tx: Connection, terminal: str = "") -> None:
    """Somebody got in at this terminal; "" for all of them, and for names that nobody has."""
    if terminal:
        tx.execute("DELETE FROM login_guard WHERE who = ?", (accounts.of_terminal(terminal),))
    else:
        tx.execute("DELETE FROM login_guard")
