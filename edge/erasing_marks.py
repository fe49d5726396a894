"""What tells one person from others, and whether any of it is left in the file after an erasing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from edge import log, residues

if TYPE_CHECKING:
    from edge.database import Connection, Database

# what tells one person from others: identity and telephone numbers, codes of receipts, names
_TELLING = re.compile(r"[0-9]{17}[0-9Xx]|1[0-9]{10}|[A-Z2-7]{26}")
_NAMES = re.compile(r"name|姓名|^who$")
_NAME_LENGTH_MIN = 2


def telling_values(value: Any, name: str) -> Iterator[str]:
    """Names, and numbers and codes that tell one person from others, within a value that a body has under `name`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from telling_values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from telling_values(inner, name)
    elif isinstance(value, str):
        named = bool(_NAMES.search(name)) and len(value) > _NAME_LENGTH_MIN
        if _TELLING.fullmatch(value) or named:
            yield value


def still_said(tx: Connection, marks: set[str]) -> set[str]:
    """Marks that something else of the room says rightly: another application of the same person, a service's text."""
    legible = (bytes(row[0]).decode() for row in tx.execute(f"SELECT body FROM event WHERE {log.LEGIBLE}"))  # noqa: S608  own words
    files = (bytes(row[0]).decode() for row in tx.execute("SELECT raw FROM definition"))
    kept: set[str] = set()
    for text in (*legible, *files):
        kept |= {one for one in marks - kept if one in text}
    return kept


def clean(database: Database, marks: set[str]) -> int:
    """Empty what lies unused in the file and its log; how often any of the marks is found in them then."""
    database.empty_log()
    found = residues.count(database, marks)
    if found:  # what SQLite moves within a page it doesn't always overwrite
        database.vacuum()
        found = residues.count(database, marks)
    return found
