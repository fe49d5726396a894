"""What a room says of itself in its log, and how satisfied people were by its word: kept for the page for phones."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from edge.room import Phone, Room
from forms.events import Event
from sync.centre import calling_back, counting, rooms, scopes, tables
from sync.centre.statements import matching
from sync.centre.store import add_missing, upsert

DESCRIBED = "room.described"
RATED = "rating.given"
_RATED = matching(select(tables.rating.c.grade), tables.rating, "node_id", "application")
_SAID = matching(select(tables.room_said.c.said), tables.room_said, "node_id")


@dataclass(frozen=True, slots=True)
class Said:
    """The room as its pages show it; `sets`: the public key of each sealed inbox (raw), by its id."""

    room: Room
    sets: dict[str, bytes] = field(default_factory=dict)


def note(tx: Connection, node_id: str, event: Event, now: str) -> None:
    """Keep what an event of a room says of the room; the last word counts, of a rating the first."""
    if event.kind == DESCRIBED:
        upsert(tx, tables.room_said, [{"node_id": node_id, "said": event.body.decode()}])
    elif event.kind == RATED:
        rate(tx, node_id, event.data, event.at, now)


def rate(tx: Connection, node_id: str, given: dict[str, Any], at: str, now: str) -> None:
    """One rating of an application, given at `at` and heard of here `now`; another one changes nothing."""
    place = {"node_id": node_id, "application": given["application"]}
    if tx.execute(_RATED, place).scalar() is not None:
        return
    values = {name: given.get(name, "") for name in ("how", "words", "callback")}
    add_missing(tx, tables.rating, [{**place, "grade": given["grade"], "at": at, **values}])
    counting.rate(tx, node_id, given["grade"], at)
    calling_back.note(tx, node_id, given, now)


def get(tx: Connection, node_id: str) -> Said:
    """By its name here where it has not said anything yet. Raises node_unknown."""
    name = rooms.get(tx, node_id).name
    row = tx.execute(_SAID, {"node_id": node_id}).scalar()
    said: dict[str, Any] = json.loads(row) if row else {}
    phones = [Phone(label, said.get(key, "")) for label, key in (("电话", "telephone"), ("监督投诉", "complaint"))]
    room = Room(
        name=said.get("name", name),
        station="",
        county="",
        address=said.get("address", ""),
        place=node_id[:6],
        hours=said.get("hours", ""),
        market_days="",
        languages=("zh-CN",),
        phones=tuple(one for one in phones if one.number),
        kiosk_idle_s=0,
    )
    return Said(room, {one["set"]: bytes.fromhex(one["key"]) for one in said.get("sets", ())})


def stations(tx: Connection, area: str) -> dict[str, str]:
    """The police station that each room of an area belongs to, where it said so."""
    table = tables.room_said
    rows = tx.execute(select(table.c.node_id, table.c.said).where(scopes.in_area(table.c.node_id, area)))
    found = {row.node_id: str(json.loads(row.said).get("station", "")) for row in rows}
    return {node_id: name for node_id, name in found.items() if name}
