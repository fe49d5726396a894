"""One function turns every error into a page (or, for programs, into JSON).

The reader gets a sentence, what to do, and a short number; the log gets the number with the place in the code. Neither
gets a value: exception messages and request addresses may hold names, identity numbers or tokens.
"""

import logging
import secrets
import traceback
from collections.abc import Callable
from typing import Final, NamedTuple

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from edge.errors import YizhanError, problem
from edge.web_session import area_of

log = logging.getLogger("edge.web")

CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many_requests",
}
FORBIDDEN = 403
SERVER_FAULT = 500
FRAMES: Final = "yizhan.frames"


class Fault(NamedTuple):
    """What is said about an error."""

    status: int
    code: str
    sentence: str
    hint: str
    permanent: bool
    number: str


Framed = Callable[[Fault, str], str | None]


def install(app: Flask) -> None:
    """Make `app` answer every error through this module."""
    app.extensions[FRAMES] = {}
    app.register_error_handler(Exception, answer)


def put_frame(app: Flask, area: str, framed: Framed) -> None:
    """Show what went wrong in an area inside the area's own frame, its menu with it.

    `framed`: (fault, address of the area's first page) -> the page, None where the one who asks has no menu yet. It is
    not asked about faults of the program itself (status 500 and above): what it needs may be what failed.
    """
    app.extensions[FRAMES][area] = framed


def answer(error: Exception) -> Response:
    """The response for any error raised while a request was handled."""
    if isinstance(error, HTTPException) and error.response is not None:
        return make_response(error.response)
    fault = describe(error)
    _log(fault, error)
    said = _json(fault) if _wants_json() else _page(fault)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        said.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110 15.5.6
    return said


def describe(error: Exception) -> Fault:
    """Status, sentence and hint of an error, under a new number (E- and six hexadecimal digits)."""
    number = f"E-{secrets.token_hex(3).upper()}"
    if isinstance(error, YizhanError):
        return Fault(error.status, error.code, error.sentence, error.hint, error.permanent, number)
    status = (error.code or SERVER_FAULT) if isinstance(error, HTTPException) else SERVER_FAULT
    code = CODES.get(status, "server_fault" if status >= SERVER_FAULT else "bad_request")
    known = problem(code, detail="页面没有提交完整")
    return Fault(status, code, known.sentence, known.hint, known.permanent, number)


def _log(fault: Fault, error: Exception) -> None:
    """Number, kind and place; never the message, which may quote what somebody typed."""
    level = logging.ERROR if fault.status >= SERVER_FAULT else logging.INFO
    place = " <- ".join(_places(error)) if level == logging.ERROR else ""
    words = (fault.number, fault.status, fault.code, request.method, request.endpoint, _who(fault), place)
    log.log(level, "%s %s %s %s %s%s %s", *words)


def _who(fault: Fault) -> str:
    """Whose wish was refused, by his account; of citizens, who have none, nothing is known (ASVS 5.0, 16.3.2)."""
    known = g.get("officer") or g.get("reviewer") if fault.status == FORBIDDEN else None
    return f" {known.actor}" if known else ""


def _places(error: BaseException) -> list[str]:
    places: list[str] = []
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)
        steps = "/".join(f"{frame.name}:{frame.lineno}" for frame in frames[-6:])
        places.append(f"{type(current).__name__} at {frames[-1].filename if frames else '?'} {steps}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return places


def _wants_json() -> bool:
    prefixes: tuple[str, ...] = current_app.extensions["yizhan.web"].exempt
    if request.path.startswith(prefixes):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def _json(fault: Fault) -> Response:
    response = jsonify(
        error={
            "code": fault.code,
            "sentence": fault.sentence,
            "hint": fault.hint,
            "permanent": fault.permanent,
            "number": fault.number,
        }
    )
    response.status_code = fault.status
    return response


def _page(fault: Fault) -> Response:
    areas = current_app.extensions["yizhan.web"].areas
    area = area_of(request.path, areas)
    mode = areas.get(area, "console")
    home = f"{request.script_root}{area}/"
    framed: Framed | None = current_app.extensions[FRAMES].get(area) if fault.status < SERVER_FAULT else None
    text = framed(fault, home) if framed is not None else None
    text = text or render_template("shared/error.html", fault=fault, mode=mode, home=home)
    response = make_response(text, fault.status)
    if request.headers.get("HX-Request") == "true":  # a fragment's place is no place for a whole page
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
