"""What single services decide: not needed, not possible, too early, by whom, and which level."""

import copy
from typing import Any

import pytest

from forms import answers, definition, formats, page, pointer
from forms.answers import Context
from forms.definition import Definition
from forms.lint import SERVICE_SCHEMA

CATALOGUE = definition.load_all(SERVICE_SCHEMA.with_name("services"))
SERVICES: dict[str, Definition] = {one.service["code"]: one for one in CATALOGUE.values()}
DAY = "2026-11-21"
DAYS_AHEAD = 20  # 大型群众性活动安全管理条例 13


def sample(code: str, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(SERVICES[code].samples["valid"][number]["answers"])
    return found


def born(year: int, month: int = 11, day: int = 21, sequence: int = 984) -> str:
    body = f"522425{year}{month:02d}{day:02d}{sequence}"
    return body + formats.check_digit(body)


def found(code: str, given: dict[str, Any], day: str = DAY) -> dict[str, str]:
    """Path -> sentence of everything that is wrong."""
    return {one.path: one.message for one in answers.check(SERVICES[code], given, Context(day)).problems}


def changed(code: str, *pairs: tuple[str, Any], number: int = 0) -> dict[str, Any]:
    given = sample(code, number)
    for place, value in pairs:
        pointer.put(given, place, value)
    return given


def shown_pages(code: str, given: dict[str, Any]) -> list[str]:
    service = SERVICES[code]
    return [service.pages[index].key for index in page.visible_pages(service, given, context=Context(DAY))]


def notes(code: str, given: dict[str, Any]) -> str:
    controls = page.controls(SERVICES[code], given, context=Context(DAY))
    return "\n".join(one.label for one in walk(controls) if one.kind == "note" and one.visible)


def walk(controls):
    for one in controls:
        yield one
        yield from walk(one.children)


@pytest.mark.parametrize("kind", [one["const"] for one in SERVICES["ZM02"].shape.at("/fact/identity").flat["oneOf"]])
def test_the_nine_kinds_that_are_no_longer_issued_lead_to_a_letter_and_cannot_be_filed(kind):
    given = {"fact": {"kind": "identity", "identity": kind}}
    assert shown_pages("ZM02", given) == ["page.fact", "page.notice"]
    assert "致要求出具证明的单位" in notes("ZM02", given)
    assert "公通字〔2016〕21号" in notes("ZM02", given)
    assert "不能提交申请" in found("ZM02", given)["/notice/unit"]
    named = {**given, "notice": {"unit": "石桥镇农村信用社"}}
    assert found("ZM02", named) == {"/notice/unit": found("ZM02", named)["/notice/unit"]}
    assert "石桥镇农村信用社" in found("ZM02", named)["/notice/unit"]


def test_there_are_nine_kinds_and_five_more_that_the_household_book_proves():
    choices = {name: SERVICES["ZM02"].shape.at(f"/fact/{name}").flat["oneOf"] for name in ("identity", "household")}
    assert {name: len(found) for name, found in choices.items()} == {"identity": 9, "household": 5}


def test_what_the_household_book_does_not_show_is_asked_for_and_filed():
    given = sample("ZM02")
    assert shown_pages("ZM02", given)[1] == "page.applicant"
    assert "page.notice" not in shown_pages("ZM02", given)
    assert found("ZM02", given) == {}


def test_a_whole_form_filled_for_a_kind_that_is_not_issued_keeps_nothing_of_it():
    given = changed("ZM02", ("/fact", {"kind": "identity", "identity": "name"}))
    checked = answers.check(SERVICES["ZM02"], given, Context(DAY))
    assert set(checked.answers) <= {"fact", "notice"}
    assert [one.path for one in checked.problems] == ["/notice/unit"]


def test_an_age_is_counted_on_the_day_of_filing_to_the_day():
    given = changed("HJ08", ("/applicant/idNumber", born(2006)))
    assert found("HJ08", given, "2026-11-20") == {}
    assert "满20周岁的不予办理" in found("HJ08", given, "2026-11-21")["/applicant/idNumber"]


def test_a_nation_is_changed_by_guardians_until_eighteen_and_by_oneself_from_then_on():
    given = changed("HJ08", ("/applicant/idNumber", born(2008)))
    assert "/applicant/by" in found("HJ08", given, "2026-11-20")
    assert found("HJ08", given, "2026-11-21") == {}


def test_the_child_is_asked_from_sixteen_on():
    given = changed("HJ08", ("/applicant/idNumber", born(2010)), number=1)
    del given["guardian"]["asked"]
    assert found("HJ08", given, "2026-11-20") == {}
    assert set(found("HJ08", given, "2026-11-21")) == {"/guardian/asked"}


def test_the_steps_of_a_change_of_nation_follow_each_other_with_their_own_limits():
    steps = SERVICES["HJ08"].service["steps"]
    assert [one["code"] for one in steps] == [
        "receive",
        "county_opinion",
        "city_opinion",
        "notify",
        "accept",
        "decide",
        "deliver",
    ]
    assert [one["limit"]["value"] for one in steps if "limit" in one] == [0, 10, 10, 10, 15]
    assert not any("parallel" in one for one in steps)


@pytest.mark.parametrize(("crowd", "level"), [(999, "none"), (1000, "county"), (4999, "county"), (5000, "city")])
def test_the_crowd_decides_whether_and_who_permits(crowd, level):
    given = changed("ZA03", ("/event/crowd", crowd), ("/site/capacity", 9000))
    checked = answers.check(SERVICES["ZA03"], given, Context(DAY))
    assert checked.answers["event"]["level"] == level
    assert ["/event/crowd" in one.path for one in checked.problems] == [True] * (level == "none")
    expected = {"none": "不需要许可", "county": "由县级公安机关许可", "city": "市级公安机关许可"}[level]
    assert expected in notes("ZA03", given)


@pytest.mark.parametrize(
    ("start", "left"), [("2026-12-11", 20), ("2026-12-10", 19), ("2026-11-21", 0), ("2028-03-01", 466)]
)
def test_an_event_is_applied_for_twenty_days_ahead(start, left):
    given = changed("ZA03", ("/event/start", start), ("/event/end", start))
    checked = answers.check(SERVICES["ZA03"], given, Context(DAY))
    assert checked.answers["event"]["daysAhead"] == left
    sentences = [one.message for one in checked.problems]
    assert sentences == [] if left >= DAYS_AHEAD else f"只剩{left}天" in sentences[0]


def test_a_permit_for_an_event_ends_in_the_hands_of_those_who_supervise_it():
    service = SERVICES["ZA03"].service
    assert service["type"] == "行政许可"
    assert service["steps"][-1]["code"] == "supervise"
    assert "自收件之日起即为受理" in service["time_limit"]["note"]


@pytest.mark.parametrize(("day", "early"), [("2026-11-19", True), ("2026-11-20", False), ("2027-03-01", False)])
def test_an_identity_card_is_renewed_from_three_months_before_it_ends(day, early):
    given = changed("SF02", ("/card/expiry", "2027-02-20"))
    assert ("/card/expiry" in found("SF02", given, day)) is early


@pytest.mark.parametrize(("day", "early"), [("2026-09-01", True), ("2026-09-02", False)])
def test_a_residence_permit_needs_half_a_year(day, early):
    given = changed("HJ02", ("/residence/start", "2026-03-02"))
    assert ("/residence/start" in found("HJ02", given, day)) is early


@pytest.mark.parametrize(
    ("ground", "wanted"), [("job", "job_proof"), ("home", "home_proof"), ("school", "school_proof")]
)
def test_the_ground_decides_which_proof_is_asked_for(ground, wanted):
    given = changed("HJ02", ("/ground", {"kind": ground}))
    del given["files"]
    asked = {place for place in found("HJ02", given) if place.startswith("/files/")}
    fields = {one["code"]: one.get("field") for one in SERVICES["HJ02"].service["materials"]}
    assert asked == {fields[wanted]}


def test_a_child_registered_late_is_registered_all_the_same():
    on_time, late = (changed("HJ04", ("/child/day", day)) for day in ("2026-10-21", "2026-10-20"))
    assert found("HJ04", late) == found("HJ04", on_time) == {}
    assert "照样可以登记" in notes("HJ04", late)
    assert "照样可以登记" not in notes("HJ04", on_time)


@pytest.mark.parametrize("typed", ["艾合买提•买买提", "艾合买提．买买提", "艾合买提・买买提", "艾合买提 · 买买提"])
def test_a_separator_that_only_looks_right_becomes_the_one_of_the_register(typed):
    given = changed("HJ04", ("/child/name", typed), number=2)
    checked = answers.check(SERVICES["HJ04"], given, Context(DAY))
    assert checked.problems == []
    assert checked.answers["child"]["name"] == "艾合买提\u00b7买买提"


@pytest.mark.parametrize("kind", ["hospital", "police", "court", "abroad", "other"])
def test_each_of_five_proofs_of_death_is_enough_alone(kind):
    proof = {"kind": kind, "cause": "illness", "otherName": "公墓安葬证明", kind: sample("HJ05")["proof"]["hospital"]}
    given = changed("HJ05", ("/proof", proof))
    assert found("HJ05", given) == {}
    del given["proof"][kind]
    assert set(found("HJ05", given)) == {f"/proof/{kind}"}


def test_nobody_is_struck_off_on_one_number_alone():
    given = changed("HJ05", ("/verify/idNumber", born(1938, 2, 7)))
    assert "对照户口簿" in found("HJ05", given)["/verify/idNumber"]
    assert "双人核对" in [one["title"] for one in SERVICES["HJ05"].service["steps"]]


def test_a_child_goes_on_the_pass_of_a_grown_up_until_sixteen():
    given = sample("JW02", 2)
    pointer.put(given, "/children/0/idNumber", born(2010))
    assert found("JW02", given, "2026-11-20") == {}
    assert set(found("JW02", given, "2026-11-21")) == {"/children/0/idNumber"}
