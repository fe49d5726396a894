"""Style sheets and templates: no class without a use, no rule and no template written twice, no template that computes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
SHEETS = sorted((ROOT / "edge" / "static").glob("*.css"))
TEMPLATES = sorted(path for package in ("edge", "kiosk", "sync") for path in (ROOT / package).rglob("*.html"))
SCRIPTS = sorted((ROOT / "edge" / "static").glob("*.js"))
SOURCES = sorted(path for package in ("edge", "forms", "kiosk", "sync") for path in (ROOT / package).rglob("*.py"))
FOREIGN = ("hg-",)  # made by the library of the keyboard on the screen
CALCULATES = (nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
CALCULATING_FILTERS = frozenset({"sum", "round", "abs"})
CHANGING_CALLS = frozenset({"append", "extend", "insert", "update", "setdefault"})
ALIKE_LINES = 8


def rules(text: str) -> Iterator[tuple[str, str, str]]:
    """(media, selector, declarations in order of the alphabet) of every rule."""
    around: list[str] = []
    for word in re.findall(r"[^{}]*[{}]", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        said = " ".join(word[:-1].split())
        if word.endswith("{"):
            around.append(said)
        elif around:
            selector = around.pop()
            if not selector.startswith("@") and not any("keyframes" in one for one in around):
                declared = sorted(" ".join(one.split()) for one in said.split(";") if one.strip())
                yield " ".join(around), selector, "; ".join(declared)


def unused(classes: set[str], words: set[str], beginnings: set[str]) -> set[str]:
    """Classes that nothing names, in full or, where a template puts the end in, by their beginning."""
    return {one for one in classes - words if not one.startswith((*FOREIGN, *beginnings))}


def used() -> tuple[set[str], set[str]]:
    """(words of templates, scripts and sources; beginnings of words that are ended by a value)"""
    texts = [path.read_text(encoding="utf-8") for path in (*TEMPLATES, *SCRIPTS, *SOURCES)]
    words = {word for text in texts for word in re.findall(r"[A-Za-z_][\w-]*", text)}
    begun = {word for text in texts for word in re.findall(r"([a-z][\w-]*-)(?:\{|\$|[\"'`] ?\+|[\"'] ?~)", text)}
    return words, begun


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_class_of_a_style_sheet_is_used(sheet):
    selectors = " ".join(selector for _, selector, _ in rules(sheet.read_text(encoding="utf-8")))
    classes = set(re.findall(r"\.([A-Za-z_][\w-]*)", selectors))
    assert unused(classes, *used()) == set()


def test_no_rule_is_written_in_two_places():
    places = defaultdict(list)
    for sheet in SHEETS:
        for rule in rules(sheet.read_text(encoding="utf-8")):
            if ";" in rule[2]:  # a single declaration, of print mostly, is not worth a place of its own
                places[rule].append(sheet.name)
    assert {rule: found for rule, found in places.items() if len(found) > 1} == {}


def test_no_stretch_of_a_template_is_written_twice():
    places = defaultdict(set)
    for path in TEMPLATES:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for at in range(len(lines) - ALIKE_LINES + 1):
            places[tuple(lines[at : at + ALIKE_LINES])].add(path.name)
    assert {lines: found for lines, found in places.items() if len(found) > 1} == {}


def computed(text: str) -> list[int]:
    """Lines on which a template computes; the page before and after and the joining of lists are none."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(text)
    sums = [one.lineno for one in tree.find_all(nodes.Filter) if one.name in CALCULATING_FILTERS]
    changes = [one.lineno for one in tree.find_all(nodes.Getattr) if one.attr in CHANGING_CALLS]
    return sorted([*(one.lineno for one in tree.find_all(CALCULATES)), *sums, *changes])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_computes(template):
    assert computed(template.read_text(encoding="utf-8")) == []


def test_what_these_tests_look_for_is_found():
    sheet = "@media print { .a { color: red; width: 1px } } .a { width: 1px; color: red }"
    found = list(rules(sheet))
    assert [one[0] for one in found] == ["@media print", ""]
    assert all(first[1:] == second[1:] for first, second in pairwise(found))
    assert unused({"here", "of-kind", "gone", "hg-row"}, {"here"}, {"of-"}) == {"gone"}
    assert computed("{{ a + 1 }}\n{{ a * 2 }}\n{{ list|sum }}\n{% set _ = list.append(1) %}") == [2, 3, 4]
