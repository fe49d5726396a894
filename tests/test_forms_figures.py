"""The figures and their formulas, on facts that can be counted by hand."""

from datetime import date

import pytest

from forms.calendar import Calendar
from forms.definition import PACKAGED, load
from forms.figures import FORMULAS, Figures, Period, Rate, compute, counts, veiled
from forms.figures import fact as fact_of
from forms.figures_parts import Fact, Pause, as_row, of_row
from forms.lifecycle import reduce
from forms.state import State
from forms.steps import Branch
from tests.lifecycle_data import BODIES, filed, situation

NOVEMBER = Period.of("month", date(2026, 11, 15))
NOW = "2026-11-30T18:00:00+08:00"
ON_THE_SPOT, FIVE, TWENTY = (0, "workday"), (5, "workday"), (20, "workday")


def fact(**given: object) -> Fact:
    plain = {
        "service": "a", "channel": "console", "result": "", "filed_at": "2026-11-02T09:00:00+08:00", "begun_at": "",
        "told_at": "", "accepted_at": "", "closed_at": "", "corrections": 0, "permit": False,
        "limits": (ON_THE_SPOT, FIVE, TWENTY),
    }  # fmt: skip  # a table
    made = {**plain, **given}
    made["begun_at"] = made["begun_at"] or made["filed_at"]
    return Fact(**made)


def of(*facts: Fact, period: Period = NOVEMBER, now: str = NOW) -> Figures:
    return compute(facts, period, Calendar(frozenset({2026})), now)


def done(day: str, **more: object) -> Fact:
    """Told and accepted on the day of filing, granted on `day`."""
    return fact(
        result="granted",
        told_at="2026-11-02T10:00:00+08:00",
        accepted_at="2026-11-02T10:00:00+08:00",
        closed_at=f"{day}T16:00:00+08:00",
        **more,
    )


@pytest.mark.parametrize(
    ("kind", "first", "last", "title"),
    [
        ("day", "2026-11-15", "2026-11-15", "2026年11月15日"),
        ("week", "2026-11-09", "2026-11-15", "2026年11月9日至11月15日"),
        ("month", "2026-11-01", "2026-11-30", "2026年11月"),
        ("quarter", "2026-10-01", "2026-12-31", "2026年第四季度"),
        ("year", "2026-01-01", "2026-12-31", "2026年"),
    ],
)
def test_a_period_is_the_one_in_which_a_day_lies(kind, first, last, title):
    period = Period.of(kind, date(2026, 11, 15))
    assert (period.first.isoformat(), period.last.isoformat(), period.title) == (first, last, title)
    assert period.before.after == period == period.after.before


def test_an_application_that_was_decided_on_its_last_day_is_in_time():
    assert of(done("2026-11-30")).rates["in_time"] == Rate(1, 1)


def test_one_that_was_decided_a_day_after_its_limit_is_not_in_time():
    december = Period.of("month", date(2026, 12, 1))
    assert of(done("2026-12-01"), period=december).rates["in_time"] == Rate(0, 1)


def test_the_promise_is_counted_apart_from_the_law():
    found = of(done("2026-11-09"), done("2026-11-10"))
    assert found.rates["promised"] == Rate(1, 2)
    assert found.rates["in_time"] == Rate(2, 2)


def test_one_that_stays_open_beyond_its_limit_counts_against_the_rate_before_it_is_decided():
    waiting = fact(accepted_at="2026-11-02T10:00:00+08:00", told_at="2026-11-02T10:00:00+08:00")
    assert of(waiting, done("2026-11-05")).rates["in_time"] == Rate(1, 1)
    late = of(waiting, done("2026-11-05"), now="2026-12-01T09:00:00+08:00")
    assert late.rates["in_time"] == Rate(1, 2)
    assert (late.open, late.late) == (1, 1)


def test_a_permit_of_which_nobody_spoke_in_time_runs_from_the_day_it_was_handed_in():
    silent = {"limits": (FIVE, FIVE, FIVE), "closed_at": "2026-11-20T10:00:00+08:00", "result": "granted"}
    assert of(fact(permit=True, **silent)).rates["in_time"] == Rate(0, 1)
    assert of(fact(permit=False, **silent)).rates["in_time"] == Rate(1, 1)


def test_what_nobody_spoke_of_in_time_is_late_though_its_second_clock_has_not_begun():
    assert (of(fact()).late, of(fact(told_at="2026-11-02T12:00:00+08:00")).late) == (1, 0)


def test_the_first_word_is_in_time_late_or_not_yet_due():
    in_time = fact(told_at="2026-11-02T12:00:00+08:00")
    late = fact(told_at="2026-11-03T12:00:00+08:00")
    silent = fact()
    not_yet = fact(filed_at="2026-11-30T09:00:00+08:00")
    assert of(in_time, late, silent, not_yet).rates["told"] == Rate(1, 3)


def test_the_first_word_may_wait_for_the_opinions_that_it_is_asked_after():
    asked = (Branch("", (3, "workday"), (), accept=True),)
    waiting = fact(opinions=asked)
    assert of(waiting, now="2026-11-05T12:00:00+08:00").rates["told"] == Rate(0, 0)
    assert of(waiting, now="2026-11-06T12:00:00+08:00").rates["told"] == Rate(0, 1)
    in_time = fact(opinions=asked, told_at="2026-11-05T12:00:00+08:00")
    late = fact(opinions=asked, told_at="2026-11-06T12:00:00+08:00")
    given = fact(
        opinions=(Branch("2026-11-03T09:00:00+08:00", None, (), accept=True),), told_at="2026-11-03T12:00:00+08:00"
    )
    assert of(in_time, late, given).rates["told"] == Rate(2, 3)
    assert of(fact(opinions=(Branch("", (3, "workday"), (), accept=False),))).rates["told"] == Rate(0, 1)


def test_the_time_of_a_special_procedure_does_not_count():
    december = Period.of("month", date(2026, 12, 1))
    stop = Pause("2026-11-10T09:00:00+08:00", "2026-11-17", "2026-11-17T12:00:00+08:00")
    assert of(done("2026-12-07", pauses=(stop,)), period=december).rates["in_time"] == Rate(1, 1)
    assert of(done("2026-12-08", pauses=(stop,)), period=december).rates["in_time"] == Rate(0, 1)
    told = {"accepted_at": "2026-11-02T10:00:00+08:00", "told_at": "2026-11-02T10:00:00+08:00"}
    running = fact(pauses=(Pause(stop.at, "2026-11-17", ""),), **told)
    late = [of(running, now=f"2026-12-{day:02}T09:00:00+08:00").late for day in (7, 8)]
    assert late == [0, 1]
    too_late = Pause("2026-12-02T09:00:00+08:00", "2026-12-20", "")
    assert of(fact(pauses=(too_late,), **told), now="2026-12-03T09:00:00+08:00").late == 1


@pytest.mark.parametrize(
    "one",
    [
        fact(),
        done("2026-11-05", corrections=2, permit=True),
        fact(opinions=(Branch("", (3, "workday"), (), accept=True), Branch("x", None, (0,), accept=False))),
        fact(pauses=(Pause("a", "b", ""), Pause("c", "d", "e"))),
    ],
)
def test_a_fact_is_the_same_after_it_was_kept_as_a_row(one):
    assert of_row(as_row(one)) == one


def test_a_whole_is_counted_in_its_parts_and_a_complaint_at_the_desk_of_the_supervisors_alone():
    pair = situation("none")
    pair.act("node", "application.filed", filed(parts=[{"code": "a", "number": "52242500171004216"}]))
    whole, plain = reduce(pair.all), reduce(situation("received").all)
    timed = {"time_limit": {}}
    assert counts(timed, plain)
    assert not counts(timed, whole)
    assert not counts({**timed, "sealed": True}, plain)
    assert not counts({}, plain)  # a definition that nobody looked through may set no limit


def test_a_fact_holds_the_moments_of_the_log_and_nothing_of_what_has_not_happened():
    open_ = reduce(situation("received").all)
    found = fact_of(NATION, open_)
    assert (found.filed_at, found.begun_at, found.channel) == (open_.filed_at, open_.filed_at, "kiosk")
    assert (found.told_at, found.accepted_at, found.closed_at, found.result) == ("", "", "", "")
    decided = reduce(situation("decided").all)
    found = fact_of(NATION, decided)
    assert (found.told_at, found.accepted_at) == (decided.accepted_at, decided.accepted_at)
    assert (found.closed_at, found.result) == (decided.closed_at, "granted")
    withdrawn = reduce(situation("withdrawn").all)
    assert fact_of(NATION, withdrawn).told_at == withdrawn.closed_at  # its end is the first word about it


NATION = load(PACKAGED / "minzu-biangeng.json").service  # two opinions before 受理, ten working days each
AGREED_AT = "2026-11-23T09:00:00+08:00"


def asked(*acts: tuple[str, dict]) -> State:
    """A change of the registered nation by somebody who brings no opinion; `acts` of the centre on the 23rd."""
    pair = situation("none")
    pair.act("node", "application.filed", filed(answers={"opinion": {"have": "no"}}), at="2026-11-20T09:00:00+08:00")
    for kind, body in acts:
        pair.act("centre", kind, body, at=AGREED_AT)
    return reduce(pair.all)


def test_a_fact_holds_the_time_of_the_opinions_that_the_first_word_waits_for():
    waiting = Branch("", (10, "workday"), (), accept=True)
    second = Branch("", (10, "workday"), (0,), accept=True)
    assert fact_of(NATION, asked()).opinions == (waiting, second)
    agreed = ("opinion.given", BODIES["opinion.given"] | {"step": "county_opinion"})
    came = Branch(AGREED_AT, (10, "workday"), (), accept=True)
    assert fact_of(NATION, asked(agreed)).opinions == (came, second)
    accepted = ("application.accepted", {})
    assert fact_of(NATION, asked(agreed, accepted)).opinions == (came, second)
    assert fact_of(NATION, asked(accepted)).opinions == ()  # the first word was said without asking
    permit = {**NATION, "type": "行政许可"}
    assert fact_of(permit, asked()).opinions == ()  # 行政许可法 32: five days
    assert (fact_of(permit, asked()).permit, fact_of(NATION, asked()).permit) == (True, False)


def test_who_had_to_correct_nothing_was_done_at_once():
    assert of(done("2026-11-05"), done("2026-11-05", corrections=1)).rates["first_time"] == Rate(1, 2)


def test_kiosk_and_other_programs_are_online_and_the_desk_is_not():
    assert of(fact(channel="kiosk"), fact(channel="api"), fact(), fact(channel="import")).rates["online"] == Rate(2, 4)


def test_the_three_better_grades_are_satisfied():
    found = compute([], NOVEMBER, Calendar(), NOW, {5: 2, 3: 1, 2: 1})
    assert found.rates["satisfied"] == Rate(3, 4)
    assert found.grades == {5: 2, 3: 1, 2: 1}


def test_what_lies_outside_of_the_period_changes_nothing_but_what_is_open():
    october = fact(filed_at="2026-10-30T09:00:00+08:00")
    found = of(october, done("2026-12-05", filed_at="2026-10-30T09:00:00+08:00"))
    assert (found.received, found.closed, found.open) == (0, 0, 1)


def test_the_parts_add_up_to_the_whole():
    found = of(done("2026-11-05"), done("2026-11-06", service="b", channel="kiosk"), fact(service="b"))
    assert sum(one[0] for one in found.services.values()) == found.received == sum(found.channels.values()) == 3
    assert sum(one[1] for one in found.services.values()) == found.closed == sum(found.results.values()) == 2
    assert sum(day[0] for day in found.days.values()) == found.received
    assert sum(day[1] for day in found.days.values()) == found.closed
    assert set(found.rates) == set(FORMULAS)
    assert found.services == {"a": (1, 1, 1), "b": (2, 1, 1)}
    assert found.days == {"2026-11-02": (3, 0), "2026-11-05": (0, 1), "2026-11-06": (0, 1)}


@pytest.mark.parametrize(("rate", "text"), [
    (Rate(0, 0), ""), (Rate(0, 3), "0%"), (Rate(3, 3), "100%"), (Rate(2, 3), "66.66%"), (Rate(99999, 100000), "99.99%"),
])  # fmt: skip  # a table
def test_a_rate_is_never_rounded_up_to_all(rate, text):
    assert rate.percent == text


def test_small_counts_are_hidden_and_can_not_be_worked_out_of_the_sum():
    assert veiled({"a": 20, "b": 3, "c": 7, "d": 0}) == {"a": 20, "b": None, "c": None, "d": 0}
    assert veiled({"a": 20, "b": 3, "c": 1}) == {"a": 20, "b": None, "c": None}
    assert veiled({"a": 20, "b": 5}) == {"a": 20, "b": 5}
    assert veiled({"a": 20, "b": 5, "c": 1}) == {"a": 20, "b": None, "c": None}  # five is the next smallest
