"""What varies by place: parameters that a definition declares and a province sets (province.toml).

`x-service.parameters` declares {name: {title, default, unit?, basis?}}. Texts write `{province.name}`; a fee may be
{"parameter": name}. What the province has not said stands at its default, marked 以当地公布为准.
Schema, samples and print options hold no parameters, so that what is filed is judged the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import is_not
from typing import Any, NamedTuple

from forms import pointer
from forms.reading import Trouble

_PLACED = "{province."
PLACE = re.compile(r"\{province\.([^{}]*)\}")
MARKS = {"zh-CN": "（以当地公布为准）", "en": " (as published locally)"}
CHINESE = "zh-CN"
_FILLED = ("uischema", "i18n", "x-service")
_HINT = "请在 x-service 的 parameters 里写 title 和 default"

Value = float | str | Mapping[str, str]  # a number, a text, or a text by language


class Filled(NamedTuple):
    """The parts of a definition that people read, with the values of a place."""

    uischema: dict[str, Any]
    i18n: dict[str, dict[str, str]]
    service: dict[str, Any]


def declared(raw: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The parameters of a definition file by name."""
    service = raw.get("x-service")
    found = service.get("parameters") if isinstance(service, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def named_in(value: Any) -> bool:
    """Whether a text in it, or a fee, is to be filled with a parameter."""
    if isinstance(value, Mapping):
        return "parameter" in value or any(named_in(one) for one in value.values())
    if isinstance(value, list):
        return any(named_in(one) for one in value)
    return isinstance(value, str) and _PLACED in value


def fits(value: Value, default: Any) -> bool:
    """Whether a province's value is of the kind that the definition wants: a number for a number, else a text."""
    return isinstance(value, int | float) == isinstance(default, int | float)


def fill(raw: Mapping[str, Any], values: Mapping[str, Value]) -> Filled:
    """The texts and the fee of a definition file with the values of a place; one that does not fit counts as unsaid."""
    rules = declared(raw)
    said = {name: one for name, one in values.items() if name in rules and fits(one, rules[name]["default"])}
    texts = {tag: _Filler(raw, rules, said, tag) for tag in (CHINESE, *raw["i18n"])}
    chinese = texts[CHINESE]
    i18n = {tag: {key: texts[tag].text(one) for key, one in found.items()} for tag, found in raw["i18n"].items()}
    service = chinese.all({key: one for key, one in raw["x-service"].items() if key != "parameters"})
    service["parameters"] = raw["x-service"]["parameters"]
    service["fee"] = _fee(service["fee"], rules, said)
    return Filled(chinese.all(raw["uischema"]), i18n, service)


def _fee(fee: dict[str, Any], rules: Mapping[str, Any], said: Mapping[str, Value]) -> dict[str, Any]:
    amount = fee["amount"]
    if not isinstance(amount, Mapping):
        return fee
    name = amount["parameter"]
    return {**fee, "amount": said.get(name, rules[name]["default"]), "local": name not in said}


class _Filler(NamedTuple):
    raw: Mapping[str, Any]
    rules: Mapping[str, Mapping[str, Any]]
    said: Mapping[str, Value]
    language: str

    def all(self, value: Any) -> Any:
        """Every text in a value; the value itself where none of them changes, so that nothing is held twice."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            changed = {key: made for key, one in value.items() if (made := self.all(one)) is not one}
            return {**value, **changed} if changed else value
        if isinstance(value, list):
            filled = [self.all(one) for one in value]
            return filled if any(map(is_not, filled, value)) else value
        return value

    def text(self, text: str) -> str:
        """A text with its values. Where none of them is said one mark at the last is enough for all."""
        if _PLACED not in text:
            return text
        places = [found for found in PLACE.finditer(text) if found[1] in self.rules]
        if not places:
            return text
        once = all(found[1] not in self.said for found in places)
        last = places[-1].start()
        return PLACE.sub(lambda found: self._value(found, marked=not once or found.start() == last), text)

    def _value(self, found: re.Match[str], *, marked: bool) -> str:
        name = found[1]
        if name not in self.rules:
            return found[0]
        value = self.said.get(name, self._own(name, "default", self.rules[name]["default"]))
        if isinstance(value, Mapping):
            value = value.get(self.language) or value[CHINESE]
        shown = f"{value:g}" if isinstance(value, int | float) else value
        unit = self._own(name, "unit", self.rules[name].get("unit", ""))
        gap = " " if unit.isascii() and unit else ""
        mark = MARKS.get(self.language, MARKS["en"]) if marked and name not in self.said else ""
        return f"{shown}{gap}{unit}{mark}"

    def _own(self, name: str, key: str, default: Any) -> Any:
        """The definition's word in this language: i18n has `x-service.parameters.<name>.<key>`."""
        found = self.raw["i18n"].get(self.language, {}).get(f"x-service.parameters.{name}.{key}")
        return default if found is None or isinstance(default, int | float) else found


def troubles(raw: Mapping[str, Any]) -> list[Trouble]:
    """Parameters that are used and not declared, declared and not used, or used where they must not be."""
    rules, used = declared(raw), set[str]()
    found: list[Trouble] = []
    for where, name in _uses(raw):
        used.add(name)
        if where.split("/")[1] not in _FILLED:
            found.append((where, "这里不能用参数", "参数只能写在 x-service、uischema 和 i18n 的文字里"))
        elif name not in rules:
            found.append((where, f"没有声明参数“{name}”", _HINT))
    found += _fee_troubles(raw["x-service"]["fee"]["amount"], rules, used)
    for name in rules:
        if name not in used:
            where = f"/x-service/parameters/{pointer.encode(name)}"
            found.append((where, f"参数“{name}”没有用到", f"请删去，或者在文字里写 {{province.{name}}}"))
    return found


def _fee_troubles(amount: Any, rules: Mapping[str, Mapping[str, Any]], used: set[str]) -> Iterator[Trouble]:
    if not isinstance(amount, Mapping):
        return
    used.add(amount["parameter"])
    where, rule = "/x-service/fee/amount/parameter", rules.get(amount["parameter"])
    if rule is None:
        yield where, f"没有声明参数“{amount['parameter']}”", _HINT
    elif not isinstance(rule["default"], int | float):
        yield where, "收费的参数应当是数", "请把这个参数的 default 改成数"


def _uses(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    pending: list[tuple[str, Any]] = [("", raw)]
    while pending:
        where, value = pending.pop()
        if isinstance(value, dict):
            pending.extend((f"{where}/{pointer.encode(key)}", one) for key, one in value.items())
        elif isinstance(value, list):
            pending.extend((f"{where}/{at}", one) for at, one in enumerate(value))
        elif isinstance(value, str) and "{province." in value:
            yield from ((where, found[1]) for found in PLACE.finditer(value))
