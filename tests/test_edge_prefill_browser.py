"""Prefill and newer versions in a real browser: the box at the desk, marks that go when edited, the choice of versions."""

import copy
import json
import secrets
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Route, expect

from edge import applications, drafts, prefill, web_node
from edge.node import Node, open_node
from edge.serving import Server
from forms.definition import packaged
from tests.browsing import CONSOLE, KIOSK, chromium, named, shot, window
from tests.conftest import make_home
from tests.desk_app import PASSWORD, add_officer, desk_app
from tests.kiosk_app import kiosk_app
from tests.service_for_tests import SERVICE
from tests.signing import publish_file

pytestmark = pytest.mark.browser

WANG = "522425196603129840"
NEXT = "2026.12.1"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def url(node: Node):
    add_officer(node)
    given = json.loads(json.dumps(packaged()["juzhu-dengji"].samples["valid"][0]["answers"]))
    applications.file(
        node, "juzhu-dengji", given, token=secrets.token_urlsafe(), channel="import", actor="import", identity="officer"
    )
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def log_in(page, url):
    page.goto(f"{url}/console/")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_officer_looks_at_the_document_and_the_form_fills_itself(browser, url, scripts):
    with window(browser, {**CONSOLE, "java_script_enabled": scripts}) as page:
        log_in(page, url)
        page.goto(f"{url}/console/receive")
        page.get_by_role("button", name="居住证申领").first.click()
        page.get_by_label("证件上的公民身份号码").fill(WANG)
        page.get_by_role("button", name="带出以前填过的").click()
        expect(page.locator("#person-fault")).to_contain_text("还没有确认核对过本人和证件")
        expect(named(page, "/residence/doorplate")).to_have_count(0)
        page.get_by_text("已核对本人和证件，人证一致").click()
        page.get_by_role("button", name="带出以前填过的").click()
        expect(named(page, "/residence/doorplate")).to_have_value("三组17号")
        expect(page.locator("#f-residence-doorplate-source")).to_contain_text("来自 2026年11月21日 居住登记")
        expect(page.locator("#f-applicant-idNumber-source")).to_contain_text("来自本次核对的证件")
        shot(page, f"console-prefilled{'' if scripts else '-plain'}", full=True)
        named(page, "/residence/doorplate").fill("五组3号")
        page.get_by_role("button", name="保存").click()
        expect(named(page, "/residence/doorplate")).to_have_value("五组3号")
        expect(page.locator("#f-residence-doorplate-source")).to_have_count(0)
        expect(page.locator("#f-applicant-phone-source")).to_be_visible()


def test_a_button_pressed_while_the_last_answer_is_still_being_kept_does_its_work(browser, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{url}/console/receive")
        page.get_by_role("button", name="居住证申领").first.click()
        page.get_by_label("证件上的公民身份号码").fill(WANG)
        held: list[Route] = []

        def hold_the_first(route: Route) -> None:
            if held:
                route.continue_()
            else:
                held.append(route)

        page.route("**/keep*", hold_the_first)
        with page.expect_request("**/keep*"):
            page.get_by_text("已核对本人和证件，人证一致").click()
        page.get_by_role("button", name="带出以前填过的").click(no_wait_after=True)
        held[0].continue_()
        expect(named(page, "/residence/doorplate")).to_have_value("三组17号")


@pytest.fixture
def newer(tmp_path, clock):
    """A node with a newer version of the service for tests, an officer's draft of the older one, and a way to reopen."""
    home = make_home(tmp_path / "home")
    before = open_node(home, clock)
    add_officer(before)
    held = drafts.create(before, "ceshi-dengji", "officer:wei")
    drafts.save(before, held, {"applicant": {"name": "王秀梅"}, "agent": {"name": "罗建国"}})
    content = copy.deepcopy(SERVICE)
    content["version"] = NEXT
    del content["schema"]["properties"]["agent"]
    controls = content["uischema"]["elements"][0]["elements"]
    controls.pop(3)
    content["schema"]["properties"]["reason"] = {
        "type": "string",
        "title": "登记事由",
        "minLength": 1,
        "x-purpose": "登记事由",
    }
    controls.append({"type": "Control", "scope": "#/properties/reason"})
    app = kiosk_app(before)
    kiosk = Server(app, "127.0.0.1", 0)

    def reopen():
        publish_file(home / "services" / "next.json", content)
        after = open_node(home, clock)
        web_node.put(app, after)
        return after

    opened = []
    yield before, kiosk.url, held.id, lambda: opened.append(reopen()) or opened[0]
    kiosk.stop()
    for one in (*opened, before):
        one.close()


def kept(text):
    """The answer to the save that held this text."""
    return lambda answer: "/keep" in answer.url and text in unquote_plus(answer.request.post_data or "")


def test_a_citizen_sees_what_a_newer_version_changes_and_chooses(browser, newer):
    _, url, _, reopen = newer
    with window(browser, KIOSK) as page:
        page.goto(f"{url}/kiosk/service/ceshi-dengji")
        page.locator('form[action$="/start"] button').first.click()
        named(page, "/applicant/name").fill("王秀梅")
        with page.expect_response(kept("罗建国")):
            named(page, "/agent/name").fill("罗建国")
            named(page, "/agent/name").blur()
        reopen()
        page.reload()
        expect(page.locator(".note").first).to_contain_text("这件事的填写内容已更新")
        shot(page, "kiosk-newer-notice")
        page.get_by_role("link", name="看看有什么变化").click()
        expect(page.locator(".moving-lost")).to_contain_text("罗建国")
        shot(page, "kiosk-newer")
        page.get_by_role("link", name="继续用原来的").click()
        expect(named(page, "/agent/name")).to_have_value("罗建国")
        page.get_by_role("link", name="看看有什么变化").click()
        page.get_by_role("button", name="换用新版本").click()
        expect(named(page, "/applicant/name")).to_have_value("王秀梅")
        expect(named(page, "/agent/name")).to_have_count(0)
        expect(named(page, "/reason")).to_be_visible()


def test_an_officer_sees_what_a_newer_version_changes(browser, newer):
    _, _, draft, reopen = newer
    node = reopen()
    server = Server(desk_app(node), "127.0.0.1", 0)
    try:
        with window(browser, CONSOLE) as page:
            log_in(page, server.url)
            page.goto(f"{server.url}/console/drafts/{draft}")
            page.get_by_role("link", name="看看有什么变化").click()
            expect(page.locator(".moving-lost")).to_contain_text("罗建国")
            shot(page, "console-newer")
            page.get_by_role("button", name="换用新版本").click()
            expect(page.locator(".said")).to_contain_text("已换用新版本")
            assert drafts.get(node, draft, "officer:wei").version == NEXT
    finally:
        server.stop()


def test_a_citizen_whose_card_was_read_sees_where_each_answer_comes_from(browser, node, url):
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    try:
        with window(browser, KIOSK) as page:
            page.goto(f"{server.url}/kiosk/service/juzhuzheng-shenling")
            page.locator('form[action$="/start"] button').first.click()
            page.wait_for_url("**/apply/**")
            with node.database.read() as tx:
                draft, owner = tx.execute("SELECT id, owner FROM draft WHERE owner LIKE 'kiosk:%'").fetchone()
            prefill.fill(node, drafts.get(node, draft, owner), prefill.by_card(WANG, "王秀梅", "kiosk"))
            page.goto(f"{server.url}/kiosk/apply/{draft}/1")
            expect(page.locator("#f-applicant-name")).to_have_text("王秀梅")
            expect(page.locator("#f-applicant-name-source")).to_contain_text("来自身份证")
            expect(page.locator("#f-applicant-phone-source")).to_contain_text("来自 2026年11月21日 居住登记")
            shot(page, "kiosk-prefilled")
    finally:
        server.stop()
