"""Lists of applications and of rooms, from the head rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, tuple_

from forms.events import Head
from sync.centre import aside, materials, rooms, tables, words
from sync.centre.projection import NOTHING_DUE
from sync.centre.statements import written

Show = Literal["todo", "unconfirmed", "due", "waiting", "closed", "all"]
SHOWS: dict[Show, str] = {
    "todo": "待我办理",
    "unconfirmed": "待民警确认",
    "due": "即将到期",
    "waiting": "等待补正",
    "closed": "已办结",
    "all": "全部",
}
LIMIT = 50
ROOMS_SHOWN = 100
AFTER_MAX = 1_000_000
_table, _waits = tables.application, tables.unconfirmed


@dataclass(frozen=True, slots=True)
class Line:
    """One application in a list; times are RFC 3339, `due` a day, a moment, or "" where nothing is due."""

    number: str
    node_id: str
    room: str
    service_id: str
    title: str
    applicant: str
    phase: str
    result: str
    urgent: bool
    filed_at: str
    received_at: str
    due: str


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One room for the page of rooms."""

    node_id: str
    name: str
    bound_at: str
    last_contact_at: str
    head: Head
    unseen: int  # own events that the room has not confirmed
    applications: int
    missing: int
    quarantine: int
    refused: int
    fork_at: str


def applications(
    tx: Connection,
    show: Show,
    today: str,
    *,
    text: str = "",
    after: int = 0,
    within: Sequence[ColumnElement[bool]] = (),
) -> list[Line]:
    """At most LIMIT lines, the most urgent first; closed ones by time. `text` begins a name or a part of it, or is a
    number's beginning or end; `within` are conditions on the rows.
    """
    found = statement(show, text, today, common=words.is_common(tx, text))
    rows = tx.execute(found.where(*within).limit(LIMIT).offset(after)).all()
    names = rooms.names(tx, {row.node_id for row in rows})
    return [line(row, names) for row in rows]


def statement(show: Show, text: str, today: str = "", *, common: bool = False) -> Select[Any]:
    """The rows of a list in its order, without an end. `common`: what `words.is_common` says of the text."""
    order = _table.c.filed_at.desc() if show in {"closed", "all"} else _table.c.due
    found = select(_table).where(*_filter(show, today), *words.matching(text, common=common))
    urgent = [_table.c.urgent.desc()] if show == "todo" else []
    return found.order_by(*urgent, order, _table.c.number)


def counts(tx: Connection, today: str) -> dict[Show, int]:
    """How many there are in the lists that are work."""
    shows: tuple[Show, ...] = ("todo", "unconfirmed", "due", "waiting")
    counted = {show: select(func.count()).select_from(_table).where(*_filter(show, today)) for show in shows}
    return {show: int(tx.execute(statement).scalar_one()) for show, statement in counted.items()}


def room_lines(tx: Connection, after: int = 0) -> list[RoomLine]:
    """At most ROOMS_SHOWN rooms, those with something the matter first; `after`: so many are left out."""
    doubted = set(tx.execute(select(tables.node.c.node_id).where(tables.node.c.fork_at != "")).scalars())
    aside_of = set(tx.execute(select(tables.quarantine.c.node_id).distinct()).scalars())
    order = sorted(rooms.ids(tx), key=lambda node_id: (node_id not in doubted, node_id not in aside_of, node_id))
    shown = order[after : after + ROOMS_SHOWN]
    of_node = {"applications": _by_node(tx, shown, _table), **of_rooms(tx, shown)}
    return sorted((_room(room, of_node) for room in rooms.some(tx, shown)), key=lambda line: order.index(line.node_id))


def of_rooms(tx: Connection, shown: list[str]) -> dict[str, dict[str, int]]:
    """Of these rooms: materials on their way, what is in quarantine, what was refused; each by room."""
    return {
        "missing": _by_node(tx, shown, tables.material, materials.ON_ITS_WAY),
        "quarantine": _by_node(tx, shown, tables.quarantine),
        "refused": _by_node(tx, shown, tables.event, aside.still_refused(tables.event.c.node_id)),
    }


def _filter(show: Show, today: str) -> list[ColumnElement[bool]]:
    work = _table.c.phase.in_(("received", "accepted"))
    match show:
        case "todo":
            return [work]
        case "unconfirmed":
            return [tuple_(_table.c.node_id, _table.c.number).in_(select(_waits.c.node_id, _waits.c.number))]
        case "due":  # due today or before; a moment sorts behind its day
            return [work, _table.c.due < today + "U"]
        case "waiting":
            return [_table.c.phase == "correction"]
        case "closed":
            return [_table.c.phase == written("closed")]
    return []


def line(row: Row[Any], names: dict[str, str]) -> Line:
    """A row of `application` for a list."""
    plain = {name: getattr(row, name) for name in Line.__dataclass_fields__ if name not in {"room", "due"}}
    return Line(room=names[row.node_id], due="" if row.due == NOTHING_DUE else row.due, **plain)


def _by_node(tx: Connection, nodes: list[str], table: Any, *where: ColumnElement[bool]) -> dict[str, int]:
    counted = select(table.c.node_id, func.count().label("found")).where(table.c.node_id.in_(nodes), *where)
    statement = counted.group_by(table.c.node_id)
    return {row.node_id: row.found for row in tx.execute(statement)}


def _room(room: rooms.Room, of_node: dict[str, dict[str, int]]) -> RoomLine:
    return RoomLine(
        node_id=room.node_id,
        name=room.name,
        bound_at=room.bound_at,
        last_contact_at=room.last_contact_at,
        head=room.up_head,
        unseen=room.down_head.seq - room.down_seen.seq,
        fork_at=room.fork_at,
        **{name: found.get(room.node_id, 0) for name, found in of_node.items()},
    )
