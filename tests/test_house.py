"""What `make house` counts, on sources of which the answer is known."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import house
import pytest


def test_modules_that_need_one_another_are_a_circle_and_others_are_none() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}
    assert house.circles(graph) == [["a", "b", "c"]]
    assert house.circles({"a": {"b"}, "b": set()}) == []


def test_an_import_within_a_function_or_for_types_alone_closes_no_circle() -> None:
    source = "from edge import log\nif TYPE_CHECKING:\n    from edge import node\ndef f():\n    import edge.clock\n"
    known = {name: Path() for name in ("edge", "edge.log", "edge.node", "edge.clock")}
    assert house.imported("edge.here", ast.parse(source), known) == {"edge", "edge.log"}


def test_an_exception_without_a_reason_is_seen_and_one_with_a_reason_is_not() -> None:
    said = {
        text: (house.EXCEPTION.search(text) or [""] * 2)[1].strip(" -#")
        for text in (
            "# noqa: S608",
            "# noqa: S608  own text",
            "# type: ignore[arg-type]",
            "# type: ignore[misc]  # Flask's way",
        )
    }
    assert [bool(reason) for reason in said.values()] == [False, True, False, True]


@pytest.fixture(scope="module")
def counted() -> house.Figures:
    """Counted once: it reads the whole source."""
    return house.figures()


def test_functions_are_short_and_no_module_is_long(counted):
    assert counted["functions, median lines"][0] <= 10
    assert counted["functions, 90th percentile lines"][0] <= 25
    assert int(str(counted["longest module, lines"][0]).split()[0]) <= 500


def test_every_public_function_and_class_is_described(counted):
    assert counted["public functions and classes with a docstring, %"][0] == 100


def test_no_modules_import_one_another_in_a_circle(counted):
    assert counted["circles of imports"][0] == 0


def test_every_exception_from_lint_and_types_says_its_reason():
    assert house.exceptions() == []


def test_every_library_that_is_used_is_declared(counted):
    assert counted["libraries used and not declared"][0] == []


def test_nothing_is_said_twice():
    assert house.alike() == {}


def test_every_dependency_says_what_would_have_to_be_written_without_it():
    project = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(one for many in project["optional-dependencies"].values() for one in many)]
    names = {re.split(r"[^A-Za-z0-9._-]", one)[0] for one in asked}
    listed = set(
        re.findall(r"^\| ([a-z0-9-]+) \| ", (house.ROOT / "packaging" / "DEPENDENCIES.md").read_text(), re.MULTILINE)
    )
    assert names == listed - {"library", "piece", "---"}
