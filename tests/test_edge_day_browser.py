"""A busy day at the desk in a real browser: the first page, the queue, appointments, tickets and the close."""

import secrets
from dataclasses import dataclass

import pytest
from browsing import CONSOLE, KIOSK, chromium, expect, shot, window
from conftest import FixedClock, make_home

from edge import appointments, reminders, room_tickets
from edge.app import create_app
from edge.appointments import Wish
from edge.node import open_node
from edge.serving import Server
from forms.schedule import Slot
from tests.desk_app import PASSWORD, add_officer, centre_gives_away, centre_says, file_one
from tests.desk_world import NOW, ROOM


@dataclass
class Day:
    """A served node with a busy day, and a browser at its desk."""

    node: object
    url: str
    page: object
    browser: object


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("day") / "home")
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    node = open_node(home, FixedClock(NOW))
    add_officer(node, rank="民警")
    fill(node)
    server = Server(create_app(node), "127.0.0.1", 0)
    try:
        with chromium() as browser, window(browser, CONSOLE) as page:
            page.goto(f"{server.url}/console/login")
            page.locator("[name=account]").fill("wei")
            page.locator("[name=password]").fill(PASSWORD)
            page.locator(".login-card button").click()
            expect(page.locator("h1")).to_contain_text("今天")
            yield Day(node, server.url, page, browser)
    finally:
        server.stop()
        node.close()


def fill(node):
    """Applications, a correction, a reminder, appointments of which one is moved, a ticket."""
    numbers = [
        file_one(node, name, lost=lost).number
        for name, lost in (("王秀梅", False), ("罗建国", True), ("陈子轩", False), ("李彩霞", False))
    ]
    item = {"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"}
    centre_says(node, "correction.requested", numbers[2], {"items": [item]})
    body = {"application": numbers[2], "text": "请说明补正通知群众没有"}
    centre_says(node, "reminder.sent", "", body)
    today = node.clock.today()
    for start, name in (("11:00", "韦长春"), ("11:30", "买买提·艾力"), ("16:00", "石永福")):
        wish = Wish("room", today, start, "居住登记", name, "19900000201")
        appointments.make(node, wish, actor="officer:wei", token=secrets.token_urlsafe(18))
    visit = Wish("home", today, "", "老人换身份证", "罗奶奶", "", "岩脚寨，水井边第二家", "采集设备")
    appointments.make(node, visit, actor="officer:wei", token=secrets.token_urlsafe(18))
    centre_gives_away(node, today, "11:00")
    room_tickets.open_by_hand(node, "paper", "凭条纸", actor="officer:wei", token=secrets.token_urlsafe(18))


def fits(page):
    """No horizontal scroll at the desk's size."""
    assert page.evaluate("document.documentElement.scrollWidth") <= CONSOLE["viewport"]["width"]


def press(page, key, heading):
    """A key that leads to another page."""
    page.keyboard.press(key)
    expect(page.locator("h1")).to_contain_text(heading)


def test_a_number_from_the_kiosk_is_called_by_key_and_shown_large(day):
    with window(day.browser, KIOSK) as kiosk:
        kiosk.goto(f"{day.url}/kiosk/")
        shot(kiosk, "kiosk-home-queue")
        kiosk.get_by_role("link", name="取号").click()
        kiosk.get_by_role("button", name="取一个号").click()
        expect(kiosk.locator(".receipt-number")).to_have_text("A001")
        shot(kiosk, "kiosk-queue")
        page = day.page
        page.goto(f"{day.url}/console/")
        expect(page.get_by_role("link", name="排号等候")).to_contain_text("1")
        press(page, "q", "排号叫号")
        page.keyboard.press("n")
        expect(page.locator(".queue-number")).to_have_text("A001")
        fits(page)
        shot(page, "desk-queue")
        kiosk.reload()
        expect(kiosk.locator("main")).to_contain_text("已经叫到您")
    with window(day.browser, CONSOLE) as second:
        second.goto(f"{day.url}/console/queue/screen")
        expect(second.locator("h1")).to_have_text("A001")
        shot(second, "desk-queue-screen")
    page.keyboard.press("d")
    expect(page.locator("main")).to_contain_text("还没有叫号")


def test_the_first_page_of_a_busy_day_leads_everywhere_in_two_clicks(day):
    page = day.page
    page.goto(f"{day.url}/console/")
    expect(page.locator("main")).to_contain_text("请说明补正通知群众没有")
    expect(page.locator("main")).to_contain_text("尚未生效")
    fits(page)
    shot(page, "desk-today-busy")
    for card in page.locator(".card").all():
        assert card.get_attribute("href")
    press(page, "h", "上级催办")
    page.locator("#text").fill("群众明天来补")
    page.get_by_role("button", name="答复").click()
    expect(page.locator("main")).to_contain_text("已答复")
    shot(page, "desk-reminder")
    with day.node.database.read() as tx:
        assert reminders.waiting(tx) == []


def test_an_appointment_is_made_from_a_free_slot_and_the_moved_one_is_told(day):
    page = day.page
    page.goto(f"{day.url}/console/")
    press(page, "y", "预约")
    expect(page.locator("main")).to_contain_text("要告知改期的（1）")
    fits(page)
    shot(page, "desk-appointments")
    page.get_by_role("button", name="已告知").click()
    expect(page.locator("main")).not_to_contain_text("要告知改期的")
    page.get_by_role("link", name="空").first.click()
    page.locator("#name").fill("陈彩霞")
    page.locator("#what").fill("出租房屋登记")
    page.get_by_role("button", name="约好").click()
    expect(page.locator(".said")).to_contain_text("预约号")
    page.keyboard.press("p")
    expect(page.locator("article")).to_contain_text("陈彩霞")
    shot(page, "desk-appointment-slip")
    page.goto(f"{day.url}/console/appointments/visits")
    expect(page.locator("main")).to_contain_text("岩脚寨")
    shot(page, "desk-visits")
    with day.node.database.read() as tx:
        assert appointments.untold(tx) == []
        assert (
            appointments.free(tx, day.node.clock.today(), appointments.published(tx))[
                Slot(day.node.clock.today(), "11:00")
            ]
            == 0
        )


def test_a_ticket_is_closed_with_what_was_done_and_the_round_is_made(day):
    page = day.page
    page.goto(f"{day.url}/console/")
    press(page, "w", "设备工单")
    expect(page.locator("main")).to_contain_text("纸用完了")
    shot(page, "desk-tickets")
    page.get_by_placeholder("怎样解决的").fill("换了一卷")
    page.get_by_role("button", name="解决了").click()
    expect(page.locator("main")).to_contain_text("换了一卷")
    page.get_by_role("button", name="巡查完了").click()
    expect(page.locator("main")).to_contain_text("今天已巡查")
    fits(page)


def test_the_day_is_closed_with_a_reason_for_each_and_typed_reasons_survive_a_refusal(day):
    page = day.page
    page.goto(f"{day.url}/console/")
    press(page, "z", "日清日结")
    fits(page)
    groups = page.locator(".day-group")
    assert groups.count() >= 2
    groups.first.locator("input").first.fill("下午继续办")
    page.get_by_role("button", name="日结").click()
    expect(page.get_by_role("alert")).to_contain_text("都要写原因")
    expect(groups.first.locator("input").first).to_have_value("下午继续办")
    shot(page, "desk-day-close", full=True)
    for place in range(groups.count()):
        for field in groups.nth(place).locator(".day-items input").all():
            field.fill("明天上午继续办")
    for field in page.locator(".day-whole input").all():
        field.fill("明天上午继续办")
    page.get_by_role("button", name="日结").click()
    expect(page.locator("h1")).to_contain_text("日结 ·")
    expect(page.locator("table")).to_contain_text("明天上午继续办")
    shot(page, "desk-day-closed")
