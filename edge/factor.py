"""A second proof at the login that needs neither a network nor a right clock: a counter, or codes on paper
(edge.one_time).
"""

from typing import TYPE_CHECKING, Final

from edge import account_book, accounts, one_time
from edge.database import Connection
from edge.errors import problem
from edge.offered_proof import Taken, needed

if TYPE_CHECKING:
    from edge.node import Node
    from edge.officers import Officer


LOOK: Final = "look"  # the one act that may ask for it apart from any post


def lacking(node: "Node", officer: "Officer", act: str = "") -> bool:
    """Whether somebody must have a second proof and has none yet, for his posts or this `act`: what it guards is not
    open to him before (ASVS 5.0, 6.3.3).
    """
    if node.settings.practice or not needed(node.settings.second_proof, [*officer.posts, act]):
        return False
    with node.database.read() as tx:
        return not asked(tx, officer.account)


def asked(tx: Connection, account: str) -> bool:
    """Whether an account has a second proof."""
    row = tx.execute(
        "SELECT 1 FROM officer_factor WHERE account = ? UNION ALL SELECT 1 FROM officer_code WHERE account = ?",
        (account, account),
    ).fetchone()
    return row is not None


def prove(tx: Connection, account: str, code: str) -> bool:
    """Whether `code` is the account's next one; it is used up with this. True for an account that has none."""
    if not asked(tx, account):
        return True
    given = one_time.plain(code)
    row = tx.execute("SELECT * FROM officer_factor WHERE account = ?", (account,)).fetchone()
    following = one_time.matched(bytes(row["secret"]), row["counter"], given) if row else None
    if following is not None:
        tx.execute("UPDATE officer_factor SET counter = ? WHERE account = ?", (following, account))
        return True
    return _use(tx, account, given)


def _use(tx: Connection, account: str, given: str) -> bool:
    left = tx.execute("SELECT digest FROM officer_code WHERE account = ?", (account,)).fetchone()
    kept = one_time.kept_as(bytes(left["digest"]), given) if left is not None else None
    if kept is None:
        return False
    used = tx.execute("DELETE FROM officer_code WHERE account = ? AND digest = ?", (account, kept))
    return bool(used.rowcount)


def begin_counter(node: "Node", account: str, actor: str) -> str:
    """A new counter for an account, in place of an older one: its otpauth:// address for a token. Raises not_found."""
    secret = one_time.new_secret()
    with node.database.write() as tx:
        _must_be_there(tx, account)
        tx.execute("INSERT OR REPLACE INTO officer_factor VALUES (?, ?, 0)", (account, secret))
        account_book.add(tx, "factor", account, actor)
    return one_time.address(account, node.settings.node_id, secret)


def print_codes(node: "Node", account: str, actor: str) -> list[str]:
    """New codes for an account, in place of older ones; the caller shows them once. Raises not_found."""
    made, kept = one_time.new_codes()
    with node.database.write() as tx:
        _must_be_there(tx, account)
        tx.execute("DELETE FROM officer_code WHERE account = ?", (account,))
        tx.executemany("INSERT INTO officer_code VALUES (?, ?)", [(account, one) for one in kept])
        account_book.add(tx, "codes", account, actor)
    return made


def register(node: "Node", known: "Officer", taken: Taken, token: str) -> None:
    """What somebody took himself, unless he has one: the first stays. His other sessions end. `token`: of this one."""
    with node.database.write() as tx:
        if asked(tx, known.account):
            return
        if taken.secret:
            tx.execute("INSERT INTO officer_factor VALUES (?, ?, ?)", (known.account, taken.secret, taken.counter))
        tx.executemany("INSERT INTO officer_code VALUES (?, ?)", [(known.account, one) for one in taken.kept])
        mine = accounts.token_hash(token)
        tx.execute("DELETE FROM session WHERE account = ? AND token_hash <> ?", (known.account, mine))
        account_book.add(tx, "factor" if taken.secret else "codes", known.account, known.actor)


def remove(node: "Node", account: str, actor: str) -> None:
    """The account logs in by password alone again: a token was lost. Raises not_found."""
    with node.database.write() as tx:
        _must_be_there(tx, account)
        tx.execute("DELETE FROM officer_factor WHERE account = ?", (account,))
        tx.execute("DELETE FROM officer_code WHERE account = ?", (account,))
        account_book.add(tx, "no_factor", account, actor)


def _must_be_there(tx: Connection, account: str) -> None:
    if tx.execute("SELECT 1 FROM officer WHERE account = ?", (account,)).fetchone() is None:
        raise problem("not_found")
