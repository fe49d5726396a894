"""Defects that a reviewer has noted while looking, and not yet sent: they survive a closed window and a power cut."""

import uuid
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, delete, insert, select

from edge.errors import problem
from forms.lifecycle import Item
from sync.centre import rooms, tables
from sync.centre.cases import Case
from sync.centre.centre import Centre

_mark = tables.mark


@dataclass(frozen=True, slots=True)
class Mark:
    """One noted defect; `place` is its order, `account` who noted it."""

    id: str
    place: int
    account: str
    item: Item


def add(centre: Centre, case: Case, account: str, item: Item) -> None:
    """Note a defect of a field or a material. Raises defect_missing; the same note again is harmless."""
    item = replace(item, defect=item.defect.strip())
    if not item.defect:
        raise problem("defect_missing")
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        known = _of(tx, case)
        if any(mark.item == item for mark in known):
            return
        place = known[-1].place + 1 if known else 0
        key = {"node_id": case.node_id, "application": case.number, "id": uuid.uuid4().hex}
        values = key | asdict(item) | {"place": place, "account": account, "at": centre.clock.now()}
        tx.execute(insert(_mark).values(values))


def of(centre: Centre, case: Case) -> list[Mark]:
    """The noted defects of an application, in the order of noting."""
    with centre.store.read() as tx:
        return _of(tx, case)


def _of(tx: Connection, case: Case) -> list[Mark]:
    statement = select(_mark).filter_by(node_id=case.node_id, application=case.number)
    rows = tx.execute(statement.order_by(_mark.c.place, _mark.c.at))
    return [Mark(row.id, row.place, row.account, Item(row.target, row.ref, row.label, row.defect)) for row in rows]


def remove(centre: Centre, case: Case, mark_id: str) -> None:
    """Take a note back; one that is gone already is harmless."""
    with centre.store.write() as tx:
        tx.execute(delete(_mark).filter_by(node_id=case.node_id, application=case.number, id=mark_id))


def clear(centre: Centre, case: Case) -> None:
    """All notes of an application have been sent."""
    with centre.store.write() as tx:
        tx.execute(delete(_mark).filter_by(node_id=case.node_id, application=case.number))
