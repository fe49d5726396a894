"""Who may do what, walked through in a real browser: first login, confirmation, refusal, a session that ends in a word."""

import copy
import secrets

import pytest
from playwright.sync_api import expect

from edge import applications, drafts, officers
from edge.node import open_node
from edge.serving import Server
from tests.browsing import CONSOLE, chromium, named, shot, window
from tests.desk_app import PASSWORD, add_officer, application, desk_app
from tests.service_for_tests import SERVICE, answers
from tests.signing import publish_file

pytestmark = pytest.mark.browser

ACTS = ["核对身份证件和材料原件", "住所证明的照片与原件一致"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def node(home, clock):
    """A node with a service of which an officer confirms something; an assistant at his first login, two officers."""
    waits = copy.deepcopy(SERVICE)
    waits["x-service"] |= {"officer_confirms": ACTS}
    publish_file(home / "services" / "ceshi-dengji.json", waits)
    opened = open_node(home, clock)
    officers.add(opened, "wei", "韦建国", PASSWORD, rank="辅警")
    add_officer(opened, "luo", "罗明", "民警")
    add_officer(opened, "guide", "吴引导", "民警", ("guide",))
    yield opened
    opened.close()


@pytest.fixture
def url(node):
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def log_in(page, url, account):
    page.goto(f"{url}/console/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def log_out(page):
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("已退出。")).to_be_visible()


def test_from_the_first_login_of_an_assistant_to_the_word_of_an_officer(browser, url, node):
    number = applications.file(
        node,
        "ceshi-dengji",
        answers(),
        token=secrets.token_urlsafe(),
        channel="console",
        actor="officer:wei",
        identity="officer",
    ).number
    with window(browser, CONSOLE) as page:
        log_in(page, url, "wei")
        expect(page.get_by_role("heading", level=1)).to_contain_text("岗位职责")
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_label("写上自己的姓名").fill("罗明")
        page.get_by_role("button", name="签收").click()
        expect(page.get_by_role("alert")).to_contain_text("签收要写自己的姓名")
        shot(page, "who-duties", full=True)
        page.get_by_label("写上自己的姓名").fill("韦建国")
        page.get_by_role("button", name="签收").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("今天")
        expect(page.locator(".card", has_text="待民警确认")).to_contain_text("1")
        page.goto(f"{url}/console/applications/{number}")
        expect(page.get_by_role("heading", name="民警确认")).to_be_visible()
        expect(page.get_by_role("button", name="已逐项核对，确认")).to_have_count(0)
        shot(page, "who-waiting")
        log_out(page)
        log_in(page, url, "luo")
        page.locator(".card", has_text="待民警确认").click()
        page.get_by_role("row").nth(1).click()
        shot(page, "who-confirming")
        page.get_by_role("button", name="已逐项核对，确认").click()
        expect(page.get_by_role("status")).to_contain_text("已确认")
        expect(page.get_by_text("民警已确认").first).to_be_visible()
        shot(page, "who-confirmed")
        assert application(node, number).state.confirmation.status == "confirmed"


def test_a_refusal_says_who_may_and_whom_to_ask(browser, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url, "guide")
        menu = page.get_by_role("navigation", name="主菜单")
        expect(menu.get_by_role("link", name="查询")).to_be_visible()
        expect(menu.get_by_role("link", name="收件")).to_have_count(0)
        page.goto(f"{url}/console/receive")
        expect(page.get_by_role("heading", level=1)).to_contain_text("由“收件受理”岗位的人员办理")
        expect(page.get_by_text("罗明（民警）")).to_be_visible()
        shot(page, "who-refused")


def test_a_session_that_ends_in_the_middle_of_a_word_loses_nothing(browser, url, node):
    draft = drafts.create(node, "ceshi-dengji", "officer:luo")
    with window(browser, CONSOLE) as page:
        log_in(page, url, "luo")
        page.goto(f"{url}/console/drafts/{draft.id}")
        named(page, "/applicant/name").fill("王秀")
        with node.database.write() as tx:
            officers.end_all_sessions(tx)
        named(page, "/applicant/name").press("End")
        named(page, "/applicant/name").press_sequentially("梅")
        expect(page.locator("[data-session-over]")).to_be_visible()
        expect(named(page, "/applicant/name")).to_have_value("王秀梅")
        shot(page, "who-session-over")
        page.get_by_role("link", name="重新登录").click()
        page.get_by_label("账号").fill("luo")
        page.get_by_label("密码").fill("not-the-password")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(named(page, "/applicant/name")).to_have_value("王秀梅")


def test_a_form_that_came_too_late_is_sent_again_after_the_login(browser, url, node):
    number = applications.file(
        node, "ceshi-dengji", answers(), token=secrets.token_urlsafe(), channel="kiosk", actor="kiosk"
    ).number
    with window(browser, CONSOLE) as page:
        log_in(page, url, "luo")
        page.goto(f"{url}/console/applications/{number}")
        page.get_by_text("申请人要撤回").click()
        page.get_by_label("撤回的原因").fill("申请人改日再来")
        with node.database.write() as tx:
            officers.end_all_sessions(tx)
        page.get_by_role("button", name="撤回申请").click()
        expect(page.get_by_text("可以继续提交")).to_be_visible()
        page.get_by_label("账号").fill("luo")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("listitem").filter(has_text="申请人改日再来")).to_be_visible()
        shot(page, "who-kept")
        page.get_by_role("button", name="继续提交").click()
        expect(page.get_by_role("status")).to_contain_text("已撤回")
        assert application(node, number).state.reason == "申请人改日再来"
