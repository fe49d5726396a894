"""A language that a room adds by a file: checked, taken over, chosen by its own name, read from right to left.

The words of these files are no translations: they are the letters of the script, as long as the Chinese text is.
"""

import itertools
import json
import re

import pytest
from playwright.sync_api import expect

from edge import texts
from edge.config import across_files, all_files, language_files
from edge.node import open_node
from edge.serving import Server
from edge.texts.table import TABLE
from kiosk import parts
from tests.browsing import KIOSK, chromium, named, shot, window
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import ROOM, kiosk_app
from tests.programs import ask
from tests.service_for_tests import service
from tests.signing import publish_file
from tests.test_forms_pseudo import CLIPPED, WIDE, WRONG_WAY
from tests.test_kiosk_parts import DRAWN

NODE, SERVICE = "5224250017", "ceshi-yuyan"
LETTERS = {
    "ug": "ئا ئە ب پ ت ج چ خ د ر ز ژ س ش غ ف ق ك گ ڭ ل م ن ھ ئو ئۇ ئۆ ئۈ ۋ ئې ئى ي",
    "bo": "ཀ་ཁ་ག་ང་ཅ་ཆ་ཇ་ཉ་ཏ་ཐ་ད་ན་པ་ཕ་བ་མ་ཙ་ཚ་ཛ་ཝ་ཞ་ཟ་འ་ཡ་ར་ལ་ཤ་ས་ཧ་ཨ",
}
OWN = {"ug": "ئۇيغۇرچە", "bo": "བོད་ཡིག"}


def letters(tag, text):
    """As many letters of the script as the text has characters, with its places in braces."""
    endless = itertools.cycle(LETTERS[tag].split(" " if tag == "ug" else "\0"))
    pieces = re.split(r"(\{\w+\})", text)
    return "".join(one if one.startswith("{") else _filled(endless, len(one)) for one in pieces)


def _filled(endless, length):
    found = ""
    while len(found) < length:
        found += next(endless) + " "
    return found[: max(length, 1)].strip() or found[0] if length else ""


def language(tag, *without):
    said = {key: letters(tag, entry["zh-CN"]) for key, entry in TABLE.items() if key not in without}
    return {"name": OWN[tag], "texts": said}


def put(home, tag, content):
    (home / "languages").mkdir(exist_ok=True)
    (home / "languages" / f"{tag}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def make(folder, *tags):
    home = make_home(folder / "home")
    spoken = json.dumps(["zh-CN", "en", *tags])
    (home / "room.toml").write_text(ROOM.replace('["zh-CN", "en"]', spoken), encoding="utf-8")
    return home


@pytest.fixture
def home(tmp_path):
    return make(tmp_path, "ug")


def faults(home):
    return [(one.file, one.pointer) for one in across_files.every_fault(home)]


def test_a_file_of_letters_is_right_and_its_language_is_called_by_its_own_name(home):
    put(home, "ug", language("ug"))
    assert faults(home) == []
    found = all_files.read(home, NODE).languages
    assert found["ug"].name == OWN["ug"]
    assert language_files.gaps("ug", found) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"texts": {"no_such_key": "ئا"}}, "/texts/no_such_key"),
        ({"texts": {"photo_of": "ئا"}}, "/texts/photo_of"),
        ({"texts": {"next": "ئا {count}"}}, "/texts/next"),
        ({"texts": {"next": "ئا {"}}, "/texts/next"),
        ({"texts": {"next": ""}}, "/texts/next"),
        ({"name": ""}, "/name"),
        ({"text": {}}, "/text"),
    ],
)
def test_every_fault_of_a_file_is_told_with_its_place(home, change, place):
    put(home, "ug", {"name": "ئۇيغۇرچە", "texts": {}, **change})
    assert ("languages/ug.json", place) in faults(home)


def test_a_language_that_nothing_speaks_is_told_with_the_way_to_add_it(home):
    [fault] = across_files.every_fault(home)
    assert (fault.file, fault.pointer) == ("room.toml", "/languages/2")
    assert "languages/ug.json" in fault.hint


def test_what_a_file_lacks_is_chinese_on_the_screen_and_listed_for_who_translates(home):
    put(home, "ug", language("ug", "next", "yes"))
    told = ask("config_texts", "config", "texts", "ug", "--home", home)
    assert (list(told["missing"]), told["direction"]) == (["yes", "next"], "rtl")
    node = open_node(home, FixedClock())
    assert texts.text("next", "ug") == "下一步"
    assert texts.text("no", "ug") == letters("ug", "否")
    assert texts.text("next", "en") == TABLE["next"]["en"]
    node.close()


def test_a_faulty_file_leaves_what_was_there_and_a_mended_one_is_taken_over_while_it_runs(home):
    put(home, "ug", language("ug"))
    clock = FixedClock()
    node = open_node(home, clock)
    put(home, "ug", {"name": "ئۇيغۇرچە", "texts": {"nothing": "ئا"}})
    clock.advance(seconds=2)
    node.refresh()
    assert texts.text("yes", "ug") == letters("ug", "是")
    put(home, "ug", {"name": OWN["ug"], "texts": {"yes": "ب"}})
    clock.advance(seconds=2)
    node.refresh()
    assert texts.text("yes", "ug") == "ب"
    node.close()


def test_chinese_and_english_are_never_changed_by_a_file(home):
    put(home, "en", {"name": "Englisch", "texts": {"next": "Weiter"}})
    node = open_node(home, FixedClock())
    assert texts.text("next", "en") == TABLE["next"]["en"]
    assert texts.name("en") == "English"
    node.close()


# --- on the glass


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    home = make(tmp_path_factory.mktemp("languages"), "ug", "bo")
    content = service(id=SERVICE)
    for tag in ("ug", "bo"):
        put(home, tag, language(tag))
        content["i18n"][tag] = {
            "applicant.name.label": letters(tag, "姓名"),
            "x-service.name": letters(tag, "测试登记"),
        }
    publish_file(home / "services" / f"{SERVICE}.json", content)
    node = open_node(home, FixedClock())
    assert not node.files.faults, node.files.faults
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()
    node.close()


def hold(page, name, way):
    shot(page, f"language-{name}", full=True)
    assert page.locator("html").get_attribute("dir") == way
    assert page.evaluate(WIDE) <= 0, name
    assert page.evaluate(CLIPPED) == [], name
    assert page.evaluate(WRONG_WAY) == [], name


@pytest.mark.browser
@pytest.mark.parametrize(("tag", "way"), [("ug", "rtl"), ("bo", "ltr")])
def test_a_citizen_chooses_the_language_by_its_own_name_and_walks_through_pages_in_it(url, tag, way):
    if parts.without_font(LETTERS[tag].replace(" ", "")):
        pytest.skip("needs Debian's package fonts-noto-core")
    with chromium() as browser, window(browser, KIOSK) as page:
        page.goto(f"{url}/kiosk/")
        page.get_by_role("button", name=OWN[tag]).click()
        expect(page.locator("html")).to_have_attribute("lang", tag)
        expect(page.locator("h1")).to_have_text(letters(tag, TABLE["ask_what"]["zh-CN"]))
        expect(page.get_by_role("button", name="中文")).to_be_visible()
        hold(page, f"{tag}-home", way)
        one = page.evaluate(DRAWN, LETTERS[tag].replace(" ", "").replace("་", ""))
        assert one == LETTERS[tag].replace(" ", "").replace("་", ""), "every letter is drawn, none as an empty box"
        page.goto(f"{url}/kiosk/service/{SERVICE}")
        hold(page, f"{tag}-guide", way)
        page.locator('form[action$="/start"] button').click()
        expect(named(page, "/applicant/name")).to_be_visible()
        hold(page, f"{tag}-page", way)
        page.locator('.kiosk-act button[value="next"]').click()
        expect(page.locator(".faults")).to_be_visible()
        hold(page, f"{tag}-fault", way)
        page.goto(f"{url}/kiosk/find")
        hold(page, f"{tag}-find", way)
        page.goto(f"{url}/kiosk/idle")
        hold(page, f"{tag}-idle", way)
