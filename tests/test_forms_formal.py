"""What officers read of a form: official names, whatever the citizen is asked and in whatever language."""

import pytest

from forms import answers, definition, page
from forms.answers import Context
from forms.formal import formal, speaks_to_citizen

CATALOGUE = {one.service["code"]: one for one in definition.packaged().values()}
CODES = sorted(CATALOGUE)


def sample(code):
    return CATALOGUE[code].samples["valid"][0]["answers"]


def everything(controls):
    for one in controls:
        yield one
        yield from everything(one.children)
        yield from (inner for row in one.items for inner in everything(row.controls))


@pytest.mark.parametrize("code", CODES)
def test_no_field_that_an_officer_reads_speaks_to_the_citizen(code):
    official = formal(CATALOGUE[code])
    for one in everything(page.controls(official, sample(code))):
        said = [one.label if one.kind != "note" else "", one.hint, *(label for _, label in one.options or ())]
        assert not any(map(speaks_to_citizen, said)), (one.path, said)
    sections = page.summary(official, sample(code))
    assert not any(speaks_to_citizen(section.label) for section in sections)


@pytest.mark.parametrize("code", CODES)
def test_no_name_is_lost_and_no_value_reads_otherwise_than_it_was_stored(code):
    plain = page.controls(CATALOGUE[code], sample(code))
    official = page.controls(formal(CATALOGUE[code]), sample(code))
    for citizen, officer in zip(everything(plain), everything(official), strict=True):
        assert (citizen.path, citizen.kind, citizen.value, citizen.visible) == (
            officer.path,
            officer.kind,
            officer.value,
            officer.visible,
        )
        assert bool(citizen.label) == bool(officer.label), citizen.path
        assert [value for value, _ in citizen.options or ()] == [value for value, _ in officer.options or ()]


def test_the_citizen_is_asked_and_the_officer_reads_a_name():
    one = CATALOGUE["HJ01"]
    asked = {path: label for section in page.summary(one, sample("HJ01")) for path, label, _ in section.rows}
    read = {path: label for section in page.summary(formal(one), sample("HJ01")) for path, label, _ in section.rows}
    assert (asked["/applicant/name"], read["/applicant/name"]) == ("您的姓名", "姓名")
    assert page.summary(formal(one), sample("HJ01"))[0].label == "登记人"


def test_an_officer_reads_chinese_of_a_form_that_was_filled_in_english():
    one = CATALOGUE["JW01"]
    sections = page.summary(formal(one), sample("JW01"), context=Context("2026-11-21", language="en"), language="zh-CN")
    labels = [label for section in sections for _, label, _ in section.rows]
    assert not any(label.isascii() for label in labels), labels


@pytest.mark.parametrize("code", CODES)
def test_both_wordings_judge_alike(code):
    for one in CATALOGUE[code].samples["invalid"]:
        context = Context(**{"filing_day": "2026-11-20", **one.get("context", {})})
        plain = answers.check(CATALOGUE[code], one["answers"], context)
        official = answers.check(formal(CATALOGUE[code]), one["answers"], context)
        assert [(p.path, p.keyword) for p in plain.problems] == [(p.path, p.keyword) for p in official.problems]
        assert plain.answers == official.answers


def test_the_words_are_made_once_and_the_rules_are_shared():
    one = CATALOGUE["HJ01"]
    assert formal(one) is formal(one)
    assert formal(formal(one)).i18n == formal(one).i18n
    assert formal(one).cache is one.cache
