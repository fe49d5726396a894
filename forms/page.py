"""What a page shows, what a posted page says, and how answers read: the same for every screen and for paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms import display, parsing, pointer, shape
from forms.answers import Context
from forms.building import Builder, Control, Row
from forms.definition import Definition, build
from forms.validation import Problem

__all__ = [
    "Control",
    "Row",
    "Section",
    "controls",
    "from_schema",
    "leaves",
    "page_problems",
    "read",
    "summary",
    "visible_pages",
]

_DAY = "2026-01-01"  # only ages on a page depend on it, and the screens hand in theirs


@dataclass(frozen=True, slots=True)
class Section:
    """A page as people check it before they file: `rows` are (path, label, value in words)."""

    page: int
    label: str
    rows: tuple[tuple[str, str, str], ...]


def _context(context: Context | None, language: str | None) -> Context:
    context = context or Context(_DAY)
    return Context(context.filing_day, language or context.language, context.place)


def controls(
    definition: Definition,
    data: Mapping[str, Any],
    page: int | None = None,
    problems: Iterable[Problem] = (),
    *,
    context: Context | None = None,
    language: str | None = None,
) -> list[Control]:
    """The controls of a page, of all pages when `page` is None; hidden ones too, with `visible` False.

    `problems`: what check() found; each goes to the control of its path. `context`: the day that ages count from.
    """
    builder = Builder(definition, data, _context(context, language))
    builder.take(problems)
    pages = range(len(definition.pages)) if page is None else [page]
    return [control for index in pages for control in builder.page(index)]


def visible_pages(definition: Definition, data: Mapping[str, Any], *, context: Context | None = None) -> list[int]:
    """Numbers of the pages that have something to show for these answers."""
    builder = Builder(definition, data, _context(context, None))
    return [
        index
        for index in range(len(definition.pages))
        if builder.page_visible(index) and builder.shows_something(definition.pages[index].element)
    ]


def leaves(found: Iterable[Control]) -> Iterator[Control]:
    """Controls that hold a value, those of groups and rows in their place."""
    for control in found:
        if control.kind == "group":
            yield from leaves(control.children)
        elif control.kind == "list":
            yield from (leaf for row in control.items for leaf in leaves(row))
        elif control.kind != "note":
            yield control


def read(
    definition: Definition,
    data: Mapping[str, Any],
    page: int,
    form: Mapping[str, Sequence[str]],
    *,
    context: Context | None = None,
) -> dict[str, Any]:
    """The draft with a posted page in it. `form`: field name (= path) -> values.

    What was typed stays as typed, even where it is wrong. A field that wasn't posted keeps its value, but a shown
    choice that wasn't posted has been cleared. `_add=/members` adds a row, `_remove=/members/0` takes one out.
    """
    draft: dict[str, Any] = pointer.clone(dict(data))
    found = controls(definition, data, page, context=context)
    for control in leaves(found):
        if not control.read_only:
            parsing.take(draft, control.path, control.kind, _whole(definition, control), form, shown=control.visible)
    lists = {control.path: control for control in _lists(found)}
    for place in form.get("_add", ()):
        if place in lists:
            parsing.add_row(draft, place, lists[place].schema, len(lists[place].items))
    for place in form.get("_remove", ()):
        if pointer.parent(place) in lists:
            pointer.remove(draft, place)
    return draft


def _whole(definition: Definition, control: Control) -> Mapping[str, Any]:
    """The schema of a control; of one that takes several choices with its rows resolved."""
    here = definition.shape.at(control.path) if control.attributes.get("multiple") else None
    return {**control.schema, "items": here.items.flat} if here and here.items else control.schema


def _lists(found: Iterable[Control]) -> Iterator[Control]:
    for control in found:
        yield from [control] if control.kind == "list" else []
        yield from _lists(control.children)
        yield from (inner for row in control.items for inner in _lists(row))


def page_problems(
    definition: Definition, data: Mapping[str, Any], page: int, problems: Iterable[Problem]
) -> list[Problem]:
    """The problems that belong on a page: those of its shown fields, rows and lists."""
    places = _page_places(definition, data, page)
    return [problem for problem in problems if _belongs(problem.path, places)]


def _page_places(definition: Definition, data: Mapping[str, Any], page: int) -> set[str]:
    found = controls(definition, data, page)
    return {control.path for control in _everything(found) if control.visible and control.path}


def _everything(found: Iterable[Control]) -> Iterator[Control]:
    for control in found:
        yield control
        yield from _everything(control.children)
        yield from (inner for row in control.items for inner in _everything(row))


def _belongs(path: str, places: set[str]) -> bool:
    while path:
        if path in places:
            return True
        path = pointer.parent(path)
    return False


def summary(
    definition: Definition, data: Mapping[str, Any], *, context: Context | None = None, language: str | None = None
) -> list[Section]:
    """The answers as people check them, page by page, without hidden ones; skipped optional ones say so."""
    builder = Builder(definition, data, _context(context, language))
    sections = []
    for page in definition.pages:
        shown = builder.page(page.index) if builder.page_visible(page.index) else ()
        rows = tuple(_summary_rows(shown, "", builder.words.own(display.NOTHING)))
        if rows:
            sections.append(Section(page.index, builder.words.element_label(page.element), rows))
    return sections


def _summary_rows(found: Iterable[Control], prefix: str, nothing: str) -> Iterator[tuple[str, str, str]]:
    for control in found:
        if not control.visible or control.kind == "note":
            continue
        if control.kind == "group":
            yield from _summary_rows(control.children, prefix, nothing)
        elif control.kind == "list" and control.items:
            for row in control.items:
                yield from _summary_rows(row.controls, f"{prefix}{row.label} · ", nothing)
        else:
            yield control.path, f"{prefix}{control.label}", control.display or nothing


def from_schema(schema: Mapping[str, Any], uischema: Mapping[str, Any] | None = None) -> Definition:
    """A form for any plain JSON Schema: fields, labels and required marks as JSON Forms generates them.

    Nothing is linted; a schema that can't be used gives a form whose answers are refused.
    """
    content = dict(schema) if isinstance(schema, Mapping) else {}
    layout = dict(uischema) if uischema else generate(content)
    digest = hashlib.sha256(json.dumps([content, layout], sort_keys=True, default=str).encode("utf-8", "replace"))
    raw = {"id": "schema", "version": "0", "schema": content, "uischema": layout}
    return build(raw, digest.hexdigest())


def generate(schema: dict[str, Any]) -> dict[str, Any]:
    """The UI schema that JSON Forms generates: a vertical layout with a control for each property."""
    names = shape.Shape([schema], schema).names
    whole = [] if "object" in shape.types(schema) or "properties" in schema else ["#"]
    scopes = [f"#/properties/{pointer.encode(name)}" for name in names] or whole
    return {"type": "VerticalLayout", "elements": [{"type": "Control", "scope": scope} for scope in scopes]}
