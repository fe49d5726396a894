"""A form on paper: every field of a definition with boxes and lines, blank or filled, also those that a rule hides.

Paper says the short official names (the schema's titles); the questions of the screens are for the screens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from forms import answers, dates, display, limits, page, paper_words, pointer
from forms.answers import Context
from forms.building import Control
from forms.definition import Definition
from forms.openings import Opening, key_of, openings

ROWS_BLANK = 3
NUMBER_BOXES = 18
OPTIONS_IN_LINE_MAX = 24  # more are written, not ticked
_WRITTEN = frozenset({"text", "long-text", "number", "date", "division"})
Conditions = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the sheet.

    `kind`: a control's kind, or "tick" for what can only be confirmed. `when`: in which case it is filled in.
    `sometimes`: some answers make it required.
    `options`: (label, ticked). `boxes`: one character each, for numbers. `columns` and `rows`: of a list, values in
    words. `entries`: of a group. `hint`, `limits`: how to fill it in. `question`: how the screens ask for it.
    """

    kind: str
    label: str
    path: str = ""
    when: tuple[str, ...] = ()
    required: bool = False
    sometimes: bool = False
    read_only: bool = False
    hint: str = ""
    question: str = ""
    value: str = ""
    options: tuple[tuple[str, bool], ...] = ()
    boxes: tuple[str, ...] = ()
    columns: tuple[Entry, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    entries: tuple[Entry, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the form as a part of the sheet."""

    index: int
    title: str
    when: tuple[str, ...]
    entries: tuple[Entry, ...]


def blank(definition: Definition, language: str = "zh-CN") -> list[Part]:
    """The empty sheet."""
    return _Sheet(definition, {}, language, filled=False).parts()


def sample(definition: Definition, language: str = "zh-CN") -> list[Part]:
    """The sheet with the first valid sample of the file; its people are made up."""
    entry = definition.samples["valid"][0]
    context = Context(**{"filing_day": "2026-01-01", **entry.get("context", {})})
    data = answers.check(definition, entry["answers"], context).answers
    return _Sheet(definition, data, language, filled=True).parts()


class _Sheet:
    def __init__(self, definition: Definition, data: Mapping[str, Any], language: str, *, filled: bool) -> None:
        self._definition, self._language = definition, language
        self._said = partial(paper_words.said, language)
        # the short official names are Chinese; another language has only what the screens say
        self._official = not display.is_english(language)
        self._formal = replace(definition, i18n={}, cache={}) if self._official else definition
        self._filled = filled
        self._data = _with_rows(definition, data) if not filled else data
        found = openings(self._formal, language)
        self._when: Conditions = {one.key: one.when for one in found if one.kind in ("field", "note")}
        self._sometimes = frozenset(_ever_required(definition.schema, ""))
        self._pages: dict[int, Opening] = {one.page: one for one in found if one.kind == "page"}
        validations = definition.schema.get("x-jsf-logic", {})
        self._judged: Mapping[str, Any] = validations.get("validations", {}) if isinstance(validations, dict) else {}

    def parts(self) -> list[Part]:
        return [part for one in self._definition.pages if (part := self._part(one.index)).entries]

    def _part(self, index: int) -> Part:
        own = self._pages[index].when if index in self._pages else ()
        entries = tuple(self._entries(index, own))
        shown = {one.when for one in entries}
        own_title = self._definition.pages[index]
        said = self._definition.text(f"{own_title.key}.label", own_title.label, self._language)
        title = (self._formal.pages[index].label if self._official else said) or own_title.label
        if entries and not own and len(shown) == 1:
            own = shown.pop()
            entries = tuple(replace(one, when=()) for one in entries)
        return Part(index, title, own, entries)

    def _entries(self, index: int, own: tuple[str, ...]) -> Iterator[Entry]:
        plain = page.controls(self._definition, self._data, index, language=self._language)
        formal = page.controls(self._formal, self._data, index, language=self._language)
        yield from self._made(plain, formal, own)

    def _made(self, plain: Iterable[Control], formal: Iterable[Control], around: tuple[str, ...]) -> Iterator[Entry]:
        for said, official in zip(plain, formal, strict=True):
            if said.kind == "group":
                yield from self._group(said, official, around)
            elif said.kind == "note":
                when = _without(self._when.get(official.label, ()), around)
                yield from [] if self._filled and not said.visible else [Entry("note", said.label, when=when)]
            else:
                yield self._field(said, official, around)

    def _group(self, said: Control, official: Control, around: tuple[str, ...]) -> Iterator[Entry]:
        inside = list(self._made(said.children, official.children, around))
        when = _common([one.when for one in inside])
        inside = [replace(one, when=one.when[len(when) :]) for one in inside]
        label = official.label or said.label
        if inside:
            yield Entry("group", label, said.path, when=when, entries=tuple(inside))

    def _field(self, said: Control, official: Control, around: tuple[str, ...]) -> Entry:
        label = str(said.schema.get("title") or said.label) if self._official else said.label
        agreed = said.kind == "yes-no" and said.schema.get("const") is True
        kind = "tick" if agreed else said.kind
        shown = said.visible and self._filled
        options = official.options if self._official and _titled(said) else said.options
        ticked = len(options) <= OPTIONS_IN_LINE_MAX
        entry = Entry(
            kind="text" if kind == "division" or (kind == "choice" and not ticked) else kind,
            label=label,
            path=said.path,
            when=_without(self._when.get(key_of(said.path), ()), around),
            required=said.required,
            sometimes=key_of(said.path) in self._sometimes,
            read_only=said.read_only,
            hint=said.hint,
            question=said.label if said.label != label else "",
            value=official.display if shown and said.kind in {*_WRITTEN, "choice"} else "",
            options=self._ticks(said, options, shown=shown) if ticked else (),
            boxes=_boxes(said, shown=shown),
            limits=tuple(self._limits(said, options)),
        )
        return self._table(entry, said, official) if said.kind == "list" else entry

    def _ticks(self, said: Control, options: Sequence[tuple[str, str]], *, shown: bool) -> tuple[tuple[str, bool], ...]:
        if said.kind in ("file", "signature"):
            return ((self._said("已附"), shown and bool(said.value)),)
        if not options or said.kind == "text":
            return ()
        return tuple((label, shown and value in said.chosen) for value, label in options)

    def _table(self, entry: Entry, said: Control, official: Control) -> Entry:
        pairs = zip(said.items, official.items, strict=True)
        rows = [list(_cells(self._made(mine.controls, theirs.controls, ()))) for mine, theirs in pairs]
        if not rows:
            return entry
        values = [tuple(_in_words(cell) for cell in row) for row in rows]
        if self._filled:
            values += [tuple("" for _ in rows[0])] * max(0, ROWS_BLANK - len(values))
        return replace(entry, columns=tuple(rows[0]), rows=tuple(values))

    def _limits(self, said: Control, options: Sequence[tuple[str, str]]) -> Iterator[str]:
        schema = said.schema
        if said.kind == "choice" and options and not said.attributes.get("search"):
            several = self._said("可以选几项：" if said.attributes.get("multiple") else "选一项：")
            names = self._said("、").join(label for _, label in options[:OPTIONS_IN_LINE_MAX])
            yield f"{several}{names}{'……' if len(options) > OPTIONS_IN_LINE_MAX else ''}"
        if not said.hint:
            yield from map(self._said, _KINDS.get("tick" if schema.get("const") is True else said.kind, ()))
        yield from map(self._said, _UNSURE.get(dates.asked(schema), ()))
        if not said.hint or schema.get("format") == "cn-ric":
            yield from (self._said(words) for name, words in _FORMATS.items() if schema.get("format") == name)
        bounds = [self._said(words, limit=schema[key]) for key, words in _BOUNDS.items() if _worth_saying(key, schema)]
        yield from [self._said("，").join(bounds)] if bounds else []
        yield from (self._said("例如：{text}", text=example) for example in said.examples[:1])
        for name in schema.get("x-jsf-logic-validations") or ():
            said_so = self._judged.get(name, {}).get("errorMessage") if isinstance(name, str) else None
            yield from [f"注意：{said_so}"] if said_so and self._official else []


def _with_rows(definition: Definition, data: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with empty rows in every list, so that there is something to write into."""
    draft: dict[str, Any] = pointer.clone(dict(data))
    for control in _lists(page.controls(definition, draft)):
        most = control.schema.get("maxItems", ROWS_BLANK)
        pointer.put(draft, control.path, [{} for _ in range(min(ROWS_BLANK, most))])
    return draft


def _lists(found: Iterable[Control]) -> Iterator[Control]:
    for control in found:
        yield from [control] if control.kind == "list" else []
        yield from _lists(control.children)


def _ever_required(schema: Any, place: str) -> Iterator[str]:
    """Keys of the places that the schema requires, always or in some case."""
    if not isinstance(schema, Mapping):
        return
    names = schema.get("required")
    yield from (f"{place}/{pointer.encode(name)}" for name in (names if isinstance(names, list) else ()))
    for name, inner in (schema.get("properties") or {}).items():
        yield from _ever_required(inner, f"{place}/{pointer.encode(name)}")
    yield from _ever_required(schema.get("items"), f"{place}/*")
    branches = [schema.get(key) for key in ("then", "else")]
    branches += [one for key in ("allOf", "anyOf", "oneOf") for one in schema.get(key) or ()]
    for branch in branches:
        yield from _ever_required(branch, place)


def _titled(control: Control) -> bool:
    """Whether the schema itself names the options in words."""
    branches = control.schema.get("oneOf") or control.schema.get("anyOf")
    return isinstance(branches, list) and all(isinstance(one, dict) and "title" in one for one in branches)


def _boxes(control: Control, *, shown: bool) -> tuple[str, ...]:
    if control.kind != "text" or control.schema.get("format") != "cn-ric":
        return ()
    typed = str(control.value or "") if shown else ""
    return tuple(typed[:NUMBER_BOXES].ljust(NUMBER_BOXES))


def _cells(found: Iterable[Entry]) -> Iterator[Entry]:
    """The columns of a list: what is in a group stands beside the rest, remarks have no column."""
    for entry in found:
        if entry.kind != "note":
            yield from _cells(entry.entries) if entry.entries else (entry,)


def _in_words(entry: Entry) -> str:
    return entry.value or "、".join(label for label, ticked in entry.options if ticked)


def _without(when: tuple[str, ...], around: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in when if one not in around))


def _common(found: list[tuple[str, ...]]) -> tuple[str, ...]:
    shared: list[str] = []
    for level in zip(*found, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return tuple(shared)


def _worth_saying(key: str, schema: Mapping[str, Any]) -> bool:
    if schema.get("format") == dates.FORMAT:
        return False  # its lengths say how much of the date is asked
    if key == "maxLength":
        return "format" not in schema and schema.get(key, limits.ANSWER_TEXT_MAX) < limits.ANSWER_TEXT_MAX
    return key in schema and not (key == "minLength" and schema[key] <= 1)


_KINDS = {
    "date": ("写年、月、日，年份写4位数字",),
    "yes-no": ("在“是”或者“否”前打勾",),
    "tick": ("看过后打勾",),
    "division": ("从省写起，写到村或者社区",),
    "file": ("附上原件或者复印件，也可以当场拍照",),
    "signature": ("由本人亲笔签名；不会写字的，请工作人员帮忙",),
}
_UNSURE = {
    "year": ("月、日记不清的，只写知道的，不要猜",),
    "month": ("哪一天记不清的，写到月，不要猜",),
}
_FORMATS = {
    "cn-ric": "18位，一格写一位，末位是X的写大写",
    "cn-phone": "写11位手机号，或者带区号的固定电话",
    "person-name": "与证件上的一致，最多50个字",
}
_BOUNDS = {
    "minLength": "至少写{limit}个字",
    "maxLength": "最多写{limit}个字",
    "minimum": "不小于{limit}",
    "maximum": "不大于{limit}",
    "minItems": "至少写{limit}项",
    "maxItems": "最多写{limit}项",
}
