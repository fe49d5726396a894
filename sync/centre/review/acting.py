"""The acts of the review desk. Each ends in a redirect to the application, or in its page with fault and text."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, make_response, request

from edge import web
from edge.errors import YizhanError
from sync.centre import cases, deciding, guards, marks, outside
from sync.centre.review import page, view
from sync.centre.review.context import at, centre, duties, reviewer

NOT_FOUND = 404
PANELS = ("unconfirm", "refuse", "decide", "correct", "opinion", "pause", "resume", "forward")
DONE = {
    "confirm": "已确认",
    "unconfirm": "已作出不予确认",
    "accept": "已受理",
    "refuse": "已作出不予受理",
    "correct": "补正告知已发出",
    "decide": "已办结",
    "opinion": "意见已出具",
    "pause": "特别程序已启动，第二个时钟停表",
    "resume": "特别程序已结束，恢复计时",
    "forward": "已转办",
}
Act = Callable[[str, str], object]


def add_to(bp: Blueprint) -> None:
    """Put the acts under the review desk's blueprint, behind its guard."""
    for name in PANELS:
        bp.add_url_rule(f"/<number>/{name}", f"ask_{name}", _asking(name))
    for view_ in (confirm, unconfirm, accept, refuse, decide, correct, opinion, pause, resume, forward):
        name = view_.__name__
        bp.add_url_rule(f"/<number>/{name}", name, view_, methods=["POST"])
    bp.add_url_rule("/<number>/marks", "mark", mark, methods=["POST"])
    bp.add_url_rule("/<number>/claim", "claim", claim, methods=["POST"])
    bp.add_url_rule("/<number>/release", "release", release, methods=["POST"])


def _asking(panel: str) -> Callable[[str], str]:
    """The page of an application with the form of one act."""

    def ask(number: str) -> str:
        return page.render(number, panel=panel)

    return ask


def confirm(number: str) -> Response:
    """民警远程确认 of what an assistant took in. Back to the application, or the page with the fault."""
    return _act(number, "confirm", lambda seen, actor: cases.confirm(centre(), number, actor=actor, seen=seen))


def unconfirm(number: str) -> Response:
    """民警远程确认 is refused, with the reason. Back to the application, or the page with the fault."""
    given = {"act": "unconfirm", "reason": _text("reason")}
    return _act(
        number, "unconfirm", lambda seen, actor: outside.decide(centre(), number, actor=actor, version=seen, **given)
    )


def accept(number: str) -> Response:
    """受理. Back to the application, or the page with the fault."""
    return _act(number, "accept", lambda seen, actor: cases.accept(centre(), number, actor=actor, seen=seen))


def refuse(number: str) -> Response:
    """不予受理, with its reason. Back to the application, or the page with the fault."""
    reason = _text("reason")
    return _act(
        number, "refuse", lambda seen, actor: cases.refuse(centre(), number, actor=actor, reason=reason, seen=seen)
    )


def decide(number: str) -> Response:
    """办结, with its kind. Back to the application, or the page with the fault."""
    given = {"result": _text("result"), "reason": _text("reason")}
    return _act(number, "decide", lambda seen, actor: cases.decide(centre(), number, actor=actor, seen=seen, **given))


def opinion(number: str) -> Response:
    """What a desk that is asked says of its step. Back to the application, or the page with the fault."""
    given = {name: _text(name) for name in ("step", "outcome", "text")}
    return _act(
        number, "opinion", lambda seen, actor: deciding.give_opinion(centre(), number, actor=actor, seen=seen, **given)
    )


def pause(number: str) -> Response:
    """A special procedure begins, and the second clock stands. Back to the application, or the page again."""
    given = {name: _text(name) for name in ("procedure", "reason", "until")}
    return _act(
        number, "pause", lambda seen, actor: deciding.begin_procedure(centre(), number, actor=actor, seen=seen, **given)
    )


def resume(number: str) -> Response:
    """A special procedure ends, and the second clock goes on. Back to the application, or the page again."""
    note = _text("note")
    return _act(
        number,
        "resume",
        lambda seen, actor: deciding.end_procedure(centre(), number, actor=actor, seen=seen, note=note),
    )


def forward(number: str) -> Response:
    """Hand it to another level or desk, with the reason. Back to the application, or the page again."""
    given = {name: _text(name) for name in ("level", "desk", "reason")}
    return _act(
        number, "forward", lambda seen, actor: deciding.forward(centre(), number, actor=actor, seen=seen, **given)
    )


def claim(number: str) -> Response:
    """认领, or take it over."""
    deciding.claim(centre(), number, actor=reviewer().actor, over=_text("over") == "yes")
    return web.see_other(at("review.application", number))


def release(number: str) -> Response:
    """Give back what one had taken; 303 to the application."""
    deciding.give_back(centre(), number, actor=reviewer().actor)
    return web.see_other(at("review.application", number))


def correct(number: str) -> Response:
    """One form, three buttons: note a defect, take one back, send them all. What is typed is kept."""
    button, _, mark_id = request.form.get("do", "add").partition(":")
    if button == "send":
        return _send(number)
    if button == "remove":
        marks.remove(centre(), cases.get(centre(), number), mark_id)
    elif (answer := _note(number)) is not None:
        return answer
    for field in page.TYPED:
        flash(request.form.get(field, ""), field)
    return web.see_other(at("review.ask_correct", number) + "#defects")


def mark(number: str) -> Response:
    """Note a defect from beside the material."""
    return _note(number) or web.see_other(at("review.application", number))


def _text(name: str) -> str:
    return request.form.get(name, "")


def _note(number: str) -> Response | None:
    """Keep the defect of the form; the page with the fault where it has none, or where the material hasn't come."""
    case = cases.get(centre(), number)
    shown = view.build(centre(), case, reviewer().actor, duties())
    item = view.item_of(shown, request.form.get("what", ""), request.form.get("defect", ""))
    try:
        guards.must_have_come(case, [item])
        marks.add(centre(), case, reviewer().name, item)
    except YizhanError as error:
        return make_response(page.render(number, panel="correct", error=error), error.status)
    return None


def _send(number: str) -> Response:
    if request.form.get("defect", "").strip() and (answer := _note(number)) is not None:
        return answer
    case = cases.get(centre(), number)
    items = [one.item for one in marks.of(centre(), case)]

    def request_all(seen: str, actor: str) -> object:
        due_day, reason = request.form.get("due_day", "").strip(), request.form.get("reason", "")
        done = cases.request_correction(
            centre(), number, actor=actor, items=items, due_day=due_day, reason=reason, seen=seen
        )
        marks.clear(centre(), case)
        return done

    return _act(number, "correct", request_all)


def _act(number: str, act: str, do: Act) -> Response:
    """Do an act on the version that the reviewer saw; back to the application, or the page again with the fault."""
    try:
        do(request.form.get("seen", ""), reviewer().actor)
    except YizhanError as error:
        if error.status == NOT_FOUND:
            raise
        return make_response(page.render(number, panel=act if act in PANELS else "", error=error), error.status)
    flash(DONE[act], "said")
    return web.see_other(at("review.application", number))
