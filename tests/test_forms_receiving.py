"""Taking in at the desk, in the state: paper slips and their clocks, originals by one or two people, who stands there."""

import pytest
from lifecycle_data import BODIES, Pair, filed

from forms import deadlines, kinds_receiving, originals, proxies, whole_clocks
from forms.calendar import Calendar
from forms.definition import packaged
from forms.kinds import ROOM_KINDS, check_body
from forms.lifecycle import reduce
from forms.state import Seen

SLIP = "P010000112"
PAPER = {"paper": {"slip": SLIP, "day": "2026-11-16"}}
PERMIT = packaged()["daxing-huodong"]
NOW = "2026-11-21T10:00:00+08:00"


def took_in(**changes):
    pair = Pair()
    pair.act("node", "application.filed", filed(**changes))
    return pair


def names(found):
    return [one["code"] for one in found]


# --- paper that is entered later


def test_the_clocks_run_from_the_day_on_the_slip_and_say_so():
    state = reduce(took_in(**PAPER).all)
    assert state.paper.slip == SLIP
    assert state.begun_at == "2026-11-16T00:00:00+08:00"
    first = deadlines.deadlines(PERMIT, state, Calendar(), NOW)[0]
    assert (first.start[:10], first.due) == ("2026-11-16", "2026-11-23")
    assert deadlines.ON_PAPER in first.note


def test_without_a_slip_they_run_from_the_filing():
    state = reduce(took_in().all)
    first = deadlines.deadlines(PERMIT, state, Calendar(), NOW)[0]
    assert (state.begun_at, first.start) == (state.filed_at, state.filed_at)
    assert deadlines.ON_PAPER not in first.note


def test_a_day_on_the_slip_behind_the_filing_gives_nobody_more_time():
    state = reduce(took_in(paper={"slip": SLIP, "day": "2027-01-01"}).all)
    assert state.begun_at == state.filed_at


def test_both_sides_count_from_the_slip_whatever_the_clock_of_the_room_says():
    state = reduce(took_in(**PAPER).all)
    for received_at in ("", "2026-11-20T08:00:00+08:00"):
        clock = whole_clocks.clocks(PERMIT, state, None, Calendar(), NOW, received_at=received_at)[0]
        assert clock.start[:10] == "2026-11-16"


def test_a_permit_that_nobody_answered_counts_as_accepted_from_the_day_on_the_slip():
    state = reduce(took_in(**PAPER).all)
    second = deadlines.deadlines(PERMIT, state, Calendar(), "2026-11-25T10:00:00+08:00")[1]
    assert second.start[:10] == "2026-11-16"
    assert deadlines.DEEMED in second.note


def test_the_history_says_that_it_was_entered_later():
    entry = reduce(took_in(**PAPER).all).history[0]
    assert entry.title == "已收件（补录）"
    assert entry.detail == "纸质凭证 P010000112，2026年11月16日收件"


@pytest.mark.parametrize(
    "paper", [{"slip": "12", "day": "2026-11-16"}, {"slip": SLIP}, {"slip": SLIP, "day": "gestern"}]
)
def test_a_slip_that_is_none_is_refused_before_it_is_sealed(paper):
    with pytest.raises(ValueError, match="paper"):
        check_body("application.filed", filed(paper=paper))


# --- who was looked at


def test_the_verified_person_comes_with_who_when_and_which_document():
    pair = took_in()
    pair.act("node", "identity.verified", {"method": "officer", "looked_at": "household-book"}, actor="officer:li")
    state = reduce(pair.all)
    assert (state.identity, state.identity_by, state.identity_document) == ("officer", "officer:li", "household-book")
    assert state.identity_at == state.history[-1].at
    assert state.history[-1].detail == "已当面核对证件原件，居民户口簿"


def test_who_verified_may_be_another_than_who_filed():
    state = reduce(took_in(identity="officer", identity_by="officer:chen").all)
    assert (state.identity, state.identity_by) == ("officer", "officer:chen")
    assert reduce(took_in(identity="unverified").all).identity_by == ""


# --- originals


CANCEL = packaged()["siwang-zhuxiao"]
CANCEL_ANSWERS = CANCEL.samples["valid"][0]["answers"]


def test_what_the_answers_make_necessary_is_asked_and_what_was_handed_in_all_the_same():
    asked = names(originals.asked(CANCEL, CANCEL_ANSWERS))
    assert "identity" in asked
    assert "death_court" not in asked  # a copy is enough
    other = next(one for one in ("death_abroad", "moving_paper") if one not in asked)
    assert other in names(originals.asked(CANCEL, CANCEL_ANSWERS, {other}))


def test_a_picture_that_is_taken_here_has_no_original():
    card = packaged()["juzhuzheng-shenling"]
    answers = {"portrait": {"source": "new"}}
    assert "portrait" not in names(originals.asked(card, answers))


def test_two_people_are_two_accounts():
    assert originals.people(CANCEL) == 2
    asked = names(originals.asked(CANCEL, CANCEL_ANSWERS))
    one = [Seen(code, NOW, ("officer:wei",)) for code in asked]
    both = [Seen(code, NOW, ("officer:wei", "officer:li")) for code in asked]
    assert names(originals.outstanding(CANCEL, CANCEL_ANSWERS, one)) == asked
    assert originals.outstanding(CANCEL, CANCEL_ANSWERS, both) == []


def test_the_same_account_twice_is_one_person_and_a_second_time_adds_the_other():
    pair = took_in()
    for actor in ("officer:wei", "officer:wei", "officer:li"):
        pair.act("node", "originals.seen", {"slots": ["identity"]}, actor=actor)
    assert reduce(pair.all).seen[0].by == ("officer:wei", "officer:li")


def test_a_second_person_on_the_same_page_stands_in_the_same_event():
    pair = took_in()
    pair.act("node", "originals.seen", {"slots": ["identity"], "second": "officer:li"}, actor="officer:wei")
    state = reduce(pair.all)
    assert state.seen[0].by == ("officer:wei", "officer:li")
    assert state.history[-1].detail == "1 样，两个人核对"


# --- 代办


def test_a_recorded_proxy_stands_there_with_what_is_still_missing():
    pair = took_in()
    pair.act("node", "proxy.recorded", BODIES["proxy.recorded"])
    plain = packaged()["yangquan-dengji"]
    found = proxies.of(plain, reduce(pair.all))
    assert (found.name, found.relation, found.missing) == ("罗建国", "村（社区）代办员", ("委托人的身份证件",))


def test_a_guardian_needs_no_letter():
    assert "letter" not in proxies.demanded("guardian")
    assert set(proxies.demanded("village")) == set(kinds_receiving.PROXY_PAPERS)


def test_a_form_that_asks_speaks_for_itself():
    permit = packaged()["bianjing-tongxingzheng"]
    state = reduce(
        took_in(answers={"agent": {"name": "罗建国", "idNumber": "52242519850615981X", "relation": "哥哥"}}).all
    )
    found = proxies.of(permit, state)
    assert (found.name, found.relation, found.missing) == ("罗建国", "哥哥", ("代办委托书",))
    assert proxies.of(permit, reduce(took_in(answers={"applicant": {"by": "self"}}).all)) is None


def test_the_history_names_nobody():
    pair = took_in()
    pair.act("node", "proxy.recorded", BODIES["proxy.recorded"])
    assert reduce(pair.all).history[-1].detail == "村（社区）代办员，看过委托书、代办人的身份证件"


def test_a_service_says_only_fields_that_it_has():
    value = {**CANCEL.raw, "x-service": {**CANCEL.service, "proxy": {"name": "/agent/nobody", "papers": ["none"]}}}
    assert [place for place, *_ in proxies.troubles(value)] == ["/x-service/proxy/name", "/x-service/proxy/papers/0"]


def test_every_kind_of_the_room_can_be_written_and_refuses_what_it_does_not_know():
    for kind in kinds_receiving.ROOM_KINDS:
        assert ROOM_KINDS[kind].side == "node"
        with pytest.raises(ValueError, match="is not a field"):
            check_body(kind, {"other": 1})
