"""The schema as it stands for one set of answers: which fragments hold, what is computed, what is required."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from forms import dates, derive, logic, pointer, shape
from forms.form import Form
from forms.pointer import MISSING
from forms.shape import Schema

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}")
# what a computed attribute can say about a value; everything else (title, description ...) is for people
_JUDGING = frozenset({
    "const", "enum", "type", "pattern", "format", "minLength", "maxLength", "minItems", "maxItems",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
})  # fmt: skip  # a table


class Live:
    """The schema as it stands for one set of data. `facts`: the host's facts, offered to logic as `_ctx`."""

    def __init__(self, form: Form, data: Any, facts: Mapping[str, Any]) -> None:
        self._form, self.data, self._facts = form, data, facts
        self._fragments: dict[str, list[Schema]] = {}
        self._flat: dict[str, Schema] = {}
        self._computed: dict[str, dict[str, Any]] = {}

    def fragments(self, place: str) -> list[Schema]:
        """Every fragment that holds at a place."""
        if place not in self._fragments:
            here = self._form.definition.shape.at(place)
            if here is not None and here.settled:
                return here.fragments
            value = pointer.get(self.data, place, MISSING)
            schemas = [self._form.schema] if not place else self._below(pointer.parent(place), pointer.last(place))
            given = {} if value is MISSING else value
            found = {id(part): part for one in schemas for part in self._branches(one, given)}
            self._fragments[place] = list(found.values())
        return self._fragments[place]

    def _branches(self, schema: Schema, value: Any) -> list[Schema]:
        if shape.APPLICATORS.isdisjoint(schema):
            return [schema]
        return list(shape.live_branches(schema, self._form.schema, value, self._form.judge.holds))

    def _below(self, parent: str, name: str) -> list[Schema]:
        holder = self.fragments(parent)
        found = shape.child_fragments(holder, name)
        return found or (shape.item_fragments(holder) if name.isdigit() else [])

    def required(self, place: str) -> bool:
        """Whether the answers so far ask for a value at `place`."""
        parent, name = pointer.parent(place), pointer.last(place)
        return bool(place) and name in self.required_names(parent)

    def required_names(self, place: str) -> set[str]:
        return shape.required_names(self.fragments(place), pointer.get(self.data, place, None))

    def flat(self, place: str) -> Schema:
        """One view of the schema at a place, computed attributes in it."""
        if place not in self._flat:
            flat = shape.merged(self.fragments(place))
            computed = flat.get("x-jsf-logic-computedAttrs")
            if isinstance(computed, dict):
                flat |= self.attributes(computed, place)
            self._flat[place] = flat
        return self._flat[place]

    def attributes(self, computed: Mapping[str, Any], place: str) -> Schema:
        """What `x-jsf-logic-computedAttrs` says at a place; a value that can't be computed says nothing."""
        values = self.computed(self.logic_place(place))
        found: Schema = {}
        for name, wanted in computed.items():
            value = self._attribute(wanted, values, place)
            if value is not None:
                found[name] = value
        return found

    def _attribute(self, wanted: Any, values: Mapping[str, Any], place: str) -> Any:
        if isinstance(wanted, str):
            return fill(wanted, values) if _TEMPLATE.search(wanted) else values.get(wanted)
        if isinstance(wanted, dict) and set(wanted) == {"rule"}:
            return self._evaluate(wanted["rule"], self.logic_place(place))
        if isinstance(wanted, dict):
            return {key: self._attribute(one, values, place) for key, one in wanted.items()}
        return None

    def logic_place(self, place: str) -> str:
        """The nearest object around a place that has an `x-jsf-logic`; "" when none has."""
        while place:
            place = pointer.parent(place)
            if any("x-jsf-logic" in fragment for fragment in self.fragments(place)):
                return place
        return ""

    def logic(self, place: str) -> Mapping[str, Any]:
        """The `x-jsf-logic` of an object."""
        found: dict[str, Any] = {}
        for fragment in self.fragments(place):
            one = fragment.get("x-jsf-logic")
            found.update(one if isinstance(one, dict) else {})
        return found

    def computed(self, place: str) -> dict[str, Any]:
        """All computed values of an object's `x-jsf-logic`, None where one can't be computed."""
        if place not in self._computed:
            wanted = self.logic(place).get("computedValues")
            self._computed[place] = {
                name: self._evaluate(one.get("rule"), place) if isinstance(one, dict) else None
                for name, one in (wanted.items() if isinstance(wanted, dict) else ())
            }
        return self._computed[place]

    def _evaluate(self, rule: Any, place: str) -> Any:
        try:
            return logic.evaluate(rule, self.variables(place))
        except logic.LogicError:
            return None

    def variables(self, place: str) -> dict[str, Any]:
        """What rules of an object see: its values, and the host's facts."""
        value = pointer.get(self.data, place, None)
        return {**(value if isinstance(value, dict) else {}), "_ctx": dict(self._facts)}

    def refused(self, place: str) -> list[tuple[str, str]]:
        """(name, sentence) of each `x-jsf-logic-validations` that fails at a place."""
        home, rules = self._rules(place)
        return [
            (name, self._sentence(str(one.get("errorMessage", "")), home))
            for name, one in rules.items()
            if self._evaluate(one.get("rule"), home) is False
        ]

    def _rules(self, place: str) -> tuple[str, dict[str, Mapping[str, Any]]]:
        """The object whose rules judge a place, and those of them that the place names."""
        names = [name for part in self.fragments(place) for name in _names(part.get("x-jsf-logic-validations"))]
        if not names:
            return "", {}
        home = self.logic_place(place)
        known = self.logic(home).get("validations")
        every = known if isinstance(known, dict) else {}
        return home, {name: every[name] for name in dict.fromkeys(names) if isinstance(every.get(name), dict)}

    def ends_of_calendar(self, place: str) -> dict[str, str]:
        """The days, YYYY-MM-DD, that a calendar for a date need not go beyond: "latest", "earliest", each only where a
        rule compares the date with the day of the filing.
        """
        home, rules = self._rules(place)
        name, day = place.removeprefix(home).strip("/").replace("/", "."), str(self._facts.get("filing_day", ""))
        return {end: day for one in rules.values() if (end := dates.end_of(one.get("rule"), name))}

    def _sentence(self, template: str, place: str) -> str:
        values = self.computed(place)
        seen = {**self.variables(place), **{name: value for name, value in values.items() if value is not None}}
        return fill(template, _Paths(seen))

    def judged(self, place: str) -> Schema:
        """The computed attributes at a place that judge its value, as a schema."""
        computed = shape.merged(self.fragments(place)).get("x-jsf-logic-computedAttrs")
        if not isinstance(computed, dict):
            return {}
        return {key: value for key, value in self.attributes(computed, place).items() if key in _JUDGING}

    def host_value(self, place: str) -> Any:
        """What the host itself writes at a place: a derived value, or a read-only computed one; MISSING for others."""
        flat = self.flat(place)
        if isinstance(flat.get("x-derive"), dict):
            return derive.value(flat["x-derive"], self.data, place, str(self._facts.get("filing_day", "")))
        computed = flat.get("x-jsf-logic-computedAttrs")
        if flat.get("readOnly") is True and isinstance(computed, dict) and "const" in computed:
            found = self.attributes({"const": computed["const"]}, place)
            return found.get("const", MISSING)
        return MISSING

    def host_written(self, place: str) -> bool:
        """Whether a place belongs to the host whatever the data: what anybody else writes there is dropped."""
        flat = self.flat(place)
        computed = flat.get("x-jsf-logic-computedAttrs")
        return flat.get("readOnly") is True and (
            isinstance(flat.get("x-derive"), dict) or (isinstance(computed, dict) and "const" in computed)
        )


def _names(value: Any) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


class _Paths(dict[str, Any]):
    """Values by dotted path, as JSON Logic's `var` reads them."""

    def get(self, key: str, default: Any = None) -> Any:
        found = logic.evaluate({"var": key}, dict(self))
        return default if found is None else found


def fill(template: str, values: Mapping[str, Any]) -> str:
    """A text with {{name}} replaced by values; an unknown name stays as it is written."""

    def replace(match: re.Match[str]) -> str:
        value = values.get(match.group(1).strip())
        return match.group(0) if value is None else as_text(value)

    return _TEMPLATE.sub(replace, template)


def as_text(value: Any) -> str:
    """A value within a sentence or beside a field: texts as they are, others as JSON, Chinese left readable."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
