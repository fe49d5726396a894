"""需求登记 and 走失公告: written down, answered, put up and gone when it ends; at the desk and at the kiosk."""

import re

import pytest
from conftest import FixedClock
from desk_app import Desk, add_officer, desk_app, plain

from edge import housekeeping, log, missing_people, needs, projections
from edge.errors import YizhanError
from edge.node import Node, open_node

TOKEN = re.compile(r'name="token" value="([^"]+)"')
WEI = "officer:wei"
NOTICE = {
    "text": "男孩，8 岁，红色上衣",
    "place": "大坪村小学门口",
    "seen": "2026-11-20 17:30",
    "phone": "0857-0000000",
    "until": "2026-11-25",
}


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


def events(node: Node, kind: str) -> list[dict]:
    with node.database.read() as tx:
        return [event.data for event in log.of_room(tx, "node", f'["{kind}"]')]


def record(node: Node, what: str = "进村路口没有路灯", token: str = "need-token-0001", **said: str) -> needs.Need:
    needs.record(node, "safety", what, how="visit", actor=WEI, token=token, **said)
    with node.database.read() as tx:
        return needs.opened(tx)[-1]


def refused(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        call(*args, **more)
    return error.value.code


# --- needs


def test_a_need_is_one_event_and_nobody_has_to_be_named(node):
    record(node)
    record(node)
    assert events(node, "need.recorded") == [
        {"kind": "safety", "village": "", "what": "进村路口没有路灯", "how": "visit"}
    ]


def test_a_need_is_answered_until_it_is_settled(node):
    one = record(node, village="大坪村三组", who="石永福")
    needs.answer(node, one.id, "doing", "已报镇里", actor=WEI, token="answer-token-01")
    with node.database.read() as tx:
        assert needs.opened(tx)[0].answer == "已报镇里"
    needs.answer(node, one.id, "done", "灯装好了", actor=WEI, token="answer-token-02")
    with node.database.read() as tx:
        assert (needs.opened(tx), needs.settled(tx)[0].state) == ([], "done")
    assert refused(needs.answer, node, one.id, "done", "x", actor=WEI, token="answer-token-03") == "need_over"
    assert len(events(node, "need.answered")) == 2


def test_what_is_empty_too_long_or_unknown_is_refused(node):
    one = record(node)
    assert refused(record, node, " ", token="need-token-0002") == "need_wrong"
    assert refused(record, node, "x" * 501, token="need-token-0003") == "need_long"
    assert refused(record, node, "x", token="need-token-0004", village="村" * 61) == "need_long"
    assert refused(needs.record, node, "nothing", "x", how="visit", actor=WEI, token="need-token-0005") == "need_wrong"
    assert refused(needs.answer, node, one.id, "done", " ", actor=WEI, token="answer-token-04") == "need_answer"
    assert refused(needs.answer, node, one.id, "maybe", "x", actor=WEI, token="answer-token-05") == "need_answer"
    assert refused(needs.answer, node, "0" * 32, "done", "x", actor=WEI, token="answer-token-06") == "not_found"
    assert len(events(node, "need.recorded")) == 1


def test_a_need_goes_in_and_is_answered_at_the_desk(node, desk):
    token = TOKEN.search(desk.text("/console/needs"))[1]
    form = {"token": token, "kind": "care", "what": "孤寡老人要人看望", "village": "岩脚寨", "how": "visit"}
    assert "done=recorded" in desk.done("/console/needs", form)
    assert "村里的需求" in plain(desk.text("/console/"))
    with node.database.read() as tx:
        (one,) = needs.opened(tx)
    wrong = desk.post(f"/console/needs/{one.id}", {"token": "answer-token-07", "state": "done", "text": ""})
    assert wrong.status_code == 422
    desk.done(f"/console/needs/{one.id}", {"token": "answer-token-08", "state": "passed", "text": "已转村委会"})
    assert "已转有关部门" in plain(desk.text("/console/needs"))
    assert desk.post("/console/needs", {"token": "need-token-0006", "kind": "care", "what": ""}).status_code == 422
    assert desk.post("/console/needs/" + "0" * 32, {"token": "answer-token-09"}).status_code == 422
    stranger = Desk(desk_app(node), account=None)
    assert "/login" in stranger.post("/console/needs", form).location


def test_a_need_is_told_at_the_kiosk_without_a_name(node, citizen):
    assert 'href="/kiosk/need"' in citizen.get("/kiosk/area/ask")
    page = citizen.get("/kiosk/need")
    assert "最后一次回应以后保存 365 天，到期清除" in page
    form = {"token": TOKEN.search(page)[1], "kind": "traffic", "what": ""}
    citizen.post("/kiosk/need", form)
    assert "请选一类" in citizen.get("/kiosk/need")
    form["what"] = "学校门口没有斑马线"
    assert "said=thanks" in citizen.post("/kiosk/need", form).location
    citizen.post("/kiosk/need", form)
    assert "收到了" in citizen.get("/kiosk/need?said=thanks")
    assert events(node, "need.recorded") == [
        {"kind": "traffic", "village": "", "what": "学校门口没有斑马线", "how": "kiosk"}
    ]


# --- who is missing


def announce(node: Node, token: str = "notice-token-01", **changes: str) -> None:
    missing_people.announce(node, NOTICE | changes, actor=WEI, token=token)


def shown(node: Node) -> list[str]:
    with node.database.read() as tx:
        return [one.text for one in missing_people.shown(tx)]


def test_a_notice_is_on_the_public_page_and_on_paper_until_it_is_taken_down(node, desk, citizen):
    form = {**NOTICE, "token": "notice-token-02", "seen_day": "2026-11-20", "seen_time": "17:30"}
    assert "done=announced" in desk.done("/console/missing", form)
    desk.done("/console/missing", form)
    (body,) = events(node, "missing.announced")
    assert body == NOTICE
    page = plain(citizen.get("/kiosk/area/open"))
    assert all(text in page for text in ("寻人", "红色上衣", "大坪村小学门口", "0857-0000000"))
    with node.database.read() as tx:
        (one,) = missing_people.shown(tx)
    assert "红色上衣" in desk.text(f"/console/missing/{one.id}/sheet")
    assert "走失公告" in plain(desk.text("/console/"))
    desk.done(f"/console/missing/{one.id}/end", {"token": "notice-token-03", "result": "found"})
    assert "红色上衣" not in citizen.get("/kiosk/area/open")
    assert desk.get(f"/console/missing/{one.id}/sheet").status_code == 404
    assert (
        desk.post(f"/console/missing/{one.id}/end", {"token": "notice-token-04", "result": "found"}).status_code == 404
    )
    stranger = Desk(desk_app(node), account=None)
    assert "/login" in stranger.post("/console/missing", form).location


def test_a_notice_is_kept_no_longer_than_its_last_day(home):
    node = open_node(home, FixedClock())
    announce(node)
    node.clock.advance(days=4)
    assert shown(node) == ["男孩，8 岁，红色上衣"]
    node.clock.advance(days=1)
    assert shown(node) == []
    housekeeping.Keeper(node, lambda _: 5 << 30).look()
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM missing_notice").fetchone()[0] == 0
    with node.database.write() as tx:
        projections.rebuild(tx)
        assert tx.execute("SELECT count(*) FROM missing_notice").fetchone()[0] == 0
    assert missing_people.forget(node) == 0
    node.close()


def test_needs_and_notices_are_there_again_after_a_rebuild(node):
    record(node)
    needs.answer(
        node, record(node, "x", token="need-token-0007").id, "done", "好了", actor=WEI, token="answer-token-10"
    )
    announce(node)
    tables = ("need", "missing_notice")
    with node.database.read() as tx:
        before = projections.dump(tx)
    with node.database.write() as tx:
        projections.rebuild(tx)
        after = projections.dump(tx)
    assert all(before[table] for table in tables)
    assert [after[table] for table in tables] == [before[table] for table in tables]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "missing_wrong"),
        ({"seen": "gestern"}, "missing_wrong"),
        ({"phone": ""}, "missing_wrong"),
        ({"seen": "2026-11-22 09:00"}, "missing_day"),
        ({"until": "2026-12-22"}, "missing_day"),
        ({"until": "2026-11-20"}, "missing_day"),
        ({"seen": "2026-02-30"}, "missing_day"),
        ({"until": ""}, "missing_day"),
    ],
)
def test_a_notice_says_who_where_when_and_until_when(node, changes, code):
    assert refused(announce, node, **changes) == code
    assert events(node, "missing.announced") == []


def test_a_notice_ends_in_one_of_two_ways(node):
    announce(node)
    with node.database.read() as tx:
        (one,) = missing_people.shown(tx)
    assert refused(missing_people.end, node, one.id, "lost", actor=WEI, token="notice-token-05") == "bad_request"
    missing_people.end(node, one.id, "over", actor=WEI, token="notice-token-06")
    missing_people.end(node, one.id, "over", actor=WEI, token="notice-token-06")
    assert len(events(node, "missing.ended")) == 1
