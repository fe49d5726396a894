"""The pseudo-language: every text comes through the keys, and a service stands right to left and two fifths longer."""

import json
import re

import pytest
from playwright.sync_api import expect

from edge import preview, texts
from edge.node import open_node
from edge.serving import Server
from edge.texts import table
from forms import answers, languages, lint, page, pseudo
from forms.answers import Context
from forms.definition import build, load, packaged
from tests.browsing import KIOSK, chromium, give, leaves, named, shot, window
from tests.kiosk_app import ROOM as ROOM_FILE
from tests.kiosk_app import jpeg, kiosk_app
from tests.signing import publish_file

SERVICE = "jingwai-zhusu"
ROOM = "大坪村警务室"


def raw():
    """JW01 with the pseudo-language as one of the languages that must be complete."""
    content = pseudo.translated(packaged()[SERVICE].raw) | {"version": "2026.12.1"}
    content["x-service"] = {**content["x-service"], "languages": ["en", pseudo.TAG]}
    return content


# --- the language itself


def test_a_text_becomes_two_fifths_longer_and_is_turned():
    said = pseudo.text("Where does the guest stay?")
    plain = said.replace(pseudo.OPEN, "").replace(pseudo.CLOSE, "")
    assert plain.startswith("Where does the guest stay? one two")
    assert 1.4 <= len(plain) / len("Where does the guest stay?") <= 1.7
    assert said.startswith(pseudo.OPEN)
    assert said.endswith(pseudo.CLOSE)


@pytest.mark.parametrize("length", [1, 7, 60, 400, 2000])
def test_every_length_grows_by_two_fifths_or_a_little_more(length):
    plain = re.sub("[\u200f\u202e\u202c]", "", pseudo.text("x" * length))
    assert length * 1.4 <= len(plain) + 1 <= length * 1.4 + 9


def test_places_in_braces_stay_as_they_are():
    said = pseudo.text("Call {room.telephone} before {{stay.day}}")
    assert "{room.telephone}" in said
    assert "{{stay.day}}" in said
    assert f"{pseudo.OPEN}{{" not in said.replace("Call ", "")


def test_a_text_is_turned_once():
    assert pseudo.text(pseudo.text("Yes")) == pseudo.text("Yes")
    assert pseudo.text("") == ""


@pytest.mark.parametrize("key", sorted(table.TABLE))
def test_the_screens_speak_it_too(key):
    places = re.findall(r"\{(\w+)\}", table.TABLE[key]["en"])
    said = texts.text(key, pseudo.TAG, **dict.fromkeys(places, "7"))
    own = re.sub(r"\{\w+\}", "", table.TABLE[key]["en"])
    assert (pseudo.OPEN in said) == bool(own.strip())


@pytest.mark.parametrize(("tag", "way"), [
    ("zh-CN", "ltr"), ("en", "ltr"), ("bo", "ltr"), ("ii", "ltr"), ("za", "ltr"), ("ug", "rtl"), ("ug-CN", "rtl"), ("ar", "rtl"),
    ("ar-XB", "rtl"), ("kk-CN", "rtl"), ("kk-KZ", "ltr"), ("kk-Arab", "rtl"), ("ug-Latn", "ltr"), ("he", "rtl"),
])  # fmt: skip  # a table
def test_the_direction_comes_from_the_language(tag, way):
    assert languages.direction(tag) == way


# --- one service in it


def test_the_service_is_complete_in_the_pseudo_language_by_the_lint():
    assert not lint.troubles(raw())


def test_a_text_that_is_missing_is_listed_and_falls_back():
    content = raw()
    del content["i18n"][pseudo.TAG]["guest.name.label"]
    assert [message for _, message, _ in lint.troubles(content)] == ["缺少 ar-XB 的文字“guest.name.label”"]
    chinese = packaged()[SERVICE].text("guest.name.label")
    assert chinese in labels(build(content, "0" * 64), pseudo.TAG)


@pytest.mark.parametrize("tag", ["ug", "bo"])
def test_any_other_language_works_by_the_same_keys(tag):
    content = packaged()[SERVICE].raw | {"i18n": {**packaged()[SERVICE].i18n, tag: {"guest.name.label": "ئىسمى"}}}
    found = labels(load(content), tag)
    assert "ئىسمى" in found
    assert packaged()[SERVICE].text("guest.sex.label") in found  # what is missing falls back to Chinese


def labels(definition, tag):
    data = definition.samples["valid"][0]["answers"]
    return [one.label for one in page.leaves(page.controls(definition, data, language=tag))]


def test_labels_options_sentences_and_the_summary_are_all_in_it():
    definition = build(raw(), "0" * 64)
    sample = definition.samples["valid"][0]
    context = Context(**{**sample["context"], "language": pseudo.TAG})
    for control in page.leaves(page.controls(definition, sample["answers"], context=context)):
        own = control.kind == "choice" and "x-lookup" not in control.schema  # a code table is nobody's text
        said = [control.label, control.hint, *(label for _, label in control.options if own)]
        assert all(pseudo.OPEN in one for one in said if one), (control.path, said)
    for section in page.summary(definition, sample["answers"], context=context):
        assert pseudo.OPEN in section.label
        assert all(pseudo.OPEN in label for _, label, _ in section.rows)
    for problem in answers.check(definition, {}, context).problems:
        assert pseudo.OPEN in problem.message, problem


# --- on the glass

# text that is seen: (its words, where) of every text node in the page's main part
SEEN = """() => {
  const out = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, text = node.textContent.trim(), at = node.parentElement;
    if (!text || at.closest('script, style, noscript, option, .unseen, svg, .place, .levels, .found, [lang="zh-CN"]:not(html)')) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width && box.height) out.push([text, at.className || at.tagName]);
  }
  return out;
}"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# elements whose words stick out of a box that hides them, or out of the window
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.unseen, .skip, svg, select, textarea, input'))
  .filter(e => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
    const hides = [s.overflowX, s.overflowY].some(o => o === 'hidden' || o === 'clip');
    return r.width && ((hides && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
      || r.left < -1 || r.right > innerWidth + 1); })
  .map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().left)}..${Math.round(e.getBoundingClientRect().right)}`)"""
WRONG_WAY = """() => [...document.querySelectorAll('.date, [data-keypad]:not(body), .num, .receipt-number, input[inputmode=tel], .answers-row bdi')]
  .filter(e => e.tagName !== 'BDI' || /^[0-9X -]+$/.test(e.textContent)).filter(e => getComputedStyle(e).direction !== 'ltr').map(e => e.name || e.className)"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def url(home, clock):
    publish_file(home / "services" / f"{SERVICE}.json", raw())
    room = ROOM_FILE.replace('["zh-CN", "en"]', f'["zh-CN", "en", "{pseudo.TAG}"]')
    (home / "room.toml").write_text(room, encoding="utf-8")
    node = open_node(home, clock)
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()
    node.close()


def leaks(screen, allowed):
    """Words on the page that did not come through the keys; what the citizen or the room wrote is nobody's text."""
    found = []
    for text, where in screen.evaluate(SEEN):
        rest = re.sub(f"{pseudo.OPEN}.*?{pseudo.CLOSE}", "", _without(text, allowed), flags=re.DOTALL)
        if re.search(r"[^\W\d_]", rest):
            found.append((where, text))
    return found


def hold(screen, name, allowed):
    """The page is right to left, nothing sticks out, nothing is untranslated."""
    shot(screen, f"pseudo-{name}", full=True)
    assert screen.locator("html").get_attribute("dir") == "rtl"
    assert screen.evaluate(WIDE) <= 0, name
    assert screen.evaluate(CLIPPED) == [], name
    assert screen.evaluate(WRONG_WAY) == [], name
    assert leaks(screen, allowed) == [], name


@pytest.mark.browser
def test_the_kiosk_stands_right_to_left_with_long_texts_from_guide_to_receipt(browser, url):
    definition = load(raw())
    sample = definition.samples["valid"][0]["answers"]
    coded = [one for one in _leaves(definition, sample) if "x-lookup" in one.schema]
    allowed = _written(sample) | {name for one in coded for name in (one.display, *dict(one.options).values()) if name}
    for screen, name in walk(browser, url, pseudo.TAG, sample):
        hold(screen, name, allowed)


@pytest.mark.browser
def test_the_kiosk_is_wholly_english_from_guide_to_receipt(browser, url):
    sample = packaged()[SERVICE].samples["valid"][0]["answers"]
    names = {
        one.display for one in _leaves(packaged()[SERVICE], sample) if one.kind == "division"
    }  # they have no other
    allowed, found = _written(sample) | names, []
    for screen, name in walk(browser, url, "en", sample):
        shot(screen, f"english-{name}", full=True)
        assert screen.locator("html").get_attribute("lang") == "en"
        found += [(name, text) for text, _ in screen.evaluate(SEEN) if HAN.search(_without(text, allowed))]
    assert found == []


HAN = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


def _written(sample):
    """What the room and the citizen wrote themselves, and the names of languages."""
    written = {str(value) for _, value in leaves(sample) if isinstance(value, str)}
    return {ROOM, "龙场派出所", "0857-0000000", "0857-0000001", *texts.NAMES.values(), *written}


def _without(text, allowed):
    for known in sorted(allowed, key=len, reverse=True):
        text = text.replace(known, "")
    return text


def walk(browser, url, language, sample):
    """Yields (window, name) of every page from guide to receipt, filled in with the sample."""
    values = dict(leaves(sample))
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": jpeg(size=(1200, 900))}
    with window(browser, KIOSK) as screen:
        screen.context.add_cookies([{"name": "yizhan_view", "value": language, "url": f"{url}/kiosk"}])
        screen.goto(f"{url}/kiosk/service/{SERVICE}")
        for opened in screen.locator("details").all():
            opened.evaluate("one => one.open = true")
        yield screen, "guide"
        screen.locator("form.kiosk-act button").click()
        for step in range(20):
            screen.wait_for_load_state()
            if "/check" in screen.url:
                break
            _answer(screen, values, photo)
            yield screen, f"page-{step}"
            screen.locator('main button[name="_act"][value="next"]').last.click()
        yield screen, "check"
        screen.locator("form.kiosk-act button").click()
        expect(screen.locator(".receipt").first).to_be_visible()
        yield screen, "receipt"


def _leaves(definition, data):
    return page.leaves(page.controls(definition, data, language=pseudo.TAG))


def _answer(screen, values, photo):
    done = set()
    while fresh := [pointer for pointer in values if pointer not in done and _shown(screen, pointer)]:
        files = {pointer: photo for pointer, value in values.items() if str(value).startswith("sha256:")}
        files = {pointer: file for pointer, file in files.items() if not named(screen, f"{pointer}/strokes").count()}
        if screen.locator(f'input[type=hidden][name="{fresh[0]}"]:not([data-kept])').count() and fresh[0] not in files:
            # a place from the table: how it is found has tests of its own
            named(screen, fresh[0]).evaluate("(field, code) => { field.value = code }", values[fresh[0]])
        else:
            give(screen, fresh[0], values[fresh[0]], files)
        screen.locator("h1").first.click()
        expect(screen.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
        done.add(fresh[0])


def _shown(screen, pointer):
    return screen.locator(f'[name="{pointer}"], [name="{pointer}/y"], [name="{pointer}/strokes"]').count() > 0


@pytest.mark.browser
def test_the_check_can_fail(browser, url):
    with window(browser, KIOSK) as screen:
        screen.goto(f"{url}/kiosk/service/{SERVICE}")
        assert leaks(screen, {ROOM})
        screen.evaluate("() => { document.querySelector('h1').style.cssText = 'width: 3000px' }")
        assert screen.evaluate(WIDE) > 0


# --- in the preview


def test_the_preview_shows_every_language_and_the_pseudo_language(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(packaged()[SERVICE].raw, ensure_ascii=False), encoding="utf-8")
    client = preview.create_app(tmp_path).test_client()
    with client.get("/service/one.json") as answer:
        assert {f'value="{tag}"' in answer.text for tag in ("zh-CN", "en", pseudo.TAG)} == {True}
    with client.get(f"/service/one.json/kiosk?language={pseudo.TAG}") as answer:
        assert '<html lang="ar-XB" dir="rtl"' in answer.text
        assert pseudo.OPEN in answer.text
    with client.get("/service/one.json/kiosk?language=en") as answer:
        assert '<html lang="en" dir="ltr"' in answer.text
        assert packaged()[SERVICE].text("guest.name.label", language="en") in answer.text
