"""The OpenAPI 3.1 document, made from the routes that the program really has."""

import re
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask, Response, current_app, jsonify

from sync.centre.api import routes
from sync.centre.api.operations import PREFIX, Operation, of_view
from sync.centre.api.schemas import COMPONENTS, PATH
from sync.centre.tokens import SCOPES

_PLACE: Final = re.compile(r"<(?:[a-z]+:)?([a-z0-9_]+)>")
_FAULTS: Final[dict[str, str]] = {
    "400": "bad_request：参数或者内容不合规定",
    "401": "not_signed_in：没有密钥，或者密钥已经作废",
    "403": "scope_missing、desk_other 等：没有这项权限",
    "404": "not_found：没有，或者不在这把密钥的范围里",
    "409": "application_changed、not_allowed_now 等：办件刚有变化，或者现在不能这样办",
    "422": "reason_missing、procedure_unknown 等：内容不齐",
    "429": "too_many_requests：稍后再试",
}
bp = routes.bp  # asked of them, so that they are all registered before a program takes it


@bp.get("/openapi.json")
def description() -> Response:
    """The OpenAPI document of this interface, as JSON; anybody may read it."""
    return jsonify(document(current_app))


def document(app: Flask) -> dict[str, Any]:
    """The document of a program. Raises LookupError for a route of the interface that says nothing of itself."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, name, known in _operations(app):
        paths.setdefault(path, {})[method] = _described(path, name, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "驿站省级参考中心",
            "version": "1",
            "description": "办件、状态、办理、指标。密钥由 yizhan centre token add 发出。",
        },
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _scopes()}},
            "schemas": COMPONENTS,
        },
    }


def _operations(app: Flask) -> Iterator[tuple[str, str, str, Operation]]:
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(f"{PREFIX}/"):
            continue
        known = of_view(app.view_functions[rule.endpoint])
        if known is None:
            raise LookupError(f"{rule.rule} says nothing of itself")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield _PLACE.sub(r"{\1}", rule.rule), method.lower(), rule.endpoint.rpartition(".")[2], known


def _described(path: str, name: str, known: Operation) -> dict[str, Any]:
    schema = (
        {"$ref": f"#/components/schemas/{known.answer}"} if known.answer else {"type": "string", "format": "binary"}
    )
    answer = {"description": known.summary, "content": {known.media_type: {"schema": schema}}}
    said: dict[str, Any] = {
        "operationId": name,
        "summary": known.summary,
        "description": f"需要的权限：`{known.scope}`，{SCOPES[known.scope]}。",
        "parameters": [*_of_path(path), *_of_query(known)],
        "responses": {str(known.status): answer, **_faults()},
    }
    if known.body:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{known.body}"}}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _of_path(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": PATH[name]} for name in re.findall("{(.+?)}", path)
    ]


def _of_query(known: Operation) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in known.query.items()]


def _faults() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}
    return {status: {"description": said, "content": content} for status, said in _FAULTS.items()}


def _scopes() -> str:
    return "权限：" + "；".join(f"`{name}` {title}" for name, title in SCOPES.items())
