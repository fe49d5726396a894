"""Made-up answers that a definition accepts: its first sample, until somebody writes a better one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from forms import answers, definition, page, pattern_sample, pointer
from forms.building import Control
from forms.lint_service import SAMPLE_DAY

ROUNDS_MAX = 60
TRIES_MAX = 14
_NUMBERS = (1, 2, 3, 5, 10, 18, 20, 30, 60, 100, 0, 0.5, 1000, -1)
_DAYS = ("2026-11-20", "2026-11-01", "2026-12-31", "2020-01-01", "2030-01-01", "1990-05-01", "2026-11-21", "2000-01-01")
_FILE = "sha256:" + "a" * 64
_FORMATS = {
    "cn-ric": "522425196603129840",
    "cn-phone": "19900000123",
    "cn-division": "522425",
    "person-name": "王秀梅",
    "email": "name@example.cn",
}


def samples(content: Mapping[str, Any]) -> dict[str, Any]:
    """`x-samples` for a definition: one set of answers that passes, and what is found when nothing is filled in.

    When no passing answers are found, the best that were found stand there, and the lint says what is wrong with them.
    """
    try:
        made = definition.build(dict(content), "")
        filled = accepted(made)
        empty = _check(made, {})
    except (ValueError, RecursionError):  # a definition that can't be used; the lint says why
        return {"valid": [{"title": "示例", "answers": {}}], "invalid": []}
    wanted = [{"path": one.path, "keyword": one.keyword} for one in empty[:5]]
    invalid = [{"title": "什么都没填", "answers": {}, "problems": wanted}] if wanted else []
    return {"valid": [{"title": "示例", "answers": filled}], "invalid": invalid}


def accepted(made: definition.Definition) -> dict[str, Any]:
    """Answers without problems as far as they can be found: what is asked for is filled, what is refused is changed."""
    found: dict[str, Any] = {}
    tries: dict[str, int] = {}
    for _ in range(ROUNDS_MAX):
        problems = _check(made, found)
        places = {control.path: control for control in _every(page.controls(made, found))}
        changed = False
        for problem in problems:
            changed |= _mend(found, problem.path, places, tries)
        if not changed:
            break
    return found


def _check(made: definition.Definition, given: Mapping[str, Any]) -> list[answers.Problem]:
    return answers.check(made, given, answers.Context(SAMPLE_DAY)).problems


def _mend(found: dict[str, Any], place: str, places: Mapping[str, Control], tries: dict[str, int]) -> bool:
    while place and place not in places:
        place = pointer.parent(place)
    count = tries[place] = tries.get(place, -1) + 1
    if not place or count >= TRIES_MAX or places[place].read_only:
        return False
    values = list(_candidates(places[place]))
    if count >= len(values):
        return False
    pointer.put(found, place, json.loads(json.dumps(values[count])))
    return True


def _every(controls: Any) -> Iterator[Control]:
    for control in controls:
        if control.path:
            yield control
        yield from _every(control.children)
        yield from (one for row in control.items for one in _every(row.controls))


def _candidates(control: Control) -> Iterator[Any]:
    """Values that a control may take, the likeliest first."""
    schema = control.schema
    for key in ("default", "const"):
        if key in schema:
            yield schema[key]
    examples = schema.get("examples")
    yield from examples if isinstance(examples, list) else ()
    if control.kind == "choice":
        yield from _choices(control)
    elif control.kind == "number":
        yield from _numbers(schema)
    elif control.kind == "list":
        least = schema.get("minItems")
        yield from ([{} for _ in range(count)] for count in (least if isinstance(least, int) else 1, 1, 2, 3, 4, 5))
    else:
        yield from {"date": _DAYS, "yes-no": (True, False), "file": (_FILE,), "signature": (_FILE,)}.get(
            control.kind, _texts(schema)
        )


def _choices(control: Control) -> Iterator[Any]:
    values = [value for value, _ in control.options]
    if control.attributes.get("multiple"):
        least = control.schema.get("minItems")
        yield values[: least if isinstance(least, int) and least > 0 else 1]
        yield from ([value] for value in values)
        yield from (values[:count] for count in range(2, len(values) + 1))
    else:
        yield from values


def _numbers(schema: Mapping[str, Any]) -> Iterator[Any]:
    whole = schema.get("type") == "integer"
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    edges = [low, high, *(() if low is None else (low + 1,)), *(() if high is None else (high - 1,))]
    if low is not None and high is not None:
        edges.append((low + high) // 2 if whole else (low + high) / 2)
    yield from (one for one in [*edges[4:], *edges, *_NUMBERS] if one is not None and (not whole or one == int(one)))


def _texts(schema: Mapping[str, Any]) -> list[Any]:
    wanted = _FORMATS.get(str(schema.get("format")))
    found = [wanted] if wanted else []
    patterns = [schema.get("pattern"), *(one.get("pattern") for one in schema.get("allOf") or ())]
    least = schema.get("minLength")
    for pattern in patterns:
        if isinstance(pattern, str):
            found += pattern_sample.samples(pattern, least if isinstance(least, int) else 0)
    text = "示例"
    if isinstance(least, int) and least > len(text):
        text = (text * (least // 2 + 1))[:least]
    most = schema.get("maxLength")
    return [*found, text[:most] if isinstance(most, int) else text, "1", "12345678", "王秀梅"]
