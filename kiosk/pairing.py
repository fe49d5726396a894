"""The page of a kiosk on a machine of its own: it takes the code that the desk has told, once."""

from flask import Response, abort, flash, request, url_for

from edge.clock import SystemClock
from edge.errors import YizhanError
from edge.paired_door import AT_DOOR, COOKIE, COOKIE_DAYS
from edge.pairing import CODE_DIGITS, Pairings
from edge.typed import digits
from edge.web import see_other, session_id, translate
from forms.validation import Problem
from kiosk import visit

DAY_S = 24 * 60 * 60


def _pairings() -> Pairings:
    """404 for a page that did not come through the second listener."""
    found: Pairings | None = request.environ.get(AT_DOOR)
    if found is None:
        abort(404)
    return found


def show() -> tuple[str, int]:
    """Ask for the code."""
    _pairings()
    visit.speak()
    said = visit.said().get("code")
    problems = [Problem("/code", "pair", {}, said)] if said else []
    return visit.page("pair.html", problems=problems, longest=CODE_DIGITS, error=said, idle=0)


def pair() -> Response:
    """With the right code this browser is a kiosk of the room, until the pairing is ended."""
    visit.speak()
    code = digits(request.form.get("code", ""))
    try:
        token = _pairings().redeem(code, session_id(), SystemClock().now())
    except YizhanError as error:
        if error.code != "kiosk_code_wrong":
            raise
        flash(translate("pair_wrong"), "code")
        return visit.go("pairing_show")
    return _with_token(see_other(url_for(visit.HOME)), token)


def renew(response: Response) -> Response:
    """A browser keeps a cookie for a year or so: each look at the first page begins that anew."""
    token = request.cookies.get(COOKIE, "")
    return _with_token(response, token) if request.endpoint == visit.HOME else response


def _with_token(response: Response, token: str) -> Response:
    days = COOKIE_DAYS * DAY_S
    response.set_cookie(COOKIE, token, max_age=days, path="/", secure=True, httponly=True, samesite="Strict")
    return response
