"""The centre's HTTP API for other programs, under /api/v1, with a bearer key that acts as an account.

`openapi()` describes it; a test holds the description to the routes.
"""

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from edge.errors import problem
from forms.kinds import DECISIONS
from sync.centre import cases, desks, guards, lists, outside, queue, reviewers, who
from sync.centre.centre import Centre
from sync.centre.lists import SHOWS
from sync.centre.queue import Who

PREFIX = "/api/v1"
OFFSET_MAX = 1_000_000
TEXT_FIELDS = ("act", "version", "reason", "note", "result", "due_day")
bp = Blueprint("centre_api", __name__, url_prefix="/api")


def _centre() -> Centre:
    centre: Centre = current_app.extensions["yizhan.centre"]
    return centre


@bp.before_request
def ask_for_key() -> None:
    """Everything but the description needs a key. Raises not_signed_in."""
    if request.endpoint == f"{bp.name}.description":
        return
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    reviewer = reviewers.of_key(_centre(), key) if scheme.lower() == "bearer" and key else None
    if reviewer is None:
        raise problem("not_signed_in")
    g.reviewer = reviewer


@bp.get("/openapi.json")
def description() -> Response:
    return jsonify(openapi())


@bp.get("/v1/applications")
def list_applications() -> Response:
    """A page of the list `show`; `next` is the offset of the following page, null at the end."""
    show = request.args.get("show", "todo")
    if show not in SHOWS:
        raise problem("bad_request", detail="show")
    after = _whole_number(request.args.get("after", "0"))
    with _centre().store.read() as tx:
        asking = Who(g.reviewer.name, desks.of(tx, g.reviewer.name), who.room_accounts(tx, g.reviewer.name))
        text, today = request.args.get("text", ""), _centre().clock.today()
        lines = lists.applications(tx, show, today, text=text, after=after, within=queue.visible(asking))
    more = after + len(lines) if len(lines) == lists.LIMIT else None
    return jsonify(applications=[asdict(line) for line in lines], next=more)


@bp.get("/v1/applications/<number>")
def show_application(number: str) -> Response:
    case = cases.get(_centre(), number)
    with _centre().store.read() as tx:
        duties = desks.of(tx, g.reviewer.name)
    guards.must_see(case, duties, g.reviewer.actor)
    return jsonify(outside.as_json(_centre(), case))


@bp.post("/v1/applications/<number>/decisions")
def add_decision(number: str) -> tuple[Response, int]:
    """Do an act on an application; 201 with what came of it."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not _is_text(given):
        raise problem("bad_request", detail="JSON")
    return jsonify(outside.decide(_centre(), number, actor=g.reviewer.actor, **_arguments(given))), 201


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name not in (*TEXT_FIELDS, "items"):
            raise problem("bad_request", detail=name)
        if name in TEXT_FIELDS and not isinstance(value, str):
            raise problem("bad_request", detail=name)
    return {"act": ""} | given


def _is_text(value: Any) -> bool:
    """False for half a character (a lone surrogate), which JSON can spell and no log can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(OFFSET_MAX))):
        raise problem("bad_request", detail="after")
    return min(int(text), OFFSET_MAX)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of this API."""
    digits = {"type": "string", "pattern": "^[0-9]{17,22}$"}
    number = {"name": "number", "in": "path", "required": True, "schema": digits}
    shown = {"description": "the application", "content": _json({"$ref": "#/components/schemas/Application"})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yizhan centre", "version": "1", "description": "Applications, and acts on them"},
        "security": [{"key": []}],
        "paths": {
            f"{PREFIX}/applications": {"get": _list_operation()},
            f"{PREFIX}/applications/{{number}}": {
                "get": {"summary": "One application", "parameters": [number], "responses": {"200": shown} | _FAULTS}
            },
            f"{PREFIX}/applications/{{number}}/decisions": {
                "post": {
                    "summary": "Accept, refuse, ask for a correction, decide",
                    "parameters": [number],
                    "requestBody": {"required": True, "content": _json({"$ref": "#/components/schemas/Act"})},
                    "responses": {"201": shown} | _FAULTS,
                }
            },
        },
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}, "schemas": _SCHEMAS},
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _list_operation() -> dict[str, Any]:
    listed = {
        "type": "object",
        "required": ["applications", "next"],
        "properties": {
            "applications": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
            "next": {"type": ["integer", "null"]},
        },
    }
    return {
        "summary": "Applications, the most urgent first",
        "parameters": [
            {"name": "show", "in": "query", "schema": {"enum": list(SHOWS), "default": "todo"}},
            {"name": "text", "in": "query", "schema": {"type": "string"}},
            {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": OFFSET_MAX}},
        ],
        "responses": {"200": {"description": "a page of the list", "content": _json(listed)}} | _FAULTS,
    }


_TEXT = {"type": "string"}
_FAULT = _json({"$ref": "#/components/schemas/Fault"})
_FAULTS = {"default": {"description": "a fault, with a sentence", "content": _FAULT}}
_ITEM = {
    "type": "object",
    "required": ["target", "ref", "label", "defect"],
    "properties": {"target": {"enum": ["field", "material"]}, "ref": _TEXT, "label": _TEXT, "defect": _TEXT},
}
_SCHEMAS: dict[str, Any] = {
    "Line": {
        "type": "object",
        "required": list(lists.Line.__dataclass_fields__),
        "properties": {name: _TEXT for name in lists.Line.__dataclass_fields__ if name != "urgent"}
        | {"urgent": {"type": "boolean"}},
    },
    "Application": {
        "type": "object",
        "required": ["number", "node", "version", "service", "state", "state_title", "result", "materials", "history"],
        "properties": {
            "number": _TEXT,
            "node": _TEXT,
            "version": _TEXT | {"description": "sent back with an act; 409 if anything happened since"},
            "state": {"enum": ["unknown", "received", "correction", "accepted", "closed"]},
            "state_title": _TEXT,
            "result": {"type": ["string", "null"]},
        },
    },
    "Act": {
        "type": "object",
        "required": ["act"],
        "additionalProperties": False,
        "properties": {
            "act": {"enum": list(cases.ACTS)},
            "version": _TEXT,
            "reason": _TEXT,
            "note": _TEXT,
            "result": {"enum": list(DECISIONS)},
            "due_day": {"type": "string", "format": "date"},
            "items": {"type": "array", "items": _ITEM, "minItems": 1},
        },
    },
    "Fault": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "sentence"],
                "properties": {"code": _TEXT, "sentence": _TEXT, "hint": _TEXT},
            }
        },
    },
}
