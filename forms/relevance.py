"""Which controls are shown for some answers, and the answers without what is hidden.

Hidden answers stay in the draft. Here they are taken out one by one in the order of the pages, so that an answer that
is itself hidden decides nothing; this repeats until nothing changes, since a later answer may hide an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms import pointer, rules, shape
from forms.form import Form, pattern, places
from forms.live import Live
from forms.pointer import MISSING

ROUNDS_MAX = 60


@dataclass(slots=True)
class State:
    """`live.data`: the answers that count. `seen`: for each control path, in page order, whether it is shown."""

    live: Live
    seen: dict[str, bool] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.live.data
        return found


@dataclass(frozen=True, slots=True)
class Field:
    """A Control of the UI schema at a place in the data. `shown` and `usable` count everything around it."""

    element: Mapping[str, Any]
    place: str
    shown: bool
    usable: bool


def settle(form: Form, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> State:
    """The answers without hidden ones and with computed ones, and what is shown for them."""
    kept = pointer.clone(dict(answers))
    state = _round(form, kept, facts)
    for _ in range(ROUNDS_MAX):
        gone = [place for place, shown in state.seen.items() if not shown and pointer.get(kept, place) is not MISSING]
        if not gone:
            break
        for place in gone:
            _remove(kept, place)
        state = _round(form, kept, facts)
    return state


def _round(form: Form, kept: dict[str, Any], facts: Mapping[str, Any]) -> State:
    live = compute(form, kept, facts)
    seen, stripped = _strip(form, live.data)
    # what a Live worked out holds as long as its data stay
    return State(Live(form, live.data, facts) if stripped else live, seen)


def compute(form: Form, data: dict[str, Any], facts: Mapping[str, Any]) -> Live:
    """Host values written into a copy of the data, again until they stand: one may rest on another."""
    live = Live(form, pointer.clone(data), facts)
    if not form.computes:
        return live
    for _ in range(ROUNDS_MAX):
        changed = False
        for place in host_places(form, live.data):
            changed |= _write_host_value(live, place)
        if not changed:
            break
        live = Live(form, live.data, facts)
        if not form.chained:
            break
    return live


def _write_host_value(live: Live, place: str) -> bool:
    value, there = live.host_value(place), pointer.get(live.data, place)
    if value is None or value is MISSING:
        if there is MISSING or not live.host_written(place):
            return False
        pointer.remove(live.data, place)
        return True
    if there == value and type(there) is type(value):
        return False
    pointer.put(live.data, place, value)
    return True


def host_places(form: Form, data: Any) -> list[str]:
    """Places that the host may write. A value isn't written where its object isn't there."""
    if form.host_patterns is None:
        return list(_reached(form.definition.shape, data))
    found = places(form.host_patterns, data)
    return [place for place in found if isinstance(pointer.get(data, pointer.parent(place)), dict)]


def _reached(here: shape.Shape, data: Any, place: str = "") -> Iterator[str]:
    """The same for a schema that holds itself: as far as the data reach."""
    if "x-derive" in here.flat or "x-jsf-logic-computedAttrs" in here.flat:
        yield place
    for name in here.names if isinstance(data, dict) else ():
        child = here.child(name)
        if child:
            yield from _reached(child, data.get(name), f"{place}/{pointer.encode(name)}")
    if isinstance(data, list) and here.items:
        for index, row in enumerate(data):
            yield from _reached(here.items, row, f"{place}/{index}")


def _strip(form: Form, data: dict[str, Any]) -> tuple[dict[str, bool], bool]:
    """What is shown, asked control by control while hidden answers go from `data`; and whether any went."""
    seen: dict[str, bool] = {}
    stripped = False
    for one in fields(form, data):
        seen[one.place] = seen.get(one.place, False) or one.shown
        if not one.shown and not _shown_elsewhere(form, data, one):
            stripped |= pointer.get(data, one.place) is not MISSING
            _remove(data, one.place)
    return seen, stripped


def _shown_elsewhere(form: Form, data: dict[str, Any], hidden: Field) -> bool:
    """Whether another control of the same place is shown; only asked where a place has several."""
    if len(form.controls.get(pattern(hidden.place), ())) <= 1:
        return False
    return any(one.shown for one in fields(form, data) if one.place == hidden.place)


def _remove(data: dict[str, Any], place: str) -> None:
    pointer.remove(data, place)
    parent = pointer.parent(place)
    # a group that nothing is left in isn't an answer; a row keeps its number
    while parent and pointer.get(data, parent) == {} and not pointer.last(parent).isdigit():
        pointer.remove(data, parent)
        parent = pointer.parent(parent)


def fields(form: Form, data: Any) -> Iterator[Field]:
    """Every control of all pages in order, rows of lists one by one, with whether it is shown and can be filled."""
    verdicts: dict[int, tuple[bool, bool]] = {}
    for step in form.plan:
        shown = usable = True
        for element in step.rules:
            verdict = verdicts.get(id(element))
            if verdict is None:
                verdict = (form.judge.visible(element, data), form.judge.enabled(element, data))
                verdicts[id(element)] = verdict
            shown, usable = shown and verdict[0], usable and verdict[1]
        yield Field(step.element, step.place, shown, usable)
        if step.detailed:
            yield from _rows(form, step.element, data, step.place, shown=shown, usable=usable)


def walk(
    form: Form, element: Mapping[str, Any], data: Any, base: Any, place: str, *, shown: bool, usable: bool
) -> Iterator[Field]:
    """`base`: the data that scopes count from (the row, inside a list), which stands at `place`."""
    shown = shown and form.judge.visible(element, base)
    usable = usable and form.judge.enabled(element, base)
    if element.get("type") == "Control":
        here = place + pointer.join(rules.data_segments(str(element.get("scope", ""))))
        yield Field(element, here, shown, usable)
        yield from _rows(form, element, data, here, shown=shown, usable=usable)
        return
    for child in element.get("elements") or ():
        if isinstance(child, Mapping):
            yield from walk(form, child, data, base, place, shown=shown, usable=usable)


def _rows(
    form: Form, element: Mapping[str, Any], data: Any, here: str, *, shown: bool, usable: bool
) -> Iterator[Field]:
    detail = (element.get("options") or {}).get("detail")
    value = pointer.get(data, here, None)
    if not isinstance(detail, Mapping):
        return
    if isinstance(value, dict):
        yield from walk(form, detail, data, value, here, shown=shown, usable=usable)
    for index, row in enumerate(value if isinstance(value, list) else ()):
        yield from walk(form, detail, data, row, f"{here}/{index}", shown=shown, usable=usable)


def order(state: State) -> dict[str, int]:
    """Place of each control in the order of the pages."""
    return {place: number for number, place in enumerate(state.seen)}
