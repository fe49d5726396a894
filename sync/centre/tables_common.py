"""What the tables of the centre are made with."""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, MetaData, Text

metadata = MetaData()
EVERYWHERE: Final[dict[Any, Any]] = {"everywhere": True}  # `info` of a table that is small and the same in every store


def text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default)


def number(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=default)
