"""收件 at the desk: choosing a service, the long form in a draft, materials, the check, the receipt."""

import io
import json
import re
from dataclasses import replace

import pytest
from desk_app import Desk, add_officer, application, desk_app, file_one, kinds, photo, plain
from service_for_tests import ID_NUMBER

from edge import drafts
from edge.node import Node

STROKES = json.dumps([[[100, 100], [300, 200], [500, 120]], [[200, 300], [600, 320]]])
TYPED = {"/applicant/name": "王秀梅", "/applicant/idNumber": ID_NUMBER}


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


@pytest.fixture
def draft(desk: Desk) -> str:
    """The address of a draft that was just begun."""
    return desk.done("/console/receive", {"service": "ceshi-dengji"})


def file(desk: Desk, draft: str, **more) -> str:
    """Fill, check and file; the number."""
    desk.done(draft, {**TYPED, "act": "check", **more})
    return re.search(r"/applications/(\d+)/receipt", desk.done(f"{draft}/file"))[1]


def upload(name: str = "证明.jpg", data: bytes = b"", **look) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data or photo(**look)), name


def test_services_are_found_by_name_initials_and_what_people_say(desk):
    for text in ("居住登记", "jzdj", "我要测试一下"):
        page = desk.text(f"/console/receive?text={text}")
        assert ('value="ceshi-dengji"' in page) == (text == "我要测试一下"), text
    assert 'value="juzhu-dengji"' in desk.text("/console/receive?text=jzdj")
    assert "没有叫“飞船”的事项" in desk.text("/console/receive?text=飞船")


def test_what_the_room_takes_in_most_stands_first_and_all_else_by_its_code(desk, node):
    def shown() -> list[str]:
        return re.findall(r'name="service" value="([^"]+)"', desk.text("/console/receive"))

    before = shown()
    codes = [node.head(service).service["code"] for service in before]
    assert codes == sorted(codes)
    file_one(node)
    file_one(node, name="李德福")
    assert shown() == ["ceshi-dengji", *(service for service in before if service != "ceshi-dengji")]


def test_an_unknown_service_is_a_page_with_a_sentence(desk):
    answer = desk.post("/console/receive", {"service": "no-such"})
    assert answer.status_code == 404
    assert "本机没有这个事项" in answer.text


def test_the_form_shows_every_page_as_a_section(desk, draft):
    page = desk.text(draft)
    assert 'id="part-0"' in page
    assert 'id="part-1"' in page
    assert 'name="/applicant/name"' in page


def test_what_was_typed_is_kept_right_or_wrong(desk, draft):
    assert "said=saved" in desk.done(draft, {"/applicant/name": "王", "/applicant/idNumber": "123", "act": "save"})
    page = desk.text(draft)
    assert 'value="王"' in page
    assert 'value="123"' in page
    assert "faults" not in page


def test_the_check_leads_back_to_what_is_wrong_with_everything_kept(desk, draft):
    led = desk.done(draft, {"/applicant/name": "王秀梅", "/applicant/idNumber": ID_NUMBER[:-1] + "1", "act": "check"})
    assert led.endswith("?check=1")
    page = desk.text(led)
    assert page.index("faults") < page.index("<h1>")
    assert 'href="#f-applicant-idNumber"' in page
    assert 'value="王秀梅"' in page
    assert 'class="has-fault"' in page
    assert desk.get(f"{draft}/check", follow=False).location.endswith("?check=1")


def test_the_check_page_shows_all_answers_with_a_way_to_change_each(desk, draft):
    assert desk.done(draft, {**TYPED, "act": "check"}).endswith("/check")
    page = desk.text(f"{draft}/check")
    assert "王秀梅" in page
    assert f'href="{draft}#f-applicant-name"' in page


def test_filing_writes_one_application_by_this_officer_and_leads_to_its_receipt(desk, draft, node):
    number = file(desk, draft)
    filed = application(node, number)
    assert (filed.state.channel, filed.state.identity) == ("console", "unverified")
    assert filed.state.history[0].actor == "officer:wei"
    page = plain(desk.text(f"/console/applications/{number}/receipt"))
    assert filed.state.receipt.code in page
    assert "已收件，尚未上传" in page
    assert "不表示已经受理" in page


def test_the_compared_card_is_recorded_with_the_filing(desk, draft, node):
    desk.done(draft, {**TYPED, "act": "check"})
    led = desk.done(f"{draft}/file", {"identity": "officer"})
    assert application(node, re.search(r"\d{17}", led)[0]).state.identity == "officer"


def test_a_second_click_and_the_back_button_lead_to_the_same_receipt(desk, draft, node):
    number = file(desk, draft)
    assert number in desk.done(f"{draft}/file")
    assert number in desk.done(draft, {**TYPED, "act": "check"})
    assert number in desk.get(draft, follow=False).location
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM head").fetchone()[0] == 1


def test_a_draft_that_is_wrong_is_not_filed(desk, draft, node):
    desk.done(draft, {"/applicant/name": "王秀梅", "act": "save"})
    assert desk.done(f"{draft}/file").endswith("?check=1")
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM head").fetchone()[0] == 0


def test_the_draft_of_another_officer_does_not_exist(desk, draft, node):
    desk.done(draft, {**TYPED, "act": "save"})
    add_officer(node, "luo", "罗建国")
    other = Desk(desk_app(node), "luo")
    for path in (draft, f"{draft}/check"):
        assert other.get(path).status_code == 404
    for path in (draft, f"{draft}/file", f"{draft}/delete", f"{draft}/keep"):
        assert other.post(path, {"/applicant/name": "别人"}).status_code == 404
    assert "王秀梅" not in other.text("/console/receive")
    assert 'value="王秀梅"' in desk.text(draft)


def test_an_unfinished_draft_is_offered_again(desk, draft):
    desk.done(draft, {**TYPED, "act": "save"})
    page = plain(desk.text("/console/receive"))
    assert "没有填完的" in page
    assert "测试登记 · 王秀梅" in page


def test_a_deleted_draft_is_gone_with_its_photographs(desk, draft, node):
    desk.done(draft, {"/photo": upload(), "act": "save"})
    desk.done(f"{draft}/delete")
    assert desk.get(draft).status_code == 404
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM material").fetchone()[0] == 0


def test_a_photograph_and_a_signature_become_answers(desk, draft, node):
    number = file(desk, draft, **{"/photo": upload(), "/signature/strokes": STROKES})
    state = application(node, number).state
    assert {material.slot for material in state.materials} == {"/photo", "/signature"}
    assert state.answers["photo"].startswith("sha256:")


def test_a_photograph_stays_when_the_form_is_sent_again(desk, draft):
    desk.done(draft, {"/photo": upload(), "act": "save"})
    reference = re.search(r'name="/photo" value="(sha256:[0-9a-f]{64})"', desk.text(draft))[1]
    desk.done(draft, {**TYPED, "/photo": reference, "act": "save"})
    assert reference in desk.text(draft)
    assert desk.get(f"{draft}/pictures/{reference[7:]}").mimetype == "image/jpeg"


def test_the_same_photograph_chosen_again_stays(desk, draft):
    picture = photo()
    for _ in range(2):
        desk.done(draft, {"/photo": upload(data=picture), "act": "save"})
    assert re.search(r'name="/photo" value="(sha256:[0-9a-f]{64})"', desk.text(draft))


def test_a_reference_to_somebody_elses_photograph_counts_as_none(desk, draft, node):
    other = desk.done("/console/receive", {"service": "ceshi-dengji"})
    desk.done(other, {"/photo": upload(), "act": "save"})
    reference = re.search(r"sha256:[0-9a-f]{64}", desk.text(other))[0]
    desk.done(draft, {**TYPED, "/photo": reference, "act": "save"})
    assert reference not in desk.text(draft)
    assert desk.get(f"{draft}/pictures/{reference[7:]}").status_code == 404


def test_a_text_file_called_jpg_is_a_sentence_at_its_field_and_nothing_is_lost(desk, draft):
    answer = desk.post(draft, {**TYPED, "/photo": upload(data=b"not a picture"), "act": "check"})
    assert answer.status_code == 422
    assert "不是照片，也不是 PDF" in answer.text
    assert 'value="王秀梅"' in answer.text


def test_a_photograph_that_is_too_large_is_a_sentence(desk, draft, node):
    node.settings = replace(node.settings, photo_bytes_max=65536)
    answer = desk.post(draft, {**TYPED, "/photo": upload(data=b"\xff\xd8" + bytes(65536))})
    assert answer.status_code == 422
    assert "照片太大" in answer.text


def test_an_empty_signature_is_a_sentence(desk, draft):
    answer = desk.post(draft, {**TYPED, "/signature/strokes": "[]"})
    assert answer.status_code == 422
    assert "还没有签名" in answer.text


def test_materials_are_added_under_their_slot_and_taken_off_again(desk, draft, node):
    desk.done(draft, {"material/proof": [upload(), upload(color=(10, 20, 30))], "act": "save"})
    held = drafts.of_owner(node, "officer:wei")[0]
    assert [material.slot for material in held.materials] == ["proof", "proof"]
    assert desk.done(draft, {"_drop": f"proof/{held.materials[0].sha256}"}).endswith("#materials")
    assert len(drafts.of_owner(node, "officer:wei")[0].materials) == 1


def test_no_more_than_ten_pictures_of_one_material(desk, draft, node):
    many = [upload(side=64 + count) for count in range(11)]
    answer = desk.post(draft, {"material/proof": many})
    assert answer.status_code == 422
    assert "最多 10 张" in answer.text


def test_autosave_keeps_the_fields_and_says_nothing(desk, draft):
    answer = desk.post(f"{draft}/keep", TYPED)
    assert (answer.status_code, answer.text) == (204, "")
    assert 'value="王秀梅"' in desk.text(draft)


def test_an_answer_brings_its_further_questions(desk):
    draft = desk.done("/console/receive", {"service": "juzhu-dengji"})
    before = desk.text(draft)
    desk.done(draft, {"/applicant/hasPhone": "true", "act": "save"})
    after = desk.text(draft)
    assert 'name="/applicant/phone"' not in before
    assert 'name="/applicant/phone"' in after


def test_a_row_is_added_and_the_page_stays_at_its_list(desk):
    draft = desk.done("/console/receive", {"service": "juzhu-dengji"})
    assert desk.done(draft, {"_add": "/members"}).endswith("#f-members")
    assert 'name="/members/0/name"' in desk.text(draft)
    desk.done(draft, {"_remove": "/members/0"})
    assert 'name="/members/0/name"' not in desk.text(draft)


def test_a_filed_draft_writes_one_event(desk, draft, node):
    assert kinds(node, file(desk, draft)) == ["application.filed"]
