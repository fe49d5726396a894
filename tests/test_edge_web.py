import io
import logging
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint, Flask, flash, get_flashed_messages, render_template_string, request

from edge import app as wiring
from edge import texts, web, web_filters, web_hosts
from edge.errors import problem
from edge.texts import table

ROOT = Path(__file__).parent.parent
SECRET = b"k" * 32
UPLOAD_MAX = 200_000
PAGE = '{% extends "shared/base.html" %}{% block title %}t{% endblock %}{% block body %}<form>{{ csrf_field() }}</form>{% endblock %}'


def pages() -> Blueprint:
    bp = Blueprint("pages", __name__)

    @bp.get("/kiosk/form")
    @bp.get("/form")
    def form():
        return render_template_string(PAGE)

    @bp.post("/form")
    @bp.post("/api/v1/form")
    def posted():
        return web.see_other("/form")

    @bp.post("/kiosk/upload")
    def upload():
        sent = request.files["photo"]
        return {"kind": type(sent.stream).__name__, "size": len(sent.read())}

    @bp.get("/api/v1/broken")
    @bp.get("/kiosk/broken")
    def broken():
        raise KeyError("王秀梅 52242519510312004X")

    @bp.get("/kiosk/known")
    def known():
        raise problem("not_allowed_now", phase="已受理", act="撤回")

    @bp.post("/note")
    def note():
        flash("已保存")
        return web.see_other("/notes")

    @bp.get("/notes")
    def notes():
        return {"notes": get_flashed_messages()}

    @bp.post("/out")
    def out():
        web.end_session()
        return web.see_other("/form")

    @bp.get("/english")
    def english():
        web.use_language("en")
        return render_template_string(PAGE + "{% block title2 %}{% endblock %}")

    return bp


@pytest.fixture
def app() -> Flask:
    app = web.make_app(
        "test", secret=SECRET, title="大坪村警务室", areas={"/kiosk": "kiosk"}, upload_bytes_max=UPLOAD_MAX
    )
    app.register_blueprint(pages())
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def token(client, path="/form") -> str:
    return re.search(r'name="csrf_token" value="([0-9a-f]{64})"', client.get(path).text).group(1)


def test_every_page_carries_the_strict_headers(client):
    headers = client.get("/form").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_static_file_named_with_its_digest_is_kept_and_a_page_is_not(client, app):
    with app.app_context():
        address = web_filters.asset("yizhan.css")
    with client.get(address) as kept, client.get("/static/yizhan.css") as asked_again:
        assert kept.status_code == 200
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in asked_again.headers["Cache-Control"]


def test_a_post_with_the_token_of_its_session_ends_in_303(client):
    answer = client.post("/form", data={"csrf_token": token(client)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/form")


def test_htmx_may_send_the_token_as_a_header(client):
    assert client.post("/form", headers={"X-CSRF-Token": token(client)}).status_code == 303


@pytest.mark.parametrize("sent", ["", "0" * 64, "é"])
def test_a_post_without_the_right_token_changes_nothing(client, sent):
    token(client)
    answer = client.post("/form", data={"csrf_token": sent})
    assert answer.status_code == 400
    assert "页面停留时间过长" in answer.text


def test_a_token_of_another_session_is_refused(app):
    stranger = token(app.test_client())
    mine = app.test_client()
    token(mine)
    assert mine.post("/form", data={"csrf_token": stranger}).status_code == 400


def test_a_post_from_another_site_is_refused_even_with_the_token(client):
    sent = token(client)
    answer = client.post("/form", data={"csrf_token": sent}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_programs_need_no_form_token(client):
    assert client.post("/api/v1/form").status_code == 303


def test_the_cookie_holds_a_signed_random_id_and_nothing_else(client):
    cookie = client.get("/form").headers["Set-Cookie"]
    assert re.match(r"yizhan_test=[\w-]{43}\.[\w-]+; HttpOnly; Path=/; SameSite=Strict$", cookie)


def test_an_area_has_a_cookie_of_its_own(client):
    cookie = client.get("/kiosk/form").headers["Set-Cookie"]
    assert cookie.startswith("yizhan_test_kiosk=")
    assert "Path=/kiosk" in cookie


@pytest.mark.parametrize(
    ("path", "name"), [("/form", "__Host-yizhan_test"), ("/kiosk/form", "__Host-yizhan_test_kiosk")]
)
def test_over_tls_the_name_of_the_cookie_binds_it_to_this_host(client, path, name):
    """OWASP ASVS 5.0, 3.3.1 and 3.3.3: set by nobody but this host, and over TLS alone."""
    cookie = client.get(path, base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert {"Secure", "Path=/", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    kept = client.get_cookie(name, domain="localhost").value
    assert "Set-Cookie" not in client.get(path, base_url="https://localhost").headers
    client.delete_cookie(name, domain="localhost")
    client.set_cookie(name.removeprefix("__Host-"), kept, domain="localhost", path=path)  # planted by another host
    assert client.get(path, base_url="https://localhost").headers["Set-Cookie"].startswith(f"{name}=")


def test_a_tampered_cookie_is_a_new_session(client):
    first = token(client)
    kept = client.get_cookie("yizhan_test").value
    client.set_cookie("yizhan_test", kept[:-2] + "xx")
    assert client.post("/form", data={"csrf_token": first}).status_code == 400


def test_an_ended_session_takes_its_token_with_it(client):
    first = token(client)
    assert client.post("/out", data={"csrf_token": first}).status_code == 303
    assert client.get_cookie("yizhan_test") is None
    assert client.post("/form", data={"csrf_token": first}).status_code == 400


def test_a_session_refuses_to_hold_values(app):
    from flask import session

    with app.test_request_context("/form"), pytest.raises(TypeError, match="an id and nothing else"):
        session["name"] = "王秀梅"


def test_a_note_shows_once_and_never_travels_in_the_cookie(client):
    client.post("/note", data={"csrf_token": token(client)})
    assert client.get("/notes").json == {"notes": ["已保存"]}
    assert client.get("/notes").json == {"notes": []}


def test_an_error_page_has_a_number_that_the_log_knows_and_no_value(client, caplog):
    with caplog.at_level(logging.INFO, logger="edge.web"):
        answer = client.get("/kiosk/broken")
    number = re.search(r"E-[0-9A-F]{6}", answer.text).group()
    assert answer.status_code == 500
    assert 'class="kiosk"' in answer.text
    assert "<title>错误：" in answer.text
    assert number in caplog.text
    assert "KeyError at" in caplog.text
    for secret in ("王秀梅", "52242519510312004X"):
        assert secret not in caplog.text + answer.text


def test_a_known_problem_shows_its_sentence_and_its_hint(client):
    answer = client.get("/kiosk/known")
    assert answer.status_code == 409
    assert "办件当前是“已受理”，不能再撤回" in answer.text
    assert "请刷新页面" in answer.text


def test_an_unknown_address_is_a_page_too(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_program_gets_its_error_as_json(client):
    answer = client.get("/api/v1/broken")
    assert answer.status_code == 500
    assert set(answer.json["error"]) == {"code", "sentence", "hint", "permanent", "number"}
    assert answer.json["error"]["code"] == "server_fault"


def test_a_fragment_that_fails_replaces_the_whole_page(client):
    assert client.get("/kiosk/broken", headers={"HX-Request": "true"}).headers["HX-Retarget"] == "body"


def test_an_upload_stays_in_memory(client, monkeypatch):
    def no_file(*args, **kwargs):
        raise AssertionError("an upload was written to a temporary file")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, no_file)
    photo = (io.BytesIO(b"\xff" * 150_000), "card.jpg")
    data = {"csrf_token": token(client, "/kiosk/form"), "photo": photo}
    assert client.post("/kiosk/upload", data=data).json == {"kind": "Uploaded", "size": 150_000}


def test_an_upload_that_came_in_steps_is_read_as_any_file():
    upload = web.Uploaded()
    for step in (b"abc", b"defg", b"h"):
        upload.write(step)
    upload.seek(0)
    assert [upload.read(), upload.read(), upload.tell()] == [b"abcdefgh", b"", 8]
    upload.seek(2)
    assert [upload.read(3), upload.read(None), upload.read()] == [b"cde", b"fgh", b""]


def test_an_upload_beyond_the_limit_gets_a_friendly_page(client):
    photo = (io.BytesIO(b"\xff" * UPLOAD_MAX), "card.jpg")
    answer = client.post("/kiosk/upload", data={"csrf_token": token(client, "/kiosk/form"), "photo": photo})
    assert answer.status_code == 413
    assert "要重新填写" in answer.text


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        *(
            (name, True)
            for name in (
                "127.0.0.1",
                "127.0.0.1:8600",
                "localhost:8600",
                "LOCALHOST",
                "[::1]:8600",
                "192.168.8.1",
                "room.example.cn",
            )
        ),
        *(
            (name, False)
            for name in (
                "evil.example",
                "evil.example:8600",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "",
                ":8600",
                "127.0.0.1:8600@evil.example",
                "[::1",
                "[evil.example]",
                "127.0.0.1/evil",
                "example.cn",
                "x.room.example.cn",
            )
        ),
    ],
)
def test_only_a_number_localhost_and_a_name_of_the_settings_are_this_machine(host, is_ours):
    assert web_hosts.is_known(host, {"room.example.cn"}) is is_ours


def test_a_page_that_lets_its_own_name_point_here_gets_nothing(node):
    """DNS rebinding: the browser takes the foreign page for ours; the name in the request is still the foreign one."""
    node.settings = replace(node.settings, status_url="http://room.example.cn:8600")
    client = wiring.create_app(node).test_client()
    for path in (
        "/kiosk/",
        "/console/login",
        "/metrics",
        "/api/openapi.json",
        "/static/yizhan.css",
        "/nowhere",
        "/kiosk//find",
    ):
        refused = client.get(path, headers={"Host": "evil.example:8600"})
        assert (refused.status_code, refused.headers.get("Set-Cookie")) == (421, None), path
        said = refused.json["error"]["sentence"] if refused.is_json else refused.text
        assert problem("host_unknown").sentence in said, path
        assert "evil.example" not in refused.text
    assert client.get("/kiosk/", headers={"Host": "127.0.0.1:8600"}).status_code == 200
    assert client.get("/kiosk/", headers={"Host": "room.example.cn:8600"}).status_code == 200


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        web.make_app("test", secret=b"short", title="")


def test_the_page_says_its_language(client):
    assert '<html lang="zh-CN" dir="ltr" class="console">' in client.get("/form").text
    assert '<html lang="en"' in client.get("/english").text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("52242500170004131", "5224 2500 1700 04131"),
        ("522425001700041317", "5224 2500 1700 0413 17"),
        ("1", "1"),
        ("", ""),
        ("52242500171004211", "5224 2500 1710 04211"),
    ],
)
def test_numbers_are_shown_in_groups_of_four(number, shown):
    assert web_filters.group4(number) == shown


def test_times_are_written_as_officials_write_them():
    at = "2026-11-21T09:12:03+08:00"
    assert web_filters.when(at) == "2026年11月21日 09:12"
    assert web_filters.when_short(at) == "11月21日 09:12"
    assert web_filters.day("2026-12-04") == "2026年12月4日"
    assert [web_filters.when_near(at, day) for day in ("2026-11-21", "2026-11-22", "2026-11-30", "2027-01-03")] == [
        "今天 09:12",
        "昨天 09:12",
        "11-21",
        "2026-11-21",
    ]
    assert web_filters.when("尚未") == "尚未"


def test_a_badge_escapes_its_word_and_knows_its_levels():
    assert web_filters.badge("<b>", "ok") == '<span class="badge badge-ok">&lt;b&gt;</span>'
    with pytest.raises(ValueError, match="no such level"):
        web_filters.badge("x", "red")


def test_every_text_has_chinese_and_english_with_the_same_places():
    for key, entry in table.TABLE.items():
        assert set(entry) == set(texts.LANGUAGES), key
        assert len({frozenset(re.findall(r"\{\w+\}", text)) for text in entry.values()}) == 1, key


def test_every_text_that_a_template_asks_for_is_in_the_table():
    asked = set()
    for folder in ("edge", "kiosk", "sync"):
        for page in (ROOT / folder).rglob("*.html"):
            asked |= set(re.findall(r"""\bt\(["'](\w+)["']\s*[,)]""", page.read_text(encoding="utf-8")))
    assert asked <= set(table.TABLE)


def test_every_icon_that_a_template_names_is_in_the_list_of_icons():
    listed = (ROOT / "packaging/assets/icons.txt").read_text(encoding="utf-8").split()
    for folder in ("edge", "kiosk", "sync"):
        for page in (ROOT / folder).rglob("*.html"):
            for name in re.findall(r"""(?:icon|drawing)\("([a-z0-9-]+)\"""", page.read_text(encoding="utf-8")):
                assert name in listed, f"{page.name}: {name}"


def test_the_stylesheet_asks_nobody_outside():
    for name in ("yizhan.css", "yizhan.js"):
        text = (ROOT / "edge/static" / name).read_text(encoding="utf-8")
        assert "http:" not in text
        assert "https:" not in text
        assert "@import" not in text
    script = (ROOT / "edge/static/yizhan.js").read_text(encoding="utf-8")
    assert not re.search(r"setItem|localStorage|indexedDB|document\.cookie|innerHTML", script)
