"""Consents: asked by the form, said in events, judged by the engine, and held by the lint (个人信息保护法 13–16, 28–31)."""

import copy
import hashlib
import json

import pytest

from forms import answers, consents, lint
from forms.answers import Context
from forms.definition import PACKAGED, build, packaged
from forms.kinds import check_body
from forms.pointer import put

TODAY = Context("2026-11-21", "zh-CN", "522425")
FILE = json.loads((PACKAGED / "zoushi-beian.json").read_text("utf-8"))
MISSING, CHILD, REFUSING, _ = (sample["answers"] for sample in FILE["x-samples"]["valid"])
SERVICE = build(FILE, "0" * 64)


def changed(base, *changes):
    """A copy with each (place, value) put."""
    made = copy.deepcopy(base)
    for place, value in changes:
        put(made, place, value)
    return made


def without(base, place):
    made = copy.deepcopy(base)
    *above, last = place.strip("/").split("/")
    here = made
    for name in above:
        here = here[int(name)] if isinstance(here, list) else here[name]
    del here[last]
    return made


def problems(given):
    return [(one.path, one.keyword) for one in answers.check(SERVICE, given, TODAY).problems]


def faults(file):
    return {message for _, message, _ in lint.troubles(file)}


def test_a_service_of_statutory_duty_asks_for_no_consent():
    asking = {one.id for one in packaged().values() if consents.asked(one.service)}
    assert asking == {"zoushi-beian"}
    statutory = packaged()["shenfenzheng-huanling"]
    assert consents.decided(statutory, statutory.samples["valid"][0]["answers"], "zh-CN") == []


def test_what_was_decided_says_which_words_were_asked_and_who_decided():
    photo, illness = consents.decided(SERVICE, CHILD, "zh-CN")
    texts = FILE["i18n"]["zh-CN"]
    asked = f"{texts['consent.photo.label']}\n{texts['consent.photo.description']}"
    assert photo == {
        "consent": "photo",
        "kind": "biometric",
        "given": True,
        "version": SERVICE.version,
        "language": "zh-CN",
        "text": hashlib.sha256(asked.encode()).hexdigest(),
        "by": {"name": "罗建国", "relation": "父亲或母亲"},
    }
    assert illness["kind"] == "sensitive"
    for body in (photo, illness):
        check_body("consent.recorded", body)


def test_another_language_or_another_wording_has_another_digest():
    first = consents.asked(SERVICE.service)[0]
    other = copy.deepcopy(FILE)
    other["i18n"]["zh-CN"]["consent.photo.description"] += "。"
    said = {
        consents.digest(SERVICE, first, "zh-CN"),
        consents.digest(SERVICE, first, "en"),
        consents.digest(build(other, "1" * 64), first, "zh-CN"),
    }
    assert len(said) == 3


def test_a_refusal_is_recorded_and_served():
    assert problems(REFUSING) == []
    assert [(one["consent"], one["given"], "by" in one) for one in consents.decided(SERVICE, REFUSING, "en")] == [
        ("photo", False, False),
        ("illness", False, False),
    ]


def test_what_is_refused_leaves_nothing_of_what_it_covers():
    given = changed(CHILD, ("/consent/photo", False))
    assert "photo" not in answers.check(SERVICE, given, TODAY).answers["look"]


def test_without_an_answer_nothing_that_needs_one_is_taken():
    bare = build(changed(FILE, ("/x-service/consents/asked/0/covers", ["/look/body"])), "2" * 64)
    given = changed(CHILD, ("/consent/photo", False))
    assert ("/look/body", "consent") in [(one.path, one.keyword) for one in answers.check(bare, given, TODAY).problems]
    unanswered = answers.check(bare, without(CHILD, "/consent/photo"), TODAY).problems
    assert ("/consent/photo", "required") in [(one.path, one.keyword) for one in unanswered]


def test_nobody_is_asked_where_the_law_itself_allows_it():
    assert problems(MISSING) == []
    assert consents.decided(SERVICE, MISSING, "zh-CN") == []


@pytest.mark.parametrize("place", ["/consent/guardianName", "/consent/guardianRelation"])
def test_under_fourteen_nobody_but_a_guardian_decides(place):
    assert (place, "required") in problems(without(CHILD, place))
    older = changed(REFUSING, ("/person/age", 14))
    assert problems(older) == []


@pytest.mark.parametrize(
    ("age", "young"), [(0, True), (13, True), (14, False), (88, False), (None, False), (True, False), ("12", False)]
)
def test_a_child_is_under_fourteen(age, young):
    assert consents.is_child(age) is young


ASKED = "/x-service/consents/asked/0"
PAGE = next(i for i, page in enumerate(FILE["uischema"]["elements"]) if page["i18n"] == "page.consent.photo")
LOOK = FILE["uischema"]["elements"][PAGE + 2]["elements"]
PHOTO = next(i for i, one in enumerate(LOOK) if one.get("scope", "").endswith("/photo"))
BESIDE = {"type": "Control", "scope": "#/properties/consent/properties/illness"}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (changed(FILE, (f"{ASKED}/answer", "/look/body")), "“/look/body”不是一道是非题"),
        (changed(FILE, (f"{ASKED}/covers", ["/look/face"])), "“/look/face”不存在"),
        (changed(FILE, (f"{ASKED}/covers", ["/look/body"])), "“/look/body”没有列为敏感个人信息"),
        (changed(FILE, ("/x-service/consents/asked/1/code", "photo")), "同意的代码“photo”用了两次"),
        (changed(FILE, ("/x-service/consents/age", "/person/name")), "“/person/name”不是一个填整数的周岁的字段"),
        (changed(FILE, ("/x-service/consents/guardian/name", "/x")), "“/x”不是一个填文字的字段"),
        (changed(FILE, (f"{ASKED}/unless/when", {"type": "nothing"})), "不用问的条件不是正确的 JSON Schema"),
        (
            changed(FILE, ("/schema/properties/consent/properties/photo/const", True)),
            "同意不能替人选好，也不能只许选同意",
        ),
        (
            changed(FILE, ("/schema/properties/consent/properties/photo/default", True)),
            "同意不能替人选好，也不能只许选同意",
        ),
        (
            changed(
                FILE,
                (
                    f"/uischema/elements/{PAGE}/elements",
                    [{**BESIDE, "scope": BESIDE["scope"].replace("illness", "photo")}, BESIDE],
                ),
            ),
            "同意和别的问题问在一页上",
        ),
        (changed(FILE, (f"/uischema/elements/{PAGE}/elements", [BESIDE])), "没有一页问“/consent/photo”"),
        (without(FILE, "/i18n/en/consent.photo.description"), "没有写英文的“consent.photo.description”"),
        (without(FILE, "/i18n/zh-CN/consent.photo.description"), "没有写中文的“consent.photo.description”"),
        (without(FILE, f"/uischema/elements/{PAGE + 2}/elements/{PHOTO}/rule"), "不同意以后“/look/photo”还留着"),
        (changed(FILE, ("/x-samples/valid", FILE["x-samples"]["valid"][:2])), "没有一份示例是不同意也办得成的"),
        (
            changed(FILE, ("/x-samples/valid", FILE["x-samples"]["valid"][2:])),
            "没有一份示例是未满14周岁、由监护人决定的",
        ),
        (changed(FILE, ("/x-service/sealed", "supervisor")), "封存给监督部门的事项不能另外记下同意"),
    ],
)
def test_a_faulty_consent_is_named(file, message):
    assert message in faults(file)


def test_the_packaged_service_has_no_fault_and_the_schema_knows_no_other_key():
    assert faults(FILE) == set()
    assert "不认识的键“pre_ticked”" in faults(changed(FILE, (f"{ASKED}/pre_ticked", True)))
