"""Statements that are put together once, with names where the values go: to build one anew takes several times as long
as to run it, and an envelope needs thirty.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, Update, bindparam, literal, update


def matching(statement: Select[Any], table: Table, *names: str) -> Select[Any]:
    """`statement` where each of these columns equals the value that is given under its name when it is run."""
    return statement.where(*(table.c[name] == bindparam(name) for name in names))


def changing(table: Table, *keys: str) -> Update:
    """An update of one row: of the columns whose names are among the values when it is run. The values of `keys`, which
    tell the row, are given with "of_" before the name.
    """
    return update(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in keys))


def at_places(statement: Select[Any], number: Column[str]) -> Select[Any]:
    """`statement` where room and number are among the places that are named when it is run (`places_named`); a number
    begins with its room's, so no others are met.
    """
    of_rooms = number.table.c.node_id.in_(bindparam("rooms", expanding=True))
    return statement.where(of_rooms, number.in_(bindparam("numbers", expanding=True)))


def places_named(places: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    """What a statement `at_places` is given for these, each a (node id, number)."""
    return {"rooms": sorted({node_id for node_id, _ in places}), "numbers": sorted(number for _, number in places)}


def written(value: str) -> ColumnElement[str]:
    """A text that stands in the statement itself. An index of some rows alone (`WHERE phase = 'closed'`) is used only
    where the statement says the same: what is given when it is run may be anything.
    """
    return literal(value, literal_execute=True)
