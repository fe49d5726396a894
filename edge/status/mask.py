"""Keeps people out of a page that anyone with the paper may open.

Our own sentences carry no names. What a reviewer typed (a defect, a reason) may, so whatever the citizen entered is
blotted out of it, and whatever looks like an identity number.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

BLOT = "＊＊"
TEXT_LENGTH_MIN = 4  # shorter free text (务工) is a word of the language

_IDENTITY_NUMBER = re.compile(r"[0-9]{14,17}[0-9Xx]")


def mask(text: str, people: Iterable[str], answers: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """`text` without the names and numbers in `people`, and without free text of `answers`; values that the schema
    itself lists stay.
    """
    listed = set(_listed(schema))
    free = {value for value in _texts(answers) if len(value) >= TEXT_LENGTH_MIN and value not in listed}
    for value in sorted(free.union(people), key=len, reverse=True):
        text = text.replace(value, BLOT)
    return _IDENTITY_NUMBER.sub(BLOT, text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _listed(schema: Any) -> Iterator[str]:
    """Every text that stands in a schema as one of its own values."""
    if isinstance(schema, Mapping):
        values = [schema.get("const"), *(schema.get("enum") or [])]
        yield from (value for value in values if isinstance(value, str))
        for inner in schema.values():
            yield from _listed(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _listed(inner)
