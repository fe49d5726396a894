"""A definition made ready for work: what can be worked out from it alone, once."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms import derive, limits, logic, pointer, rules, shape, validation
from forms.definition import Definition

_ROW = re.compile(r"/[0-9]+(?=/|$)")
_MARKS = ('"x-jsf-logic', '"x-derive"')


@dataclass(frozen=True, slots=True)
class Step:
    """A control outside of rows. `rules`: itself and the elements around it, as far as they have a rule."""

    element: Mapping[str, Any]
    place: str
    rules: tuple[Mapping[str, Any], ...]
    detailed: bool


class Form:
    """What can be worked out from a definition alone."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.schema = definition.schema
        self.judge = rules.Judge(definition.schema)
        text = json.dumps(definition.schema, default=str)
        self.computes = any(mark in text for mark in _MARKS)

    @cached_property
    def validator(self) -> validation.Validator:
        """The schema without what `x-jsf-logic-computedAttrs` replaces. Raises validation.SchemaError."""
        schema = self.schema
        if self.computes:
            schema = copy.deepcopy(schema)
            _drop_overridden(schema)
        return validation.Validator(schema)

    @cached_property
    def plan(self) -> list[Step]:
        """The controls of all pages in order, those in rows not among them."""
        found: list[Step] = []
        pending: list[tuple[Any, tuple[Mapping[str, Any], ...]]] = [(self.definition.uischema, ())]
        while pending and len(found) < limits.FIELDS_MAX:
            element, around = pending.pop()
            if not isinstance(element, Mapping):
                continue
            held = (*around, element) if "rule" in element else around
            if element.get("type") == "Control":
                place = pointer.join(rules.data_segments(str(element.get("scope", ""))))
                detailed = isinstance((element.get("options") or {}).get("detail"), Mapping)
                found.append(Step(element, place, held, detailed))
            elif len(around) <= limits.FILE_DEPTH_MAX:
                pending += [(child, held) for child in reversed(element.get("elements") or ())]
        return found

    @cached_property
    def host_patterns(self) -> list[str] | None:
        """Patterns of the places that the host may write; None where a schema holds itself and has no end of them."""
        return self._patterns(_says("x-derive", "x-jsf-logic-computedAttrs"))

    @cached_property
    def judged_patterns(self) -> list[str] | None:
        """Patterns of the places that `x-jsf-logic` judges; None as above."""
        return self._patterns(_says("x-jsf-logic-validations", "x-jsf-logic-computedAttrs"))

    @cached_property
    def looked_up_patterns(self) -> list[str] | None:
        """Patterns of the places whose values come from a code table; None as above."""
        return self._patterns(_says("x-lookup"))

    @cached_property
    def identity_patterns(self) -> list[str] | None:
        """Patterns of the places that hold identity numbers; None as above."""
        return self._patterns(lambda here: "cn-ric" in here.formats())

    def _patterns(self, wanted: Callable[[shape.Shape], bool]) -> list[str] | None:
        found = []
        pending: list[tuple[str, shape.Shape, frozenset[int]]] = [("", self.definition.shape, frozenset())]
        while pending:
            place, here, around = pending.pop()
            own = {id(part) for part in here.fragments}
            if own & around or place.count("/") > limits.ANSWER_DEPTH_MAX:
                return None
            found += [place] if wanted(here) else []
            children = [(f"{place}/{pointer.encode(name)}", here.child(name)) for name in here.names]
            children.append((f"{place}/*", here.items))
            pending += [(where, child, around | own) for where, child in children[::-1] if child is not None]
        return found

    @cached_property
    def chained(self) -> bool:
        """Whether a host value may rest on another; then they are computed again until they stand."""
        if not self.host_patterns:
            return True
        shapes = [(place, self.definition.shape.at(place.replace("*", "0"))) for place in self.host_patterns]
        written = {pointer.split(place)[0] for place in self.host_patterns if place}
        read = {path.split(".")[0] for path in logic.variables(self._computed_rules())}
        derived = {derive.source(one.flat["x-derive"], place) for place, one in shapes if one and _derives(one.flat)}
        return (
            bool(read & (written | {""}))
            or bool(derived & set(self.host_patterns))
            or not all(one is not None and one.settled for _, one in shapes)
        )

    def _computed_rules(self) -> list[Any]:
        """Every rule of computed values in the schema."""
        found, pending = [], [self.schema]
        while pending:
            item: Any = pending.pop()
            if isinstance(item, dict):
                found += [item["computedValues"]] if isinstance(item.get("computedValues"), dict) else []
            pending += item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        return [one.get("rule") for named in found for one in named.values() if isinstance(one, dict)]

    @cached_property
    def controls(self) -> dict[str, list[Mapping[str, Any]]]:
        """Controls of the UI schema by the pattern of their place: "/members/*/name"."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        pending: list[tuple[Any, str, int]] = [(self.definition.uischema, "", 0)]
        while pending:
            element, base, depth = pending.pop(0)
            if not isinstance(element, Mapping) or depth > limits.FILE_DEPTH_MAX:
                continue
            pending += [(child, base, depth + 1) for child in element.get("elements") or ()]
            if element.get("type") == "Control":
                place = base + pointer.join(rules.data_segments(str(element.get("scope", ""))))
                found.setdefault(place, []).append(element)
                detail = (element.get("options") or {}).get("detail")
                pending.append((detail, place + self._row_mark(place), depth + 1))
        return found

    def _row_mark(self, place: str) -> str:
        shape_there = self.definition.shape.at(place.replace("*", "0"))
        return "/*" if shape_there is not None and shape_there.items is not None else ""

    def element(self, place: str) -> Mapping[str, Any]:
        """The first control of a place, {} when it has none."""
        found = self.controls.get(pattern(place))
        return found[0] if found else {}


def _says(*keys: str) -> Callable[[shape.Shape], bool]:
    """Whether a place says one of the keywords."""
    return lambda here: any(key in here.flat for key in keys)


def _derives(flat: Mapping[str, Any]) -> bool:
    return isinstance(flat.get("x-derive"), dict)


def places(patterns: list[str] | None, data: Any) -> list[str]:
    """The places of the data that patterns stand for: a star is each row that is there. None: every place."""
    if patterns is None:
        return [place for place, _ in leaves_and_holders(data)]
    found = []
    for one in patterns:
        ready = [one]
        while ready:
            head, star, tail = ready.pop().partition("/*")
            if not star:
                found.append(head)
                continue
            rows = pointer.get(data, head, None)
            count = len(rows) if isinstance(rows, list) else 0
            ready += [f"{head}/{index}{tail}" for index in range(count)][::-1]
    return found


def leaves_and_holders(data: Any) -> list[tuple[str, Any]]:
    """Every value with its place, holders before what they hold."""
    found, pending = [], [("", data)]
    while pending:
        place, value = pending.pop()
        found.append((place, value))
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        pending += [(f"{place}/{pointer.encode(name)}", child) for name, child in children]
    return found


def pattern(place: str) -> str:
    """A place with row numbers as stars: "/members/0/name" -> "/members/*/name"."""
    return _ROW.sub("/*", place)


def form_of(definition: Definition) -> Form:
    """The Form of a definition, made once."""
    form: Form | None = definition.cache.get(Form)
    if form is None:
        form = definition.cache[Form] = Form(definition)
    return form


def _drop_overridden(schema: Any) -> None:
    pending = [schema]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            computed = item.get("x-jsf-logic-computedAttrs")
            for key in computed if isinstance(computed, dict) else ():
                item.pop(key, None)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
