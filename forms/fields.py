"""What the body of an event is made of: fields with their checks, and a kind as a side, a name and its fields.

A check gets a value and its place, such as "items[0].defect", and raises ValueError that names the place.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from forms.events import Side

Check = Callable[[Any, str], None]

ITEMS_MAX = 100
TEXT_MAX = 4000


class Field(NamedTuple):
    """One field of a body: what it means, how it is checked, and whether it must be there."""

    description: str
    check: Check
    required: bool = True


class Kind(NamedTuple):
    """One kind of event: the side that may write it, its plain name as an act, and the fields of its body.

    `either`: the other side may write it too.
    """

    side: Side
    title: str
    fields: Mapping[str, Field]
    either: bool = False


def check_fields(fields: Mapping[str, Field], data: Any, path: str) -> None:
    """Hold an object to its fields: none unknown, none missing. Raises ValueError with the place."""
    if not isinstance(data, dict):
        raise ValueError(f"{path or 'body'}: must be an object")  # noqa: TRY004 - a wrong value from outside
    prefix = f"{path}." if path else ""
    for name in data:
        if name not in fields:
            raise ValueError(f"{prefix}{name}: is not a field of this kind")
    for name, field in fields.items():
        if name in data:
            field.check(data[name], prefix + name)
        elif field.required:
            raise ValueError(f"{prefix}{name}: is missing")


def text(least: int = 0, most: int = TEXT_MAX) -> Check:
    """A check for a text of `least` to `most` code points."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise ValueError(f"{path}: must be a text of {least} to {most} characters")

    return check


def pattern(pattern: str) -> Check:
    """A check for a text that matches from its first to its last character."""
    compiled = re.compile(pattern)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"{path}: must match {pattern}")

    return check


def one_of(*values: str) -> Check:
    """A check for one of a few texts."""

    def check(value: Any, path: str) -> None:
        if value not in values:
            raise ValueError(f"{path}: must be one of {', '.join(values)}")

    return check


def object_of(fields: Mapping[str, Field]) -> Check:
    """A check for an object with these fields and no others."""

    def check(value: Any, path: str) -> None:
        check_fields(fields, value, path)

    return check


def list_of(item: Check, least: int = 0) -> Check:
    """A check for a list of `least` to ITEMS_MAX items, each of which passes `item`."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= ITEMS_MAX:
            raise ValueError(f"{path}: must be a list of {least} to {ITEMS_MAX} items")
        for index, entry in enumerate(value):
            item(entry, f"{path}[{index}]")

    return check


def day(value: Any, path: str) -> None:
    """A day as YYYY-MM-DD that is in the calendar. Raises ValueError."""
    try:
        valid = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        valid = False
    if not valid:
        raise ValueError(f"{path}: must be a day such as 2026-11-21")


def flag(value: Any, path: str) -> None:
    """True or false, and no number. Raises ValueError."""
    if not isinstance(value, bool):
        raise ValueError(f"{path}: must be true or false")  # noqa: TRY004 - a wrong value from outside


def size(value: Any, path: str) -> None:
    """A number of bytes, 1 or more. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{path}: must be a number of bytes")


def any_object(value: Any, path: str) -> None:
    """An object whatever it holds. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError(f"{path}: must be an object")  # noqa: TRY004 - a wrong value from outside


def whole(least: int, most: int) -> Check:
    """A check for a whole number from `least` to `most`."""

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"{path}: must be a number from {least} to {most}")

    return check


def count(value: Any, path: str) -> None:
    """A whole number, 0 or more. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{path}: must be a number, 0 or more")


slip = pattern("[A-Z]{0,6}[0-9]{1,12}")
hex64 = pattern("[0-9a-f]{64}")
account = pattern("[a-z][a-z0-9._-]{1,31}")
key = pattern("([0-9a-f]{2}){32,4096}")
time = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
time_or_none = pattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00)?")
suite = pattern("[a-z][a-z0-9-]{1,30}")

MATERIAL_FIELDS = {
    "sha256": Field("内容的 SHA-256", hex64),
    "size": Field("字节数", size),
    "media_type": Field("类型，如 image/jpeg", text(3, 100)),
    "name": Field("原来的文件名，给人看", text(0, 255)),
    "slot": Field("材料清单里的代码，或文件、签名答案的 JSON Pointer", text(1, 500)),
}
ITEM_FIELDS = {
    "target": Field("填报项还是材料", one_of("field", "material")),
    "ref": Field("填报项的 JSON Pointer 或材料代码", text(1, 500)),
    "label": Field("这一项的名称", text(1, 200)),
    "defect": Field("缺什么、错在哪里、怎样补", text(1, 2000)),
}

material = object_of(MATERIAL_FIELDS)
materials = list_of(material)
item = object_of(ITEM_FIELDS)
