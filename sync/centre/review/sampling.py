"""抽查 at the review desk: draw by a seed, look at what was drawn, note what was found; for supervisors alone."""

from datetime import date, timedelta

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from edge.typed import whole_number
from forms.kinds_oversight import ANSWER_MAX, JUDGED, SAMPLE_MAX, SEED_MAX
from sync.centre import sampling, scopes
from sync.centre.review.context import asked_queue, centre, duties, frame, reviewer
from sync.centre.room_desk import SUPERVISOR

SHOWN_DAYS = 30
ON_THE_PAGE = frozenset({"sample_asked", "sample_empty", "sample_own", "sample_judged", "sample_text"})


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/samples", "samples", show)
    bp.add_url_rule("/samples", "samples_draw", draw, methods=["POST"])
    bp.add_url_rule("/<number>/sample", "sample_judge", judge, methods=["POST"])


def show() -> str:
    """The page of samples: what was drawn with which seed, and what is still to be looked at."""
    return _page()


def draw() -> Response:
    """Draw a sample. Raises not_found for another's place."""
    given = request.form
    area = given.get("area", "").strip()
    if not scopes.covers(scopes.areas(duties()), area):
        raise problem("not_found")
    try:
        first, last = date.fromisoformat(given.get("first", "")), date.fromisoformat(given.get("last", ""))
        wanted = whole_number(given.get("count", ""))
        made = sampling.draw(
            centre(), first, last, count=wanted, area=area, seed=given.get("seed", ""), actor=reviewer().actor
        )
    except ValueError:
        return make_response(_page(problem("sample_asked", most=SAMPLE_MAX, seed=SEED_MAX)), 422)
    except YizhanError as error:
        return _with(error)
    flash(f"从 {made.population} 件里抽出 {len(made.items)} 件，种子 {made.seed}", "said")
    return web.see_other(url_for("review.samples"))


def judge(number: str) -> Response:
    """Note what was found in one. Raises forbidden for everybody but a supervisor."""
    if reviewer().post != SUPERVISOR:
        raise problem("forbidden")
    given = request.form
    try:
        sampling.judge(
            centre(),
            given.get("sample", ""),
            number,
            result=given.get("result", ""),
            text=given.get("text", ""),
            actor=reviewer().actor,
        )
    except YizhanError as error:
        return _with(error)
    flash("已记下，结果将下发警务室", "said")
    return web.see_other(url_for("review.samples"))


def _with(error: YizhanError) -> Response:
    if error.code not in ON_THE_PAGE:
        raise error
    return make_response(_page(error), error.status)


def _page(error: YizhanError | None = None) -> str:
    areas = scopes.areas(duties())
    today = date.fromisoformat(centre().clock.today())
    with centre().store.read() as tx:
        found = sampling.latest(tx, areas)
    return render_template(
        "review/samples.html",
        **frame(asked_queue()),
        samples=found,
        error=error,
        typed=request.form,
        area=areas[0] if areas else "",
        first=(today - timedelta(days=SHOWN_DAYS)).isoformat(),
        last=today.isoformat(),
        results=JUDGED,
        most=ANSWER_MAX,
        count_most=SAMPLE_MAX,
        seed_most=SEED_MAX,
    )
