"""The centre as a Flask program: the door of the nodes, the review desk, the API of other programs."""

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from sqlalchemy import select

from edge import web
from sync.centre import api, enrolment, filling, recall, receiver
from sync.centre.centre import Centre
from sync.centre.phone import screens as phone
from sync.centre.proxied import Proxied
from sync.centre.review import ferry, screens
from sync.centre.tables import schema_version

ENVELOPE = "application/vnd.yizhan.envelope"
bp = Blueprint("door", __name__)


def create_app(centre: Centre) -> Flask:
    """The whole program over an opened centre, which the caller closes after the last request."""
    app = web.make_app(
        "centre",
        secret=centre.secret,
        title=f"{centre.settings.name} · 审批台",
        areas={"/review": "console", "/s": "phone"},
        upload_bytes_max=centre.settings.body_bytes_max,
    )
    filling.fill(centre)
    app.extensions["yizhan.centre"] = centre
    app.register_blueprint(bp)
    app.register_blueprint(screens.bp)
    app.register_blueprint(api.bp)
    app.extensions["yizhan.ferry"] = ferry.job(centre)
    phone.install(app)
    app.wsgi_app = Proxied(app.wsgi_app, centre.settings.proxies)  # type: ignore[method-assign]  # as Flask documents it
    return app


def _centre() -> Centre:
    centre: Centre = current_app.extensions["yizhan.centre"]
    return centre


@bp.get("/")
def home() -> Response:
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
    return Response(receiver.receive(_centre(), node_id, request.get_data(cache=False)), mimetype=ENVELOPE)


@bp.post("/sync/v1/<node_id>/recall")
def give_back(node_id: str) -> Response:
    return Response(recall.give(_centre(), node_id, request.get_data(cache=False)), mimetype=ENVELOPE)


@bp.post("/sync/v1/<node_id>/enrol")
def take_first_word(node_id: str) -> Response:
    return Response(enrolment.bind(_centre(), node_id, request.get_data(cache=False)), mimetype=ENVELOPE)
