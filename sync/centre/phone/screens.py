"""GET /s/<code>: what a receipt's code proves, and behind the last four of the number how its application stands."""

from flask import Blueprint, Flask, Response, g, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from edge import web
from edge.errors import YizhanError, problem
from edge.status import frame
from edge.web import translate
from sync.centre.phone import complaint, faults, proof, rating, supply_screens
from sync.centre.phone.code import Found
from sync.centre.phone.context import NOWHERE, at, centre, look, page, reader
from sync.centre.phone.progress import progress_page
from sync.centre.phone.secure import is_private, must_be_private

NOT_HERE = {"damaged": 404, "no_room": 404, "forged": 404, "unproven": 200, "received": 200, "sealed": 200}
bp = Blueprint("phone", __name__)


def install(app: Flask) -> None:
    """Put the pages into the centre's program."""
    app.register_blueprint(bp)


@bp.before_request
def offer_tongues() -> None:
    """Who scans a code here may be a foreigner, and nothing of him is known yet."""
    setattr(g, frame.CHOICE, True)


@bp.errorhandler(YizhanError)
@bp.errorhandler(RequestEntityTooLarge)
def say(error: Exception) -> Response:
    """A fault as a page of this look, with the way back; what was kept before is still there."""
    fault = error if isinstance(error, YizhanError) else problem("too_large")
    if "language" not in g:
        frame.speak()
    back = at("show") if (request.view_args or {}).get("text") else ""
    room = g.get("room") or NOWHERE
    said, more = faults.words(fault), faults.more(fault)
    return frame.told(room, fault.status, said, more, go=back, go_title=translate("phone_back"))


@bp.get("/S/<text>")
def capital(text: str) -> Response:
    """As the code spells it: it is smaller in capitals. A browser keeps its pass under the address in small letters."""
    return web.see_other(url_for("phone.show", text=text, **frame.kept()))


@bp.get("/s/<text>")
def show(text: str) -> Response:
    """What the code proves; for who has proven himself, how it stands."""
    found = look(text)
    frame.speak()
    if found.kind != "held":
        return _not_here(found)
    if proof.may_read(centre(), found, web.session_id(create=False)):
        must_be_private(centre().settings)
        return progress_page(found)
    return _ask(found)


@bp.post("/s/<text>")
def prove(text: str) -> Response:
    """The last four, or the 查询码. Raises phone_plain, phone_slow."""
    found = look(text)
    frame.speak()
    g.room = found.room
    must_be_private(centre().settings)
    if found.kind not in {"held", "received", "sealed", "unproven"}:
        return _not_here(found)
    session = web.renew_session()
    right = proof.prove(
        centre(), found, request.form.get("last", ""), source=request.remote_addr or "", session=session
    )
    return web.see_other(at("show")) if right else _ask(found, fault=translate("phone_wrong"), status=403)


@bp.post("/s/<text>/leave")
def leave(text: str) -> Response:
    """End the reading on this phone; somebody else may hold it next."""
    found = look(text)
    proof.leave(centre(), web.session_id(create=False), found)
    web.end_session()
    return web.see_other(at("show", said="left"))


def _ask(found: Found, fault: str = "", status: int = 200) -> Response:
    """Nothing personal: the room, the moment, and a form."""
    assert found.proof is not None
    assert found.room is not None
    return page(
        found,
        "ask.html",
        status,
        room=found.room.name,
        at=found.proof.at,
        fault=fault,
        is_private=is_private(centre().settings),
        left=request.args.get("said") == "left" and not fault,
        act=at("prove"),
        complain=at("complain"),
    )


def _not_here(found: Found) -> Response:
    """What is said of a code that stands for nothing that is here; never just "not found"."""
    room = found.room or NOWHERE
    values = {"room": room.name, "at": found.proof.at if found.proof else ""}
    kind = {"sealed": "received"}.get(found.kind, found.kind)
    sentences = {
        "received": ["phone_received_at", "phone_received_later"],
        "sealed": ["phone_received_sealed", "phone_received_later"],
    }.get(found.kind, [f"phone_{found.kind}"])
    title = f"phone_{kind}" if kind == "received" else f"phone_{kind}_title"
    said = [translate(key, **values) for key in sentences]
    level = "now" if kind == "received" else "late" if kind in {"forged", "no_room"} else "wait"
    return frame.told(room, NOT_HERE[found.kind], translate(title, **values), said, level=level)


for part in (supply_screens, rating, complaint):
    part.add_to(bp)

__all__ = ["bp", "install", "reader"]
