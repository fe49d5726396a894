"""Logging in and out. The page says the same for a wrong account and a wrong password; what was typed is kept."""

from flask import Response, g, make_response, render_template, request, url_for

from edge import officers, web
from edge.errors import YizhanError
from edge.routes import Who
from edge.staff.context import node

COOKIE = "yizhan_officer"
COOKIE_PATH = "/console"
SENTENCES = {
    "expired": "登录已超时，请重新登录。保存过的内容都在。",
    "out": "已退出。",
}
ANSWERABLE = frozenset({"wrong_password", "account_locked", "account_disabled"})


def admit(who: Who) -> Response | None:
    """The guard of the console: None lets the request through, otherwise the way to the login."""
    token = request.cookies.get(COOKIE, "")
    g.officer = officers.who(node(), token) if token else None
    if who is Who.ANYONE or g.officer is not None:
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    response = web.see_other(url_for("staff.session_show", next=wanted or None, why="expired" if token else None))
    if token:
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


def show() -> Response:
    """The login; who is logged in already goes on."""
    if g.officer is not None:
        return web.see_other(_inside(request.args.get("next", "")))
    notice = SENTENCES.get(request.args.get("why", ""), "")
    return _form(request.args.get("next", ""), notice=notice)


def login() -> Response:
    """Checks account and password; a wrong one shows the form again with the account kept."""
    account, password = request.form.get("account", "").strip(), request.form.get("password", "")
    wanted = request.form.get("next", "")
    try:
        token = officers.login(node(), account.lower(), password)
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return _form(wanted, account=account, problem=f"{error.sentence}。{error.hint}", status=error.status)
    web.renew_session()
    response = web.see_other(_inside(wanted))
    response.set_cookie(
        COOKIE, token, path=COOKIE_PATH, httponly=True, samesite="Strict", secure=request.is_secure
    )
    return response


def logout() -> Response:
    officers.logout(node(), request.cookies.get(COOKIE, ""))
    web.end_session()
    response = web.see_other(url_for("staff.session_show", why="out"))
    response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="Strict")
    return response


def _form(wanted: str, *, account: str = "", problem: str = "", notice: str = "", status: int = 200) -> Response:
    html = render_template(
        "staff/login.html",
        next=wanted,
        account=account,
        problem=problem,
        notice=notice,
        room_name=node().room.name,
    )
    return make_response(html, status)


def _inside(wanted: str) -> str:
    """Only addresses of the console are followed: a foreign one in the link must not lead away after the login."""
    home = url_for("staff.today_show")
    inside = wanted.startswith(COOKIE_PATH + "/") and "\\" not in wanted and "//" not in wanted
    return wanted if inside else home
