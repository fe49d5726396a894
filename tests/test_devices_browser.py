"""Card reader and receipt printer in a real browser: by touch at the kiosk, by the officer's comparison at the desk."""

import json

import pytest
from playwright.sync_api import expect

from edge import drafts
from edge.node import open_node
from edge.sample.devices import DEVICES, READS, put
from edge.serving import Server
from tests.browsing import CONSOLE, KIOSK, chromium, named, shot, window
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer, desk_app
from tests.kiosk_app import ROOM, kiosk_app
from tests.service_for_tests import service
from tests.signing import publish_file
from tests.test_edge_devices import unpacked

pytestmark = pytest.mark.browser
MARKED = "ceshi-benren"
NAME, NUMBER = READS[0]["name"], READS[0]["number"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("devices") / "home")
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    content = service(id=MARKED)
    for name in ("name", "idNumber"):
        content["schema"]["properties"]["applicant"]["properties"][name]["x-person"] = name
    publish_file(home / "services" / f"{MARKED}.json", content)
    put(home)
    opened = open_node(home, FixedClock())
    add_officer(opened)
    yield opened
    opened.close()


def reads(node, *what, toml=DEVICES):
    """What the reader reads from now on."""
    home = node.settings.home
    (home / "devices" / "cards.json").write_text(json.dumps({"reads": what or READS}), encoding="utf-8")
    (home / "devices.toml").write_text(toml, encoding="utf-8")
    node.clock.advance(seconds=2)
    node.refresh()


def start(page, url):
    page.goto(f"{url}/kiosk/")
    page.locator('button[name="wish"][value="elder"]').click()
    expect(page.locator("html")).to_have_class("kiosk elder scripted")
    page.goto(f"{url}/kiosk/service/{MARKED}")
    page.locator('form[action$="/start"] button').first.click()
    expect(page.locator("#card")).to_be_visible()


def test_somebody_old_reads_a_card_files_and_takes_the_slip(browser, node):
    reads(node, {"fault": "card_absent"}, READS[0])
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    try:
        with window(browser, KIOSK) as page:
            start(page, server.url)
            shot(page, "kiosk-card")
            page.get_by_role("button", name="读身份证").click()
            expect(page.locator("#card .fault")).to_contain_text("没有读到身份证")
            shot(page, "kiosk-card-absent")
            page.get_by_role("button", name="再读一次").click()
            expect(page.locator("#card")).to_contain_text("已经读好身份证")
            expect(page.locator("#f-applicant-idNumber")).to_contain_text(NUMBER[-4:])
            shot(page, "kiosk-card-read")
            for _ in range(6):
                if page.get_by_role("button", name="确认无误，提交申请").count():
                    break
                here = page.url
                page.locator('.kiosk-act button[value="next"]').click()
                page.wait_for_url(lambda url, here=here: url != here)
            page.get_by_role("button", name="确认无误，提交申请").click()
            page.get_by_role("button", name="打印凭条").click()
            expect(page.locator(".said")).to_contain_text("凭条已经打出来")
            shot(page, "kiosk-slip-printed")
        [slip] = (node.settings.home / "devices" / "printed").glob("*.bin")
        assert "收件凭证" in unpacked(slip.read_bytes())[0]
    finally:
        server.stop()


def test_a_reader_that_types_needs_no_touch_at_all(browser, node):
    reads(
        node,
        toml='[[readers]]\nname = "da"\nkind = "id-card"\ndriver = "keyboard"\norder = ["name", "number"]\n[mapping.kiosk]\nreader = "da"\n',
    )
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    try:
        with window(browser, KIOSK) as page:
            start(page, server.url)
            expect(page.locator("#card-typed")).to_be_focused()
            shot(page, "kiosk-card-typed")
            page.keyboard.type(f"{NAME}|{NUMBER}")
            page.keyboard.press("Enter")
            expect(page.locator("#card")).to_contain_text("已经读好身份证")
            assert NUMBER not in page.url
    finally:
        server.stop()


def test_an_officer_compares_face_and_card_before_it_fills_anything(browser, node):
    reads(node, READS[0])
    server = Server(desk_app(node), "127.0.0.1", 0)
    try:
        with window(browser, CONSOLE) as page:
            page.goto(f"{server.url}/console/receive")
            page.get_by_label("账号").fill("wei")
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.goto(f"{server.url}/console/receive")
            page.locator('button.choice[value="juzhu-dengji"], button.choice:has-text("居住登记")').first.click()
            page.get_by_role("button", name="读身份证").click()
            face = page.locator(".card-face")
            expect(face).to_be_visible()
            assert face.evaluate("one => one.naturalWidth > 50"), "the photo is drawn"
            shot(page, "desk-card-compare")
            page.get_by_role("button", name="人证一致，填入").click()
            expect(page.locator(".person-seen")).to_contain_text("已核对本人和证件")
            expect(named(page, "/applicant/name")).to_have_value(NAME)
            shot(page, "desk-card-filled")
        assert all(one.data["applicant"]["name"] == NAME for one in drafts.of_owner(node, "officer:wei"))
    finally:
        server.stop()
