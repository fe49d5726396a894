"""Somebody at the kiosk asked for help: the desk notes that it went there, and may confirm who it is.

The officer sees the code that stands on the kiosk's screen, never what was typed there.
"""

from flask import Response, make_response, request, url_for

from edge import calls, drafts, prefill, web
from edge.calls import Call
from edge.errors import YizhanError, problem
from edge.staff.context import officer, page
from edge.staff.person import ANSWERABLE
from edge.web_node import node


def answer(call: int) -> Response:
    """Somebody has gone there; a second click does nothing."""
    calls.answer(node().database, call)
    return web.see_other(url_for("staff.today_show", said="answered"))


def ask(call: int) -> str:
    """The form for the document of who stands at the kiosk. Raises not_found for a call that waits no more."""
    return _form(_waiting(call))


def fill(call: int) -> Response:
    """Fill the draft at the kiosk with what its confirmed owner told this room before."""
    waiting = _waiting(call)
    try:
        seen = request.form.get("_person_seen") == "1"
        proof = prefill.by_officer(request.form.get("_person", "")[:40], officer().actor, seen=seen)
        prefill.fill(node(), drafts.get(node(), waiting.draft, waiting.owner), proof)
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return make_response(_form(waiting, str(error)), 422)
    calls.answer(node().database, call)
    return web.see_other(url_for("staff.today_show", said="handed"))


def _form(waiting: Call, fault: str = "") -> str:
    return page("helping.html", call=waiting, number=request.form.get("_person", ""), fault=fault)


def _waiting(call: int) -> Call:
    with node().database.read() as tx:
        found = calls.by_id(tx, call)
    if not found.draft:
        raise problem("not_found")
    return found
