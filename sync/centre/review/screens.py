"""The pages of the review desk under /review: log in, queue with one application, acts, materials, rooms."""

from typing import Any, Final

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from sync.centre import aside, cases, doubt, reviewers, room_desk, rooms, supervisor
from sync.centre.blobs import BlobError
from sync.centre.intake import REFUSALS
from sync.centre.review import (
    accounts,
    acting,
    board,
    calling_back,
    classes,
    enrolling,
    ferry,
    figures,
    fleet,
    keeping,
    looking,
    outside,
    packs,
    page,
    pictures,
    proof,
    publishing,
    reasons,
    reminding,
    reports,
    sampling,
    supervision,
    told,
    videos,
    view,
    waiting,
    walls,
    words,
)
from sync.centre.review.context import (
    asked_queue,
    at,
    centre,
    frame,
    keep_case,
    must_run_the_centre,
    must_see_a_place,
    must_supervise,
    reviewer,
    who_is,
)

# rooms, sticks and publications: not for whom one desk is given
OF_THE_CENTRE: Final = frozenset({
    "review.nodes", "review.node", "review.settle", "review.retry", "review.set_aside", "review.ferry",
    "review.ferry_start", "review.services", "review.outside", "review.outside_retry",
    *packs.ENDPOINTS, *enrolling.ENDPOINTS, *walls.ENDPOINTS,
})  # fmt: skip  # a table
# what names complaints, and what rules see in other people's work
OF_SUPERVISORS: Final = frozenset({
    "review.board", "review.told", "review.told_answer", "review.supervision", "review.call_backs",
    "review.samples", "review.samples_draw", *reasons.ENDPOINTS, "review.videos",
})  # fmt: skip  # a table
# figures of places, without anybody in them: for who decides or reads there
OF_PLACES: Final = frozenset({
    "review.figures", "review.figures_wall", "review.figures_table", "review.figures_formulas",
    "review.reports", "review.report", "review.report_table",
})  # fmt: skip  # a table
bp = Blueprint("review", __name__, url_prefix="/review", template_folder="../templates")
accounts.add_to(bp)
board.add_to(bp)
told.add_to(bp)
calling_back.add_to(bp)
figures.add_to(bp)
sampling.add_to(bp)
reasons.add_to(bp)
videos.add_to(bp)
reports.add_to(bp)
supervision.add_to(bp)
acting.add_to(bp)
looking.add_to(bp)
ferry.add_to(bp)
reminding.add_to(bp)
waiting.add_to(bp)
publishing.add_to(bp)
fleet.add_to(bp)
packs.add_to(bp)
enrolling.add_to(bp)
outside.add_to(bp)
walls.add_to(bp)
classes.add_to(bp)
proof.add_to(bp)


bp.add_app_template_filter(who_is, "who")
bp.add_app_template_filter(words.line_state, "line_state")
bp.add_app_template_filter(words.skew, "skew")
bp.add_app_template_filter(words.disk, "disk")


@bp.before_request
def ask_who() -> Response | None:
    """Nothing here but the login is for strangers. A form sent after the session ended raises session_over."""
    if request.endpoint in {f"{bp.name}.{login.__name__}", f"{bp.name}.{log_in.__name__}"}:
        return None
    token = web.session_id(create=False)
    known = reviewers.of_session(centre(), token) if token else None
    if known is not None:
        g.reviewer = known
        first = keeping.first()
        if first is not None or known.of_three:
            return first
        if "number" in (request.view_args or {}):
            keep_case(str((request.view_args or {})["number"]))
        elif request.endpoint in OF_THE_CENTRE:
            must_run_the_centre()
        elif request.endpoint in OF_SUPERVISORS:
            must_supervise()
        elif request.endpoint in OF_PLACES:
            must_see_a_place()
        return None
    if request.method != "GET":
        raise problem("session_over")
    return web.see_other(url_for("review.login", next=request.path))


@bp.get("/login")
def login() -> str:
    """The login; `next` is a page of the desk to go on to."""
    return _login(_safe(request.args.get("next", "")))


@bp.post("/login")
def log_in() -> Response:
    """Begin a session under a new id. A wrong name, password or second proof gives the same page with the sentence, and
    so does an account or terminal that has to wait.
    """
    name, target = request.form.get("name", "").strip(), _safe(request.form.get("next", ""))
    try:
        known = reviewers.log_in(
            centre(),
            name,
            request.form.get("password", ""),
            code=request.form.get("code", ""),
            terminal=request.remote_addr or "",
        )
    except YizhanError as error:
        return make_response(_login(target, name, error), error.status)
    reviewers.begin_session(centre(), known, web.renew_session())
    return web.see_other(target)


def _login(target: str, name: str = "", fault: YizhanError | None = None) -> str:
    asks = bool(centre().settings.second_proof)
    return render_template("review/login.html", next=target, name=name, problem=fault, asks_proof=asks)


@bp.post("/logout")
def log_out() -> Response:
    """End the session here and in the store; again is harmless."""
    reviewers.end_session(centre(), web.session_id())
    web.end_session()
    return web.see_other(url_for("review.login"))


def _safe(target: str) -> str:
    """Where to go after the login: a page of the review desk, nothing else."""
    return target if target.startswith("/review/") and "\\" not in target else "/review/"


@bp.get("/")
def home() -> Response | str:
    """The most urgent application of the list, opened; a page that says so where the list is empty."""
    queue = asked_queue()
    if not queue.entries or queue.text:
        return render_template("review/empty.html", **frame(queue))
    return web.see_other(at("review.application", queue.entries[0].line.number))


@bp.get("/<number>")
def application(number: str) -> str:
    """One application, as the reviewer works on it. Raises not_found for one that is not for him."""
    return page.render(number)


@bp.get("/<number>/sealed")
def sealed(number: str) -> str:
    """What was sealed to the supervisor. Raises sealed_other for everybody else."""
    content = supervisor.open_complaint(centre(), number, reviewer().actor)
    case = cases.get(centre(), number)
    sections = view.sealed_sections(case, content.answers)
    return render_template(
        "review/sealed.html", **frame(asked_queue()), case=case, sections=sections, files=content.files
    )


@bp.get("/<number>/sealed/<int:place>")
def sealed_file(number: str, place: int) -> Response:
    """One of the files inside of the seal. Raises sealed_other, not_found."""
    content = supervisor.open_complaint(centre(), number, reviewer().actor)
    if place >= len(content.files):
        raise problem("not_found")
    found = content.files[place]
    response = Response(found.data, mimetype=pictures.served_type(found.media_type))
    if found.media_type not in pictures.SHOWN_TYPES:
        response.headers["Content-Disposition"] = "attachment"
    return response


@bp.get("/<number>/materials/<sha256>")
def material(number: str, sha256: str) -> Response:
    """The material itself. Raises not_found for one that is not whole or belongs to no such application."""
    node_id, media_type = _held(number, sha256)
    response = Response(_read(node_id, sha256), mimetype=pictures.served_type(media_type))
    if media_type not in pictures.SHOWN_TYPES:
        response.headers["Content-Disposition"] = "attachment"
    return response


@bp.get("/<number>/materials/<sha256>/thumbnail")
def thumbnail(number: str, sha256: str) -> Response:
    """A small JPEG of a material. Raises not_found for what is no picture, material_damaged where its file is."""
    node_id, _ = _held(number, sha256)
    try:
        small = pictures.thumbnail(centre(), node_id, sha256)
    except BlobError as error:
        raise problem("material_damaged", name=sha256[:8]) from error
    if small is None:
        raise problem("not_found")
    return Response(small, mimetype="image/jpeg")


def _held(number: str, sha256: str) -> tuple[str, str]:
    case = cases.get(centre(), number)
    forms = {form.sha256: form for of_one in case.forms.values() for form in of_one.values()}
    held = case.materials.get(sha256) or forms.get(sha256)
    if held is None or not held.complete_at:
        raise problem("not_found")
    return case.node_id, held.media_type


def _read(node_id: str, sha256: str) -> bytes:
    try:
        return centre().blobs.read(node_id, sha256)
    except BlobError as error:
        raise problem("material_damaged", name=sha256[:8]) from error


@bp.post("/nodes/<node_id>/settle")
def settle(node_id: str) -> Response:
    """End the doubt about a room that two machines wrote for. Raises node_unknown, not_in_doubt."""
    doubt.end(centre(), node_id, by=reviewer().actor)
    return web.see_other(url_for("review.node", node_id=node_id))


@bp.get("/nodes/<node_id>")
def node(node_id: str) -> str:
    """One room: what is put aside and what was refused, each with its reason. Raises node_unknown."""
    with centre().store.read() as tx:
        room = rooms.get(tx, node_id)
        found: dict[str, Any] = {"refused": aside.refused(tx, node_id), "aside": aside.put_aside(tx, node_id)}
        found["acts"] = aside.acts(tx, node_id)
        found["tickets"] = room_desk.tickets(tx, node_id)
        found |= fleet.of_room(tx, room)
    return render_template(
        "review/node.html", **frame(asked_queue()), room=room, **found, reasons=REFUSALS, kind_name=waiting.kind_name
    )
