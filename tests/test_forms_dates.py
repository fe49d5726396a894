"""Dates of which only the year or the month is known stay as they were said: on screens, in rules, on paper."""

import json

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import answers, dates, display, formats, lint_schema, page, pointer, sheet, validation
from forms.answers import Context
from forms.definition import build, packaged
from forms.logic import evaluate
from tests.forms_support import definition_file, valid_answers

RIGHT = ["1958", "1958-03", "1958-03-07", "2000-02-29", "0001", "9999-12"]
WRONG = ["", "58", "19580307", "1958-3", "1958-13", "1958-00", "1958-02-30", "1958--07", "-03",
         "0000", "1958-03-", "１９５８", "195X", "1958/1960", "~1958"]  # fmt: skip  # a table


@pytest.mark.parametrize("text", RIGHT)
def test_a_year_a_month_and_a_day_are_dates_of_reduced_precision(text):
    assert formats.FORMATS["partial-date"](text)


@pytest.mark.parametrize("text", WRONG)
def test_anything_else_is_none(text):
    assert not formats.FORMATS["partial-date"](text)


def test_the_format_is_an_assertion_of_the_validator():
    schema = {"type": "string", "format": "partial-date"}
    assert not validation.problems(schema, "1958-03")
    assert [one.keyword for one in validation.problems(schema, "1958-13")] == ["format"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1958", "1958-01-01", "1958-12-31"),
        ("1960-02", "1960-02-01", "1960-02-29"),
        ("1958-03-07", "1958-03-07", "1958-03-07"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text, first, last):
    assert (dates.first_day(text), dates.last_day(text)) == (first, last)


def test_what_is_no_date_has_no_first_day():
    with pytest.raises(ValueError, match="1958-13"):
        dates.first_day("1958-13")


DAYS = st.dates().map(lambda day: day.isoformat())
CUTS = st.sampled_from([dates.YEAR, dates.MONTH, dates.DAY])


@given(DAYS, CUTS, DAYS)
def test_the_rules_of_the_documentation_say_what_they_promise(day, cut, other):
    said = day[:cut]
    not_after = evaluate({"<=": [{"var": "said"}, {"var": "other"}]}, {"said": said, "other": other})
    assert not_after == (dates.first_day(said) <= other)
    rule = {"or": [{">=": [{"var": "said"}, {"var": "other"}]}, {"in": [{"var": "said"}, {"var": "other"}]}]}
    assert evaluate(rule, {"said": said, "other": other}) == (dates.last_day(said) >= other)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("1958", "1958年", "1958"),
        ("1958-03", "1958年3月", "March 1958"),
        ("1958-03-07", "1958年3月7日", "7 March 1958"),
        ("1958-13", "1958-13", "1958-13"),
    ],
)
def test_it_is_read_as_precisely_as_it_was_said(text, chinese, english):
    assert display.date(text) == chinese
    assert display.date(text, "en") == english


# --- a definition that asks for one


def moved_in(**more):
    raw = definition_file()
    raw["schema"]["properties"]["residence"]["properties"]["moveIn"] |= {"format": "partial-date", **more}
    return raw


def made(raw):
    return build(raw, "0" * 64)


def answered(text):
    data = valid_answers()
    pointer.put(data, "/residence/moveIn", text)
    return data


def control(definition, data):
    found = page.leaves(page.controls(definition, data))
    return next(one for one in found if one.path == "/residence/moveIn")


def posted(year, month="", day=""):
    return {f"/residence/moveIn/{part}": [text] for part, text in zip("ymd", (year, month, day), strict=True)}


@pytest.mark.parametrize(("boxes", "kept"), [
    (("1958",), "1958"), (("1958", "3"), "1958-03"), (("１９５８", "3", "7"), "1958-03-07"),
    (("1958", "", "7"), "1958--7"), (("", "3"), "-3"), (("58",), "58"), (("", "", ""), None),
])  # fmt: skip  # a table
def test_three_boxes_hold_what_is_known_and_an_odd_one_stays_as_typed(boxes, kept):
    draft = page.read(made(moved_in()), valid_answers(), 1, posted(*boxes))
    assert pointer.get(draft, "/residence/moveIn", None) == kept


def test_a_box_that_must_be_filled_is_not_optional_in_an_ordinary_date():
    draft = page.read(made(definition_file()), valid_answers(), 1, posted("1958", "3"))
    assert pointer.get(draft, "/residence/moveIn") == "1958-3-"


@pytest.mark.parametrize(("least", "precision"), [(None, "year"), (4, "year"), (7, "month"), (10, "day")])
def test_the_definition_says_how_much_is_asked(least, precision):
    raw = moved_in(**({"minLength": least} if least else {}))
    found = control(made(raw), answered("1958-03"))
    assert (found.kind, found.attributes["precision"], found.display) == ("date", precision, "1958年3月")
    assert found.lang == "zh-CN"


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        ("1958", {"minLength": 7}, "入住日期要写到月"),
        ("1958-03", {"minLength": 10}, "入住日期要写到日"),
        ("1958--7", {}, "入住日期写了日就要写月，记不清的都不写"),
        ("-03", {}, "请填写入住日期的年份"),
        ("1958-02-30", {}, "没有这个日期，请核对"),
        ("58", {}, "请按年、月、日填写入住日期，年份写4位数字，记不清的月、日可以不填"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text, more, sentence):
    problems = answers.check(made(moved_in(**more)), answered(text), Context("2026-11-21")).problems
    assert next(one.message for one in problems if one.path == "/residence/moveIn") == sentence


def test_it_is_said_in_english_too():
    problems = answers.check(made(moved_in(minLength=7)), answered("1958"), Context("2026-11-21", "en")).problems
    assert [one.message for one in problems] == ["入住日期: give at least the month"]


def test_the_answers_keep_what_was_said_and_no_more():
    found = answers.check(made(moved_in()), answered("1958-03"), Context("2026-11-21"))
    assert not found.problems
    assert found.answers["residence"]["moveIn"] == "1958-03"
    rows = dict(row[1:] for section in page.summary(made(moved_in()), found.answers) for row in section.rows)
    assert rows["入住日期"] == "1958年3月"


def test_the_paper_says_that_it_need_not_be_guessed():
    entries = [one for part in sheet.blank(made(moved_in())) for one in part.entries]
    found = next(one for one in entries if one.path == "/residence/moveIn")
    assert found.kind == "date"
    assert "月、日记不清的，只写知道的，不要猜" in found.limits
    assert not any("最多" in line or "至少" in line for line in found.limits)


def test_a_plain_schema_gets_three_boxes_too():
    definition = page.from_schema(
        {"type": "object", "properties": {"died": {"type": "string", "format": "partial-date"}}}
    )
    assert [one.kind for one in page.controls(definition, {})] == ["date"]


def test_the_lint_refuses_a_length_that_ends_inside_of_a_month():
    faults = lint_schema.troubles(moved_in(minLength=6))
    assert [place for place, *_ in faults] == ["/schema/properties/residence/properties/moveIn/minLength"]


# --- the services that use it


def test_a_death_long_ago_may_be_told_by_its_year():
    definition = packaged()["siwang-zhuxiao"]
    sample = next(one for one in definition.samples["valid"] if len(one["answers"]["deceased"]["day"]) == dates.YEAR)
    found = answers.check(definition, sample["answers"], Context(**sample["context"]))
    assert not found.problems
    assert json.loads(json.dumps(found.answers))["deceased"]["day"] == sample["answers"]["deceased"]["day"]


@pytest.mark.parametrize(("day", "right"), [
    ("1938", True), ("1937", False), ("1938-02", True), ("1938-01", False), ("2026", True), ("2026-11", True),
    ("2026-12", False), ("2027", False),
])  # fmt: skip  # a table
def test_a_death_lies_between_birth_and_filing_as_far_as_is_known(day, right):
    definition = packaged()["siwang-zhuxiao"]
    sample = next(one for one in definition.samples["valid"] if len(one["answers"]["deceased"]["day"]) == dates.YEAR)
    data = json.loads(json.dumps(sample["answers"]))
    data["deceased"]["day"] = day
    problems = answers.check(definition, data, Context(**sample["context"])).problems
    assert [one.path for one in problems] == ([] if right else ["/deceased/day"])


def test_other_validators_ignore_the_format():
    assert jsonschema_rs.is_valid({"format": "partial-date"}, "anything")


@pytest.mark.parametrize(
    ("sign", "end"), [("<=", "latest"), ("<", "latest"), (">=", "earliest"), (">", "earliest"), ("==", "")]
)
def test_a_rule_against_the_filing_day_ends_the_calendar_and_no_other_rule_does(sign, end):
    rule = {sign: [{"var": "card.last"}, {"var": "_ctx.filing_day"}]}
    assert dates.end_of(rule, "card.last") == end
    for other in (
        {sign: [{"var": "card.first"}, {"var": "_ctx.filing_day"}]},
        {"or": [rule]},
        None,
        {sign: "card.last"},
    ):
        assert dates.end_of(other, "card.last") == ""


@pytest.mark.parametrize(
    ("service", "path", "ends"),
    [
        ("chusheng-dengji", "/child/day", {"latest": "2026-11-21"}),
        ("bianjing-tongxingzheng", "/trip/from", {"earliest": "2026-11-21"}),
        ("bianjing-tongxingzheng", "/trip/to", {}),
    ],
)
def test_the_calendar_of_a_field_ends_where_its_own_rules_say(service, path, ends):
    definition = packaged()[service]
    shown = page.controls(definition, definition.samples["valid"][0]["answers"], context=Context("2026-11-21"))
    (found,) = [control.attributes for control in page.leaves(shown) if control.path == path]
    assert {end: found[end] for end in ("earliest", "latest") if end in found} == ends
