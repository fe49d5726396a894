"""The pages of the first start: one for each step, which may be done again, and one that asks for the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import flask
from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from edge import ranks, set_up, web
from edge.errors import YizhanError, problem
from edge.routes import Route, Who, register
from edge.set_up import STEPS

if TYPE_CHECKING:
    from edge.first_start import FirstStart

EXTENSION: Final = "yizhan.first_start"
FILE_BYTES_MAX: Final = 64 * 1024
RETRY_S: Final = 10


def create_app(start: FirstStart) -> flask.Flask:
    """The program of a machine that has no room yet: the steps at /setup, and at every other address the way there.

    `start` is what the pages act on; its secret signs the sessions.
    """
    app = web.make_app("node", secret=start.secret, title="驿站", areas={"/setup": "console", "/kiosk": "kiosk"})
    app.extensions[EXTENSION] = start
    app.before_request(_guard)
    screens = flask.Blueprint("first_start", __name__)
    register(screens, ROUTES)
    app.register_blueprint(screens)
    return app


def _start() -> FirstStart:
    found: FirstStart = current_app.extensions[EXTENSION]
    return found


def _guard() -> Response | None:
    """A step needs the code."""
    if not request.path.startswith("/setup/") or request.endpoint in (
        "first_start.first_start_pages_entrance",
        "first_start.first_start_pages_enter",
    ):
        return None
    return None if _is_admitted() else web.see_other(url_for("first_start.first_start_pages_entrance"))


def _is_admitted() -> bool:
    return web.session_id() in _start().admitted


# --- before the steps


def home() -> Response:
    """GET /: the code, which is the beginning of the first start."""
    return web.see_other(url_for("first_start.first_start_pages_entrance"))


def closed(rest: str = "") -> Response:  # noqa: ARG001  every address of the kiosk
    """What citizens see meanwhile; it looks again by itself, and leads nowhere."""
    answer = make_response(render_template("first_start/closed.html"), 503)
    answer.headers["Refresh"] = str(RETRY_S)
    return answer


def health() -> Response:
    """GET /healthz: 200 with the status `first-start`: the machine is well, and has no room yet."""
    return make_response({"status": "first-start"}, 200)


def entrance(fault: YizhanError | None = None) -> Response:
    """The code; whoever has told it goes on where he was."""
    if fault is None and _is_admitted():
        return _onwards()
    html = render_template("first_start/code.html", fault=fault, digits=set_up.CODE_DIGITS)
    return make_response(html, fault.status if fault else 200)


def enter() -> Response:
    """POST the code of the first start: a new session may do the steps. A wrong code gives its page again."""
    start = _start()
    with start.acting():
        try:
            web.renew_session()
            start.admit(request.form.get("code", "")[:40], web.session_id())
        except YizhanError as error:
            return entrance(error)
    return _onwards()


def _onwards() -> Response:
    undone = _start().steps.state.undone
    return _to(undone[0] if undone else "end")


def _to(step: str) -> Response:
    return web.see_other(url_for("first_start.first_start_pages_show", step=step))


# --- the steps


def show(step: str) -> Response:
    """A step; one ahead of what is done leads back to that."""
    if step not in STEPS:
        raise problem("not_found")
    undone = _start().steps.state.undone
    if step != "room" and (not _start().steps.state.room or (step == "end" and undone)):
        return _onwards()
    return _page(step)


def _page(step: str, fault: YizhanError | None = None, said: str = "", typed: dict[str, str] | None = None) -> Response:
    start = _start()
    names = list(STEPS)
    html = render_template(
        f"first_start/{step}.html",
        fault=fault,
        said=said,
        typed=typed or {},
        state=start.steps.state,
        steps=STEPS,
        step=step,
        at=names.index(step) + 1,
        node=start.node,
        now=start.now(),
        start=start,
        ranks=ranks.RANKS,
        before=names[names.index(step) - 1] if step != names[0] else "",
    )
    return make_response(html, fault.status if fault else 200)


def _act(step: str, act: Callable[[], str | None]) -> Response:
    """Do it, one at a time; on with the next step, or the page again with what went wrong or came of it."""
    try:
        with _start().acting():
            said = act()
    except YizhanError as error:
        return _page(step, error, typed={key: text for key, text in request.form.items() if "password" not in key})
    return _onwards() if said is None else _page(step, said=said)


def room() -> Response:
    """POST of the first step: the enrolment as file or text, or a room brought back; then the next one."""
    return _act("room", _take_room)


def _take_room() -> str | None:
    """What is to be done before the room is there, None when it is."""
    start, form = _start(), request.form
    way, replaces = form.get("way", ""), form.get("replaces") == "yes"
    if way == "stick":
        folder, _, node_id = form.get("chosen", "").rpartition("|")
        return start.from_stick(folder, node_id, replaces=replaces) or None
    if way == "back":
        return start.go_back_for(form.get("folder", "")) or None
    if way == "alone":
        start.take_room("".join(form.get("node", "").split()), form.get("name", ""), {})
    else:
        enrolment = _given(way)
        if replaces:
            return start.take_back(enrolment) or None
        start.take_room(str(enrolment["node"]), str(enrolment.get("name", "")), enrolment)
    return None


def _given(way: str) -> dict[str, Any]:
    """An enrolment file that was chosen, or fetched by its code. Raises node_enrolment_wrong, or what a link can do."""
    from edge.first_start import enrolment_of

    if way == "code":
        from sync.fetching_enrolment import fetch

        return fetch(request.form.get("code", "")[:1000])
    file = request.files.get("file")
    if not file:
        raise problem("node_enrolment_wrong", detail="还没有选文件")
    return enrolment_of(file.read(FILE_BYTES_MAX))


def time() -> Response:
    """POST of the step about the clock: notes the time that was agreed to, none before the program was built."""
    return _act("time", _agree_on_time)


def _agree_on_time() -> None:
    start = _start()
    set_up.check_clock(start.now(), set_up.built_at())
    start.steps.keep(time=start.now())


def devices() -> Response:
    """POST of the step about devices: try them, write a printer into devices.toml, or go on without."""
    return _act("devices", _look_at_devices)


def _look_at_devices() -> str | None:
    start, act = _start(), request.form.get("act", "")
    if act == "try":
        start.try_devices()
        return "逐台试过了，结果在下面。" if start.trials else "没有可以试的：devices.toml 里还没有写设备。"
    if act == "use":
        port, _, paper = request.form.get("printer", "").rpartition(" ")
        start.use_printer(port, int(paper) if paper.isdecimal() else 0)
        start.try_devices()
        return "已经写进 devices.toml，试打的结果在下面。"
    start.steps.keep(devices="fine" if act == "fine" else "later")
    return None


def officer() -> Response:
    """POST of the step that makes the first officer of the room. What won't do gives the page with its sentence."""
    return _act("officer", _add_officer)


def _add_officer() -> None:
    start, form = _start(), request.form
    account, rank = form.get("account", "").strip(), form.get("rank", "")
    given = set_up.Person(
        account,
        form.get("name", ""),
        form.get("password", ""),
        form.get("again", ""),
        rank if rank in ranks.RANKS else ranks.POLICE,
    )
    set_up.add_officer(start.made(), start.steps.state, given)
    start.steps.keep(officer=account)


def end() -> Response:
    """Print, carry, or begin: after the last the desk asks for the login."""
    if request.form.get("act") != "finish":
        return _act("end", _try_out)
    try:
        with _start().acting():
            _start().finish()
    except YizhanError as error:
        return _page("end", error)
    return web.see_other("/console/")


def _try_out() -> str:
    start, act = _start(), request.form.get("act", "")
    if act == "print":
        start.print_test()
        return "测试凭条已经打印。"
    if act == "sync":
        return start.sync()
    return start.ferry(request.form.get("folder", ""))


def receipt() -> str:
    """The test receipt as a page, for a printer of the system."""
    return render_template("first_start/receipt.html", node=_start().made(), officer=_start().officer())


def console(rest: str = "") -> Any:  # noqa: ARG001  every address of the desk
    """The desk, whatever address of it was asked for: 303 to the first start, as long as there is no room."""
    return redirect(url_for("first_start.first_start_pages_entrance"), code=303)


_POST = ("POST",)
ROUTES: Final = (
    Route("/", home, Who.ANYONE),
    Route("/kiosk/", closed, Who.ANYONE),
    Route("/kiosk/<path:rest>", closed, Who.ANYONE),
    Route("/console/", console, Who.ANYONE),
    Route("/console/<path:rest>", console, Who.ANYONE),
    Route("/healthz", health, Who.ANYONE),
    Route("/setup/", entrance, Who.ANYONE),
    Route("/setup/", enter, Who.ANYONE, _POST),
    Route("/setup/receipt", receipt, Who.ANYONE),
    Route("/setup/<step>", show, Who.ANYONE),
    Route("/setup/room", room, Who.ANYONE, _POST),
    Route("/setup/time", time, Who.ANYONE, _POST),
    Route("/setup/devices", devices, Who.ANYONE, _POST),
    Route("/setup/officer", officer, Who.ANYONE, _POST),
    Route("/setup/end", end, Who.ANYONE, _POST),
)
