import io
import re

import pytest

from edge import drafts, log, materials
from tests.kiosk_app import Citizen, begin, check_page, filed, jpeg, kiosk_app, kiosk_node


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


@pytest.fixture
def app(node):
    return kiosk_app(node)


@pytest.fixture
def citizen(app):
    return Citizen(app)


# --- the pages


def test_beginning_twice_goes_on_with_the_same_draft(citizen):
    assert begin(citizen) == begin(citizen)
    assert "接着办" in citizen.get("/kiosk/")


def test_a_wrong_number_says_so_above_and_at_the_field_and_keeps_everything_typed(citizen):
    address = begin(citizen)
    typed = {
        "/applicant/by": "self",
        "/applicant/name": "王秀梅",
        "/applicant/idType": "idCard",
        "/applicant/idNumber": "522425 1966 0312 9841",
        "/applicant/hasPhone": "true",
        "/applicant/phone": "19900000123",
    }
    citizen.press(f"{address}/0", typed)
    text = citizen.press(f"{address}/0", typed)
    assert "<title>错误：" in text
    assert text.count("身份证号码有一位不对，请对照证件再看一遍") == 2
    assert text.index("这里有一处要改") < text.index("<h1")
    assert 'href="#f-applicant-idNumber"' in text
    assert 'id="f-applicant-idNumber"' in text
    assert 'value="522425 1966 0312 9841"' in text
    assert 'value="王秀梅"' in text


def test_a_question_that_an_answer_opens_is_asked_before_it_is_missed(citizen):
    address = begin(citizen)
    first = {"/applicant/by": "self", "/applicant/name": "王秀梅", "/applicant/idType": "idCard"}
    first |= {"/applicant/idNumber": "522425196603129840", "/applicant/hasPhone": "true"}
    assert 'name="/applicant/phone"' not in citizen.text
    text = citizen.press(f"{address}/0", first)
    assert 'name="/applicant/phone"' in text
    assert "错误：" not in text
    assert "错误：" in citizen.press(f"{address}/0", first)


def test_the_31st_of_february_is_no_day_and_stays_as_typed(citizen):
    address = begin(citizen)
    text = citizen.press(
        f"{address}/2", {"/residence/start/y": "2026", "/residence/start/m": "2", "/residence/start/d": "31"}
    )
    assert "没有这一天" in text
    assert 'value="31"' in text


def test_back_saves_what_was_typed_without_judging_it(citizen):
    address = begin(citizen)
    text = citizen.press(f"{address}/1", {"/residence/village": "大坪", "_act": "back"})
    assert citizen.path == f"{address}/0"
    assert "错误：" not in text
    assert 'value="大坪"' in citizen.get(f"{address}/1")


def test_autosave_keeps_the_page_and_shows_what_an_answer_opened(citizen, node):
    address = begin(citizen)
    answer = citizen.post(f"{address}/0/keep", {"/applicant/name": "王"})
    assert answer.status_code == 204
    answer = citizen.post(f"{address}/0/keep", {"/applicant/hasPhone": "true"})
    assert answer.status_code == 200
    assert 'name="/applicant/phone"' in answer.text
    assert "<html" not in answer.text
    assert 'value="王"' in citizen.get(f"{address}/0")


def test_rows_are_added_and_removed_by_plain_buttons(citizen):
    address = begin(citizen)
    text = citizen.press(f"{address}/4", {"_add": "/members"})
    assert 'name="/members/0/name"' in text
    text = citizen.press(f"{address}/4", {"/members/0/name": "沈小兰", "_add": "/members"})
    assert 'value="沈小兰"' in text
    text = citizen.press(
        f"{address}/4", {"/members/0/name": "沈小兰", "/members/1/name": "沈小菊", "_remove": "/members/0"}
    )
    assert "沈小兰" not in text
    assert 'name="/members/1/name"' not in text
    assert 'value="沈小菊"' in text


def test_a_page_that_is_not_there_leads_to_one_that_is(citizen):
    address = begin(citizen)
    citizen.get(f"{address}/99")
    assert citizen.status == 200


# --- files


def test_a_text_file_called_jpg_is_refused_at_its_field(citizen, node):
    address = begin(citizen)
    text = citizen.press(f"{address}/5", {"/files/residenceProof": (io.BytesIO(b"hello"), "照片.jpg")})
    assert text.count("“照片.jpg”不是照片") == 2
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM material").fetchone()[0] == 0


def test_a_photo_is_shown_to_the_one_who_took_it_and_to_nobody_else(citizen, app):
    address = begin(citizen)
    citizen.press(f"{address}/5", {"/files/residenceProof": (io.BytesIO(jpeg()), "a.jpg"), "_act": "back"})
    picture = re.search(r'src="(/kiosk/apply/[^"]+/picture/[0-9a-f]{64})"', citizen.get(f"{address}/5"))[1]
    citizen.client.get(picture).close()
    assert citizen.client.get(picture).mimetype == "image/jpeg"
    stranger = Citizen(app)
    stranger.get(picture)
    assert stranger.status == 404


def test_a_second_photo_takes_the_place_of_the_first(citizen, node):
    address = begin(citizen)
    for colour in ((1, 2, 3), (200, 3, 4)):
        citizen.press(f"{address}/5", {"/files/residenceProof": (io.BytesIO(jpeg(colour)), "a.jpg"), "_act": "back"})
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM material").fetchone()[0] == 1


def test_a_page_sent_again_without_a_new_photo_keeps_the_one_there_is(citizen):
    address = begin(citizen)
    citizen.press(f"{address}/5", {"/files/residenceProof": (io.BytesIO(jpeg()), "a.jpg"), "_act": "back"})
    kept = re.search(r'name="/files/residenceProof" value="(sha256:[0-9a-f]{64})"', citizen.get(f"{address}/5"))[1]
    citizen.press(f"{address}/5", {"/files/residenceProof": kept, "_act": "back"})
    assert kept in citizen.get(f"{address}/5")


def test_a_digest_that_is_not_of_ones_own_photo_is_not_taken(citizen, node):
    address = begin(citizen)
    foreign = materials.store(node, jpeg((9, 9, 9)), "b.jpg", "kiosk:other")
    citizen.press(f"{address}/5", {"/files/residenceProof": f"sha256:{foreign.sha256}", "_act": "back"})
    assert foreign.sha256 not in citizen.get(f"{address}/5")


def test_an_empty_signature_is_refused(citizen):
    address = begin(citizen)
    page = {"/declaration/truth": "true", "/declaration/privacy": "true"}
    text = citizen.press(f"{address}/6", {**page, "/declaration/signature/strokes": "[]"})
    assert "还没有签名" in text
    assert "请在框里签名" in citizen.press(f"{address}/6", page)


# --- check, file, receipt


def test_check_answers_before_all_is_right_leads_to_the_first_open_page(citizen):
    address = begin(citizen)
    text = citizen.get(f"{address}/check")
    assert citizen.path.startswith(f"{address}/0")
    assert "错误：" in text


def test_changing_one_answer_leads_straight_back_to_the_check_page(citizen):
    address = check_page(citizen)
    change = re.search(r'href="([^"]+/1\?back=check#f-residence-doorplate)"', citizen.text)[1]
    citizen.get(change)
    text = citizen.press(
        f"{address}/1?back=check",
        {"/residence/village": "520524104215", "/residence/hasDoorplate": "true", "/residence/doorplate": "五组2号"},
    )
    assert citizen.path == f"{address}/check"
    assert "五组2号" in text


def test_larger_type_in_the_middle_of_a_change_does_not_lose_the_way_back_to_the_check_page(citizen):
    address = check_page(citizen)
    doorplate = {
        "/residence/village": "520524104215",
        "/residence/hasDoorplate": "true",
        "/residence/doorplate": "五组2号",
    }
    text = citizen.press(f"{address}/1?back=check", {**doorplate, "_act": "view:elder"})
    assert f'action="{address}/1?back=check"' in text
    assert "五组2号" in text


def test_a_change_that_opens_questions_asks_them_before_the_check_page(citizen):
    address = check_page(citizen)
    citizen.press(f"{address}/1?back=check", {"/residence/village": "520524104215", "/residence/hasDoorplate": "false"})
    assert citizen.path.startswith(f"{address}/1")
    citizen.press(
        f"{address}/1?back=check",
        {"/residence/village": "520524104215", "/residence/hasDoorplate": "false", "/residence/landmark": "老水井旁"},
    )
    assert citizen.path == f"{address}/check"


def test_the_receipt_shows_number_qr_and_code_and_never_more_than_is_true(citizen, node):
    address = check_page(citizen)
    text = citizen.press(f"{address}/file")
    (number,) = filed(node)
    assert " ".join([number[:4], number[4:8], number[8:12], number[12:]]) in text
    assert "已收件" in text
    assert "尚未上传" in text
    assert "省级中心已接收" not in text
    assert "已送达" not in text
    assert "<svg" in text
    assert re.search(r'receipt-number">\d{6}<', text)
    assert "王秀梅" not in text
    assert "522425196603129840" not in text


def test_a_double_click_and_the_back_button_file_once(citizen, node):
    address = check_page(citizen)
    first = citizen.press(f"{address}/file")
    again = citizen.press(f"{address}/file")
    assert len(filed(node)) == 1
    number = re.search(r'receipt-number">([\d ]+)<', first)[1]
    assert number in again
    for page in ("0", "5", "check"):
        citizen.get(f"{address}/{page}")
        assert citizen.path == f"{address}/receipt"
    assert citizen.post(f"{address}/0/keep", {"/applicant/name": "x"}).status_code == 204


def test_an_urgent_service_says_that_it_is_not_yet_in_force_and_whom_to_call(citizen, node):
    text = citizen.get("/kiosk/service/shenfenzheng-buling")
    assert "尚未生效，省级中心接收后生效" in text
    assert "0857-0000000" in text


@pytest.mark.parametrize(("lost", "said"), [("true", True), ("false", False)])
def test_the_receipt_of_an_urgent_application_says_that_it_is_not_in_force(citizen, node, lost, said):
    draft = begin(citizen, "ceshi-dengji")
    first = {"/applicant/name": "王秀梅", "/applicant/idNumber": "522425196603120029", "/lost": lost}
    citizen.press(f"{draft}/0", first)
    citizen.press(f"{draft}/1")
    text = citizen.press(f"{draft}/file")
    assert ("尚未生效，省级中心接收后生效" in text) is said
    assert len(filed(node)) == 1


def test_a_material_without_a_field_has_its_own_page_and_may_be_left_out(citizen, node):
    draft = begin(citizen, "ceshi-dengji")
    citizen.press(f"{draft}/0", {"/applicant/name": "王秀梅", "/applicant/idNumber": "522425196603120029"})
    text = citizen.press(f"{draft}/1")
    assert citizen.path == f"{draft}/photos"
    assert "住所证明" in text
    text = citizen.press(f"{draft}/photos", {"/proof": (io.BytesIO(b"no picture"), "a.jpg"), "_act": "next"})
    assert text.count("“a.jpg”不是照片") == 2
    both = [(io.BytesIO(jpeg((3, 4, 5))), "1.jpg"), (io.BytesIO(jpeg((6, 7, 8))), "2.jpg")]
    citizen.press(f"{draft}/photos", {"/proof": both, "_act": "next"})
    assert "2 张" in citizen.text
    text = citizen.get(f"{draft}/photos?back=check")
    removed = re.search(r'name="_remove" value="(proof/[0-9a-f]{64})"', text)[1]
    text = citizen.press(f"{draft}/photos?back=check", {"_remove": removed})
    assert removed not in text
    citizen.press(f"{draft}/photos", {"_act": "back"})
    assert citizen.path == f"{draft}/1"
    citizen.press(f"{draft}/file")
    with node.database.read() as tx:
        (event,) = [event for event in log.all_of(tx, "node") if event.kind == "application.filed"]
    assert [(one["slot"], one["name"]) for one in event.data["materials"]] == [
        ("proof", event.data["materials"][0]["name"])
    ]


def test_a_filing_that_the_checks_refuse_stays_a_draft(citizen, node, clock):
    address = check_page(citizen)
    clock.advance(days=-3650)  # the move-in now lies in the future
    citizen.press(f"{address}/file")
    assert filed(node) == []
    assert "/receipt" not in citizen.path


def test_after_a_crash_between_the_commit_and_the_receipt_the_receipt_is_there(citizen, node, app):
    address = check_page(citizen)
    draft = address.rpartition("/")[2]
    owner = drafts_owner(node)
    drafts.file(
        node, drafts.get(node, draft, owner), channel="kiosk", actor="kiosk"
    )  # the answer never reached the screen
    text = citizen.get(f"{address}/check")
    assert citizen.path == f"{address}/receipt"
    assert "收件凭证" in text


def drafts_owner(node) -> str:
    with node.database.read() as tx:
        return tx.execute("SELECT owner FROM draft").fetchone()[0]
