"""What one side could not act on: an officer looks at it, has it tried again, or sets it aside with a reason."""

from typing import Any

from flask import Response, make_response, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from edge.staff.context import officer, page
from edge.staff.transfer import about, key_of
from edge.web_filters import when_near
from edge.web_node import node

REASON_MAX = 500
_PARTS = 5


def show(key: str) -> Response:
    """One item that was put aside, with what can be done about it."""
    return _page(key)


def retry(key: str) -> Response:
    """Once more; the page says what came of it. It is harmless to repeat."""
    item, _ = _find(key)
    said = node().hooks.aside.retry(item)
    node().send_now()
    return _page(key, said=said) if node().hooks.aside.find(*_parts(key)) else _gone(said)


def settle(key: str) -> Response:
    """Out of the list, with who and why. A repeat finds it gone."""
    item, _ = _find(key)
    reason = request.form.get("reason", "").strip()[:REASON_MAX]
    if not reason:
        return _page(key, problem("aside_reason_missing"))
    node().hooks.aside.settle(item, officer().actor, reason)
    return web.see_other(url_for("staff.transfer_show", said="settled"))


def _gone(said: str) -> Response:
    """It stands aside no more; the words are said on the page of the carrying."""
    return make_response(
        page("aside.html", item=None, title="", when="", event=None, said_now=said, error=None, key="")
    )


def _page(key: str, error: YizhanError | None = None, said: str = "") -> Response:
    item, event = _find(key)
    text = page(
        "aside.html",
        item=item,
        key=key_of(item),
        title=about(item),
        when=when_near(item.at, node().clock.today()),
        event=event,
        said_now=said,
        error=error,
    )
    return make_response(text, error.status if error else 200)


def _find(key: str) -> tuple[Any, Any]:
    """Raises not_found for what doesn't stand aside."""
    found = node().hooks.aside.find(*_parts(key)) if node().hooks.aside is not None else None
    if found is None:
        raise problem("not_found")
    return found[0], found[1]


def _parts(key: str) -> tuple[str, int, int, str, str]:
    parts = key.split(".")
    if len(parts) != _PARTS or not (parts[1].isdecimal() and parts[2].isdecimal()):
        raise problem("not_found")
    return parts[0], int(parts[1]), int(parts[2]), parts[3], parts[4]
