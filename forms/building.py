"""Controls: one thing on a page each, built from the UI schema, the schema and the answers so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forms import display, divisions, limits, lookup, originals, parsing, pointer, relevance, rules, shape
from forms.answers import Context
from forms.definition import DEFAULT_LANGUAGE, Definition
from forms.form import Form, form_of
from forms.kind_of import kind_of
from forms.live import Live, as_text
from forms.pointer import MISSING
from forms.tidying import Tidy
from forms.validation import Problem
from forms.wording import Wording, carried

AGAIN = "再"


@dataclass(frozen=True, slots=True)
class Control:
    """One thing on a page.

    `path`: JSON Pointer into the answers, and the name of the form field. `value`: as the draft holds it, right or
    wrong (None: nothing). `options`: (value as a form carries it, label). `items`: rows of a list. `children`:
    controls of a group. `attributes`: for the HTML field; `maxlength` counts code points. `display`: the value as
    people read it. `source`: where a prefilled value came from, in words, put in by the host.
    `schema`: what the schema says about the place for these answers.
    """

    scope: str
    path: str
    kind: str
    label: str
    hint: str = ""
    required: bool = False
    visible: bool = True
    enabled: bool = True
    read_only: bool = False
    error: str = ""
    value: Any = None
    options: tuple[tuple[str, str], ...] = ()
    examples: tuple[str, ...] = ()
    lang: str = DEFAULT_LANGUAGE
    items: tuple[Row, ...] = ()
    children: tuple[Control, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    display: str = ""
    source: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> frozenset[str]:
        """What of `options` the draft holds, as a form carries it."""
        several = self.attributes.get("multiple") and isinstance(self.value, list)
        held = self.value if several else [self.value]
        return frozenset(carried(one) for one in held if one is not None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list; looping over it gives its controls."""

    path: str
    label: str
    controls: tuple[Control, ...]

    def __iter__(self) -> Iterator[Control]:
        return iter(self.controls)

    def __len__(self) -> int:
        return len(self.controls)


class Builder:
    """Builds the controls of one draft."""

    def __init__(self, definition: Definition, data: Mapping[str, Any], context: Context) -> None:
        self.definition, self.draft = definition, data
        self.form: Form = form_of(definition)
        facts = {"filing_day": context.filing_day, "language": context.language, "place": context.place}
        self._place = context.place
        answers = Tidy().answers(dict(data), definition.shape)
        self.state = relevance.settle(self.form, answers, facts)
        self.live: Live = self.state.live
        self.words = Wording(definition, self.live, context.language)
        self.errors: dict[str, str] = {}
        self._generated_count = 0

    @cached_property
    def _photographed(self) -> frozenset[str]:
        """The fields that take a material which these answers ask for: 选填 beside one would contradict the guide."""
        listed = self.definition.service.get("materials", ())
        asked = (one for one in listed if one["source"] == "applicant" and originals.needed(one, self.live.data))
        return frozenset(one["field"] for one in asked if one.get("field"))

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.errors.setdefault(problem.path, problem.message)

    def page(self, index: int) -> list[Control]:
        element = self.definition.pages[index].element
        visible = self.page_visible(index)
        return list(self._build(element, self.live.data, "", shown=visible, usable=True))

    def page_visible(self, index: int) -> bool:
        """A page is shown when its own rule and those around it hold and something on it is shown."""
        around = _around(self.definition.uischema, self.definition.pages[index].element)
        return all(self.form.judge.visible(one, self.live.data) for one in around)

    def _generated(self, place: str) -> dict[str, Any]:
        """A control for each property of an object; for a row that is no object, one for the row itself.

        A schema that holds itself would go on for ever: depth and number of generated controls are limited.
        """
        here = self.definition.shape.at(place)
        names = here.names if here and place.count("/") < parsing.DEPTH_MAX else []
        self._generated_count += len(names)
        if self._generated_count > limits.FIELDS_MAX:
            names = []
        scopes = [f"#/properties/{pointer.encode(name)}" for name in names]
        if here and not here.names and pointer.last(place).isdigit() and "object" not in here.types():
            scopes = ["#"]
        return {"type": "VerticalLayout", "elements": [{"type": "Control", "scope": scope} for scope in scopes]}

    def shows_something(self, element: Mapping[str, Any]) -> bool:
        """Whether an element or anything in it is shown, without building it."""
        if not self.form.judge.visible(element, self.live.data):
            return False
        if element.get("type") in ("Control", "Label"):
            return True
        return any(self.shows_something(child) for child in element.get("elements") or () if isinstance(child, Mapping))

    def _build(
        self, element: Mapping[str, Any], base: Any, place: str, *, shown: bool, usable: bool
    ) -> Iterator[Control]:
        shown = shown and self.form.judge.visible(element, base)
        usable = usable and self.form.judge.enabled(element, base)
        kind = element.get("type")
        if kind == "Control":
            yield self._control(element, place, shown=shown, usable=usable)
        elif kind == "Label":
            yield Control("", "", "note", self.words.element_label(element), visible=shown, lang=self.words.language)
        else:
            inside = [
                control
                for child in element.get("elements") or ()
                if isinstance(child, Mapping)
                for control in self._build(child, base, place, shown=shown, usable=usable)
            ]
            yield from [self._group(element, inside, shown=shown)] if kind == "Group" else inside

    def _group(self, element: Mapping[str, Any], inside: list[Control], *, shown: bool) -> Control:
        visible = shown and any(control.visible for control in inside)
        label = self.words.element_label(element)
        return Control("", "", "group", label, visible=visible, children=tuple(inside), lang=self.words.language)

    def _control(self, element: Mapping[str, Any], around: str, *, shown: bool, usable: bool) -> Control:
        scope = str(element.get("scope", ""))
        place = around + pointer.join(rules.data_segments(scope))
        flat = self.live.flat(place)
        options = element.get("options") or {}
        kind = kind_of(flat, options, self.form.definition.shape.at(place))
        value = self._value(place, flat)
        choices = self._choices(kind, place, flat, element)
        rows = self._rows(element, place, shown=shown, usable=usable) if kind == "list" else ()
        return Control(
            scope=scope,
            path=place,
            kind=kind,
            label=self.words.label(place, element),
            hint=self.words.hint(place, element),
            required=self.live.required(place) or place in self._photographed,
            visible=shown,
            enabled=usable,
            read_only=bool(flat.get("readOnly") or options.get("readonly") or options.get("readOnly"))
            or self.live.host_value(place) is not MISSING,
            error=self._error(kind, place),
            value=value,
            options=tuple((carried(one), label) for one, label in choices),
            examples=self._examples(flat),
            lang=self.words.language,
            items=rows,
            children=self._inside(element, place, shown=shown, usable=usable) if kind == "group" else (),
            attributes=parsing.attributes(kind, flat, self._said(place, element, first=not rows))
            | self._lookup(kind, value, flat, choices)
            | (self.live.ends_of_calendar(place) if kind == "date" else {}),
            display=self._display(kind, value, choices),
            schema=flat,
        )

    def _examples(self, flat: Mapping[str, Any]) -> tuple[str, ...]:
        """What could be answered; an English page shows no Chinese ones."""
        found = tuple(as_text(one) for one in _list(flat.get("examples")))
        return tuple(one for one in found if one.isascii()) if display.is_english(self.words.language) else found

    def _error(self, kind: str, place: str) -> str:
        """What is wrong with a control; a choice of several also tells what is wrong with one of them."""
        inside = (said for path, said in self.errors.items() if kind == "choice" and pointer.parent(path) == place)
        return self.errors.get(place) or next(inside, "")

    def _value(self, place: str, flat: Mapping[str, Any]) -> Any:
        """What the draft holds, as it was typed; a value of the host where the host writes; else the default."""
        own = self.live.host_value(place)
        if own is not MISSING and own is not None:
            return own
        typed = pointer.get(self.draft, place, MISSING)
        if typed is MISSING:
            typed = None if self.live.host_written(place) else flat.get("default")
        return typed

    def _display(self, kind: str, value: Any, choices: list[tuple[Any, str]]) -> str:
        words = display.words(kind, value, choices, self.words.language)
        return self.words.own(words) if kind in ("signature", "file") else words

    def _choices(
        self, kind: str, place: str, flat: Mapping[str, Any], element: Mapping[str, Any]
    ) -> list[tuple[Any, str]]:
        if kind == "yes-no":
            yes, no = (display.said(word, self.words.language) for word in ("是", "否"))
            return [(True, self.words.text("yes", yes)), (False, self.words.text("no", no))]
        if kind != "choice":
            return []
        if "array" in shape.types(dict(flat)):
            flat = self.live.flat(f"{place}/0")
        return self.words.options(place, flat, element)

    def _lookup(self, kind: str, value: Any, flat: Mapping[str, Any], choices: Sized) -> dict[str, Any]:
        """What a field needs whose code is looked for: the levels down to it, and that it can be searched."""
        if kind == "division":
            wanted, held = flat["x-lookup"], value if isinstance(value, str) else ""
            levels, base = divisions.levels(held, self._place, wanted, self.words.language)
            return {"levels": levels, "from": base, "search": True}
        return {"search": True} if "x-lookup" in flat and len(choices) > lookup.SEARCHED_MIN else {}

    def _rows(self, element: Mapping[str, Any], place: str, *, shown: bool, usable: bool) -> tuple[Row, ...]:
        rows = pointer.get(self.draft, place, None)
        least = self.live.flat(place).get("minItems")
        count = max(len(rows) if isinstance(rows, list) else 0, least if isinstance(least, int) else 0)
        own = str((element.get("options") or {}).get("row_label") or self.words.label(place, element))
        name = self.words.text(f"{self.words.prefix(place, element)}.row_label", own)
        return tuple(
            Row(
                f"{place}/{index}",
                f"{name} {index + 1}",
                self._inside(element, f"{place}/{index}", shown=shown, usable=usable),
            )
            for index in range(min(count, parsing.ROWS_MAX))
        )

    def _said(self, place: str, element: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
        """The options of an element, with what they say in the language of the form.

        `first`: a list has no row yet, so that nobody adds one more: 添一人, and only then 再添一人.
        """
        options = dict(element.get("options") or {})
        if "add_label" in options:
            key = f"{self.words.prefix(place, element)}.add_label"
            label = self.words.text(key, str(options["add_label"]))
            options["add_label"] = label.removeprefix(AGAIN) if first else label
        return options

    def _inside(self, element: Mapping[str, Any], place: str, *, shown: bool, usable: bool) -> tuple[Control, ...]:
        """Controls of a row or of an object: by `options.detail`, else one for each property."""
        base = pointer.get(self.live.data, place, {})
        detail = (element.get("options") or {}).get("detail")
        if not isinstance(detail, Mapping):
            detail = self._generated(place)
        return tuple(self._build(detail, base, place, shown=shown, usable=usable))


def _around(element: Any, wanted: Any) -> list[Mapping[str, Any]]:
    """The elements on the way from the root to `wanted`, both included; [] when it isn't below."""
    if element is wanted:
        return [element]
    for child in element.get("elements") or () if isinstance(element, Mapping) else ():
        found = _around(child, wanted)
        if found:
            return [element, *found]
    return []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
