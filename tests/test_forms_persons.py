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
        ({"idNumber": "idNumber", "phone": {}}, f"{FIELDS}/phone/x-person", "minProperties"),
        (
            {"idNumber": "idNumber", "phone": {"father": "fone"}},
            f"{FIELDS}/phone/x-person/father",
            "值不在可选的范围内",
        ),
        ({"idNumber": "idNumber", "phone": {"father": "phone"}}, f"{FIELDS}/phone/x-person/father", "里没有“father”"),
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
    known = lint.service_schema()["$defs"]["personWord"]["enum"]
    assert sorted(known) == sorted(persons.WORDS)


@pytest.mark.parametrize("service", sorted(packaged()))
def test_every_packaged_mark_stands_at_a_field_that_people_fill_in(service):
    definition = packaged()[service]
    marks = [(role, *one) for role in persons.roles(definition) for one in persons.places(definition, role).items()]
    for role, word, place in marks:
        assert fitting.asks(definition, place), (word, place)
        assert fitting.kind(definition, place) not in ("", "file", "signature", "group", "list", "note"), (word, place)
        if word == persons.CAPACITY:
            assert role in [one["const"] for one in definition.shape.at(place).flat["oneOf"]]


def test_most_packaged_services_say_whose_matter_they_are():
    assert sum(bool(persons.places(one)) for one in packaged().values()) >= 20


def test_what_somebody_said_about_himself_needs_his_number_and_his_own_word():
    content = marked(idNumber="idNumber", phone="phone")
    content["schema"]["properties"]["by"] = {"type": "string", "x-person": "capacity", "title": "由谁"}
    definition = build(content, "x")
    applicant = {"name": "王秀梅", "idNumber": ID_NUMBER, "phone": "19900000123"}
    assert persons.told(definition, {"applicant": applicant, "by": "self"}) == {
        "idNumber": ID_NUMBER,
        "phone": "19900000123",
        "capacity": "self",
    }
    assert persons.told(definition, {"applicant": applicant, "by": "guardian"}) == {}
    assert persons.told(definition, {"applicant": applicant}) == {}
    assert persons.told(definition, {"applicant": {"phone": "1"}, "by": "self"}) == {}
    assert persons.subject(definition, {"applicant": applicant}) == ID_NUMBER
    assert persons.subject(build(copy.deepcopy(SERVICE), "plain"), {"applicant": applicant}) == ""


def one_of_two(**words):
    """The service for tests, applied for by one of two people."""
    content = marked(**words)
    choice = {
        "type": "string",
        "title": "由谁",
        "oneOf": [{"const": "father", "title": "父亲"}, {"const": "mother", "title": "母亲"}],
    }
    content["schema"]["properties"]["by"] = {**choice, "x-person": "capacity"}
    return content


def test_each_who_may_apply_needs_his_own_number():
    ours = {"name": {"father": "name", "mother": "otherParent.name"}, "idNumber": {"father": "idNumber"}}
    found = [one for one in faults(one_of_two(**ours)) if one[0].endswith(("/mother", "/father"))]
    assert found == [(f"{FIELDS}/name/x-person/mother", "没有标出是谁的信息")]


def test_what_somebody_said_is_his_in_the_role_that_he_said():
    ours = {
        "name": {"father": "name", "mother": "otherParent.name"},
        "idNumber": {"father": "idNumber"},
        "phone": "phone",
    }
    definition = build(one_of_two(**ours), "x")
    answers = {"applicant": {"name": "石大勇", "idNumber": ID_NUMBER, "phone": "19900000123"}, "by": "father"}
    assert persons.roles(definition) == {"father", "mother"}
    assert persons.is_shared(definition)
    assert persons.told(definition, answers)["name"] == "石大勇"
    assert persons.subject(definition, answers) == ID_NUMBER
    for other in ("mother", "guardian", ""):
        assert persons.told(definition, {**answers, "by": other}) == {}
        assert persons.subject(definition, {**answers, "by": other}) == ""
