"""Small texts that mean harm: rules, patterns, door plates, expressions and workbooks that would take for ever if they were
let. The tests that they come from only hold them to an end; here is how soon it comes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import test_forms_logic as rules
import test_forms_lookup as plates
import test_forms_validation as patterns
import test_forms_xlsform_hostile as workbooks

from edge import xlsform_file
from edge.errors import YizhanError
from forms import doorplates
from forms.logic import LogicError, evaluate
from forms.validation import Validator

Figure = dict[str, Any]


def slowest(name: str, limit_ms: float, works: Iterable[Callable[[], Any]]) -> Figure:
    """The processor time of the slowest; a refusal is an answer like others."""
    taken = []
    for work in works:
        begun = time.process_time()
        try:
            work()
            said = "served"
        except (LogicError, YizhanError):
            said = "refused"
        taken.append(((time.process_time() - begun) * 1000, said))
    worst, said = max(taken)
    return {
        "name": name,
        "value": round(worst, 2),
        "unit": "ms",
        "limit": limit_ms,
        "beside": f"slowest of {len(taken)}, {said}",
    }


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="hostile-") as made:
        folder = Path(made)
        far, bomb, thousand = workbooks.far(folder), workbooks.bomb(folder), workbooks.thousand(folder)
        return [
            slowest("rules without end", 1000, [partial(evaluate, rule, {}) for rule in rules.ENDLESS.values()]),
            slowest(
                "patterns without end", 1000, [partial(_matched, pattern) for pattern in patterns.ENDLESS_PATTERNS]
            ),
            slowest("a door plate without end", 500, [_read]),
            slowest(
                "long and deep expressions", 1000, [partial(workbooks.translated, text) for text in workbooks.LONG]
            ),
            slowest("a workbook with cells far away", 2000, [partial(xlsform_file.read, far)]),
            slowest("a workbook that unpacks to 30 MB", 1000, [partial(xlsform_file.read, bomb)]),
            slowest("a workbook of 1,000 questions", 30_000, [partial(workbooks.converted, thousand)]),
        ]


def _matched(pattern: str) -> None:
    Validator({"pattern": pattern}).problems(patterns.ENDLESS_TEXT)


def _read() -> None:
    doorplates.read(plates.ENDLESS_PLATE, (plates.ENDLESS_RULE,), plates.known)
