"""M48: the tree of places. Who works for a city sees what lies in that city, and nothing of another.

An area is the beginning of the rooms' numbers: "" the province, four digits a city, six a county, ten a room.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from sync.centre.desks import Duty

ROOM_DIGITS = 10


def areas(duties: Iterable[Duty]) -> tuple[str, ...]:
    """The areas of somebody who decides or reads there; () for who only writes opinions."""
    found = {one.area for one in duties if one.role != "opinion" and not one.service}
    return tuple(sorted(one for one in found if not any(one != other and one.startswith(other) for other in found)))


def covers(areas: Iterable[str], area: str) -> bool:
    """Whether an area, or a room, lies within these."""
    return any(area.startswith(one) for one in areas)


def within(column: Any, areas: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a room's number lies within these areas."""
    given = tuple(areas)
    if "" in given:
        return true()
    return or_(false(), *(in_area(column, one) for one in given))


def in_area(column: Any, area: str) -> ColumnElement[bool]:
    """The rows whose room lies in an area: the digits that its number begins with, all rooms for ""."""
    if not area:
        return true()
    found: ColumnElement[bool] = column.between(area.ljust(ROOM_DIGITS, "0"), area.ljust(ROOM_DIGITS, "9"))
    return found
