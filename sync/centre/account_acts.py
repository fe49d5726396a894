"""What the security administrator does with accounts of the centre, and each person with his own. All of it is in the
book of accounts; what an account did stays under its name.
"""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from edge import accounts, three
from edge.errors import problem
from forms.kinds_review import LEVELS
from sync.centre import account_book, desks, login_tries, reviewers, tables, ticking
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.reviewers import Reviewer

_account, _session, _initial = tables.account, tables.session, tables.account_initial


def all_of(centre: Centre) -> list[Row[Any]]:
    """The rows of all accounts, with the person's number and rank beside them, by name."""
    person = tables.account_person
    joined = _account.outerjoin(person, person.c.account == _account.c.name)
    columns = (_account, person.c.staff, person.c.rank)
    with centre.store.read() as tx:
        return list(tx.execute(select(*columns).select_from(joined).order_by(_account.c.name)).all())


def set_post(centre: Centre, name: str, post: str, *, actor: str) -> None:
    """Another post; ends the account's sessions. Whoever becomes one of the three loses duties and programs' keys.

    Raises not_found.
    """
    with centre.store.write() as tx:
        _must_be_there(tx, name)
        tx.execute(update(_account).filter_by(name=name).values(post=post))
        if three.one_of((post,)):
            desks.give(tx, name, ())
            tx.execute(delete(tables.api_key).filter_by(account=name))
        _end_sessions(tx, name)
        account_book.add(tx, centre.clock, "posts", name, actor, detail=post)


def give_duties(centre: Centre, name: str, duties: list[Duty], *, actor: str) -> None:
    """What an account decides, gives opinions on or reads. Raises not_found, bad_request, posts_exclusive."""
    with centre.store.write() as tx:
        _must_be_there(tx, name)
        desks.give(tx, name, duties)
        detail = "；".join(said(one) for one in duties) or "清除"
        account_book.add(tx, centre.clock, "duties", name, actor, detail=detail)


def said(duty: Duty) -> str:
    """A duty in a line: 受理、审批 522425 县级."""
    rest = (duty.area, LEVELS.get(duty.level, ""), duty.service, duty.desk, duty.organ)
    return " ".join([desks.ROLES[duty.role], *(one for one in rest if one)])


def set_password(centre: Centre, name: str, password: str, *, actor: str, initial: bool = False) -> None:
    """A new password; ends the account's sessions and its lockout. Raises not_found, or what is wrong with it."""
    accounts.check_password(password, name)
    hashed = accounts.hash_password(password, centre.cost)
    with centre.store.write() as tx:
        _must_be_there(tx, name)
        tx.execute(update(_account).filter_by(name=name).values(password=hashed, wrong=0, locked_until=0))
        tx.execute(delete(_initial).filter_by(account=name))
        if initial:
            tx.execute(insert(_initial).values(account=name))
        _end_sessions(tx, name)
        account_book.add(tx, centre.clock, "password" if actor == f"centre:{name}" else "reset", name, actor)


def change_password(centre: Centre, known: Reviewer, old: str, new: str) -> None:
    """One's own password, with the old one as proof; ends one's sessions. Raises as `log_in` and `set_password`."""
    _prove(centre, known, old)
    set_password(centre, known.name, new, actor=known.actor)


def is_initial(centre: Centre, name: str) -> bool:
    """Whether the account still has the password that somebody else gave it."""
    with centre.store.read() as tx:
        return tx.execute(select(_initial.c.account).filter_by(account=name)).scalar() is not None


def disable(centre: Centre, name: str, *, actor: str) -> None:
    """Close an account and end its sessions; keys of programs that act as it hold no longer. Raises not_found."""
    with centre.store.write() as tx:
        _must_be_there(tx, name)
        tx.execute(update(_account).filter_by(name=name).values(active=False))
        _end_sessions(tx, name)
        account_book.add(tx, centre.clock, "closed", name, actor)


def enable(centre: Centre, name: str, *, actor: str) -> None:
    """Open a closed or locked account again, and the terminals with it. Raises not_found."""
    with centre.store.write() as tx:
        _must_be_there(tx, name)
        tx.execute(update(_account).filter_by(name=name).values(active=True, wrong=0, locked_until=0))
        login_tries.forget(tx)
        account_book.add(tx, centre.clock, "reopened", name, actor)


def sessions(centre: Centre, name: str, token: str) -> list[accounts.Login]:
    """Where somebody is logged in now, the newest first. `token`: of the session that asks."""
    with centre.store.read() as tx:
        now, _ = ticking.now(tx, centre.clock)
        rows = tx.execute(select(_session).filter_by(account=name).order_by(_session.c.started.desc())).all()
    alive = (row for row in rows if reviewers.is_alive(centre, row, now))
    return [accounts.login_of(row.token_hash, row.started, row.seen, now, token) for row in alive]


def end_others(centre: Centre, known: Reviewer, password: str, token: str, which: str = "") -> None:
    """End one's other sessions, or the one that is called `which`; the password proves who asks. Raises as `log_in`."""
    _prove(centre, known, password)
    mine = accounts.token_hash(token)
    with centre.store.write() as tx:
        gone = delete(_session).where(_session.c.account == known.name, _session.c.token_hash != mine)
        tx.execute(gone.where(_session.c.token_hash.startswith(which, autoescape=True)))
        account_book.add(tx, centre.clock, "ended", known.name, known.actor)


def _prove(centre: Centre, known: Reviewer, password: str) -> None:
    """Raises wrong_password, account_locked; a right one forgets the wrong ones before it."""
    stored = login_tries.count(centre, known.name, "")
    if stored is None or not accounts.verify_password(stored.password, password, centre.cost):
        login_tries.refused(centre, known.name, "")
        raise problem("wrong_password")
    with centre.store.write() as tx:
        tx.execute(update(_account).filter_by(name=known.name).values(wrong=0, locked_until=0))


def _end_sessions(tx: Connection, name: str) -> None:
    tx.execute(delete(_session).filter_by(account=name))


def _must_be_there(tx: Connection, name: str) -> None:
    if reviewers.find(tx, name) is None:
        raise problem("not_found")
