"""Choosing a village in a real browser: level by level with scripts, by search, and by a door plate at the desk."""

import json

import pytest
from desk_app import PASSWORD, add_officer, desk_app
from playwright.sync_api import expect

from edge.node import open_node
from edge.serving import Server
from forms import lookup
from tests.browsing import CONSOLE, KIOSK, chromium, named, shot, window
from tests.kiosk_app import SERVICE, kiosk_app

pytestmark = pytest.mark.browser

VILLAGE, TOWN, COUNTY = "520524104215", "520524104", "520524"
FIELD = "/residence/village"
NAME = "贵州省毕节市织金县化起镇大坪子村村民委员会"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def node(home, clock):
    (home / "room.toml").write_text(f'name = "龙场镇警务室"\nplace = "{COUNTY}"\n', encoding="utf-8")
    opened = open_node(home, clock)
    yield opened
    opened.close()
    lookup.use(None)


@pytest.fixture
def kiosk(node):
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


@pytest.fixture
def desk(node):
    add_officer(node)
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def residence(page, url):
    """The page that asks where one lives."""
    page.goto(f"{url}/kiosk/service/{SERVICE}")
    page.get_by_role("button", name="开始办理").last.click()
    page.wait_for_url("**/apply/**")
    page.goto(page.url.partition("?")[0].rpartition("/")[0] + "/1")


def test_a_village_is_chosen_level_by_level_and_found_by_its_initials(browser, kiosk):
    with window(browser, KIOSK) as page:
        residence(page, kiosk)
        expect(named(page, f"{FIELD}/2")).to_have_value(COUNTY)
        shot(page, "lookup-kiosk-begin")
        page.locator(f'.choice-key[data-value="{TOWN}"]').tap()
        page.locator(f'.choice-key[data-value="{VILLAGE}"]').tap()
        expect(page.locator(".place")).to_have_text(NAME)
        shot(page, "lookup-kiosk-chosen")
        named(page, f"{FIELD}/find").fill("hqz")
        named(page, f"{FIELD}/find").press("Enter")
        expect(page.get_by_role("button", name="化起镇").first).to_be_visible()
        shot(page, "lookup-kiosk-found")
        page.locator(f'button[value="{FIELD}={TOWN}"]').click()
        expect(named(page, FIELD)).to_have_value(TOWN)
        page.get_by_role("button", name="下一步").click()
        expect(page.get_by_text("请选到村或者社区").first).to_be_visible()
        shot(page, "lookup-kiosk-fault")


def test_without_scripts_the_same_page_does_it_with_buttons(browser, kiosk):
    with window(browser, {**KIOSK, "java_script_enabled": False}) as page:
        residence(page, kiosk)
        named(page, f"{FIELD}/3").select_option(TOWN)
        page.get_by_role("button", name="选好了，看下一级").click()
        named(page, f"{FIELD}/4").select_option(VILLAGE)
        page.get_by_role("button", name="选好了，看下一级").click()
        expect(page.locator(".place")).to_have_text(NAME)


def test_the_desk_scans_a_door_plate_and_types_on(browser, desk):
    with window(browser, CONSOLE) as page:
        page.goto(f"{desk}/console/login")
        page.get_by_label("账号").fill("wei")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/console/")
        page.goto(f"{desk}/console/receive?text=jzdj")
        page.locator(f'form:has(input[value="{SERVICE}"]) button.choice').click()
        page.wait_for_url("**/drafts/**")
        named(page, f"{FIELD}/find").fill(f"{VILLAGE}00017")
        named(page, f"{FIELD}/find").press("Enter")
        expect(named(page, FIELD)).to_have_value(VILLAGE)
        named(page, f"{FIELD}/3").select_option("520524101")
        expect(named(page, FIELD)).to_have_value("520524101")
        expect(named(page, f"{FIELD}/4")).to_have_value("")
        page.locator(".place").scroll_into_view_if_needed()
        shot(page, "lookup-desk")
        assert json.dumps(page.evaluate("Object.keys(localStorage)")) == "[]"
