"""What is secret is shown once, on the page after the form that made it: until then it waits in this program's memory,
it stands in no address, and nothing could show it again. For the account pages of the room and of the centre.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, flash, get_flashed_messages, make_response

from edge import web
from edge.errors import YizhanError


@dataclass(frozen=True, slots=True)
class Once:
    """What a page shows this one time: the account, what it is, and its lines; `code` is a QR code as SVG."""

    account: str
    title: str
    lines: list[str]
    code: str = ""


def waiting() -> Once | None:
    """What the form before this page made; taken, so that no second page has it."""
    said: list[Any] = list(get_flashed_messages())
    found = [Once(**one) for one in said if isinstance(one, dict)]
    return found[-1] if found else None


def answer(
    act: Callable[[], Once | None], answerable: Collection[str], page: Callable[[str], str], then: str
) -> Response:
    """`act` done: on to the address `then`; an error whose code is in `answerable`: its sentence on the `page` itself.

    Raises every other YizhanError of `act`.
    """
    try:
        once = act()
    except YizhanError as error:
        if error.code not in answerable:
            raise
        return make_response(page(str(error)), error.status)
    if once is not None:
        flash(asdict(once))  # type: ignore[arg-type]  # kept in this process, so that it need not be text
    return web.see_other(then)
