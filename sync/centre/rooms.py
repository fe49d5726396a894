"""The police rooms that the centre knows: who they are, which keys they have, how far their logs go."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from edge.errors import problem
from forms.events import Head
from sync.centre import tables
from sync.centre.statements import changing, matching
from sync.centre.store import upsert
from sync.centre.writing import is_gathering

_node = tables.node
_ONE = matching(select(_node), _node, "node_id")
_ONE_LOCKED = _ONE.with_for_update()
_LOCKED = (
    select(_node).where(_node.c.node_id.in_(bindparam("of", expanding=True))).order_by(_node.c.node_id)
).with_for_update()
_IDS = select(_node.c.node_id).order_by(_node.c.node_id)
_HEARD = changing(_node, "node_id")


@dataclass(frozen=True, slots=True)
class Room:
    """A row of `node`; keys are raw bytes, empty before the first contact."""

    node_id: str
    name: str
    code_hash: str
    sign_key: bytes
    box_key: bytes
    bound_at: str
    last_contact_at: str
    up_head: Head
    down_head: Head
    down_seen: Head
    fork_at: str


def get(tx: Connection, node_id: str, *, lock: bool = False) -> Room:
    """One room; with `lock`, other writers of the same room wait until this transaction ends. Raises node_unknown."""
    row = tx.execute(_ONE_LOCKED if lock else _ONE, {"node_id": node_id}).one_or_none()
    if row is None:
        raise problem("node_unknown")
    return from_row(row)


def locked(tx: Connection, of: Collection[str]) -> dict[str, Room]:
    """Those of these that there are, by their numbers; locked in that order, so that two who want the same wait and
    never for each other.
    """
    return {row.node_id: from_row(row) for row in tx.execute(_LOCKED, {"of": sorted(of)})}


def some(tx: Connection, of: Collection[str]) -> list[Room]:
    """Those of these that there are, by their numbers."""
    return [from_row(row) for row in tx.execute(select(_node).where(_node.c.node_id.in_(of)).order_by(_node.c.node_id))]


def from_row(row: Row[Any]) -> Room:
    """`row`: all columns of `node`, perhaps others beside them."""
    return Room(
        node_id=row.node_id,
        name=row.name,
        code_hash=row.code_hash,
        sign_key=bytes.fromhex(row.sign_key),
        box_key=bytes.fromhex(row.box_key),
        bound_at=row.bound_at,
        last_contact_at=row.last_contact_at,
        up_head=Head.parse(row.up_head),
        down_head=Head.parse(row.down_head),
        down_seen=Head.parse(row.down_seen),
        fork_at=row.fork_at,
    )


def ids(tx: Connection) -> list[str]:
    """The node ids of all rooms, ten digits each, in their order."""
    return list(tx.execute(_IDS).scalars())


def count(tx: Connection) -> int:
    """How many rooms there are, those among them that no machine was bound to yet."""
    return int(tx.execute(select(func.count()).select_from(_node)).scalar_one())


def names(tx: Connection, of: Collection[str] | None = None) -> dict[str, str]:
    """The name of each room, or of each of these, by node id."""
    found = select(_node.c.node_id, _node.c.name)
    return {row.node_id: row.name for row in tx.execute(found if of is None else found.where(_node.c.node_id.in_(of)))}


def heard(tx: Connection, node_id: str, now: str, down_seen: Head | None) -> None:
    """Note a contact, and how far the node says it holds the centre's log (None: it didn't say)."""
    values = {"last_contact_at": now} | ({"down_seen": str(down_seen)} if down_seen else {})
    if is_gathering(tx):
        upsert(tx, _node, [{"node_id": node_id, **values}])
    else:
        tx.execute(_HEARD, {"of_node_id": node_id, **values})
