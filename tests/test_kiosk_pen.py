"""Handwriting at the kiosk: what strokes are taken, how often, what zinnia makes of them, and what is there without it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import keys, pen
from tests.kiosk_app import Citizen, begin, kiosk_app, kiosk_node
from tests.strokes import NAME, written

needs_zinnia = pytest.mark.skipif(not pen.is_there(), reason=f"needs Debian's packages {', '.join(pen.PACKAGES)}")
LINE = [[0, 0], [10, 10]]
HOSTILE = (
    *(None, "", {}, [], 7, [[]], [7], [[7]], [[[7]]], [[[1, 2, 3]]], [[["1", "2"]]], [[[1.5, 2]]], [[[True, 2]]]),
    *([[[1, 9000]]], [[[-9000, 1]]], [[[10**30, 1]]], [LINE] * 65, [[[1, 1]] * 401], [[[1, 1]] * 400] * 11),
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)
STROKES = st.lists(
    st.lists(st.lists(st.integers(-8000, 8000), min_size=2, max_size=2), min_size=1, max_size=20),
    min_size=1,
    max_size=9,
)


@pytest.fixture
def citizen(home, clock):
    for node in kiosk_node(home, clock):
        visitor = Citizen(kiosk_app(node))
        begin(visitor)
        yield visitor


def ask(citizen, question, token=None):
    headers = {"X-CSRF-Token": citizen.token if token is None else token}
    return citizen.client.post("/kiosk/keys/pen", data=json.dumps(question), headers=headers)


@needs_zinnia
@pytest.mark.parametrize("character", NAME)
def test_a_character_that_was_written_is_among_ten(character):
    found = pen.find(pen.strokes_of(written(character)))
    assert found[0] == character
    assert len(found) == pen.FOUND


@needs_zinnia
def test_where_and_how_large_it_was_written_makes_no_difference():
    moved = [[[x // 2 + 1700, y // 2 + 300] for x, y in stroke] for stroke in written("王")]
    assert pen.find(pen.strokes_of(moved))[0] == "王"


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_strokes_are_refused_before_zinnia_sees_them(value):
    with pytest.raises(ValueError, match=r"a stroke|a point|a character|too many"):
        pen.strokes_of(value)


@settings(max_examples=100, deadline=None)
@given(ANY_JSON)
def test_anything_at_all_is_refused_or_made_of_bounded_whole_numbers(value):
    try:
        strokes = pen.strokes_of(value)
    except ValueError:
        return
    assert all(abs(one) <= pen.PLACE_MAX for stroke in strokes for point in stroke for one in point)


@settings(max_examples=100, deadline=None)
@given(STROKES)
def test_a_character_lies_in_its_square_wherever_it_was_written(strokes):
    points = [one for stroke in pen.squared(pen.strokes_of(strokes)) for point in stroke for one in point]
    assert min(points) >= 0
    assert max(points) <= pen.SIDE


@needs_zinnia
@settings(max_examples=15, deadline=None)
@given(STROKES)
def test_zinnia_answers_any_strokes_with_characters_or_with_nothing(strokes):
    assert all(len(one) == 1 for one in pen.find(pen.strokes_of(strokes)))


def test_a_visit_may_ask_so_often_and_no_faster_and_another_is_not_held_up():
    pace = pen.Pace()
    assert all(pace.may("one", 1000) for _ in range(pen.PER_WINDOW_MAX))
    assert not pace.may("one", 1000 + pen.WINDOW_MS - 1)
    assert pace.may("two", 1001)
    assert pace.may("one", 1000 + pen.WINDOW_MS)


def test_the_pace_remembers_a_bounded_number_of_visits():
    pace = pen.Pace()
    for visit in range(pen.SESSIONS_MAX * 3):
        pace.may(str(visit), 1)
    assert len(pace._asked) == pen.SESSIONS_MAX


def test_a_page_asks_with_its_token_and_odd_questions_are_refused(citizen, monkeypatch):
    monkeypatch.setattr(keys, "PACE", pen.Pace())
    assert ask(citizen, {"strokes": written("王")}, token="0" * 64).status_code == 400
    assert ask(citizen, {"strokes": [[[1, "2"]]]}).status_code == 400
    assert ask(citizen, [1]).status_code == 400
    answer = ask(citizen, {"strokes": written("王")})
    assert answer.status_code == 200
    assert answer.json["found"][:1] == ([["王", 0]] if pen.is_there() else [])
    while (last := ask(citizen, {}).status_code) == 400:
        pass
    assert last == 429


def test_without_zinnia_there_is_no_button_for_it_and_an_answer_without_characters(citizen, monkeypatch, tmp_path):
    page = citizen.path
    assert ('data-mode="pen"' in citizen.get(page)) is pen.is_there()
    monkeypatch.setattr(pen, "MODEL", tmp_path / "none")
    assert 'data-mode="pen"' not in citizen.get(page)
    assert 'data-mode="radicals"' in citizen.text
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not pen.is_there()
    assert ask(citizen, {"strokes": written("王")}).json == {"found": []}
