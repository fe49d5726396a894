"""The pages of taking in: 补录, 代办, 原件核验, 拍材料, drafts of the kiosk, what the guide doesn't name, 大字交谈."""

import io
import re

import pytest
from desk_app import Desk, add_officer, application, desk_app, file_one, kinds, photo, plain
from kiosk_app import Citizen, begin, kiosk_app
from service_for_tests import ID_NUMBER, service
from test_edge_receiving import HU, NUMBER, ORIGINAL, first, room_kinds

from edge import calls, drafts, paper_slips
from edge.node import open_node
from tests.conftest import make_home
from tests.desk_app import PASSWORD
from tests.signing import publish_file

TYPED = {"/applicant/name": "王秀梅", "/applicant/idNumber": ID_NUMBER, "act": "check"}
PROXY = {
    "proxy_name": "罗建国",
    "proxy_number": "52242519850615981X",
    "proxy_relation": "village",
    "proxy_paper": ["letter"],
}


@pytest.fixture
def node(tmp_path, clock):
    """A node whose service asks for an original that two people see, and lets nobody name a proxy in its form."""
    home = make_home(tmp_path / "home")
    made = service()
    proof = {**made["x-service"]["materials"][0], "field": "/photo"}
    made["x-service"] = {**made["x-service"], "materials": [proof, ORIGINAL], "originals_by": 2}
    publish_file(home / "services" / "ceshi-dengji.json", made)
    opened = open_node(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def desk(node) -> Desk:
    add_officer(node)
    add_officer(node, "li", "李桂花")
    return Desk(desk_app(node))


@pytest.fixture
def draft(desk) -> str:
    return desk.done("/console/receive", {"service": "ceshi-dengji"})


def token(page: str, near: str = "") -> str:
    return re.search(near + r'.*?name="token" value="([\w-]+)"', page, re.DOTALL)[1]


def case(number: str, act: str = "") -> str:
    return f"/console/applications/{number}{act}"


def filed(desk, draft, **more) -> str:
    desk.done(draft, TYPED)
    return re.search(r"/applications/(\d+)/receipt", desk.done(f"{draft}/file", more))[1]


def picture(side=200, name="page.jpg"):
    return io.BytesIO(photo(side=side)), name


# --- finding a service


@pytest.mark.parametrize(
    ("text", "found"), [("给娃上户口", "chusheng-dengji"), ("csdj", "chusheng-dengji"), ("狗打针", "yangquan-dengji")]
)
def test_a_service_is_found_by_what_people_say_and_by_its_guide(desk, text, found):
    assert f'value="{found}"' in desk.text(f"/console/receive?text={text}")


# --- 补录


def printed(desk, count=3) -> list[str]:
    page = desk.text("/console/receive/paper")
    where = desk.done("/console/receive/paper/pads", {"count": str(count), "token": token(page, "打印空白凭证")})
    sheet = desk.text(where)
    return [one.replace(" ", "") for one in re.findall(r'class="blank-slip">([^<]+)<', sheet)]


def test_a_day_without_power_is_entered_with_the_day_on_the_slip(desk, node):
    slip = printed(desk)[1]
    where = desk.done("/console/receive/paper", {"slip": slip, "day": "2026-11-18", "service": "ceshi-dengji"})
    assert "2026年11月18日收件" in plain(desk.text(where))
    number = filed(desk, where)
    state = application(node, number).state
    assert (state.paper.slip, state.paper.day, state.context["filing_day"]) == (slip, "2026-11-18", "2026-11-18")
    assert "补录" in plain(desk.text(case(number)))
    receipt = plain(desk.text(case(number, "/receipt")))
    assert "2026年11月18日（补录，纸质凭证" in receipt
    page = plain(desk.text("/console/receive/paper"))
    assert "1 张" in page  # the slip before it was skipped
    assert "纸质凭证空缺1" in plain(desk.text("/console/")).replace(" ", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slip": "P010000100"}, "不是本室打印的"),
        ({"day": "2026-12-01"}, "不能晚于今天"),
        ({"service": "no-such"}, "没有这个事项"),
    ],
)
def test_a_wrong_slip_or_day_is_said_and_what_was_typed_stays(desk, change, words):
    given = {"slip": printed(desk)[0], "day": "2026-11-18", "service": "ceshi-dengji", **change}
    answer = desk.post("/console/receive/paper", given)
    assert answer.status_code in (404, 422)
    assert words in plain(answer.text)
    assert f'value="{given["slip"]}"' in answer.text


def test_a_used_slip_names_its_application_and_begins_no_draft(desk, node):
    slip = printed(desk)[0]
    given = {"slip": slip, "day": "2026-11-18", "service": "ceshi-dengji"}
    number = filed(desk, desk.done("/console/receive/paper", given))
    answer = desk.post("/console/receive/paper", given)
    assert answer.status_code == 409
    assert number in answer.text
    assert drafts.of_owner(node, "officer:wei") == []


def test_a_spoilt_slip_is_voided_with_its_reason(desk, node):
    slip = printed(desk)[0]
    page = desk.text("/console/receive/paper")
    assert (
        desk.post("/console/receive/paper/void", {"slip": slip, "reason": " ", "token": token(page)}).status_code == 422
    )
    desk.done("/console/receive/paper/void", {"slip": slip, "reason": "写坏了", "token": token(page)})
    with node.database.read() as tx:
        assert paper_slips.find(tx, slip).state == "voided"


def test_there_is_no_page_for_a_pad_that_was_never_printed(desk):
    assert desk.get("/console/receive/paper/pads/P010000184").status_code == 404


# --- before filing, and on the case


def test_originals_proxy_and_second_person_are_recorded_with_the_filing(desk, node, draft):
    number = filed(desk, draft, seen="book", second="li", second_password=PASSWORD, identity="officer", **PROXY)
    state = application(node, number).state
    assert state.seen[0].by == ("officer:wei", "officer:li")
    assert (state.proxy.name, state.identity_by) == ("罗建国", "officer:wei")
    page = plain(desk.text(case(number)))
    assert "罗建国（村（社区）代办员） 代 王秀梅 办理" in page
    assert "还差：委托人的身份证件（代办）、代办人的身份证件（代办）" in page
    receipt = plain(desk.text(case(number, "/receipt")))
    assert "罗建国（村（社区）代办员）代王秀梅办理" in receipt
    assert "身份待核" not in receipt


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"seen": "book", "second": "li", "second_password": "wrong-password"}, "第二个人的账号或密码不对"),
        ({"seen": "book", "second": "wei", "second_password": PASSWORD}, "不能是同一个人"),
        ({"seen": "proof"}, "不在要核对的原件里"),
        ({**PROXY, "proxy_relation": ""}, "要写全"),
    ],
)
def test_what_can_not_be_recorded_files_nothing_and_keeps_what_was_typed(desk, node, draft, more, words):
    desk.done(draft, TYPED)
    answer = desk.post(f"{draft}/file", more)
    assert answer.status_code in (403, 409, 422)
    assert words in plain(answer.text)
    assert len(drafts.of_owner(node, "officer:wei")) == 1
    if "proxy_name" in more:
        assert 'value="罗建国"' in answer.text


def test_without_any_of_it_the_person_and_the_original_wait_everywhere(desk, node, draft):
    number = filed(desk, draft)
    assert kinds(node, number) == ["application.filed"]
    assert "身份待核" in plain(desk.text(case(number)))
    assert "原件未核完" in plain(desk.text(case(number)))
    assert "身份待核" in plain(desk.text(case(number, "/receipt")))


def test_the_second_person_may_come_later_with_his_own_login(desk, node):
    number = file_one(node).number
    for account in ("wei", "li"):
        desk.login(account)
        page = desk.text(case(number))
        desk.done(case(number, "/originals"), {"seen": "book", "token": token(page, 'id="originals"')})
    assert application(node, number).state.seen[0].by == ("officer:wei", "officer:li")
    assert "原件已核" in plain(desk.text(case(number)))


def test_a_wrong_tick_on_a_case_is_said_there_and_writes_nothing(desk, node):
    number = file_one(node).number
    where = desk.done(case(number, "/originals"), {"token": "t" * 20})
    assert "请先勾选" in plain(desk.text(where))
    assert kinds(node, number) == ["application.filed"]


def test_a_proxy_is_registered_on_the_case_and_stands_on_the_list(desk, node):
    number = file_one(node).number
    page = desk.text(case(number))
    assert "要写全" in plain(desk.text(desk.done(case(number, "/proxy"), {"proxy_name": "罗建国", "token": "t" * 20})))
    desk.done(case(number, "/proxy"), {**PROXY, "token": token(page, 'id="proxy"')})
    page = plain(desk.text(case(number)))
    assert "还没有看到：委托人的身份证件、代办人的身份证件" in page
    found = plain(desk.text("/console/brought"))
    assert "罗建国（村（社区）代办员）" in found
    assert "共 1 件" in found
    assert "共 0 件" in plain(desk.text("/console/brought?since=2026-11-20&until=2026-11-20"))
    assert "共 1 件" in plain(desk.text("/console/brought?person=52242519850615981x&mine=")), (
        "by number, in small letters too"
    )


def test_the_document_that_was_looked_at_is_recorded(desk, node):
    number = file_one(node).number
    page = desk.text(case(number))
    desk.done(case(number, "/identity"), {"document": "household-book", "token": token(page, 'id="identity"')})
    assert application(node, number).state.identity_document == "household-book"
    assert re.search(r"韦建国 .*，居民户口簿", plain(desk.text(case(number))))


# --- pictures of pages


def test_a_page_is_taken_cropped_and_answers_the_field_and_the_next_one_follows(desk, node, draft):
    where = desk.done(draft, {"act": "scan:proof"})
    assert "拍第一页" in desk.text(where)
    corners = desk.done(f"{draft}/scan", {"slot": "proof", "page": picture()})
    page = desk.text(corners)
    assert "太小" in plain(page)
    values = dict(re.findall(r'name="([xy]\d)" type="number"[^>]*value="(\d+)"', page))
    assert values == {
        "x0": "0",
        "y0": "0",
        "x1": "1000",
        "y1": "0",
        "x2": "1000",
        "y2": "1000",
        "x3": "0",
        "y3": "1000",
    }
    desk.done(
        corners.partition("?")[0], {"slot": "proof", "act": "crop", **values, "x1": "500", "x2": "500", "turn": "1"}
    )
    held = drafts.of_owner(node, "officer:wei")[0]
    (one,) = held.materials
    assert (one.slot, one.name, held.data["photo"]) == ("/photo", "住所证明-第1页.jpg", f"sha256:{one.sha256}")
    desk.done(f"{draft}/scan", {"slot": "proof", "page": picture(300)})
    held = drafts.of_owner(node, "officer:wei")[0]
    assert sorted(one.slot for one in held.materials) == ["/photo", "proof"]
    desk.done(draft, {**TYPED, "/photo": held.data["photo"]})
    number = re.search(r"/applications/(\d+)/receipt", desk.done(f"{draft}/file"))[1]
    assert sorted(one.slot for one in application(node, number).state.materials) == ["/photo", "proof"]


def test_keeping_and_taking_again(desk, node, draft):
    corners = desk.done(f"{draft}/scan", {"slot": "proof", "page": picture()})
    desk.done(corners.partition("?")[0], {"slot": "proof", "act": "keep"})
    (one,) = drafts.of_owner(node, "officer:wei")[0].materials
    desk.done(corners.partition("?")[0], {"slot": "proof", "act": "again"})
    held = drafts.of_owner(node, "officer:wei")[0]
    assert (held.materials, held.data.get("photo")) == ((), None)
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM material WHERE sha256 = ?", (one.sha256,)).fetchone()[0] == 0


def test_wrong_corners_are_said_and_the_picture_stays(desk, node, draft):
    corners = desk.done(f"{draft}/scan", {"slot": "proof", "page": picture()}).partition("?")[0]
    for bad in ({}, {f"{axis}{at}": "500" for axis in "xy" for at in range(4)}, {"x0": "-1"}):
        answer = desk.post(corners, {"slot": "proof", "act": "crop", **bad})
        assert answer.status_code == 422
        assert "四个角" in plain(answer.text)
    assert len(drafts.of_owner(node, "officer:wei")[0].materials) == 1


def test_several_files_are_several_pages_and_ten_are_enough(desk, node, draft):
    for low in (1, 7):
        desk.done(f"{draft}/scan", {"slot": "proof", "page": [picture(100 + at) for at in range(low, low + 6)]})
    names = [one.name for one in drafts.of_owner(node, "officer:wei")[0].materials]
    assert len(names) == 10
    assert "最多 10 页" in plain(desk.text(f"{draft}/scan?slot=proof"))


@pytest.mark.parametrize(
    ("page", "status"),
    [((io.BytesIO(b"text"), "a.jpg"), 415), ((io.BytesIO(b""), ""), 422)],
    ids=["no picture", "nothing"],
)
def test_what_is_no_picture_is_said_at_its_field(desk, node, draft, page, status):
    answer = desk.post(f"{draft}/scan", {"slot": "proof", "page": page})
    assert answer.status_code == status
    assert 'aria-describedby="scan-fault"' in answer.text
    assert drafts.of_owner(node, "officer:wei")[0].materials == ()


def test_a_stranger_sees_no_page_and_no_picture_of_another_draft(desk, node, draft):
    corners = desk.done(f"{draft}/scan", {"slot": "proof", "page": picture()}).partition("?")[0]
    desk.login("li")
    for path in (f"{draft}/scan?slot=proof", f"{corners}?slot=proof", f"{corners}/picture"):
        assert desk.get(path).status_code == 404
    assert desk.post(corners, {"slot": "proof", "act": "again"}).status_code == 404


# --- held already


def test_a_portrait_that_the_confirmed_person_brought_before_is_there_with_its_day(desk, node):
    _, kept = first(node)
    begun = desk.done("/console/receive", {"service": HU})
    where = desk.done(begun, {"_person": NUMBER, "_person_seen": "1", "act": "person"})
    page = plain(desk.text(where))
    assert "本人近期相片 2026年11月21日交过，还有效，已经带出，不用再交" in page
    own = {"/applicant/by": "self", "/applicant/idNumber": NUMBER}
    desk.done(begun, {**own, "/portrait/source": "new", "act": "save"})
    page = desk.text(begun)
    assert f'name="/portrait/photo" value="sha256:{kept.sha256}"' in page
    assert "来自 2026年11月21日 居住证申领" in plain(page)


# --- M20


def test_a_forged_slot_is_refused_at_every_door_and_written_down(desk, node, draft):
    assert desk.post(f"{draft}/scan", {"slot": "proof2", "page": picture()}).status_code == 422
    assert desk.post(draft, {**TYPED, "material/extra": picture()}).status_code == 422
    number = file_one(node).number
    answer = desk.post(case(number, "/materials"), {"slot": "other", "file": picture(), "token": "t" * 20})
    assert answer.status_code == 422
    assert "办事指南没有要这样材料" in plain(answer.text)
    assert room_kinds(node) == ["demand.refused"] * 3
    assert application(node, number).state.materials == ()
    assert drafts.of_owner(node, "officer:wei")[0].materials == ()


# --- from the kiosk


def test_a_draft_is_taken_over_by_its_code_filled_and_given_back(desk, node):
    begun = drafts.create(node, "ceshi-dengji", "kiosk:visit")
    code = calls.call(node.database, "kiosk:visit", begun.id).code
    assert "没有这个代码在等" in plain(
        desk.text(desk.done("/console/receive/code", {"code": "0000" if code != "0000" else "1111"}))
    )
    where = desk.done("/console/receive/code", {"code": code})
    page = desk.text(where)
    assert "从自助机接过来的" in plain(page)
    address = where.partition("?")[0]
    desk.done(address, {**TYPED, "act": "save"})
    assert desk.done(f"{address}/back").startswith("/console/receive?said=given")
    assert drafts.get(node, begun.id, "kiosk:visit").data["applicant"]["name"] == "王秀梅"
    assert desk.post(f"{address}/back").status_code == 404


def test_the_kiosk_says_where_its_draft_is_and_goes_on_when_it_comes_back(desk, node):
    citizen = Citizen(kiosk_app(node))
    address = begin(citizen, "ceshi-dengji")
    citizen.press("/kiosk/help", {"back": f"{address}/0"})
    with node.database.read() as tx:
        code = calls.waiting(tx)[0].code
    assert code in citizen.text
    taken = desk.done("/console/receive/code", {"code": code}).partition("?")[0]
    assert "工作人员正在窗口帮您填这一件" in plain(citizen.get(f"{address}/0"))
    assert citizen.status == 409
    desk.get(taken)
    desk.done(f"{taken}/back")
    citizen.get(f"{address}/0")
    assert citizen.status == 200


# --- talking


def test_the_talk_panel_sends_nothing_anywhere(desk):
    page = desk.text("/console/talk")
    main = page[page.index("<main") : page.index("</main>")]
    assert "<form" not in main
    assert main.count("<textarea") == 2
    assert "name=" not in re.sub(r"<meta[^>]*>", "", main)
