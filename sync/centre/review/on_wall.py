"""GET /wall/: the figures on a screen with a key. Nobody is logged in, nobody's name is shown, nothing is changed here.

The key is typed once and then kept in a cookie of these pages alone; it opens nothing else of the centre.
"""

from datetime import date
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, url_for

from edge import web, web_session
from edge.errors import YizhanError, problem
from forms.figures import Period
from sync.centre import walls
from sync.centre.data_classes import must_see
from sync.centre.review.context import centre
from sync.centre.review.figures import on_wall

COOKIE: Final = "yizhan_centre_wall_key"
DAY_S: Final = 86_400
bp = Blueprint("on_wall", __name__, url_prefix="/wall", template_folder="../templates")


@bp.get("/")
def show() -> Response:
    """The figures that the key is for; without one the page that asks for it."""
    wall = walls.open_(centre(), request.cookies.get(_cookie()[0], ""))
    if wall is None:
        return _shut()
    must_see("screen", "figures")
    period = Period.of(wall.kind, date.fromisoformat(centre().clock.today()))
    return make_response(on_wall(wall.area, period, url_for("on_wall.show")))


def _shut() -> Response:
    """A wall that showed figures until now gets this page whole, so that none of them stays."""
    known = _cookie()[0] in request.cookies
    answer = make_response(_door(problem("wall_shut") if known else None), 403 if known else 200)
    if request.headers.get("HX-Request"):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _door(error: YizhanError | None) -> str:
    return render_template("review/wall_door.html", authority=centre().settings.name, problem=error)


@bp.post("/")
def open_with_key() -> Response:
    """Keep the key in this browser. 403 for one that opens nothing."""
    key = request.form.get("key", "")
    wall = walls.open_(centre(), key)
    if wall is None:
        error = problem("wall_shut")
        return make_response(_door(error), error.status)
    answer = web.see_other(url_for("on_wall.show"))
    days = (date.fromisoformat(wall.expires_on) - date.fromisoformat(centre().clock.today())).days + 1
    name, path = _cookie()
    answer.set_cookie(
        name, key, max_age=days * DAY_S, path=path, httponly=True, samesite="Strict", secure=request.is_secure
    )
    return answer


def _cookie() -> tuple[str, str]:
    """Its name and path in this request: over TLS it is bound to this very host, so that no other can plant one."""
    return web_session.bound(COOKIE, request.script_root + "/wall")
