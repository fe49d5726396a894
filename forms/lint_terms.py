"""Faults of fields that go before their application: `x-retention` with days (forms.apart).

Only a text that nothing needs any more once the application is closed may go: not who somebody is, how he is reached or
found again, not a file, and nothing that a rule of the service or a computed value rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from forms import apart, lint_schema, pointer
from forms.kinds_apart import FIELDS_MAX, PLACE_MAX
from forms.reading import Trouble
from forms.shape import Shape

_KEPT: Final = ("x-person", "x-derive", "x-lookup", "x-signature", "readOnly")
_FORMATS: Final = frozenset({"cn-ric", "person-name", "cn-division", "file-ref", "cn-doorplate"})
_NAMED_ONLY: Final = frozenset({"privacy", "parts", "consents"})  # these name a field, and judge nothing by it
_ROW = re.compile(r"/[0-9]+(?=/|$)")
_KIND = "只有填写的单个文字可以先删，名单里的、分组的、照片和签名不行", "请写成一句话，说明随办件保存多久"
_NEEDED = "办结以后还要用，不能先于办件删除", "请去掉 x-retention 里的 days，写成一句话"


def troubles(value: Mapping[str, Any]) -> Iterator[Trouble]:
    """One fault for each field that may not have a term of its own."""
    schema = value["schema"]
    shape, sealed = Shape([schema], schema), bool(value["x-service"].get("sealed"))
    used = list(_used(value))
    timed = [part for part in lint_schema.parts(schema) if apart.days(part.schema)]
    if len(timed) > FIELDS_MAX:
        yield "/schema", f"超过 {FIELDS_MAX} 项写了自己的保存天数", "请只写在最要紧的几项上"
        return
    for part in timed:
        here = None if part.place is None or _ROW.search(part.place) else shape.at(part.place)
        where = f"{part.where}/x-retention"
        if sealed or here is None or len(part.place or "") > PLACE_MAX or here.types() != {"string"} or here.names:
            yield where, *_KIND
        elif any(here.flat.get(word) for word in _KEPT) or _FORMATS & set(here.formats()):
            yield where, *_NEEDED
        elif any(_names(one, part.place or "") for one in used):
            yield where, f"事项的规则要用到这一项，{_NEEDED[0]}", _NEEDED[1]


def _used(value: Mapping[str, Any]) -> Iterator[Any]:
    """What is asked of the answers when they are there no longer: the service's own conditions, and computed values."""
    yield from (one for key, one in value["x-service"].items() if key not in _NAMED_ONLY)
    logic = value["schema"].get("x-jsf-logic")
    yield logic.get("computedValues") if isinstance(logic, dict) else None


def _names(rule: Any, place: str) -> bool:
    """Whether a rule speaks of a place: as a pointer, as a variable, or as the names of properties one in another."""
    steps = pointer.split(place)
    return any(text in (place, ".".join(steps)) for text in _texts(rule)) or any(
        _holds(one, steps) for one in _objects(rule)
    )


def _holds(schema: Mapping[str, Any], steps: Iterable[str]) -> bool:
    """Whether a condition asks for the last of these names inside the others."""
    *above, last = steps
    here: Any = schema
    for name in above:
        inside = here.get("properties")
        here = inside.get(name) if isinstance(inside, dict) else None
        if not isinstance(here, dict):
            return False
    properties, required = here.get("properties"), here.get("required")
    return (isinstance(properties, dict) and last in properties) or (isinstance(required, list) and last in required)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    for one in _all(value):
        if isinstance(one, dict):
            yield one


def _texts(value: Any) -> Iterator[str]:
    for one in _all(value):
        if isinstance(one, str):
            yield one


def _all(value: Any) -> Iterator[Any]:
    pending = [value]
    while pending:
        one = pending.pop()
        yield one
        pending += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
