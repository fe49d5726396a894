"""Who works at the centre: accounts with passwords, sessions of browsers, keys of other programs.

A program's key belongs to an account and acts as that account, so every act has a person who answers for it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from edge import accounts
from edge.accounts import Guard, Limits, Session
from edge.errors import problem
from forms.ranks import POLICE
from sync.centre import tables, who
from sync.centre.centre import Centre
from sync.centre.store import upsert

_account, _session, _key = tables.account, tables.session, tables.api_key


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who has proven who he is; `post` is shown beside the name (户政)."""

    name: str
    display_name: str
    post: str

    @property
    def actor(self) -> str:
        return f"centre:{self.name}"


def add(
    centre: Centre, name: str, display_name: str, password: str, post: str = "", *, staff: str = "", rank: str = POLICE
) -> Reviewer:
    """Make an account. `staff`: the person's number with the police, the same as at a room.

    Raises account_name_wrong, account_exists, staff_wrong, password_too_short, _long, _plain.
    """
    accounts.check_name(name)
    accounts.check_password(password, name)
    hashed = accounts.hash_password(password, centre.cost)
    row = {"name": name, "display_name": display_name, "post": post, "password": hashed}
    with centre.store.write() as tx:
        if _find(tx, name) is not None:
            raise problem("account_exists", account=name)
        tx.execute(insert(_account).values(row | {"created_at": centre.clock.now()}))
        who.describe(tx, name, staff=staff, rank=rank)
    return Reviewer(name, display_name, post)


def names(centre: Centre) -> list[str]:
    with centre.store.read() as tx:
        return list(tx.execute(select(_account.c.name).order_by(_account.c.name)).scalars())


def log_in(centre: Centre, name: str, password: str) -> Reviewer:
    """The reviewer with this password. Raises wrong_password, account_locked, account_disabled.

    The attempt is committed before the password is looked at: neither a kill nor a second window gives a free try.
    """
    stored = _attempt(centre, name)
    right = accounts.verify_password(stored.password if stored else "", password, centre.cost)
    if stored is None or not right:
        raise problem("wrong_password")
    if not stored.active:
        raise problem("account_disabled")
    with centre.store.write() as tx:
        tx.execute(update(_account).filter_by(name=name).values(wrong=0, locked_until=0))
    return Reviewer(stored.name, stored.display_name, stored.post)


def _attempt(centre: Centre, name: str) -> Row[Any] | None:
    with centre.store.write() as tx:
        row = _find(tx, name)
        if row is not None:
            guard = accounts.attempt(Guard(row.wrong, row.locked_until), centre.clock.ticks(), Limits())
            values = {"wrong": guard.wrong, "locked_until": guard.locked_until}
            tx.execute(update(_account).filter_by(name=name).values(values))
    return row


def begin_session(centre: Centre, reviewer: Reviewer, token: str) -> None:
    """Bind a browser's fresh session token to a reviewer; what has ended is cleared."""
    now = centre.clock.ticks()
    limits = _limits(centre)
    row = {"token_hash": accounts.token_hash(token), "account": reviewer.name, "started": now, "seen": now}
    with centre.store.write() as tx:
        tx.execute(delete(_session).where(_session.c.started < now - limits.absolute_ms))
        upsert(tx, _session, [row])


def of_session(centre: Centre, token: str) -> Reviewer | None:
    """Who is logged in under a session token; None when nobody is, or no longer."""
    now = centre.clock.ticks()
    hashed = accounts.token_hash(token)
    with centre.store.read() as tx:
        row = tx.execute(select(_session).filter_by(token_hash=hashed)).one_or_none()
        found = _find(tx, row.account) if row else None
    if row is None or found is None or not found.active:
        return None
    if not accounts.is_alive(Session(row.token_hash, row.account, row.started, row.seen), now, _limits(centre)):
        return None
    _keep_alive(centre, hashed, row.seen, now)
    return Reviewer(found.name, found.display_name, found.post)


def _keep_alive(centre: Centre, hashed: str, seen: int, now: int) -> None:
    """Written at most once in a minute, so that reading pages costs no fsync."""
    if now - seen > min(60_000, _limits(centre).idle_ms // 4):
        with centre.store.write() as tx:
            tx.execute(update(_session).filter_by(token_hash=hashed).values(seen=now))


def end_session(centre: Centre, token: str) -> None:
    with centre.store.write() as tx:
        tx.execute(delete(_session).filter_by(token_hash=accounts.token_hash(token)))


def add_key(centre: Centre, account: str, name: str) -> str:
    """A bearer key for a program that acts as `account`; shown once, kept as a hash. Raises not_found."""
    key = accounts.new_token()
    with centre.store.write() as tx:
        if _find(tx, account) is None:
            raise problem("not_found")
        values = {"key_hash": accounts.token_hash(key), "account": account, "name": name}
        tx.execute(insert(_key).values(values | {"created_at": centre.clock.now()}))
    return key


def of_key(centre: Centre, key: str) -> Reviewer | None:
    """Whom a program with this bearer key acts as; None for an unknown key or a disabled account."""
    with centre.store.read() as tx:
        account = tx.execute(select(_key.c.account).filter_by(key_hash=accounts.token_hash(key))).scalar()
        found = _find(tx, account) if account else None
    return Reviewer(found.name, found.display_name, found.post) if found and found.active else None


def _find(tx: Connection, name: str) -> Row[Any] | None:
    return tx.execute(select(_account).filter_by(name=name)).one_or_none()


def _limits(centre: Centre) -> Limits:
    return Limits(idle_ms=centre.settings.session_idle_s * 1000)
