"""An operation: what a route asks for and answers, said once. It guards the route, and the OpenAPI document shows it.

Whatever doesn't fit is refused before the route sees it, so that the document and the program can't disagree.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, Final

import jsonschema_rs
from flask import Blueprint, Response, current_app, g, request

from edge.errors import problem
from sync.centre import tokens
from sync.centre.api.schemas import COMPONENTS, PATH
from sync.centre.centre import Centre

PREFIX: Final = "/api/v1"
bp = Blueprint("centre_api", __name__, url_prefix="/api")
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_WANTING: Final = "yizhan_operation"

Schema = Mapping[str, Any]
Query = Mapping[str, Schema]


@dataclass(frozen=True, slots=True)
class Operation:
    """`scope`: what a token needs; `query`: name -> schema; `body`, `answer`: names of components, "" for none.

    `explain` is given a body that isn't as its component says, and may raise a problem that names the fault better.
    """

    summary: str
    scope: str
    answer: str
    query: Query = field(default_factory=dict)
    body: str = ""
    status: int = 200
    media_type: str = "application/json"
    explain: Callable[[Any], None] = lambda _: None


def operation(method: str, path: str, known: Operation) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a view under /api/v1 that is called with the checked values of path, query and body, by name."""

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(**place: str) -> Any:
            token().must_have(known.scope)
            _check_path(place)
            given = _query(known) | ({"given": _body(known)} if known.body else {})
            return view(**place, **given)

        setattr(guarded, _WANTING, known)
        bp.add_url_rule("/v1" + path.replace("{", "<").replace("}", ">"), guarded.__name__, guarded, methods=[method])
        return guarded

    return register


def of_view(view: Callable[..., Any]) -> Operation | None:
    """What was said of a view; None for one that is no operation."""
    found: Operation | None = getattr(view, _WANTING, None)
    return found


def centre() -> Centre:
    """The centre that the running application serves."""
    running: Centre = current_app.extensions["yizhan.centre"]
    return running


def token() -> tokens.Token:
    """Who asks. Raises not_signed_in."""
    known: tokens.Token | None = g.get("token")
    if known is not None:
        return known
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = tokens.of(centre(), key) if scheme.lower() == "bearer" and key else None
    if found is None:
        raise problem("not_signed_in")
    g.token = found
    return found


@bp.after_request
def say_how(response: Response) -> Response:
    """RFC 6750: who comes without a token is told what is asked for."""
    if response.status_code == 401:  # noqa: PLR2004 - the status itself
        response.headers["WWW-Authenticate"] = 'Bearer realm="yizhan"'
    return response


def _check_path(place: Mapping[str, str]) -> None:
    for name, value in place.items():
        if not re.fullmatch(PATH[name]["pattern"].removeprefix("^").removesuffix("$"), value, re.ASCII):
            raise problem("not_found")


def _query(known: Operation) -> dict[str, Any]:
    """The values of the query, those that are missing as their defaults. Raises bad_request."""
    for name in request.args:
        if name not in known.query or len(request.args.getlist(name)) > 1:
            raise problem("bad_request", detail=name[:40])
    return {name: _value(name, schema) for name, schema in known.query.items()}


def _value(name: str, schema: Schema) -> Any:
    text = request.args.get(name)
    if text is None:
        return schema["default"]
    value: Any = int(text) if schema.get("type") == "integer" and _WHOLE.fullmatch(text) else text
    if not jsonschema_rs.is_valid(dict(schema), value, validate_formats=True):
        raise problem("bad_request", detail=name)
    return value


def _body(known: Operation) -> Any:
    """The body, as its component says. Raises bad_request."""
    given = request.get_json(silent=True)
    if given is None or not is_text(given):
        raise problem("bad_request", detail="JSON")
    fault = fault_of(known.body, given)
    if fault:
        known.explain(given)
        raise problem("bad_request", detail=fault)
    return given


def is_text(value: Any) -> bool:
    """False for half a character (a lone surrogate), which JSON can spell and no log can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def validator(component: str) -> jsonschema_rs.Validator:
    """Of one schema of the document by its name, made once; formats (date, date-time) are checked too."""
    schema = {"$ref": f"#/components/schemas/{component}", "components": {"schemas": COMPONENTS}}
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def fault_of(component: str, given: Any) -> str:
    """Where a value isn't as its component says, such as "items/0/defect"; "" where it is."""
    error = next(iter(validator(component).iter_errors(given)), None)
    if error is None:
        return ""
    return "/".join(str(one) for one in error.instance_path)[:80] or "JSON"
