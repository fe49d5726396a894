"""A birth registered in a home without network, and merged; a room that is locked. Walked in a real browser."""

import json
import shutil
import threading

import pytest
from playwright.sync_api import expect

from edge import applications, ferry_job
from edge.app import create_app
from edge.away import Away
from edge.inbox import rounds
from edge.locked import Locked
from edge.node import open_node
from edge.serving import Server
from forms.definition import PACKAGED
from tests.browsing import CONSOLE, KIOSK, chromium, leaves, named, shot, window
from tests.conftest import FixedClock, make_home
from tests.desk_app import PASSWORD, add_officer, photo
from tests.kiosk_app import ROOM

pytestmark = pytest.mark.browser
BIRTH = json.loads((PACKAGED / "chusheng-dengji.json").read_text(encoding="utf-8"))["x-samples"]["valid"][0]["answers"]
PLAIN = {**KIOSK, "java_script_enabled": False}
STEPS_MAX = 30


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def clock():
    return FixedClock()


@pytest.fixture(scope="module")
def stick(tmp_path_factory):
    made = tmp_path_factory.mktemp("media") / "stick"
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def node(tmp_path_factory, stick, clock):
    home = make_home(tmp_path_factory.mktemp("room") / "home")
    text = (home / "node.toml").read_text(encoding="utf-8")
    (home / "node.toml").write_text(f"ferry_dirs = {json.dumps([str(stick)])}\n{text}", encoding="utf-8")
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    opened = open_node(home, clock)
    add_officer(opened)
    opened.hooks.ferry = ferry_job.Ferry(opened)
    rounds.Rounds(opened).look()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def room(node):
    server = Server(create_app(node), "127.0.0.1", 0)
    yield server.url
    server.stop()


def log_in(page, url, password):
    page.goto(f"{url}/console/login")
    page.get_by_label("账号").fill("wei")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def answer_pages(page, picture):
    """Page after page with the sample, without scripts: what an answer opens comes with the next press."""
    values = dict(leaves(BIRTH))
    for _ in range(STEPS_MAX):
        if "/check" in page.url:
            return
        shown = page.content()
        for pointer, value in values.items():
            if f'name="{pointer}"' in shown or f'name="{pointer}/y"' in shown:
                answer(page, pointer, value)
        for field in page.locator("main input[type=file]").all():
            field.set_input_files(picture)
        page.get_by_role("button", name="下一步").click()
    raise AssertionError(page.locator("main").inner_text())


def answer(page, pointer, value):
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if page.locator(f'input[type=radio][name="{pointer}"], input[type=checkbox][name="{pointer}"]').count():
        page.locator(f'input[name="{pointer}"][value="{text}"]').check(force=True)
    elif named(page, f"{pointer}/y").count():
        for part, digits in zip("ymd", text.split("-"), strict=True):
            named(page, f"{pointer}/{part}").fill(digits)
    elif page.locator(f'select[name="{pointer}"]').count():
        named(page, pointer).select_option(text)
    elif page.locator(f'input:not([type=file])[name="{pointer}"], textarea[name="{pointer}"]').count():
        named(page, pointer).fill(text)


def prepare(page, room):
    """The password of a visit that the officer has written onto the stick."""
    log_in(page, room, PASSWORD)
    page.goto(f"{room}/console/appointments")
    page.get_by_role("link", name="上门收件").click()
    page.get_by_label("去哪里、办什么").fill("上坪组石家，新生儿上户口")
    page.get_by_label("用到哪一天").fill("2026-11-22")
    shot(page, "visit-prepare", full=True)
    page.get_by_role("button", name="准备好").click()
    expect(page.get_by_text("口令只在这里显示一次")).to_be_visible()
    shot(page, "visit-prepared", full=True)
    return page.locator("#password b.num").inner_text()


def test_a_birth_is_registered_in_a_home_without_network_and_merged(browser, room, node, stick, clock):
    picture = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": photo(side=400)}
    with window(browser, CONSOLE) as page:
        password = prepare(page, room)
        page.reload()
        expect(page.get_by_text("口令只在这里显示一次")).to_have_count(0)
    folder = next(stick.iterdir())
    away = Away(folder, clock=clock)
    try:
        url = away.urls()["url"]
        with window(browser, CONSOLE) as page:
            log_in(page, url, password)
            expect(page.get_by_text("上门办理，没有连接警务室")).to_be_visible()
            shot(page, "visit-desk")
        with window(browser, PLAIN) as page:
            page.goto(f"{url}/kiosk/service/chusheng-dengji")
            page.locator('form[action$="/start"] button').first.click()
            answer_pages(page, picture)
            page.locator('form[action$="/file"] button').click()
            expect(page.get_by_text("已在本机密封保存，带回警务室后登记")).to_be_visible()
            shot(page, "visit-receipt", full=True)
            number = page.locator(".receipt-number").first.inner_text().replace(" ", "")
    finally:
        away.stop()
    clock.advance(hours=6)
    with window(browser, CONSOLE) as page:
        log_in(page, room, PASSWORD)
        page.goto(f"{room}/console/visits")
        shot(page, "visit-home", full=True)
        page.get_by_role("button", name="合并").click()
        expect(page.get_by_text("登记了 1 件")).to_be_visible()
        shot(page, "visit-merged", full=True)
        page.get_by_role("button", name="合并").click()
        expect(page.get_by_text("登记了 0 件，1 份以前登记过")).to_be_visible()
        page.locator("table").last.get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("上门收件清单")
        shot(page, "visit-list", full=True)
        page.get_by_role("link", name="出生登记").click()
        expect(page.get_by_text("已收件（上门收件）")).to_be_visible()
        shot(page, "visit-case", full=True)
    with node.database.read() as tx:
        state = applications.get(tx, number).state
    assert (state.channel, state.answers["child"]["name"], state.filed_at[:13]) == ("visit", "石小满", "2026-11-21T09")
    assert len(state.materials) > 2


def test_a_locked_room_serves_the_kiosk_and_one_page_at_the_desk(browser, node, clock, tmp_path):
    home = shutil.copytree(node.settings.home, tmp_path / "home")
    (home / "node.key").unlink()
    lock, stopped = Locked(home, port=0, clock=clock), threading.Event()
    waiting = threading.Thread(target=lock.wait, args=(stopped,))
    waiting.start()
    try:
        with window(browser, KIOSK) as page:
            page.goto(lock.urls()["kiosk"])
            expect(page.get_by_text("本机停电后还没有解锁")).to_be_visible()
            shot(page, "locked-kiosk")
        with window(browser, CONSOLE) as page:
            page.goto(f"{lock.urls()['console']}applications")
            expect(page.get_by_role("heading", level=1)).to_have_text("本机还没有解锁")
            page.get_by_label("或者输入口令").fill("12")
            page.get_by_role("button", name="解锁").click()
            expect(page.get_by_role("alert")).to_contain_text("密钥不对")
            shot(page, "locked-desk")
    finally:
        stopped.set()
        waiting.join()
        lock.stop()
