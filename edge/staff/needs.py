"""需求登记 at the desk: what people of the village need, and what became of it."""

from flask import Response, make_response, request, url_for

from edge import needs, officers, web
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.staff.context import form_token, page, signed
from edge.staff.today_cards import Card
from edge.web_node import node
from forms.kinds_people import NEED_STATES, NEEDS, RAISED_BY

FIELDS = ("village", "who", "phone")
AT_THE_DESK = ("console", "visit")
SAID = {"recorded": "已登记。", "answered": "已记下回应。"}


def show() -> str:
    """What is open, what was settled last, a form for a new one."""
    return _page()


def _page(error: YizhanError | None = None, at: str = "") -> str:
    running = node()
    with running.database.read() as tx:
        opened, settled = needs.opened(tx), needs.settled(tx)
    names = {one.actor: one.name for one in officers.all_of(running)}
    return page(
        "needs.html",
        opened=opened,
        settled=settled,
        kinds=NEEDS,
        states=NEED_STATES,
        ways=RAISED_BY,
        names=names,
        here=AT_THE_DESK,
        problem=error,
        at=at,
        typed=request.form,
        token=form_token,
        days=running.settings.needs_keep_days,
        done=SAID.get(request.args.get("done", ""), ""),
    )


def record() -> Response:
    """Write one down."""
    form = request.form
    how = form.get("how", "") if form.get("how", "") in AT_THE_DESK else "console"
    said = {name: form.get(name, "") for name in FIELDS}
    try:
        needs.record(node(), form.get("kind", ""), form.get("what", ""), how=how, **signed(), **said)
    except YizhanError as error:
        return make_response(_page(error), error.status)
    return web.see_other(url_for("staff.needs_show", done="recorded"))


def answer(identity: str) -> Response:
    """What became of it."""
    form = request.form
    try:
        needs.answer(node(), identity, form.get("state", ""), form.get("text", ""), **signed())
    except YizhanError as error:
        if error.code == "not_found":
            raise
        return make_response(_page(error, identity), error.status)
    return web.see_other(url_for("staff.needs_show", done="answered"))


def card(running: Node, _: Officer) -> Card | None:
    """Needs that nobody has settled yet."""
    with running.database.read() as tx:
        count = needs.count_open(tx)
    return Card("村里的需求", count, "登记了还没有回应完", "wait", url_for("staff.needs_show")) if count else None
