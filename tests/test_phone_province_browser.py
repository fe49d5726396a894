"""One receipt from the counter to the rating, on a telephone at the province's page, without scripts."""

import io
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from edge import room_described
from edge.serving import Server
from forms.lifecycle import Item
from sync.centre import cases, definitions
from sync.centre.app import create_app
from sync.https import HttpsLink
from sync.push import Push
from tests.browsing import CONSOLE, PHONE, chromium, shot, window
from tests.desk_app import PASSWORD, ROOM, add_officer, desk_app, file_one
from tests.service_for_tests import ID_NUMBER
from tests.sync_pair import give_enrolment

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
OLD = {**PHONE, "java_script_enabled": False}
ITEMS = [
    Item("material", "proof", "住所证明", "租房合同没有房东签名，请重新拍一张"),
    Item("field", "/applicant/phone", "联系电话", "少了一位"),
]
NAMES = ("王秀梅", ID_NUMBER, "19900000123")


class World(NamedTuple):
    """A room with its console, and the province."""

    node: object
    desk: str
    centre: object
    push: Push


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def world(node, centre):
    add_officer(node)
    node.room = ROOM
    province, desk = Server(create_app(centre), "127.0.0.1", 0), Server(desk_app(node), "127.0.0.1", 0)
    give_enrolment(node, centre, province.url)
    node.settings = replace(node.settings, status_url=province.url, centre_url=province.url)
    with centre.store.write() as tx:
        definitions.register(tx, node.newest("ceshi-dengji"), centre.clock.now())
    room_described.tell(node)
    link = HttpsLink(province.url)
    push = Push(node, link)
    assert push.drain().went_well  # the room has been heard of before
    yield World(node, desk.url, centre, push)
    link.close()
    for server in (province, desk):
        server.stop()


def log_in(page, url):
    page.goto(f"{url}/console/")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")


def scanned(page, address):
    """What a telephone reads from the receipt on the screen."""
    page.goto(address)
    picture = page.locator("svg.qr").first.screenshot(scale="device")
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(picture)))
    assert found is not None
    return found.text


def contract():
    """A photograph of a made-up contract."""
    image = Image.new("RGB", (1600, 2200), (244, 240, 228))
    pen = ImageDraw.Draw(image)
    for line in range(12):
        pen.line([(200, 300 + 130 * line), (1400 - 90 * (line % 3), 300 + 130 * line)], fill=(60, 60, 70), width=14)
    pen.ellipse([(1000, 1750), (1300, 2050)], outline=(190, 30, 30), width=18)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85)
    return data.getvalue()


def names_nobody(page):
    html = page.content()
    assert [name for name in NAMES if name in html] == []


def test_a_receipt_goes_its_whole_way_on_a_telephone(browser, world):
    filed = file_one(world.node)
    with window(browser, CONSOLE) as desk, window(browser, OLD) as page:
        log_in(desk, world.desk)
        address = scanned(desk, f"{world.desk}/console/applications/{filed.number}/receipt")
        assert "/S/" in address

        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("已在大坪村警务室收件，尚未上传")
        shot(page, "phone-province-received")
        names_nobody(page)

        assert world.push.drain().went_well
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("已在大坪村警务室收件，省级中心已接收")
        shot(page, "phone-province-ask")
        names_nobody(page)
        page.get_by_label("身份证号码最后四位").fill("0000")
        page.get_by_role("button", name="查看").click()
        expect(page.get_by_role("alert")).to_contain_text("没有对上")
        shot(page, "phone-province-wrong")
        page.get_by_label("身份证号码最后四位").fill(ID_NUMBER[-4:])
        page.get_by_role("button", name="查看").click()
        expect(page.get_by_role("heading", level=2).first).to_have_text("省级中心正在看材料")
        shot(page, "phone-province-progress", full=True)
        names_nobody(page)

        cases.request_correction(world.centre, filed.number, actor="centre:li", items=ITEMS, due_day="2026-12-04")
        page.reload()
        expect(page.get_by_text("还差 2 样，补齐后继续办")).to_be_visible()
        shot(page, "phone-province-correction", full=True)
        page.get_by_role("link", name="用手机补材料").click()
        expect(page.get_by_role("heading", name="住所证明")).to_be_visible()
        page.get_by_label("改成").fill("1990")
        page.get_by_role("button", name="存下", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        shot(page, "phone-province-supply-fault", full=True)
        page.get_by_label("改成").fill("19900000123")
        page.get_by_role("button", name="存下", exact=True).click()
        expect(page.get_by_text("还差 1 样")).to_be_visible()
        page.get_by_label("拍照或者选照片").set_input_files(
            {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": contract()}
        )
        page.get_by_role("button", name="存下这一张").click()
        expect(page.get_by_role("button", name="全部补好了，交上去")).to_be_visible()
        shot(page, "phone-province-supply", full=True)
        page.get_by_role("button", name="全部补好了，交上去").click()
        expect(page.get_by_role("status")).to_contain_text("已经交上去")
        shot(page, "phone-province-supplied", full=True)
        names_nobody(page)

        assert world.push.drain().went_well
        desk.goto(f"{world.desk}/console/applications/{filed.number}")
        expect(desk.get_by_text("已在网上补正").first).to_be_visible()
        expect(desk.get_by_text("申请材料（1）")).to_be_visible()
        expect(desk.locator("main img").first).not_to_have_js_property("naturalWidth", 0)
        shot(desk, "phone-province-console")

        cases.accept(world.centre, filed.number, actor="centre:li")
        cases.decide(world.centre, filed.number, actor="centre:li", result="granted")
        page.reload()
        expect(page.get_by_text("办好了")).to_be_visible()
        expect(page.get_by_text("到大坪村警务室领取")).to_be_visible()
        shot(page, "phone-province-collect", full=True)
        page.get_by_role("link", name="大字版").click()
        expect(page.locator("html.large")).to_have_count(1)
        shot(page, "phone-province-large", full=True)
        page.get_by_role("link", name="评价这次办事").click()
        page.get_by_label("非常满意").check()
        shot(page, "phone-province-rate", full=True)
        page.get_by_role("button", name="提交评价").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("谢谢您的评价")
        page.get_by_role("link", name="回到办件进度").or_(page.get_by_role("link", name="办件进度")).first.click()
        page.get_by_role("link", name="投诉、反映问题").click()
        page.get_by_label("要反映什么").fill("等了三天没人接电话")
        shot(page, "phone-province-complain", full=True)
        page.get_by_role("button", name="交给监督部门").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已经交给上级监督部门")
        page.goto(address + "?lang=en")
        expect(page.get_by_text("Done", exact=True).or_(page.get_by_text("Granted")).first).to_be_visible()
        shot(page, "phone-province-english", full=True)
        page.get_by_role("button", name="Close this page").click()
        expect(page.get_by_label("Last four characters")).to_be_visible()


def test_no_page_has_a_fault_that_axe_finds(browser, world):
    if not AXE.exists():
        pytest.skip("build/assets/axe.min.js is built by packaging/assets/build.py")
    filed = file_one(world.node)
    with window(browser, PHONE) as page:
        address = f"{world.node.settings.status_url}/s/{world.node.receipt_code(filed.token, filed.number, '2026-11-21T09:12:00+08:00')}"
        page.goto(address)
        found = {"received": faults(page)}
        world.push.drain()
        cases.request_correction(world.centre, filed.number, actor="centre:li", items=ITEMS)
        page.goto(address)
        found["ask"] = faults(page)
        page.get_by_label("身份证号码最后四位").fill(ID_NUMBER[-4:])
        page.get_by_role("button", name="查看").click()
        expect(page.get_by_text("还差 2 样")).to_be_visible()
        for place in ("", "/supply", "/rate", "/complain", "?large=1"):
            page.goto(address + place)
            found[place] = faults(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, place
        page.goto(address[:-9])
        found["damaged"] = faults(page)
    assert {place: one for place, one in found.items() if one} == {}


def faults(page):
    """What axe finds; the policy of the page lets no foreign script in, so it is put in beside it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    done = page.evaluate("axe.run()")
    return [f"{one['id']}: {one['nodes'][0]['html'][:90]}" for one in done["violations"]]
