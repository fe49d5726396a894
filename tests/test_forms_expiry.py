"""What runs out, from one application alone: cards, endorsements, stays."""

from dataclasses import replace

import pytest

from forms import expiry, messages
from forms.dates import months_later
from forms.definition import packaged
from forms.delivery import Arrived, Delivery
from forms.expiry import (
    DEATH,
    FIRST_CARD,
    ID_CARD,
    PERMIT,
    PERMIT_FIRST,
    PERMIT_YEARLY,
    REGISTRATION,
    RENEWAL,
    REPLACEMENT,
    STAY,
)
from forms.state import State
from tests.expiring_data import OLD_MAN, YOUNG, permit, renewal, stay

FILED = "2026-11-01T09:00:00+08:00"
CLOSED = "2026-11-21T10:00:00+08:00"


def state(answers, result=None, **more):
    return State(
        filed_at=FILED,
        answers=answers,
        result=result,
        closed_at=CLOSED if result else None,
        **more,
    )


def said(service, found):
    return {(one.what, one.until, one.basis) for one in expiry.terms(packaged()[service], found)}


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2027-02-20", -3, "2026-11-20"),
        ("2027-05-31", -3, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-11-21", 0, "2026-11-21"),
    ],
)
def test_a_month_has_the_same_day_or_its_last(day, months, then):
    assert months_later(day, months) == then


def test_the_card_of_the_public_paper_enters_three_months_before_and_one_without_end_never():
    assert expiry.enters(ID_CARD, "2027-02-20") == "2026-11-20"
    assert said(RENEWAL, state(renewal(), "lapsed")) == {(ID_CARD, "2027-02-20", "said")}
    assert said(RENEWAL, state(renewal(expiry_day=""), "lapsed")) == set()
    (term,) = expiry.terms(packaged()[RENEWAL], state(renewal(), "lapsed"))
    assert (term.person, term.at) == (OLD_MAN, FILED)  # as true as the day on which he wrote it


def test_a_whole_and_what_was_never_filed_say_nothing_of_anybody():
    whole = state(renewal(), "granted", parts=(("a", "52242500171004216"),))
    assert expiry.terms(packaged()[RENEWAL], whole) == ()
    assert expiry.terms(packaged()[RENEWAL], State(answers=renewal())) == ()


@pytest.mark.parametrize(
    ("born", "issued", "until"),
    [
        ("2011-11-21", "2026-11-21", "2031-11-21"),
        ("2010-11-21", "2026-11-21", "2036-11-21"),
        ("2000-11-22", "2026-11-21", "2036-11-21"),
        ("2000-11-21", "2026-11-21", "2046-11-21"),
        ("1980-11-22", "2026-11-21", "2046-11-21"),
        ("1980-11-21", "2026-11-21", ""),
    ],
)
def test_a_card_is_valid_as_the_law_says_by_the_age_on_the_day_of_issue(born, issued, until):
    assert expiry.card_ends(born, issued) == until


def test_a_card_that_was_issued_here_is_reckoned_unless_somebody_noted_what_stands_on_it():
    young = renewal(number=YOUNG)
    assert said(RENEWAL, state(young, "granted")) == {(ID_CARD, "2036-11-21", "reckoned")}
    assert said(RENEWAL, state(renewal(), "granted")) == {(ID_CARD, "", "")}  # 58 years old
    came = Delivery(arrived=(Arrived("e" * 32, "居民身份证", "station", CLOSED, until="2036-11-18"),))
    assert said(RENEWAL, state(young, "granted", delivery=came)) == {(ID_CARD, "2036-11-18", "card")}
    endless = Delivery(arrived=(replace(came.arrived[0], until="long"),))
    assert said(FIRST_CARD, state(young, "granted", delivery=endless)) == {(ID_CARD, "", "card")}


def test_nobody_is_reminded_while_a_new_card_is_applied_for_or_of_a_card_that_is_lost():
    assert said(RENEWAL, state(renewal())) == {(ID_CARD, "", "busy")}
    lost = {**renewal(number=YOUNG), "request": {"kind": "report"}}
    assert said(REPLACEMENT, state(lost, "granted")) == {(ID_CARD, "", "")}


def test_what_an_officer_read_off_the_card_goes_before_what_was_written():
    looked = {"identity_until": "2027-02-19", "identity_document": "id-card", "identity_at": CLOSED}
    assert said(RENEWAL, state(renewal(), "withdrawn", **looked)) == {(ID_CARD, "2027-02-19", "card")}
    assert said(REGISTRATION, state(stay(), **looked)) == {(ID_CARD, "2027-02-19", "card"), (STAY, "", "busy")}
    other = {**looked, "identity_document": "household-book"}
    assert said(REGISTRATION, state(stay(), **other)) == {(STAY, "", "busy")}
    guardian = stay()
    guardian["applicant"]["by"] = "guardian"
    assert said(REGISTRATION, state(guardian, **looked)) == {(STAY, "", "busy")}  # the card was the guardian's


def test_a_residence_permit_is_endorsed_each_year():
    assert said(PERMIT_FIRST, state(permit(), "granted")) == {(PERMIT, "2027-11-21", "reckoned")}
    assert said(PERMIT_YEARLY, state(permit(), "granted")) == {(PERMIT, "2027-11-21", "reckoned")}
    assert said(PERMIT_YEARLY, state(permit(), "returned")) == {(PERMIT, "2026-12-10", "said")}
    assert said(PERMIT_FIRST, state({**permit(), "card": {}}, "refused")) == set()


def test_a_registered_stay_ends_when_somebody_said_that_it_would():
    assert said(REGISTRATION, state(stay(), "granted")) == {(STAY, "2026-12-02", "said")}
    assert said(REGISTRATION, state(stay(months=0), "granted")) == {(STAY, "", "")}


def test_a_death_ends_all_reminders_of_that_person():
    gone = {"deceased": {"idNumber": OLD_MAN}, "applicant": {"idNumber": YOUNG}}
    found = expiry.terms(packaged()[DEATH], state(gone, "granted"))
    assert {(one.person, one.until) for one in found} == {(OLD_MAN, "")}
    assert {one.what for one in found} == set(expiry.WHATS)
    assert expiry.terms(packaged()[DEATH], state(gone, "refused")) == ()


def test_a_dwelling_is_a_village_and_a_group_as_far_as_they_were_said():
    lives = expiry.dwelling(packaged()[REGISTRATION], stay())
    assert (lives.village, lives.part) == ("520524104215", "三组")
    lives = expiry.dwelling(packaged()[RENEWAL], renewal())
    assert (lives.village, lives.part) == ("大坪村", "一组")
    assert expiry.dwelling(packaged()[PERMIT_YEARLY], permit()) is None


def test_only_his_own_mobile_telephone_is_written_to():
    service = packaged()[RENEWAL]
    assert expiry.phone(service, renewal()) == "19900000155"
    fixed = renewal()
    fixed["applicant"]["phone"] = "08570000001"
    assert expiry.phone(service, fixed) == ""
    guardian = renewal()
    guardian["applicant"]["by"] = "guardian"
    assert expiry.phone(service, guardian) == ""


def test_a_message_names_nobody_and_fits_into_one():
    text = messages.text(
        "expiring", {"what": "居民身份证", "day": "2027-02-20", "room": "大坪村警务室", "phone": "0857-0000000"}
    )
    assert "2027年2月20日" in text
    assert len(text) <= 70
    with pytest.raises(KeyError):
        messages.text("nothing", {})
