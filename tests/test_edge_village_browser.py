"""The village in a real browser: a call from the list, a message, the loudspeaker's text, a need, somebody who is missing."""

import pytest
from browsing import CONSOLE, KIOSK, chromium, expect, shot, window
from conftest import FixedClock, make_home

from edge import expiring
from edge.app import create_app
from edge.node import open_node
from edge.serving import Server
from tests.desk_app import PASSWORD, add_officer
from tests.expiring_data import YOUNG, lapsed_renewal


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """(node, url of the program, a page of the desk, the browser)."""
    node = open_node(make_home(tmp_path_factory.mktemp("village") / "home"), FixedClock("2026-11-23T10:12:03+08:00"))
    add_officer(node, rank="民警")
    lapsed_renewal(node)
    lapsed_renewal(node, number=YOUNG, expiry_day="2027-01-08")
    server = Server(create_app(node), "127.0.0.1", 0)
    try:
        with chromium() as browser, window(browser, CONSOLE) as page:
            page.goto(f"{server.url}/console/login")
            page.locator("[name=account]").fill("wei")
            page.locator("[name=password]").fill(PASSWORD)
            page.locator(".login-card button").click()
            expect(page.locator("h1")).to_contain_text("今天")
            yield node, server.url, page, browser
    finally:
        server.stop()
        node.close()


def test_one_is_called_and_one_is_written_to_from_the_list(village):
    node, url, page, _ = village
    page.goto(f"{url}/console/expiring")
    shot(page, "village-expiring")
    rows = page.locator(".people-list tbody tr")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("button", name="打通", exact=True).click()
    expect(page.locator("[role=status]")).to_contain_text("已记下")
    expect(rows).to_have_count(1)
    page.locator("[name=who]").check()
    page.get_by_role("button", name="给勾选的发短信").click()
    expect(page.locator("[role=status]")).to_contain_text("短信出箱")
    expect(rows.first).to_contain_text("待上传")
    with node.database.read() as tx:
        found = expiring.listed(tx, node.clock.today())
    assert sorted((one.result, bool(one.sms)) for one in found) == [("", True), ("told", False)]
    page.keyboard.press("g")
    expect(page.locator(".broadcast")).to_contain_text("有几位")
    shot(page, "village-broadcast")


def test_a_notice_is_put_up_seen_at_the_kiosk_and_taken_down(village):
    _, url, page, browser = village
    page.goto(f"{url}/console/missing")
    page.get_by_label("谁，有什么特征").fill("男孩，8 岁，红色上衣，背蓝书包")
    page.get_by_label("最后在哪里见到").fill("大坪村小学门口")
    page.get_by_label("看到了打给谁").fill("0857-0000000")
    page.get_by_role("button", name="发公告").click()
    expect(page.locator("[role=status]")).to_contain_text("公告已发出")
    shot(page, "village-missing")
    with window(browser, KIOSK) as kiosk:
        kiosk.goto(f"{url}/kiosk/area/open")
        expect(kiosk.locator("main")).to_contain_text("红色上衣")
        kiosk.goto(f"{url}/kiosk/need")
        kiosk.get_by_label("写一写需要什么").fill("进寨路口没有路灯")
        kiosk.get_by_role("button", name="交给警务室").click()
        expect(kiosk.locator("main")).to_contain_text("收到了")
    page.get_by_role("button", name="人已找到").click()
    expect(page.locator("[role=status]")).to_contain_text("已撤下")
    page.goto(f"{url}/console/needs")
    expect(page.locator("main")).to_contain_text("进寨路口没有路灯")
    shot(page, "village-needs")
