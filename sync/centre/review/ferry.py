"""U盘摆渡 at the review desk: take in what rooms brought on a stick, and put our word on it for the way home."""

from functools import partial
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError
from sync.centre.centre import Centre
from sync.centre.ferry import hand_out, take_in
from sync.centre.review.context import asked_queue, frame
from sync.stick_job import Job, Progress, Result

REFRESH_S = 1


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/ferry", "ferry", show)
    bp.add_url_rule("/ferry", "ferry_start", start, methods=["POST"])


def job(centre: Centre) -> Job:
    """The copy of this program; one at a time."""
    return Job(partial(_both_ways, centre), centre.settings.ferry_dirs.split(":"))


def show() -> Response:
    """The page of the stick, with what its last copy came to."""
    return _page()


def start() -> Response:
    """Begin a copy; the page that follows shows how far it is."""
    try:
        _job().start(request.form.get("folder", ""))
    except YizhanError as error:
        return _page(error)
    return web.see_other(url_for("review.ferry"))


def _job() -> Job:
    found: Job = current_app.extensions["yizhan.ferry"]
    return found


def _page(error: YizhanError | None = None) -> Response:
    state = _job().state
    choices = [(Path(folder).name, folder) for folder in _job().choices()]
    shown = {"state": state, "choices": choices, "problem": error}
    answer = make_response(render_template("review/ferry.html", **frame(asked_queue()), **shown))
    answer.status_code = error.status if error else 200
    if state.running:  # the page looks again by itself, with scripts or without
        answer.headers["Refresh"] = str(REFRESH_S)
    return answer


def _both_ways(centre: Centre, folder: Path, progress: Progress) -> Result:
    taken = take_in(centre, folder, progress)
    said = [*taken.sentences("读入")]
    try:
        written = hand_out(centre, folder, progress=progress)
    except YizhanError as error:
        return Result(False, (*said, f"{error.sentence}。{error.hint}"))
    return Result(taken.went_well and written.went_well, (*said, *written.sentences("写出")))
