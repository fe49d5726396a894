"""The centre as a Flask program: the door of the nodes, the review desk, the API of other programs."""

import re
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from sqlalchemy import select

from edge import web, web_errors
from edge.errors import problem
from sync.centre import codebooks, doors, filling, receiver
from sync.centre.admission import Admission, Busy, Door, refusal
from sync.centre.api import openapi
from sync.centre.centre import Centre
from sync.centre.phone import screens as phone
from sync.centre.proxied import Proxied
from sync.centre.review import faults, ferry, on_wall, screens
from sync.centre.tables import schema_version
from sync.centre.writing import NUL

ENVELOPE = "application/vnd.yizhan.envelope"
bp = Blueprint("door", __name__)
_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def create_app(centre: Centre) -> Flask:
    """The whole program over an opened centre, which the caller closes after the last request."""
    app = web.make_app(
        "centre",
        secret=centre.secret,
        title=f"{centre.settings.name} · 审批台",
        areas={"/review": "console", "/wall": "console", "/s": "phone"},
        upload_bytes_max=centre.settings.body_bytes_max,
        hosts=centre.settings.hosts,
    )
    app.before_request(refuse_nul)
    filling.fill(centre)
    codebooks.settle(centre)
    app.extensions["yizhan.centre"] = centre
    admission = app.extensions["yizhan.admission"] = Admission(centre.settings.threads)
    app.register_blueprint(bp)
    app.register_blueprint(screens.bp)
    web_errors.put_frame(app, "/review", faults.framed)
    app.register_blueprint(on_wall.bp)
    app.register_blueprint(openapi.bp)
    app.extensions["yizhan.ferry"] = ferry.job(centre)
    phone.install(app)
    app.wsgi_app = Door(app.wsgi_app, admission)  # type: ignore[method-assign]  # as Flask documents it
    app.wsgi_app = Proxied(app.wsgi_app, centre.settings.proxies)  # type: ignore[method-assign]  # as Flask documents it
    return app


def refuse_nul() -> None:
    """U+0000, which nobody types, is refused before anything asks the store for it: bad_request, for a path not_found.

    Envelopes and files are bytes, and not looked into.
    """
    if NUL in request.path:
        raise problem("not_found")
    if any(NUL in text for text in _texts()) or (request.is_json and _NUL_IN_JSON.search(request.get_data())):
        raise problem("bad_request", detail="U+0000")


def _texts() -> Iterator[str]:
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value
    for file in request.files.values():
        yield file.filename or ""


def _centre() -> Centre:
    centre: Centre = current_app.extensions["yizhan.centre"]
    return centre


@bp.get("/")
def home() -> Response:
    """There is nothing at the root: on to the review desk."""
    return web.see_other("/review/")


@bp.get("/healthz")
def healthz() -> Response:
    """200 while the store answers; for whoever watches the centre from outside."""
    with _centre().store.read() as tx:
        tx.execute(select(schema_version.c.version)).scalar_one()
    return jsonify(state="ok", at=_centre().clock.now())


@bp.post("/sync/v1/<node_id>")
def take_batch(node_id: str) -> Response:
    """A sealed batch of a node; who it is from is proven by the envelope, not by the connection."""
    admission: Admission = current_app.extensions["yizhan.admission"]
    body = request.get_data(cache=False)  # before it takes a place: a slow line may take minutes over it
    try:
        return Response(receiver.receive(_centre(), node_id, body, admission), mimetype=ENVELOPE)
    except Busy:
        return Response(refusal(), 503, {"Retry-After": str(admission.away_s())}, mimetype="application/json")


@bp.post("/sync/v1/<node_id>/recall")
def give_back(node_id: str) -> Response:
    """What a replaced or restored room asks back of its log, sealed to it."""
    return _answered(f"{node_id}/recall")


@bp.post("/sync/v1/<node_id>/unlock")
def unlock(node_id: str) -> Response:
    """The key of a room that may unlock itself, sealed to the request."""
    return _answered(f"{node_id}/unlock")


@bp.post("/sync/v1/<node_id>/enrol")
def take_first_word(node_id: str) -> Response:
    """The first word of a room with a one-time code: its keys are bound."""
    return _answered(f"{node_id}/enrol")


@bp.post("/sync/v1/<node_id>/enrolment")
def give_enrolment(node_id: str) -> Response:
    """The enrolment file, without its code, for a machine that proves to have the code by its SHA-256."""
    return _answered(f"{node_id}/enrolment", "application/json")


def _answered(place: str, media_type: str = ENVELOPE) -> Response:
    return Response(doors.take(_centre(), place, request.get_data(cache=False)), mimetype=media_type)
