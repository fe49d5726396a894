"""Which answer opens which field: the rules of a UI schema in words, for paper, where nothing appears by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from forms import limits, paper_words, pointer, rules
from forms.answers import Context
from forms.building import Builder
from forms.definition import Definition

_ROW = re.compile(r"/[0-9]+(?=/|$)")
_DAY = "2026-01-01"  # nothing here depends on the day
_HIDING = ("HIDE", "DISABLE")
_Around = tuple[tuple[str, ...], tuple[str, ...]]  # conditions in words, and the places that they look at


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that is not always asked.

    `key`: the place of a field with * for rows, for a note or a group its text. `kind`: page, group, field or note.
    `when`: conditions in words from the outermost to its own; all of them have to hold. `by`: keys of the fields whose
    answers they look at.
    """

    key: str
    kind: str
    label: str
    page: int
    when: tuple[str, ...]
    by: tuple[str, ...] = ()


def key_of(path: str) -> str:
    """The key of a field: its place without row numbers."""
    return _ROW.sub("/*", path)


def openings(definition: Definition, language: str = "zh-CN") -> list[Opening]:
    """Every page, group, field and note of a form that some answer opens, in the order of the pages."""
    walk = _Walk(definition, language)
    return [one for page in definition.pages for one in walk.of(page.element, page.index, "", ((), ()), 0)]


class _Walk:
    def __init__(self, definition: Definition, language: str) -> None:
        self._words = Builder(definition, {}, Context(_DAY, language)).words
        self._shape, self._said = definition.shape, partial(paper_words.said, language)

    def of(self, element: Any, page: int, base: str, around: _Around, depth: int) -> Iterator[Opening]:
        if not isinstance(element, Mapping) or depth > limits.FILE_DEPTH_MAX:
            return
        own = self._own(element, base)
        asked = _asked(element["rule"].get("condition"), base) if own else ()
        when, by = around[0] + own, tuple(dict.fromkeys((*around[1], *asked)))
        place = base + pointer.join(rules.data_segments(str(element.get("scope", ""))))
        if when:
            yield self._opening(element, page, place, (when, by))
        for child in element.get("elements") or ():
            yield from self.of(child, page, base, (when, by), depth + 1)
        detail = (element.get("options") or {}).get("detail")
        here = self._shape.at(place.replace("*", "0"))
        inner = place + "/*" if here is not None and here.items is not None else place
        yield from self.of(detail, page, inner, (when, by), depth + 1)

    def _opening(self, element: Mapping[str, Any], page: int, place: str, found: _Around) -> Opening:
        kind = {"Control": "field", "Label": "note", "Category": "page"}.get(str(element.get("type")), "group")
        if kind == "field":
            return Opening(place, kind, self._words.label(_row(place), element), page, *found)
        label = self._words.element_label(element)
        return Opening(label, kind, label, page, *found)

    def _own(self, element: Mapping[str, Any], base: str) -> tuple[str, ...]:
        rule = element.get("rule")
        if not isinstance(rule, Mapping):
            return ()
        said = self.condition(rule.get("condition"), base, negated=rule.get("effect") in _HIDING)
        return (said,) if said else ()

    def condition(self, condition: Any, base: str, *, negated: bool, inside: bool = False) -> str:
        """A condition in words; "" for one that says nothing. `inside`: of another, so that several need brackets."""
        if not isinstance(condition, Mapping):
            return ""
        kind = condition.get("type")
        if kind in ("AND", "OR", "NOT"):
            inner = negated if kind != "NOT" else not negated  # NOT: none of them holds
            nested = inside or kind != "NOT"
            parts = [
                self.condition(one, base, negated=inner, inside=nested) for one in condition.get("conditions") or ()
            ]
            return self._joined(parts, all_of=(kind == "AND") is not inner, inside=inside)
        place = base + pointer.join(rules.data_segments(str(condition.get("scope", ""))))
        schema = {"const": condition.get("expectedValue")} if kind == "LEAF" else condition.get("schema")
        return self._holds(place, schema, negated=negated, inside=inside)

    def _joined(self, found: Iterable[str], *, all_of: bool, inside: bool) -> str:
        parts = list(dict.fromkeys(filter(None, found)))
        text = self._said("，并且" if all_of else "，或者").join(parts)
        return self._said("（{text}）", text=text) if inside and len(parts) > 1 else text

    def _holds(self, place: str, schema: Any, *, negated: bool, inside: bool) -> str:
        if not isinstance(schema, Mapping):
            return ""
        name = f"“{self._words.label(_row(place))}”"
        if "const" in schema or "enum" in schema:
            values = schema["enum"] if "enum" in schema else [schema["const"]]
            chosen = self._said("或").join(f"“{self._value(place, value)}”" for value in values)
            return self._said("{name}不是{values}" if negated else "{name}是{values}", name=name, values=chosen)
        bounds = [self._said(words, limit=schema[key]) for key, words in _BOUNDS[negated].items() if key in schema]
        if bounds:
            return self._said("{name}{values}", name=name, values=self._said("或" if negated else "、").join(bounds))
        inner = schema.get("properties") or {}
        parts = [self._holds(f"{place}/{key}", one, negated=negated, inside=True) for key, one in inner.items()]
        filled = self._said("{name}没有填" if negated else "{name}已经填写", name=name)
        return self._joined(parts, all_of=not negated, inside=inside) or filled

    def _value(self, place: str, value: Any) -> str:
        if isinstance(value, bool):
            return self._words.text("yes", "是") if value else self._words.text("no", "否")
        here = self._shape.at(_row(place))
        flat = here.flat if here is not None else {}
        found = dict(self._words.options(_row(place), flat, {}))
        return str(found.get(value, value))


def _asked(condition: Any, base: str) -> Iterator[str]:
    """The places that a condition looks at."""
    if isinstance(condition, Mapping):
        if condition.get("scope"):
            yield base + pointer.join(rules.data_segments(str(condition["scope"])))
        inner = condition.get("conditions")
        for one in inner if isinstance(inner, list) else ():
            yield from _asked(one, base)


def _row(place: str) -> str:
    return place.replace("*", "0")


_BOUNDS: dict[bool, dict[str, str]] = {
    False: {
        "minimum": "不小于{limit}",
        "maximum": "不大于{limit}",
        "exclusiveMinimum": "大于{limit}",
        "exclusiveMaximum": "小于{limit}",
    },
    True: {
        "minimum": "小于{limit}",
        "maximum": "大于{limit}",
        "exclusiveMinimum": "不大于{limit}",
        "exclusiveMaximum": "不小于{limit}",
    },
}
