"""Who has an application on his desk (认领), and who has it open: two reviewers see each other before they act."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select

from edge.errors import problem
from sync.centre import tables, tables_review
from sync.centre.centre import Centre
from sync.centre.store import add_missing, upsert

SEEN_EVERY_MS: Final = 30_000  # reading pages costs an fsync at most so often
HERE_MS: Final = 5 * 60 * 1000
_claim, _presence = tables_review.claim, tables_review.presence


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who has the application open; `minutes` since the last page that he was shown."""

    account: str
    name: str
    minutes: int


def holder(tx: Connection, node_id: str, number: str) -> str:
    """The account that has taken an application on; "" for nobody."""
    return tx.execute(select(_claim.c.account).filter_by(node_id=node_id, number=number)).scalar() or ""


def take(tx: Connection, node_id: str, number: str, account: str, at: str, *, over: bool = False) -> None:
    """认领; `over`: take it over from whoever has it. Again is harmless. Raises claim_other."""
    place = {"node_id": node_id, "number": number}
    if over:
        upsert(tx, _claim, [place | {"account": account, "at": at}])
        return
    add_missing(tx, _claim, [place | {"account": account, "at": at}])
    must_be_free(tx, node_id, number, account)


def release(tx: Connection, node_id: str, number: str, account: str) -> None:
    """Give it back; what somebody else has stays his."""
    tx.execute(delete(_claim).filter_by(node_id=node_id, number=number, account=account))


def must_be_free(tx: Connection, node_id: str, number: str, account: str) -> None:
    """Raises claim_other where somebody else has it."""
    held = holder(tx, node_id, number)
    if held and held != account:
        raise problem("claim_other", name=name_of(tx, held))


def look(centre: Centre, node_id: str, number: str, account: str) -> list[Other]:
    """Note that somebody has an application open; who else has."""
    now, place = centre.clock.ticks(), {"node_id": node_id, "number": number}
    with centre.store.read() as tx:
        seen = tx.execute(select(_presence.c.account, _presence.c.seen).filter_by(**place)).all()
        fresh = [row for row in seen if row.account != account and 0 <= now - row.seen < HERE_MS]
        others = [Other(row.account, name_of(tx, row.account), (now - row.seen) // 60_000) for row in fresh]
    last = next((row.seen for row in seen if row.account == account), None)
    if last is None or not 0 <= now - last < SEEN_EVERY_MS:
        with centre.store.write() as tx:
            upsert(tx, _presence, [place | {"account": account, "seen": now}])
    return others


def name_of(tx: Connection, account: str) -> str:
    """The name of somebody at the centre; the account where it is none of ours."""
    table = tables.account
    return tx.execute(select(table.c.display_name).filter_by(name=account)).scalar() or account
