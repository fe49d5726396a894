"""One question of an XLSForm as a property of the schema and a control of the UI schema, without its conditions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from forms import dates
from forms.xlsform_items import Cannot, Item
from forms.xlsform_places import Remarks
from forms.xlsform_rules import number

TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
DATE_TIME = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]$"
RADIO_MAX = 8  # more options than this read better in a list that opens
TEXT_MAX = 500
LONG_TEXT_MAX = 2_000

_PLAIN_LOOKS = frozenset({
    "multiline", "numbers", "signature", "minimal", "field-list", "w1", "w2", "w3", "w4", "w5", "w6", "no-calendar",
    "quick", "new", "new-front", "compact", "horizontal", "horizontal-compact", "label", "list-nolabel", "list",
    "columns", "columns-pack", "columns-flex", "autocomplete", "thousands-sep", "likert", "vertical", "no-ticks",
})  # fmt: skip  # a table
_LOST_LOOKS = {
    "year": "只要年份的日期没有对应的题型，按完整日期导入",
    "month-year": "只要年月的日期没有对应的题型，按完整日期导入",
    "draw": "在图上画没有对应，按普通样式导入",
    "annotate": "在图上标注没有对应，按普通样式导入",
    "picker": "滚轮选择没有对应，按普通填写导入",
    "rating": "星级没有对应，按数字导入",
    "hidden-answer": "隐藏所填内容没有对应，按普通文字导入",
    "masked": "遮住所填内容没有对应，按普通文字导入",
}


def text(item: Item, _remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of a question that is answered in words, or with a time of day."""
    kind = item.node.get("type")
    if kind == "time":
        return {"type": "string", "pattern": TIME, "examples": ["09:30"]}, {"placeholder": "09:30"}
    if kind in ("dateTime", "datetime"):
        held = {"type": "string", "pattern": DATE_TIME, "examples": ["2026-11-20 09:30"]}
        return held, {"placeholder": "2026-11-20 09:30"}
    several = "multiline" in item.appearance or item.control("rows")
    options: dict[str, Any] = {"multi": True} if several else {}
    if "numbers" in item.appearance:
        options["inputmode"] = "numeric"
    return {"type": "string", "minLength": 1, "maxLength": LONG_TEXT_MAX if several else TEXT_MAX}, options


def numeric(item: Item, remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of a number or a range; a step that has no counterpart becomes a remark."""
    if item.node.get("type") != "range":
        whole = item.node.get("type") in ("integer", "int")
        return {"type": "integer" if whole else "number"}, {"inputmode": "numeric" if whole else "decimal"}
    said = item.node.get("parameters")
    start, end, step = (number(str((said or {}).get(name, given))) for name, given in _RANGE)
    whole = all(isinstance(one, int) for one in (start, end, step))
    schema: dict[str, Any] = {"type": "integer" if whole else "number"}
    schema |= {"minimum": start} if start is not None else {}
    schema |= {"maximum": end} if end is not None else {}
    if step and step > 0 and not (start or 0) % step and step != 1:
        schema["multipleOf"] = step
    elif step and step != 1:
        remarks.add("survey", item.row, "parameters", "范围题的步长不是从零数起，没有对应，只保留了上下限")
    return schema, {"inputmode": "numeric" if whole else "decimal"}


_RANGE = (("start", "1"), ("end", "10"), ("step", "1"))


def date(_item: Item, _remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of a day."""
    return {"type": "string", "format": "date"}, {}


def one(item: Item, _remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of one choice from a list, which who calls adds: a short one in sight, a long one folded."""
    few = len(item.values()) <= RADIO_MAX and not item.appearance & {"minimal", "autocomplete"}
    return {"type": "string"}, {"format": "radio" if few else "select"}


def many(_item: Item, _remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of several choices from a list, which who calls adds."""
    return {"type": "array", "uniqueItems": True}, {}


def yes(item: Item, _remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of something to confirm; where it has to be confirmed, only `true` is right."""
    must = item.bind("required") is not None
    return {"type": "boolean"} | ({"const": True} if must else {}), {}


def file(item: Item, _remarks: Remarks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schema and options of a photograph, a signature or another file."""
    base: dict[str, Any] = {"type": "string", "format": "file-ref"}
    if "signature" in item.appearance:
        return base | {"contentMediaType": "image/png", "x-signature": True}, {"capture": "signature"}
    if item.node.get("type") == "photo":
        return base | {"contentMediaType": "image/jpeg"}, {"capture": "camera"}
    return base, {}


MAKERS: dict[str, Callable[[Item, Remarks], tuple[dict[str, Any], dict[str, Any]]]] = {
    "text": text, "number": numeric, "date": date, "one": one, "many": many, "yes": yes, "file": file,
}  # fmt: skip  # a table


def looks(item: Item, remarks: Remarks) -> None:
    """Says which wishes about the looks of a question stay behind."""
    for look in sorted(item.appearance):
        if look in _LOST_LOOKS:
            remarks.add("survey", item.row, "appearance", _LOST_LOOKS[look])
        elif look not in _PLAIN_LOOKS:
            remarks.add("survey", item.row, "appearance", "这种外观没有对应，按普通样式导入")


def default(item: Item) -> Any:
    """The fixed default of a question, None when it has none. Raises Cannot for one that would be computed."""
    said = item.node.get("default")
    if not isinstance(said, str) or not said.strip():
        return None
    if item.node.get("_dynamic_default"):
        raise Cannot("默认值是算式，填表时才算得出，没有对应的写法")
    return _DEFAULTS.get(item.kind, _no_default)(item, said.strip())


def _no_default(_item: Item, said: str) -> Any:
    raise Cannot(f"这种题没有默认值“{said[:20]}”")


def _number_default(item: Item, said: str) -> Any:
    found = number(said)
    if found is None or (item.node.get("type") in ("integer", "int") and not isinstance(found, int)):
        raise Cannot("默认值不是合适的数字")
    return found


def _date_default(_item: Item, said: str) -> Any:
    day = re.sub(r"[T ]00:00(:00)?$", "", said)
    if not dates.is_date(day):
        raise Cannot("默认值不是 2026-01-31 样子的日期")
    return day


def _one_default(item: Item, said: str) -> Any:
    if said not in item.values():
        raise Cannot("默认值不在选项里")
    return said


def _many_default(item: Item, said: str) -> Any:
    chosen = list(dict.fromkeys(said.split()))
    if not set(chosen) <= set(item.values()):
        raise Cannot("默认值不在选项里")
    return chosen


_DEFAULTS: dict[str, Callable[[Item, str], Any]] = {
    "text": lambda _item, said: said,
    "number": _number_default,
    "date": _date_default,
    "one": _one_default,
    "many": _many_default,
}
