"""Who works at the centre: accounts with passwords, sessions of browsers, keys of other programs.

A program's key belongs to an account and acts as that account, so every act has a person who answers for it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from edge import accounts, three
from edge.accounts import Limits, Session
from edge.errors import problem
from forms.ranks import POLICE
from sync.centre import account_book, factor, login_tries, tables, ticking, who
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

    @property
    def of_three(self) -> str:
        """Which of the three administrators it is; "" for everybody else."""
        return three.one_of((self.post,))


def add(
    centre: Centre,
    name: str,
    display_name: str,
    password: str,
    post: str = "",
    *,
    staff: str = "",
    rank: str = POLICE,
    actor: str = "system",
    initial: bool = False,
) -> Reviewer:
    """Make an account. `staff`: the person's number with the police, the same as at a room. `post`: a word of the
    province's, "supervisor", or one of the three administrators, who has no duties. `initial`: the password is good
    for choosing another alone.

    Raises account_name_wrong, account_exists, staff_wrong, or what is wrong with the password.
    """
    accounts.check_name(name)
    accounts.check_password(password, name)
    hashed = accounts.hash_password(password, centre.cost)
    row = {"name": name, "display_name": display_name, "post": post, "password": hashed}
    with centre.store.write() as tx:
        if find(tx, name) is not None:
            raise problem("account_exists", account=name)
        tx.execute(insert(_account).values(row | {"created_at": centre.clock.now()}))
        who.describe(tx, name, staff=staff, rank=rank)
        if initial:
            tx.execute(insert(tables.account_initial).values(account=name))
        account_book.add(tx, centre.clock, "opened", name, actor, detail=post)
    return Reviewer(name, display_name, post)


def names(centre: Centre) -> list[str]:
    """The names of all accounts of the centre in their order, also of those that may not log in any more."""
    with centre.store.read() as tx:
        return list(tx.execute(select(_account.c.name).order_by(_account.c.name)).scalars())


def log_in(
    centre: Centre, name: str, password: str, *, code: str = "", terminal: str = "", second_proof: bool = True
) -> Reviewer:
    """The reviewer with this password. `code`: of the second proof, where the account has one. `terminal`: where the
    tries of all names are counted together. `second_proof=False`: who proves himself at somebody else's keyboard and
    gets no session.

    Raises wrong_password (also for nobody of that name, and for a wrong code), account_locked, terminal_locked,
    account_disabled. The attempt is committed before the password is looked at: neither a kill nor a second window
    gives a free try.
    """
    stored = login_tries.count(centre, name, terminal)
    right = accounts.verify_password(stored.password if stored else "", password, centre.cost)
    if stored is None or not right:
        login_tries.refused(centre, name if stored else "", terminal)
        raise problem("wrong_password")
    if not stored.active:
        raise problem("account_disabled")
    known = Reviewer(stored.name, stored.display_name, stored.post)
    if not _entered(centre, known, terminal, code=code if second_proof else None):
        login_tries.refused(centre, name, terminal)
        raise problem("wrong_password")
    return known


def _entered(centre: Centre, known: Reviewer, terminal: str, *, code: str | None) -> bool:
    """Whether the second proof holds as well; None: it isn't asked for."""
    with centre.store.write() as tx:
        if code is not None and not factor.prove(tx, known.name, code):
            return False
        if terminal:
            login_tries.forget(tx, terminal)
        tx.execute(update(_account).filter_by(name=known.name).values(wrong=0, locked_until=0))
        account_book.add(tx, centre.clock, "entered", known.name, known.actor, detail=terminal)
    return True


def begin_session(centre: Centre, reviewer: Reviewer, token: str) -> None:
    """Bind a browser's fresh session token to a reviewer; what has ended is cleared."""
    limits = limits_of(centre)
    with centre.store.write() as tx:
        now = ticking.begin(tx, centre.clock)
        row = {"token_hash": accounts.token_hash(token), "account": reviewer.name, "started": now, "seen": now}
        tx.execute(delete(_session).where(_session.c.started < now - limits.absolute_ms))
        own = select(_session.c.token_hash).filter_by(account=reviewer.name)
        newest = own.order_by(_session.c.started.desc(), _session.c.seen.desc()).limit(accounts.SESSIONS_MAX - 1)
        kept = list(tx.execute(newest).scalars())
        tx.execute(delete(_session).where(_session.c.account == reviewer.name, _session.c.token_hash.not_in(kept)))
        upsert(tx, _session, [row])


def of_session(centre: Centre, token: str) -> Reviewer | None:
    """Who is logged in under a session token; None when nobody is, or no longer."""
    hashed = accounts.token_hash(token)
    with centre.store.read() as tx:
        now, to_keep = ticking.now(tx, centre.clock)
        row = tx.execute(select(_session).filter_by(token_hash=hashed)).one_or_none()
        found = find(tx, row.account) if row else None
    if row is None or found is None or not found.active or not is_alive(centre, row, now):
        return None
    _keep_alive(centre, hashed, row.seen, now, to_keep=to_keep)
    return Reviewer(found.name, found.display_name, found.post)


def is_alive(centre: Centre, row: Row[Any], now: int) -> bool:
    """Whether a row of `session` still counts. Another program of the same centre may have counted a little farther."""
    session = Session(row.token_hash, row.account, row.started, row.seen)
    return accounts.is_alive(session, max(now, row.seen), limits_of(centre))


def _keep_alive(centre: Centre, hashed: str, seen: int, now: int, *, to_keep: bool) -> None:
    """Written at most once in a minute, so that reading pages costs no fsync; the count itself four times as often."""
    late = now - seen > min(60_000, limits_of(centre).idle_ms // 4)
    if late or to_keep:
        with centre.store.write() as tx:
            ticking.begin(tx, centre.clock)
            if late:
                tx.execute(update(_session).filter_by(token_hash=hashed).values(seen=now))


def end_session(centre: Centre, token: str) -> None:
    """Log out: the token holds no more. One that nobody has is no error."""
    with centre.store.write() as tx:
        tx.execute(delete(_session).filter_by(token_hash=accounts.token_hash(token)))


def add_key(centre: Centre, account: str, name: str) -> str:
    """A bearer key for a program that acts as `account`; shown once, kept as a hash.

    Raises not_found, posts_exclusive for one of the three administrators.
    """
    key = accounts.new_token()
    with centre.store.write() as tx:
        found = find(tx, account)
        if found is None:
            raise problem("not_found")
        if three.one_of((found.post,)):
            raise problem("posts_exclusive")
        values = {"key_hash": accounts.token_hash(key), "account": account, "name": name}
        tx.execute(insert(_key).values(values | {"created_at": centre.clock.now()}))
    return key


def of_key(centre: Centre, key: str) -> Reviewer | None:
    """Whom a program with this bearer key acts as; None for an unknown key or a disabled account."""
    with centre.store.read() as tx:
        account = tx.execute(select(_key.c.account).filter_by(key_hash=accounts.token_hash(key))).scalar()
        found = find(tx, account) if account else None
    return Reviewer(found.name, found.display_name, found.post) if found and found.active else None


def find(tx: Connection, name: str) -> Row[Any] | None:
    """The row of an account."""
    return tx.execute(select(_account).filter_by(name=name)).one_or_none()


def limits_of(centre: Centre) -> Limits:
    """How long a session lasts here."""
    return Limits(idle_ms=centre.settings.session_idle_s * 1000)
