"""Today, the search and the page of the carrying: what has to be done, and what the centre has said."""

import re
import secrets
from dataclasses import dataclass

import pytest
from desk_app import Desk, add_officer, centre_acks, centre_says, desk_app, file_one, plain

from edge import applications, calls, officers, three
from edge.node import Node
from edge.staff import may, screens
from forms.definition import packaged


@dataclass
class Carrying:
    """What the wiring's hook answers."""

    state: str = "ok"
    sentence: str = ""
    hint: str = ""
    since: str = "2026-11-21T07:00:00+08:00"
    last_ok_at: str = ""
    last_ack_at: str = ""
    unsent_events: int = 0
    unsent_materials: int = 0
    quarantine: int = 0


@dataclass
class Aside:
    side: str = "node"
    epoch: int = 1
    seq: int = 7
    code: str = "x"
    item: str = ""
    reason: str = "这条记录省级中心不能识别"
    at: str = "2026-11-21T08:00:00+08:00"


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


def row(page: str, number: str) -> str:
    """The words of the line of an application."""
    return next(plain(part) for part in page.split("<tr>") if number in part)


def test_without_applications_today_says_so(desk):
    assert "没有要做的事" in desk.text("/console/")


def test_today_counts_and_lists_what_is_open(desk, node):
    number = file_one(node).number
    page = desk.text("/console/")
    assert "11月21日 星期六" in page
    assert "在办 1 件" in page
    assert all(word in row(page, number) for word in ("测试登记", "王秀梅", "今天 09:12", "身份待核", "尚未上传"))


def test_a_correction_and_an_urgent_one_stand_first(desk, node):
    plain_one = file_one(node, "李彩霞").number
    urgent = file_one(node, "罗建国", lost=True).number
    corrected = file_one(node, "陈子轩").number
    centre_says(
        node,
        "correction.requested",
        corrected,
        {"items": [{"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"}]},
    )
    page = desk.text("/console/")
    assert page.index(plain_one) > max(page.index(urgent), page.index(corrected))
    assert "尚未生效" in row(page, urgent)
    assert "补正 1 项" in row(page, corrected)


def test_only_an_ack_makes_a_line_say_that_the_centre_has_received_it(desk, node):
    number = file_one(node).number
    centre_says(node, "application.accepted", number, {})
    assert "省级中心已接收" not in desk.text("/console/")
    centre_acks(node)
    assert "省级中心已接收" in row(desk.text("/console/"), number)


def test_what_was_decided_is_no_longer_to_be_done(desk, node):
    number = file_one(node).number
    centre_acks(node)
    centre_says(node, "application.decided", number, {"result": "granted"})
    page = desk.text("/console/")
    assert number not in page
    assert "办结（准予）" in desk.text("/console/applications?state=closed")


def test_the_top_says_that_there_is_no_network_for_how_long_and_why(desk, node):
    node.hooks.sync_status = lambda: Carrying(
        "no_link", "现在连不上省级中心", "网络恢复后会自动上传。", unsent_events=7, unsent_materials=12
    )
    page = plain(desk.text("/console/"))
    assert "没有网络 · 2小时" in page
    assert "现在连不上省级中心。网络恢复后会自动上传。" in page
    assert "尚未上传 7 条，材料 12 份" in page


def test_with_a_network_and_nothing_waiting_no_reason_is_given(desk, node):
    node.hooks.sync_status = lambda: Carrying("ok", "全部内容省级中心已接收")
    page = desk.text("/console/")
    assert "网络正常" in page
    assert "net-reason" not in page


def test_a_node_that_nobody_wired_counts_what_it_holds(desk, node):
    file_one(node)
    page = plain(desk.text("/console/transfer"))
    assert "单机使用" in page
    assert "尚未上传的记录1 条" in page


def test_send_now_starts_one_round_and_comes_back(desk, node):
    rounds = []
    node.hooks.send_now = lambda: rounds.append(1)
    assert "立即上传" in desk.text("/console/")
    assert desk.done("/console/transfer", {"back": "today"}).startswith("/console/?said=sending")
    assert desk.done("/console/transfer").startswith("/console/transfer?")
    assert rounds == [1, 1]


def test_a_call_for_help_from_the_kiosk_stands_on_today_until_somebody_went(desk, node):
    made = calls.call(node.database, "kiosk:one")
    assert made.code in desk.text("/console/")
    desk.done(f"/console/help/{made.id}/answer")
    desk.done(f"/console/help/{made.id}/answer")
    assert "请求帮助" not in desk.text("/console/")


def test_the_page_of_the_carrying_lists_what_waits_and_what_was_set_aside(desk, node):
    node.hooks.sync_status = lambda: Carrying(
        "problem",
        "省级中心的回复没有通过验证",
        "收件不受影响。",
        last_ack_at="2026-11-20T15:40:00+08:00",
        unsent_events=1,
    )
    node.hooks.quarantine = lambda: [Aside()]
    number = file_one(node, lost=True).number
    page = plain(desk.text("/console/transfer"))
    assert "传送有问题" in page
    assert "省级中心的回复没有通过验证。" in page
    assert "昨天 15:40" in page
    assert "加急" in page
    assert "本机的记录 1:7 这条记录省级中心不能识别" in page
    assert number[-5:] in page


@pytest.mark.parametrize("text", ["王秀梅", "秀梅", "wxm"])
def test_the_search_finds_by_name_and_by_initials(desk, node, text):
    number, other = file_one(node).number, file_one(node, "李彩霞").number
    page = desk.text(f"/console/applications?text={text}")
    assert number in page
    assert other not in page


def test_the_search_finds_by_the_end_of_the_number(desk, node):
    number = file_one(node).number
    assert number in desk.text(f"/console/applications?text={number[-6:]}")


def test_what_an_officer_may_not_open_leads_nowhere_on_his_today(node):
    add_officer(node)
    add_officer(node, "lan", "兰兰", posts=("analyse",))
    app = desk_app(node)
    few = Desk(app, "lan")
    for link in sorted(set(re.findall(r'href="(/console/[^"#]*)', few.text("/console/")))):
        assert few.get(link.replace("&amp;", "&")).status_code == 200, link
    known = {one.account: one for one in officers.all_of(node)}
    wei, lan = known["wei"], known["lan"]
    with app.test_request_context():
        closed = [one for one in screens.ROUTES if one.posts and "GET" in one.methods and "<" not in one.rule]
        refused = [one.rule for one in closed if not may.may_open(f"/console{one.rule}?said=1#top", lan)]
        assert [one for one in closed if not may.may_open(f"/console{one.rule}", wei)] == [
            one for one in closed if one.rank == "民警" or not set(one.posts).isdisjoint(three.THREE)
        ]
        assert not may.may_open("/console/no-such-page", wei)
    assert refused
    assert {few.get(f"/console{rule}").status_code for rule in refused} == {403}


def test_the_search_by_state_and_day(desk, node, clock):
    old = file_one(node).number
    clock.advance(days=2)
    new = file_one(node, "李彩霞").number
    desk.login("wei")
    centre_says(node, "application.accepted", old, {})
    assert new not in desk.text("/console/applications?state=accepted")
    by_day = desk.text("/console/applications?from=2026-11-22&to=2026-11-23")
    assert new in by_day
    assert old not in by_day
    assert old in desk.text("/console/applications?to=2026-11-21")


def test_the_search_by_the_village_where_the_applicant_lives(desk, node):
    sample = packaged()["juzhu-dengji"].samples["valid"][0]
    there = applications.file(
        node,
        "juzhu-dengji",
        sample["answers"],
        token=secrets.token_urlsafe(),
        channel="import",
        actor="import",
        identity="officer",
    ).number
    elsewhere = file_one(node).number
    code = sample["answers"]["residence"]["village"]
    page = desk.text("/console/applications")
    assert f'<option value="{code}">' in page
    found = desk.text(f"/console/applications?village={code}")
    assert there in found
    assert elsewhere not in found
    assert f'<option value="{code}" selected>' in found
    assert there not in desk.text("/console/applications?village=520524104999")


def test_a_day_that_is_none_is_a_sentence_and_keeps_what_was_typed(desk):
    page = desk.text("/console/applications?text=wxm&from=2026-02-31")
    assert "“2026-02-31”不是日期" in page
    assert 'value="wxm"' in page
    assert "开始日期在结束日期之后" in desk.text("/console/applications?from=2026-11-21&to=2026-11-01")


def test_long_lists_are_read_page_by_page(desk, node):
    numbers = [file_one(node, token=f"token-{count:04d}").number for count in range(22)]
    first = desk.text("/console/applications")
    assert "第 1–20 件" in first
    second = desk.text("/console/applications?offset=20")
    assert "第 21–22 件" in second
    assert numbers[0] in second
    assert numbers[0] not in first


def test_odd_values_in_the_address_do_no_harm(desk):
    assert desk.get("/console/applications?offset=-1&state=x&text=%22%27*").status_code == 200
    assert desk.get("/console/applications?offset=99999999999999999999").status_code == 200


def test_what_nobody_accepted_in_time_is_counted_as_late_like_at_the_centre(desk, node, clock):
    number = file_one(node).number  # on a Saturday: it was to be accepted on Monday
    applications.verify_identity(node, number, "officer", actor="officer:wei")
    assert "没有超期" in desk.text("/console/")
    clock.advance(days=3)
    desk.login("wei")
    page = desk.text("/console/")
    assert "另有 1 件已超期" in page
    assert "等待受理，已超期 1 个工作日" in row(page, number)
