"""Opinions of other departments: one after the other, side by side, needless; and what they do to the first clock."""

import copy

import pytest
from lifecycle_data import BODIES, filed, situation

from forms import lint_service, steps
from forms.calendar import Calendar
from forms.deadlines import ASKING, deadlines
from forms.definition import PACKAGED, load
from forms.lifecycle import reduce
from forms.reviewing import Review

CALENDAR = Calendar(frozenset({2026, 2027}), frozenset(), frozenset())
NATION = load(PACKAGED / "minzu-biangeng.json")
NOW = "2026-11-23T10:00:00+08:00"
WITHOUT = {"opinion": {"have": "no"}}


def side_by_side():
    opinion = {"desk": "消防", "before": "decide"}
    fire = {"code": "fire", "title": "消防意见", "by": "消防", "at": "county", "opinion": opinion}
    road = {**fire, "code": "road", "title": "交通意见", "opinion": {"desk": "交警", "before": "decide"}}
    return {"steps": [fire, {"code": "accept", "title": "受理", "by": "治安"}, road]}


def pair_of(answers, *opinions):
    pair = situation("none")
    pair.act("node", "application.filed", filed(answers=answers), at="2026-11-20T09:00:00+08:00")
    for step, outcome, at in opinions:
        pair.act("centre", "opinion.given", BODIES["opinion.given"] | {"step": step, "outcome": outcome}, at=at)
    return reduce(pair.all)


def notice(state):
    return deadlines(NATION, state, CALENDAR, NOW)[0]


def test_the_change_of_the_registered_nation_asks_two_opinions_one_after_the_other():
    asked = steps.asked(NATION.service, WITHOUT)
    assert [(one.code, one.before, one.after) for one in asked] == [
        ("county_opinion", "accept", ()),
        ("city_opinion", "accept", ("county_opinion",)),
    ]
    assert steps.waits_for(asked[1], asked, Review()) == (asked[0],)
    agreed = pair_of(WITHOUT, ("county_opinion", "agreed", NOW)).review
    assert steps.waits_for(asked[1], asked, agreed) == ()
    assert steps.missing(asked, agreed, "accept") == (asked[1],)


def test_who_brings_the_opinion_with_him_needs_none_from_us():
    assert steps.asked(NATION.service, {"opinion": {"have": "yes"}}) == ()


def test_opinions_side_by_side_do_not_wait_for_each_other():
    asked = steps.asked(side_by_side(), {})
    assert [steps.waits_for(one, asked, Review()) for one in asked] == [(), ()]
    returned = pair_of({}, ("fire", "returned", NOW), ("road", "agreed", NOW)).review
    assert [one.code for one in steps.missing(asked, returned, "decide")] == ["fire"]
    assert steps.missing(asked, returned, "accept") == ()


def test_a_no_is_a_word_and_not_a_yes():
    asked = steps.asked(NATION.service, WITHOUT)
    no = pair_of(WITHOUT, ("county_opinion", "disagreed", NOW)).review
    assert len(steps.missing(asked, no, "accept")) == 2


def test_the_first_clock_gives_the_opinions_their_time():
    waiting = notice(pair_of(WITHOUT))
    assert (waiting.due, waiting.note, waiting.late) == ("2026-12-18", ASKING, False)  # 10 and 10 working days
    came = notice(pair_of(WITHOUT, ("county_opinion", "agreed", "2026-11-23T09:00:00+08:00")))
    assert came.due == "2026-12-07"
    assert notice(pair_of({"opinion": {"have": "yes"}})).due == "2026-11-20"


def test_an_opinion_does_not_wait_for_one_that_these_answers_make_needless():
    value = copy.deepcopy(dict(NATION.service))
    county = next(one for one in value["steps"] if one["code"] == "county_opinion")
    county["opinion"] |= {"unless": {"properties": {"age": {"minimum": 18}}, "required": ["age"]}}
    (city,) = steps.asked(value, {**WITHOUT, "age": 20})
    assert (city.code, city.after) == ("city_opinion", ("county_opinion",))
    assert steps.branches((city,), Review()) == (steps.Branch("", (10, "workday"), (), accept=True),)
    both = steps.branches(steps.asked(value, {**WITHOUT, "age": 17}), Review())
    assert [one.after for one in both] == [(), (0,)]


def test_no_opinion_stretches_the_five_days_of_a_permit():
    changed = copy.deepcopy(NATION.service) | {"type": "行政许可"}
    permit = type("Permit", (), {"service": changed})()
    changed["time_limit"] = {key: limit for key, limit in changed["time_limit"].items() if key != "notice"}
    assert deadlines(permit, pair_of(WITHOUT), CALENDAR, NOW)[0].due == "2026-11-27"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"after": ["city_opinion"]}, "前面没有要出具意见的环节"),
        ({"unless": {"type": "nothing"}}, "不用征求意见的条件"),
    ],
)
def test_a_service_whose_opinions_wait_for_each_other_is_refused(change, words):
    value = copy.deepcopy(dict(NATION.raw))
    step = next(one for one in value["x-service"]["steps"] if one["code"] == "county_opinion")
    step["opinion"] |= change
    assert any(words in message for _, message, _ in lint_service.troubles(value))
