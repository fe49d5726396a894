"""Taking in at the desk in a real browser: the camera, the corners by mouse and keys, 补录, 代办, originals, talking."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from edge.node import open_node
from edge.serving import Server
from tests.browsing import CONSOLE, FLAGS, named, shot, window
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer, desk_app
from tests.service_for_tests import ID_NUMBER, service
from tests.signing import publish_file
from tests.test_edge_page_images import GROUND, PAPER, SHEET, SIZE, jpeg
from tests.test_edge_page_images import page as sheet
from tests.test_edge_receiving import ORIGINAL

pytestmark = pytest.mark.browser
PATIENCE_S = 20

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PLAIN = {**CONSOLE, "java_script_enabled": False}


@pytest.fixture(scope="module")
def browser():
    """A Chromium with a camera that shows a test picture."""
    import shutil

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *CAMERA])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("desk") / "home")
    made = service()
    materials = [{**made["x-service"]["materials"][0], "field": "/photo", "how": "放平，拍清四个角。"}, ORIGINAL]
    made["x-service"] = {**made["x-service"], "materials": materials, "originals_by": 2}
    publish_file(home / "services" / "ceshi-dengji.json", made)
    opened = open_node(home, FixedClock())
    add_officer(opened)
    add_officer(opened, "li", "李桂花")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def url(node):
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


@pytest.fixture
def desk(browser, url):
    """A window of the desk, logged in, on the page where a service is chosen."""
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        yield page


def log_in(page, url):
    page.goto(f"{url}/console/receive")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto(f"{url}/console/receive")
    expect(page.get_by_role("heading", level=1)).to_have_text("收件")


def begin(page):
    page.locator("button.choice", has_text="测试登记").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("测试登记")


def fill(page):
    named(page, "/applicant/name").fill("王秀梅")
    named(page, "/applicant/idNumber").fill(ID_NUMBER)


def clean(page):
    """Nothing that axe finds wrong, and nothing that hangs out of the window."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def askew() -> bytes:
    """A written sheet that lies askew on a table."""
    from PIL import Image, ImageDraw

    table = Image.new("RGB", SIZE, GROUND)
    ImageDraw.Draw(table).polygon(SHEET, fill=PAPER)
    table.paste(sheet((380, 560), 14), (380, 320))
    return jpeg(table)


def test_a_page_is_shot_by_key_and_its_corners_are_moved_by_key_and_by_mouse(desk):
    begin(desk)
    fill(desk)
    desk.get_by_role("button", name="高拍仪、摄像头拍").first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("拍材料")
    expect(desk.locator("video")).to_be_visible()
    end = time.monotonic() + PATIENCE_S
    while not desk.evaluate("document.querySelector('video').videoWidth > 0"):
        assert time.monotonic() < end, "the camera never showed a picture"
    shot(desk, "desk-camera")
    clean(desk)
    desk.keyboard.press(" ")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("裁剪")
    grip = desk.get_by_role("slider", name="左上")
    before = int(named(desk, "x0").input_value()), int(named(desk, "y0").input_value())
    grip.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        desk.keyboard.press(key)
    assert (int(named(desk, "x0").input_value()), int(named(desk, "y0").input_value())) == (
        before[0] + 8,
        before[1] + 25,
    )
    box = desk.get_by_role("slider", name="右下").bounding_box()
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.mouse.down()
    desk.mouse.move(box["x"] - 60, box["y"] - 40, steps=5)
    desk.mouse.up()
    assert int(named(desk, "x2").input_value()) < 990
    clean(desk)
    desk.get_by_role("button", name="裁好存下").click()
    expect(desk.get_by_role("heading", name="已有 1 页")).to_be_visible()
    desk.keyboard.press("b")
    expect(named(desk, "/applicant/name")).to_have_value("王秀梅")
    expect(desk.locator(".photo img").first).to_be_visible()


def test_a_sheet_on_the_table_is_found_and_straightened(desk):
    begin(desk)
    desk.get_by_role("button", name="高拍仪、摄像头拍").first.click()
    desk.locator("input[type=file]").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": askew()}])
    desk.get_by_role("button", name="存进来").click()
    expect(desk.get_by_text("四个角已经自动找好")).to_be_visible()
    assert abs(int(named(desk, "x0").input_value()) - 250) < 15
    shot(desk, "desk-corners")
    desk.keyboard.press("c")
    expect(desk.get_by_role("heading", name="已有 1 页")).to_be_visible()
    shot(desk, "desk-pages")
    clean(desk)


def test_a_day_without_power_is_printed_and_entered(desk, url):
    desk.locator("h1").click()
    desk.keyboard.press("u")
    desk.get_by_label("张数").fill("4")
    desk.get_by_role("button", name="印一本").click()
    expect(desk.locator(".blank")).to_have_count(4)
    slip = desk.locator(".blank-slip").nth(1).inner_text()
    clean(desk)
    shot(desk, "desk-blanks", full=True)
    desk.emulate_media(media="print")
    assert desk.locator(".side").is_hidden()
    desk.emulate_media(media="screen")
    desk.goto(f"{url}/console/receive/paper")
    desk.get_by_label("凭证号码").fill(slip)
    desk.get_by_label("凭证上的收件日期").fill("2026-11-18")
    desk.get_by_label("办什么事").select_option("ceshi-dengji")
    desk.get_by_role("button", name="开始补录").click()
    expect(desk.get_by_text("时限从那一天算起")).to_be_visible()
    fill(desk)
    shot(desk, "desk-paper-entry")
    desk.get_by_role("button", name="核对", exact=True).click()
    desk.get_by_label("户口簿").check()
    desk.get_by_text("别人代办的，登记代办人").click()
    desk.get_by_label("代办人姓名").fill("罗建国")
    desk.get_by_label("代办人证件号码").fill("52242519850615981X")
    desk.get_by_label("与申请人的关系").select_option("village")
    desk.get_by_label("委托书", exact=True).check()
    clean(desk)
    shot(desk, "desk-before-filing", full=True)
    desk.get_by_role("button", name="收件，出凭证").click()
    expect(desk.get_by_text("罗建国（村（社区）代办员）代王秀梅办理")).to_be_visible()
    expect(desk.get_by_text("补录，纸质凭证")).to_be_visible()
    shot(desk, "desk-receipt-paper")
    desk.get_by_role("link", name="看办件").click()
    expect(desk.get_by_text("原件未核完")).to_be_visible()
    desk.get_by_label("户口簿").check()
    desk.get_by_label("另一位同事的账号").fill("li")
    desk.get_by_label("密码").fill(PASSWORD)
    shot(desk, "desk-originals", full=True)
    clean(desk)
    desk.get_by_role("button", name="原件已当面看过").click()
    expect(desk.get_by_text("韦建国、李桂花").first).to_be_visible()
    desk.goto(f"{url}/console/receive/paper")
    expect(desk.get_by_text("1 张")).to_be_visible()
    shot(desk, "desk-paper")
    clean(desk)
    desk.goto(f"{url}/console/brought?since=2026-11-18&until=2026-11-21")
    expect(desk.get_by_role("cell", name="罗建国（村（社区）代办员）")).to_be_visible()
    shot(desk, "desk-brought")
    clean(desk)


def test_what_one_writes_stands_large_and_turned_round_before_the_other(desk, url):
    desk.locator("h1").click()
    desk.keyboard.press("t")
    expect(desk.locator(".talk-turned")).to_be_attached()  # the script has put the page in order
    desk.get_by_role("textbox", name="工作人员").fill("请在这里签名。")
    opposite = desk.locator(".talk-turned .talk-shown")
    expect(opposite).to_have_text("请在这里签名。")
    shot(desk, "desk-talk")
    clean(desk)
    desk.keyboard.press("F2")
    desk.keyboard.type("要带身份证吗")
    expect(desk.locator(".talk-side:not(.talk-turned) .talk-shown")).to_have_text("要带身份证吗")
    shot(desk, "desk-talk-answer")
    desk.reload()
    expect(desk.locator("textarea").last).to_have_value("")


def test_without_scripts_a_page_is_chosen_and_cropped_by_numbers(browser, url):
    with window(browser, PLAIN) as page:
        log_in(page, url)
        begin(page)
        page.get_by_role("button", name="高拍仪、摄像头拍").first.click()
        expect(page.locator("video")).to_be_hidden()
        page.locator("input[type=file]").set_input_files(
            [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": askew()}]
        )
        page.get_by_role("button", name="存进来").click()
        named(page, "x0").fill("260")
        page.get_by_role("button", name="裁好存下").click()
        expect(page.get_by_role("heading", name="已有 1 页")).to_be_visible()
        page.goto(f"{url}/console/talk")
        expect(page.locator("textarea")).to_have_count(2)
