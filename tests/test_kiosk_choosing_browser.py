"""Choosing instead of typing in a real browser: dates of which only the year is known, and a house number with words."""

import pytest
from playwright.sync_api import expect

from edge.serving import Server
from tests.browsing import KIOSK, chromium, named, shot, window
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import SERVICE, kiosk_app, kiosk_node
from tests.service_for_tests import service
from tests.signing import publish_file

pytestmark = pytest.mark.browser
DIED = {
    "type": "string",
    "format": "partial-date",
    "title": "哪一年去世的",
    "x-jsf-logic-validations": ["diedNotInFuture"],
}
NOT_IN_FUTURE = {
    "rule": {"<=": [{"var": "applicant.died"}, {"var": "_ctx.filing_day"}]},
    "errorMessage": "去世的日期不能晚于今天",
}
PLAIN = {**KIOSK, "java_script_enabled": False}


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("choosing") / "home")
    content = service(id="ceshi-nian")
    content["schema"]["properties"]["applicant"]["properties"]["died"] = DIED
    logic = content["schema"].setdefault("x-jsf-logic", {})
    logic.setdefault("validations", {})["diedNotInFuture"] = NOT_IN_FUTURE
    page = content["uischema"]["elements"][0]["elements"]
    page.insert(0, {"type": "Control", "scope": "#/properties/applicant/properties/died"})
    publish_file(home / "services" / "nian.json", content)
    for node in kiosk_node(home, FixedClock()):
        server = Server(kiosk_app(node), "127.0.0.1", 0)
        yield server.url
        server.stop()


def begin(page, url, name):
    page.goto(f"{url}/kiosk/service/{name}")
    page.get_by_role("button", name="开始办理").last.click()
    expect(page.locator("#page")).to_be_visible()


def key(page, text):
    page.locator(".days").get_by_text(text, exact=True).tap()


def date_of(page):
    return [named(page, f"/applicant/died/{part}").input_value() for part in "ymd"]


def test_a_year_long_ago_is_enough_and_what_is_said_first_can_be_said_anew(browser, url):
    with window(browser, KIOSK) as page:
        begin(page, url, "ceshi-nian")
        key(page, "更早")
        key(page, "1950年代")
        key(page, "1958年")
        shot(page, "kiosk-date-month")
        key(page, "只知道哪一年")
        expect(page.locator(".days")).to_be_hidden()
        assert date_of(page) == ["1958", "", ""]
        named(page, "/applicant/died/y").tap()
        key(page, "1960年")
        key(page, "2月")
        expect(page.locator(".days-day, .days-days .days-key")).to_have_count(29)
        with page.expect_response("**/keep"):
            key(page, "只知道哪年哪月")
        page.reload()
        assert date_of(page) == ["1960", "02", ""]


def test_today_is_the_day_of_the_node(browser, url):
    with window(browser, KIOSK) as page:
        begin(page, url, "ceshi-nian")
        key(page, "今天")
        assert date_of(page) == ["2026", "11", "21"]
        named(page, "/applicant/died/d").tap()
        key(page, "3")
        assert date_of(page) == ["2026", "11", "03"]


def test_no_day_is_offered_that_the_rules_of_the_service_refuse(browser, url):
    with window(browser, KIOSK) as page:
        begin(page, url, "ceshi-nian")
        years = page.locator(".days-years .days-key")
        expect(years).to_have_text([f"{year}年" for year in range(2015, 2027)])
        expect(page.locator(".days-more")).to_contain_text("更早")
        expect(page.locator(".days-more")).not_to_contain_text("更晚")
        key(page, "2026年")
        closed = page.locator(".days-key:disabled")
        expect(closed).to_have_text(["12月"])
        key(page, "11月")
        expect(closed).to_have_text([str(day) for day in range(22, 31)])
        shot(page, "kiosk-date-bounded")


def test_without_scripts_the_boxes_take_the_date(browser, url):
    with window(browser, PLAIN) as page:
        begin(page, url, "ceshi-nian")
        named(page, "/applicant/died/y").fill("1958")
        expect(page.locator(".days")).to_have_count(0)


def test_what_the_keys_of_a_house_number_lack_is_written(browser, url):
    with window(browser, KIOSK) as page:
        begin(page, url, SERVICE)
        page.goto(page.url.partition("?")[0].rpartition("/")[0] + "/1")
        page.locator('label:has(input[name="/residence/hasDoorplate"][value="true"])').tap()
        plate = named(page, "/residence/doorplate")
        expect(plate).to_be_visible()
        pad = page.locator(".keypad-key")
        for one in ("3", "栋", "2", "单元"):  # ready as soon as the answer asked for it
            pad.get_by_text(one, exact=True).tap()
        expect(plate).to_have_value("3栋2单元")
        pad.get_by_text("打字", exact=True).tap()
        expect(page.locator("#dock")).to_be_visible()
        page.locator('.hg-button[data-skbtn="、"]').tap()
        expect(plate).to_have_value("3栋2单元、")
