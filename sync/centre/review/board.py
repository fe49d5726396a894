"""曝光纠错 at the review desk: the supervisor writes, reads it as it will hang on the wall, and vouches for it."""

from flask import Blueprint, Response, flash, get_flashed_messages, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError
from forms.kinds_board import STATES, TEXT_MAX
from sync.centre import board, cases, supervisor
from sync.centre.board import Draft
from sync.centre.review import view
from sync.centre.review.context import asked_queue, at, centre, frame, reviewer

VOUCHED = ("names", "reporter")


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/board", "board", show)
    bp.add_url_rule("/<number>/board", "board_write", compose)
    bp.add_url_rule("/<number>/board", "board_keep", keep, methods=["POST"])
    bp.add_url_rule("/<number>/board/read", "board_read", read)
    bp.add_url_rule("/<number>/board/publish", "board_publish", publish, methods=["POST"])
    bp.add_url_rule("/<number>/board/withdraw", "board_withdraw", withdraw, methods=["POST"])


def show() -> str:
    """All public problems, for supervisors alone: the list names the complaints."""
    return render_template("review/board.html", **frame(asked_queue()), entries=board.entries(centre()), states=STATES)


def compose(number: str) -> str:
    """The complaint beside what is made public of it. Raises not_found, sealed_other."""
    return _compose(number, board.draft_of(centre(), number, reviewer().actor))


def _compose(number: str, draft: Draft, error: YizhanError | None = None) -> str:
    content = supervisor.open_complaint(centre(), number, reviewer().actor)
    case = cases.get(centre(), number)
    return render_template(
        "review/board_write.html",
        **frame(asked_queue()),
        case=case,
        sections=view.sealed_sections(case, content.answers),
        draft=draft,
        entry=board.find(centre(), case),
        states=STATES,
        most=TEXT_MAX,
        error=error,
    )


def keep(number: str) -> Response:
    """Keep what was written and show it as everybody will see it; with the fault beside it where something is wrong."""
    given = request.form
    draft = Draft(given.get("problem", ""), given.get("state", ""), given.get("answer", ""))
    try:
        board.write(centre(), number, draft, actor=reviewer().actor)
    except YizhanError as error:
        if not error.code.startswith("board_"):
            raise
        return make_response(_compose(number, draft, error), error.status)
    return web.see_other(at("review.board_read", number))


def read(number: str) -> str:
    """As it will be seen, with what has to be vouched for. Raises not_found, sealed_other."""
    draft = board.draft_of(centre(), number, reviewer().actor)
    case = cases.get(centre(), number)
    missed = get_flashed_messages(category_filter=["missed"])
    return render_template(
        "review/board_read.html",
        **frame(asked_queue()),
        case=case,
        draft=draft,
        states=STATES,
        entry=board.find(centre(), case),
        missed=missed,
    )


def publish(number: str) -> Response:
    """公开. Raises board_changed, board_over, not_found, sealed_other; who did not vouch reads it again."""
    if not all(request.form.get(one) for one in VOUCHED):
        flash("请逐字读一遍，再勾选下面两项", "missed")
        return web.see_other(at("review.board_read", number))
    board.publish(centre(), number, read=request.form.get("read", ""), actor=reviewer().actor)
    flash("已公开", "said")
    return web.see_other(url_for("review.board"))


def withdraw(number: str) -> Response:
    """撤下. Raises board_reason, not_found, sealed_other."""
    board.withdraw(centre(), number, request.form.get("reason", ""), actor=reviewer().actor)
    flash("已撤下", "said")
    return web.see_other(url_for("review.board"))
