"""查我的办件: the number and the 查询码 of the receipt together open one application for this visit."""

from flask import Response, current_app, flash, request, url_for

from edge import applications, pickup, web_node, wholes
from edge.errors import YizhanError, problem
from edge.typed import digits
from edge.web import translate
from forms.validation import Problem
from kiosk import progress, visit
from kiosk.tries import WINDOW_MINUTES, Tries

NUMBER_DIGITS_MAX = 22
CODE_DIGITS = 6


class Opened:
    """Which application a visit may look at; in memory, so that nothing outlives the program."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}
        self.tries = Tries()


def opened() -> Opened:
    """The one of this program."""
    found: Opened = current_app.extensions.setdefault("yizhan.kiosk", Opened())
    return found


def ask() -> tuple[str, int]:
    """Ask for number and code; after a wrong try with the reason."""
    visit.speak()
    said = visit.said()
    problems = [Problem(f"/{name}", "find", {}, text) for name, text in said.items() if name in ("number", "code")]
    boxes = [
        ("number", translate("find_number"), "", NUMBER_DIGITS_MAX, said.get("number")),
        ("code", translate("find_code"), translate("find_code_hint"), CODE_DIGITS, said.get("code")),
    ]
    return visit.page("find.html", problems=problems, boxes=boxes)


def look() -> Response:
    """Open the application for this visit, or say the same for an unknown number and for a wrong code."""
    visit.speak()
    number, code = (digits(request.form.get(name, "")) for name in ("number", "code"))
    if _faulty(number, code):
        return visit.go("find_ask")
    node, memory = web_node.node(), opened()
    ticks = node.clock.ticks()
    if memory.tries.blocked(number, ticks):
        flash(translate("find_slow", minutes=WINDOW_MINUTES), "number")
        return visit.go("find_ask")
    if not pickup.is_one_of(code, _codes_of(number)):
        memory.tries.wrong(number, ticks)
        flash(translate("find_wrong"), "number")
        return visit.go("find_ask")
    memory.numbers[visit.owner()] = number
    return visit.go("find_show")


def show() -> tuple[str, int]:
    """How the opened application stands. Raises not_found where this visit has opened none."""
    number = _opened()
    return _page(number, parts=progress.parts_of(web_node.node(), number), back="find_ask")


def part(number: str) -> tuple[str, int]:
    """How a part of the opened whole stands. Raises not_found for anything else."""
    if number not in progress.parts_of(web_node.node(), _opened()):
        raise problem("not_found")
    return _page(number, parts=(), back="find_show")


def _opened() -> str:
    number = opened().numbers.get(visit.owner())
    if number is None:
        raise problem("not_found")
    return number


def _page(number: str, *, parts: tuple[str, ...], back: str) -> tuple[str, int]:
    visit.speak()
    found = progress.of_number(web_node.node(), number)
    return visit.page("found.html", found=found, parts=parts, back=url_for(f"kiosk.{back}"))


def _faulty(number: str, code: str) -> bool:
    if not number:
        flash(translate("find_no_number"), "number")
    if len(code) != CODE_DIGITS:
        flash(translate("find_no_code"), "code")
    return not number or len(code) != CODE_DIGITS


def _codes_of(number: str) -> tuple[str, ...]:
    """The codes that open an application; for an unknown number something that no six digits equal."""
    with web_node.node().database.read() as tx:
        try:
            return wholes.codes(tx, applications.get(tx, number).state)
        except YizhanError:
            return ("-" * CODE_DIGITS,)
