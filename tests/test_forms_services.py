import json
import re
from datetime import date
from pathlib import Path

import pytest
from lifecycle_data import Pair, filed

from forms import answers, consents, definition, formats, page, pointer, validation
from forms.calendar import Calendar
from forms.deadlines import deadlines
from forms.lifecycle import RESULTS, reduce

FOLDER = Path(definition.__file__).with_name("services")
CATALOGUE = definition.load_all(FOLDER)
SERVICES = {one.service["code"]: one for one in CATALOGUE.values()}
CODES = sorted(SERVICES)
# first clock, second clock: filed on 20 November 2026, a Friday, and accepted an hour later
DUE = {
    "FW01": ("2026-11-20", "2026-12-21"),
    "FW02": ("2026-11-20", "2026-11-20"),
    "FW03": ("2026-11-24", "2027-01-19"),
    "FW04": ("2026-11-20", "2026-11-20"),
    "FW05": ("2026-11-20", "2026-11-20"),
    "FY01": ("2026-11-25", "2027-01-19"),
    "HJ01": ("2026-11-20", "2026-11-20"),
    "HJ02": ("2026-11-20", "2026-12-07"),
    "HJ03": ("2026-11-20", "2026-11-20"),
    "HJ04": ("2026-11-20", "2026-11-20"),
    "HJ05": ("2026-11-20", "2026-11-20"),
    "HJ06": ("2026-11-20", "2026-11-27"),
    "HJ07": ("2026-11-20", "2026-12-18"),
    "HJ08": ("2026-11-20", "2026-12-11"),
    "JW01": ("2026-11-20", "2026-11-20"),
    "JW02": ("2026-11-27", "2026-12-04"),
    "SF01": ("2026-11-20", "2027-01-19"),
    "SF02": ("2026-11-20", "2027-01-19"),
    "SF03": ("2026-11-20", "2027-01-19"),
    "YS01": ("2026-11-20", "2026-12-18"),
    "YS02": ("2026-11-20", "2027-01-04"),
    "YS11": ("2026-11-20", "2026-11-27"),
    "YS12": ("2026-11-20", "2026-11-27"),
    "YS13": ("2026-11-20", "2026-12-11"),
    "YS14": ("2026-11-20", "2026-12-18"),
    "YS21": ("2026-11-20", "2026-12-04"),
    "YS22": ("2026-11-20", "2026-12-18"),
    "YS23": ("2026-11-20", "2026-11-27"),
    "YY01": ("2026-11-20", "2026-11-20"),
    "ZA01": ("2026-11-20", "2026-11-20"),
    "ZA02": ("2026-11-20", "2026-11-20"),
    "ZA03": ("2026-11-27", "2026-12-01"),
    "ZM01": ("2026-11-20", "2026-11-25"),
    "ZM02": ("2026-11-20", "2026-11-20"),
}
SHORT = {"FW03", "FW05", "HJ06", "HJ07", "YY01", "ZA01"} | {
    "YS11",
    "YS12",
    "YS13",
    "YS14",
    "YS21",
    "YS22",
    "YS23",
}  # guide and collection only
NAMELESS = {"FW03", "FW04"}  # nobody has to show who he is to complain or to ask for help
MADE_UP_SEQUENCE = 980  # a sequence number that no real county reaches in a day's births
VALID = [(code, sample) for code in CODES for sample in SERVICES[code].samples["valid"]]
INVALID = [(code, sample) for code in CODES for sample in SERVICES[code].samples["invalid"]]


def titled(pairs):
    return pytest.mark.parametrize(
        ("code", "sample"), pairs, ids=[f"{code} {sample['title']}" for code, sample in pairs]
    )


def judge(code, sample) -> answers.Checked:
    return answers.check(SERVICES[code], sample["answers"], answers.Context(**sample["context"]))


def leaves(value, place=""):
    """(pointer, value) of everything that is no holder."""
    if isinstance(value, dict | list):
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(child, f"{place}/{name}")
    else:
        yield place, value


def elements(element):
    yield element
    for child in element.get("elements", []):
        yield from elements(child)
    detail = element.get("options", {}).get("detail")
    if isinstance(detail, dict):
        yield from elements(detail)


def controls(code) -> set[str]:
    """Dotted paths of all fields on the pages, those of list rows below their list."""
    found = set()
    for element in elements(SERVICES[code].uischema):
        detail = element.get("options", {}).get("detail", {})
        own = dotted(element["scope"]) if element["type"] == "Control" else ""
        found |= {own} | {f"{own}.{dotted(row['scope'])}" for row in elements(detail) if "scope" in row}
    rows = {path for path in found if "." not in path and path not in SERVICES[code].schema["properties"]}
    return found - rows - {""}


def dotted(scope: str) -> str:
    return ".".join(scope.split("/")[2::2])


def test_the_three_services_are_there_by_their_codes():
    assert [SERVICES[code].id for code in ("HJ01", "SF03", "ZM01")] == [
        "juzhu-dengji",
        "shenfenzheng-buling",
        "wufanzui-zhengming",
    ]


@titled(VALID)
def test_a_valid_sample_is_fit_to_file_and_loses_nothing(code, sample):
    checked = judge(code, sample)
    assert checked.problems == []
    assert dict(leaves(sample["answers"])).items() <= dict(leaves(checked.answers)).items()


@titled(INVALID)
def test_an_invalid_sample_has_exactly_the_problems_that_it_names(code, sample):
    problems = judge(code, sample).problems
    assert {(one.path, one.keyword) for one in problems} == {
        (one["path"], one["keyword"]) for one in sample["problems"]
    }
    for one in problems:
        assert re.search(r"[\u4e00-\u9fff]", one.message), one
        assert not re.search(r"[A-Za-z]{3,}|无效|非法|对不起", one.message), one


@pytest.mark.parametrize("code", CODES)
def test_each_service_has_two_valid_samples_and_a_made_up_person_in_each(code):
    assert len(SERVICES[code].samples["valid"]) >= 2
    for sample in SERVICES[code].samples["valid"]:
        numbers = [value for _, value in leaves(sample["answers"]) if re.fullmatch("[0-9]{17}[0-9X]", str(value))]
        assert numbers or code in NAMELESS
        assert all(formats.is_ric(number) and int(number[14:17]) >= MADE_UP_SEQUENCE for number in numbers)


def test_names_with_a_separator_and_people_without_a_telephone_are_among_the_samples():
    text = json.dumps([sample["answers"] for _, sample in VALID], ensure_ascii=False)
    assert "买买提\u00b7艾力" in text
    assert '"hasPhone": false' in text


@pytest.mark.parametrize("code", CODES)
def test_a_form_has_five_to_seven_pages_and_a_short_one_two_to_four_with_a_few_questions_each(code):
    pages = SERVICES[code].pages
    least, most = (2, 4) if code in SHORT else (5, 7)
    alone = len(consents.asked(SERVICES[code].service))  # each consent stands on a page of its own
    assert least <= len(pages) - alone <= most
    for one in pages:
        shown = [item for item in page.controls(SERVICES[code], {}, one.index) if item.visible and item.kind != "note"]
        assert len(shown) <= 8, one.label


def test_residence_registration_uses_every_kind_of_control():
    found = {
        item.kind for one in SERVICES["HJ01"].pages for item in walk(page.controls(SERVICES["HJ01"], {}, one.index))
    }
    assert found >= {"text", "long-text", "number", "date", "choice", "yes-no", "file", "signature", "list", "group"}


def walk(found):
    for item in found:
        yield item
        yield from walk(item.children)


@pytest.mark.parametrize("code", CODES)
def test_every_field_and_page_has_its_plain_words_and_no_word_is_left_over(code):
    texts = SERVICES[code].i18n["zh-CN"]
    keys = {element["i18n"] for element in elements(SERVICES[code].uischema) if "i18n" in element}
    fields = controls(code)
    assert {f"{field}.label" for field in fields} <= set(texts)
    assert {key for key in keys if not {f"{key}.label", f"{key}.text"} & set(texts)} == set()
    for key in texts:
        owner = re.split(r"\.(?:label|description|text|error)(?:\.|$)", key)[0]
        assert owner in keys | fields or owner.rsplit(".", 1)[0] in fields, key


@pytest.mark.parametrize("code", CODES)
def test_every_answer_that_is_asked_for_says_so_in_its_own_sentence(code):
    """A first page sent empty, and every page after it: each missing answer has a sentence that names what to do."""
    own = SERVICES[code].i18n["zh-CN"]
    for problem in answers.check(SERVICES[code], {}, answers.Context("2026-11-21")).problems:
        key = f"{problem.path.strip('/').replace('/', '.')}.error.required"
        assert problem.message == own[key]


@pytest.mark.parametrize("code", CODES)
def test_every_group_of_fields_has_a_purpose_and_the_service_a_retention(code):
    service = SERVICES[code]
    assert all(field.get("x-purpose") for field in service.schema["properties"].values())
    assert service.service["privacy"]["purpose"]
    assert service.service["privacy"]["retention"]
    for place in service.service["privacy"]["sensitive"]:
        assert service.shape.at(place), place


@pytest.mark.parametrize("code", CODES)
def test_a_material_that_the_form_collects_is_a_file_field(code):
    for material in SERVICES[code].service["materials"]:
        if "field" in material:
            assert SERVICES[code].shape.at(material["field"]).formats() == ["file-ref"]


@titled(VALID)
def test_a_material_that_is_needed_is_in_the_sample_exactly_when_it_is_needed(code, sample):
    for material in SERVICES[code].service["materials"]:
        if "field" not in material:
            continue
        needed = material["required"]
        needed = needed if isinstance(needed, bool) else validation.Validator(needed).holds(sample["answers"])
        assert (pointer.get(sample["answers"], material["field"], None) is not None) is needed, material["code"]


@pytest.mark.parametrize("code", CODES)
def test_a_promise_is_not_longer_than_the_law(code):
    limits = SERVICES[code].service["time_limit"]
    assert limits["promised"]["unit"] == limits["statutory"]["unit"]
    assert limits["promised"]["value"] <= limits["statutory"]["value"]


@pytest.mark.parametrize("code", CODES)
def test_both_clocks_run_for_each_service(code):
    pair = Pair()
    pair.act("node", "application.filed", filed(), at="2026-11-20T09:00:00+08:00")
    pair.sync()
    pair.act("centre", "application.accepted", at="2026-11-20T10:00:00+08:00")
    calendar = Calendar(frozenset({2026, 2027}), frozenset({date(2027, 1, 1)}))
    found = deadlines(SERVICES[code], reduce(pair.all), calendar, "2026-11-20T11:00:00+08:00")
    due = {one.name: one.due for one in found}
    assert (due["notice"], due["statutory"]) == DUE[code]
    if code == "SF03":
        assert due["promised"] == "2027-01-04"


@pytest.mark.parametrize("code", CODES)
def test_every_way_to_end_is_described_and_withdrawing_is_one(code):
    kinds = {result["kind"] for result in SERVICES[code].service["results"]}
    assert kinds <= set(RESULTS)
    assert {"granted", "returned", "lapsed", "withdrawn"} <= kinds


def test_reporting_a_loss_is_urgent_and_says_that_it_is_not_in_force_yet():
    urgent = SERVICES["SF03"].service["urgent"]
    assert urgent["sentence_pending"] == "尚未生效，省级中心接收后生效"
    assert urgent["telephone"] == "{room.telephone}"
    assert all("urgent" not in SERVICES[code].service for code in ("HJ01", "ZM01"))


def test_what_varies_from_place_to_place_says_so():
    for code in CODES:
        service = SERVICES[code].service
        assert any(note.get("local") for note in service["notes"])
        assert service["fee"]["amount"] == 0 or "以当地公布为准" in service["fee"]["note"]


def test_only_reporting_a_loss_leaves_out_what_a_new_card_needs():
    report = next(
        sample for code, sample in VALID if code == "SF03" and sample["answers"]["request"]["kind"] == "report"
    )
    assert page.visible_pages(SERVICES["SF03"], report["answers"]) == [0, 1, 6]
    with_rest = {**report["answers"], "delivery": {"method": "node"}, "household": {"local": True}}
    checked = answers.check(SERVICES["SF03"], with_rest, answers.Context(**report["context"]))
    assert "delivery" not in checked.answers
    assert checked.problems == []


def test_a_day_by_which_a_certificate_is_needed_may_lie_ahead():
    sample = next(sample for code, sample in VALID if code == "ZM01")
    ahead = {**sample["answers"], "inquiry": {**sample["answers"]["inquiry"], "neededBy": "2026-12-01"}}
    assert answers.check(SERVICES["ZM01"], ahead, answers.Context("2026-11-21")).problems == []


def lists_counted(wanted) -> set[str]:
    """The answers that a rule reads: "/tenants" for {"var": "tenants"}."""
    if isinstance(wanted, list):
        return set().union(*(lists_counted(one) for one in wanted)) if wanted else set()
    if not isinstance(wanted, dict):
        return set()
    own = {"/" + str(wanted["var"]).replace(".", "/")} if isinstance(wanted.get("var"), str) else set()
    return own.union(*(lists_counted(one) for one in wanted.values()))


@pytest.mark.parametrize("code", CODES)
def test_a_number_that_is_worked_out_stands_behind_the_page_that_it_counts(code):
    one = SERVICES[code]
    place_of = {
        control.path: at
        for at in range(len(one.pages))
        for found in (page.controls(one, {}, at),)
        for control in (*found, *page.leaves(found))
    }
    rules = one.schema.get("x-jsf-logic", {}).get("computedValues", {})
    shown = {name: place_of[f"/{name}"] for name in rules if f"/{name}" in place_of}
    for name, at in shown.items():
        counted = [place for path, place in place_of.items() if path in lists_counted(rules[name]["rule"])]
        assert counted, name
        assert max(counted) < at, f"{name} is read before anybody has written what it counts"


def test_the_household_is_counted_and_nobody_else_can_write_the_count():
    sample = next(sample for code, sample in VALID if code == "HJ01")
    forged = {**sample["answers"], "householdSize": 9}
    checked = answers.check(SERVICES["HJ01"], forged, answers.Context(**sample["context"]))
    assert checked.answers["householdSize"] == 2
    assert checked.answers["applicant"]["birthDate"] == "1966-03-12"


def changed(code, title, **groups) -> answers.Checked:
    """The first valid sample whose title begins so, with other answers in some groups."""
    sample = next(one for one in SERVICES[code].samples["valid"] if one["title"].startswith(title))
    given = {name: {**sample["answers"].get(name, {}), **fields} for name, fields in groups.items()}
    return answers.check(SERVICES[code], {**sample["answers"], **given}, answers.Context(**sample["context"]))


@pytest.mark.parametrize(("day", "late"), [("2026-11-20", False), ("2026-11-19", True)])
def test_a_guest_from_abroad_who_is_registered_late_is_still_registered(day, late):
    checked = changed("JW01", "留宿的亲友", stay={"day": day})
    assert checked.problems == []
    assert checked.answers["stay"]["late"] is late


@pytest.mark.parametrize(("day", "late"), [("2026-11-18", False), ("2026-11-17", True)])
def test_a_guest_from_taiwan_in_the_countryside_has_three_days(day, late):
    checked = changed("JW01", "台湾居民", stay={"day": day})
    assert checked.problems == []
    assert checked.answers["stay"]["late"] is late


def test_the_service_for_guests_from_abroad_says_everything_in_english_too():
    service = SERVICES["JW01"]
    assert set(service.i18n["zh-CN"]) <= set(service.i18n["en"])
    assert not re.search("[\u4e00-\u9fff]", "".join(service.i18n["en"].values()))
    problems = answers.check(service, {}, answers.Context("2026-11-21", "en")).problems
    assert problems
    assert not any(re.search("[\u4e00-\u9fff]", one.message) for one in problems)


def test_who_looks_for_somebody_is_told_to_call_110_first():
    service = SERVICES["FW02"]
    first = page.controls(service, {}, 0)[0]
    assert first.kind == "note"
    assert "请先打110" in first.label
    assert service.service["urgent"]["telephone"] == "110"
    assert "110" in service.service["summary"]


def test_a_prevention_record_is_not_urgent_but_a_missing_person_is():
    when = validation.Validator(SERVICES["FW02"].service["urgent"]["when"])
    assert [when.holds({"request": {"kind": kind}}) for kind in ("missing", "help", "guard")] == [True, True, False]


def test_a_clear_refusal_of_the_other_side_ends_mediation_and_doubt_does_not():
    assert [one.path for one in changed("FW01", "邻居", consent={"other": "no"}).problems] == ["/consent/other"]
    assert changed("FW01", "邻居", consent={"other": "unknown"}).problems == []
