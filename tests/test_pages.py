"""What holds for every page of every program: headers, form tokens, sandboxes, doors. Each table of routes is walked."""

import re
import secrets
import socket
import struct
import threading
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from conftest import FixedClock, make_home
from desk_app import Desk, add_officer, file_one, photo
from PIL import ExifTags, Image
from programs import served

from edge import applications, images, materials, web
from edge.accounts import Cost
from edge.app import create_app
from edge.database import Database
from edge.errors import YizhanError
from edge.materials_named import plain_name
from edge.node import open_node
from edge.routes import Who
from edge.serving import Server
from edge.staff import screens as staff
from sync.centre import centre as centres
from sync.centre.app import create_app as create_centre_app

REACHED = "门后"
PIXELS_MAX = 50_000_000
UNSAFE = re.compile(r"'unsafe-|\*|data:(?! blob:)|https?:")
BANNER = re.compile(r"waitress|werkzeug|gunicorn|python|flask|sqlite", re.IGNORECASE)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    opened = open_node(make_home(tmp_path_factory.mktemp("pages") / "home"), FixedClock())
    add_officer(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    home = tmp_path_factory.mktemp("pages") / "centre"
    centres.create_home(home)
    opened = centres.open_centre(home, FixedClock(), Cost(1024, 1, 1))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def programs(node, centre):
    """The finished programs: of the room (kiosk, desk, phones, API) and of the centre."""
    return {"node": create_app(node), "centre": create_centre_app(centre)}


@pytest.fixture(scope="module", params=["node", "centre"])
def app(request, programs):
    return programs[request.param]


def address(rule) -> str:
    return rule.build({name: 1 if f"<int:{name}>" in rule.rule else "x" for name in rule.arguments})[1]


def answers(app):
    """Every address by every method that it knows and one that it doesn't, as somebody without any right asks."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        for method in sorted({"GET", "POST", "TRACE"} | (rule.methods - {"OPTIONS"})):
            answer = client.open(address(rule) if rule.endpoint != "static" else "/static/base.css", method=method)
            answer.get_data()
            answer.close()
            yield method, rule, answer


def test_every_answer_of_every_route_carries_the_strict_headers(app, capsys):
    seen, wrong = 0, []
    for method, rule, answer in answers(app):
        seen += 1
        csp = answer.headers.get("Content-Security-Policy", "")
        held = (
            "default-src 'none'" in csp and "frame-ancestors 'none'" in csp and "base-uri 'none'" in csp
            and not UNSAFE.search(csp.replace("data: blob:", "")) and answer.headers.get("X-Content-Type-Options") == "nosniff"
            and answer.headers.get("Referrer-Policy") == "no-referrer" and answer.status_code < 500
            and (method != "TRACE" or answer.status_code in {400, 404, 405})
            and ("charset=utf-8" in answer.content_type if answer.mimetype.startswith("text/") else True)
        )  # fmt: skip
        if not held:
            wrong.append((method, rule.rule, answer.status_code, dict(answer.headers)))
    assert wrong == []
    assert seen > 3 * 40


def test_no_page_carries_script_or_style_of_its_own(node):
    """The policy would stop them; here is that there are none to be stopped, in every template of both programs."""
    folders = [Path(web.__file__).parent / "templates", Path(web.__file__).parent.parent / "kiosk" / "templates"]
    folders.append(Path(centres.__file__).parent / "templates")
    found = [path for folder in folders for path in folder.rglob("*.html")]
    assert all(any(folder in path.parents for path in found) for folder in folders)
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=\"|\sstyle=\"|javascript:", re.IGNORECASE)
    assert len(found) > 100
    assert [path.name for path in found if inline.search(path.read_text(encoding="utf-8"))] == []


def test_every_change_without_a_form_token_is_refused_before_anything_is_done(app):
    """Behind each door a word; nobody reaches it. What programs call is outside: a key or a sealed batch is asked for."""
    exempt = app.extensions["yizhan.web"].exempt
    views, tried = dict(app.view_functions), 0
    try:
        for endpoint in views:
            app.view_functions[endpoint] = lambda **_parts: REACHED
        for rule in app.url_map.iter_rules():
            for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
                client, path = app.test_client(), address(rule)
                if path.startswith(exempt):
                    continue
                tried += 1
                client.get(path)
                for sent in ({}, {"csrf_token": "0" * 64}):
                    answer = client.open(path, method=method, data=sent)
                    assert (answer.status_code, REACHED in answer.text) == (400, False), (method, path, answer.status_code)
    finally:
        app.view_functions.update(views)
    assert tried > 15


def test_what_is_exempt_from_form_tokens_asks_for_a_key_or_a_sealed_batch(programs):
    for app in programs.values():
        exempt = app.extensions["yizhan.web"].exempt
        for rule in app.url_map.iter_rules():
            for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
                if rule.rule.startswith(exempt):
                    answer = app.test_client().open(address(rule), method=method, data=b"{}", content_type="application/json")
                    assert answer.status_code in {400, 401, 403, 404, 409, 413, 415, 422}, (rule.rule, answer.status_code)


@pytest.mark.parametrize("account", [None, "wei"])
def test_a_get_changes_nothing_that_is_kept(programs, node, account):
    """Every address that answers a GET, asked by somebody without an account and by an officer with every post: no event,
    no application, no account.
    """
    app = programs["node"]
    desk = Desk(app, account)
    assert (desk.get("/console/receive", follow=False).status_code == 200) is (account is not None)
    before = _counts(node.database)
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint != "static":
            desk.get(address(rule), follow=False)
    assert _counts(node.database) == before


def _counts(database: Database) -> dict[str, int]:
    tables = ("event", "head", "officer", "material", "session", "account_book")
    with database.read() as tx:
        return {name: tx.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


# --- the kiosk's browser before the desk


def test_who_has_been_at_the_kiosk_reaches_nothing_of_the_desk(programs, node):
    app = programs["node"]
    client = app.test_client()
    client.get("/kiosk/")
    client.get("/console/login")
    cookies = [cookie for cookie in client._cookies.values() if cookie.path.startswith("/kiosk")]
    assert cookies
    guarded = {f"staff.{route.endpoint}" for route in staff.ROUTES if route.who is Who.OFFICER}
    desk = [rule for rule in app.url_map.iter_rules() if rule.endpoint in guarded and "GET" in rule.methods]
    assert len(desk) > 50
    for rule in desk:
        headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for cookie in cookies for name in (cookie.key, "yizhan_officer", "yizhan_node_console"))}
        answer = app.test_client().get(address(rule), headers=headers)
        assert answer.status_code == 303, rule.rule
        assert answer.location.startswith("/console/login"), rule.rule


def test_no_page_of_the_kiosk_leads_to_the_desk(programs):
    client = programs["node"].test_client()
    for rule in programs["node"].url_map.iter_rules():
        if rule.rule.startswith("/kiosk") and "GET" in rule.methods:
            assert "/console" not in client.get(address(rule)).text, rule.rule


# --- listeners and banners


def listening(pid: int) -> set[tuple[str, int]]:
    """(address in hexadecimal, port) of every TCP socket that a process listens on, IPv6 too."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = descriptor.readlink().name
        except FileNotFoundError:  # closed meanwhile
            continue
        inodes.add(target.removeprefix("socket:[").removesuffix("]"))
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                where, port = words[1].split(":")
                found.add((where, int(port, 16)))
    return found


def test_a_room_listens_on_loopback_and_on_nothing_else(tmp_path):
    home = make_home(tmp_path / "home")
    with served("serve", "--home", home, "--port", "0") as (process, ready):
        port = int(ready["url"].rsplit(":", 1)[1])
        assert listening(process.pid) == {("0100007F", port)}
        udp = [line for line in Path(f"/proc/{process.pid}/net/udp").read_text().splitlines()[1:] if f" {process.pid} " in line]
        assert udp == []


def test_no_answer_names_what_it_was_made_with(programs):
    server = Server(programs["node"], "127.0.0.1", 0)
    try:
        for request in (b"GET /kiosk/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
                line.sendall(request)
                head = line.recv(65_536).split(b"\r\n\r\n")[0].decode("latin-1")
                assert not BANNER.search(head), head
    finally:
        server.stop()


SMUGGLED = b"GET /kiosk/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
DOUBTFUL = {
    # the coding counts and the length does not (RFC 9112, 6.3): the second request is one of its own
    "both lengths": (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ["/kiosk/", "/kiosk/smuggled"]),
    "two lengths": (b"Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc", []),
    "a signed length": (b"Content-Length: +3\r\n\r\nabc", []),
    "a length in words": (b"Content-Length: three\r\n\r\nabc", []),
    "an unknown coding": (b"Transfer-Encoding: xchunked\r\n\r\n", []),
    "a folded header": (b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n", None),
    "a blank before the colon": (b"Content-Length : 3\r\n\r\nabc", []),
    "a bare line feed": (b"X: a\nContent-Length: 44\r\n\r\n", []),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_where_one_request_ends_is_never_in_doubt(programs, name):
    """What could be read in two ways is refused before the program is asked, and nothing behind it is read."""
    head, expected = DOUBTFUL[name]
    asked = []

    def noting(environ, start):
        asked.append(environ["PATH_INFO"])
        return programs["node"].wsgi_app(environ, start)

    server = Server(noting, "127.0.0.1", 0)
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
            line.sendall(b"POST /kiosk/ HTTP/1.1\r\nHost: x\r\n" + head + SMUGGLED)
            line.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: line.recv(65_536), b""))
    finally:
        server.stop()
    assert said.startswith(b"HTTP/1.")
    assert expected is None or asked == expected


# --- hostile files


PAGE = b"<!doctype html><script>alert(document.cookie)</script>"


def png(*more: tuple[bytes, bytes], behind: bytes = b"") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 30)).save(out, "PNG")
    data = out.getvalue()
    pieces = b"".join(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in more)
    return data[:33] + pieces + data[33:] + behind


def webp(behind: bytes = b"", piece: bytes = b"") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), (30, 200, 30)).save(out, "WEBP")
    data = out.getvalue()
    if piece:
        data += b"EVIL" + struct.pack("<I", len(piece)) + piece + b"\0" * (len(piece) % 2)
        data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    return data + behind


def jpeg(**options) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), (30, 30, 200)).save(out, "JPEG", **options)
    return out.getvalue()


def with_position() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "CameraOfWang"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (26.0, 34.0, 1.0), 3: "E", 4: (106.0, 42.0, 1.0)})
    return exif.tobytes()


POLYGLOTS = {
    "a page behind a PNG": png(behind=PAGE),
    "a page in a comment of a PNG": png((b"tEXt", b"Comment\0" + PAGE)),
    "a page in a piece that nobody knows": png((b"evIl", PAGE)),
    "an archive behind a PNG": png(behind=b"PK\x03\x04" + PAGE),
    "a page behind a WebP": webp(behind=PAGE),
    "a page in a piece of a WebP": webp(piece=PAGE),
    "a page behind a JPEG": jpeg() + PAGE,
    "a page in a comment of a JPEG": jpeg(comment=PAGE),
    "a page in the camera's words": jpeg(exif=with_position()[:-1] + PAGE),
    "a page before the first scan": jpeg()[:2] + b"\xff\xe4" + struct.pack(">H", len(PAGE) + 2) + PAGE + jpeg()[2:],
}
NO_PICTURES = {
    "an SVG with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "an SVG behind a declaration": b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "a page that begins like a GIF": b"GIF89a/*" + PAGE,
    "a script": b"#!/bin/sh\nid\n",
    "an archive": b"PK\x03\x04" + bytes(60),
    "a TIFF": b"II*\0" + bytes(60),
    "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file\n",
    "an ICO": b"\0\0\1\0\1\0\1\1\0\0\1\0" + bytes(60),
    "a JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60),
    "an XBM, which is a program text": b"#define x_width 1\n#define x_height 1\nstatic char x_bits[] = {0};",
    "a BMP": b"BM" + bytes(60),
    "only the first bytes of a JPEG": b"\xff\xd8\xff",
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_of_a_file_that_is_two_files_the_picture_alone_is_kept(node, name):
    kept = materials.store(node, POLYGLOTS[name], "a.png", "kiosk")
    with node.database.read() as tx:
        data, media_type = materials.open(tx, kept.sha256)
    assert media_type in images.MEDIA_TYPES.values()
    assert b"script" not in data
    assert b"PK\x03\x04" not in data
    assert Image.open(BytesIO(data)).size == (64, 64)


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_not_kept_whatever_it_is_called(node, name):
    before = _counts(node.database)
    for called in ("照片.jpg", "a.png", "a.svg", "a.pdf"):
        with pytest.raises(YizhanError) as caught:
            materials.store(node, NO_PICTURES[name], called, "kiosk")
        assert caught.value.code in {"material_not_image", "material_damaged"}
    assert _counts(node.database) == before


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_position_and_no_camera_stays_in_any_kind_of_picture(kind):
    out = BytesIO()
    Image.new("RGB", (80, 40), (90, 90, 90)).save(out, kind, exif=with_position())
    assert b"CameraOfWang" in out.getvalue()
    kept, _ = images.clean(out.getvalue(), "a", PIXELS_MAX)
    assert b"CameraOfWang" not in kept
    assert not Image.open(BytesIO(kept)).getexif().get_ifd(ExifTags.IFD.GPSInfo)


def bomb(side: int) -> bytes:
    """A real PNG of side x side black pixels: some kilobytes that unpack to side² bytes."""
    rows = zlib.compressobj(9)
    packed = b"".join([rows.compress(bytes(side + 1)) for _ in range(side)]) + rows.flush()

    def piece(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = piece(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + piece(b"IDAT", packed) + piece(b"IEND", b"")


def test_a_real_bomb_is_refused_by_its_header_and_memory_stays_flat(node):
    data = bomb(9_000)
    assert len(data) < 200_000
    with pytest.raises(YizhanError) as caught:
        materials.store(node, data, "a.png", "kiosk")
    assert caught.value.code == "material_too_many_pixels"


def test_a_text_in_a_png_that_unpacks_without_end_is_refused(node):
    unpacked = zlib.compress(bytes(80_000_000), 9)
    with pytest.raises(YizhanError) as caught:
        materials.store(node, png((b"zTXt", b"Comment\0\0" + unpacked)), "a.png", "kiosk")
    assert caught.value.code in {"material_not_image", "material_damaged"}


def test_what_people_brought_is_shown_in_a_sandbox_and_a_pdf_only_handed_over(programs, node):
    number = file_one(node, "王秀梅").number
    desk = Desk(programs["node"], "wei")
    for data, name, how in ((photo(), "a.jpg", "inline"), (b"%PDF-1.7\n" + PAGE, "a.pdf", "attachment")):
        one = materials.store(node, data, name, "officer:wei", "fanben")
        applications.add_material(node, number, one, actor="officer:wei", token=secrets.token_urlsafe())
        answer = desk.get(f"/console/applications/{number}/materials/{one.sha256}/file", follow=False)
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == web.SANDBOX
        assert answer.headers["Content-Disposition"] == how
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


# --- nothing in clear beside the database


def test_a_large_form_leaves_no_file_anywhere_while_it_is_read(node, programs, monkeypatch):
    """All temporary files are watched, of the parser of forms and of the server before it."""
    made, app = [], programs["node"]
    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", lambda *_given, _name=name, **_more: made.append(_name))
    marker = b"MARKER-" + secrets.token_hex(16).encode()
    big = photo() + marker * 200_000
    boundary = b"b0undary"
    parts = [(b'name="csrf_token"', b"x"), (b'name="big"', b"y" * 900_000), (b'name="photo"; filename="a.jpg"', big)]
    body = b"".join(b"--" + boundary + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + data + b"\r\n" for head, data in parts)
    body += b"--" + boundary + b"--\r\n"
    server = Server(app, "127.0.0.1", 0)
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
            head = f"POST /kiosk/leave HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b0undary\r\nContent-Length: {len(body)}\r\n\r\n"
            sending = threading.Thread(target=line.sendall, args=(head.encode() + body,))
            sending.start()
            said = line.recv(65_536)
            sending.join()
        assert said.startswith(b"HTTP/1.1 400")  # the form was read: what it lacks is the token of a session
    finally:
        server.stop()
    assert made == []


def test_the_names_of_uploaded_files_never_become_paths():
    for given in ("../../x.jpg", "/etc/passwd", "C:\\x\\y.jpg", "a\0.jpg", "a\u202egpj.exe", "..", ".", "CON", "a\r\nSet-Cookie: x"):
        name = plain_name(given)
        assert name == Path(name).name != ""
        assert not any(ord(letter) < 32 for letter in name)
        assert name not in {".", ".."}
