"""Logging in and out. The page says the same for a wrong account and a wrong password; what was typed is kept."""

from flask import Response, g, make_response, render_template, request, url_for

from edge import concerns, duties, factor, officers, three, web
from edge.errors import YizhanError, problem
from edge.officers import Officer
from edge.routes import Route, Who
from edge.staff import may, rescue
from edge.staff.context import officer
from edge.web_node import node

COOKIE = "yizhan_officer"
COOKIE_PATH = "/console"

SENTENCES = {
    "expired": "登录已超时，请重新登录。保存过的内容都在。",
    "kept": "登录已超时。刚才填的内容已经存进草稿，登录后接着填。",
    "held": "登录已超时。刚才提交的内容还留着，登录后可以继续提交。",
    "out": "已退出。",
    "changed": "密码已改，请用新密码登录。",
}
ANSWERABLE = frozenset({"wrong_password", "account_locked", "terminal_locked", "account_disabled"})
# what is open before the duties are signed
UNSIGNED = frozenset({"staff.duties_show", "staff.duties_sign", "staff.session_logout"})
# what is open before a password that somebody else gave is changed
INITIAL = frozenset({"staff.password_show", "staff.password_change", "staff.session_logout"})
# what is open before a second proof is registered that the post must have
UNPROVEN = frozenset({"staff.proof_show", "staff.proof_register", "staff.session_logout"})
OWN = ("/drafts/", "/kept/")


def cookie_path() -> str:
    """Where the session's cookie goes: the console; in the practice room all of it, which has no other door."""
    return request.script_root or COOKIE_PATH


def admit(route: Route) -> Response | None:
    """The guard of the console: None lets the request through, otherwise the way to where it has to go first.

    Raises post_missing, police_only, and not_found for what is about this very officer.
    """
    token = request.cookies.get(COOKIE, "")
    g.officer = officers.who(node(), token) if token else None
    if route.who is Who.ANYONE:
        return None
    if g.officer is None:
        return _to_login(token)
    concerns.look_as(g.officer.account)
    _must_not_be_about_him()
    if not may.is_here(request.endpoint or ""):
        return _to_what_is_here()
    home = three.HOMES.get(three.one_of(g.officer.posts))
    if home and request.endpoint == "staff.today_show":
        return web.see_other(url_for(home))
    if not may.allowed(route, g.officer):
        raise may.refusal(node(), route, g.officer)
    first = _first_things()
    if first is None:
        rescue.settle(g.officer)
    return first


def settled() -> Officer | None:
    """The officer of this request, at any address: None for a stranger, and for whom something else comes first."""
    token = request.cookies.get(COOKIE, "")
    if g.get("officer") is None:
        g.officer = officers.who(node(), token) if token else None
    return g.officer if g.officer is not None and _first_things() is None else None


def _first_things() -> Response | None:
    """To what comes before all work: a password of one's own, a second proof where the post needs one, the duties."""
    if request.endpoint not in INITIAL and officers.is_initial(node(), g.officer.account):
        return web.see_other(url_for("staff.password_show"))
    if request.endpoint not in UNPROVEN | INITIAL and factor.lacking(node(), g.officer):
        return web.see_other(url_for("staff.proof_show"))
    if request.endpoint not in UNSIGNED | UNPROVEN | INITIAL and not duties.signed(node(), g.officer.account):
        return web.see_other(url_for("staff.duties_show", next=_asked() or None))
    return None


def _to_what_is_here() -> Response:
    """On a visit: from the first page to where people are received. Raises visit_not_here for any other page."""
    if request.endpoint != "staff.today_show":
        raise problem("visit_not_here")
    return web.see_other(url_for("staff.receive_choose"))


def _must_not_be_about_him() -> None:
    """Every address with its number leads nowhere, just as that of an unknown number; lists and counts ask
    edge.concerns themselves.
    """
    named = {name: str(value) for name, value in (request.view_args or {}).items()}
    of_case = str(request.url_rule).startswith(f"{COOKIE_PATH}/applications/<number>")
    with node().database.read() as tx:
        hidden = concerns.hidden_numbers(tx)
        unknown = of_case and not concerns.is_filed(tx, named["number"])
    if unknown or any(number in value for number in hidden for value in named.values()):
        raise problem("not_found")


def _asked() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else ""


def _to_login(token: str) -> Response:
    """The login, which knows the way back. What a form brought is not lost with the session."""
    saved = rescue.save(node()) if request.method == "POST" else None
    if saved is not None and saved.answer is not None:
        return saved.answer
    why = saved.why if saved else "expired" if token else None
    wanted = saved.back if saved else _asked()
    response = web.see_other(url_for("staff.session_show", next=wanted or None, why=why))
    if token:
        response.delete_cookie(COOKIE, path=cookie_path())
    return response


def show() -> Response:
    """The login; who is logged in already goes on."""
    if g.officer is not None:
        return web.see_other(inside(request.args.get("next", "")))
    notice = SENTENCES.get(request.args.get("why", ""), "")
    return _form(request.args.get("next", ""), notice=notice)


def login() -> Response:
    """Checks account and password; a wrong one shows the form again with the account kept."""
    account, password = request.form.get("account", "").strip(), request.form.get("password", "")
    wanted = request.form.get("next", "")
    try:
        token = officers.login(
            node(), account.lower(), password, code=request.form.get("code", ""), terminal=request.remote_addr or ""
        )
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return _form(wanted, account=account, problem=str(error), status=error.status)
    web.renew_session()
    somebody_else = rescue.hinted() not in ("", account.lower())
    response = web.see_other(inside("" if somebody_else and any(one in wanted for one in OWN) else wanted))
    response.set_cookie(COOKIE, token, path=cookie_path(), httponly=True, samesite="Strict", secure=request.is_secure)
    rescue.hint(response, account.lower())
    return response


def logout() -> Response:
    """Ends the session on the node and in the browser, and with it a practice; 303 to the page of the login."""
    officers.logout(node(), request.cookies.get(COOKIE, ""))
    if node().hooks.practice is not None:
        node().hooks.practice.leave(officer().account)  # his practice ends with it
    web.end_session()
    response = web.see_other(url_for("staff.session_show", why="out"))
    response.delete_cookie(COOKIE, path=cookie_path(), httponly=True, samesite="Strict")
    rescue.forget(response)
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


def inside(wanted: str) -> str:
    """Only addresses of the console are followed: a foreign one in the link must not lead away after the login."""
    home = url_for("staff.today_show")
    inside = wanted.startswith(COOKIE_PATH + "/") and "\\" not in wanted and "//" not in wanted
    return wanted if inside else home
