"""The power fails while somebody stands at the kiosk: what was kept is there again, and nothing is filed twice."""

import re
import shutil
import signal

import pytest
from playwright.sync_api import expect

from edge import applications, calls, log
from edge.inbox import rounds
from edge.node import open_node
from tests.browsing import KIOSK, chromium, named, shot, window
from tests.conftest import make_home
from tests.kiosk_app import ROOM
from tests.programs import served
from tests.service_for_tests import ID_NUMBER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SERVICE = "ceshi-dengji"
NAME, PHONE = "/applicant/name", "/applicant/phone"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def home(tmp_path):
    made = make_home(tmp_path / "home")
    (made / "room.toml").write_text(ROOM, encoding="utf-8")
    return made


def running(home, port=0):
    """The real program, which ends as a machine without power does."""
    return served("serve", "--home", home, "--port", str(port), stop=signal.SIGKILL)


def port_of(urls):
    return int(re.search(r":(\d+)/", urls["kiosk"])[1])


def begin(page, kiosk):
    page.goto(f"{kiosk}service/{SERVICE}")
    page.locator('form[action$="/start"] button').click()
    expect(named(page, NAME)).to_be_visible()
    page.wait_for_load_state()  # what is typed before the scripts are there, is kept with the next page only


def keep(page, place, value):
    """Typed, and kept by the node before the next thing happens."""
    with page.expect_response(re.compile("/keep")):
        named(page, place).fill(value)
        named(page, place).blur()


def onwards(page):
    here = page.url
    page.locator('.kiosk-act button[value="next"]').click()
    page.wait_for_url(lambda url: url != here)


def filed(home):
    """Of the log, after the program has ended: number -> name of who applied."""
    node = open_node(home)
    try:
        with node.database.read() as tx:
            numbers = [one.application for one in log.all_of(tx, "node") if one.kind == "application.filed"]
            return {number: applications.get(tx, number).state.answers["applicant"]["name"] for number in numbers}, len(
                numbers
            )
    finally:
        node.close()


def test_a_page_half_filled_goes_on_after_the_power_is_back_and_one_press_files_once(browser, home):
    with window(browser, KIOSK) as page:
        with running(home) as (_, urls):
            port = port_of(urls)
            begin(page, urls["kiosk"])
            keep(page, NAME, "王秀梅")
            page.get_by_role("button", name="请工作人员帮忙").click()
            page.locator('form[action$="/help"] button').click()
            code = page.locator("p.receipt-number").inner_text()
            page.get_by_role("link", name="返回").last.click()
            expect(named(page, NAME)).to_have_value("王秀梅")
            keep(page, PHONE, "19900000123")
            named(page, "/applicant/idNumber").press_sequentially("522425")  # in the middle of a number
        with running(home, port) as (process, urls):
            page.goto(urls["kiosk"])
            page.locator(".going-on").click()
            expect(named(page, NAME)).to_have_value("王秀梅")
            expect(named(page, PHONE)).to_have_value("19900000123")
            shot(page, "kiosk-after-power-cut")
            named(page, "/applicant/idNumber").fill(ID_NUMBER)
            while "/check" not in page.url:
                onwards(page)

            def cut(route):
                """The node has filed it; the power fails before the citizen sees anything."""
                route.fetch(max_redirects=0)
                process.kill()
                process.wait()
                route.abort()

            page.route(re.compile("/file$"), cut)
            check = page.url
            page.get_by_role("button", name="提交").click()
            page.wait_for_url("chrome-error://**")
            page.unroute(re.compile("/file$"))
        with running(home, port):
            page.goto(check)  # he looks again, and is led to the receipt
            page.wait_for_url("**/receipt")
            expect(page.locator(".receipt")).to_contain_text("身份待核")
            shot(page, "kiosk-receipt-after-power-cut")
        assert calls_waiting(home) == [code]
    found, count = filed(home)
    assert (list(found.values()), count) == (["王秀梅"], 1)


def calls_waiting(home):
    node = open_node(home)
    try:
        with node.database.read() as tx:
            return [one.code for one in calls.waiting(tx)]
    finally:
        node.close()


def test_at_a_locked_start_what_was_filed_before_each_power_cut_is_there_when_the_room_is_unlocked(browser, home):
    node = open_node(home)
    rounds.Rounds(node).look()
    node.close()
    key = home / "node.key"
    away = home.parent / "in-somebodys-pocket.key"
    shutil.move(key, away)
    numbers = []
    for name in ("王秀梅", "李有田"):
        with window(browser, KIOSK) as page, running(home) as (_, urls):
            page.goto(urls["kiosk"])
            expect(page.locator(".sealed-note")).to_be_visible()
            begin(page, urls["kiosk"])
            expect(page.locator(".kiosk-foot")).to_contain_text("没有存盘")
            named(page, NAME).fill(name)
            named(page, "/applicant/idNumber").fill(ID_NUMBER)
            onwards(page)
            while "/check" not in page.url:
                onwards(page)
            page.get_by_role("button", name="提交").click()
            page.wait_for_url("**/receipt")
            numbers.append(page.locator("dd.receipt-number").first.inner_text().replace(" ", ""))
            shot(page, f"kiosk-locked-receipt-{len(numbers)}")
            begin(page, urls["kiosk"])
            named(page, NAME).fill("没有交完的")
    shutil.move(away, key)
    with window(browser, KIOSK) as page, running(home) as (_, urls):
        page.goto(urls["kiosk"])
        expect(page.locator(".sealed-note")).to_have_count(0)
        expect(page.locator(".going-on")).to_have_count(0)
    node = open_node(home)
    rounds.Rounds(node).look()
    node.close()
    found, count = filed(home)
    assert (found, count) == (dict(zip(numbers, ("王秀梅", "李有田"), strict=True)), 2)
