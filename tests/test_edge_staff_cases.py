"""One application at the desk: its page, its materials, what an officer does with it."""

import io
import re

import pytest
from desk_app import Desk, add_officer, application, centre_acks, centre_says, desk_app, file_one, kinds, photo, plain

from edge.node import Node


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


@pytest.fixture
def number(node: Node) -> str:
    return file_one(node).number


def case(number: str, part: str = "") -> str:
    return f"/console/applications/{number}{part}"


def picture(data: bytes = b"", name: str = "证明.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data or photo()), name


def one_token(page: str) -> str:
    """The token of the first act on a page."""
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def test_the_page_shows_answers_state_identity_and_the_way_to_the_centre(desk, number):
    page = plain(desk.text(case(number)))
    assert all(word in page for word in ("测试登记 · 王秀梅", "已收件", "尚未上传", "身份待核", "公民身份号码"))
    assert "单机" not in page
    assert "尚未上传，已等待" in page


def test_an_unknown_number_is_a_page_with_a_sentence(desk):
    answer = desk.get(case("52242500171999999"))
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_the_page_says_received_with_its_time_only_after_the_ack(desk, node, number):
    assert "省级中心已接收" not in desk.text(case(number))
    centre_acks(node, "2026-11-21T15:40:00+08:00")
    page = plain(desk.text(case(number)))
    assert "省级中心 2026年11月21日 15:40 接收" in page
    assert "省级中心已接收今天 15:40 · 省级中心" in page


def test_a_later_ack_of_the_same_log_does_not_move_the_time(desk, node, number):
    centre_acks(node, "2026-11-21T15:40:00+08:00")
    centre_acks(node, "2026-11-21T16:40:00+08:00")
    assert "15:40 接收" in plain(desk.text(case(number)))


def test_what_was_added_after_the_ack_is_not_yet_received(desk, node, number):
    centre_acks(node)
    desk.done(case(number, "/identity"))
    page = plain(desk.text(case(number)))
    assert "新内容尚未上传" in page
    assert "后来补充的内容还没有上传" in page


def test_an_urgent_case_says_that_it_is_not_in_force(desk, node):
    number = file_one(node, lost=True).number
    assert "尚未生效，省级中心接收后生效" in desk.text(case(number))


def test_a_photographed_material_is_one_event_under_its_slot(desk, node, number):
    led = desk.done(case(number, "/materials"), {"slot": "proof", "file": picture()})
    assert led == case(number) + "?said=material"
    material = application(node, number).state.materials[-1]
    assert (material.slot, material.media_type) == ("proof", "image/jpeg")
    assert kinds(node, number) == ["application.filed", "material.added"]
    assert "材料已存入办件" in desk.text(led)


def test_the_same_form_sent_twice_adds_one_material(desk, node, number):
    token = one_token(desk.text(case(number)))
    for _ in range(2):
        desk.done(case(number, "/materials"), {"slot": "proof", "file": picture(), "token": token})
    assert kinds(node, number).count("material.added") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ({"slot": "proof", "file": picture(b"text", "a.jpg")}, 415, "不是照片，也不是 PDF"),
        ({"slot": "proof"}, 422, "还没有选择照片或文件"),
        ({"slot": "", "file": picture()}, 422, "请先选是什么材料"),
    ],
)
def test_what_is_wrong_with_a_material_is_said_at_its_field_and_nothing_is_written(desk, node, number, wrong):
    data, status, words = wrong
    answer = desk.post(case(number, "/materials"), data)
    assert answer.status_code == status
    assert words in answer.text
    assert 'aria-describedby="material-problem"' in answer.text
    assert kinds(node, number) == ["application.filed"]


def test_a_material_is_shown_large_and_small_and_only_through_its_application(desk, node, number):
    other = file_one(node, "李彩霞").number
    desk.done(case(number, "/materials"), {"slot": "proof", "file": picture()})
    sha256 = application(node, number).state.materials[-1].sha256
    assert "住所证明" in desk.text(case(number, f"/materials/{sha256}"))
    assert desk.get(case(number, f"/materials/{sha256}/file")).mimetype == "image/jpeg"
    assert desk.get(case(number, f"/pictures/{sha256}")).mimetype == "image/jpeg"
    for part in (f"/materials/{sha256}", f"/materials/{sha256}/file", f"/pictures/{sha256}"):
        assert desk.get(case(other, part)).status_code == 404


def test_the_compared_card_is_recorded_once(desk, node, number):
    token = one_token(desk.text(case(number)))
    for _ in range(2):
        desk.done(case(number, "/identity"), {"token": token})
    assert kinds(node, number) == ["application.filed", "identity.verified"]
    page = plain(desk.text(case(number)))
    assert "已当面核对证件原件" in page
    assert "已核对，人证一致" not in page


def test_withdrawing_needs_a_reason_and_keeps_it(desk, node, number):
    answer = desk.post(case(number, "/withdraw"), {"reason": "  "})
    assert answer.status_code == 422
    assert "请写明撤回的原因" in answer.text
    desk.done(case(number, "/withdraw"), {"reason": "申请人改到老家办"})
    state = application(node, number).state
    assert (state.result, state.reason) == ("withdrawn", "申请人改到老家办")
    page = desk.text(case(number))
    assert "办结（撤回）" in page
    assert "补交一份材料" not in page


def test_a_reason_that_is_too_long_is_kept_and_shortened_by_the_officer(desk, node, number):
    answer = desk.post(case(number, "/withdraw"), {"reason": "长" * 501})
    assert answer.status_code == 422
    assert "长" * 501 in answer.text
    assert kinds(node, number) == ["application.filed"]


def test_nothing_can_be_added_to_what_is_closed(desk, node, number):
    centre_says(node, "application.decided", number, {"result": "refused", "reason": "不符合条件"})
    for part, data in (
        ("/materials", {"slot": "proof", "file": picture()}),
        ("/identity", {}),
        ("/withdraw", {"reason": "x"}),
    ):
        answer = desk.post(case(number, part), data)
        assert answer.status_code == 409, part
        assert "办结（不予）" in answer.text
    assert kinds(node, number) == ["application.filed"]


def test_whoever_has_to_tell_the_person_reads_why_it_was_refused(desk, node, number):
    assert "：理由" not in desk.text(case(number))
    centre_says(node, "application.refused", number, {"reason": "房子在石桥镇，请到那里的警务室登记"})
    page = desk.text(case(number))
    assert "不予受理：理由" in page
    assert "房子在石桥镇，请到那里的警务室登记" in page


def test_the_history_tells_what_came_too_late(desk, node, number):
    centre_says(node, "application.decided", number, {"result": "granted"})
    centre_says(
        node,
        "correction.requested",
        number,
        {"items": [{"target": "material", "ref": "proof", "label": "住所证明", "defect": "看不清"}]},
    )
    assert "未生效" in desk.text(case(number))


def test_both_clocks_are_on_the_page(desk, node, number):
    centre_says(node, "application.accepted", number, {}, "2026-11-23T10:00:00+08:00")
    page = plain(desk.text(case(number)))
    assert "一次性告知或受理" in page
    assert "2026年11月26日 到期" in page


def test_the_receipt_is_printed_again_as_it_reads_now(desk, node, number):
    centre_acks(node)
    centre_says(node, "application.accepted", number, {})
    page = plain(desk.text(case(number, "/receipt")))
    assert "已受理，省级中心已接收" in page
    assert desk.get(case("52242500171999999", "/receipt")).status_code == 404


def test_what_the_centre_wrote_is_never_markup(desk, node, number):
    centre_says(
        node,
        "correction.requested",
        number,
        {"items": [{"target": "material", "ref": "proof", "label": "<script>x</script>", "defect": "<b>看不清</b>"}]},
    )
    page = desk.text(case(number))
    assert "<script>x" not in page
    assert "&lt;b&gt;看不清" in page
