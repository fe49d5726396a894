"""改密码: one's own, with the old one as proof. Whoever got his password from somebody else comes here first."""

from flask import Response, make_response, request, url_for

from edge import accounts, officers, web
from edge import logins as own
from edge.errors import YizhanError, problem
from edge.staff.context import officer, page
from edge.staff.session import COOKIE, cookie_path
from edge.web_node import node


def show() -> str:
    """The page on which an officer changes the password."""
    return _page()


def change() -> Response:
    """Ends every session of the account; the next page is the login."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        if new == old or new != request.form.get("again", ""):
            raise problem("password_same")
        officers.change_password(node(), officer(), old, new)
    except YizhanError as error:
        if error.code not in accounts.CHANGE_PROBLEMS:
            raise
        return make_response(_page(str(error)), error.status)
    web.end_session()
    response = web.see_other(url_for("staff.session_show", why="changed"))
    response.delete_cookie(COOKIE, path=cookie_path(), httponly=True, samesite="Strict")
    return response


def logins() -> Response:
    """End one's other logins, or one of them; the password says who asks."""
    given = request.form
    try:
        own.end_others(node(), officer(), given.get("password", ""), _token(), given.get("which", ""))
    except YizhanError as error:
        if error.code not in accounts.CHANGE_PROBLEMS:
            raise
        return make_response(_page(str(error)), error.status)
    return web.see_other(url_for("staff.password_show"))


def _token() -> str:
    return request.cookies.get(COOKIE, "")


def _page(fault: str = "") -> str:
    account = officer().account
    initial = officers.is_initial(node(), account)
    found = [] if initial else own.of(node(), account, _token())
    return page("password.html", bare=initial, own_find=initial, initial=initial, fault=fault, logins=found)
