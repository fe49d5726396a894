from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifecycle_data import ITEM, Pair

from forms.calendar import Calendar
from forms.deadlines import (
    DEEMED,
    LEVELS,
    UNPUBLISHED,
    deadlines,
    due,
    duration_words,
    left_words,
    limit_words,
    unsent,
)
from forms.lifecycle import reduce

# 2026 as announced around the days that the tests use: 国庆节 with its moved working days
CALENDAR = Calendar(
    frozenset({2026}),
    frozenset(date(2026, 10, day) for day in range(1, 8)) | {date(2026, 1, 1)},
    frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
FILED = "2026-11-20T16:30:00+08:00"  # a Friday


@dataclass
class Definition:
    """Only what the clocks read of a definition."""

    service: dict = field(default_factory=dict)


def definition(kind="公共服务", **limits) -> Definition:
    usual = {"statutory": {"value": 3, "unit": "workday"}, "promised": {"value": 3, "unit": "workday"}}
    return Definition({"type": kind, "time_limit": {**usual, **limits}})


def limit(value, unit):
    return {"value": value, "unit": unit}


def history(*acts) -> Pair:
    """An application filed on Friday; `acts` are (side, kind, at) or (side, kind, at, body)."""
    pair = Pair()
    pair.act("node", "application.filed", at=FILED)
    for side, kind, at, *body in acts:
        pair.sync()
        pair.act(side, kind, *body, at=at)
    return pair


def clocks(made, now, service=None):
    found = deadlines(service or definition(), reduce(made.all), CALENDAR, now)
    return {deadline.name: deadline for deadline in found}


# --- days ---


@pytest.mark.parametrize(
    ("start", "given_limit", "expected"),
    [
        ("2026-11-20T16:30:00+08:00", limit(0, "workday"), "2026-11-20"),
        ("2026-11-21T09:00:00+08:00", limit(0, "workday"), "2026-11-23"),
        ("2026-11-20T16:30:00+08:00", limit(5, "workday"), "2026-11-27"),
        ("2026-09-29T10:00:00+08:00", limit(3, "workday"), "2026-10-09"),
        ("2026-10-09T10:00:00+08:00", limit(1, "workday"), "2026-10-10"),
        ("2026-09-18T10:00:00+08:00", limit(1, "workday"), "2026-09-20"),
        ("2026-11-20T16:30:00+08:00", limit(15, "day"), "2026-12-07"),
        ("2026-11-20T16:30:00+08:00", limit(12, "day"), "2026-12-02"),
        ("2026-09-20T16:30:00+08:00", limit(11, "day"), "2026-10-08"),
        ("2026-08-31T10:00:00+08:00", limit(1, "month"), "2026-09-30"),
        ("2026-01-31T10:00:00+08:00", limit(1, "month"), "2026-03-02"),
        ("2026-10-15T10:00:00+08:00", limit(14, "month"), "2027-12-15"),
        ("2026-11-20T16:30:00+08:00", limit(24, "hour"), "2026-11-21T16:30:00+08:00"),
        ("2026-11-20T23:30:00+00:00", limit(1, "day"), "2026-11-23"),
    ],
)
def test_a_limit_ends_on_the_day_that_the_law_says(start, given_limit, expected):
    assert due(start, given_limit, CALENDAR) == expected


def test_a_unit_that_no_law_has_is_an_error():
    with pytest.raises(ValueError, match="fortnight"):
        due(FILED, limit(1, "fortnight"), CALENDAR)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_adding_and_counting_working_days_agree(start, count):
    end = CALENDAR.add(start, count)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.between(start, end) == (count or (end != start))
    assert CALENDAR.between(end, start) == -CALENDAR.between(start, end)


@given(st.dates(date(2026, 1, 1), date(2027, 2, 1)), st.dates(date(2026, 1, 1), date(2027, 2, 1)))
def test_counting_by_weeks_agrees_with_counting_day_by_day(first, last):
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    assert first > last or CALENDAR.between(first, last) == sum(CALENDAR.is_workday(day) for day in days)


def test_a_clock_that_is_thousands_of_years_wrong_is_counted_at_once():
    assert CALENDAR.between(date(1970, 1, 1), date(9000, 1, 1)) == 1_834_035
    assert clocks(history(), "9000-01-01T00:00:00+08:00")["notice"].level == "late"


def test_newer_years_take_the_place_of_older_ones():
    newer = Calendar(frozenset({2026, 2027}), frozenset({date(2027, 1, 1)}), frozenset())
    both = CALENDAR.updated(newer)
    assert both.knows(date(2026, 1, 1), date(2027, 12, 31))
    assert both.is_workday(date(2026, 10, 1))
    assert not both.is_workday(date(2026, 10, 10))
    assert not both.is_workday(date(2027, 1, 1))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"years": 2026},
        {"years": [2026], "holidays": ["soon"], "workdays": []},
        {"years": [1], "holidays": [1], "workdays": []},
    ],
)
def test_a_file_that_is_no_calendar_is_an_error(data):
    with pytest.raises(ValueError):  # noqa: PT011 - either our sentence or that of date.fromisoformat
        Calendar.from_data(data)


# --- the first clock ---


def test_a_permit_has_five_working_days_for_the_notice():
    first = clocks(history(), FILED, definition("行政许可"))["notice"]
    assert (first.due, first.left, first.unit, first.level) == ("2026-11-27", 5, "workday", "ok")
    assert first.label == "一次性告知或受理（5个工作日）"


@pytest.mark.parametrize(
    ("now", "left", "level"),
    [
        ("2026-11-25T09:00:00+08:00", 2, "ok"),
        ("2026-11-26T09:00:00+08:00", 1, "due"),
        ("2026-11-27T23:59:59+08:00", 0, "due"),
        ("2026-11-28T00:00:00+08:00", 0, "late"),
        ("2026-11-29T23:59:59+08:00", 0, "late"),
        ("2026-11-30T09:00:00+08:00", -1, "late"),
        ("2026-12-01T09:00:00+08:00", -2, "late"),
    ],
)
def test_the_level_turns_when_a_fifth_is_left_and_when_it_is_over(now, left, level):
    first = clocks(history(), now, definition("行政许可"))["notice"]
    assert (first.left, first.level) == (left, level)
    assert level in LEVELS


def test_other_kinds_are_told_on_the_spot():
    made = history()
    assert clocks(made, FILED)["notice"].due == "2026-11-20"
    assert clocks(made, FILED)["notice"].level == "due"
    assert clocks(made, "2026-11-21T08:00:00+08:00")["notice"].level == "late"
    assert clocks(made, FILED)["notice"].label == "一次性告知或受理（当场）"


def test_a_definition_may_name_its_own_first_limit():
    assert clocks(history(), FILED, definition(notice=limit(2, "workday")))["notice"].due == "2026-11-24"


@pytest.mark.parametrize(
    "kind", ["correction.requested", "application.accepted", "application.refused", "application.decided"]
)
def test_the_first_word_of_the_centre_stops_the_first_clock(kind):
    made = history(("centre", kind, "2026-11-24T10:00:00+08:00"))
    first = clocks(made, "2027-06-01T10:00:00+08:00", definition("行政许可"))["notice"]
    assert (first.level, first.left, first.stopped_at) == ("stopped", 3, "2026-11-24T10:00:00+08:00")


def test_a_withdrawal_stops_the_first_clock():
    made = history(("node", "application.withdrawn", "2026-11-23T10:00:00+08:00"))
    assert clocks(made, "2026-12-23T10:00:00+08:00")["notice"].level == "stopped"
    assert "statutory" not in clocks(made, "2026-12-23T10:00:00+08:00")


# --- the second clock ---


def test_the_second_clock_runs_from_acceptance_and_stops_with_the_decision():
    accepted = ("centre", "application.accepted", "2026-11-23T10:00:00+08:00")
    running = clocks(history(accepted), "2026-11-24T10:00:00+08:00")["statutory"]
    assert (running.start, running.due, running.left, running.level) == (accepted[2], "2026-11-26", 2, "ok")
    assert running.label == "办结（3个工作日）"
    decided = history(accepted, ("centre", "application.decided", "2026-11-25T10:00:00+08:00"))
    stopped = clocks(decided, "2027-11-24T10:00:00+08:00")["statutory"]
    assert (stopped.left, stopped.level) == (1, "stopped")


def test_nothing_runs_a_second_time_before_acceptance():
    assert set(clocks(history(), FILED)) == {"notice"}


def test_a_promise_that_is_shorter_than_the_law_is_shown_beside_it():
    made = history(("centre", "application.accepted", "2026-11-23T10:00:00+08:00"))
    both = clocks(made, "2026-11-23T12:00:00+08:00", definition(statutory=limit(2, "month"), promised=limit(45, "day")))
    assert (both["promised"].due, both["statutory"].due) == ("2027-01-07", "2027-01-25")
    assert (both["statutory"].unit, both["statutory"].left) == ("day", 63)
    assert (both["promised"].label, both["statutory"].label) == ("承诺办结（45天）", "法定办结（2个月）")


def test_hours_run_through_the_night():
    made = history(("centre", "application.accepted", "2026-11-23T10:00:00+08:00"))
    service = definition(statutory=limit(24, "hour"), promised=limit(24, "hour"))
    assert clocks(made, "2026-11-24T08:30:00+08:00", service)["statutory"].left == 1
    assert clocks(made, "2026-11-24T08:30:00+08:00", service)["statutory"].level == "due"
    late = clocks(made, "2026-11-24T10:00:01+08:00", service)["statutory"]
    assert (late.left, late.level) == (0, "late")


def test_a_permit_of_which_nothing_was_said_in_time_counts_as_accepted_from_its_filing():
    permit = definition("行政许可", statutory=limit(20, "workday"), promised=limit(20, "workday"))
    assert "statutory" not in clocks(history(), "2026-11-27T10:00:00+08:00", permit)
    late = clocks(history(), "2026-11-30T10:00:00+08:00", permit)["statutory"]
    assert (late.start, late.due, late.note) == (FILED, "2026-12-18", DEEMED)
    told_late = history(("centre", "application.accepted", "2026-12-01T10:00:00+08:00"))
    assert clocks(told_late, "2026-12-01T11:00:00+08:00", permit)["statutory"].start == FILED


def test_a_correction_pauses_nothing():
    accepted = ("centre", "application.accepted", "2026-11-23T10:00:00+08:00")
    asked = ("centre", "correction.requested", "2026-11-24T10:00:00+08:00")
    now = "2026-11-25T10:00:00+08:00"
    assert clocks(history(accepted, asked), now)["statutory"] == clocks(history(accepted), now)["statutory"]


# --- the citizen's own, and years that nobody has announced ---


def test_the_day_that_a_notice_names_is_the_citizens_clock():
    asked = ("centre", "correction.requested", "2026-11-21T10:00:00+08:00", {"items": [ITEM], "due_day": "2026-12-01"})
    own = clocks(history(asked), "2026-11-30T10:00:00+08:00")["correction"]
    assert (own.due, own.left, own.unit, own.level) == ("2026-12-01", 1, "day", "due")
    without = ("centre", "correction.requested", "2026-11-21T10:00:00+08:00", {"items": [ITEM]})
    assert "correction" not in clocks(history(without), "2026-11-30T10:00:00+08:00")


def test_a_clock_that_runs_into_a_year_without_holidays_says_so():
    made = history(("centre", "application.accepted", "2026-12-20T10:00:00+08:00"))
    far = definition(statutory=limit(20, "workday"), promised=limit(3, "workday"))
    both = clocks(made, "2026-12-21T10:00:00+08:00", far)
    assert both["statutory"].note == UNPUBLISHED == "放假安排未发布，可能调整"
    assert both["promised"].note == ""
    told = deadlines(
        far, reduce(made.all), CALENDAR.updated(Calendar(frozenset({2027}), frozenset({date(2027, 1, 1)}))), FILED
    )
    assert {deadline.note for deadline in told} == {""}
    assert max(deadline.due for deadline in told) > both["statutory"].due


def test_without_a_filing_no_clock_runs():
    assert deadlines(definition(), reduce([]), CALENDAR, FILED) == []
    assert unsent(reduce([]), None, FILED).seconds == 0


# --- time unsent ---


def test_time_unsent_runs_until_the_centre_holds_the_filing():
    state = reduce(history().all)
    waiting = unsent(state, None, "2026-11-22T18:30:00+08:00")
    assert (waiting.seconds, waiting.running, waiting.label) == (50 * 3600, True, "尚未上传，已等待2天2小时")
    sent = unsent(state, "2026-11-20T17:00:30+08:00", "2026-12-31T00:00:00+08:00")
    assert (sent.seconds, sent.running, sent.label) == (1830, False, "上传前在警务室等待30分钟")


def test_a_clock_that_jumped_back_shows_no_time_below_zero():
    assert unsent(reduce(history().all), "2020-01-01T00:00:00+08:00", FILED).seconds == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "不到1分钟"), (59, "不到1分钟"), (3600, "1小时"), (90_061, "1天1小时"), (86_460, "1天1分钟")],
)
def test_a_length_of_time_reads_in_words(seconds, words):
    assert duration_words(seconds) == words


def test_a_limit_reads_in_words():
    assert limit_words(limit(0, "workday")) == "当场"
    assert limit_words(limit(3, "workday")) == "3个工作日"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-25T09:00:00+08:00", "剩 2 个工作日"),
        ("2026-11-27T23:59:59+08:00", "今天到期"),
        ("2026-11-28T09:00:00+08:00", "已超期"),
        ("2026-11-29T09:00:00+08:00", "已超期"),
        ("2026-11-30T09:00:00+08:00", "已超期 1 个工作日"),
    ],
)
def test_what_ended_on_a_friday_is_over_at_the_weekend_by_no_working_day(now, words):
    assert left_words(clocks(history(), now, definition("行政许可"))["notice"]) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [("08:30", "剩 1 小时"), ("09:30", "剩不到 1 小时"), ("10:30", "已超期"), ("11:00", "已超期 1 小时")],
)
def test_hours_are_counted_when_they_are_whole(now, words):
    made = history(("centre", "application.accepted", "2026-11-23T10:00:00+08:00"))
    service = definition(statutory=limit(24, "hour"), promised=limit(24, "hour"))
    assert left_words(clocks(made, f"2026-11-24T{now}:00+08:00", service)["statutory"]) == words


def test_what_ended_at_the_weekend_after_its_last_day_ended_late():
    made = history(("centre", "application.accepted", "2026-11-28T10:00:00+08:00"))
    first = clocks(made, "2026-11-30T10:00:00+08:00", definition("行政许可"))["notice"]
    assert (first.level, first.left, first.late) == ("stopped", 0, True)


def test_a_permit_of_which_nothing_was_said_until_friday_counts_as_accepted_from_saturday():
    permit = definition("行政许可")
    assert clocks(history(), "2026-11-28T09:00:00+08:00", permit)["statutory"].note == DEEMED


@given(st.integers(0, 4000), st.sampled_from(["workday", "day", "hour", "month"]), st.integers(0, 60))
def test_any_moment_gives_each_clock_one_level(hours, unit, value):
    made = history(("centre", "application.accepted", "2026-11-23T10:00:00+08:00"))
    now = date(2026, 11, 23) + timedelta(days=hours // 24)
    service = definition(statutory=limit(value, unit), promised=limit(value, unit))
    moment = f"{now.isoformat()}T{hours % 24:02d}:30:00+08:00"
    found = clocks(made, moment, service)["statutory"]
    now_text = moment if unit == "hour" else moment[:10]
    assert (found.level == "late") is found.late is (now_text > found.due)
    assert found.level in LEVELS
