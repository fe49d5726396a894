"""The node's HTTP API for other programs: file an application, look at one, health. The contract is openapi.json."""

import ipaddress
import json
from functools import cache
from importlib import resources
from typing import Any

from flask import Response, jsonify, make_response, request, url_for

from edge import applications, pickup, wholes
from edge.api import bodies
from edge.applications import Application
from edge.errors import problem
from edge.filings import Filed
from edge.web_node import node

BODY_BYTES_MAX = 48 * 1024 * 1024  # base64 of the photographs of one application


def file() -> Response:
    """POST /api/v1/applications."""
    submission = bodies.read(_body(), _schema("Submission"))
    filed = bodies.file(node(), submission)
    return _answer(filed)


def _answer(filed: Filed) -> Response:
    response = jsonify(
        number=filed.number,
        token=filed.token,
        code=filed.code,
        state=filed.state,
        status_url=url_for("status.screens_show", token=filed.token),
    )
    response.status_code = 201 if filed.created else 200
    if filed.created:
        response.headers["Location"] = url_for("api.endpoints_show", number=filed.number)
    return response


def _body() -> Any:
    """The parsed body. Raises too_large, bad_request."""
    if (request.content_length or 0) > BODY_BYTES_MAX:
        raise problem("too_large")
    data = request.get_data(cache=False)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise problem("bad_request", detail="请求正文不是 JSON") from None


def show(number: str) -> Response:
    """GET /api/v1/applications/{number}; with `code`, only to who knows the 查询码."""
    with node().database.read() as tx:
        application = applications.get(tx, number)
        known = wholes.codes(tx, application.state)
    code = request.args.get("code")
    if code is not None and not pickup.is_one_of(code, known):
        raise problem("not_found")  # the same as for a number that is not here
    return jsonify(_described(application))


def _described(application: Application) -> dict[str, Any]:
    running = node()
    return bodies.application(application, running.calendar, running.clock.now())


def document() -> Response:
    """GET /api/openapi.json."""
    response = make_response(_text())
    response.mimetype = "application/json"
    return response


def health() -> Response:
    """GET /healthz: the store answers. No personal data."""
    with node().database.read() as tx:
        tx.execute("SELECT 1").fetchone()
    return jsonify(ok=True, node=node().settings.node_id)


def metrics_text() -> Response:
    """GET /metrics, for a Prometheus on this machine; to anybody else there is no such page. No personal data."""
    from edge import metrics  # which no start needs

    if not _is_here(request.remote_addr or ""):
        raise problem("not_found")
    response = make_response(metrics.text(node()))
    response.headers["Content-Type"] = metrics.TYPE
    return response


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a kiosk on a machine of its own
        return False


@cache
def _text() -> str:
    return resources.files("edge.api").joinpath("openapi.json").read_text(encoding="utf-8")


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document, parsed."""
    parsed: dict[str, Any] = json.loads(_text())
    return parsed


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = contract()["components"]["schemas"][name]
    return schema
