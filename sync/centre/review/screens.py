"""The pages of the review desk under /review: log in, queue with one application, acts, materials, rooms."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, g, get_flashed_messages, make_response, render_template, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from sync.centre import aside, cases, doubt, lists, marks, outside, reviewers, rooms, supervisor
from sync.centre.blobs import BlobError
from sync.centre.intake import REFUSALS
from sync.centre.review import board, ferry, pictures, publishing, reminding, view, waiting
from sync.centre.review.context import Queue, asked_queue, at, centre, frame, reviewer

NOT_FOUND = 404
TYPED = ("due_day", "reason")
DONE = {
    "confirm": "已确认", "unconfirm": "已作出不予确认",
    "accept": "已受理", "refuse": "已作出不予受理", "correct": "补正告知已发出", "decide": "已办结",
}  # fmt: skip
bp = Blueprint("review", __name__, url_prefix="/review", template_folder="../templates")
board.add_to(bp)
ferry.add_to(bp)
reminding.add_to(bp)
waiting.add_to(bp)
publishing.add_to(bp)


@bp.before_request
def ask_who() -> Response | None:
    """Nothing here but the login is for strangers. A form sent after the session ended raises session_over."""
    if request.endpoint in {f"{bp.name}.{login.__name__}", f"{bp.name}.{log_in.__name__}"}:
        return None
    token = web.session_id(create=False)
    known = reviewers.of_session(centre(), token) if token else None
    if known is not None:
        g.reviewer = known
        return None
    if request.method != "GET":
        raise problem("session_over")
    return web.see_other(url_for("review.login", next=request.path))


@bp.get("/login")
def login() -> str:
    return render_template("review/login.html", next=_safe(request.args.get("next", "")), name="", problem=None)


@bp.post("/login")
def log_in() -> Response:
    name, target = request.form.get("name", "").strip(), _safe(request.form.get("next", ""))
    try:
        known = reviewers.log_in(centre(), name, request.form.get("password", ""))
    except YizhanError as error:
        page = render_template("review/login.html", next=target, name=name, problem=error)
        return make_response(page, error.status)
    reviewers.begin_session(centre(), known, web.renew_session())
    return web.see_other(target)


@bp.post("/logout")
def log_out() -> Response:
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
    if not queue.lines or queue.text:
        return render_template("review/empty.html", **frame(queue))
    return web.see_other(at("review.application", queue.lines[0].number))


@bp.get("/<number>")
def application(number: str) -> str:
    return _page(number, panel="")


@bp.post("/<number>/confirm")
def confirm(number: str) -> Response:
    return _act(number, "", lambda seen, actor: cases.confirm(centre(), number, actor=actor, seen=seen), "confirm")


@bp.get("/<number>/unconfirm")
def unconfirmation(number: str) -> str:
    return _page(number, panel="unconfirm")


@bp.post("/<number>/unconfirm")
def unconfirm(number: str) -> Response:
    given = {"act": "unconfirm", "reason": request.form.get("reason", "")}
    return _act(
        number, "unconfirm",
        lambda seen, actor: outside.decide(centre(), number, actor=actor, version=seen, **given),
    )  # fmt: skip


@bp.post("/<number>/accept")
def accept(number: str) -> Response:
    return _act(number, "", lambda seen, actor: cases.accept(centre(), number, actor=actor, seen=seen), "accept")


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


@bp.get("/<number>/refuse")
def refusal(number: str) -> str:
    return _page(number, panel="refuse")


@bp.post("/<number>/refuse")
def refuse(number: str) -> Response:
    reason = request.form.get("reason", "")
    return _act(
        number, "refuse", lambda seen, actor: cases.refuse(centre(), number, actor=actor, reason=reason, seen=seen)
    )


@bp.get("/<number>/decide")
def decision(number: str) -> str:
    return _page(number, panel="decide")


@bp.post("/<number>/decide")
def decide(number: str) -> Response:
    given = {"result": request.form.get("result", ""), "reason": request.form.get("reason", "")}
    return _act(
        number, "decide", lambda seen, actor: cases.decide(centre(), number, actor=actor, seen=seen, **given)
    )


@bp.get("/<number>/correct")
def correction(number: str) -> str:
    return _page(number, panel="correct")


@bp.post("/<number>/correct")
def correct(number: str) -> Response:
    """One form, three buttons: note a defect, take one back, send them all. What is typed is kept."""
    button, _, mark_id = request.form.get("do", "add").partition(":")
    if button == "send":
        return _send(number)
    if button == "remove":
        marks.remove(centre(), cases.get(centre(), number), mark_id)
    elif (answer := _note(number)) is not None:
        return answer
    for field in TYPED:
        flash(request.form.get(field, ""), field)
    return web.see_other(at("review.correction", number) + "#defects")


@bp.post("/<number>/marks")
def mark(number: str) -> Response:
    """Note a defect from beside the material."""
    return _note(number) or web.see_other(at("review.application", number))


def _note(number: str) -> Response | None:
    """Keep the defect of the form; the page with the fault where it has none."""
    shown = view.build(centre(), number, reviewer().actor)
    item = view.item_of(shown, request.form.get("what", ""), request.form.get("defect", ""))
    try:
        marks.add(centre(), shown.case, reviewer().name, item)
    except YizhanError as error:
        return make_response(_page(number, panel="correct", error=error), error.status)
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


def _act(number: str, panel: str, do: Callable[[str, str], object], act: str = "") -> Response:
    """Do an act on the version that the reviewer saw; back to the application, or the page again with the fault."""
    try:
        do(request.form.get("seen", ""), reviewer().actor)
    except YizhanError as error:
        if error.status == NOT_FOUND:
            raise
        return make_response(_page(number, panel=panel, error=error), error.status)
    flash(DONE[act or panel], "said")
    return web.see_other(at("review.application", number))


def _page(number: str, *, panel: str, error: YizhanError | None = None) -> str:
    """The three columns: queue, application with its panel, materials. What was typed comes back."""
    shown = view.build(centre(), number, reviewer().actor)
    queue = asked_queue()
    wanted = request.args.get("m", "")
    chosen = next((p for p in shown.pictures if p.sha256 == wanted), shown.pictures[0] if shown.pictures else None)
    typed = _typed_before() | request.form.to_dict()
    return render_template(
        "review/case.html",
        **frame(queue),
        view=shown,
        panel=panel if panel in shown.acts else "",
        error=error,
        chosen=chosen,
        around=_around(shown.pictures, chosen),
        typed={"due_day": shown.due_day, "what": request.args.get("what", "")} | typed,
        next_number=_next(queue, number),
        reminders=reminding.of(number),
        may_remind=reminding.may() and not shown.case.sealed,
    )


def _typed_before() -> dict[str, str]:
    """What stood in the form of a correction when a defect was added or taken back."""
    return {field: str(text) for field in TYPED for text in get_flashed_messages(category_filter=[field])}


def _around(all_: list[view.Picture], chosen: view.Picture | None) -> tuple[str, str]:
    """The materials before and behind the chosen one, for the keys [ and ]."""
    place = all_.index(chosen) if chosen else 0
    before = all_[place - 1].sha256 if place > 0 else ""
    return before, all_[place + 1].sha256 if chosen and place + 1 < len(all_) else ""


def _next(queue: Queue, number: str) -> str:
    numbers = [line.number for line in queue.lines if line.number != number]
    return numbers[0] if numbers else ""


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


@bp.get("/nodes")
def nodes() -> str:
    """All rooms: last contact, how far their logs are held, what is on its way, what is put aside."""
    with centre().store.read() as tx:
        found = lists.room_lines(tx)
    return render_template("review/nodes.html", **frame(asked_queue()), rooms=found)


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
    return render_template(
        "review/node.html", **frame(asked_queue()), room=room, **found, reasons=REFUSALS, kind_name=waiting.kind_name
    )
