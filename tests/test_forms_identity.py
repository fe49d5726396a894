"""Identity numbers of three kinds, what is read off them instead of being asked, and names as they are stored."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import applications, index
from forms import answers, formats, page, pointer, tidying
from forms.answers import Context
from forms.building import Control
from forms.definition import build, packaged
from forms.shape import Shape
from tests.forms_support import definition_file, valid_answers
from tests.service_for_tests import ID_NUMBER
from tests.service_for_tests import answers as room_answers

OLD, NEW = "110105491231002", "11010519491231002X"
RESIDENCE = ("810000199408239982", "82000019940823987X", "83000019940823996X")
DAY = Context("2026-11-21")


def problems_of(number, language="zh-CN"):
    data = valid_answers()
    data["applicant"]["idNumber"] = number
    context = Context(DAY.filing_day, language)
    return answers.check(build(definition_file(), "0" * 64), data, context).problems


@pytest.mark.parametrize("number", RESIDENCE)
def test_residence_permits_of_hong_kong_macao_and_taiwan_are_taken_without_a_remark(number):
    assert not formats.ric_fault(number)
    assert formats.ric_area_known(number)
    assert not [one for one in problems_of(number) if one.path == "/applicant/idNumber"]


def test_a_number_of_fifteen_digits_is_not_filed_and_the_sentence_says_which_one_is_needed():
    assert formats.ric_fault(OLD) == "short"
    assert [one.message for one in problems_of(OLD)] == ["这是15位的旧号码，请填写现在证件上的18位号码"]
    assert "15 digits" in problems_of(OLD, "en")[0].message
    assert "18 characters" in problems_of(OLD, "en")[0].message


def test_fifteen_digits_that_hold_no_day_are_only_too_short():
    assert formats.ric_fault("110105499931002") == "length"


def test_an_old_number_has_one_number_that_took_its_place():
    assert formats.lengthened(OLD) == NEW


@given(st.dates(), st.integers(0, 999), st.sampled_from(["110105", "522425", "830000"]))
def test_a_lengthened_number_is_right_and_keeps_its_birth_date(day, order, area):
    old = f"{area}{day:%y%m%d}{order:03}"
    if not formats.is_old_ric(old):
        return
    new = formats.lengthened(old)
    assert formats.is_ric(new)
    assert new[:6] + new[8:17] == old


@pytest.mark.parametrize("typed", [ID_NUMBER, ID_NUMBER.lower(), f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}",
                                   ID_NUMBER[:6] + ID_NUMBER[8:17]])  # fmt: skip  # a table
def test_the_console_finds_a_person_by_the_number_of_either_length(node, typed):
    filed = applications.file(node, "ceshi-dengji", room_answers(), token="token-15", channel="kiosk", actor="kiosk")
    with node.database.read() as tx:
        assert [head.number for head in applications.search(tx, typed)] == [filed.number]


def test_the_old_number_of_somebody_else_finds_nobody(node):
    applications.file(node, "ceshi-dengji", room_answers(), token="token-15", channel="kiosk", actor="kiosk")
    with node.database.read() as tx:
        assert not applications.search(tx, OLD)
    assert index.looks_like(OLD) == [("person", NEW)]


# --- derived, not asked


ASKED = {"birth": ("birthdate", "dateofbirth", "birthday", "born"), "sex": ("sex", "gender"), "age": ("age",)}


def asked_beside_a_number(shape, place=""):
    """Fields for birth date, sex or age in an object that also holds an identity number, and that are not derived."""
    names = {name: shape.child(name) for name in shape.names}
    always = [name for name, child in names.items() if child.flat.get("format") == "cn-ric"]
    for name, child in names.items():
        if always and name.lower() in sum(ASKED.values(), ()) and "x-derive" not in child.flat:
            yield f"{place}/{name}"
        yield from asked_beside_a_number(child, f"{place}/{name}")
        if child.items:
            yield from asked_beside_a_number(child.items, f"{place}/{name}/*")


@pytest.mark.parametrize("definition", packaged().values(), ids=lambda one: one.id)
def test_no_service_asks_what_the_identity_number_says(definition):
    assert not list(asked_beside_a_number(definition.shape))
    for control in _controls(definition):
        if "x-derive" in control.schema:
            assert control.read_only, control.path


def _controls(definition) -> list[Control]:
    return list(page.leaves(page.controls(definition, definition.samples["valid"][0]["answers"])))


def test_the_rule_can_fail():
    raw = {"type": "object", "properties": {"id": {"type": "string", "format": "cn-ric"}, "sex": {"type": "string"}}}
    assert list(asked_beside_a_number(Shape([raw], raw))) == ["/sex"]


# --- names


LOOK_ALIKES = "\u2022\u2027\u30fb\uff65\u22c5\u2219\u25cf\u16eb\ufe52\uff0e\u0387."


@pytest.mark.parametrize("dot", LOOK_ALIKES)
def test_every_dot_between_the_parts_of_a_name_becomes_the_one_that_the_rules_know(dot):
    assert formats.canonical("person-name", f"买买提{dot}艾力") == "买买提\u00b7艾力"


def test_characters_beyond_the_bmp_count_as_one():
    assert formats.is_person_name("𠮷" * 50)
    assert not formats.is_person_name("𠮷" * 51)
    definition = build(definition_file(), "0" * 64)
    data = valid_answers()
    for name, right in (("𬱖" * 50, True), ("𬱖" * 51, False)):
        data["applicant"]["name"] = name
        assert bool(answers.check(definition, data, DAY).problems) is not right


def test_a_length_of_the_schema_counts_characters_too():
    raw = definition_file()
    definition = build(raw, "0" * 64)
    data = valid_answers()
    data["residence"]["address"] = "𠮷" * 100
    assert not answers.check(definition, data, DAY).problems
    data["residence"]["address"] += "𠮷"
    assert [one.keyword for one in answers.check(definition, data, DAY).problems] == ["maxLength"]


@given(st.text())
def test_every_text_is_stored_in_nfc(text):
    tidied = tidying.Tidy().answers({"a": text, "b": [{"c": text}]}, Shape([{}], {}))
    for value in (tidied.get("a", ""), (tidied.get("b") or [{}])[0].get("c", "")):
        assert unicodedata.is_normalized("NFC", value)


def test_what_is_filed_is_stored_in_nfc(node):
    raw = room_answers()
    pointer.put(raw, "/applicant/name", "Nguye\u0302\u0303n\u30fbE\u0301va")
    filed = applications.file(node, "ceshi-dengji", raw, token="token-nfc", channel="kiosk", actor="kiosk")
    with node.database.read() as tx:
        stored = applications.get(tx, filed.number).state.answers
    assert stored["applicant"]["name"] == "Nguy\u1ec5n\u00b7\u00c9va"
