"""Who gets into the console: a rule for every route, the login, the way back to what was wanted."""

import inspect

import pytest
from desk_app import PASSWORD, Desk, add_officer, desk_app, file_one, plain
from flask import Flask

from edge import officers
from edge.api import routes as api
from edge.app import create_app
from edge.node import Node
from edge.prints import pages
from edge.routes import Who, find
from edge.staff import screens
from edge.status import routes as status

TABLES = {"staff": screens.ROUTES, "status": status.ROUTES, "api": api.ROUTES, "prints": pages.ROUTES}


@pytest.fixture
def app(node: Node) -> Flask:
    add_officer(node)
    return desk_app(node)


def rules(app: Flask):
    """(rule, methods, endpoint, who may) of every address of these parts, from the finished URL map."""
    known = {f"{part}.{route.endpoint}": route.who for part, table in TABLES.items() for route in table}
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, rule.methods - {"HEAD", "OPTIONS"}, known.get(rule.endpoint)


def address(rule) -> str:
    """An address of the rule, with something in every place."""
    values = {name: 1 if f"<int:{name}>" in rule.rule else "x" for name in rule.arguments}
    return rule.build(values)[1]


def test_every_route_says_who_may(app):
    without = [rule.rule for rule, _, who in rules(app) if who is None]
    assert without == []
    assert sum(1 for _ in rules(app)) == sum(len(table) for table in TABLES.values())


def test_every_view_is_found_and_takes_the_parts_of_its_address(node):
    app = create_app(node)
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        asked = inspect.signature(find(view.__doc__) if view.__qualname__.startswith("later.") else view).parameters
        assert set(rule.arguments) <= set(asked), rule
        assert {name for name, one in asked.items() if one.default is one.empty} <= set(rule.arguments), rule


def test_a_stranger_is_led_to_the_login_by_every_route_of_an_officer(app):
    stranger = Desk(app, None)
    for rule, methods, who in rules(app):
        if who is Who.OFFICER:
            answer = stranger.get(address(rule), follow=False) if "GET" in methods else stranger.post(address(rule))
            assert answer.status_code == 303, rule
            assert answer.location.startswith("/console/login"), rule


@pytest.mark.parametrize("path", ["/console/nowhere", "/console/applications/52242500179999999"])
def test_an_address_that_is_none_keeps_the_menu_for_an_officer_and_shows_a_stranger_none(app, path):
    lost = Desk(app).get(path)
    assert lost.status_code == 404
    assert all(word in plain(lost.text) for word in ("没有找到", "回到首页", "退出"))
    assert 'aria-label="主菜单"' in lost.text
    unknown = Desk(app, None).get("/console/nowhere")
    assert (unknown.status_code, "主菜单" in unknown.text, "没有找到" in unknown.text) == (404, False, True)


def test_who_has_not_signed_his_duties_gets_no_menu_at_an_address_that_is_none(node, app):
    officers.add(node, "luo", "罗明", PASSWORD, posts=["receive"])
    lost = Desk(app, "luo").get("/console/nowhere")
    assert (lost.status_code, "主菜单" in lost.text) == (404, False)


def test_a_stranger_is_refused_by_every_route_for_programs(app):
    client = app.test_client()
    for rule, methods, who in rules(app):
        if who is Who.PROGRAM:
            for method in methods:
                assert client.open(address(rule), method=method).status_code == 401, rule


def test_a_form_without_the_token_of_the_session_changes_nothing(app):
    desk = Desk(app)
    for rule, methods, who in rules(app):
        if who is Who.OFFICER and "POST" in methods:
            assert desk.client.post(address(rule)).status_code == 400, rule


def test_the_login_leads_to_today_and_the_frame_names_officer_and_room(app):
    desk = Desk(app, None)
    answer = desk.login("wei")
    assert (answer.status_code, answer.location) == (303, "/console/")
    assert "韦建国 · 辅警" in desk.text("/console/")
    assert "石门乡警务室" in desk.text("/console/")


def test_capitals_and_blanks_around_the_account_do_not_matter(app):
    assert Desk(app, None).login(" Wei ").status_code == 303


def test_a_wrong_password_is_a_sentence_and_keeps_the_account(app):
    desk = Desk(app, None)
    answer = desk.login("wei", "wrong-password")
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.text
    assert 'value="wei"' in answer.text
    assert "wrong-password" not in answer.text


def test_nobody_of_that_name_reads_the_same_as_a_wrong_password(app):
    known, unknown = (Desk(app, None).login(account, "wrong-password") for account in ("wei", "nobody"))
    strip = plain(known.text).replace("wei", "")
    assert (known.status_code, strip) == (unknown.status_code, plain(unknown.text).replace("nobody", ""))


def test_five_wrong_passwords_lock_the_account_and_say_for_how_long(app, clock):
    desk = Desk(app, None)
    for _ in range(5):
        desk.login("wei", "wrong-password")
    answer = desk.login("wei")
    assert answer.status_code == 423
    assert "账号已锁定" in answer.text
    assert "15 分钟" in answer.text
    clock.advance(minutes=16)
    assert desk.login("wei").status_code == 303


def test_a_closed_account_says_so(app, node):
    officers.disable(node, "wei")
    answer = Desk(app, None).login("wei")
    assert answer.status_code == 403
    assert "已停用" in answer.text


def test_the_login_leads_back_to_the_wanted_page(app, node):
    number = file_one(node).number
    desk = Desk(app, None)
    led = desk.get(f"/console/applications/{number}", follow=False).location
    assert number in led
    assert desk.login("wei", next=f"/console/applications/{number}").location == f"/console/applications/{number}"


@pytest.mark.parametrize(
    "wanted", ["https://example.com/", "//example.com", "/kiosk/", "/console/..//example.com", "/console/\\x"]
)
def test_the_login_never_leads_out_of_the_console(app, wanted):
    assert Desk(app, None).login("wei", next=wanted).location == "/console/"


def test_after_the_logout_the_pages_are_closed(app):
    desk = Desk(app)
    old = desk.client.get_cookie("yizhan_officer", path="/console").value
    assert desk.done("/console/logout").startswith("/console/login")
    assert desk.get("/console/", follow=False).status_code == 303
    desk.client.set_cookie("yizhan_officer", old, path="/console")
    assert desk.get("/console/", follow=False).status_code == 303


def test_a_session_that_idled_too_long_says_so_at_the_login(app, clock):
    desk = Desk(app)
    clock.advance(minutes=11)
    answer = desk.get("/console/")
    assert "登录已超时" in answer.text


def test_the_session_cookie_is_kept_from_scripts_and_from_other_paths(app):
    desk = Desk(app, None)
    desk.get("/console/login")
    sent = desk.post("/console/login", {"account": "wei", "password": PASSWORD}).headers.getlist("Set-Cookie")
    cookie = next(line for line in sent if line.startswith("yizhan_officer="))
    assert {"HttpOnly", "SameSite=Strict", "Path=/console"} <= {part.strip() for part in cookie.split(";")}


def test_who_is_logged_in_skips_the_login(app):
    assert Desk(app).get("/console/login", follow=False).location == "/console/"


def test_no_page_of_the_console_is_kept_by_the_browser(app):
    desk = Desk(app)
    for path in ("/console/", "/console/receive", "/console/applications", "/console/transfer"):
        assert desk.get(path).headers["Cache-Control"] == "no-store"
