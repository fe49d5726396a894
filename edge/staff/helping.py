"""Somebody at the kiosk asked for help: the desk notes that it went there."""

from flask import Response, url_for

from edge import calls, web
from edge.staff.context import node


def answer(call: int) -> Response:
    """Somebody has gone there; a second click does nothing."""
    calls.answer(node().database, call)
    return web.see_other(url_for("staff.today_show", said="answered"))
