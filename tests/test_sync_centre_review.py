import hashlib
import io
import urllib.parse

import pytest
from PIL import Image

from sync.centre import cases, log, marks, reviewers
from sync.centre.app import create_app
from sync.centre.receiver import receive
from tests.centre_browser import Browser, serving
from tests.centre_room import MATERIAL, NODE, PHOTO, SHA, enrolled, number, pieces
from tests.lifecycle_data import filed

PASSWORD = "vier-dicke-huehner"
NUMBER = number(1)
DESK = f"/review/{NUMBER}"


@pytest.fixture(autouse=True)
def people(centre):
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    reviewers.add(centre, "wang", "王审批", PASSWORD, "户政")


@pytest.fixture
def room(centre):
    made = enrolled(centre)
    made.file_one(materials=[MATERIAL])
    exchange(centre, made)
    return made


@pytest.fixture
def url(centre, room):
    with serving(centre) as address:
        yield address


@pytest.fixture
def desk(url):
    browser = Browser(url)
    browser.log_in("li", PASSWORD)
    return browser


def exchange(centre, room, **which):
    body = room.batch(**which)
    return room.read(receive(centre, room.node, body), body)


def own_events(centre):
    with centre.store.read() as tx:
        return [(event.kind, event.actor) for event in log.walk(tx, NODE, "centre")]


def test_the_login_leads_to_the_most_urgent_application(url):
    browser = Browser(url)
    assert "登录" in browser.get("/").words
    page = browser.log_in("li", PASSWORD)
    assert page.url.endswith(DESK)
    assert browser.sent[0] == ("POST", 303)
    assert "居住登记" in page.words
    assert "李审批 · 户政" in page.words


def test_a_wrong_password_is_told_in_a_sentence_and_keeps_the_name(url):
    page = Browser(url).log_in("li", "falsch-falsch")
    assert (page.status, "不对" in page.words, 'value="li"' in page.text) == (401, True, True)
    assert Browser(url).log_in("nobody", PASSWORD).status == 401


def test_too_many_wrong_passwords_lock_the_account(url, clock):
    browser = Browser(url)
    for _ in range(5):
        browser.log_in("li", "falsch-falsch")
    assert browser.log_in("li", PASSWORD).status == 423
    clock.advance(minutes=16)
    assert browser.log_in("li", PASSWORD).status == 200


def test_a_stranger_sees_no_page_and_no_material_and_does_nothing(url, centre, room):
    exchange(centre, room, chunks=pieces())
    for path in (
        "/review/",
        DESK,
        f"{DESK}/correct",
        f"{DESK}/materials/{SHA}",
        "/review/nodes",
        f"/review/nodes/{NODE}",
    ):
        page = Browser(url).get(path)
        assert page.url.split("?")[0].endswith("/review/login"), path
        assert "王秀梅" not in page.text
    for path in ("accept", "refuse", "decide", "correct", "marks"):
        assert Browser(url).post(f"{DESK}/{path}", {"seen": "1-0"}).status == 400
    stranger = Browser(url)
    stranger.get("/review/login")
    assert stranger.submit("/login", name="x", next="//evil.example/").status == 401
    assert own_events(centre) == []


def test_every_route_of_the_desk_but_the_login_asks_who_is_there(centre, url):
    app = create_app(centre)
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/review") or rule.rule == "/review/login":
            continue
        path = rule.rule.replace("<number>", NUMBER).replace("<sha256>", SHA).replace("<node_id>", NODE)
        path = path.replace("<int:place>", "0").replace("<int:wall>", "0")
        if "GET" in (rule.methods or ()):
            assert Browser(url).get(path).url.split("?")[0].endswith("/login"), path
        else:
            assert Browser(url).post(path, {}).status == 400, path


def test_a_session_ends_when_nobody_clicks_and_when_one_logs_out(desk, clock, url):
    clock.advance(minutes=20)
    assert desk.get(DESK).status == 200
    clock.advance(minutes=31)
    assert desk.get(DESK).url.split("?")[0].endswith("/review/login")
    desk.log_in("li", PASSWORD)
    desk.get(DESK)
    desk.submit("/logout")
    assert desk.get(DESK).url.split("?")[0].endswith("/review/login")


def test_a_form_without_its_token_does_nothing(desk, centre):
    assert desk.post(f"{DESK}/accept", {"seen": "1-0"}).status == 400
    assert own_events(centre) == []


def test_the_application_is_shown_as_the_citizen_filled_it(desk):
    words = desk.get(DESK).words
    for text in (
        "王秀梅",
        "5224 2500 1710 00010",
        "收件 11月21日 09:12",
        "中心接收 11月21日 09:12",
        "大坪村警务室",
        "告知受理期限",
    ):
        assert text in words, text
    assert "居民户口簿" in words or "住所证明" in words


def test_what_is_still_on_its_way_is_not_called_missing(desk, centre, room):
    assert "还在路上" in desk.get(DESK).words
    assert desk.get(f"{DESK}/materials/{SHA}").status == 404
    exchange(centre, room, chunks=pieces())
    assert "还在路上" not in desk.get(DESK).words
    page = desk.get(f"{DESK}/materials/{SHA}")
    assert (page.status, page.headers["Content-Type"]) == (200, "image/jpeg")
    assert int(page.headers["Content-Length"]) == len(PHOTO)
    assert desk.get(f"{DESK}/materials/{SHA}/thumbnail").status == 404
    assert desk.get(f"{DESK}/materials/{'0' * 64}").status == 404


def test_a_photograph_gets_a_thumbnail_and_a_closed_file_is_saved_not_shown(desk, centre, room):
    picture = io.BytesIO()
    Image.new("RGB", (1200, 900), "white").save(picture, "JPEG")
    for serial, (data, kind) in enumerate(((picture.getvalue(), "image/jpeg"), (b"<script>", "text/html")), 2):
        sha256 = hashlib.sha256(data).hexdigest()
        room.file_one(serial, materials=[MATERIAL | {"sha256": sha256, "size": len(data), "media_type": kind}])
        exchange(centre, room, chunks=pieces(data))
        page = desk.get(f"/review/{number(serial)}/materials/{sha256}/thumbnail")
        shown = desk.get(f"/review/{number(serial)}/materials/{sha256}")
        if kind == "image/jpeg":
            assert (page.status, page.headers["Content-Type"]) == (200, "image/jpeg")
            assert int(page.headers["Content-Length"]) < 5000
        else:
            assert page.status == 404
            assert shown.headers["Content-Type"] == "application/octet-stream"
            assert shown.headers["Content-Disposition"] == "attachment"


def test_a_damaged_file_is_told_in_a_sentence(desk, centre, room):
    exchange(centre, room, chunks=pieces())
    (centre.settings.blobs / NODE / SHA[:2] / SHA).write_bytes(b"?")
    page = desk.get(f"{DESK}/materials/{SHA}")
    assert (page.status, "可能已损坏" in page.words) == (415, True)
    assert desk.get(DESK).status == 200


def test_an_application_of_an_unknown_definition_is_shown_as_it_came(desk, centre, room):
    room.write("application.filed", filed(answers={"name": "王<b>", "list": [1, {"a/b": True}]}), 2)
    exchange(centre, room)
    page = desk.get(f"/review/{number(2)}")
    assert "按原样显示" in page.words
    assert "/list/1/a~1b" in page.words
    assert "王<b>" not in page.text


def test_accepting_ends_in_a_redirect_and_leaves_one_event(desk, centre):
    desk.get(DESK)
    page = desk.submit("/accept")
    assert desk.sent[0] == ("POST", 303)
    assert "已受理" in page.words
    assert own_events(centre) == [("application.accepted", "centre:li")]


def test_pressing_accept_twice_accepts_once(desk, centre):
    first = desk.get(DESK)
    desk.submit("/accept")
    desk.page = first
    page = desk.submit("/accept")
    assert (page.status, "新的变化" in page.words) == (409, True)
    assert len(own_events(centre)) == 1


def test_two_reviewers_on_one_application_cannot_overwrite_each_other(desk, url, centre):
    other = Browser(url)
    other.log_in("wang", PASSWORD)
    desk.get(f"{DESK}/decide")
    other.get(DESK)
    other.submit("/accept")
    page = desk.submit("/decide", result="refused", reason="住址不在本辖区")
    assert page.status == 409
    assert "住址不在本辖区" in page.text
    assert own_events(centre) == [("application.accepted", "centre:wang")]
    assert desk.submit("/decide", result="refused", reason="住址不在本辖区").status == 200
    assert own_events(centre)[-1] == ("application.decided", "centre:li")


def test_a_correction_is_built_row_by_row_and_sent_at_once(desk, centre, room):
    exchange(centre, room, chunks=pieces())
    desk.get(f"{DESK}/correct")
    desk.submit("/correct", do="add", what=f"material:{MATERIAL['slot']}", defect="没有房东签名", due_day="2026-12-09")
    assert desk.sent[0] == ("POST", 303)
    assert 'value="2026-12-09"' in desk.page.text
    assert "已标记：没有房东签名" in desk.page.words
    desk.submit("/correct", do="add", what="field:/applicant/name", defect="与证件不一致")
    desk.submit("/correct", do="add", what="field:/applicant/name", defect="写错了，删掉")
    ids = [mark.id for mark in marks.of(centre, cases.get(centre, NUMBER))]
    desk.submit("/correct", do=f"remove:{ids[-1]}")
    desk.submit("/correct", do=f"remove:{ids[-1]}")
    page = desk.submit("/correct", do="send", due_day="2026-12-09")
    assert page.status == 200
    state = cases.get(centre, NUMBER).state
    assert {item.defect for item in state.correction.items} == {"没有房东签名", "与证件不一致"}
    assert state.correction.due_day == "2026-12-09"
    assert marks.of(centre, cases.get(centre, NUMBER)) == []
    assert "等待补正" in page.words


def test_a_row_that_was_typed_and_not_added_is_sent_as_well(desk, centre):
    desk.get(f"{DESK}/correct")
    desk.submit("/correct", do="send", what="field:/applicant/name", defect="与证件不一致")
    assert [item.defect for item in cases.get(centre, NUMBER).state.correction.items] == ["与证件不一致"]


def test_a_notice_without_a_defect_is_refused_with_a_sentence(desk, centre):
    desk.get(f"{DESK}/correct")
    page = desk.submit("/correct", do="send")
    assert (page.status, "至少写明一处" in page.words) == (422, True)
    page = desk.submit("/correct", do="add", defect=" ")
    assert (page.status, "请写明缺什么" in page.words) == (422, True)
    assert own_events(centre) == []


def test_a_second_notice_asks_for_its_reason(desk, centre):
    desk.get(f"{DESK}/correct")
    desk.submit("/correct", do="send", what="field:/applicant/name", defect="与证件不一致")
    desk.get(f"{DESK}/correct")
    page = desk.submit("/correct", do="send", what="field:/applicant/name", defect="又一处")
    assert (page.status, "已经一次性告知过" in page.words) == (422, True)
    desk.submit("/correct", do="send", reason="第一次漏列")
    assert len(own_events(centre)) == 2


def test_a_defect_noted_beside_the_material_waits_in_the_notice(desk, centre, room):
    exchange(centre, room, chunks=pieces())
    desk.get(f"{DESK}?m={SHA}")
    page = desk.submit("/marks", defect="照片不清楚")
    assert "一次性告知补正 （1 项）" in page.words or "一次性告知补正（1 项）" in page.words
    assert own_events(centre) == []
    desk.submit("/marks", defect="照片不清楚")
    assert len(marks.of(centre, cases.get(centre, NUMBER))) == 1


def test_an_unknown_target_becomes_the_whole_application(desk, centre):
    desk.get(f"{DESK}/correct")
    desk.submit("/correct", do="send", what="field:/nowhere", defect="缺一页")
    assert cases.get(centre, NUMBER).state.correction.items[0].label == "整份申请"


def test_a_refusal_without_its_reason_comes_back(desk, centre):
    desk.get(f"{DESK}/refuse")
    page = desk.submit("/refuse", reason=" ")
    assert (page.status, "要写明理由" in page.words) == (422, True)
    assert "不予受理" in desk.submit("/refuse", reason="不属于本机关").words
    assert own_events(centre) == [("application.refused", "centre:li")]
    assert desk.get(f"{DESK}/refuse").words.count("作出不予受理") == 0


def test_a_decision_needs_its_kind(desk, centre):
    desk.get(f"{DESK}/decide")
    assert desk.submit("/decide").status == 422
    assert "办结（准予）" in desk.submit("/decide", result="granted").words


def test_who_received_it_is_told_so_and_can_do_nothing(desk, centre, room):
    room.file_one(2)
    room.write("identity.verified", {"method": "officer"}, 2, actor="officer:li")
    exchange(centre, room)
    page = desk.get(f"/review/{number(2)}")
    assert "您经手过" in page.words
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = desk.post(f"/review/{number(2)}/accept", {"csrf_token": token, "seen": "2-0"})
    assert (answer.status, "不能是同一人" in answer.words) == (403, True)


def test_the_lists_find_by_state_number_and_name(desk, centre, room):
    room.file_one(2)
    exchange(centre, room)
    cases.accept(centre, NUMBER, actor="centre:wang")
    cases.decide(centre, NUMBER, actor="centre:wang", result="granted")
    assert NUMBER not in desk.get("/review/").text
    assert desk.get("/review/?show=closed").url.split("?")[0].endswith(DESK)
    assert "办结（准予）" in desk.page.words
    for text in ("王秀", "00020", "5224 2500 1710"):
        assert number(2) in desk.get(f"/review/?show=all&text={urllib.parse.quote(text)}").text, text
    assert "没有找到" in desk.get("/review/?show=all&text=%25").words
    assert "没有办件" in desk.get("/review/?show=waiting").words
    assert desk.get("/review/?show=nonsense").status == 200


def test_rooms_are_listed_with_what_is_the_matter(desk, centre, room):
    room.write("application.praised", {})
    exchange(centre, room)
    assert "1 条未采用" in desk.get("/review/nodes").words
    assert "还不认识这种记录" in desk.get(f"/review/nodes/{NODE}").words
    assert desk.get("/review/nodes/5224250099").status == 404


@pytest.mark.parametrize("path", ["/review/1", "/review/%00", "/review/99999999999999999/correct", "/nothing"])
def test_what_is_not_there_is_told_in_a_page(desk, path):
    page = desk.get(path)
    assert page.status == 404
    assert "E-" in page.words
