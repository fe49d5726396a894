"""Whole numbers from forms and addresses."""

import pytest

from edge.typed import digits, whole_number


@pytest.mark.parametrize(("text", "read"), [("0", 0), ("7", 7), ("0012", 12), ("999999", 999_999)])
def test_a_number_of_few_digits_is_read(text, read):
    assert whole_number(text) == read


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1e3", "七", "٣", "²", "1_000", "1000000", "9" * 5000])
def test_anything_else_is_what_the_asker_says_it_is(text):
    assert whole_number(text) == 0
    assert whole_number(text, otherwise=-1) == -1


def test_the_bound_is_the_askers():
    assert whole_number("1234", digits_max=3) == 0
    assert whole_number("1234567", digits_max=7) == 1_234_567


@pytest.mark.parametrize(
    ("text", "left"),
    [("2048-16", "204816"), (" 5224 2500 ", "52242500"), ("查询码：204816。", "204816"), ("", ""), ("٣²２", "")],
)
def test_of_a_code_that_was_typed_the_digits_are_left(text, left):
    assert digits(text) == left
