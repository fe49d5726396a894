"""看板: the figures of a place and of the places below it, from the counters; the sum of the rows is the figure above.

By province, city, county, station and room. No person is in any of it.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from edge.errors import problem
from forms import divisions
from forms.figures import Period
from sync.centre import counting, room_said, scopes, tables
from sync.centre.centre import Centre
from sync.centre.counting import Line

BELOW: Final[dict[int, int]] = {0: 4, 2: 4, 4: 6, 6: 10, 10: 10}
TITLES: Final[dict[int, str]] = {4: "市州", 6: "县（市、区）", 10: "警务室"}
COUNTY, ROOM = 6, 10
SHOWN_MAX: Final = 200  # rows on a page; the table has all of them


@dataclass(frozen=True, slots=True)
class Place:
    """A row: a city, a county or a room. `station` and `until` (the room's last contact) are a room's alone."""

    area: str
    name: str
    line: Line
    station: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown of one place: its figures, the places below it, and the stations of a county."""

    area: str
    name: str
    level: str
    whole: Line
    places: tuple[Place, ...]
    stations: tuple[Place, ...] = ()


def board(tx: Connection, centre: Centre, area: str, period: Period, *, station: str = "") -> Board:
    """The figures of `area`; with `station`, of the rooms of one station of a county. Raises not_found."""
    digits = BELOW.get(len(area))
    if digits is None or (area and not (area.isascii() and area.isdecimal())):
        raise problem("not_found")
    found = counting.lines(tx, area, digits, period, centre.clock.now())
    places = (
        _rooms(tx, area, found) if digits == ROOM else [Place(one.area, board_name(one.area), one) for one in found]
    )
    stations = _stations(area, places) if len(area) == COUNTY else ()
    if station:
        places = [one for one in places if one.station == station]
    whole = counting.add([one.line for one in places], area)
    name = station or (places[0].name if len(area) == ROOM and places else board_name(area) or centre.settings.name)
    return Board(area, name, TITLES[digits], whole, tuple(places), tuple(stations))


def spread(tx: Connection, centre: Centre, area: str, period: Period) -> Board:
    """The first level at or below a place at which there is more than one to compare."""
    found = board(tx, centre, area, period)
    while len(found.places) == 1 and len(found.places[0].area) < ROOM:
        found = board(tx, centre, found.places[0].area, period)
    return found


def roots(areas: tuple[str, ...]) -> list[tuple[str, str]]:
    """The places at which somebody with these areas may begin."""
    return [(area, board_name(area) or "全部") for area in areas]


def trail(area: str, areas: tuple[str, ...]) -> list[tuple[str, str]]:
    """The way down to a place, from the highest that somebody with these areas may see."""
    steps = [area[:digits] for digits in (0, 4, 6) if digits < len(area)]
    return [(one, board_name(one) or "全部") for one in steps if scopes.covers(areas, one)]


def _rooms(tx: Connection, area: str, found: list[Line]) -> list[Place]:
    """Every room of the area, those without any application too."""
    counted = {one.area: one for one in found}
    table = tables.node.c
    known = select(table.node_id, table.name, table.last_contact_at).where(scopes.in_area(table.node_id, area))
    stations, nothing = room_said.stations(tx, area), counting.add([], "").rates
    return [
        Place(
            node,
            name,
            counted.get(node) or Line(node, 0, 0, 0, 0, nothing),
            stations.get(node, ""),
            until,
        )
        for node, name, until in tx.execute(known.order_by(table.node_id))
    ]


def _stations(area: str, places: list[Place]) -> list[Place]:
    named: dict[str, list[Line]] = {}
    for one in places:
        named.setdefault(one.station, []).append(one.line)
    return [Place(area, name, counting.add(lines, area), name) for name, lines in sorted(named.items()) if name]


def board_name(area: str) -> str:
    """贵州省毕节市 for 5205; a number that no table knows stands beside what is known: 贵州省（区划代码 5224）."""
    if not area:
        return ""
    code = area[:COUNTY].ljust(COUNTY, "0")
    found = divisions.path_name(code)
    return found.replace(f"（{code}）", f"（区划代码 {area}）")
