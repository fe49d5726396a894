"""Statements that are put together once, with names where the values go: to build one anew takes several times as long
as to run it, and an envelope needs thirty.
"""

from typing import Any

from sqlalchemy import Select, Table, Update, bindparam, update


def matching(statement: Select[Any], table: Table, *names: str) -> Select[Any]:
    """`statement` where each of these columns equals the value that is given under its name when it is run."""
    return statement.where(*(table.c[name] == bindparam(name) for name in names))


def changing(table: Table, *keys: str) -> Update:
    """An update of one row: of the columns whose names are among the values when it is run. The values of `keys`, which
    tell the row, are given with "of_" before the name.
    """
    return update(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in keys))
