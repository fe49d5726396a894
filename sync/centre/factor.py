"""The second proof of an account of the centre: a counter, or codes on paper (edge.one_time), as at a room."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from edge import accounts, one_time
from edge.errors import problem
from edge.offered_proof import Taken, needed
from sync.centre import account_book, desks
from sync.centre.centre import Centre
from sync.centre.store import upsert
from sync.centre.tables_accounts import account_code as _code
from sync.centre.tables_accounts import account_factor as _factor
from sync.centre.tables_people import account as _account
from sync.centre.tables_people import session as _session

if TYPE_CHECKING:
    from sync.centre.reviewers import Reviewer


def having(tx: Connection) -> frozenset[str]:
    """The accounts that have a second proof."""
    rows = [*tx.execute(select(_factor.c.account)).scalars(), *tx.execute(select(_code.c.account).distinct()).scalars()]
    return frozenset(rows)


def lacking(centre: Centre, known: "Reviewer") -> bool:
    """Whether somebody must have a second proof, by post or by duty, and has none yet (ASVS 5.0, 6.3.3)."""
    wanted = centre.settings.second_proof
    if not wanted:
        return False
    with centre.store.read() as tx:
        has: set[str] = {known.post, *(one.role for one in desks.of(tx, known.name))}
        return needed(wanted, has) and not _asked(tx, known.name)


def _asked(tx: Connection, account: str) -> bool:
    found = (select(one.c.account).filter_by(account=account).limit(1) for one in (_factor, _code))
    return any(tx.execute(one).scalar() is not None for one in found)


def prove(tx: Connection, account: str, code: str) -> bool:
    """Whether `code` is the account's next one; it is used up with this. True for an account that has none."""
    row = tx.execute(select(_factor).filter_by(account=account).with_for_update()).one_or_none()
    left = tx.execute(select(_code.c.digest).filter_by(account=account).limit(1)).scalar()
    if row is None and left is None:
        return True
    given = one_time.plain(code)
    following = one_time.matched(bytes(row.secret), row.counter, given) if row is not None else None
    if following is not None:
        tx.execute(update(_factor).filter_by(account=account).values(counter=following))
        return True
    kept = one_time.kept_as(bytes(left), given) if left is not None else None
    return kept is not None and bool(tx.execute(delete(_code).filter_by(account=account, digest=kept)).rowcount)


def begin_counter(centre: Centre, account: str, actor: str) -> str:
    """A new counter for an account, in place of an older one: its otpauth:// address for a token. Raises not_found."""
    secret = one_time.new_secret()
    with centre.store.write() as tx:
        _must_be_there(tx, account)
        upsert(tx, _factor, [{"account": account, "secret": secret, "counter": 0}])
        account_book.add(tx, centre.clock, "factor", account, actor)
    return one_time.address(account, centre.settings.name, secret)


def print_codes(centre: Centre, account: str, actor: str) -> list[str]:
    """New codes for an account, in place of older ones; the caller shows them once. Raises not_found."""
    made, kept = one_time.new_codes()
    with centre.store.write() as tx:
        _must_be_there(tx, account)
        tx.execute(delete(_code).filter_by(account=account))
        tx.execute(insert(_code), [{"account": account, "digest": one} for one in kept])
        account_book.add(tx, centre.clock, "codes", account, actor)
    return made


def register(centre: Centre, known: "Reviewer", taken: Taken, token: str) -> None:
    """What somebody took himself, unless he has one: the first stays. His other sessions end. `token`: of this one."""
    with centre.store.write() as tx:
        tx.execute(select(_account.c.name).filter_by(name=known.name).with_for_update())  # two forms take turns
        if _asked(tx, known.name):
            return
        if taken.secret:
            row = {"account": known.name, "secret": taken.secret, "counter": taken.counter}
            tx.execute(insert(_factor).values(row))
        else:
            tx.execute(insert(_code), [{"account": known.name, "digest": one} for one in taken.kept])
        gone = delete(_session).where(_session.c.account == known.name)
        tx.execute(gone.where(_session.c.token_hash != accounts.token_hash(token)))
        account_book.add(tx, centre.clock, "factor" if taken.secret else "codes", known.name, known.actor)


def remove(centre: Centre, account: str, actor: str) -> None:
    """The account logs in by password alone again: a token was lost. Raises not_found."""
    with centre.store.write() as tx:
        _must_be_there(tx, account)
        tx.execute(delete(_factor).filter_by(account=account))
        tx.execute(delete(_code).filter_by(account=account))
        account_book.add(tx, centre.clock, "no_factor", account, actor)


def _must_be_there(tx: Connection, account: str) -> None:
    if tx.execute(select(_account.c.name).filter_by(name=account)).scalar() is None:
        raise problem("not_found")
