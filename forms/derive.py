"""Values that the host reads off an identity number instead of asking for them: the keyword `x-derive`.

    "birthDate": {"type": "string", "format": "date", "x-derive": {"from": "idNumber", "take": "birth_date"}}

`from`: the name of a field in the same object, or a JSON Pointer from the top ("/applicant/idNumber"). `take`:
birth_date (YYYY-MM-DD), sex (GB/T 2261.1: "1" male, "2" female) or age (full years on the day of filing). A number
that is wrong, or a document of another kind, derives nothing; then the field holds what was typed, unless `readOnly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import dates, formats, pointer
from forms.pointer import MISSING

TAKES = frozenset({"birth_date", "sex", "age"})


def source(wanted: Mapping[str, Any], place: str) -> str:
    """Where a derived value comes from, as a pointer from the top."""
    origin = str(wanted.get("from", ""))
    return origin if origin.startswith("/") else f"{pointer.parent(place)}/{pointer.encode(origin)}"


def value(wanted: Mapping[str, Any], data: Any, place: str, filing_day: str) -> Any:
    """The derived value for the field at `place`, or MISSING."""
    number = pointer.get(data, source(wanted, place), None)
    if not isinstance(number, str) or not formats.is_ric(number):
        return MISSING
    if wanted.get("take") == "sex":
        return formats.sex(number)
    born = formats.birth_date(number)
    if wanted.get("take") == "age":
        return formats.age(born, filing_day) if dates.is_date(filing_day) and filing_day >= born else MISSING
    return born if wanted.get("take") == "birth_date" else MISSING
