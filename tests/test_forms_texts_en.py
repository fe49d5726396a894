"""The English sentences that a foreigner reads beside a field: each says what to do, and none is half Chinese."""

import re

import pytest

from forms import dates, texts, texts_en
from forms.texts import sentence

CHOICE = {"oneOf": [{"const": "1", "title": "Tourism"}, {"const": "2", "title": "Work"}]}
SEVERAL = {"type": "array", "uniqueItems": True, "items": {"enum": ["a", "b"]}}

# (keyword, params, schema, value) -> what to do
SAID = [
    ("required", {}, {"type": "string"}, None, "Enter: Name"),
    ("required", {}, {"type": "boolean", "const": True}, None, "Read and tick “Name”"),
    ("required", {}, {"type": "boolean"}, None, "Choose: Name"),
    ("required", {}, CHOICE, None, "Choose: Name"),
    ("required", {}, SEVERAL, None, "Choose: Name"),
    ("required", {}, {"type": "array"}, None, "Add at least one entry: Name"),
    ("required", {}, {"type": "string", "format": "file-ref"}, None, "Take or choose a photo: Name"),
    ("required", {}, {"format": "file-ref", "x-signature": True}, None, "Sign by hand (Name)"),
    ("minLength", {"limit": 1}, {}, "", "Enter: Name"),
    ("minLength", {"limit": 2}, {}, "x", "Name must have at least 2 characters"),
    ("maxLength", {"limit": 50}, {}, "x" * 51, "Name must have at most 50 characters"),
    ("minimum", {"limit": 0}, {}, -1, "Name must be at least 0"),
    ("exclusiveMaximum", {"limit": 100}, {}, 100, "Name must be less than 100"),
    ("multipleOf", {"multiple_of": 5}, {}, 7, "Name must be a multiple of 5"),
    ("maxItems", {"limit": 10}, {}, [], "Name can have at most 10 entries"),
    ("type", {"types": ["integer"]}, {}, 1.5, "Name must be a whole number"),
    ("type", {"types": ["number"]}, {}, "many", "Name must be a number"),
    ("type", {"types": ["boolean"]}, {}, "maybe", "Choose: Name"),
    ("type", {"types": ["string"]}, {}, 3, "Name: please enter this again"),
    ("format", {"format": "date"}, {}, "2026-02-30", "There is no such date; please check"),
    ("format", {"format": "date"}, {}, "26-2-3", "Name: enter year, month and day, the year in 4 digits"),
    ("format", {"format": dates.FORMAT}, {"format": dates.FORMAT}, "3-7", "Name: the year is needed, in 4 digits"),
    ("format", {"format": dates.FORMAT}, {"format": dates.FORMAT}, "1958-13", "There is no such date"),
    ("minLength", {"limit": len("1958-03")}, {"format": dates.FORMAT}, "1958", "give at least the month"),
    ("minLength", {"limit": len("1958-03-07")}, {"format": dates.FORMAT}, "1958", "give at least the day"),
    ("format", {"format": "cn-ric"}, {}, "11010519491231", "18 characters"),
    ("format", {"format": "cn-ric"}, {}, "110105491231002", "15 digits"),
    ("format", {"format": "cn-ric"}, {}, "110105194913310021", "date of birth"),
    ("format", {"format": "cn-ric"}, {}, "110105194912310021", "One character"),
    ("format", {"format": "cn-ric"}, {}, 110105, "18 characters"),
    ("format", {"format": "cn-phone"}, {}, "1", "11-digit mobile number"),
    ("format", {"format": "person-name"}, {}, "Anna#", "“#”"),
    ("format", {"format": "person-name"}, {}, "A1", "at most 50 characters, without digits"),
    ("format", {"format": "our-own"}, {}, "x", "this is not how it is written"),
    ("uniqueItems", {}, {}, [], "the same entry stands there twice"),
    ("additionalProperties", {}, {}, None, "“Name” is not asked for"),
    ("level", {}, {}, "52", "choose down to the last level"),
]


@pytest.mark.parametrize(("keyword", "params", "schema", "value", "words"), SAID)
def test_a_foreigner_is_told_what_to_do_in_english_alone(keyword, params, schema, value, words):
    said = texts_en.sentence(keyword, params, schema, "Name", value)
    assert words in said
    assert not re.search(r"[\u4e00-\u9fff{}]", said)


@pytest.mark.parametrize(("keyword", "params", "schema", "value"), [one[:4] for one in SAID])
def test_the_same_fault_has_its_chinese_sentence_too(keyword, params, schema, value):
    said = sentence(keyword, params, schema, "姓名", value)
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert not re.search(r"[a-z]{2}|[{}]", said)


def test_both_languages_know_the_same_formats_and_the_same_faults_of_an_identity_number():
    assert texts_en._PLAIN_FORMATS.keys() == texts._PLAIN_FORMATS.keys()
    assert texts_en._RIC.keys() == texts._RIC.keys()
