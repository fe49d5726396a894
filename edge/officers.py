"""The people of the room: accounts with rank and posts, their login and their sessions (rules in edge.accounts)."""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from edge import account_book, accounts, factor, log, login_tries, three
from edge.accounts import Session
from edge.database import Connection, IntegrityError
from edge.errors import problem
from edge.ranks import POLICE

if TYPE_CHECKING:
    from edge.node import Node

# 七类岗位: one person may have several; nobody both receives and decides the same application
POSTS = {
    "guide": "咨询引导",
    "receive": "收件受理",
    "review": "审核审批",
    "deliver": "办结出件",
    "maintain": "运维保障",
    "supervise": "监督管理",
    "analyse": "综合研判",
}


ALL_POSTS = POSTS | three.THREE

_STAFF = re.compile(r"[A-Za-z0-9-]{0,20}")


class Officer(NamedTuple):
    """Somebody with an account."""

    account: str
    name: str
    posts: tuple[str, ...]
    rank: str
    active: bool = True
    staff: str = ""

    @property
    def actor(self) -> str:
        """How an event names who did it."""
        return f"officer:{self.account}"


def add(
    node: "Node",
    account: str,
    name: str,
    password: str,
    *,
    posts: Sequence[str] = ("receive",),
    rank: str = POLICE,
    staff: str = "",
    actor: str = "system",
    initial: bool = False,
) -> Officer:
    """Open an account. `staff`: the person's number with the police, the same as at the centre, or "". `initial`: the
    password is only good for choosing another.

    Raises account_name_wrong, account_exists, post_unknown, posts_exclusive, staff_wrong, or what is wrong with the
    password.
    """
    accounts.check_name(account)
    accounts.check_password(password, account)
    _check_posts(posts)
    stored = accounts.hash_password(password, node.settings.password_cost)
    try:
        with node.database.write() as tx:
            tx.execute(
                "INSERT INTO officer (account, name, rank, posts, password, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                (account, name, rank, json.dumps(list(posts)), stored, tx.clock.now()),
            )
            if staff:
                put_staff(tx, account, staff)
            _set_initial(tx, account, initial=initial)
            account_book.add(tx, "opened", account, actor, ",".join(posts))
    except IntegrityError as error:
        raise problem("account_exists", account=account) from error
    return Officer(account, name, tuple(posts), rank, staff=staff)


def _check_posts(posts: Sequence[str]) -> None:
    for post in posts:
        if post not in ALL_POSTS:
            raise problem("post_unknown", post=post)
    three.check(posts)


def set_staff(node: "Node", account: str, staff: str) -> None:
    """The person's number with the police, "" to take it away; the centre learns it. Raises not_found, staff_wrong."""
    with node.database.write() as tx:
        _row(tx, account)
        put_staff(tx, account, staff)


def put_staff(tx: Connection, account: str, staff: str) -> None:
    """The same inside of a transaction. Raises staff_wrong."""
    if not _STAFF.fullmatch(staff):
        raise problem("staff_wrong", staff=staff)
    tx.execute("UPDATE officer SET staff = ? WHERE account = ?", (staff, account))
    log.append(tx, "officer.listed", "", {"account": account, "staff": staff}, "system")


def all_of(node: "Node") -> list[Officer]:
    """Every account of the room, closed ones too, in the order of their names."""
    with node.database.read() as tx:
        return [_officer(row) for row in tx.execute("SELECT * FROM officer ORDER BY account")]


def at_desk(node: "Node") -> list[Officer]:
    """Who is logged in now and has to do with applications, each once."""
    with node.database.read() as tx:
        rows = tx.execute(
            "SELECT s.token_hash, s.started, s.seen, o.* FROM session s JOIN officer o ON o.account = s.account"
            " WHERE o.active = 1 ORDER BY o.account"
        ).fetchall()
        now = tx.clock.ticks()
    limits = node.settings.login_limits
    there = [row for row in rows if accounts.is_alive(_session(row), now, limits)]
    known = {row["account"]: _officer(row) for row in there}
    return [one for one in known.values() if not three.one_of(one.posts)]


def set_posts(node: "Node", account: str, posts: Sequence[str], *, actor: str = "system") -> None:
    """Other posts; ends the account's sessions. Raises not_found, post_unknown, posts_exclusive."""
    _check_posts(posts)
    with node.database.write() as tx:
        _row(tx, account)
        tx.execute("UPDATE officer SET posts = ? WHERE account = ?", (json.dumps(list(posts)), account))
        _end_sessions(tx, account)
        account_book.add(tx, "posts", account, actor, ",".join(posts))


def set_password(node: "Node", account: str, password: str, *, actor: str = "system", initial: bool = False) -> None:
    """A new password; ends the account's sessions and its lockout. Raises not_found, or what is wrong with it."""
    accounts.check_password(password, account)
    stored = accounts.hash_password(password, node.settings.password_cost)
    with node.database.write() as tx:
        _row(tx, account)
        tx.execute("UPDATE officer SET password = ?, wrong = 0, locked_until = 0 WHERE account = ?", (stored, account))
        _end_sessions(tx, account)
        _set_initial(tx, account, initial=initial)
        account_book.add(tx, "password" if actor == f"officer:{account}" else "reset", account, actor)


def change_password(node: "Node", known: Officer, old: str, new: str) -> None:
    """One's own password, with the old one as proof; ends one's sessions. Raises as `login` and `set_password`."""
    stored, _ = login_tries.count(node, known.account, "")
    if not accounts.verify_password(stored, old, node.settings.password_cost):
        login_tries.refused(node, known.account, "")
        raise problem("wrong_password")
    set_password(node, known.account, new, actor=known.actor)


def is_initial(node: "Node", account: str) -> bool:
    """Whether the account still has the password that somebody else gave it."""
    with node.database.read() as tx:
        return tx.execute("SELECT 1 FROM officer_initial WHERE account = ?", (account,)).fetchone() is not None


def _set_initial(tx: Connection, account: str, *, initial: bool) -> None:
    tx.execute("DELETE FROM officer_initial WHERE account = ?", (account,))
    if initial:
        tx.execute("INSERT INTO officer_initial VALUES (?)", (account,))


def disable(node: "Node", account: str, *, actor: str = "system") -> None:
    """Close an account and end its sessions; what it did stays under its name. Raises not_found."""
    with node.database.write() as tx:
        _row(tx, account)
        tx.execute("UPDATE officer SET active = 0 WHERE account = ?", (account,))
        _end_sessions(tx, account)
        account_book.add(tx, "closed", account, actor)


def enable(node: "Node", account: str, *, actor: str = "system") -> None:
    """Open a closed or locked account again, and the terminals with it. Raises not_found."""
    with node.database.write() as tx:
        _row(tx, account)
        tx.execute("UPDATE officer SET active = 1, wrong = 0, locked_until = 0 WHERE account = ?", (account,))
        login_tries.forget(tx)
        account_book.add(tx, "reopened", account, actor)


def _end_sessions(tx: Connection, account: str) -> None:
    tx.execute("DELETE FROM session WHERE account = ?", (account,))


def login(
    node: "Node", account: str, password: str, *, code: str = "", terminal: str = "", second_proof: bool = True
) -> str:
    """The token of a new session. `code`: of the second proof, where the account has one. `terminal`: where the tries
    of all names are counted together.

    Raises wrong_password (also for nobody of that name, and for a wrong code), account_locked, terminal_locked,
    account_disabled. The try is counted, on disk, before the password is looked at: pulling the plug doesn't give
    another try.
    """
    stored, active = login_tries.count(node, account, terminal)
    cost = node.settings.password_cost
    if not accounts.verify_password(stored, password, cost):
        login_tries.refused(node, account if stored else "", terminal)
        raise problem("wrong_password")
    if not active:
        raise problem("account_disabled")
    fresh = accounts.hash_password(password, cost) if accounts.needs_rehash(stored, cost) else stored
    token = _begin(node, account, fresh, terminal, code=code if second_proof else None)
    if not token:
        login_tries.refused(node, account, terminal)
        raise problem("wrong_password")
    return token


def admit(node: "Node", known: Officer, posts: Sequence[str]) -> str:
    """The token of a session without a password: for the practice room, whose door is the login of the real one.

    The account is made or brought up to date. Raises ValueError for any other room.
    """
    if not node.settings.practice:
        raise ValueError("only a practice room lets somebody in without a password")
    _check_posts(posts)
    stored = accounts.hash_password(accounts.new_token(), node.settings.password_cost)  # which nobody knows
    with node.database.write() as tx:
        tx.execute(
            "INSERT INTO officer (account, name, rank, posts, password, created_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account) DO UPDATE SET name = excluded.name, rank = excluded.rank, posts = excluded.posts",
            (known.account, known.name, known.rank, json.dumps(list(posts)), stored, tx.clock.now()),
        )
    return _begin(node, known.account, stored, "", code=None)


def _begin(node: "Node", account: str, stored: str, terminal: str, *, code: str | None) -> str:
    """A session, "" without the second proof; `code` None: it isn't asked for."""
    token = accounts.new_token()
    with node.database.write() as tx:
        if code is not None and not factor.prove(tx, account, code):
            return ""
        now = tx.clock.ticks()
        account_book.add(tx, "entered", account, f"officer:{account}", terminal)
        if terminal:
            login_tries.forget(tx, terminal)
        tx.execute("UPDATE officer SET wrong = 0, locked_until = 0, password = ? WHERE account = ?", (stored, account))
        _drop_ended(node, tx, now)
        tx.execute(_DROP_OVER_MANY, (account, accounts.SESSIONS_MAX - 1))
        tx.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (accounts.token_hash(token), account, now, now))
    return token


_DROP_OVER_MANY: Final = (
    "DELETE FROM session WHERE token_hash IN"
    " (SELECT token_hash FROM session WHERE account = ? ORDER BY started DESC, seen DESC LIMIT -1 OFFSET ?)"
)


def _drop_ended(node: "Node", tx: Connection, now: int) -> None:
    limits = node.settings.login_limits
    tx.execute("DELETE FROM session WHERE seen <= ? OR started <= ?", (now - limits.idle_ms, now - limits.absolute_ms))


def who(node: "Node", token: str) -> Officer | None:
    """Whose session this is, and it goes on; None when there is none or it has ended."""
    hashed = accounts.token_hash(token)
    with node.database.read() as tx:
        row = tx.execute(
            "SELECT s.*, o.name, o.posts, o.rank, o.active, o.staff FROM session s"
            " JOIN officer o ON o.account = s.account WHERE s.token_hash = ? AND o.active = 1",
            (hashed,),
        ).fetchone()
        now = tx.clock.ticks()
    if row is None or not accounts.is_alive(_session(row), now, node.settings.login_limits):
        return None
    _touch(node, _session(row), now)
    return _officer(row)


_TOUCH_MS = 15_000  # a page with ten pictures is not ten writes to the disk


def _touch(node: "Node", session: Session, now: int) -> None:
    if now - session.seen >= _TOUCH_MS:
        with node.database.write() as tx:
            tx.execute("UPDATE session SET seen = ? WHERE token_hash = ?", (now, session.token_hash))


def logout(node: "Node", token: str) -> None:
    """End the session of this token; one that ended before changes nothing."""
    with node.database.write() as tx:
        tx.execute("DELETE FROM session WHERE token_hash = ?", (accounts.token_hash(token),))


def end_all_sessions(tx: Connection) -> None:
    """At a start: nobody is logged in on a machine that was off."""
    tx.execute("DELETE FROM session")


def _row(tx: Connection, account: str) -> Any:
    row = tx.execute("SELECT * FROM officer WHERE account = ?", (account,)).fetchone()
    if row is None:
        raise problem("not_found")
    return row


def _officer(row: Any) -> Officer:
    posts = tuple(json.loads(row["posts"]))
    return Officer(row["account"], row["name"], posts, row["rank"], bool(row["active"]), row["staff"])


def _session(row: Any) -> Session:
    return Session(row["token_hash"], row["account"], row["started"], row["seen"])
