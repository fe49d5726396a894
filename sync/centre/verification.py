"""Is everything here whole? Chains, heads, projections, materials; each fault is a sentence that names its place."""

from collections.abc import Iterator
from contextlib import closing
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from forms.events import ChainError, Event, Head, Side, genesis, verify_chain
from sync.centre import account_book, erasing, log, projection, rooms, tables
from sync.centre.blobs import BlobError
from sync.centre.centre import Centre
from sync.centre.statements import matching

_MATERIALS = matching(select(func.count()).select_from(tables.material), tables.material, "node_id")
_LACKING = _MATERIALS.where(tables.material.c.complete_at == "")


def verify(centre: Centre) -> dict[str, Any]:
    """{"whole", "nodes": [{node, name, head, own_head, events, materials, missing, quarantine, faults}], "faults"}."""
    with centre.store.read() as tx:
        nodes = [_node(centre, tx, node_id) for node_id in rooms.ids(tx)]
        book = account_book.faults(tx, centre.settings.account_witness)
    faults = book + [f"{node['node']} {node['name']}：{fault}" for node in nodes for fault in node["faults"]]
    return {"whole": not faults, "nodes": nodes, "faults": faults}


def _node(centre: Centre, tx: Connection, node_id: str) -> dict[str, Any]:
    room = rooms.get(tx, node_id)
    faults = [
        *_chain(tx, node_id, "node", room.up_head),
        *_chain(tx, node_id, "centre", room.down_head),
        *_heads(tx, node_id),
        *_blobs(centre, tx, node_id),
    ]
    return {
        "node": node_id,
        "name": room.name,
        "head": str(room.up_head),
        "own_head": str(room.down_head),
        "events": _count(tx, tables.event, node_id),
        "materials": _count(tx, tables.material, node_id),
        "missing": int(tx.execute(_LACKING, {"node_id": node_id}).scalar_one()),
        "quarantine": _count(tx, tables.quarantine, node_id),
        "faults": faults,
    }


def _chain(tx: Connection, node_id: str, side: Side, head: Head) -> Iterator[str]:
    last = [Head.start(side, node_id)]
    try:
        with closing(log.walk(tx, node_id, side)) as walked:
            events = _noting(walked, last)
            verify_chain(events, genesis(side, node_id), partial(log.holds, tx, node_id, side))
    except ChainError as error:
        yield f"日志（{side}）第 {error.epoch}:{error.seq} 号：{error.reason}"
        return
    if last[0] != head:
        yield f"日志（{side}）末尾是 {last[0].epoch}:{last[0].seq}，登记的是 {head.epoch}:{head.seq}"


def _noting(events: Iterator[Event], last: list[Head]) -> Iterator[Event]:
    """The events as they pass, with the head of the latest left in `last`: a log need not fit into memory."""
    for event in events:
        last[0] = Head.of(event)
        yield event


def _heads(tx: Connection, node_id: str) -> Iterator[str]:
    """Every application has a head row that was projected from as many events as there are."""
    table = tables.application
    rows = tx.execute(select(table.c.number, table.c.version).filter_by(node_id=node_id))
    known = {row.number: row.version for row in rows}
    for number in log.applications(tx, node_id):
        version = projection.version(log.of_application(tx, node_id, number))
        if known.pop(number, "") != version:
            yield f"办件 {number} 的列表行与日志不一致，请重建"
    yield from (f"办件 {number} 没有收件记录" for number in known)


def _blobs(centre: Centre, tx: Connection, node_id: str) -> Iterator[str]:
    table = tables.material
    whole = select(table.c.sha256, table.c.size).filter_by(node_id=node_id).where(table.c.complete_at != "")
    going = erasing.unnamed(tx, node_id)  # of these the file goes first, and a stop may come between
    for row in tx.execute(whole.order_by(table.c.sha256)):
        if row.sha256 in going:
            continue
        try:
            size = len(centre.blobs.read(node_id, row.sha256))
        except BlobError:
            yield f"材料 {row.sha256} 的文件缺失或已损坏"
        else:
            if size != row.size:
                yield f"材料 {row.sha256} 的大小与登记的不符"


def _count(tx: Connection, table: Table, node_id: str) -> int:
    return int(tx.execute(_counting(table), {"node_id": node_id}).scalar_one())


@cache
def _counting(table: Table) -> Select[Any]:
    return matching(select(func.count()).select_from(table), table, "node_id")
