"""How a pack spreads: first to rooms that are named or drawn, then to all; it can be paused, and it can be withdrawn.

Every word about it is kept with who said it and when. A share is drawn with a seed that is recorded, so that anybody
can draw it again; a larger share holds every room of a smaller one. No room ever goes back: what it was told stays
until a newer pack takes its place, so after a withdrawal the content before is published anew under a higher number.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from edge.errors import problem
from sync.centre import tables
from sync.centre.centre import Centre
from sync.centre.statements import matching

STATES: Final = {"rolling": "推送中", "paused": "已暂停", "withdrawn": "已撤回"}
ALL: Final = 100
_pack, _spread, _told = tables.pack, tables.pack_spread, tables.pack_told
_LATEST = select(_spread).order_by(_spread.c.number.desc(), _spread.c.place.desc())
_TOLD_MAX = matching(select(func.max(_told.c.number)), _told, "node_id")


@dataclass(frozen=True, slots=True)
class Spread:
    """The last word on one pack. `share`: hundredths of the rooms; `rooms`: those that are named beside it."""

    number: int
    state: str = "paused"
    share: int = 0
    seed: str = ""
    rooms: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""
    at: str = ""
    place: int = field(default=0, compare=False)

    def gives(self, node_id: str) -> bool:
        """Whether a room gets it that hasn't yet."""
        return self.state == "rolling" and (node_id in self.rooms or drawn(self.seed, node_id, self.share))

    @property
    def words(self) -> str:
        """How far it goes, for people."""
        named = f"点名 {len(self.rooms)} 个警务室" if self.rooms else ""
        share = "全部警务室" if self.share == ALL else f"抽 {self.share}% 的警务室" if self.share else ""
        return "、".join(one for one in (named, share) if one) or "还没有推送范围"


def drawn(seed: str, node_id: str, share: int) -> bool:
    """Whether a room is among the first `share` hundredths: its place is SHA-256(seed, number of the room)."""
    place = int.from_bytes(hashlib.sha256(f"{seed}\n{node_id}".encode()).digest()[:8], "big")
    return place * ALL < share << 64


def of_room(tx: Connection, node_id: str) -> int:
    """The number of the pack that a room is to have: the newest that is given to it, and never one before what it was
    told. 0 for none.
    """
    told = int(tx.execute(_TOLD_MAX, {"node_id": node_id}).scalar() or 0)
    for one in latest(tx):
        if one.number <= told:
            break
        if one.gives(node_id):
            return one.number
    return told


def latest(tx: Connection) -> list[Spread]:
    """The last word on each pack that any was said of, the newest pack first."""
    found: dict[int, Spread] = {}
    for row in tx.execute(_LATEST):
        found.setdefault(row.number, _of(row))
    return list(found.values())


def words_on(tx: Connection, number: int) -> list[Spread]:
    """Everything that was said of one pack, the last first."""
    rows = tx.execute(select(_spread).filter_by(number=number).order_by(_spread.c.place.desc()))
    return [_of(row) for row in rows]


def _of(row: Any) -> Spread:
    rooms = tuple(json.loads(row.rooms))
    return Spread(row.number, row.state, row.share, row.seed, rooms, row.reason, row.by, row.at, row.place)


def spread(centre: Centre, number: int, *, by: str, rooms: Sequence[str] = (), share: int = 0) -> Spread:
    """Give a pack to more rooms: to these, or to a share of all. What it had before it keeps.

    Raises not_found, node_unknown, pack_wrong for one that is withdrawn or for a smaller share.
    """
    with centre.store.write() as tx:
        before = _standing(tx, number)
        _check(tx, before, rooms, share)
        seed = before.seed or secrets.token_hex(8)
        named = tuple(dict.fromkeys((*before.rooms, *rooms)))
        made = Spread(number, "rolling", max(before.share, share), seed, named, by=by)
        return _say(centre, tx, before, made)


def _check(tx: Connection, before: Spread, rooms: Sequence[str], share: int) -> None:
    if before.state == "withdrawn":
        raise problem("pack_wrong", detail="这一包已经撤回，请发布新的一包")
    if not 0 <= share <= ALL or (not rooms and share < before.share):
        raise problem("pack_wrong", detail="范围只能扩大，不能缩小")
    known = set(tx.execute(select(tables.node.c.node_id).where(tables.node.c.node_id.in_(list(rooms)))).scalars())
    if set(rooms) - known:
        raise problem("node_unknown")


def pause(centre: Centre, number: int, *, by: str, reason: str = "") -> Spread:
    """No room gets it from now on that hasn't. Raises not_found, pack_wrong."""
    return _turn(centre, number, "paused", by, reason)


def go_on(centre: Centre, number: int, *, by: str) -> Spread:
    """Go on after a pause, to as many as before. Raises not_found, pack_wrong."""
    return _turn(centre, number, "rolling", by, "")


def withdraw(centre: Centre, number: int, *, by: str, reason: str) -> Spread:
    """It spreads no more, for ever; rooms that have it keep it until the next pack. Raises not_found, pack_wrong."""
    if not reason.strip():
        raise problem("pack_wrong", detail="撤回要写明原因")
    return _turn(centre, number, "withdrawn", by, reason.strip())


def _turn(centre: Centre, number: int, state: str, by: str, reason: str) -> Spread:
    with centre.store.write() as tx:
        before = _standing(tx, number)
        if before.state == state:
            return before
        if before.state == "withdrawn":
            raise problem("pack_wrong", detail="这一包已经撤回，请发布新的一包")
        made = Spread(number, state, before.share, before.seed, before.rooms, reason, by)
        return _say(centre, tx, before, made)


def _standing(tx: Connection, number: int) -> Spread:
    if tx.execute(select(_pack.c.number).filter_by(number=number)).scalar() is None:
        raise problem("not_found")
    said = words_on(tx, number)
    return said[0] if said else Spread(number)


def _say(centre: Centre, tx: Connection, before: Spread, made: Spread) -> Spread:
    row = {
        "number": made.number, "place": before.place + 1, "state": made.state, "share": made.share, "seed": made.seed,
        "rooms": json.dumps(made.rooms), "reason": made.reason, "by": made.by, "at": centre.clock.now(),
    }  # fmt: skip  # a table
    tx.execute(insert(_spread).values(row))
    return _of(tx.execute(select(_spread).filter_by(number=made.number, place=before.place + 1)).one())
