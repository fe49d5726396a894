"""Notices of defects: what changed between two versions of the answers, and what a later notice should have said at first."""

import pytest

from forms import notices
from forms.state import Correction, Item

NAME = Item("field", "/applicant/name", "姓名", "与证件不符")
PHONE = Item("field", "/applicant/phone", "联系电话", "少一位")
PROOF = Item("material", "residence_proof", "住所证明", "看不清")


def notice(*items):
    return Correction("0" * 32, "2026-11-21T09:00:00+08:00", items, "2026-12-01", "")


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({"a": 1}, {"a": 1}, set()),
        ({"a": 1}, {"a": 2}, {"/a"}),
        ({"a": 1}, {}, {"/a"}),
        ({}, {"a": {"b": 1}}, {"/a/b"}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, {"/a/c"}),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, {"/a/1", "/a/2"}),
        ({"a": 1}, {"a": {"b": 1}}, {"/a", "/a/b"}),
        ({"a/b": 1, "c~d": 1}, {"a/b": 2, "c~d": 2}, {"/a~1b", "/c~0d"}),
        ("甲", "乙", {"/"}),
    ],
)
def test_every_single_answer_that_differs_is_named_and_no_other(old, new, paths):
    assert notices.changed(old, new) == paths
    assert notices.changed(new, old) == paths


def test_the_first_notice_can_have_forgotten_nothing():
    assert notices.avoidable([], frozenset(), [NAME, PROOF]) == ()


def test_what_was_there_all_along_and_was_never_named_could_have_been_said_at_first():
    assert notices.avoidable([notice(NAME)], frozenset(), [NAME, PHONE, PROOF]) == ("联系电话", "住所证明")
    assert notices.avoidable([notice(NAME), notice(PROOF)], frozenset(), [PROOF, PHONE]) == ("联系电话",)


@pytest.mark.parametrize(
    ("touched", "late"),
    [
        ({"/applicant/phone"}, ()),
        ({"/applicant"}, ()),
        ({"/applicant/phone/0"}, ()),
        ({"/applicant/phone2"}, ("联系电话",)),
        ({"/applicant/name"}, ("联系电话",)),
        ({"residence_proof"}, ("联系电话",)),
    ],
)
def test_what_came_anew_could_not_have_been_said_before(touched, late):
    assert notices.avoidable([notice(NAME)], frozenset(touched), [PHONE]) == late


def test_a_material_that_came_anew_is_new_and_another_of_a_like_code_is_not():
    assert notices.avoidable([notice(NAME)], frozenset({"residence_proof"}), [PROOF]) == ()
    assert notices.avoidable([notice(NAME)], frozenset({"residence_proof_2"}), [PROOF]) == ("住所证明",)
