"""Console and phone page in a real browser: keys, questions that appear, narrow windows, no scripts, accessibility."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from edge.node import Node
from edge.serving import Server
from tests.browsing import CONSOLE, PHONE, chromium, named, shot, sign, window
from tests.desk_app import PASSWORD, add_officer, application, centre_acks, centre_says, desk_app, file_one, photo

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
PLAIN = {**CONSOLE, "java_script_enabled": False}
ITEMS = [
    {"target": "material", "ref": "proof", "label": "住所证明", "defect": "租房合同没有房东签名"},
    {"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"},
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def url(node: Node):
    add_officer(node)
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


@pytest.fixture
def number(node: Node) -> str:
    """An application that waits for a correction."""
    filed = file_one(node).number
    centre_acks(node)
    centre_says(node, "correction.requested", filed, {"items": ITEMS, "due_day": "2026-12-04"})
    return filed


def log_in(page, url):
    page.goto(f"{url}/console/")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")


def test_the_whole_list_is_worked_by_keys(browser, url, node, number):
    other = file_one(node, "李彩霞", lost=True).number
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(page.locator('tr[aria-selected="true"]')).to_have_count(1)
        shot(page, "console-today")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("测试登记")
        assert page.url.split("/")[-1] in {number, other}
        page.keyboard.press("/")
        page.keyboard.type("lcx")
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.keyboard.press("Escape")
        page.locator("h1").click()
        page.goto(f"{url}/console/")
        page.keyboard.press("n")
        expect(page.get_by_role("heading", level=1)).to_have_text("收件")


def test_a_question_appears_in_its_place_while_what_was_typed_stays(browser, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{url}/console/receive")
        page.get_by_role("button", name="居住登记").click()
        named(page, "/applicant/name").fill("王秀")
        named(page, "/applicant/name").evaluate("field => field.dataset.mine = '1'")
        page.get_by_text("近亲属代行动不便的人申报").click()
        expect(named(page, "/agent/name")).to_be_visible()
        page.locator('[name="/applicant/hasPhone"][value="true"]').check(force=True)
        expect(named(page, "/applicant/phone")).to_be_visible()
        expect(named(page, "/applicant/name")).to_have_value("王秀")
        expect(named(page, "/applicant/name")).to_have_attribute("data-mine", "1")
        page.get_by_text("本人申报").click()
        expect(named(page, "/agent/name")).to_have_count(0)
        shot(page, "console-receive")


def test_a_citizen_is_received_from_the_choice_to_the_receipt(browser, url, node, tmp_path):
    picture = tmp_path / "证明.jpg"
    picture.write_bytes(photo(side=400))
    with window(browser, CONSOLE) as page:
        log_in(page, url)
        page.goto(f"{url}/console/receive?text=csdj")
        page.get_by_role("button", name="测试登记").click()
        named(page, "/applicant/name").fill("欧阳娜娜")
        page.get_by_role("button", name="核对").last.click()
        expect(page.locator(".faults")).to_contain_text("要改")
        named(page, "/applicant/idNumber").fill("522425196603120029")
        page.locator('input[type=file][name="/photo"]').set_input_files(picture)
        sign(page)
        page.get_by_role("button", name="核对").last.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
        shot(page, "console-check")
        page.get_by_text("人证一致").click()
        page.get_by_role("button", name="收件，出凭证").click()
        expect(page.locator(".receipt")).to_contain_text("已收件，尚未上传")
        shot(page, "console-receipt")
        filed = application(node, page.url.split("/")[-2])
    assert (filed.state.identity, len(filed.state.materials)) == ("officer", 2)


def test_a_correction_is_made_without_scripts(browser, url, node, number, tmp_path):
    picture = tmp_path / "合同.jpg"
    picture.write_bytes(photo())
    with window(browser, PLAIN) as page:
        log_in(page, url)
        page.goto(f"{url}/console/applications/{number}")
        page.get_by_role("link", name="补正").first.click()
        shot(page, "console-correction")
        named(page, "/applicant/name").fill("王秀美")
        named(page, "material/proof").set_input_files(picture)
        page.get_by_role("button", name="补正完成").click()
        expect(page.locator(".said")).to_contain_text("补正已存入办件")
    assert application(node, number).state.correction is None


def test_no_phone_page_has_a_fault_that_axe_finds(browser, url, node, number):
    if not AXE.exists():
        pytest.skip("build/assets/axe.min.js is built by packaging/assets/build.py")
    token = application(node, number).state.receipt.token
    faults = {}
    with window(browser, CONSOLE) as page:
        for path in (f"/s/{token}", f"/s/{token}?large=1", "/s/none"):
            page.goto(url + path)
            faults[path] = violations(page)
    assert {path: found for path, found in faults.items() if found} == {}


def violations(page) -> list[str]:
    """What axe finds, as rule and place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' | '))"
    )
    return list(found)


def test_the_phone_page_fits_every_telephone_in_both_sizes(browser, url, node, number):
    token = application(node, number).state.receipt.token
    for width in (320, 390):
        with window(browser, {**PHONE, "viewport": {"width": width, "height": 844}}) as page:
            for query in ("", "?large=1"):
                page.goto(f"{url}/s/{token}{query}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.goto(f"{url}/S/{token}")
            expect(page.locator("h2")).to_have_text("还差 2 样，补齐后继续办")
            shot(page, "phone-status", full=True)
