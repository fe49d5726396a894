"""The wipe: a value of every kind is given at the kiosk, and nothing of it is in the browser when the visit is over."""

import gzip
import json
import re
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from edge import drafts
from edge.guide import citizen_title
from edge.node import open_node
from edge.sample import devices
from edge.serving import Server
from forms.definition import PACKAGED, load
from kiosk import pen
from tests.browser_traces import kept_browser, searched, traces
from tests.browsing import give, leaves, named, shot
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import ROOM, SAMPLE, jpeg, kiosk_app
from tests.strokes import NAME as WRITTEN
from tests.strokes import written
from tests.test_kiosk_browser import APPLYING, begin, press, type_on_keypad
from tests.test_kiosk_typing_browser import draw, touch, write
from tests.touch_walks import supervised

pytestmark = pytest.mark.browser

NOTE, FIND, NUMBER = "/declaration/note", "/residence/village/find", "/applicant/idNumber"
SOUGHT, TOLD, VILLAGE = "画马崖那边的寨子", "村口路灯坏了半个月没人管", "猫场石头寨"
PINYIN, LEFT, IDLE = "张小红", "买买提·艾力", "甄不念"
OTHER = "522425196603129841"  # its last digit is wrong: it stays on the page with its fault
LOOKED = Path(__file__).parents[1] / "build" / "wipe.json"
PRIVATE = "anquan-qiuzhu"
SECRET, HELP = "覃月圆", "覃月圆说了一句没人知道的话"
SEALED = "jubao-tousu"
COMPLAINT, TELLER, HEARD = "崖脚寨的晒场上夜夜有人聚赌放哨", "覃望舒", "19900000352"
PHOTO = jpeg(size=(1200, 900))
MARK = "qing-zhaodao-wo-8c1f"
CONTROL = f"""<!doctype html><title>-</title><form><input id=a name=a><input type=checkbox id=c></form><script>
localStorage.setItem("k", "{MARK}-storage"); sessionStorage.setItem("k", "{MARK}-session");
const o = indexedDB.open("d", 1); o.onupgradeneeded = () => o.result.createObjectStore("s");
o.onsuccess = () => {{ const t = o.result.transaction("s", "readwrite"); t.objectStore("s").put("{MARK}-database", 1);
  t.oncomplete = () => fetch("/kept").then(r => r.text()).then(() => {{ document.title = "{MARK}-done" }}) }};
</script>"""


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("wipe") / "home")
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    devices.put(home)
    opened = open_node(home, FixedClock())
    supervised(opened)
    yield opened
    opened.close()


@pytest.fixture
def url(node):
    server = Server(kiosk_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


@pytest.fixture
def folder():
    """A short one: Chromium has a socket in it."""
    with tempfile.TemporaryDirectory(prefix="yz-") as made:
        yield Path(made)


@contextmanager
def careless():
    """A page without our headers, which keeps its marks in every place that a browser offers."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            kept = urlsplit(self.path).path == "/kept"
            body = gzip.compress(f"{MARK}-cached".encode()) if kept else CONTROL.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if kept:
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Cache-Control", "max-age=86400")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def gone(page, *values):
    """Nothing of it on this page or on any that "back" and "forward" lead to."""
    for step in (*[page.go_back] * 6, *[page.go_forward] * 6):
        words = page.content() + page.title() + page.url
        assert not [value for value in values if value in words], (page.url, values)
        step()
        page.wait_for_load_state()


def write_note(page):
    """By pinyin and, where the machine has it, by hand, in the last field of the form."""
    if not named(page, NOTE).count():
        return
    named(page, NOTE).tap()
    write(page, "zhang", "张")
    write(page, "xiaohong", "小红")
    if pen.is_there():
        page.locator('[data-mode="pen"]').tap()
        for character in WRITTEN:
            draw(page, written(character))
            page.locator(".dock-found").get_by_text(character, exact=True).tap()
            expect(page.locator(".dock-word")).to_have_count(0)
        page.locator('[data-mode="pinyin"]').tap()
    touch(page, ["{done}"])
    expect(page.locator("#dock")).to_be_hidden()


def answer_pages(page, look):
    """Fill page after page with the sample until the check page; `look` sees each page before it is left."""
    values, photo = dict(leaves(SAMPLE)), {"name": "租房合同.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}
    while "/check" not in page.url:
        if page.locator('button[name="_add"]').count() and not page.locator('[name^="/members/0/"]').count():
            page.locator('button[name="_add"]').click()
            page.wait_for_load_state()
        done = set()
        while fresh := [place for place in values if place not in done and _is_shown(page, place)]:
            if fresh[0].endswith("/phone"):
                type_on_keypad(page, fresh[0], values[fresh[0]])
            else:
                give(page, fresh[0], values[fresh[0]], {"/files/residenceProof": photo})
            named(page, fresh[0]).first.blur() if named(page, fresh[0]).first.is_visible() else None
            expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
            done.add(fresh[0])
        look(page)
        here = page.url
        with page.expect_navigation():
            press(page, "下一步")
        assert page.url != here, page.locator("main").inner_text()


def _is_shown(page, place):
    return page.locator(f'[name="{place}"], [name="{place}/y"], [name="{place}/strokes"]').count() > 0


def whole_service(page, url, seen):
    """From the card reader to the receipt, and the application opened again with its 查询码."""
    begin(page, url)
    press(page, "读身份证")
    expect(page.locator("#card")).to_contain_text("已经读好身份证")

    def look(page):
        if named(page, FIND).count():
            named(page, FIND).fill(SOUGHT)
            named(page, FIND).press("Enter")
            expect(page.locator(".search [role=status]")).to_contain_text(SOUGHT)
            assert "%" not in page.url
        write_note(page)
        strokes = page.locator("input[data-strokes]")
        if strokes.count():
            seen["strokes"] = strokes.input_value()
            seen["note"] = named(page, NOTE).input_value()

    answer_pages(page, look)
    press(page, "提交")
    page.wait_for_url("**/receipt")
    seen["number"], seen["code"] = (one.replace(" ", "") for one in page.locator("dd.receipt-number").all_inner_texts())
    page.goto(f"{url}/kiosk/find")
    type_on_keypad(page, "number", seen["number"])
    type_on_keypad(page, "code", seen["code"])
    press(page, "查")
    page.wait_for_url("**/found")


def leave_from_the_start_page(page, url):
    begin(page, url)
    named(page, "/applicant/name").fill(LEFT)
    page.locator('input[name="/applicant/idType"][value="idCard"]').tap()
    type_on_keypad(page, NUMBER, OTHER)
    press(page, "下一步")
    expect(page.locator(".faults")).to_be_visible()
    page.locator(".bar-name a").click()
    expect(page.locator(".going-on")).to_be_visible()
    shot(page, "kiosk-home-begun")
    assert LEFT not in page.content()
    press(page, "不办了，退出")
    expect(page.locator(".going-on")).to_have_count(0)


def walk_away(page, url, node):
    """Nobody touches anything any more, in the middle of a word."""
    page.clock.install()
    page.route("**/kiosk/over", lambda route: route.abort())  # the browser's own half minute, on a slow machine
    begin(page, url)
    draft = re.search(r"/apply/([^/]+)", page.url)[1]
    named(page, "/applicant/name").fill(IDLE)
    page.clock.fast_forward(node.room.kiosk_idle_s * 1000 + 1000)
    page.wait_for_url("**/kiosk/idle?**")
    with node.database.read() as tx:
        [(owner, data)] = [tuple(row) for row in tx.execute("SELECT owner, data FROM draft WHERE id = ?", (draft,))]
    assert IDLE in data, "what was being typed was kept"
    left = page.locator(".countdown")
    expect(left).to_have_text(re.compile(r"^\d+$"))
    shown = int(left.inner_text())
    page.clock.fast_forward(2000)
    expect(left).not_to_have_text(str(shown))
    assert int(left.inner_text()) < shown <= 30
    shot(page, "kiosk-idle-countdown")
    assert IDLE not in page.content()
    page.get_by_role("link", name="继续办理").tap()
    page.wait_for_url(APPLYING)
    expect(named(page, "/applicant/name")).to_have_value(IDLE)
    page.clock.fast_forward(node.room.kiosk_idle_s * 1000 + 1000)
    page.wait_for_url("**/kiosk/idle?**")
    assert page.request.get(page.url).headers["refresh"] == "30; url=/kiosk/over"
    page.unroute("**/kiosk/over")
    page.goto(f"{url}/kiosk/over")  # as the page does by itself
    page.wait_for_url(f"{url}/kiosk/")
    assert not drafts.of_owner(node, owner)


def say_what_is_needed(page, url):
    page.goto(f"{url}/kiosk/need")
    named(page, "village").fill(VILLAGE)
    page.locator("form button.button-wide").click()
    expect(page.locator(".faults")).to_be_visible()
    expect(named(page, "village")).to_have_value(VILLAGE)
    assert "?" not in page.url
    named(page, "what").fill(TOLD)
    page.locator("form button.button-wide").click()
    expect(page.locator("[role=status] h1")).to_be_visible()


def ask_for_help_and_get_out(page, url):
    """Violence in the family: by touch from the list, three pages far, then one touch on 立即退出."""
    page.goto(f"{url}/kiosk/area/all")
    length = page.evaluate("history.length")
    page.locator('a[href*="/service/~"]', has_text=citizen_title(load(PACKAGED / f"{PRIVATE}.json"))).click()
    expect(page.locator(".bar-exit")).to_be_visible()
    page.locator('form[action$="/start"] button').click()
    page.locator('input[name="/now/danger"][value="no"]').check(force=True)
    page.locator("button[value=next]").last.click()
    named(page, "/person/name").fill(SECRET)
    page.locator('input[name="/person/relation"][value="self"]').check(force=True)
    page.locator('input[name="/person/way"][value="come"]').check(force=True)
    page.locator("button[value=next]").last.click()
    named(page, "/event/what").fill(HELP)
    left = page.url
    page.locator(".bar-exit").click()
    page.wait_for_url(f"{url}/kiosk/")
    expect(page.locator(".bar-exit")).to_have_count(0)
    assert page.evaluate("history.length") == length
    for _ in range(length):
        page.go_back()
        page.wait_for_load_state()
        assert not page.locator(".bar-exit").count(), page.url
        assert left.split("/")[5] not in page.url
    page.goto(left)
    expect(page.locator("h1")).to_contain_text("没有找到")


def complain(page, url):
    """To the supervisor, sealed, with name and telephone; from the receipt straight to the start page."""
    definition = load(PACKAGED / f"{SEALED}.json")
    page.goto(f"{url}/kiosk/area/watch")
    page.locator(".lines a", has_text=citizen_title(definition)).click()
    page.locator('form[action$="/start"] button').click()
    said = {"/about/content": COMPLAINT, "/reply/name": TELLER, "/reply/phone": HEARD}
    values = {**dict(leaves(definition.samples["valid"][1]["answers"])), **said}
    while "/check" not in page.url:
        done = set()
        while fresh := [place for place in values if place not in done and _is_shown(page, place)]:
            give(page, fresh[0], values[fresh[0]], {})
            named(page, fresh[0]).first.blur() if named(page, fresh[0]).first.is_visible() else None
            expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
            done.add(fresh[0])
        here = page.url
        with page.expect_navigation():
            press(page, "下一步")
        assert page.url != here, page.locator("main").inner_text()
    expect(page.locator("main")).to_contain_text(COMPLAINT)
    press(page, "提交")
    page.wait_for_url("**/receipt")
    assert COMPLAINT not in page.content()
    page.locator('form[action="/kiosk/leave"] button').last.click()
    page.wait_for_url(f"{url}/kiosk/")


def leave_marks(page, base):
    page.goto(f"{base}/?q={MARK}-address")
    page.wait_for_function(f"document.title === '{MARK}-done'")
    page.locator("#a").fill(f"{MARK}-typed")
    page.goto(f"{base}/next")
    page.goto(f"{base}/after")


def test_nothing_that_was_given_is_in_the_browser_after_filing_leaving_idling_and_the_quick_exit(node, url, folder):
    seen, coded = {}, []
    with kept_browser(folder) as browser:
        page = browser.pages[0]
        browser.on("response", lambda one: coded.append(one.url) if "content-encoding" in one.headers else None)
        whole_service(page, url, seen)
        page.locator('form[action="/kiosk/leave"] button').click()
        page.wait_for_url(f"{url}/kiosk/")
        gone(page, "王秀梅", devices.READS[0]["name"], SOUGHT, PINYIN, seen["code"], seen["number"])
        leave_from_the_start_page(page, url)
        gone(page, LEFT, OTHER)
        say_what_is_needed(page, url)
        gone(page, TOLD, VILLAGE)
        complain(page, url)
        gone(page, COMPLAINT, TELLER, HEARD)
        ask_for_help_and_get_out(page, url)
        walk_away(page, url, node)
        gone(page, IDLE, SECRET, HELP)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
        assert coded == [], "what the node sends is never packed, so that a cache would hold it as it is"
        with careless() as base:
            leave_marks(page, base)
    values = {**given(seen), **of_the_private_service(), "complaint": COMPLAINT, "teller": TELLER, "heard": HEARD}
    files, size = searched(folder)
    assert files > 50, "the profile is where it is looked for"
    assert traces(folder, values) == {}, f"{files} files, {size} bytes"
    assert alone(folder, seen["code"]) == [], "查询码"
    assert_marks_are_found(folder)
    LOOKED.parent.mkdir(parents=True, exist_ok=True)
    LOOKED.write_text(json.dumps({"values": sorted(values), "files": files, "bytes": size}, indent=1))


def given(seen):
    """Everything that was typed, touched, written, read, photographed and shown, by what it is."""
    card = devices.READS[0]
    found = {f"answer {place}": str(value) for place, value in leaves(SAMPLE) if _tells(value)}
    found |= {f"card {name}": card[name] for name in ("name", "number", "address")}
    found |= {f"seen {name}": value for name, value in seen.items() if name != "code"}
    found |= {"photo": PHOTO[len(PHOTO) // 2 : len(PHOTO) // 2 + 48]}
    return found | {
        "sought": SOUGHT,
        "pinyin": PINYIN,
        "told": TOLD,
        "village": VILLAGE,
        "left": LEFT,
        "idle": IDLE,
        "number": OTHER,
        "grouped": "522425 1966 0312 9841",
    }


def alone(folder, digits):
    """Files that hold six digits between other signs; within a longer number they are no code."""
    spaced = digits.encode("utf-16-le")
    ways = re.compile(rb"(?<!\d)%b(?!\d)|(?<!\d\0)%b(?!\d\0)" % (digits.encode(), re.escape(spaced)))
    return [str(one) for one in folder.rglob("*") if one.is_file() and ways.search(one.read_bytes())]


def of_the_private_service():
    definition = load(PACKAGED / f"{PRIVATE}.json")
    return {"secret": SECRET, "help": HELP, "service": PRIVATE, "title": definition.title}


def _tells(value):
    """Whether a value is somebody's alone: a word like "rent" stands in half the files of any browser."""
    return isinstance(value, str) and not value.startswith("sha256:") and (len(value) > 6 or not value.isascii())


def assert_marks_are_found(folder):
    found = traces(
        folder, {name: f"{MARK}-{name}" for name in ("done", "address", "storage", "database", "cached", "typed")}
    )
    for name, place in (
        ("done", "History"),
        ("address", "History"),
        ("storage", "Local Storage"),
        ("database", "IndexedDB"),
        ("cached", "Cache"),
        ("typed", "Sessions"),
    ):
        assert any(place in file for file in found.get(name, [])), (name, found)
