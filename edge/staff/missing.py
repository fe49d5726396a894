"""走失公告 at the desk: put up, printed, taken down."""

from flask import Response, make_response, request, url_for

from edge import missing_people, web, words
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.staff.context import form_token, page, signed
from edge.staff.today_cards import Card
from edge.web_node import node
from forms.dates import months_later
from forms.kinds_people import NOTICE_ENDS

FIELDS = ("text", "place", "phone", "until")
SAID = {"announced": "公告已发出，自助机上马上看得到。", "ended": "公告已撤下，自助机上不再显示。"}


def show() -> str:
    """What is shown now, and a form for a new one."""
    return _page()


def _page(error: YizhanError | None = None) -> str:
    running = node()
    today = running.clock.today()
    with running.database.read() as tx:
        found = missing_people.shown(tx)
    return page(
        "missing.html",
        notices=found,
        ends=NOTICE_ENDS,
        problem=error,
        typed=request.form,
        token=form_token,
        days=running.settings.missing_keep_days,
        today=today,
        last=months_later(today, 1),
        phone=words.telephone(running.room),
        done=SAID.get(request.args.get("done", ""), ""),
    )


def announce() -> Response:
    """发公告."""
    form = request.form
    seen = " ".join(filter(None, (form.get("seen_day", "").strip(), form.get("seen_time", "").strip())))
    try:
        missing_people.announce(node(), {name: form.get(name, "") for name in FIELDS} | {"seen": seen}, **signed())
    except YizhanError as error:
        return make_response(_page(error), error.status)
    return web.see_other(url_for("staff.missing_show", done="announced"))


def end(identity: str) -> Response:
    """撤下."""
    missing_people.end(node(), identity, request.form.get("result", ""), **signed())
    return web.see_other(url_for("staff.missing_show", done="ended"))


def sheet(identity: str) -> str:
    """The notice on paper. Raises not_found, also for one that has ended."""
    with node().database.read() as tx:
        found = missing_people.find(tx, identity)
    return page("missing_sheet.html", one=found, room=node().room)


def card(running: Node, _: Officer) -> Card | None:
    """Who is missing now."""
    with running.database.read() as tx:
        found = missing_people.shown(tx)
    return Card("走失公告", len(found), "找到了就撤下", "due", url_for("staff.missing_show")) if found else None
