"""Judging answers: strip what is hidden, compute, validate. The same for kiosk, console, phone, import and centre."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from forms import consents, derive, divisions, formats, limits, lookup, pointer, relevance, texts, validation, wording
from forms.definition import DEFAULT_LANGUAGE, Definition
from forms.form import Form, form_of, places
from forms.live import Live
from forms.pointer import MISSING
from forms.tidying import Tidy
from forms.validation import Problem

CODE_LENGTH_MAX = 20
LookedUp = tuple[str, str, Mapping[str, Any]]  # place, code, what `x-lookup` says there
__all__ = ["Checked", "Context", "Problem", "check"]


@dataclass(frozen=True, slots=True)
class Context:
    """The host's facts at filing; stored in the event, so that the centre judges by the same day.

    `filing_day`: YYYY-MM-DD. `place`: division code of the room. Rules see them as {"var": "_ctx.filing_day"}.
    """

    filing_day: str
    language: str = DEFAULT_LANGUAGE
    place: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """`answers`: canonical, without hidden and empty ones. `problems`: in the order of the pages; [] means fit to file.

    `remarks`: worth a second look, never a reason to refuse.
    """

    answers: dict[str, Any]
    problems: list[Problem]
    remarks: list[Problem] = field(default_factory=list)


def check(definition: Definition, raw: Mapping[str, Any], context: Context) -> Checked:
    """Canonical answers and everything that is wrong with them. Never raises for what people or programs hand in."""
    form, facts = form_of(definition), asdict(context)
    tidy = Tidy()
    state = relevance.settle(form, tidy.answers(raw, definition.shape), facts)
    live = Live(form, state.data, facts) if fill_required(state.live) else state.live
    found = [Problem(path, keyword) for path, keyword in tidy.troubles]
    looked_up = _looked_up(form, live)
    found += _by_schema(form, live) + _by_logic(form, live) + _by_level(looked_up)
    found += consents.problems(definition.service, live.data)
    found = _without_echo(found, live)
    words = wording.Wording(definition, live, context.language)
    order = relevance.order(state)
    problems = sorted(map(words.problem, _distinct(found)), key=lambda one: _rank(order, one.path))
    return Checked(live.data, problems[: limits.PROBLEMS_MAX], _remarks(form, live, looked_up))


def fill_required(live: Live) -> bool:
    """Put an empty object wherever a required one is missing: then its fields are what is missing.

    Says whether it put any. One that asks for itself again is followed as deep as answers may go, and no further.
    """
    pending, changed, looked = [""], False, 0
    data: dict[str, Any] = live.data
    while pending and looked < limits.FIELDS_MAX:
        place, looked = pending.pop(), looked + 1
        if place.count("/") >= limits.ANSWER_DEPTH_MAX:
            continue
        for name in sorted(live.required_names(place)):
            child = f"{place}/{pointer.encode(name)}"
            if pointer.get(data, child) is MISSING and live.flat(child).get("type") == "object":
                pointer.put(data, child, {})
                changed = True
        here = pointer.get(data, place)
        pending += [f"{place}/{pointer.encode(name)}" for name, value in here.items() if isinstance(value, dict)]
    return changed


def _by_schema(form: Form, live: Live) -> list[Problem]:
    try:
        return form.validator.problems(live.data)
    except validation.SchemaError:
        return [Problem("", "schema")]  # a definition that was never checked; nothing filled by it can be taken


def _by_logic(form: Form, live: Live) -> list[Problem]:
    """What `x-jsf-logic` finds: computed limits first, then validations, for every value that is there."""
    if not form.computes:
        return []
    found = []
    for place in places(form.judged_patterns, live.data):
        value = pointer.get(live.data, place)
        if value is MISSING:
            continue
        found += [Problem(place, one.keyword, one.params) for one in _by_computed(live.judged(place), value)]
        found += [
            Problem(place, "x-jsf-logic-validations", {"validation": name}, sentence)
            for name, sentence in live.refused(place)
        ]
    return found


def _by_computed(schema: Mapping[str, Any], value: Any) -> list[Problem]:
    try:
        return _limits(json.dumps(schema)).problems(value) if schema else []
    except validation.SchemaError:
        return []  # what was computed can't limit anything ({"minimum": "many"})


@lru_cache(maxsize=256)
def _limits(schema: str) -> validation.Validator:
    """Computed limits rest on few things, such as today's date: the same come again and again."""
    return validation.Validator(json.loads(schema))


def _without_echo(found: list[Problem], live: Live) -> list[Problem]:
    """A derived value that is missing because its source is wrong or missing isn't a second mistake."""
    wrong = {problem.path for problem in found}
    kept = []
    for problem in found:
        wanted = live.flat(problem.path).get("x-derive") if problem.keyword == "required" else None
        if not isinstance(wanted, dict) or derive.source(wanted, problem.path) not in wrong:
            kept.append(problem)
    return kept


def _distinct(found: list[Problem]) -> list[Problem]:
    return list({(one.path, one.keyword, str(one.params)): one for one in found}.values())


def _rank(order: Mapping[str, int], path: str) -> tuple[int, str]:
    """Place of a problem on the pages; one without a field comes with the field around it, else at the end."""
    place = path
    while place and place not in order:
        place = pointer.parent(place)
    return (order.get(place, len(order)), path)


def _remarks(form: Form, live: Live, looked_up: list[LookedUp]) -> list[Problem]:
    found = [
        Problem(place, "remark", {"format": "cn-ric"}, texts.AREA_UNKNOWN)
        for place, value in _texts_at(form.identity_patterns, live.data)
        if _is_identity(form, place) and formats.is_ric(value) and not formats.ric_area_known(value)
    ]
    for place, value, wanted in looked_up:
        if not lookup.known(str(wanted.get("source")), value):
            params = {"source": wanted.get("source"), "code": value}
            found.append(Problem(place, "remark", params, texts.CODE_UNKNOWN.format(code=value)))
    return found


def _is_identity(form: Form, place: str) -> bool:
    here = form.definition.shape.at(place)
    return here is not None and "cn-ric" in here.formats()


def _by_level(looked_up: list[LookedUp]) -> list[Problem]:
    """Divisions that end above the level which the definition wants."""
    return [
        Problem(place, "level", {"level": wanted["level"]})
        for place, value, wanted in looked_up
        if wanted.get("source") == lookup.DIVISIONS and not divisions.reaches(value, str(wanted.get("level", "")))
    ]


def _looked_up(form: Form, live: Live) -> list[LookedUp]:
    """Every answer that comes from a code table, and what `x-lookup` says of it."""
    found: list[LookedUp] = []
    for place, value in _texts_at(form.looked_up_patterns, live.data):
        wanted = live.flat(place).get("x-lookup") if 0 < len(value) <= CODE_LENGTH_MAX else None
        if isinstance(wanted, dict):
            found.append((place, value, wanted))
    return found


def _texts_at(patterns: list[str] | None, data: Any) -> list[tuple[str, str]]:
    """The texts that stand at the places of these patterns."""
    found = ((place, pointer.get(data, place, None)) for place in places(patterns, data))
    return [(place, value) for place, value in found if isinstance(value, str)]
