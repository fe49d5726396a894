"""Reading one posted field into the draft, keeping what was typed even where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms import dates, divisions, formats, limits, pointer, shape, wording

ROWS_MAX = 200
DEPTH_MAX = 12
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}\.[0-9]{1,10}")
_PARTS = ("y", "m", "d")
_IN_ONE = re.compile(r"[0-9]{8}")
TAKE = "_take"  # a button "/place=code" beside something that was found
Posted = Mapping[str, Sequence[str]]


def take(draft: dict[str, Any], place: str, kind: str, schema: Mapping[str, Any], form: Posted, *, shown: bool) -> None:
    """Write what was posted for the field at `place` into the draft."""
    picked = [one.removeprefix(f"{place}=") for one in form.get(TAKE, ()) if one.startswith(f"{place}=")]
    if picked:
        _write(draft, place, picked[-1])
        return
    if kind == "division" and f"{place}/0" in form:
        _write(draft, place, _division(place, form))
        return
    if kind == "date" and any(f"{place}/{part}" in form for part in _PARTS):
        _write(draft, place, _date_of(place, form, partial=schema.get("format") == dates.FORMAT))
    elif place not in form:
        # a browser posts nothing for a choice without a mark
        if shown and kind in ("choice", "yes-no"):
            pointer.remove(draft, place)
    elif kind == "choice" and "array" in shape.types(dict(schema)):
        items = schema.get("items")
        _write(draft, place, [_choice(one, items if isinstance(items, dict) else {}) for one in form[place] if one])
    else:
        _write(draft, place, _value(kind, _last(form[place]), schema))


def _last(values: Sequence[str]) -> str:
    return str(values[-1])[: limits.ANSWER_TEXT_MAX + 1] if values else ""


def _write(draft: dict[str, Any], place: str, value: Any) -> None:
    if value in ("", []) or value is None:
        pointer.remove(draft, place)
    else:
        pointer.put(draft, place, value)


def _value(kind: str, typed: str, schema: Mapping[str, Any]) -> Any:
    if kind == "number":
        return _number(typed)
    if kind == "yes-no":
        return {"true": True, "false": False}.get(typed, typed)
    if kind == "choice":
        return _choice(typed, schema)
    return typed if typed.strip() else ""


def _number(typed: str) -> Any:
    """A number, or the text as typed when it is none. Thousands separators and full-width digits are taken."""
    plain = re.sub(r"[\s,]", "", formats.narrow(typed))
    if _INTEGER.fullmatch(plain):
        return int(plain)
    return float(plain) if _DECIMAL.fullmatch(plain) else typed.strip()


def _choice(typed: str, schema: Mapping[str, Any]) -> Any:
    """The constant behind a posted option; what is no option stays as posted."""
    branches = schema.get("oneOf") if shape.titled_options(schema.get("oneOf")) else schema.get("anyOf")
    constants = [one["const"] for one in branches or ()] if shape.titled_options(branches) else schema.get("enum") or ()
    return next((one for one in constants if wording.carried(one) == typed), typed)


def _date_of(place: str, form: Posted, *, partial: bool) -> str:
    """Three boxes as YYYY-MM-DD; eight digits in the first one are all three. An unfinished or impossible date is kept
    as typed: "2026-2-", "2026-02-31".

    `partial`: month and day may be empty, and then stay unsaid: "1958", "1958-03".
    """
    parts = [formats.narrow(_last(form.get(f"{place}/{part}", ""))).strip().replace("-", "") for part in _PARTS]
    if _IN_ONE.fullmatch(parts[0]) and not any(parts[1:]):
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if partial:
        while parts and not parts[-1]:
            parts.pop()
    if not any(parts):
        return ""
    if all(part.isascii() and part.isdigit() for part in parts):
        return "-".join([parts[0], *(f"{part:0>2}" for part in parts[1:])])
    return "-".join(parts)


def _division(place: str, form: Posted) -> str:
    """The code that the choices level by level mean; the one that was there when none was changed."""
    levels = [_last(form[f"{place}/{index}"]) for index in range(len(divisions.LEVELS)) if f"{place}/{index}" in form]
    code = divisions.chosen(_last(form.get(f"{place}/from", "")), levels)
    return _last(form.get(place, "")) if code is None else code


def add_row(draft: dict[str, Any], place: str, schema: Mapping[str, Any], shown: int) -> None:
    """One more row than were shown; a list never grows beyond ROWS_MAX."""
    rows = pointer.get(draft, place, None)
    rows = list(rows) if isinstance(rows, list) else []
    items = schema.get("items")
    objects = isinstance(items, dict) and ("object" in shape.types(items) or "properties" in items or "$ref" in items)
    while len(rows) < min(max(shown, len(rows)) + 1, ROWS_MAX):
        rows.append({} if objects else "")
        if len(rows) > shown:
            break
    pointer.put(draft, place, rows)


def attributes(kind: str, flat: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of the HTML field. `maxlength` counts code points: the browser's own counts 𠮷 as two."""
    carried = ("inputmode", "autocomplete", "placeholder", "add_label")
    found = {name: options[name] for name in carried if name in options}
    if isinstance(flat.get("maxLength"), int):
        found["maxlength"] = flat["maxLength"]
    mode = _MODES.get(str(flat.get("format"))) or ("decimal" if kind == "number" else "")
    if kind == "number" and "integer" in shape.types(dict(flat)):
        mode = "numeric"
    if mode:
        found.setdefault("inputmode", mode)
    if kind in ("file", "signature") and options.get("capture"):
        found["capture"] = options["capture"]
    if options.get("format"):
        found["format"] = options["format"]
    if flat.get("format") == dates.FORMAT:
        found["precision"] = dates.asked(flat)
    if kind == "choice" and "array" in shape.types(dict(flat)):
        found["multiple"] = True
    number = flat.get("format") == "cn-ric"
    if number:
        found.setdefault("maxlength", 18)
    keypad = options.get("keypad") or ("ric" if number else _KEYPADS.get(found.get("inputmode", "")))
    if keypad:
        found["data-keypad"] = keypad
    return found


_KEYPADS = {"numeric": "digits", "tel": "digits", "decimal": "decimal"}  # of the touchscreen, by what the field takes
_MODES = {"cn-phone": "tel", "cn-division": "numeric", "email": "email"}
