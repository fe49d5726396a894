"""How things stand with packs: what was published, how far each has spread, and what one room has of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from edge.packs.documents import Document
from forms.events import Head
from sync.centre import pack_telling, spreading, tables
from sync.centre.centre import Centre
from sync.centre.spreading import STATES, Spread

_pack, _told, _node = tables.pack, tables.pack_told, tables.node
SHOWN: int = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One pack. `told`: rooms in whose log it stands; `taken`: those of them that have confirmed it."""

    number: int
    version: int
    at: str
    by: str
    note: str
    spread: Spread
    told: int
    taken: int

    @property
    def state(self) -> str:
        return STATES[self.spread.state]


@dataclass(frozen=True, slots=True)
class Had:
    """A pack in one room: when it was written into its log, and whether the room holds that place of it."""

    number: int
    at: str
    note: str
    taken: bool


def lines(centre: Centre) -> list[Line]:
    """The last packs, the newest first."""
    with centre.store.read() as tx:
        rows = tx.execute(select(_pack).order_by(_pack.c.number.desc()).limit(SHOWN)).all()
        spreads = {one.number: one for one in spreading.latest(tx)}
        told, taken = _counts(tx)
    return [
        Line(
            row.number,
            row.content_version,
            row.at,
            row.by,
            row.note,
            spreads.get(row.number, Spread(row.number)),
            told.get(row.number, 0),
            taken.get(row.number, 0),
        )
        for row in rows
    ]


def _counts(tx: Connection) -> tuple[dict[int, int], dict[int, int]]:
    counted = tx.execute(select(_told.c.number, func.count().label("rooms")).group_by(_told.c.number))
    told = {row.number: int(row.rooms) for row in counted}
    taken: dict[int, int] = {}
    joined = select(_told.c.number, _told.c.epoch, _told.c.seq, _node.c.down_seen)
    for row in tx.execute(joined.join(_node, _node.c.node_id == _told.c.node_id)):
        if Head.parse(row.down_seen).position >= (row.epoch, row.seq):
            taken[row.number] = taken.get(row.number, 0) + 1
    return told, taken


def of_room(tx: Connection, node_id: str, seen: Head) -> list[Had]:
    """What a room has and since when, the newest first. `seen`: how far it holds the centre's log."""
    joined = select(_told, _pack.c.note).join(_pack, _pack.c.number == _told.c.number).filter_by(node_id=node_id)
    rows = tx.execute(joined.order_by(_told.c.number.desc()))
    return [Had(row.number, row.at, row.note, seen.position >= (row.epoch, row.seq)) for row in rows]


def root(centre: Centre) -> Document | None:
    """The root that counts today."""
    with centre.store.read() as tx:
        return pack_telling.newest_root(tx)
