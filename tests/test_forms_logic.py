"""JSON Logic under limits, and without NaN."""

import json
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms import logic
from forms.logic import LogicError, evaluate
from tests.patience import patience


def test_sums_of_money_are_exact():
    assert evaluate({"+": [0.1, 0.2]}) == 0.3
    assert evaluate({"*": [1.1, 3]}) == 3.3
    assert evaluate({"-": [0.3, 0.1]}) == 0.2
    assert evaluate({"%": [5.5, 2]}) == 1.5


def test_whole_numbers_come_out_whole():
    assert json.dumps(evaluate({"+": ["1", 1]})) == "2"
    assert json.dumps(evaluate({"/": [4, 2]})) == "2"


@pytest.mark.parametrize(
    "rule",
    [
        {"/": [1, 0]},
        {"/": [0, 0]},
        {"+": ["x", 1]},
        {"*": [1e308, 10]},
        {"%": [1, 0]},
        {"min": []},
        {"max": ["x"]},
        {"-": [{"var": "nowhere"}, "x"]},
        {"+": [None]},
    ],
)
def test_what_is_no_number_is_none(rule):
    assert evaluate(rule, {}) is None


def test_what_is_no_number_is_none_inside_a_list_as_well():
    assert evaluate([{"/": [1, 0]}, 1]) == [None, 1]


def test_characters_beyond_the_first_plane_count_once():
    assert evaluate({"substr": ["𠮷田", 1]}) == "田"


def test_an_unknown_operator_is_refused():
    with pytest.raises(LogicError, match=r"\+\+"):
        evaluate({"++": [1]})
    assert list(logic.unknown_operators({"and": [{"++": [1]}, {"var": "a"}, [{"oops": 1}]]})) == ["oops", "++"]


def test_the_fields_that_a_rule_reads_are_found():
    rule = {
        "and": [
            {"var": "a.b"},
            {">": [{"var": ["c", 0]}, 1]},
            {"map": [{"var": "rows"}, {"var": "inner"}]},
            {"missing": ["d"]},
        ]
    }
    assert sorted(logic.variables(rule)) == ["a.b", "c", "d", "rows"]


def deep(levels):
    rule = 1
    for _ in range(levels):
        rule = {"!": [rule]}
    return rule


def doubling(operator, start):
    """A rule that doubles something for each of sixty rows."""
    return {"reduce": [list(range(60)), {operator: [{"var": "accumulator"}, {"var": "accumulator"}]}, start]}


ENDLESS = {
    "deep": deep(3000),
    "text": doubling("cat", "xx"),
    "list": doubling("merge", [1]),
    "steps": {"map": [[0] * 400, {"map": [[0] * 400, 1]}]},
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_rule_that_grows_without_end_is_stopped(name):
    """How soon is measured by bench_hostile.py."""
    with patience(), pytest.raises(LogicError):
        evaluate(ENDLESS[name], {})


def test_numbers_that_grow_without_end_end_as_none():
    assert evaluate(doubling("*", 10)) is None


OPERATORS = st.sampled_from(sorted(logic.operators()))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["a", "a.b", "1", "-1e400"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(OPERATORS, inner, max_size=1)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=15,
)


@settings(max_examples=500, deadline=None)
@given(VALUES, VALUES)
@example([{"a": None, "b": math.inf}], None)
@example({"var": ""}, {"a": [math.nan]})
def test_any_rule_gives_json_or_is_refused(rule, data):
    try:
        result = evaluate(rule, data)
    except LogicError:
        return
    json.dumps(result, allow_nan=False)
