"""Who is who across the rooms and the centre: the number of a person with the police links accounts of both.

Accounts are given out by the province, one name for one person; where a room gave another name, the number tells. The
rank of an account here says whether its 受理 or decision may stand for a police officer's confirmation.
"""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, and_, delete, select

from edge.errors import problem
from forms.events import Event
from forms.lifecycle import State
from forms.ranks import OFFICER, POLICE, RANKS
from sync.centre import tables
from sync.centre.store import remove, upsert

LISTED, SIGNED = "officer.listed", "officer.signed"
NOTED = frozenset({LISTED, SIGNED})
REMOTE = "application.confirmed_remotely"
CENTRE = "centre:"
_STAFF = re.compile(r"[A-Za-z0-9-]{1,20}")
_person, _officer, _called = tables.account_person, tables.room_officer, tables.room_person


def describe(tx: Connection, account: str, *, staff: str, rank: str) -> None:
    """Number and rank of an account of the centre. Raises staff_wrong, bad_request."""
    if staff and not _STAFF.fullmatch(staff):
        raise problem("staff_wrong", staff=staff)
    if rank not in RANKS:
        raise problem("bad_request", detail=rank)
    upsert(tx, _person, [{"account": account, "staff": staff, "rank": rank}])


def is_police(tx: Connection, actor: str) -> bool:
    """Whether an actor of the centre is a police officer; who was never described is one, as all were before."""
    rank = tx.execute(select(_person.c.rank).filter_by(account=actor.removeprefix(CENTRE))).scalar()
    return rank is None or rank == POLICE


def note(tx: Connection, node_id: str, event: Event) -> None:
    """What a room says of one of its accounts; the last word counts."""
    given = event.data if event.kind in NOTED else {}
    if event.kind == SIGNED and "name" in given:
        upsert(tx, _called, [{"node_id": node_id, "account": given["account"], "name": given["name"]}])
    if event.kind != LISTED:
        return
    tx.execute(delete(_officer).filter_by(node_id=node_id, account=given["account"]))
    if given["staff"]:
        upsert(tx, _officer, [{"node_id": node_id, "account": given["account"], "staff": given["staff"]}])


def names(tx: Connection, node_id: str) -> dict[str, str]:
    """Account -> name of the people of a room, as far as they have signed with one."""
    rows = tx.execute(select(_called.c.account, _called.c.name).where(_called.c.node_id == node_id))
    return {row.account: row.name for row in rows}


def handlers(tx: Connection, node_id: str, state: State) -> frozenset[str]:
    """The actors of the centre who had a hand in an application at the room: of the same name, or the same person."""
    acted = {
        entry.actor.removeprefix(OFFICER)
        for entry in state.history
        if entry.side == "node" and entry.actor.startswith(OFFICER)
    }
    return frozenset(CENTRE + account for account in acted | _same(tx, node_id, acted))


def concerned(tx: Connection, node_id: str, state: State) -> frozenset[str]:
    """The actors of the centre who are whom an application is about: they see nothing of it."""
    named = set(state.concerns)
    return frozenset(CENTRE + account for account in named | _same(tx, node_id, named))


def room_accounts(tx: Connection, account: str) -> frozenset[str]:
    """The accounts of rooms that belong to the person of an account here, whatever room: by name and by number."""
    joined = _person.join(_officer, and_(_person.c.staff == _officer.c.staff, _person.c.staff != ""))
    found = tx.execute(select(_officer.c.account).select_from(joined).where(_person.c.account == account)).scalars()
    return frozenset({account, *found})


def _same(tx: Connection, node_id: str, accounts: Iterable[str]) -> set[str]:
    named = sorted(accounts)
    if not named:
        return set()
    joined = _person.join(_officer, _person.c.staff == _officer.c.staff)
    statement = (
        select(_person.c.account)
        .select_from(joined)
        .where(_officer.c.node_id == node_id, _officer.c.account.in_(named))
    )
    return set(tx.execute(statement).scalars())


def project(tx: Connection, node_id: str, number: str, state: State) -> None:
    """The row of the list of what waits for a police officer."""
    waits = state.confirmation.pending and state.phase != "closed" and not state.parts
    if waits:
        upsert(tx, tables.unconfirmed, [{"node_id": node_id, "number": number, "since": state.confirmation.at}])
    else:
        remove(tx, tables.unconfirmed, {"node_id": node_id, "number": number})


def confirmers(state: State) -> frozenset[str]:
    """The actors of the centre who confirmed over the link: they do not decide what they confirmed."""
    return frozenset(entry.actor for entry in state.history if entry.kind == REMOTE and entry.effective)
