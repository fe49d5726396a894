"""Faults of the `uischema` part: controls and rules that lead nowhere, and forms that nobody could submit."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms import limits, pointer, rules, validation
from forms.lint_schema import cost, parts, reference, too_costly
from forms.pointer import MISSING
from forms.reading import Trouble
from forms.shape import Schema, Shape, child_fragments, resolve


@dataclass(frozen=True, slots=True)
class Spot:
    """An element with its pointer in the file, where its scopes count from, and whether a rule may hide it."""

    where: str
    element: Mapping[str, Any]
    base: Shape
    base_place: str
    hidden: bool

    @property
    def place(self) -> str:
        return self.base_place + pointer.join(rules.data_segments(str(self.element.get("scope", ""))))


def spots(uischema: Mapping[str, Any], root: Shape) -> Iterator[Spot]:
    """Every element of the UI schema, those in the rows of lists as well."""
    pending = [Spot("/uischema", uischema, root, "", hidden=False)]
    while pending:
        spot = pending.pop()
        rule = spot.element.get("rule")
        hides = isinstance(rule, Mapping) and rule.get("effect") in ("SHOW", "HIDE")
        spot = Spot(spot.where, spot.element, spot.base, spot.base_place, hidden=spot.hidden or hides)
        yield spot
        pending += list(_inside(spot))[::-1]


def _inside(spot: Spot) -> Iterator[Spot]:
    for index, child in enumerate(spot.element.get("elements") or ()):
        yield Spot(f"{spot.where}/elements/{index}", child, spot.base, spot.base_place, spot.hidden)
    detail = (spot.element.get("options") or {}).get("detail")
    here = target(spot.base, str(spot.element.get("scope", "")))
    if isinstance(detail, Mapping) and here is not None:
        row = here.items
        place = spot.place + ("/0" if row else "")
        # a hidden list has no rows: only what hides a field inside its row can leave it unanswered
        yield Spot(f"{spot.where}/options/detail", detail, row or here, place, hidden=spot.hidden and row is None)


def target(base: Shape, scope: str) -> Shape | None:
    """What a scope points at, or None."""
    here: Shape | None = base
    for name in rules.data_segments(scope):
        here = here.child(name) if here else None
    return here


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Faults of the UI schema against the schema."""
    schema = value["schema"]
    root = Shape([schema], schema)
    found_spots = list(spots(value["uischema"], root))
    found = [trouble for spot in found_spots for trouble in _of_spot(spot, schema)]
    return found or _unsubmittable(found_spots, schema)


def _of_spot(spot: Spot, schema: Schema) -> Iterator[Trouble]:
    if spot.element.get("type") == "Control":
        yield from _scope(spot, f"{spot.where}/scope", str(spot.element.get("scope", "")))
    rule = spot.element.get("rule")
    if isinstance(rule, Mapping):
        yield from _condition(spot, f"{spot.where}/rule/condition", rule.get("condition"), schema)


def _scope(spot: Spot, where: str, scope: str) -> Iterator[Trouble]:
    if scope not in ("#", "#/") and target(spot.base, scope) is None:
        known = [f"#/properties/{pointer.encode(name)}" for name in spot.base.names]
        near = difflib.get_close_matches(scope, known, 1)
        yield where, f"字段位置不存在：{scope}", f"是不是想写 {near[0]}" if near else "请核对 schema 里的字段名称"


def _condition(spot: Spot, where: str, condition: Any, schema: Schema) -> Iterator[Trouble]:
    if not isinstance(condition, Mapping):
        return
    for index, part in enumerate(condition.get("conditions") or ()):
        yield from _condition(spot, f"{where}/conditions/{index}", part, schema)
    if "scope" in condition:
        yield from _scope(spot, f"{where}/scope", str(condition["scope"]))
    if "schema" in condition:
        yield from _condition_schema(where, condition, schema)


def _condition_schema(where: str, condition: Mapping[str, Any], schema: Schema) -> Iterator[Trouble]:
    wanted = condition["schema"]
    if cost(wanted, schema) > limits.SCHEMA_COST_MAX:
        yield too_costly(f"{where}/schema")
        return
    inside = parts(wanted, f"{where}/schema")
    found = [trouble for part in inside for trouble in _local(part.where, part.schema, schema, wanted)]
    yield from found
    if found:
        return
    judge = rules.Judge(schema)
    if not judge.usable(wanted):
        yield f"{where}/schema", "条件不是正确的 JSON Schema", "请核对写法"
    elif "failWhenUndefined" not in condition and judge.holds(wanted, MISSING):
        hint = "请写明 failWhenUndefined：true 没填时按不成立，false 没填时也按成立"
        yield where, "没有填写时这个条件也会成立", hint


def _local(where: str, part: Schema, root: Schema, wanted: Any) -> Iterator[Trouble]:
    """References of a condition lead into the condition itself or into the schema."""
    ref = part.get("$ref")
    if isinstance(ref, str) and ref.startswith("#") and isinstance(wanted, dict) and resolve(wanted, ref) is not None:
        return
    yield from reference(where, part, root)


def _unsubmittable(found_spots: list[Spot], schema: Schema) -> list[Trouble]:
    """Fields that are always asked for but may be hidden, or stand on no page."""
    controls = [spot for spot in found_spots if spot.element.get("type") == "Control"]
    always_shown = {spot.place for spot in controls if not spot.hidden}
    found = [
        (spot.where, f"“{_label(spot)}”必填，但规则会把它隐藏", "把必填写进 schema 的 if/then，条件与显示规则相同")
        for spot in controls
        if spot.hidden and spot.place not in always_shown and always_required(schema, spot.place)
    ]
    placed = {spot.place for spot in controls}
    for place, where, endless in required_leaves(schema):
        if endless:
            name = pointer.last(place)
            found.append((where, f"“{name}”必填，里面又必填它自己，永远填不完", "请把引用自己的那一处改成选填"))
        elif not any(place == one or place.startswith(f"{one}/") for one in placed):
            name = pointer.last(place)
            hint = "在 uischema 里为它加一个 Control，或者不要列为必填"
            found.append((where, f"必填的字段“{name}”不在任何一页上", hint))
    return found


def _label(spot: Spot) -> str:
    here = target(spot.base, str(spot.element.get("scope", "")))
    return str((here.flat.get("title") if here else "") or pointer.last(spot.place))


def _certain(schemas: list[Schema], root: Schema) -> list[Schema]:
    """The fragments that hold whatever the answers: behind `$ref` and in `allOf`, not in branches of an `if`."""
    found: list[Schema] = []
    pending = list(schemas)
    while pending and len(found) < limits.FIELDS_MAX:
        fragment = pending.pop(0)
        if not isinstance(fragment, dict) or any(fragment is one for one in found):
            continue
        found.append(fragment)
        ref = fragment.get("$ref")
        pending += [resolve(root, ref) or {}] if isinstance(ref, str) else []
        pending += fragment["allOf"] if isinstance(fragment.get("allOf"), list) else []
    return found


def always_required(schema: Schema, place: str) -> bool:
    """Whether a place must be filled whatever the answers; in a row: whenever the row is there."""
    fragments, certain = [schema], bool(place)
    for name in pointer.split(place):
        held = _certain(fragments, schema)
        fragments = child_fragments(held, name)
        if fragments or name != "0":
            certain = certain and any(name in (one.get("required") or ()) for one in held)
        else:
            fragments, certain = [one["items"] for one in held if isinstance(one.get("items"), dict)], True
    return certain


def required_leaves(schema: Schema) -> Iterator[tuple[str, str, bool]]:
    """(place, pointer of the fault, whether it asks for what it stands in) of each field that is always asked for and
    that the host doesn't write itself.
    """
    pending: list[tuple[list[Schema], str, str, frozenset[int]]] = [([schema], "", "/schema", frozenset())]
    while pending:
        schemas, place, where, around = pending.pop()
        held = _certain(schemas, schema)
        around |= {id(one) for one in held if "properties" in one}
        for name in {name for one in held for name in one.get("required") or ()}:
            below = child_fragments(held, name)
            child = f"{place}/{pointer.encode(name)}"
            inside = {id(one) for one in _certain(below, schema) if "properties" in one}
            its = f"{where}/properties/{pointer.encode(name)}"
            if inside & around:
                yield child, its, True
            elif inside:
                pending.append((below, child, its, around))
            elif not any("x-derive" in one or "x-jsf-logic-computedAttrs" in one or "const" in one for one in below):
                yield child, its, False


def compiles(schema: Any) -> bool:
    """Whether a schema that stands by itself can be used."""
    if isinstance(schema, dict) and cost(schema, schema) > limits.SCHEMA_COST_MAX:
        return False
    try:
        validation.Validator(schema)
    except validation.SchemaError:
        return False
    return True
