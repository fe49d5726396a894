"""补正 at the desk: each defect with its field or material, answered together, kept when something is wrong."""

import io
import re

import pytest
from desk_app import Desk, add_officer, application, centre_acks, centre_says, desk_app, file_one, kinds, photo, plain
from service_for_tests import ID_NUMBER

from edge.node import Node

ITEMS = [
    {"target": "material", "ref": "proof", "label": "住所证明", "defect": "租房合同没有房东签名"},
    {"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"},
]
OTHER_NUMBER = "522425195103120048"


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


@pytest.fixture
def number(node: Node) -> str:
    """An application that the centre wants corrected in two places."""
    filed = file_one(node).number
    centre_acks(node)
    centre_says(node, "correction.requested", filed, {"items": ITEMS, "due_day": "2026-12-04"})
    return filed


def form(number: str) -> str:
    return f"/console/applications/{number}/correction"


def mended(name: str = "王秀美", **more) -> dict:
    return {
        "field": "/applicant/name",
        "/applicant/name": name,
        "material/proof": (io.BytesIO(photo()), "合同.jpg"),
        **more,
    }


def test_the_page_of_the_application_lists_each_defect(desk, number):
    page = plain(desk.text(f"/console/applications/{number}"))
    assert "要补正 2 项，2026年12月4日前补齐" in page
    assert all(item["label"] + item["defect"] in page for item in ITEMS)


def test_the_form_shows_the_old_answer_beside_the_defect(desk, number):
    page = desk.text(form(number))
    assert "原来填的：王秀梅" in page
    assert 'name="/applicant/name"' in page
    assert 'name="material/proof"' in page
    assert 'name="/applicant/phone"' not in page


def test_the_correction_is_one_event_with_all_answers_and_the_new_material(desk, node, number):
    assert desk.done(form(number), mended(note="已和申请人核对")).endswith("said=corrected")
    state = application(node, number).state
    assert state.answers == {"applicant": {"name": "王秀美", "idNumber": ID_NUMBER}}
    assert [material.slot for material in state.materials] == ["proof"]
    assert state.correction is None
    assert kinds(node, number) == ["application.filed", "correction.answered"]
    assert "补正" in desk.text("/console/")


def test_the_same_form_sent_twice_is_one_correction(desk, node, number):
    token = re.search(r'name="token" value="([^"]+)"', desk.text(form(number)))[1]
    for _ in range(2):
        desk.post(form(number), mended(token=token))
    assert kinds(node, number).count("correction.answered") == 1


def test_a_wrong_answer_comes_back_with_everything_typed_and_the_photograph_kept(desk, node, number):
    answer = desk.post(form(number), mended("王", note="说明在此"))
    assert answer.status_code == 422
    assert 'value="王"' in answer.text
    assert "说明在此" in answer.text
    assert 'href="#f-applicant-name"' in answer.text
    kept = re.search(r'name="kept" value="([^"]+)"', answer.text)[1]
    assert kinds(node, number) == ["application.filed"]
    desk.done(form(number), {"field": "/applicant/name", "/applicant/name": "王秀美", "kept": kept})
    assert [material.slot for material in application(node, number).state.materials] == ["proof"]


def test_a_file_that_is_no_photograph_is_a_sentence_and_the_answer_is_kept(desk, node, number):
    answer = desk.post(form(number), mended(**{"material/proof": (io.BytesIO(b"text"), "a.jpg")}))
    assert answer.status_code == 422
    assert "不是照片，也不是 PDF" in answer.text
    assert 'value="王秀美"' in answer.text
    assert kinds(node, number) == ["application.filed"]


def test_only_fields_that_stood_on_the_page_are_changed(desk, node, number):
    desk.done(form(number), mended(**{"/applicant/idNumber": OTHER_NUMBER}))
    assert application(node, number).state.answers["applicant"]["idNumber"] == ID_NUMBER


def test_without_a_notice_there_is_nothing_to_correct(desk, node):
    number = file_one(node, "李彩霞").number
    for answer in (desk.get(form(number)), desk.post(form(number), mended())):
        assert answer.status_code == 409
        assert "不能再补正" in answer.text
    assert kinds(node, number) == ["application.filed"]


def test_a_correction_of_an_unknown_number_is_not_found(desk):
    assert desk.get(form("52242500171999999")).status_code == 404
    assert desk.post(form("52242500171999999"), mended()).status_code == 404


def test_a_decision_that_came_in_between_is_said_and_nothing_is_written(desk, node, number):
    desk.text(form(number))
    centre_says(node, "application.decided", number, {"result": "refused", "reason": "另案处理"})
    assert desk.post(form(number), mended()).status_code == 409
    assert kinds(node, number) == ["application.filed"]


def test_a_picture_that_a_field_of_the_form_takes_is_taken_anew_where_it_is_asked_for(desk, node):
    filed = file_one(node).number
    asked = {"target": "material", "ref": "/photo", "label": "住所照片", "defect": "印章看不清，请重拍"}
    centre_says(node, "correction.requested", filed, {"items": [asked]})
    page = desk.text(form(filed))
    assert 'type="file"' in page
    assert "不在表里填" not in page
    desk.done(form(filed), {"field": "/photo", "/photo": (io.BytesIO(photo()), "照片.jpg")})
    state = application(node, filed).state
    assert [one.slot for one in state.materials] == ["/photo"]
    assert state.answers["photo"] == f"sha256:{state.materials[0].sha256}"
    assert state.correction is None


def test_a_choice_that_was_not_named_stays_as_it_was(desk, node):
    number = file_one(node, lost=True).number
    centre_says(node, "correction.requested", number, {"items": ITEMS[1:]})
    desk.done(form(number), {"field": "/applicant/name", "/applicant/name": "王秀美"})
    assert application(node, number).state.answers["lost"] is True


def test_a_defect_outside_of_the_form_is_answered_in_words(desk, node):
    number = file_one(node).number
    centre_says(
        node,
        "correction.requested",
        number,
        {"items": [{"target": "field", "ref": "/nowhere", "label": "别的", "defect": "请说明"}]},
    )
    assert "请在下面的说明里写清楚" in desk.text(form(number))
    desk.done(form(number), {"note": "说明"})
    assert application(node, number).state.correction is None
