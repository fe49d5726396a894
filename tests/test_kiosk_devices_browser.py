"""Each device of the kiosk missing, failing in the middle, coming back: the citizen reads why, and gets through."""

import io
import re
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from edge import drafts
from edge.config.device_file import Camera, Devices, Mapped, Place, Speaker
from edge.devices import cameras
from edge.node import open_node
from edge.serving import Server
from tests.browsing import CONSOLE, FLAGS, KIOSK, named, shot, sign, window
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer, desk_app, file_one
from tests.device_ends import NAME, NetworkPrinter, ReaderService, http_reader
from tests.kiosk_app import ROOM, filed, jpeg, kiosk_app
from tests.service_for_tests import ID_NUMBER, service
from tests.signing import publish_file

pytestmark = pytest.mark.browser

SERVICE = "ceshi-shebei"
TWO_CAMERAS = ("--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream")
PRINTER = (
    '[[printers]]\nname = "pingtiao"\nkind = "receipt"\nconnection = "network"\nport = "127.0.0.1:{}"\npaper_mm = 80\n'
)
CAMERA = '[[cameras]]\nname = "gaopaiyi"\nport = "{}"\nwidth = 640\nheight = 480\nrotate = {}\n'
KIOSK_USES = '[mapping.kiosk]\nreader = "shenfenzheng"\nreceipt_printer = "pingtiao"\ndocument_camera = "gaopaiyi"\n'
PHOTO = ".photo[data-photo]"


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("devices") / "home")
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    content = service(id=SERVICE)
    for name in ("name", "idNumber"):
        content["schema"]["properties"]["applicant"]["properties"][name]["x-person"] = name
    content["schema"]["required"] = ["applicant", "signature"]
    sample = content["x-samples"]["valid"][0]["answers"]
    sample["signature"] = f"sha256:{'b' * 64}"
    content["x-samples"]["invalid"][0]["problems"].append({"path": "/signature", "keyword": "required"})
    publish_file(home / "services" / f"{SERVICE}.json", content)
    opened = open_node(home, FixedClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def url(node):
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *TWO_CAMERAS])
        yield opened
        opened.close()


def devices(node, toml):
    (node.settings.home / "devices.toml").write_text(toml, encoding="utf-8")
    node.clock.advance(seconds=2)
    node.refresh()
    assert not node.files.faults, node.files.faults


def begin(page, url):
    page.goto(f"{url}/kiosk/service/{SERVICE}")
    page.locator('form[action$="/start"] button').click()
    expect(named(page, "/applicant/name")).to_be_visible()


def onwards(page):
    here = page.url
    page.locator('.kiosk-act button[value="next"]').click()
    page.wait_for_url(lambda url: url != here)


def file_it(page):
    """Past the page of photographs, which may all be left out."""
    while "/check" not in page.url:
        onwards(page)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt")


def test_reader_camera_pad_and_printer_fail_one_after_the_other_and_the_application_is_filed(browser, node, url):
    """The camera is not plugged in; a reader and a printer that are switched off and on again."""
    reader, printer = ReaderService(), NetworkPrinter()
    reader.answer, printer.paper_left = b"not JSON", 0
    devices(node, http_reader(reader.url) + PRINTER.format(printer.port) + CAMERA.format("高拍仪", 0) + KIOSK_USES)
    try:
        with window(browser, KIOSK) as page:
            begin(page, url)
            named(page, "/applicant/phone").fill("19900000123")
            page.get_by_role("button", name="读身份证").click()
            expect(page.locator("#card .fault")).to_contain_text("读卡器现在用不了，已经告诉工作人员。请往下自己填")
            expect(named(page, "/applicant/phone")).to_have_value("19900000123")
            shot(page, "kiosk-reader-out-of-order")
            reader.answer = ReaderService().answer  # it is mended
            page.get_by_role("button", name="再读一次").click()
            expect(page.locator("#card")).to_contain_text("已经读好身份证")
            expect(page.locator("main")).to_contain_text(NAME)
            expect(named(page, "/applicant/phone")).to_have_value("19900000123")
            onwards(page)
            page.locator("[data-camera]").click()
            expect(page.locator(f"{PHOTO} .fault")).to_contain_text("摄像头打不开")
            shot(page, "kiosk-camera-missing")
            onwards(page)  # without a signature, and without a photograph
            expect(page.locator(".faults")).to_be_visible()
            sign(page)
            onwards(page)
            file_it(page)
            expect(page.locator(".receipt")).to_contain_text("身份待核")
            page.get_by_role("button", name="打印凭条").click()
            expect(page.locator("[role=alert]")).to_contain_text("没有打出来，已经告诉工作人员")
            expect(page.locator("dd.receipt-number").first).to_be_visible()
            shot(page, "kiosk-printer-out-of-paper")
            printer.paper_left = 100
            page.get_by_role("button", name="打印凭条").click()
            expect(page.locator(".said")).to_contain_text("凭条已经打出来")
        assert len(filed(node)) == 1
    finally:
        reader.close()
        printer.close()


def test_a_room_without_any_device_shows_no_word_of_one_and_the_pad_may_fail_half_way(browser, node, url):
    devices(node, "")
    with window(browser, KIOSK) as page:
        begin(page, url)
        expect(page.locator("#card")).to_have_count(0)
        named(page, "/applicant/name").fill("王秀梅")
        named(page, "/applicant/idNumber").fill(ID_NUMBER)
        onwards(page)
        sign(page)
        page.reload()  # the touch of the glass was lost before 下一步
        expect(page.locator("input[data-strokes]")).to_have_value("")
        sign(page)
        onwards(page)
        page.go_back()
        expect(page.locator(".signature-picture")).to_be_visible()
        shot(page, "kiosk-signature-kept")
        onwards(page)
        file_it(page)
        expect(page.get_by_role("button", name="打印凭条")).to_have_count(0)
        expect(page.locator(".receipt-number").first).to_be_visible()


LABEL = "() => document.querySelector('video').srcObject.getVideoTracks()[0].label"
PULLED = "() => document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))"


def taken(node, page):
    """The photograph of the draft of this page, as the node holds it."""
    identity = re.search(r"/apply/([^/?]+)", page.url)[1]
    with node.database.read() as tx:
        owner = tx.execute("SELECT owner FROM draft WHERE id = ?", (identity,)).fetchone()[0]
    draft = drafts.get(node, identity, owner)
    [photo] = [one for one in draft.materials if one.slot == "/photo"]
    return Image.open(io.BytesIO(drafts.file_of(node, draft, photo.sha256)))


def to_photo(page, url):
    begin(page, url)
    named(page, "/applicant/name").fill("王秀梅")
    named(page, "/applicant/idNumber").fill(ID_NUMBER)
    onwards(page)
    page.locator("[data-camera]").click()


@pytest.mark.parametrize(("port", "turn"), [("fake_device_0", 0), ("fake_device_1", 90)])
def test_the_camera_that_devices_toml_names_is_opened_and_its_picture_stands_upright(browser, node, url, port, turn):
    devices(node, CAMERA.format(port, turn) + '[mapping.kiosk]\ndocument_camera = "gaopaiyi"\n')
    with window(browser, KIOSK) as page:
        to_photo(page, url)
        expect(page.locator("video")).to_have_js_property("videoWidth", 640)
        assert port in page.evaluate(LABEL)
        expect(page.locator("video")).to_have_class(f"photo-picture turned-{turn}" if turn else "photo-picture")
        shot(page, f"kiosk-camera-{turn}")
        page.evaluate(PULLED)  # somebody pulls the plug
        expect(page.locator(f"{PHOTO} .fault")).to_contain_text("摄像头打不开")
        expect(page.locator("video")).to_have_count(0)
        page.locator("[data-camera]").click()  # and puts it back
        expect(page.locator("video")).to_have_js_property("videoWidth", 640)
        expect(page.locator(f"{PHOTO} .fault")).to_have_count(0)
        page.locator("[data-camera]").click()
        expect(page.locator(f"{PHOTO} img")).to_be_visible()
        sign(page)
        onwards(page)
        assert taken(node, page).size == ((480, 640) if turn else (640, 480))


def test_a_camera_that_is_not_there_is_never_replaced_by_one_that_may_show_people(browser, node, url):
    devices(node, CAMERA.format("高拍仪", 0) + '[mapping.kiosk]\ndocument_camera = "gaopaiyi"\n')
    with window(browser, KIOSK) as page:
        to_photo(page, url)
        expect(page.locator(f"{PHOTO} .fault")).to_contain_text("摄像头打不开")
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(size=(800, 600))}
        page.locator('input[type=file][name="/photo"]').set_input_files(photo)
        expect(page.locator(f"{PHOTO} img")).to_be_visible()
        sign(page)
        onwards(page)
        assert taken(node, page).size == (800, 600)


def test_a_camera_is_called_as_the_system_calls_it(tmp_path):
    (tmp_path / "video2").mkdir()
    (tmp_path / "video2" / "name").write_text("HD Document Scanner\n")
    assert cameras.label("video2", tmp_path) == "HD Document Scanner"
    assert cameras.label("video3", tmp_path) == "video3"
    assert cameras.label("Scanner", tmp_path) == "Scanner"
    mapped = Devices((), (Camera("a", "video2", rotate=180),), (), Speaker(), Mapped(kiosk=Place(document_camera="a")))
    assert cameras.wanted(mapped, "desk") == ""
    assert '"HD Document Scanner"' in cameras.wanted(mapped, "kiosk", tmp_path)
    assert '"rotate": 180' in cameras.wanted(mapped, "kiosk", tmp_path)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="needs Debian's package espeak-ng")
def test_a_voice_that_fails_half_way_is_said_and_comes_back_by_a_touch(browser, node, url, monkeypatch):
    devices(node, "")
    with window(browser, KIOSK) as page:
        begin(page, url)
        button = page.get_by_role("button", name="朗读")
        monkeypatch.setattr("kiosk.aloud.PROGRAM", "a-voice-that-was-taken-away")
        button.tap()
        expect(page.locator("main > .note")).to_contain_text("现在读不出声音")
        expect(button).to_have_attribute("aria-pressed", "false")
        shot(page, "kiosk-voice-gone")
        monkeypatch.undo()
        with page.expect_response(re.compile("/kiosk/aloud")) as heard:
            button.tap()
        assert heard.value.status == 200
        expect(page.locator("main > .note")).to_have_count(0)


def test_a_fingerprint_device_out_of_order_has_its_way_round_and_the_print_may_follow(browser, tmp_path):
    home = make_home(tmp_path / "home")
    content = service()
    for control in content["uischema"]["elements"][0]["elements"]:
        if control["scope"].endswith("/phone"):
            control["options"] = {"capture": "fingerprint"}
    publish_file(home / "services" / "ceshi-dengji.json", content)
    node = open_node(home, FixedClock())
    add_officer(node)
    number = file_one(node).number
    server = Server(desk_app(node), "127.0.0.1", 0)
    try:
        with window(browser, CONSOLE) as page:
            page.goto(f"{server.url}/console/applications/{number}")
            page.get_by_label("账号").fill("wei")
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.locator("h1")).to_be_visible()
            page.goto(f"{server.url}/console/applications/{number}")
            fingers = page.locator('section[aria-labelledby="fingers"]')
            fingers.locator("summary").click()
            fingers.get_by_role("button", name="记下没有采集").click()
            expect(fingers.locator("#fingers-fault")).to_contain_text("请选原因")
            fingers.get_by_label("原因").select_option("device")
            fingers.get_by_label("在场见证的人").fill("李桂花")
            fingers.get_by_role("button", name="记下没有采集").click()
            expect(fingers).to_contain_text("没有采集：采集设备用不了，见证人 李桂花")
            shot(page, "desk-fingerprint-device")
            fingers.get_by_label("本人单独同意采集指纹").check()  # the device is back, the person too
            fingers.get_by_role("button", name="已采集").click()
            expect(fingers.locator(".badge")).to_contain_text("已采集")
    finally:
        server.stop()
        node.close()
