"""What the tables of the centre are made with."""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, MetaData, Text

metadata = MetaData()
EVERYWHERE: Final[dict[Any, Any]] = {"everywhere": True}  # `info` of a table that is small and the same in every store


def text(name: str, default: str = "") -> Column[str]:
    """A column for a text of any length, never NULL; `default` where a row is written without it."""
    return Column(name, Text, nullable=False, default=default)


def number(name: str, default: int = 0) -> Column[int]:
    """A column for a whole number of 64 bits, never NULL; `default` where a row is written without it."""
    return Column(name, BigInteger, nullable=False, default=default)
