"""Marks of what a form asks about the person himself: `x-person`, its lint, and what the packaged services say by it."""

import copy

import pytest
from service_for_tests import ID_NUMBER, SERVICE

from forms import fitting, lint, persons
from forms.definition import build, packaged

FIELDS = "/schema/properties/applicant/properties"


def marked(**words):
    """The service for tests with fields of the applicant marked: name="name" and so on."""
    content = copy.deepcopy(SERVICE)
    for field, word in words.items():
        content["schema"]["properties"]["applicant"]["properties"][field]["x-person"] = word
    return content


def faults(content):
    return [(where, message) for where, message, _ in lint.troubles(content)]


def test_right_marks_are_no_fault():
    assert faults(marked(idNumber="idNumber", name="name", phone="phone")) == []


@pytest.mark.parametrize(
    ("words", "place", "message"),
    [
        ({"idNumber": "idNumber", "phone": "telephone"}, f"{FIELDS}/phone/x-person", "值不在可选的范围内"),
        ({"idNumber": "idNumber", "phone": "name", "name": "name"}, f"{FIELDS}/phone/x-person", "标了两次"),
        ({"phone": "phone"}, f"{FIELDS}/phone/x-person", "没有标出是谁的信息"),
        ({"phone": "idNumber"}, f"{FIELDS}/phone/x-person", "要标在身份证号码上"),
    ],
)
def test_a_wrong_mark_is_named_at_its_place(words, place, message):
    found = faults(marked(**words))
    assert [(where, message in said) for where, said in found] == [(place, True)], found


def test_a_mark_in_a_list_or_in_a_condition_is_refused():
    content = marked(idNumber="idNumber")
    row = {"type": "object", "properties": {"name": {"type": "string", "x-person": "name", "title": "姓名"}}}
    content["schema"]["properties"]["members"] = {"type": "array", "title": "同住", "items": row}
    assert any("只能标在一个固定的字段上" in message for _, message in faults(content))


def test_the_editor_knows_the_same_words_as_the_program():
    known = lint.service_schema()["$defs"]["data"]["properties"]["x-person"]["enum"]
    assert sorted(known) == sorted(persons.WORDS)


@pytest.mark.parametrize("service", sorted(packaged()))
def test_every_packaged_mark_stands_at_a_field_that_people_fill_in(service):
    definition = packaged()[service]
    for word, place in persons.places(definition).items():
        assert fitting.asks(definition, place), (word, place)
        assert fitting.kind(definition, place) not in ("", "file", "signature", "group", "list", "note"), (word, place)
        if word == persons.CAPACITY:
            assert persons.SELF in [one["const"] for one in definition.shape.at(place).flat["oneOf"]]


def test_most_packaged_services_say_whose_matter_they_are():
    assert sum(bool(persons.places(one)) for one in packaged().values()) >= 20


def test_what_somebody_said_about_himself_needs_his_number_and_his_own_word():
    content = marked(idNumber="idNumber", phone="phone")
    content["schema"]["properties"]["by"] = {"type": "string", "x-person": "capacity", "title": "由谁"}
    definition = build(content, "x")
    applicant = {"name": "王秀梅", "idNumber": ID_NUMBER, "phone": "19900000123"}
    assert persons.told(definition, {"applicant": applicant, "by": "self"}) == {
        "idNumber": ID_NUMBER, "phone": "19900000123", "capacity": "self",
    }  # fmt: skip
    assert persons.told(definition, {"applicant": applicant, "by": "guardian"}) == {}
    assert persons.told(definition, {"applicant": applicant}) == {}
    assert persons.told(definition, {"applicant": {"phone": "1"}, "by": "self"}) == {}
    assert persons.subject(definition, {"applicant": applicant}) == ID_NUMBER
    assert persons.subject(build(copy.deepcopy(SERVICE), "plain"), {"applicant": applicant}) == ""
