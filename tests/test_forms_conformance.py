"""The official suites of JSON Schema and JSON Logic, and golden cases of x-jsf-logic, run through our entry points.

The suites are other people's work and don't travel with the project. They are looked for in ../shared/conformance beside
the repository, or where the environment variable YIZHAN_CONFORMANCE points; without them these tests say so and skip.
"""

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from forms import answers, logic, page, validation
from forms.answers import Context

FOLDER = Path(os.environ.get("YIZHAN_CONFORMANCE") or Path(__file__).parents[2] / "shared" / "conformance")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the conformance suites aren't in {FOLDER}; set YIZHAN_CONFORMANCE to their folder"
)

DIALECTS = {"draft2020-12": "2020-12", "draft7": "draft7"}
GROUPS = {"required": "*.json", "optional": "optional/*.json", "format": "optional/format/*.json"}
# number of cases that the stored suite has: a suite that lost half of its files must not look like a pass
LEAST = {
    ("draft2020-12", "required"): 1299,
    ("draft2020-12", "optional"): 162,
    ("draft2020-12", "format"): 764,
    ("draft7", "required"): 927,
    ("draft7", "optional"): 118,
    ("draft7", "format"): 676,
}
# (file, case, test) -> reason. Nothing of the suite is excepted at present.
EXCEPTIONS: dict[tuple[str, str, str], str] = {}


@cache
def remotes():
    folder = FOLDER / "json-schema" / "remotes"
    return {
        "http://localhost:1234/" + path.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8"))
        for path in folder.rglob("*.json")
    }


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("draft", DIALECTS)
def test_json_schema_agrees_with_the_official_suite(draft, group):
    folder = FOLDER / "json-schema" / "tests" / draft
    wrong, count = [], 0
    for path in sorted(folder.glob(GROUPS[group])):
        for case in json.loads(path.read_text("utf-8")):
            for test in case["tests"]:
                count += 1
                name = (path.name, case["description"], test["description"])
                if verdict(case["schema"], test["data"], draft, group) != test["valid"] and name not in EXCEPTIONS:
                    wrong.append(name)
    assert wrong == []
    assert count >= LEAST[draft, group]


def verdict(schema, data, draft, group):
    found = validation.problems(schema, data, dialect=DIALECTS[draft], resources=remotes(), formats=group == "format")
    return not found


def test_json_logic_agrees_with_the_compatible_suite():
    cases = json.loads((FOLDER / "json-logic" / "suites" / "compatible.json").read_text("utf-8"))
    cases = [case for case in cases if isinstance(case, dict)]
    wrong = [case for case in cases if not same(logic.evaluate(case["rule"], case.get("data")), case["result"])]
    assert wrong == []
    assert len(cases) >= 278


def same(got, wanted):
    return json.dumps(got) == json.dumps(wanted) or (got == wanted and not isinstance(got, bool))


# remoteoss says "Required field" for a missing fieldset; we say it for each required field in it, because those are
# what people can fill in
X_JSF_EXCEPTIONS = {("schemaWithPropertyThatDoesNotExistInThatLevelButDoesInFieldset", "{}")}
TYPES = {"object": "an object", "string": "a string", "array": "an array", "number": "a number"}


def in_their_words(problem):
    """The sentence that remoteoss' form gives for the same failure."""
    params = problem.params
    if problem.keyword == "required":
        return "Required field"
    if problem.keyword == "type":
        return f"The value must be {TYPES[params['types'][0]]}"
    if problem.keyword == "const":
        return f"The only accepted value is {params['expected_value']}."
    if problem.keyword == "minimum" and not problem.message.startswith("Must"):
        return f"Must be greater or equal to {params['limit']}"
    return problem.message


def test_x_jsf_logic_agrees_with_the_golden_cases():
    schemas = load("schemas.json")
    forms = {name: page.from_schema(schema) for name, schema in schemas.items()}
    wrong = Counter()
    for case in load("golden.json"):
        form, name = forms[case["fixture"]], (case["fixture"], json.dumps(case["values"]))
        if name not in X_JSF_EXCEPTIONS and (
            errors(form, case["values"]) != (case["formErrors"] or {})
            or fields(form, case) != [without_unknown(one) for one in case["fields"]]
        ):
            wrong[name] += 1
    assert wrong == Counter()


def load(name):
    return json.loads((FOLDER / "x-jsf-logic" / name).read_text("utf-8"))


def errors(form, values):
    found = answers.check(form, values, Context("2026-11-21")).problems
    return {problem.path[1:]: in_their_words(problem) for problem in found}


def fields(form, case):
    return [
        {"name": control.path[1:], "visible": control.visible, "required": control.required}
        | {key: control.schema[key] for key in ("const", "default", "minimum", "maximum") if key in control.schema}
        for control in page.controls(form, case["values"])
    ]


def without_unknown(one):
    """A value that can't be computed is null there and absent here."""
    return {key: value for key, value in one.items() if value is not None}
