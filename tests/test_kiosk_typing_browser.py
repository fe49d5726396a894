"""A citizen without a keyboard, in a real browser: pinyin, radicals and letters by touch, in all sizes of the screen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from edge.serving import Server
from kiosk import aloud, pen
from tests.browsing import KIOSK, chromium, named, shot, window
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import SERVICE, kiosk_app, kiosk_node
from tests.strokes import NAME as WRITTEN_NAME
from tests.strokes import written

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
LANDSCAPE = {"viewport": {"width": 1366, "height": 768}, "has_touch": True}
NAME = "/applicant/name"
SMALL = """least => [...document.querySelectorAll('#dock button')].map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.width && (r.height < least - .5 || r.width < least - .5))
  .map(([e, r]) => `${e.textContent} ${Math.round(r.width)}x${Math.round(r.height)}`)"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    for node in kiosk_node(make_home(tmp_path_factory.mktemp("typing") / "home"), FixedClock()):
        server = Server(kiosk_app(node), "127.0.0.1", 0)
        yield server.url
        server.stop()


@pytest.fixture
def page(browser, url):
    """The first page of the service, in a window that must not complain of anything: the strict policy would."""
    said = []
    with window(browser, KIOSK) as opened:
        opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: said.append(str(error)))
        begin(opened, url)
        yield opened
    assert not said


def begin(page, url):
    page.goto(f"{url}/kiosk/service/{SERVICE}")
    page.get_by_role("button", name="开始办理").last.click()
    expect(named(page, NAME)).to_be_visible()


def touch(page, keys):
    for key in keys:
        page.locator(f'.hg-button[data-skbtn="{key}"]').tap()


def write(page, letters, word):
    """Letters, then the word that is offered for them."""
    touch(page, letters)
    expect(page.locator(".dock-found")).to_have_attribute("aria-busy", "false")  # the row of these letters has come
    page.locator(".dock-found").get_by_text(word, exact=True).tap()
    expect(page.locator(".dock-letters")).to_have_text("")


def test_a_name_is_written_by_touch_and_is_there_after_the_page_was_opened_anew(page):
    named(page, NAME).tap()
    write(page, "zang", "张")
    write(page, "xiaohong", "小红")
    expect(named(page, NAME)).to_have_value("张小红")
    with page.expect_response(re.compile("/keep")):
        touch(page, ["{done}"])
    expect(page.locator("#dock")).to_be_hidden()
    page.reload()
    expect(named(page, NAME)).to_have_value("张小红")


def test_space_takes_the_first_word_and_a_name_may_have_a_dot_in_its_middle(page):
    named(page, NAME).tap()
    touch(page, [*"wang", "{space}"])
    expect(named(page, NAME)).to_have_value("王")
    touch(page, ["·"])
    touch(page, [*"abu", "{done}"])
    expect(named(page, NAME)).to_have_value(re.compile("^王·.+"))


def test_the_keys_do_not_come_up_under_the_finger_when_the_last_answer_is_late(page):
    named(page, NAME).tap()
    touch(page, "chan")
    expect(page.locator(".dock-found")).to_have_attribute("aria-busy", "false")
    held = []

    def hold(route):
        held.append(route)  # until the row is unfolded

    page.route(re.compile("/keys/words"), hold)
    with page.expect_request(re.compile("/keys/words")):
        touch(page, "g")
    page.locator('[data-act="more"]').tap()
    expect(page.locator("#dock .dock-keys")).to_be_hidden()
    held.pop().continue_()
    expect(page.locator(".dock-found")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#dock .dock-keys")).to_be_hidden()
    page.locator(".dock-found").get_by_text("昌", exact=True).tap()
    expect(page.locator("#dock .dock-keys")).to_be_visible()
    expect(named(page, NAME)).to_have_value("昌")


def test_delete_takes_a_letter_then_a_character_and_undo_brings_it_back(page):
    named(page, NAME).tap()
    write(page, "wang", "王")
    touch(page, [*"xi", "{bksp}", "{bksp}", "{bksp}"])
    expect(named(page, NAME)).to_have_value("")
    page.locator('#dock [data-act="undo"]').tap()
    expect(named(page, NAME)).to_have_value("王")
    touch(page, "wan")
    page.locator('#dock [data-act="undo"]').tap()
    expect(page.locator(".dock-letters")).to_have_text("")
    expect(named(page, NAME)).to_have_value("王")


def test_a_rare_character_is_found_by_radical_and_strokes_and_deleted_whole(page):
    named(page, NAME).tap()
    page.locator('[data-mode="radicals"]').tap()
    for radical, strokes, character in (("口", "+3 画", "𠮷"), ("钅", "+7 画", "𬭊")):
        page.locator(".dock-radicals").get_by_text(radical, exact=True).first.tap()
        page.locator(".dock-radicals").get_by_text(strokes, exact=True).tap()
        page.locator(".dock-found").get_by_text(character, exact=True).tap()
        page.locator(".dock-back").tap()
    expect(named(page, NAME)).to_have_value("𠮷𬭊")
    page.locator('[data-mode="latin"]').tap()
    touch(page, ["{bksp}", "{shift}", "A", "{shift}", "b"])
    expect(named(page, NAME)).to_have_value("𠮷Ab")


def draw(page, strokes):
    """Strokes with the pointer, in the left of the sheet."""
    box = page.locator(".dock-canvas").bounding_box()
    unit = box["height"] / 1000
    for stroke in strokes:
        points = [(box["x"] + 40 + x * unit, box["y"] + y * unit) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=4)
        with page.expect_response(re.compile("/keys/pen")):
            page.mouse.up()


@pytest.mark.skipif(not pen.is_there(), reason=f"needs Debian's packages {', '.join(pen.PACKAGES)}")
def test_a_name_of_three_characters_is_written_by_hand(page):
    named(page, NAME).tap()
    page.locator('[data-mode="pen"]').tap()
    for character in WRITTEN_NAME:
        strokes = written(character)
        draw(page, [*strokes, [[10, 10], [900, 900]]] if character == "小" else strokes)
        if character == "小":
            with page.expect_response(re.compile("/keys/pen")):
                page.locator('[data-stroke="back"]').tap()
            shot(page, "kiosk-writing-portrait")
        page.locator(".dock-found").get_by_text(character, exact=True).tap()
        expect(page.locator(".dock-word")).to_have_count(0)
    expect(named(page, NAME)).to_have_value(WRITTEN_NAME)
    draw(page, [[[10, 10], [900, 900]]])
    page.locator('[data-stroke="clear"]').tap()
    expect(page.locator(".dock-word")).to_have_count(0)
    page.locator('[data-stroke="erase"]').tap()
    expect(named(page, NAME)).to_have_value(WRITTEN_NAME[:-1])


def test_a_keyboard_of_keys_goes_on_working_and_another_touch_closes_the_one_of_glass(page):
    named(page, NAME).tap()
    expect(page.locator("#dock")).to_be_visible()
    page.keyboard.type("Anna")
    expect(named(page, NAME)).to_have_value("Anna")
    page.keyboard.press("Escape")
    expect(page.locator("#dock")).to_be_hidden()
    named(page, NAME).tap()
    page.locator("main .radio").first.tap()
    expect(page.locator("#dock")).to_be_hidden()


def test_without_scripts_the_plain_field_stays(browser, url):
    with window(browser, {**KIOSK, "java_script_enabled": False}) as page:
        begin(page, url)
        named(page, NAME).fill("王秀梅")
        expect(page.locator("#dock")).to_be_hidden()


@pytest.mark.parametrize("kind", [KIOSK, LANDSCAPE], ids=["portrait", "landscape"])
def test_every_key_is_large_enough_for_a_thumb_and_the_field_stays_in_sight(browser, url, kind):
    place = "portrait" if kind is KIOSK else "landscape"
    with window(browser, kind) as page:
        begin(page, url)
        for look, least in (("plain", 44), ("elder", 60)):
            if look == "elder":
                page.get_by_role("button", name="长辈版").click()
                expect(page.locator("html.elder")).to_be_attached()
            named(page, NAME).tap()
            touch(page, "wang")
            expect(page.locator(".dock-word").first).to_have_text("王")
            field, dock = named(page, NAME).bounding_box(), page.locator("#dock").bounding_box()
            assert field["y"] >= 0
            assert field["y"] + field["height"] <= dock["y"]
            assert page.evaluate(SMALL, least) == []
            shot(page, f"kiosk-typing-{place}-{look}")
            page.locator('[data-act="more"]').tap()
            expect(page.locator("#dock.dock-open")).to_be_attached()
            assert page.evaluate(SMALL, least) == []
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate(
                "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
            )
            assert not found, found
            page.locator('[data-act="undo"]').tap()
            if pen.is_there():
                page.locator('[data-mode="pen"]').tap()
                expect(page.locator('[data-mode="pen"][aria-pressed="true"]')).to_be_attached()
                assert page.evaluate(SMALL, least) == []
                shot(page, f"kiosk-writing-{place}-{look}")
            page.locator('[data-mode="pinyin"]').tap()
            page.locator('[data-act="close"]').tap()
            expect(page.locator("#dock")).to_be_hidden()


@pytest.mark.skipif(not aloud.shutil.which(aloud.PROGRAM), reason="needs Debian's package espeak-ng")
def test_a_page_is_read_aloud_from_a_touch_on_until_the_next_touch_and_on_the_next_page(browser, url):
    heard = []
    with window(browser, KIOSK) as page:
        page.on("response", lambda answer: heard.append(answer) if answer.url.endswith("/kiosk/aloud") else None)
        begin(page, url)
        named(page, NAME).fill("甄不念")
        button = page.get_by_role("button", name="朗读")
        with page.expect_response(re.compile("/kiosk/aloud")) as first:
            button.tap()
        assert first.value.status == 200
        expect(page.locator(".helper-word.spoken")).to_contain_text("您的姓名和证件")
        shot(page, "kiosk-aloud-portrait")
        page.reload()  # still on: the page reads itself
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".spoken")).to_have_count(1)
        with page.expect_response(re.compile("/kiosk/view")):
            button.tap()
        expect(page.locator(".spoken")).to_have_count(0)
        page.reload()
        expect(button).to_have_attribute("aria-pressed", "false")
    assert not [answer for answer in heard if "甄" in (answer.request.post_data or "")]
