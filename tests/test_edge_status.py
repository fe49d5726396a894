"""The page behind the QR code: what it says in each state, and what it never says."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk_app import ROOM, Desk, application, centre_acks, centre_says, desk_app, file_one, photo, plain
from flask import Flask
from service_for_tests import ID_NUMBER

from edge import applications, materials
from edge.node import Node
from edge.status.limits import ADDRESSES_MAX, MISSES_MAX, MissLimit
from edge.status.mask import mask

ITEMS = [
    {"target": "material", "ref": "proof", "label": "住所证明", "defect": "租房合同没有房东签名，请重新拍一张"},
    {"target": "field", "ref": "/applicant/phone", "label": "联系电话", "defect": "少了一位"},
]


@dataclass
class Phoned:
    """A telephone: opens the page of a receipt."""

    app: Flask
    node: Node

    def page(self, number: str, query: str = "") -> str:
        answer = self.app.test_client().get(f"/s/{self.token(number)}{query}")
        assert answer.status_code == 200
        return answer.text

    def words(self, number: str) -> str:
        return plain(self.page(number))

    def token(self, number: str) -> str:
        return application(self.node, number).state.receipt.token


@pytest.fixture
def phone(node: Node) -> Phoned:
    node.room = ROOM
    return Phoned(desk_app(node), node)


def test_before_the_upload_it_says_received_and_not_yet_sent(phone, node):
    words = phone.words(file_one(node).number)
    assert "已收件，尚未上传" in words
    assert "等待省级中心接收" in words
    assert "省级中心已接收" not in words


def test_after_the_ack_it_says_that_the_centre_has_it_and_since_when(phone, node):
    number = file_one(node).number
    centre_acks(node, "2026-11-21T15:40:00+08:00")
    words = phone.words(number)
    assert "省级中心已接收11月21日 15:40" in words
    assert "尚未上传" not in words


def test_what_was_added_later_is_said_to_be_on_its_way(phone, node):
    number = file_one(node).number
    centre_acks(node)
    added = materials.store(node, photo(), "a.jpg", "officer:wei", "proof")
    applications.add_material(node, number, added, actor="officer:wei")
    assert "后来补交的材料尚未上传" in phone.words(number)


def test_a_correction_lists_every_defect_first_with_where_when_and_the_telephone(phone, node):
    number = file_one(node).number
    centre_acks(node)
    centre_says(node, "correction.requested", number, {"items": ITEMS, "due_day": "2026-12-04"})
    words = phone.words(number)
    assert "还差 2 样，补齐后继续办" in words
    assert all(item["label"] + " " + item["defect"] in words for item in ITEMS)
    assert "请在2026年12月4日前补齐" in words
    assert "请到大坪村警务室当面补正周一至周六 8:30–17:30" in words
    assert words.index("还差 2 样") < words.index("已收件")


def test_an_answered_correction_waits_for_the_upload_and_then_for_the_centre(phone, node):
    number = file_one(node).number
    centre_acks(node)
    centre_says(node, "correction.requested", number, {"items": ITEMS[1:]})
    answers = {"applicant": {"name": "王秀梅", "idNumber": ID_NUMBER, "phone": "19900000123"}}
    applications.answer_correction(node, number, answers, actor="officer:wei")
    assert "已补正，尚未上传" in phone.words(number)
    centre_acks(node)
    assert "已经补正，等待受理" in phone.words(number)


def test_accepted_names_the_day_by_which_it_is_decided(phone, node):
    number = file_one(node).number
    centre_acks(node)
    centre_says(node, "application.accepted", number, {}, "2026-11-23T10:00:00+08:00")
    assert "最迟 2026年11月26日 办结" in phone.words(number)


def test_a_granted_one_says_what_came_of_it_and_how_to_get_it(phone, node):
    number = file_one(node).number
    centre_acks(node)
    centre_says(node, "application.decided", number, {"result": "granted"})
    words = phone.words(number)
    assert all(part in words for part in ("办结（准予）", "办好了", "结果：登记回执。", "到大坪村警务室领取"))


@pytest.mark.parametrize("result", ["refused", "returned", "void", "deleted", "transferred", "lapsed"])
def test_a_closed_one_never_stands_without_its_kind(phone, node, result):
    number = file_one(node).number
    centre_acks(node)
    centre_says(node, "application.decided", number, {"result": result, "reason": "缺少依据"})
    words = phone.words(number)
    assert re.search("办结（.{2,5}）", words)
    assert ("申请行政复议" in words) == (result == "refused")


def test_not_accepted_and_withdrawn_say_so(phone, node):
    refused, withdrawn = file_one(node).number, file_one(node).number
    centre_acks(node)
    centre_says(node, "application.refused", refused, {"reason": "不属于本机关职权"})
    applications.withdraw(node, withdrawn, actor="officer:wei", reason="王秀梅改到老家办")
    assert "理由：不属于本机关职权" in phone.words(refused)
    assert "申请已经撤回" in phone.words(withdrawn)
    assert "老家" not in phone.words(withdrawn)


def test_an_urgent_one_says_that_it_is_not_in_force_until_the_ack(phone, node):
    number = file_one(node, lost=True).number
    assert "尚未生效，省级中心接收后生效" in phone.words(number)
    centre_acks(node)
    assert "尚未生效" not in phone.words(number)


def test_no_name_and_no_number_of_a_person_stand_on_the_page_even_if_the_reviewer_wrote_them(phone, node):
    number = file_one(node, lost=True).number
    reason = f"王秀梅（{ID_NUMBER}）的照片看不清"
    centre_says(
        node,
        "correction.requested",
        number,
        {
            "items": [{"target": "material", "ref": "proof", "label": "王秀梅的证明", "defect": reason}],
            "reason": reason,
        },
    )
    page = phone.page(number)
    assert "王秀梅" not in page
    assert ID_NUMBER not in page
    assert "＊＊的证明" in page


def test_the_mask_leaves_words_of_the_form_and_short_words_alone():
    schema = {"properties": {"reason": {"enum": ["work-away"]}}}
    answers = {"reason": "work-away", "note": "务工", "place": "大坪村三组17号", "rows": [{"name": "李彩"}]}
    text = "李彩的务工证明 work-away 写的是大坪村三组17号，证件 52242519510312004X"
    assert mask(text, ["李彩"], answers, schema) == "＊＊的务工证明 work-away 写的是＊＊，证件 ＊＊"


def test_of_a_name_that_begins_with_another_nothing_is_left():
    assert mask("请王秀和王秀梅都来", ["王秀", "王秀梅"], {}, {}) == "请＊＊和＊＊都来"


def test_the_address_of_the_qr_works_in_capitals_and_in_small_letters(phone, node):
    number = file_one(node).number
    token, client = phone.token(number), phone.app.test_client()
    for path in (f"/S/{token}", f"/s/{token.lower()}"):
        assert client.get(path).status_code == 200


def test_the_number_is_read_in_groups(phone, node):
    number = file_one(node).number
    assert f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}" in phone.words(number)


def test_large_type_is_a_link_away_and_back(phone, node):
    number = file_one(node).number
    assert 'class="large"' not in phone.page(number)
    assert '?large=1">大字版' in phone.page(number)
    large = phone.page(number, "?large=1")
    assert 'class="large"' in large
    assert f'/s/{phone.token(number)}">标准版' in large


def test_an_unknown_token_is_not_found_and_says_what_to_do(phone):
    for token in ("A" * 26, "x", "%00", "1" * 26, "王" * 26):
        answer = phone.app.test_client().get(f"/s/{token}")
        assert answer.status_code == 404
        assert "没有查到这张凭证" in answer.text


def test_the_number_of_an_application_is_no_token(phone, node):
    assert phone.app.test_client().get(f"/s/{file_one(node).number}").status_code == 404


def test_who_tries_tokens_is_slowed_down_and_let_in_again(phone, node, clock):
    number, client = file_one(node).number, phone.app.test_client()
    for _ in range(MISSES_MAX):
        client.get(f"/s/{'A' * 26}")
    blocked = client.get(f"/s/{phone.token(number)}")
    assert (blocked.status_code, blocked.headers["Retry-After"]) == (429, "600")
    clock.advance(minutes=11)
    assert client.get(f"/s/{phone.token(number)}").status_code == 200


def test_one_address_does_not_slow_down_another_and_memory_is_bounded():
    limit = MissLimit()
    for _ in range(MISSES_MAX):
        limit.miss("a", 0)
    assert limit.blocked("a", 1)
    assert not limit.blocked("b", 1)
    for count in range(ADDRESSES_MAX):
        limit.miss(f"other-{count}", 2)
    assert not limit.blocked("a", 3)


def test_the_page_is_never_kept_and_asks_nobody_else(phone, node):
    number = file_one(node).number
    answer = phone.app.test_client().get(f"/s/{phone.token(number)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert not re.search(r'(?:src|href)="https?:', answer.text)


def test_page_and_sheet_together_stay_below_thirty_kilobytes(phone, node):
    number = file_one(node).number
    centre_says(node, "correction.requested", number, {"items": ITEMS * 5, "due_day": "2026-12-04"})
    page = phone.page(number)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    with phone.app.test_client().get(sheets[0]) as sheet:
        assert len(page.encode()) + len(sheet.data) <= 30_000
    assert len(sheets) == 1


def test_the_officers_pages_are_not_reached_from_a_telephone(phone, node):
    assert Desk(phone.app, None).get("/console/", follow=False).status_code == 303


def test_the_sheet_asks_nothing_of_a_ten_year_old_browser_that_has_to_work():
    text = (Path(__file__).parents[1] / "edge" / "static" / "status.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    assert not re.search(r"var\(|display:\s*grid|@layer|@container|:has\(|&:", css)
    grouped = [rule for rule in css.split("}") if ":focus-visible" in rule.partition("{")[0]]
    assert all("outline" in rule for rule in grouped), "a browser that does not know it drops the whole rule"
