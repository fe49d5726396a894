"""The second listener: real TLS in front of a real node, and Chromium as the kiosk on the other machine."""

import http.client
import socket
import ssl
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import expect

from edge import tls_certificate, tls_door
from edge.app import Running
from edge.clock import SystemClock
from edge.inbox import rounds
from edge.locked import Locked
from edge.node import open_node
from edge.pairing import Pairings
from tests.browsing import KIOSK, chromium, shot
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import TOKEN
from tests.programs import ask, run

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """(home, port of the second listener, node)"""
    home = make_home(tmp_path_factory.mktemp("paired") / "home", kiosk_listen_host=HOST, kiosk_listen_port=0)
    with closing(open_node(home, FixedClock())) as node:
        running = Running(node, port=0)
        try:
            yield home, running.door.port, node
        finally:
            running.stop()


@contextmanager
def line(home, port):
    """As a browser that takes this node's certificate and no other."""
    context = ssl.create_default_context(cafile=home / tls_certificate.FILE)
    asked = http.client.HTTPSConnection(HOST, port, context=context, timeout=30)
    try:
        yield asked
    finally:
        asked.close()


def answer(asked, method, path, body=None, headers=None):
    asked.request(method, path, body, headers or {})
    got = asked.getresponse()
    return got.status, got.read(), got.headers


def test_what_it_says_is_encrypted_for_who_knows_the_certificate(room):
    home, port, _ = room
    with line(home, port) as asked:
        status, _, headers = answer(asked, "GET", "/kiosk/")
        assert (status, headers["Location"]) == (303, "/kiosk/pair")
        status, body, _ = answer(asked, "GET", "/kiosk/pair")  # on the same line
        assert status == 200
        assert "给这台自助机配对".encode() in body
        assert asked.sock.version() in {"TLSv1.2", "TLSv1.3"}
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(socket.create_connection((HOST, port)), server_hostname=HOST)


def test_a_large_body_and_a_large_page_come_through_whole(room):
    home, port, _ = room
    with line(home, port) as asked:
        status, _, _ = answer(asked, "POST", "/kiosk/pair", b"x" * 3_000_000, {"Content-Type": "text/plain"})
        assert status == 400
    with line(home, port) as asked:
        status, body, headers = answer(asked, "GET", "/static/yizhan.css")
        assert (status, len(body)) == (200, int(headers["Content-Length"]))


def test_who_speaks_no_tls_gets_nothing_and_disturbs_nobody(room):
    home, port, _ = room
    with socket.create_connection((HOST, port), timeout=30) as plain:
        plain.sendall(b"GET /kiosk/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP" not in _heard(plain)
    with line(home, port) as asked:
        assert answer(asked, "GET", "/kiosk/pair")[0] == 200


def _heard(line_of):
    try:
        return line_of.recv(4096)
    except ConnectionResetError:
        return b""


def test_one_address_holds_no_more_than_its_lines(tmp_path):
    door = tls_door.Door(None, tmp_path, HOST, 0)
    held = [socket.create_connection((HOST, door.port), timeout=30) for _ in range(tls_door.LINES_EACH_MAX)]
    try:
        with pytest.raises(OSError), line(tmp_path, door.port) as asked:  # noqa: PT011 - closed or reset, all the same
            asked.connect()
    finally:
        for one in held:
            one.close()
        door.stop()


def test_an_address_that_is_not_there_yet_keeps_nobody_from_starting(tmp_path):
    door = tls_door.Door(None, tmp_path, "192.0.2.77", 8643)
    assert door.port < 1
    door.stop()
    door.stop()


def test_its_end_ends_the_lines_and_frees_the_port(tmp_path):
    door = tls_door.Door(None, tmp_path, HOST, 0)
    port = door.port
    with socket.create_connection((HOST, port), timeout=30) as held:
        door.stop()
        assert _heard(held) == b""
    again = tls_door.Door(None, tmp_path, HOST, port)
    assert again.port == port
    again.stop()


def test_the_certificate_is_made_once_and_is_its_owners(tmp_path):
    first = tls_certificate.certificate(tmp_path, "192.0.2.1").read_bytes()
    assert tls_certificate.certificate(tmp_path, "192.0.2.1").read_bytes() == first
    assert (tmp_path / tls_certificate.FILE).stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == [tls_certificate.FILE]


def test_the_command_tells_code_address_and_fingerprint_and_ends_a_pairing(room):
    home, _, _ = room
    told = ask("kiosk_pair", "kiosk", "pair", "--name", "走廊", "--home", home)
    assert told["fingerprint"] in told["start"]
    pairings = Pairings(home)
    pairings.redeem(told["code"], "visit", SystemClock().now())
    listed = ask("kiosk_list", "kiosk", "list", "--home", home)["kiosks"]
    number = next(one["id"] for one in listed if one["name"] == "走廊")
    assert ask("kiosk_end", "kiosk", "end", number, "--home", home)["name"] == "走廊"
    assert ask("error", "kiosk", "end", number, "--home", home, code=1)["error"]["code"] == "kiosk_unknown"


def test_without_a_listener_no_code_is_given(tmp_path):
    home = make_home(tmp_path / "home")
    assert ask("error", "kiosk", "pair", "--home", home, code=1)["error"]["code"] == "kiosk_listener_off"
    assert run("kiosk", "list", "--home", home)[:2] == (0, "没有配对过自助机。\n")
    (home / "node.toml").write_text((home / "node.toml").read_text() + 'kiosk_listen_host = "0.0.0.0"\n')
    assert run("config", "check", "--home", home)[0] == 1


def test_a_browser_elsewhere_is_paired_by_touch_and_then_is_the_kiosk(room):
    home, port, _ = room
    pin = tls_certificate.fingerprint(home / tls_certificate.FILE)
    code = Pairings(home).offer("大厅", SystemClock().now())
    with chromium(f"--ignore-certificate-errors-spki-list={pin}") as browser:
        context = browser.new_context(locale="zh-CN", **KIOSK)
        page = context.new_page()
        page.goto(f"https://{HOST}:{port}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("给这台自助机配对")
        for digit in code:
            page.locator(".keypad button", has_text=digit).first.tap()
        expect(page.locator("input[name=code]")).to_have_value(code)
        shot(page, "kiosk-paired-code")
        page.set_viewport_size({"width": 1024, "height": 768})  # a laptop's screen: no key lies below the foot
        foot = page.locator(".kiosk-foot").bounding_box()["y"]
        keys = page.locator(".keypad button:visible, .pair .button").all()
        assert max(box["y"] + box["height"] for box in (one.bounding_box() for one in keys)) <= foot
        page.get_by_role("button", name="配对", exact=True).tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("您要办什么事？")
        assert page.evaluate("isSecureContext && !!navigator.mediaDevices")  # the camera may be opened
        shot(page, "kiosk-paired-home")
        Pairings(home).end(Pairings(home).all()[-1].id)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("给这台自助机配对")
        context.close()
    with chromium() as browser:
        page = browser.new_page()
        with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(f"https://{HOST}:{port}/")


def test_while_the_room_is_locked_the_other_kiosk_is_paired_and_takes_in_too(tmp_path):
    home = make_home(tmp_path / "home", kiosk_listen_host=HOST, kiosk_listen_port=0)
    with closing(open_node(home, FixedClock())) as node:
        rounds.Rounds(node).look()
    (home / "node.key").unlink()
    lock = Locked(home, port=0, clock=FixedClock())
    try:
        code = Pairings(home).offer("大厅", SystemClock().now())
        with line(home, lock.door.port) as asked:
            _, body, headers = answer(asked, "GET", "/kiosk/pair")
            told = {
                "Cookie": headers["Set-Cookie"].partition(";")[0],
                "Content-Type": "application/x-www-form-urlencoded",
            }
            fields = f"csrf_token={TOKEN.search(body.decode())[1]}&code={code}"
            status, _, headers = answer(asked, "POST", "/kiosk/pair", fields, told)
            assert (status, headers["Location"]) == (303, "/kiosk/")
            paired = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
            status, body, _ = answer(asked, "GET", "/kiosk/", headers=paired)
            assert status == 200
            assert "您要办什么事" in body.decode()
            assert answer(asked, "GET", "/console/", headers=paired)[0] == 404
    finally:
        lock.stop()
