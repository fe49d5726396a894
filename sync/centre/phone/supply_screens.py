"""The pages of 网上补正: one item after the other, each with its own button, and one that sends all."""

from typing import Any

from flask import Blueprint, Response, make_response, request

from edge import web
from edge.errors import YizhanError, problem
from edge.web import translate
from edge.web_filters import size_text
from sync.centre.phone import faults, supply
from sync.centre.phone.code import Found
from sync.centre.phone.context import at, centre, page, reader

DIGITS_MAX = 3


def add_to(bp: Blueprint) -> None:
    """Put the pages under the phone's blueprint."""
    bp.add_url_rule("/s/<text>/supply", "supply", show)
    bp.add_url_rule("/s/<text>/supply", "supply_act", act, methods=["POST"])
    bp.add_url_rule("/s/<text>/supply/picture", "supply_picture", picture)


def show(text: str) -> Response:
    """What is missing, and what was kept of it. Raises phone_over, phone_plain, supply_not_now."""
    return _page(reader(text))


def act(text: str) -> Response:
    """Keep a photograph or a text, take one away, or send all: by the button. A fault is said on the same page."""
    found, given = reader(text), request.form
    button, wanted, ref = given.get("do", ""), given.get("request", ""), given.get("ref", "")
    try:
        match button:
            case "photo":
                _keep_photos(found, wanted, ref)
            case "value":
                supply.keep_value(centre(), found, wanted, ref, given.get("value", ""))
            case "drop":
                supply.drop(centre(), found, ref, _place(given.get("place", "")))
            case "send":
                supply.send(centre(), found, wanted)
                return web.see_other(at("show", said="supplied"))
            case _:
                raise problem("bad_request", detail="do")
    except YizhanError as error:
        if error.code == "supply_not_now":
            raise
        return _page(found, fault=faults.words(error), at_ref=ref, status=error.status)
    return web.see_other(at("supply", kept=ref) + "#kept")


def picture(text: str) -> Response:
    """A small picture of what was kept. Raises phone_over, not_found."""
    found = reader(text)
    data = supply.picture(centre(), found, request.args.get("ref", ""), _place(request.args.get("place", "")))
    answer = make_response(data)
    answer.mimetype = "image/jpeg"
    return answer


def _keep_photos(found: Found, wanted: str, ref: str) -> None:
    files = request.files.getlist("photo")
    if not files:
        raise problem("material_empty", name="")
    for file in files:
        supply.keep_photo(centre(), found, wanted, ref, data=file.read(), name=file.filename or "")


def _place(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX):
        raise problem("bad_request", detail="place")
    return int(text)


def _page(found: Found, fault: str = "", at_ref: str = "", status: int = 200) -> Response:
    asked = supply.notice(centre(), found)
    values: dict[str, Any] = {
        "asked": asked,
        "act": at("supply_act"),
        "picture": lambda ref, place: at("supply_picture", ref=ref, place=place),
        "limits": translate("phone_photo_limits", limit=size_text(supply.size_limit(centre()))),
        "back": at("show"),
        "kept": request.args.get("kept", ""),
    }
    return page(found, "supply.html", status, fault=fault, at_ref=at_ref, **values)
