"""Answers that go before the rest of their application (个人信息保护法 19, 47): `x-retention` of a field, in days.

Their values don't stand in the body of the filing or the correction but in `answers.set_apart`, an event of its own
right behind it in the same transaction, one for each term. So they can be erased alone, as any body can
(forms.events.erased), and both chains stand. A random key ties the two together: it outlives a sealed inbox and a
second machine, which write the same bodies under other places. The term runs from 办结.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from forms import limits, pointer
from forms.definition import Definition
from forms.events import Event, Side
from forms.kinds import check_body
from forms.kinds_apart import DAYS_MAX, KIND
from forms.pointer import MISSING
from forms.shape import Shape
from forms.state import State

GONE: Final = "已按保存期限删除"
_DEPTH_MAX = 8
_MARK = "'x-retention': {"  # most forms have no such field, and need no walk
Values = Mapping[tuple[Side, str], Mapping[str, str]]  # (whose log, key) -> place -> value


def days(flat: Mapping[str, Any]) -> int:
    """For how many days after 办结 a field is kept; 0 for as long as its application."""
    said = flat.get("x-retention")
    term = said.get("days") if isinstance(said, dict) else 0
    return term if isinstance(term, int) and 0 < term <= DAYS_MAX else 0


def terms(definition: Definition) -> dict[str, int]:
    """Place of a field -> the days that it is kept, of those that go before their application."""
    if "apart" not in definition.cache:
        found = fields(definition.shape) if _MARK in repr(definition.schema) else ()
        definition.cache["apart"] = {place: days(shape.flat) for place, shape in found if days(shape.flat)}
    known: dict[str, int] = definition.cache["apart"]
    return known


def fields(root: Shape) -> list[tuple[str, Shape]]:
    """(place, shape) of every field and group outside of lists, as far as answers may go."""
    found: list[tuple[str, Shape]] = []
    pending = [("", root)]
    while pending and len(found) < limits.FIELDS_MAX:
        above, holder = pending.pop(0)
        for name in holder.names:
            here, place = holder.child(name), f"{above}/{pointer.encode(name)}"
            if here is not None:
                found.append((place, here))
                pending += [(place, here)] if place.count("/") < _DEPTH_MAX else []
    return found


def split(
    definition: Definition, body: dict[str, Any], new_key: Callable[[], str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(the body without the answers that have a term of their own, the bodies of `answers.set_apart` behind it)."""
    by_days: dict[int, dict[str, str]] = {}
    for place, term in terms(definition).items():
        value = pointer.get(body["answers"], place)
        if isinstance(value, str):
            by_days.setdefault(term, {})[place] = value
    if not by_days:
        return body, []
    left = pointer.clone(body["answers"])
    parts: list[dict[str, Any]] = [
        {"key": new_key(), "days": term, "values": values} for term, values in sorted(by_days.items())
    ]
    for part in parts:
        for place in part["values"]:
            pointer.remove(left, place)
    named = [{"key": part["key"], "places": sorted(part["values"])} for part in parts]
    return {**body, "answers": left, "apart": named}, parts


def values(told: Iterable[tuple[Side, Event]]) -> Values:
    """What the events of an application hold apart; of two that claim one key the first of its log stands."""
    found: dict[tuple[Side, str], Mapping[str, str]] = {}
    mine = [(side, event) for side, event in told if event.kind == KIND]
    for side, event in sorted(mine, key=lambda one: (one[0], one[1].position, one[1].digest)):
        body = read(event.body)
        if body is not None:
            found.setdefault((side, str(body["key"])), body["values"])
    return found


def read(written: bytes) -> dict[str, Any] | None:
    """The body of an `answers.set_apart`; None for one that is gone, or not as its kind asks."""
    try:
        data: dict[str, Any] = json.loads(written)
        check_body(KIND, data)
        json.dumps(data, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError):
        return None
    return data


def joined(side: Side, body: dict[str, Any], held: Values) -> dict[str, Any]:
    """A body with its answers whole again, as far as they are there; `lacking` names the others."""
    if "apart" not in body:
        return body
    answers, lacking = pointer.clone(body["answers"]), []
    for part in body["apart"]:
        known = held.get((side, part["key"]), {})
        for place in part["places"]:
            if place in known:
                _add(answers, place, known[place])
            else:
                lacking.append(place)
    return {**body, "answers": answers, "lacking": lacking}


def shown(state: State) -> dict[str, Any]:
    """The answers for people and other programs: a sentence stands where a value has gone with its term."""
    if not state.lacking or state.phase != "closed":
        return state.answers
    answers: dict[str, Any] = pointer.clone(state.answers)
    for place in state.lacking:
        _add(answers, place, GONE)
    return answers


def _add(answers: dict[str, Any], place: str, value: str) -> None:
    """Put a value where there is none; what stands there, or in the way, stays."""
    steps = pointer.split(place)
    above = [pointer.get(answers, pointer.join(steps[:end]), {}) for end in range(len(steps))]
    if all(isinstance(one, dict) for one in above) and pointer.get(answers, place) is MISSING:
        pointer.put(answers, place, value)


def until(closed_at: str, term: int) -> str:
    """The last day on which an answer of this term is kept; "" while the end isn't there, or for no day at all."""
    try:
        return (date.fromisoformat(closed_at[:10]) + timedelta(days=term)).isoformat()
    except (ValueError, OverflowError):
        return ""


def timed(told: Iterable[tuple[Side, Event]], closed_at: str) -> list[dict[str, Any]]:
    """What a copy of these events still holds of answers that go early: [{place, days, until}], `until` as above."""
    bodies = [read(event.body) for _, event in told if event.kind == KIND]
    return [
        {"place": place, "days": body["days"], "until": until(closed_at, body["days"])}
        for body in bodies
        if body is not None
        for place in sorted(body["values"])
    ]


def is_over(closed_at: str, term: int, today: str) -> bool:
    """Whether `term` days (1 or more) have gone by since the day of 办结, by the calendar; "" never ends."""
    last = until(closed_at, term)
    try:
        return bool(last) and last < date.fromisoformat(today).isoformat()
    except ValueError:
        return False
