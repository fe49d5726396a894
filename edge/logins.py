"""One's own logins: where an account is logged in now, and how to end the others (OWASP ASVS 5.0, 7.5.2)."""

from typing import TYPE_CHECKING

from edge import account_book, accounts, login_tries
from edge.accounts import Login, Session
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node
    from edge.officers import Officer


def of(node: "Node", account: str, token: str) -> list[Login]:
    """Where somebody is logged in now, the newest first. `token`: of the session that asks."""
    with node.database.read() as tx:
        rows = tx.execute("SELECT * FROM session WHERE account = ? ORDER BY started DESC", (account,)).fetchall()
        now = tx.clock.ticks()
    limits = node.settings.login_limits
    there = [Session(row["token_hash"], row["account"], row["started"], row["seen"]) for row in rows]
    return [
        accounts.login_of(one.token_hash, one.started, one.seen, now, token)
        for one in there
        if accounts.is_alive(one, now, limits)
    ]


def end_others(node: "Node", known: "Officer", password: str, token: str, which: str = "") -> None:
    """End one's other sessions, or the one that is called `which`; the password proves who asks.

    Raises wrong_password, account_locked.
    """
    stored, _ = login_tries.count(node, known.account, "")
    if not accounts.verify_password(stored, password, node.settings.password_cost):
        login_tries.refused(node, known.account, "")
        raise problem("wrong_password")
    with node.database.write() as tx:
        tx.execute("UPDATE officer SET wrong = 0, locked_until = 0 WHERE account = ?", (known.account,))
        tx.execute(
            "DELETE FROM session WHERE account = ? AND token_hash <> ? AND substr(token_hash, 1, length(?)) = ?",
            (known.account, accounts.token_hash(token), which, which),
        )
        account_book.add(tx, "ended", known.account, known.actor)
