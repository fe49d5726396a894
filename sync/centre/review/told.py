"""举报投诉 at the review desk: what citizens sealed to the supervisor, by when it is answered, whose it became.

What was filed at a room is opened on its own page; what came from a phone is opened and answered here.
"""

from typing import Final

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError
from forms.escalation import ANSWERED, LEVELS, TITLES
from sync.centre import complaints, who
from sync.centre.review.context import asked_queue, centre, duties, frame, reviewer

SHOWS: Final = {"open": "待回应", "raised": "已升级", "done": "已回应"}


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/told", "told", show)
    bp.add_url_rule("/told", "told_answer", answer, methods=["POST"])


def show() -> str:
    """For supervisors alone, what waits longest first. Raises supervisor_key_missing."""
    return _page()


def answer() -> Response:
    """Keep what was done about one from a phone. Raises not_found."""
    given, who_asks = request.form, reviewer()
    try:
        complaints.answer(
            centre(),
            given.get("id", ""),
            given.get("outcome", ""),
            given.get("text", ""),
            actor=who_asks.actor,
            duties=duties(),
            accounts=_accounts(),
        )
    except YizhanError as error:
        if error.code not in {"complaint_answer", "complaint_answered"}:
            raise
        return make_response(_page(error), error.status)
    flash("已记下，投诉人留了电话的请一并告知", "said")
    return web.see_other(url_for("review.told"))


def _accounts() -> frozenset[str]:
    with centre().store.read() as tx:
        return who.room_accounts(tx, reviewer().name)


def _page(error: YizhanError | None = None) -> str:
    asked, accounts = request.args.get("list", ""), _accounts()
    chosen = asked if asked in SHOWS else "open"
    with centre().store.read() as tx:
        found = complaints.entries(tx, centre(), duties(), accounts, show=chosen)
        counts = complaints.counts(tx, centre(), duties(), accounts)
    return render_template(
        "review/told.html",
        **frame(asked_queue()),
        entries=found,
        counts=counts,
        chosen=chosen,
        lists=SHOWS,
        outcomes=ANSWERED,
        levels=[TITLES[one] for one in LEVELS],
        most=complaints.NOTE_MAX,
        error=error,
        typed=request.form,
    )
