"""Faults of computed values and cross-field checks: `x-jsf-logic` and `x-derive`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms import derive, logic, pointer
from forms.lint_schema import Part, parts
from forms.reading import Trouble
from forms.shape import Shape

FACTS = ("filing_day", "language", "place")
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}")


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Faults of all rules of a definition, and computed values that wait for each other."""
    schema = value["schema"]
    shape = Shape([schema], schema)
    every = list(parts(schema))
    homes = {part.place: part.schema["x-jsf-logic"] for part in every if _is_home(part)}
    found: list[Trouble] = []
    for part in every:
        if _is_home(part):
            found += _of_home(part, shape)
        found += _of_field(part, homes)
    return found or _circles(every, homes)


def _is_home(part: Part) -> bool:
    return part.place is not None and isinstance(part.schema.get("x-jsf-logic"), dict)


def _rules(home: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    named = home.get(key)
    yield from named.items() if isinstance(named, dict) else ()


def _of_home(part: Part, shape: Shape) -> Iterator[Trouble]:
    home, here = part.schema["x-jsf-logic"], shape.at(part.place or "")
    for key in ("computedValues", "validations"):
        for name, one in _rules(home, key):
            where = f"{part.where}/x-jsf-logic/{key}/{pointer.encode(name)}"
            yield from _of_rule(where, one, here)
            if key == "validations" and not (isinstance(one, dict) and one.get("errorMessage")):
                yield where, "这条校验没有提示语", "请写 errorMessage，告诉群众怎么改"


def _of_rule(where: str, one: Any, here: Shape | None) -> Iterator[Trouble]:
    rule = one.get("rule") if isinstance(one, dict) else None
    if rule is None:
        yield where, "缺少 rule", "请写一条 JSON Logic 规则"
        return
    for name in logic.unknown_operators(rule):
        yield f"{where}/rule", f"不认识的运算“{name}”", "可用：" + "、".join(sorted(logic.operators()))
    for path in logic.variables(rule):
        if not _known(path, here):
            hint = "请核对字段路径，用点隔开；_ctx 里有：" + "、".join(FACTS)
            yield f"{where}/rule", f"规则里的字段“{path}”不存在", hint
    yield from _too_deep(where, rule)


def _too_deep(where: str, rule: Any) -> Iterator[Trouble]:
    if next(logic.unknown_operators(rule), None) is None:
        try:
            logic.evaluate(rule, {})
        except logic.LogicError:
            yield f"{where}/rule", "规则太深或者太长", "请拆成几条"


def _known(path: str, here: Shape | None) -> bool:
    if path == "" or here is None:
        return True
    parts_of_path = path.split(".")
    if parts_of_path[0] == "_ctx":
        return len(parts_of_path) == 1 or parts_of_path[1] in FACTS
    for name in parts_of_path:
        if here is None or name == "length":
            return here is not None
        here = here.child(name) or (here.items if name.isdigit() else None)
    return here is not None


def _home_of(place: str, homes: Mapping[str | None, Any]) -> Mapping[str, Any]:
    while place:
        place = pointer.parent(place)
        if place in homes:
            return dict(homes[place])
    return {}


def _of_field(part: Part, homes: Mapping[str | None, Any]) -> Iterator[Trouble]:
    if part.place is None:
        return
    home = _home_of(part.place, homes)
    names = part.schema.get("x-jsf-logic-validations")
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if name not in (home.get("validations") or {}):
            where = f"{part.where}/x-jsf-logic-validations/{index}"
            yield where, f"没有名为“{name}”的校验", "请写进 x-jsf-logic.validations"
    computed = part.schema.get("x-jsf-logic-computedAttrs")
    for name in _computed_names(computed):
        if name not in (home.get("computedValues") or {}):
            where = f"{part.where}/x-jsf-logic-computedAttrs"
            yield where, f"没有名为“{name}”的计算值", "请写进 x-jsf-logic.computedValues"


def _computed_names(wanted: Any) -> Iterator[str]:
    if isinstance(wanted, str):
        named = [name.strip() for name in _TEMPLATE.findall(wanted)]
        yield from named or [wanted]
    elif isinstance(wanted, dict) and set(wanted) != {"rule"}:
        for one in wanted.values():
            yield from _computed_names(one)


def _circles(every: list[Part], homes: Mapping[str | None, Any]) -> list[Trouble]:
    """Fields whose values the host computes from each other, round in a circle."""
    needs: dict[str, tuple[str, set[str]]] = {}
    for part in every:
        sources = set(_sources(part, homes)) if part.place is not None else set()
        if sources and part.place is not None:
            needs[part.place] = (part.where, sources | needs.get(part.place, ("", set()))[1])
    return [
        (where, f"“{pointer.last(place)}”的值最后要由它自己算出来", "请去掉其中一处计算")
        for place, (where, _) in needs.items()
        if _reaches(place, needs)
    ]


def _sources(part: Part, homes: Mapping[str | None, Any]) -> Iterator[str]:
    place = part.place or ""
    derived = part.schema.get("x-derive")
    if isinstance(derived, dict):
        yield derive.source(derived, place)
    computed = part.schema.get("x-jsf-logic-computedAttrs")
    wanted = computed.get("const") if isinstance(computed, dict) else None
    around = place
    while wanted is not None and around:
        around = pointer.parent(around)
        if around in homes:
            rules = homes[around].get("computedValues") or {}
            for name in _computed_names(wanted):
                rule = rules.get(name, {}).get("rule")
                yield from (f"{around}/{path.replace('.', '/')}" for path in logic.variables(rule))
            return


def _reaches(start: str, needs: Mapping[str, tuple[str, set[str]]]) -> bool:
    seen: set[str] = set()
    pending = list(needs[start][1])
    while pending:
        place = pending.pop()
        if place == start:
            return True
        if place not in seen:
            seen.add(place)
            pending += needs.get(place, ("", set()))[1]
    return False
