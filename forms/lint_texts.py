"""Faults of texts: what people would see without a Chinese name, keys that belong to nothing, half translations."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms import pointer
from forms.formal import speaks_to_citizen
from forms.lint_schema import parts
from forms.lint_ui import Spot, spots, target
from forms.reading import Trouble
from forms.shape import Shape, titled_options
from forms.wording import carried

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_OUR_KEYS = ("x-service.", "x-print.", "x-lookup.", "error.")
_WORDS = {"yes", "no", "not_filled", "signed", "photo_taken"}
_ENDINGS = ("label", "description", "text", "placeholder", "add_label", "row_label")


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Missing names, unknown keys, and gaps in languages that must be complete."""
    schema = value["schema"]
    every = list(spots(value["uischema"], Shape([schema], schema)))
    chinese = value["i18n"].get("zh-CN", {})
    found = [trouble for spot in every for trouble in _unnamed(spot, chinese)]
    found += [trouble for spot in every for trouble in _spoken(spot, chinese)]
    found += _unknown_keys(value, every)
    for language in value["x-service"].get("languages") or ():
        found += _gaps(value, every, language)
    return found


def prefix(spot: Spot) -> str:
    """The start of a control's keys."""
    own = spot.element.get("i18n")
    if isinstance(own, str):
        return own
    here = target(spot.base, str(spot.element.get("scope", "")))
    said = here.flat.get("i18n") if here else None
    return said if isinstance(said, str) else dotted(spot.place)


def dotted(place: str) -> str:
    """A place as the start of keys: "/members/0/name" -> "members.name"."""
    return ".".join(name for name in pointer.split(place) if not name.isdigit()) or "root"


def _unnamed(spot: Spot, chinese: Mapping[str, str]) -> Iterator[Trouble]:
    here = target(spot.base, str(spot.element.get("scope", "")))
    if spot.element.get("type") != "Control" or here is None:
        return
    start = prefix(spot)
    said = spot.element.get("label")
    name = chinese.get(f"{start}.label") or (said if isinstance(said, str) else here.flat.get("title"))
    if not name and said is not False:
        yield spot.where, f"“{start}”没有中文名称", f"请写 title，或者在 i18n 的 zh-CN 里写 {start}.label"
    for option in _options(here.flat):
        if not _HAN.search(option) and not option.isdigit() and f"{start}.{option}" not in chinese:
            yield spot.where, f"选项“{option}”没有中文名称", f"请用 oneOf 写 title，或者在 i18n 里写 {start}.{option}"


def _spoken(spot: Spot, chinese: Mapping[str, str]) -> Iterator[Trouble]:
    """Where i18n has what the citizen is asked, the title beside it is the official name, which officers read."""
    here, said = target(spot.base, str(spot.element.get("scope", ""))), spot.element.get("label")
    is_field = spot.element.get("type") == "Control"
    if not isinstance(said, str) and is_field and here is not None:
        said = here.flat.get("title")
    asked = prefix(spot) if is_field else spot.element.get("i18n")
    if isinstance(said, str) and speaks_to_citizen(said) and f"{asked}.label" in chinese:
        hint = "title 和 label 写正式名称，如“申请人姓名”；对群众的问法写在 i18n 里"
        yield spot.where, f"正式名称“{said}”是对群众说的话，民警和中心看到的也是它", hint


def _options(flat: Mapping[str, Any]) -> list[str]:
    """Labels of the options as they would be shown without a translation."""
    titled = branches(flat)
    if titled:
        return [str(one.get("title", carried(one["const"]))) for one in titled]
    values = flat.get("enum")
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _unknown_keys(value: dict[str, Any], every: list[Spot]) -> Iterator[Trouble]:
    prefixes = _prefixes(value, every)
    own_keys = {str(spot.element.get(key)) for spot in every for key in ("label", "text")}
    own_keys |= _option_keys(every) | _WORDS
    for language, texts in value["i18n"].items():
        for key in texts:
            if key not in own_keys and not key.startswith(_OUR_KEYS) and not _belongs(key, prefixes):
                near = difflib.get_close_matches(key, [f"{one}.label" for one in prefixes], 1)
                hint = f"是不是想写 {near[0]}" if near else "键是：字段路径加 .label、.description 或 .error.关键字"
                yield f"/i18n/{language}/{pointer.encode(key)}", f"文字的键“{key}”不属于任何字段", hint


def _prefixes(value: dict[str, Any], every: list[Spot]) -> set[str]:
    found = {prefix(spot) for spot in every if spot.element.get("type") == "Control"}
    found |= {str(spot.element["i18n"]) for spot in every if "i18n" in spot.element}
    for part in parts(value["schema"]):
        if part.place is not None:
            found.add(dotted(part.place))
        if isinstance(part.schema.get("i18n"), str):
            found.add(part.schema["i18n"])
    return found


def _belongs(key: str, prefixes: set[str]) -> bool:
    """Whether a key is one of a field: its name, its hint, or its sentence for a keyword."""
    start, _, ending = key.rpartition(".")
    return (start in prefixes and ending in _ENDINGS) or key.partition(".error.")[0] in prefixes


def _option_keys(every: list[Spot]) -> set[str]:
    """Keys of the options of all choices: by value and by title."""
    found: set[str] = set()
    for spot in every:
        here = target(spot.base, str(spot.element.get("scope", "")))
        if spot.element.get("type") == "Control" and here is not None:
            for flat in (here.flat, here.items.flat if here.items else {}):
                found |= {f"{prefix(spot)}.{name}" for name in (*_options(flat), *_values(flat))}
                found |= {str(one["i18n"]) for one in branches(flat) if "i18n" in one}
    return found


def branches(flat: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The titled constants of a choice."""
    found = flat.get("oneOf") if titled_options(flat.get("oneOf")) else flat.get("anyOf")
    return list(found or ()) if titled_options(found) else []


def _values(flat: Mapping[str, Any]) -> list[str]:
    listed = flat.get("enum")
    return [carried(one["const"]) for one in branches(flat)] + [carried(one) for one in listed or ()]


def _gaps(value: dict[str, Any], every: list[Spot], language: str) -> Iterator[Trouble]:
    texts = value["i18n"].get(language, {})
    for key, where in _wanted(every):
        if key not in texts:
            yield where, f"缺少 {language} 的文字“{key}”", f"请在 i18n 的 {language} 里写 {key}"


def _wanted(every: list[Spot]) -> Iterator[tuple[str, str]]:
    for spot in every:
        kind, own = spot.element.get("type"), spot.element.get("i18n")
        if kind == "Control":
            here = target(spot.base, str(spot.element.get("scope", "")))
            if spot.element.get("label") is not False:
                yield f"{prefix(spot)}.label", spot.where
            if here is not None and here.flat.get("description"):
                yield f"{prefix(spot)}.description", spot.where
        elif isinstance(spot.element.get("label", spot.element.get("text")), str):
            ending = "text" if kind == "Label" else "label"
            label = spot.element.get("label", spot.element.get("text"))
            yield (f"{own}.{ending}" if isinstance(own, str) else str(label)), spot.where
