"""How many keys and clicks 居住登记 takes at the desk, counted in the page: everything typed, and with the card read.

Chinese is typed in pinyin: the letters of each word and one key that chooses it are counted, since a browser that is
driven puts characters in without keys. What the citizen does himself, his signature on the glass, is counted apart.
"""

import json
import random
import secrets
import shutil
import sys
import time
from collections import Counter

import pytest
from playwright.sync_api import expect, sync_playwright

from edge import applications, index
from edge.node import open_node
from edge.sample import pages
from edge.serving import Server
from forms.definition import PACKAGED, load
from tests.browsing import CONSOLE, FLAGS, named, shot, sign, window
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer, application, desk_app

pytestmark = pytest.mark.browser

TYPED_MAX, READ_MAX = 90, 25
PATIENCE_S = 20
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
ROOM = 'name = "石门乡警务室"\nplace = "520524104"\n'
WANG, NAME, VILLAGE = "522425196603129840", "王秀梅", "520524104215"
READER = """[[readers]]
name = "cards"
kind = "id-card"
driver = "recorded"
port = "devices/cards.json"
[mapping.desk]
reader = "cards"
"""
COUNT = """(() => {
    addEventListener("keydown", event => event.isTrusted && pressed("keys"), true);
    addEventListener("pointerdown", event => event.isTrusted && pressed(event.target.matches("canvas") ? "strokes" : "clicks"), true);
})()"""


@pytest.fixture(scope="module")
def browser():
    """A Chromium with a camera that shows a test picture."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *CAMERA])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("keys") / "home")
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    opened = open_node(home, FixedClock())
    add_officer(opened, rank="民警")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def url(node):
    server = Server(desk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


class Hands:
    """Somebody at the keyboard whose keys and clicks are counted from the first page of the day on."""

    def __init__(self, page, url):
        self.page, self.count = page, Counter()
        page.expose_function("pressed", self.pressed)
        page.add_init_script(COUNT)
        page.goto(f"{url}/console/login")
        page.get_by_label("账号").fill("wei")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("今天")
        self.count.clear()

    def pressed(self, what):
        self.count[what] += 1

    def keys(self, *names):
        for name in names:
            self.page.keyboard.press(name)

    def click(self, found):
        found.click()

    def type(self, text):
        """As it is: digits and letters are keys; each run of Chinese is its pinyin and the key that chooses it."""
        for part in _runs(text):
            if part.isascii():
                self.page.keyboard.type(part)
            else:
                self.page.keyboard.insert_text(part)
                self.count["keys"] += len(index.sounds(part)[1]) + 1

    def into(self, pointer, text):
        self.click(named(self.page, pointer))
        self.type(text)

    def choose(self, pointer, value):
        box = self.page.locator(f'label:has(input[name="{pointer}"][value="{value}"])')
        self.click(box)
        expect(box.locator("input")).to_be_checked()


def _runs(text):
    """三组17号 as 三组, 17, 号."""
    runs = [text[0]]
    for one in text[1:]:
        runs[-1:] = [runs[-1] + one] if one.isascii() == runs[-1][-1].isascii() else [runs[-1], one]
    return runs


def begin(hands):
    """From 今天 to the empty form: one key and one click."""
    hands.keys("n")
    hands.click(hands.page.get_by_role("button", name="居住登记").first)
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("收件 · 居住登记")


def finish(hands, node):
    """Signed, checked by both, filed."""
    page = hands.page
    hands.choose("/declaration/truth", "true")
    hands.choose("/declaration/privacy", "true")
    sign(page)
    hands.click(page.get_by_role("button", name="核对").last)
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
    hands.click(page.get_by_role("button", name="收件，出凭证"))
    expect(page.locator(".receipt")).to_be_visible()
    return application(node, page.url.split("/")[-2]).state


def told(what, hands, most):
    keys, clicks, strokes = (hands.count[name] for name in ("keys", "clicks", "strokes"))
    sys.stdout.write(
        f"\n居住登记, {what}: {keys} keys + {clicks} clicks = {keys + clicks} (at most {most}); {strokes} strokes of the citizen\n"
    )
    return keys + clicks


def test_a_residence_registration_that_is_typed_takes_at_most_ninety_keys_and_clicks(browser, url, node, capsys):
    with window(browser, CONSOLE) as page:
        hands = Hands(page, url)
        begin(hands)
        see_the_person(hands)
        hands.into("/applicant/name", NAME)
        hands.choose("/applicant/idType", "idCard")
        hands.choose("/applicant/hasPhone", "true")
        hands.into("/applicant/phone", "19900000123")
        choose_the_village(hands)
        hands.choose("/residence/hasDoorplate", "true")
        hands.into("/residence/doorplate", "三组17号")
        hands.into("/residence/start/y", "20260302")
        hands.into("/residence/months", "12")
        hands.choose("/residence/reason", "family")
        hands.choose("/host/kind", "own")
        shoot_the_proof(hands)
        shot(page, "desk-keystrokes-typed", full=True)
        state = finish(hands, node)
        with capsys.disabled():
            total = told("typed", hands, TYPED_MAX)
    assert state.answers["applicant"]["name"] == NAME
    assert state.answers["residence"]["start"] == "2026-03-02"
    assert (state.identity, len(state.materials)) == ("officer", 2)
    assert len(WANG) < total <= TYPED_MAX


def see_the_person(hands):
    """The number of the document, where the cursor stands already, and that it was compared with its holder."""
    page = hands.page
    expect(page.locator("#person-number")).to_be_focused()
    hands.type(WANG)
    hands.click(page.get_by_text("已核对本人和证件，人证一致"))
    hands.click(page.get_by_role("button", name="带出以前填过的"))
    expect(named(page, "/applicant/idNumber")).to_have_value(WANG)


def choose_the_village(hands):
    page = hands.page
    hands.click(page.locator('[name="/residence/village/find"]'))
    hands.type("dpz")
    hands.keys("Enter")
    hands.click(page.locator("button[name=_take]", has_text="大坪子村"))
    expect(named(page, "/residence/village")).to_have_value(VILLAGE)


def shoot_the_proof(hands):
    page = hands.page
    hands.click(page.get_by_role("button", name="高拍仪、摄像头拍").first)
    expect(page.locator("video")).to_be_visible()
    end = time.monotonic() + PATIENCE_S
    while not page.evaluate("document.querySelector('video')?.videoWidth > 0"):
        assert time.monotonic() < end, "the camera never showed a picture"
    hands.keys(" ")
    expect(page.get_by_role("heading", level=1)).to_contain_text("裁剪")
    hands.keys("c")
    expect(page.get_by_role("heading", name="已有 1 页")).to_be_visible()
    hands.keys("b")
    expect(page.get_by_role("heading", level=1)).to_contain_text("收件 · 居住登记")


def test_one_whose_card_is_read_and_who_was_here_before_takes_at_most_twenty_five(browser, url, node, capsys):
    was_here_before(node)
    (node.settings.home / "devices").mkdir()
    cards = {"reads": [{"number": WANG, "name": NAME, "valid_until": "2036-03-12"}]}
    (node.settings.home / "devices" / "cards.json").write_text(json.dumps(cards), encoding="utf-8")
    (node.settings.home / "devices.toml").write_text(READER, encoding="utf-8")
    node.clock.advance(seconds=1)  # looked at once a second at most
    assert node.refresh()
    with window(browser, CONSOLE) as page:
        hands = Hands(page, url)
        begin(hands)
        expect(page.get_by_role("button", name="读身份证")).to_be_focused()
        hands.keys("Enter")
        hands.click(page.get_by_role("button", name="人证一致"))
        expect(named(page, "/residence/doorplate")).to_have_value("三组17号")
        hands.into("/residence/months", "12")
        hands.choose("/residence/reason", "work")
        hands.choose("/host/kind", "own")
        shot(page, "desk-keystrokes-read", full=True)
        state = finish(hands, node)
        with capsys.disabled():
            total = told("card read", hands, READ_MAX)
    assert (state.identity, state.answers["residence"]["doorplate"]) == ("card", "三组17号")
    assert 5 < total <= READ_MAX


def was_here_before(node):
    """Last month, with his proof of residence."""
    given = json.loads(json.dumps(load(PACKAGED / "juzhu-dengji.json").samples["valid"][0]["answers"]))
    given, files = pages.with_files(node, given, random.Random(1))
    applications.file(
        node,
        "juzhu-dengji",
        given,
        token=secrets.token_urlsafe(),
        channel="console",
        actor="officer:wei",
        materials=files,
        identity="officer",
    )
