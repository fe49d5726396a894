"""Training and help in a real browser: the way in, an exercise that ticks itself off, the chapter of a page, the whole on paper."""

import unicodedata

import pytest
from desk_app import PASSWORD, add_officer, centre_says, file_one
from playwright.sync_api import expect
from pypdf import PdfReader

from edge.app import create_app
from edge.node import open_node
from edge.practice_room import PracticeRoom
from edge.serving import Server
from tests.browsing import CONSOLE, chromium, shot, sign, window
from tests.conftest import FixedClock, make_home

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    node = open_node(make_home(tmp_path_factory.mktemp("practice") / "home"), FixedClock())
    add_officer(node)
    for name in ("王秀梅", "石永福", "古丽娜尔·玉素甫"):
        number = file_one(node, name).number
    centre_says(node, "application.decided", number, {"result": "granted"})
    app = create_app(node)
    node.hooks.practice = room = PracticeRoom(node, b"b" * 32)
    app.wsgi_app = room.beside(app.wsgi_app)
    server = Server(app, "127.0.0.1", 0)
    yield server.url
    server.stop()
    room.close()
    node.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def log_in(page, url):
    page.goto(f"{url}/console/applications")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("查询")


def test_an_officer_trains_and_every_step_ticks_itself_off(browser, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{url}/console/handbook")
        page.keyboard.press("k")
        expect(page.get_by_role("heading", level=1)).to_have_text("练习")
        page.get_by_role("button", name="开始练习").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("练习题")
        assert page.url.startswith(f"{url}/practice/")
        task = page.get_by_role("region", name="送达：把身份证交给本人")
        expect(task.get_by_text("（已做）")).to_have_count(0)
        task.get_by_role("link", name="去做").click()
        page.get_by_role("link", name="已办结，等文书").click()
        page.locator("tbody a").first.click()
        shot(page, "practice-case", full=True)
        case = page.url.removesuffix("/handover")
        page.goto(case)
        for box in page.get_by_role("region", name="原件核验").get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="原件已当面看过").click()
        expect(page.get_by_text("已记录：原件已核对")).to_be_visible()
        page.goto(f"{case}/handover")
        page.get_by_label("放在哪里（柜格）").fill("A1")
        page.get_by_role("button", name="到件").click()
        expect(page.get_by_text("已登记到件")).to_be_visible()
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_text("已记下通知的情况")).to_be_visible()
        page.get_by_text("没带取件码：已核对身份证件原件").click()
        sign(page)
        page.get_by_role("button", name="已交给领取人").click()
        expect(page.get_by_text("已送达，签收凭据已存入")).to_be_visible()
        page.get_by_role("link", name="练习题、退出练习").click()
        expect(task.get_by_text("（已做）")).to_have_count(4)
        expect(page.get_by_text("已做完 1 题，共 5 题")).to_be_visible()
        shot(page, "practice-exercises")
        page.get_by_role("button", name="清空重来").click()
        expect(page.get_by_text("已做完 0 题，共 5 题")).to_be_visible()
        page.get_by_role("button", name="退出练习").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("练习")
        assert page.url == f"{url}/console/practice"


def test_a_key_opens_the_chapter_of_the_page_and_the_whole_manual_is_printed(browser, url, tmp_path):
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        shot(page, "desk-find")
        page.goto(f"{url}/console/transfer")
        shot(page, "desk-transfer")
        for path, key, chapter in (("payments", "?", "收费"), ("receive/paper", "F1", "停电补录")):
            page.goto(f"{url}/console/{path}")
            page.locator("body").press(key)
            expect(page.locator("h1")).to_have_text(chapter)
        page.goto(f"{url}/console/receive")
        page.get_by_label("事项名称").press("F1")
        expect(page.locator("h1")).to_have_text("收件")
        picture = page.get_by_role("img", name="收件凭证")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("one => one.naturalWidth") > 300
        shot(page, "manual-chapter", full=True)
        page.goto(f"{url}/console/handbook")
        shot(page, "manual-contents", full=True)
        page.get_by_label("在手册、办事指南和常见问题里查").fill("取件码")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name="出件 › 交给本人").click()
        expect(page.get_by_role("heading", name="交给本人")).to_be_in_viewport()
        page.goto(f"{url}/console/handbook/all")
        page.evaluate("document.querySelectorAll('img').forEach(one => { one.loading = 'eager' })")
        for image in page.locator("img").all():
            expect(image).to_have_js_property("complete", value=True)
        out = tmp_path / "manual.pdf"
        page.pdf(path=str(out), format="A4", print_background=True)
    pages = PdfReader(out).pages
    assert len(pages) >= 14
    # a PDF says 日 as the radical of the same look
    words = unicodedata.normalize("NFKC", "".join(page.extract_text() for page in pages)).replace("\n", "")
    assert "日清日结" in words
    assert "一次告知" in words
