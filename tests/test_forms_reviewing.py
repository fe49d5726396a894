"""Opinions, special procedures, cases handed on, writs: what they make of a state and of its clocks."""

import pytest
from lifecycle_data import BODIES, Pair, situation

from forms.calendar import Calendar
from forms.deadlines import deadlines
from forms.lifecycle import reduce

CALENDAR = Calendar(frozenset({2026, 2027}), frozenset(), frozenset())
BEGUN, ENDED = "2026-11-24T10:00:00+08:00", "2026-12-01T10:00:00+08:00"
WRIT = {
    "number": "纳公许〔2026〕00001号",
    "organ": "纳雍县公安局",
    "title": "行政许可决定书",
    "day": "2026-11-24",
    "code": "YZW1." + "A" * 60,
}


class Service:
    def __init__(self, unit="workday", value=7):
        limit = {"value": value, "unit": unit}
        self.service = {"type": "行政确认", "time_limit": {"statutory": limit, "promised": limit}}


def accepted() -> Pair:
    pair = situation("received")
    pair.act("centre", "application.accepted", at="2026-11-23T09:00:00+08:00")
    return pair


def paused(until="2026-12-20", ended="") -> Pair:
    pair = accepted()
    pair.act("centre", "procedure.begun", BODIES["procedure.begun"] | {"until": until}, at=BEGUN)
    if ended:
        pair.act("centre", "procedure.ended", at=ended)
    return pair


def clock(pair, now, name="statutory", service=None):
    found = deadlines(service or Service(), reduce(pair.all), CALENDAR, now)
    return next(one for one in found if one.name == name)


def test_the_last_opinion_about_a_step_counts():
    pair = situation("received")
    pair.act("centre", "opinion.given", BODIES["opinion.given"] | {"outcome": "returned"})
    pair.act("centre", "opinion.given")
    review = reduce(pair.all).review
    assert review.opinion("city_opinion").outcome == "agreed"
    assert review.opinion("county_opinion") is None
    assert [entry.title for entry in reduce(pair.all).history[-2:]] == ["审批意见：退回", "审批意见：同意"]


def test_one_special_procedure_runs_at_a_time_and_only_after_acceptance():
    pair = paused()
    pair.act("centre", "procedure.begun")
    pair.act("centre", "procedure.ended")
    pair.act("centre", "procedure.ended")
    titles = [entry.title for entry in reduce(pair.all).history[-4:]]
    assert titles == [
        "特别程序开始（听证）",
        "启动特别程序（未生效）",
        "特别程序结束（听证）",
        "结束特别程序（未生效）",
    ]
    early = situation("received")
    early.act("centre", "procedure.begun")
    assert reduce(early.all).review.procedure is None


@pytest.mark.parametrize(
    ("unit", "before", "after"),
    [
        ("workday", "2026-12-02", "2026-12-09"),  # five working days lie between Tuesday and the next
        ("day", "2026-11-30", "2026-12-07"),
        ("month", "2027-06-23", "2027-06-30"),
    ],
)
def test_the_time_of_a_special_procedure_does_not_count(unit, before, after):
    service = Service(unit)
    assert clock(accepted(), ENDED, service=service).due == before
    assert clock(paused(ended=ENDED), ENDED, service=service).due == after


def test_hours_are_paused_by_whole_days():
    one = clock(paused(ended=ENDED), ENDED, service=Service("hour", 24))
    assert one.due == "2026-12-01T09:00:00+08:00"


def test_while_it_runs_the_second_clock_stands_and_its_own_runs():
    pair = paused()
    early, late = (clock(pair, f"2026-{day}T10:00:00+08:00") for day in ("11-25", "12-04"))
    assert early.left == late.left == 6
    assert (early.paused, early.late, late.late) == ("听证", False, False)
    assert clock(pair, "2026-12-04T10:00:00+08:00", "procedure").due == "2026-12-20"


def test_beyond_its_last_day_a_special_procedure_stops_nothing_any_more():
    pair = paused(until="2026-11-26")
    one = clock(pair, "2026-12-18T10:00:00+08:00")
    assert (one.paused, one.due, one.late) == ("", "2026-12-04", True)
    assert clock(pair, "2026-12-18T10:00:00+08:00", "procedure").late


@pytest.mark.parametrize("last", [("node", "application.withdrawn"), ("centre", "application.decided")])
def test_no_special_procedure_outlives_its_case(last):
    pair = paused()
    pair.sync()
    pair.act(*last, at=ENDED)
    state = reduce(pair.all)
    assert state.review.procedure is None
    assert state.review.procedures[0].ended_at == ENDED
    assert clock(pair, "2027-03-01T09:00:00+08:00").due == "2026-12-09"


@pytest.mark.parametrize(
    "kind", ["application.accepted", "application.refused", "correction.requested", "application.decided"]
)
def test_a_notice_brings_its_writ(kind):
    pair = situation("received")
    event = pair.act("centre", kind, BODIES[kind] | {"writ": WRIT})
    (writ,) = reduce(pair.all).review.writs
    assert (writ.kind, writ.id, writ.number) == (kind, event.id, WRIT["number"])


def test_a_case_that_was_handed_on_twice_lies_where_it_was_sent_last():
    pair = situation("received")
    pair.act("centre", "application.forwarded")
    pair.act("centre", "application.forwarded", {"desk": "省公安厅治安总队", "level": "province", "reason": "跨市"})
    assert reduce(pair.all).review.desk.level == "province"
    assert reduce(pair.all).history[-1].detail == "转给省公安厅治安总队"
