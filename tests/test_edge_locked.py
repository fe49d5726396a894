"""A room whose database is still locked: the kiosk takes in, nothing of anybody can be read, and a key opens the desk."""

import http.cookiejar
import re
import threading
import time
import urllib.parse
import urllib.request

import pytest
from conftest import FixedClock
from kiosk_app import ROOM, TOKEN, Citizen, begin, walk
from service_for_tests import answers
from test_edge_inbox import file_one

from edge import app as wiring
from edge import applications, drafts, inbox, log, receipts
from edge.errors import YizhanError
from edge.inbox import rounds, sets
from edge.locked import Locked
from edge.node import open_node
from edge.standin import open_standin
from tests.programs import run, served

PATIENCE_S = 60


@pytest.fixture
def shut(home, clock):
    """A home that has run once, was given something, and whose key file is in somebody's pocket; (home, key)."""
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    node = open_node(home, clock)
    applications.file(node, "ceshi-dengji", answers("李旧件"), token="token-0001", channel="console", actor="officer:a")
    rounds.Rounds(node).look()
    node.close()
    key = (home / "node.key").read_text()
    (home / "node.key").unlink()
    return home, key


@pytest.fixture
def lock(shut, clock):
    made = Locked(shut[0], port=0, clock=clock)
    yield made
    made.stop()


def unlocked(lock, key):
    """The node that comes of unlocking with the page, as the program does it."""
    found = []
    stopped = threading.Event()
    waiting = threading.Thread(target=lambda: found.append(lock.wait(stopped)))
    waiting.start()
    desk = Citizen(lock.app)
    desk.get("/console/")
    asked = threading.Thread(target=lambda: desk.post("/console/unlock", {"key": key}))
    asked.start()
    waiting.join(PATIENCE_S)
    lock.hand_over()
    asked.join(PATIENCE_S)
    return found[0]


def test_the_kiosk_takes_in_and_says_what_the_receipt_is(lock):
    citizen = Citizen(lock.app)
    assert "本机停电后还没有解锁" in citizen.get("/kiosk/")
    address = begin(citizen)
    walk(citizen, address)
    assert "填的内容没有存盘" in citizen.text
    citizen.press(f"{address}/file")
    assert "已在本机密封保存，开机解锁后登记" in citizen.text
    number = re.search(r'receipt-number">([0-9 ]+)<', citizen.text)[1].replace(" ", "")
    assert receipts.series_of(number) == lock.node.inbox.series
    assert len(list(inbox.waiting(lock.node.inbox.folder))) == 1


def test_guides_cards_and_sheets_are_there_and_nobody_of_before(lock):
    citizen = Citizen(lock.app)
    areas = [f"/kiosk/area/{name}" for name in ("all", "open", "ask", "watch")]
    public = ["/kiosk/open/room", "/kiosk/open/fees", "/kiosk/open/figures", "/kiosk/board", "/kiosk/board/sheet"]
    for path in (*areas, *public, "/kiosk/service/juzhu-dengji", "/print/juzhu-dengji/guide"):
        citizen.get(path)
        assert citizen.status == 200, path
        assert "李旧件" not in citizen.text


def test_the_desk_shows_one_page_whatever_is_asked_for(lock):
    officer = Citizen(lock.app)
    for path in ("/console/", "/console/applications", "/console/login", "/console/receive"):
        assert "本机还没有解锁" in officer.get(path)
    officer.get("/api/v1/applications/1")
    assert officer.status == 404
    officer.get("/console/")
    assert officer.client.post("/console/unlock", data={"key": "0" * 64}).status_code == 400  # no form of this page


def test_a_wrong_key_says_so_and_changes_nothing(lock, shut):
    stopped = threading.Event()
    waiting = threading.Thread(target=lock.wait, args=(stopped,))
    waiting.start()
    for wrong in ("", "abc", "z" * 64, "0" * 64):
        officer = Citizen(lock.app)
        officer.get("/console/")
        answer = officer.post("/console/unlock", {"key": wrong})
        assert answer.status_code == 403
    stopped.set()
    waiting.join(PATIENCE_S)
    assert not (shut[0] / "node.key").exists()


def test_after_unlocking_everything_is_in_the_log_and_what_was_half_filled_goes_on(lock, shut, clock):
    first, second = Citizen(lock.app), Citizen(lock.app)
    address = begin(first)
    walk(first, address)
    first.press(f"{address}/file")
    number = re.search(r'receipt-number">([0-9 ]+)<', first.text)[1].replace(" ", "")
    half = begin(second)
    walk(second, half)
    clock.advance(minutes=50)
    node = unlocked(lock, shut[1])
    app = wiring.create_app(node, lock.secret)
    for citizen in (first, second):
        kept = citizen.client._cookies
        citizen.client = app.test_client()
        citizen.client._cookies = kept
    assert f"{number[:4]}" in first.get(f"{address}/receipt")
    assert "密封" not in first.text.partition("<main")[2]
    second.get(f"{half}/check")
    assert second.status == 200
    second.press(f"{half}/file")
    with node.database.read() as tx:
        filed = [event for event in log.up(tx) if event.kind == "application.filed"]
        state = applications.get(tx, number).state
    assert [event.application for event in filed][1] == number
    assert len(filed) == 3
    assert state.filed_at == "2026-11-21T09:12:03+08:00"
    assert receipts.series_of(filed[2].application) == ""
    node.close()


def test_the_program_that_is_left_takes_no_more(lock, shut):
    node = unlocked(lock, shut[1])
    with pytest.raises(YizhanError):
        drafts.create(lock.node, "ceshi-dengji", "kiosk:late")
    node.close()


def test_a_receipt_of_before_the_second_cut_is_known_at_the_phone(shut, clock):
    home, _ = shut
    given = sets.read(sets.path_of(home))
    first = open_standin(home, given, sets.folder_of(home), clock)
    token = file_one(first).token
    first.close()
    again = Locked(home, port=0, clock=clock)
    phone = Citizen(again.app)
    assert "已收件，等待登记" in phone.get(f"/s/{token}")
    assert phone.status == 200
    phone.get(f"/s/{'A' * 26}")
    assert phone.status == 404
    again.stop()


def test_a_room_that_never_ran_says_that_it_has_to_be_unlocked_first(home):
    (home / "node.key").unlink()
    code, _, said = run("serve", "--home", home, "--port", "0")
    assert code == 1
    assert "先解锁" in said


def opener():
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def test_the_program_itself_is_unlocked_at_its_own_address(shut):
    home, key = shut
    given = sets.read(sets.path_of(home))
    away = open_standin(home, given, sets.folder_of(home), FixedClock())
    number = file_one(away).number
    away.close()
    with served("serve", "--home", home, "--port", "0") as (_, urls):
        browser = opener()
        page = browser.open(urls["console"]).read().decode()
        assert "本机还没有解锁" in page
        form = urllib.parse.urlencode({"csrf_token": TOKEN.search(page)[1], "key": key.strip()}).encode()
        after = browser.open(f"{urls['console']}unlock", form)
        assert "登录" in after.read().decode()
        assert after.url.startswith(urls["console"])
    (home / "node.key").write_text(key)
    code, out, _ = run("show", number, "--home", home)
    assert code == 0
    assert number in out


def test_putting_the_key_file_back_is_enough(shut):
    home, key = shut
    with served("serve", "--home", home, "--port", "0") as (_, urls):
        assert "本机还没有解锁" in opener().open(urls["console"]).read().decode()
        (home / "node.key").write_text(key)
        until = time.monotonic() + PATIENCE_S
        while "本机还没有解锁" in opener().open(urls["console"]).read().decode():
            assert time.monotonic() < until
