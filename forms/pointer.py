"""JSON Pointer (RFC 6901): the address of a value in answers, schemas and definition files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any


class _Missing:
    """The value of what isn't there: None is a value in JSON."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def encode(part: str | int) -> str:
    """A part as it is written in a JSON Pointer (RFC 6901)."""
    text = str(part)
    return text.replace("~", "~0").replace("/", "~1") if "/" in text or "~" in text else text


def decode(part: str) -> str:
    """A part of a JSON Pointer as it was before it was written (RFC 6901)."""
    return part.replace("~1", "/").replace("~0", "~")


def join(parts: Iterable[str | int]) -> str:
    """("a", 0, "b/c") -> "/a/0/b~1c"; no parts -> "" (the whole document)."""
    return "".join("/" + encode(part) for part in parts)


@lru_cache(maxsize=20_000)
def split(pointer: str) -> tuple[str, ...]:
    """Parts of a pointer: "/a/0/b~1c" -> ("a", "0", "b/c"); a leading "#" (as in a $ref) is dropped."""
    parts = pointer.removeprefix("#").split("/")[1:]
    return tuple(map(decode, parts)) if "~" in pointer else tuple(parts)


def step(value: Any, part: str) -> Any:
    """One level down, or MISSING."""
    if isinstance(value, dict):
        return value.get(part, MISSING)
    if isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return MISSING


def get(document: Any, pointer: str, default: Any = MISSING) -> Any:
    """The value at `pointer`, or `default`."""
    value = document
    for part in split(pointer):
        value = step(value, part)
        if value is MISSING:
            return default
    return value


def clone(value: Any) -> Any:
    """A copy of a JSON value; copy.deepcopy takes several times as long."""
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    return [clone(item) for item in value] if isinstance(value, list) else value


def parent(pointer: str) -> str:
    """The pointer to what holds this one; "" for the root and below it."""
    return pointer.rpartition("/")[0]


def last(pointer: str) -> str:
    """The last part of a pointer, decoded."""
    return decode(pointer.rpartition("/")[2])


def put(document: dict[str, Any], pointer: str, value: Any) -> None:
    """Set the value at `pointer` in place; objects on the way are made, rows of lists must be there already.

    What stands in the way with another type (a text where an object is asked) gives way.
    """
    parts = split(pointer)
    holder: Any = document
    for here, after in pairwise(parts):
        holder = _enter(holder, here, after)
    _set(holder, parts[-1], value)


def _enter(holder: Any, part: str, after: str) -> Any:
    found = step(holder, part)
    if not isinstance(found, dict | list):
        found = [] if after.isascii() and after.isdigit() else {}
        _set(holder, part, found)
    return found


def _set(holder: Any, part: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[part] = value
    elif isinstance(holder, list) and part.isascii() and part.isdigit():
        index = int(part)
        if index < len(holder):
            holder[index] = value
        elif index == len(holder):
            holder.append(value)


def remove(document: Any, pointer: str) -> None:
    """Take the value at `pointer` out in place; nothing happens when it isn't there."""
    holder = get(document, parent(pointer))
    part = last(pointer)
    if isinstance(holder, dict):
        holder.pop(part, None)
    elif isinstance(holder, list) and part.isascii() and part.isdigit() and int(part) < len(holder):
        del holder[int(part)]
