"""The README says where an application, a correction and an identity number pass; here it is held to the code."""

import re

import pytest

from tests.test_docs import docs, table

LINES_APART = 40  # files are edited above a function; a reader still finds it, and `make docs` writes the lines anew
ROW = re.compile(r"\| (\d+) \| (.+) \| `([\w.]+)` \| `([\w/]+\.py):(\d+)` \|")


@pytest.mark.parametrize("way", docs.ways.WAYS)
def test_each_function_of_a_way_stands_where_the_readme_says(way):
    said = [ROW.fullmatch(line) for line in table(f"way-{way}").splitlines()[2:]]
    steps = docs.ways.rows(way)
    assert [row and row[3] for row in said] == [name for name, _ in docs.ways.WAYS[way]], "make docs"
    for row, (step, what, _, _) in zip(said, steps, strict=True):
        path, line = docs.ways.place(row[3])
        assert (row[1], row[2], row[4]) == (step, what, path), "make docs"
        assert abs(int(row[5]) - line) <= LINES_APART, f"{row[3]} is at {path}:{line} now: make docs"


@pytest.mark.parametrize("way", docs.ways.WAYS)
def test_a_way_has_ten_functions_at_most_and_none_twice(way):
    names = [name for name, _ in docs.ways.WAYS[way]]
    assert len(names) <= 10
    assert len(set(names)) == len(names)


def test_a_function_that_moved_is_noticed():
    with pytest.raises((ImportError, AttributeError)):
        docs.ways.function("edge.applications.moved_away")
