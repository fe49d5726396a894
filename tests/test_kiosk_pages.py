"""Every page of the kiosk: listed, named, with a way to help and back; a sample of them measured in a browser.

The whole grid, every address in every look, is bench_kiosk_pages.py.
"""

import re
from html.parser import HTMLParser

import pytest

from edge.status import routes
from edge.texts import TABLE
from kiosk import screens
from sync.centre.app import create_app
from tests import phone_world
from tests.browsing import chromium
from tests.kiosk_world import FRESH, LOOKS, NO_PAGES, PAGES, Found, look_at, world

TEST_SERVICE = "测试登记"  # the one of the tests, whose name is Chinese only
HELP = re.compile(r'href="/kiosk/help\?back=/kiosk/[^"]*"|name="_act" value="help"')
CHINESE = re.compile(r"[一-鿿]")
SPOKEN_IN_CHINESE = ("apply_show", "photos_show", "newer_show", "check_show", "receipt_show", "find_show")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with world(tmp_path_factory.mktemp("pages") / "home") as running:
        yield running


def read(made, address):
    """The page as a browser without scripts gets it."""
    made.citizen.get(made.address(address).removeprefix(made.url))
    assert made.citizen.status == 200, address
    return made.citizen.text


def test_every_view_that_answers_a_get_is_listed_with_its_pages_or_with_why_it_has_none():
    views = {route.endpoint for route in screens.ROUTES if "GET" in route.methods}
    assert set(PAGES) | set(NO_PAGES) == views
    assert not set(PAGES) & set(NO_PAGES)


def test_an_unlisted_view_would_be_found():
    views = {route.endpoint for route in screens.ROUTES if "GET" in route.methods} | {"home_unlisted"}
    assert set(PAGES) | set(NO_PAGES) != views


def test_every_view_that_a_telephone_gets_is_listed_for_the_measuring(centre):
    rules = create_app(centre).url_map.iter_rules()
    province = {rule.endpoint for rule in rules if rule.endpoint.startswith("phone.") and "GET" in rule.methods}
    room = {f"status.{route.endpoint}" for route in routes.ROUTES if "GET" in route.methods}
    assert set(phone_world.VIEWS) | set(phone_world.NO_VIEWS) == province | room


@pytest.mark.parametrize("view", PAGES)
def test_every_page_calls_for_help_has_one_heading_and_a_way_back_without_scripts(made, view):
    for address in PAGES[view]:
        if address.startswith(FRESH):
            continue
        text = read(made, address)
        assert "请工作人员帮忙" in text, address
        assert view == "assist_show" or HELP.search(text), address
        assert text.count("<h1") == 1, address
        leads = re.findall(r'href="(/kiosk/[^"]*)"|_act" value="back"|action="(/kiosk/leave)"', text)
        assert leads, address
        assert not re.search(r' on[a-z]+="|<script>|style="', text), address


def test_pages_of_the_kiosk_itself_are_whole_in_english(made):
    """What the kiosk says itself has no Chinese in it; what somebody wrote in Chinese says so (lang)."""
    made.citizen.get("/kiosk/")
    made.citizen.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})
    try:
        left = {}
        for view, addresses in PAGES.items():
            for address in addresses if view not in SPOKEN_IN_CHINESE else ():
                if address.startswith((FRESH, "/kiosk/service/")):
                    continue
                if words := chinese_words(read(made, address)):
                    left[address] = words
        assert not left
    finally:
        made.citizen.press("/kiosk/view", {"wish": "zh-CN", "back": "/kiosk/"})


class Reader(HTMLParser):
    """The lines of <main> that are not marked as Chinese."""

    def __init__(self):
        super().__init__()
        self.open, self.lines = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("input", "br", "img", "link", "meta", "source", "hr"):
            self.open.append((tag, dict(attrs).get("lang", self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        inside = [tag for tag, _ in self.open]
        if "main" in inside and not {"script", "style", "textarea"} & set(inside) and self.open[-1][1] != "zh-CN":
            self.lines.append(" ".join(text.split()))


def chinese_words(text):
    """Lines that are Chinese and don't say so; an English line may have a Chinese name in it."""
    reader = Reader()
    reader.feed(text)
    lines = [line for line in reader.lines if line != TEST_SERVICE]
    return [line for line in lines if CHINESE.search(line) and not re.search("[A-Za-z]{3}", line)]


def test_every_text_of_the_screens_is_there_in_english():
    assert not [key for key, texts in TABLE.items() if not texts.get("en")]


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_a_sample_of_the_pages_holds_its_numbers_in_every_look(made, look):
    """Each look takes its share of the views, so that all views are seen once and all looks are used."""
    place = list(LOOKS).index(look)
    addresses = [PAGES[view][0] for at, view in enumerate(PAGES) if at % len(LOOKS) == place]
    with chromium() as browser:
        found: list[Found] = list(look_at(browser, made, look, addresses))
    assert len(found) == len(addresses)
    assert all(one.texts and one.targets for one in found)
    assert not [f"{one.place}: {fault}" for one in found for fault in one.faults]
