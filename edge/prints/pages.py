"""The sheets of a service as pages that print: the same for kiosk and console, with nothing personal on them.

`?from=kiosk` and `?from=console` only say where 返回 leads.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, render_template, request, url_for

from edge import paired_door, texts, web
from edge.devices import printing_sheets
from edge.errors import YizhanError
from edge.prints import guide, sheets
from edge.room import Room
from edge.routes import Route, Who, register
from edge.web_node import node
from forms.definition import Definition

_SAFE = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")


def show(service: str, name: str) -> str:
    """One sheet. Raises service_unknown; 404 for a sheet that is none."""
    if name not in sheets.SHEETS:
        abort(404)
    running = node()
    definition = _asked(service)
    g.on_trial = running.status_of(definition) != "published"
    _speak(definition)
    kept: dict[str, Any] = {key: request.args.get(key) for key in ("version", "lang")}
    style = url_for("prints.pages_style", service=service, name=name, **kept)
    return page(definition, running.room, name, style, bar=_bar(definition), today=running.clock.today())


def send(service: str, name: str) -> Response:
    """打印 at a kiosk that has a printer of A4; how it went stands on the kiosk's page. Raises service_unknown."""
    if name not in sheets.SHEETS:
        abort(404)
    running = node()
    _asked(service)
    kept: dict[str, Any] = {key: request.args[key] for key in ("version", "lang", "from") if request.args.get(key)}
    address = url_for("prints.pages_show", service=service, name=name, **kept)
    try:
        printing_sheets.sheet(running, paired_door.place(request.environ), address, visitor=web.session_id())
    except YizhanError as error:
        if error.code not in printing_sheets.ANSWERABLE:
            raise
        return web.see_other(url_for("kiosk.paper_show", said="failed", page=address))
    return web.see_other(url_for("kiosk.paper_show", said="done", page=address))


def style(service: str, name: str) -> Response:
    """The margins of a sheet: which room, which sheet, which page of how many."""
    if name not in sheets.SHEETS:
        abort(404)
    definition = _asked(service)
    _speak(definition)
    return margins(definition, node().room, name)


def _speak(definition: Definition) -> None:
    """?lang=en, as far as the sheets of the service are whole in it."""
    wanted = request.args.get("lang", texts.DEFAULT)
    web.use_language(wanted if wanted in sheets.languages(definition) else texts.DEFAULT)


def _asked(service: str) -> Definition:
    """The version in force, or with ?version= another one: a trial beside what is published."""
    version = request.args.get("version")
    return node().version(service, version) if version else node().newest(service)


def page(definition: Definition, room: Room, name: str, style_href: str, **values: Any) -> str:
    """The page of one sheet of any definition."""
    return render_template(
        f"prints/{'form' if name in ('blank', 'sample') else name}.html",
        definition=definition,
        room=room,
        sheet=name,
        sheet_title=sheets.SHEETS[name],
        style_href=style_href,
        prints=sheets,
        guide=guide.guide,
        **{"bar": None, "today": "", **values},
    )


def margins(definition: Definition, room: Room, name: str) -> Response:
    """A style sheet, because only that reaches the margins of paper."""
    left = _quoted(" · ".join(filter(None, (room.name, room.station))))
    right = _quoted(f"{sheets.name(definition)} · {sheets.w(sheets.SHEETS[name])} · {definition.version}")
    before, between, after = (_quoted(text) for text in sheets.w("第 | 页，共 | 页").split("|"))
    count = f'"{before}" counter(page) "{between}" counter(pages) "{after}"'
    text = (
        f'@page {{ @top-left {{ content: "{left}"; }} @top-right {{ content: "{right}"; }}'
        f" @bottom-center {{ content: {count}; }} }}\n"
    )
    return Response(text, mimetype="text/css")


def _quoted(text: str) -> str:
    """Inside of a CSS string; every character that could end it as a code."""
    return _SAFE.sub(lambda found: f"\\{ord(found[0]):06x}", text)


def _bar(definition: Definition) -> dict[str, Any]:
    """Where 返回 leads, and the other sheets."""
    came = request.args.get("from")
    back = ""
    if came == "kiosk":
        back = url_for("kiosk.home_about", service=definition.id)
    elif came == "console":
        back = url_for("staff.receive_choose")
    asked: dict[str, Any] = {key: request.args[key] for key in ("from", "version", "lang") if request.args.get(key)}
    asked = asked if back else {key: value for key, value in asked.items() if key != "from"}
    own = {name: url_for("prints.pages_show", service=definition.id, name=name, **asked) for name in sheets.SHEETS}
    return {
        "back": back,
        "others": [(title, own[name]) for name, title in sheets.SHEETS.items()],
        "languages": _languages(definition, asked),
        "paper": _paper(asked) if came == "kiosk" else "",
        "idle": node().room.kiosk_idle_s if came == "kiosk" else 0,
        "idle_to": url_for("kiosk.leave_idle", back=back) if came == "kiosk" else "",
    }


def _paper(asked: dict[str, Any]) -> str:
    """Where the print button leads at a kiosk that prints A4 by itself; "" where the browser prints."""
    if not printing_sheets.is_there(node(), paired_door.place(request.environ)):
        return ""
    return url_for("prints.pages_send", **{**(request.view_args or {}), **asked})


def _languages(definition: Definition, asked: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(name, tag, address) of the other languages that the sheets speak, as far as the service has them."""
    spoken = [tag for tag in texts.LANGUAGES if tag in sheets.languages(definition)]
    view = request.view_args or {}
    return [
        (texts.name(tag), tag, url_for("prints.pages_show", **{**view, **asked, "lang": tag}))
        for tag in spoken
        if tag != web.language()
    ]


bp = Blueprint("prints", __name__, url_prefix="/print")
ROUTES = (
    Route("/<service>/<name>", show, Who.ANYONE),
    Route("/<service>/<name>", send, Who.ANYONE, ("POST",)),
    Route("/<service>/<name>/margins.css", style, Who.ANYONE),
)
register(bp, ROUTES)


def install(app: Flask) -> None:
    """Put the sheets into a program."""
    app.register_blueprint(bp)
