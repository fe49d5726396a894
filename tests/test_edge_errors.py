"""The catalogue of problems: each is a sentence and says what to do."""

import re

import pytest

from edge.errors import CATALOGUE, Refused, problem


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_problem_says_what_is_wrong_and_what_to_do(code):
    entry = CATALOGUE[code]
    assert re.search("[一-龥]", entry.sentence)
    assert entry.hint.endswith("。")
    assert not entry.sentence.endswith("。")
    assert 400 <= entry.status < 600


def test_values_are_put_into_the_sentence():
    assert problem("port_in_use", port=8600).sentence == "端口 8600 已被占用"


def test_a_value_that_was_forgotten_does_not_hide_the_problem():
    assert problem("port_in_use").sentence == "端口 … 已被占用"


def test_an_unknown_code_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        problem("no_such_thing")


def test_refused_answers_carry_their_problems_and_their_number():
    refused = Refused(["one", "two"])
    assert refused.status == 422
    assert refused.sentence == "有 2 处内容需要修改"
    assert refused.problems == ["one", "two"]
