"""差评回访 at the review desk: who is to be called, by when, and what came of it; for supervisors alone."""

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from edge.typed import whole_number
from forms.kinds_oversight import ANSWER_MAX, CALLED, NOT_REACHED
from forms.kinds_people import GRADES
from sync.centre import calling_back, cases, who
from sync.centre.review.context import asked_queue, at, centre, duties, frame, reviewer
from sync.centre.room_desk import SUPERVISOR


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/call-backs", "call_backs", show)
    bp.add_url_rule("/<number>/call-back", "call_back", one)
    bp.add_url_rule("/<number>/call-back", "call_back_record", record, methods=["POST"])


def show() -> str:
    """What is owed, or with ?list=done what was called back."""
    done = request.args.get("list", "") == "done"
    with centre().store.read() as tx:
        own = who.room_accounts(tx, reviewer().name)
        found = calling_back.entries(tx, centre(), duties(), own, done=done)
        waiting = calling_back.count(tx, duties(), own)
    return render_template(
        "review/call_backs.html",
        **frame(asked_queue()),
        entries=found,
        done=done,
        waiting=waiting,
        grades=GRADES,
        results=CALLED,
    )


def one(number: str) -> str:
    """One call: whom, about what, and the form for what was found. Raises call_back_none, forbidden."""
    return _page(number)


def record(number: str) -> Response:
    """Keep what the call found. A fault stands on the same page beside what was typed."""
    _must_supervise()
    given = request.form
    try:
        calling_back.record(
            centre(),
            number,
            result=given.get("result", ""),
            answer=given.get("answer", ""),
            note=given.get("note", ""),
            actor=reviewer().actor,
            tries=whole_number(given.get("tries", "")),
        )
    except YizhanError as error:
        if error.code not in {"call_back_text", "call_back_words", "call_back_own", "call_back_over"}:
            raise
        return make_response(_page(number, error), error.status)
    flash(
        "没有打通，已记下，请另找时间再打" if given.get("result") == NOT_REACHED else "已记下，意见将下发警务室", "said"
    )
    return web.see_other(url_for("review.call_backs"))


def _page(number: str, error: YizhanError | None = None) -> str:
    _must_supervise()
    case = cases.get(centre(), number)
    with centre().store.read() as tx:
        entry = calling_back.of_case(tx, centre(), case)
    return render_template(
        "review/call_back.html",
        **frame(asked_queue()),
        case=case,
        one=entry,
        error=error,
        typed=request.form,
        grades=GRADES,
        results=CALLED,
        most=ANSWER_MAX,
        back=at("review.application", number),
    )


def _must_supervise() -> None:
    if reviewer().post != SUPERVISOR:
        raise problem("forbidden")
