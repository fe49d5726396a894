"""Which address of the API runs what, who may call it, and what a program is told that may not."""

from flask import Blueprint, Flask, Response, jsonify, request

from edge.api import key
from edge.errors import Refused, problem
from edge.routes import Route, Who, register
from edge.web_node import node

SCHEME = "Bearer "

bp = Blueprint("api", __name__)
ROUTES = (
    Route("/api/v1/applications", "endpoints.file", Who.PROGRAM, ("POST",)),
    Route("/api/v1/applications/<number>", "endpoints.show", Who.PROGRAM),
    Route("/api/openapi.json", "endpoints.document", Who.ANYONE),
    Route("/healthz", "endpoints.health", Who.ANYONE),
    Route("/metrics", "endpoints.metrics_text", Who.ANYONE),
)
RULES = register(bp, ROUTES)


@bp.before_request
def guard() -> None:
    """No route for programs is reached without the key. Raises wrong_api_key."""
    if RULES[request.endpoint or ""] is Who.ANYONE:
        return
    given = request.headers.get("Authorization", "")
    home = node().settings.home
    if not (given.startswith(SCHEME) and key.is_right(home, given.removeprefix(SCHEME).strip())):
        raise problem("wrong_api_key")


@bp.after_request
def challenge(response: Response) -> Response:
    """A 401 says what is wanted (RFC 9110)."""
    if response.status_code == 401:  # noqa: PLR2004 - Unauthorized
        response.headers["WWW-Authenticate"] = 'Bearer realm="yizhan"'
    return response


@bp.errorhandler(Refused)
def refused(error: Refused) -> tuple[Response, int]:
    """422 with every problem of the answers."""
    found = [{"path": one.path, "keyword": one.keyword, "message": one.message} for one in error.problems]
    return jsonify(problems=found), 422


def install(app: Flask) -> None:
    """Put the API into a program."""
    app.register_blueprint(bp)
