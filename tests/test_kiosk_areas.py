"""The four areas of the kiosk: openness with the room's own figures, suggestions, supervision, notices that take turns."""

import re
from datetime import date

import pytest
from desk_app import PASSWORD, Desk, add_officer, centre_says, desk_app, file_one, plain
from kiosk_app import check_page, kiosk_app, kiosk_node
from playwright.sync_api import expect

from edge import applications, calls, log, needs, officers, projections
from edge.serving import Server
from forms.events import canonical
from forms.figures import FORMULAS, Period
from tests.browsing import KIOSK, chromium, window
from tests.sync_pair import foreign_event

TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


def links(text, css):
    return re.findall(rf'<a class="{css}" href="([^"]+)"', text)


# --- two touches


def test_ten_common_things_are_two_touches_away(citizen):
    tiles = links(citizen.get("/kiosk/"), "tile")
    assert len(tiles) == 10
    for tile in tiles:
        text = citizen.get(tile)
        assert re.search(r'<form[^>]*method="post"', text), tile


def test_each_area_is_one_touch_and_each_of_its_pages_two(citizen):
    areas = links(citizen.get("/kiosk/"), "area")
    assert len(areas) == 4
    for area in areas:
        lines = re.findall(r'<ul class="lines">(.*?)</ul>', citizen.get(area), re.DOTALL)
        addresses = [address for block in lines for address in re.findall(r'href="([^"]+)"', block)]
        assert len(addresses) >= 3, area
        for address in addresses:
            citizen.get(address)
            assert citizen.status == 200, address


@pytest.mark.parametrize("code", ["FW02", "FW04"])
def test_where_a_life_is_in_danger_110_comes_before_the_form_and_everything_else(node, citizen, code):
    (service,) = [one for one in node.catalogue.all() if one.service["code"] == code]
    citizen.get("/kiosk/area/all")
    text = plain(citizen.get(f"/kiosk/service/{service.id}"))
    assert citizen.status == 200
    first = text.index("先打 110")
    assert first < text.index("要带什么")
    assert first < text.index("开始办理")


def test_help_from_any_page_leads_back_to_it_and_hands_the_draft_to_the_desk_by_a_short_code(node, citizen):
    address = check_page(citizen)
    draft = address.rpartition("/")[2]
    called = citizen.press(f"{address}/0", {"_act": "help"})
    assert f'href="{address}/0"' in called
    code = re.search(r'<p class="receipt-number">(\d{4})</p>', citizen.press("/kiosk/help", {"back": f"{address}/0"}))[
        1
    ]
    with node.database.read() as tx:
        assert calls.by_code(tx, code).draft == draft
    back = re.search(r'class="kiosk-back" href="([^"]+)"', citizen.text)[1]
    assert "王秀梅" in citizen.get(back)


# --- 公开


def test_the_figures_on_the_wall_are_those_of_the_desk_with_formula_and_day(node, citizen):
    add_officer(node)
    for number in [file_one(node).number for _ in range(7)][:5]:
        centre_says(node, "application.accepted", number, {})
        centre_says(node, "application.decided", number, {"result": "granted"})
    page = plain(citizen.get("/kiosk/open/figures"))
    desk = plain(Desk(desk_app(node)).text("/console/figures?kind=month&day=2026-11-21&outside=1"))
    assert "2026年11月1日 至 2026年11月30日" in page
    for said in ("收件7", "办结5", "现在在办少于 5"):
        assert said in page, said
    for key, (title, formula) in FORMULAS.items():
        assert title in page
        assert formula in page, key
        assert formula in desk, key
    rates = re.findall(r"(\d+(?:\.\d\d)?%)", page)
    assert rates
    assert [rate for rate in rates if rate not in desk] == []
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    assert plain(citizen.get("/kiosk/open/figures")) == page


@pytest.mark.parametrize("span", ["day", "month", "before", "year", "nonsense", ""])
def test_every_span_of_the_figures_says_its_days(citizen, clock, span):
    page = plain(citizen.get(f"/kiosk/open/figures?of={span}"))
    today = date.fromisoformat(clock.today())
    period = {
        "day": Period.of("day", today),
        "before": Period.of("month", today).before,
        "year": Period.of("year", today),
    }
    shown = period.get(span, Period.of("month", today))
    assert f"{shown.first.year}年{shown.first.month}月{shown.first.day}日 至" in page


def test_few_are_never_spelt_out_on_the_wall(node, citizen):
    for _ in range(3):
        file_one(node)
    page = plain(citizen.get("/kiosk/open/figures"))
    assert "收件少于 5" in page
    assert "3 / 3" not in page


def test_who_is_on_duty_is_named_with_number_and_posts_and_nothing_else(node, citizen):
    add_officer(node)
    officers.set_staff(node, "wei", "052417")
    assert "现在窗口没有人登录" in citizen.get("/kiosk/open/room")
    token = officers.login(node, "wei", PASSWORD)
    page = citizen.get("/kiosk/open/room")
    for said in ("韦建国", "警号 052417", "收件受理"):
        assert said in page
    assert "wei" not in page
    officers.logout(node, token)
    assert "韦建国" not in citizen.get("/kiosk/open/room")


def test_the_duties_that_are_public_are_read_by_citizens_and_the_rules_of_the_house_by_nobody(citizen):
    assert "七类岗位" in citizen.get("/kiosk/open/duty/1-gangwei")
    for name in ("3-zhidu", "1-gangwei.en", "none"):
        citizen.get(f"/kiosk/open/duty/{name}")
        assert citizen.status == 404, name
    citizen.get("/kiosk/")
    citizen.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})
    assert "The seven posts" in citizen.get("/kiosk/open/duty/1-gangwei")


# --- 互动


def test_a_suggestion_is_kept_without_a_name_and_once(node, citizen):
    text = citizen.get("/kiosk/need?kind=advice")
    assert '<option value="advice" selected>' in text
    given = {"kind": "advice", "what": "赶集那天请早一点开门", "token": TOKEN.search(text)[1]}
    for _ in range(2):
        assert "收到了" in citizen.press("/kiosk/need", given)
    with node.database.read() as tx:
        assert [(one.kind, one.who, one.how) for one in needs.opened(tx)] == [("advice", "", "kiosk")]


# --- 监督


def publish(node, seq=1, **body):
    """The centre's word of a public problem, as it comes down."""
    with node.database.write() as tx:
        prev = log.head(tx, "centre")
        said = {"kind": body.pop("event"), "body": canonical(body), "actor": "centre:du"}
        event = foreign_event(prev.digest, seq=prev.seq + 1, id=f"{seq:032x}", application="", **said)
        applications.apply_down(tx, [event])


def test_a_public_problem_is_late_after_two_working_days_until_it_is_answered(node, citizen, clock):
    assert "现在没有公开的问题" in citizen.get("/kiosk/board")
    publish(node, event="board.published", problem="有群众反映：被收五十元", raised="2026-11-20")
    page = plain(citizen.get("/kiosk/board"))
    assert "公开 1 个，已答复 0 个，逾期未答复 0 个" in page
    assert "应当在 2026年11月24日以前答复" in page
    clock.advance(days=4)
    page = plain(citizen.get("/kiosk/board"))
    assert "逾期未答复 1 个" in page
    assert "可以打 12389 催问" in page
    assert "逾期未答复" in plain(citizen.get("/kiosk/board/sheet"))
    publish(node, seq=2, event="board.answered", entry=f"{1:032x}", state="mended", text="钱已退还")
    for address in ("/kiosk/board", "/kiosk/board/sheet"):
        page = plain(citizen.get(address))
        assert "钱已退还" in page
        assert "已答复 1 个，逾期未答复 0 个" in page


# --- notices


def test_one_notice_is_in_sight_and_a_touch_brings_the_next(citizen):
    def seen(address):
        block = re.search(r'<section class="turning".*?</section>', citizen.get(address), re.DOTALL)[0]
        return [re.sub("<[^>]*>", "", one) for one in re.findall(r"<a (?:(?!hidden).)*?>.*?</a>", block, re.DOTALL)]

    first, second = seen("/kiosk/?notice=0"), seen("/kiosk/?notice=1")
    assert len(first) == len(second) == 2  # the notice, and 换一条
    assert first[0] != second[0]
    assert seen("/kiosk/?notice=2") == first
    for odd in ("x", "-1", "9" * 40, "1e3"):
        assert len(seen(f"/kiosk/?notice={odd}")) == 2


@pytest.mark.browser
def test_notices_take_turns_without_motion_and_stop_for_who_reaches_them(node):
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    try:
        with chromium() as browser, window(browser, KIOSK) as page:
            page.clock.install()
            page.goto(f"{server.url}/kiosk/?notice=0")
            shown = page.locator(".turning a:not([hidden], [data-turn])")
            first = shown.inner_text()
            page.clock.run_for(13_000)
            expect(shown).not_to_have_text(first)
            assert page.locator(".turning").evaluate("e => getComputedStyle(e).animationName") == "none"
            page.locator("[data-turn]").click()
            expect(shown).to_have_text(first)
            page.clock.run_for(60_000)
            expect(shown).to_have_text(first)
            assert page.url.endswith("notice=0")
    finally:
        server.stop()


def test_the_helper_leads_through_the_areas_and_goes_at_a_touch(citizen):
    for address in ("/kiosk/area/open", "/kiosk/card/huzhao", "/kiosk/life/shengwa", "/kiosk/find", "/kiosk/queue"):
        assert "helper-figure" in citizen.get(address), address
    citizen.press("/kiosk/view", {"wish": "alone", "back": "/kiosk/area/open"})
    for address in ("/kiosk/area/open", "/kiosk/card/huzhao", "/kiosk/queue"):
        text = citizen.get(address)
        assert "helper-figure" not in text
        assert "请小驿带路" in text
