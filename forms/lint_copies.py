"""A composed service's copies of what its parts ask: they must not drift apart.

A whole is one file that says everything it shows, so that its digest pins all of it: an application keeps the words and
rules that it was filled with, and no edit of a part changes a published whole. What both ask is therefore written in
both, and this finds where the two stopped saying the same: limits in every part, words and cross-field rules in a part
that is also offered by itself. `own` of a part's entry names the places that the whole words its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import apart, pointer
from forms.definition import Definition
from forms.reading import Trouble
from forms.shape import Shape
from forms.whole import Part

_LIMITS = (
    "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "const", "x-lookup", "contentMediaType", "minItems", "maxItems", "uniqueItems",
)  # fmt: skip  # a table
_RULES = ("validations", "computedValues")
_SHOWN_MAX = 40
_DEPTH_MAX = 8
_HINT = "两处问的是同一件事，请改成一样；总表有意另写的，把总表里的位置写进这一项的 own"
_LIMIT_HINT = "总表比分项松，填得对分项却不收；比分项严，能办的办不了。请改成一样"


def troubles(definition: Definition, part: Part, its: Definition, where: str) -> Iterator[Trouble]:
    """What the whole and one of its parts say differently; each names both places. `where`: the part's entry."""
    shared = not its.service.get("part_only")
    for target, sources in part.answers.items():
        here = f"{where}/answers/{pointer.encode(target)}"
        for source in sources if shared else ():
            yield from ((here, said, _HINT) for said in _words(definition, source, its, target, part.own))
        for source in sources:
            yield from ((here, said, _LIMIT_HINT) for said in _limits(definition, source, its, target))
    if shared:
        yield from ((where, said, _HINT) for said in _rules(definition, its, part.own))


def _leaves(given: Shape | None, wanted: Shape | None, source: str, target: str, depth: int = 0) -> Iterator[_Pair]:
    """(place in the whole, its keywords, place in the part, its keywords) of every field that both have."""
    if given is None or wanted is None or depth > _DEPTH_MAX:
        return
    if not wanted.names:
        yield source, given.flat, target, wanted.flat
    for name in wanted.names:
        step = f"/{pointer.encode(name)}"
        yield from _leaves(given.child(name), wanted.child(name), source + step, target + step, depth + 1)


_Pair = tuple[str, Mapping[str, Any], str, Mapping[str, Any]]


def _pairs(definition: Definition, source: str, its: Definition, target: str) -> Iterator[_Pair]:
    return _leaves(definition.shape.at(source), its.shape.at(target), source, target)


def _limits(definition: Definition, source: str, its: Definition, target: str) -> Iterator[str]:
    for ours, given, theirs, wanted in _pairs(definition, source, its, target):
        for keyword in _LIMITS:
            if given.get(keyword) != wanted.get(keyword):
                yield _said(ours, its, theirs, keyword, (given.get(keyword), wanted.get(keyword)))
        if apart.days(given) != apart.days(wanted):  # the same value stands in both, and has to go from both
            yield _said(ours, its, theirs, "x-retention", (apart.days(given) or None, apart.days(wanted) or None))


def _words(definition: Definition, source: str, its: Definition, target: str, own: tuple[str, ...]) -> Iterator[str]:
    for ours, given, theirs, wanted in _pairs(definition, source, its, target):
        if ours in own:
            continue
        if given.get("title") != wanted.get("title"):
            yield _said(ours, its, theirs, "title", (given.get("title"), wanted.get("title")))
        for tag in sorted(definition.i18n.keys() & its.i18n.keys()):
            left, right = _texts(definition.i18n[tag], ours), _texts(its.i18n[tag], theirs)
            for key in sorted(left.keys() | right.keys()):
                if left.get(key) != right.get(key):
                    yield _said(ours, its, theirs, f"i18n {tag}{key}", (left.get(key), right.get(key)))


def _texts(texts: Mapping[str, str], place: str) -> dict[str, str]:
    """The texts of one field, by what follows its name (.label, .error.required)."""
    key = ".".join(pointer.split(place))
    return {one.removeprefix(key): text for one, text in texts.items() if one.startswith(f"{key}.")}


def _rules(definition: Definition, its: Definition, own: tuple[str, ...]) -> Iterator[str]:
    """Cross-field rules of the same name do the same."""
    for kind in _RULES:
        ours, theirs = (one.schema.get("x-jsf-logic", {}).get(kind, {}) for one in (definition, its))
        for name in sorted(ours.keys() & theirs.keys()):
            place = f"/schema/x-jsf-logic/{kind}/{name}"
            if ours[name] != theirs[name] and place not in own:
                yield _said(place, its, place, "", (ours[name], theirs[name]))


def _said(ours: str, its: Definition, theirs: str, what: str, values: tuple[Any, Any]) -> str:
    here, there = map(_short, values)
    name = f" 的 {what}" if what else ""
    return f"总表 {ours} 和 {its.id}.json {theirs}{name} 不一样：总表是“{here}”，分项是“{there}”"


def _short(value: Any) -> str:
    text = "没有" if value is None else str(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
