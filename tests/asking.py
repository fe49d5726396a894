"""Asks the centre's interface what its own OpenAPI document allows, and what it forbids, and checks every answer."""

import collections
import json
import random
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from edge.cli import main
from sync.centre import tokens
from sync.centre.app import create_app
from sync.centre.centre import Centre
from tests.programs import holds

# what no schema says: a reason of the law, a limit, an act that this application can't have
SEMANTIC = "422"


@dataclass
class Asked:
    """How often was asked, what was answered, and what was wrong with it."""

    cases: int = 0
    statuses: collections.Counter[int] = field(default_factory=collections.Counter)
    failures: list[str] = field(default_factory=list)


def ask_at_random(centre: Centre, account: str, numbers: list[str], *, examples: int, only: str = "") -> Asked:
    """So many examples of every operation, half of them sound and half of them not; no two servers, no network."""
    app = create_app(centre)
    _, key = tokens.make(centre, account, "at random", list(tokens.SCOPES))
    config = SchemathesisConfig()
    accepted = config.projects.default.checks.positive_data_acceptance
    accepted.expected_statuses = [*accepted.expected_statuses, SEMANTIC]
    document = schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)
    found = Asked()
    for result in document.get_all_operations():
        operation = result.ok()
        if only in ("", operation.definition.raw["operationId"]):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _ask(operation, mode, key, numbers, examples=examples, found=found)
    return found


def _ask(operation: Any, mode: Any, key: str, numbers: list[str], *, examples: int, found: Asked) -> None:
    """One operation in one mode."""
    pick = random.Random(operation.label)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        if "number" in (case.path_parameters or {}) and pick.random() < 0.7 and mode is GenerationMode.POSITIVE:
            case.path_parameters["number"] = pick.choice(numbers)
        is_stranger = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
        headers = {} if is_stranger else {"Authorization": f"Bearer {key}"}
        response = case.call(headers=headers)
        found.cases += 1
        found.statuses[response.status_code] += 1
        try:
            case.validate_response(response, headers=headers)
        except (FailureGroup, Failure) as failure:
            found.failures.append(f"{operation.label} {response.status_code}: {failure}"[:2000])

    one()


def told(capsys: Any, name: str, *words: Any, code: int = 0) -> Any:
    """The JSON of a reporting command that runs in this process, held to its schema."""
    capsys.readouterr()
    got = main([*map(str, words), "--json"])
    out = capsys.readouterr().out
    assert got == code, (words, got, out)
    return holds(name, json.loads(out))
