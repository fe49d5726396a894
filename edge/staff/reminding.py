"""催办 from above: what is asked about which application, and the answer, which goes up with the next batch."""

from flask import Response, make_response, request, url_for

from edge import concerns, reminders, web
from edge.applications import Application
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.officers import Officer
from edge.reminders import Reminder
from edge.staff.context import form_token, page, signed
from edge.staff.panels import Panel
from edge.staff.today_cards import Card
from edge.web_node import node


def waiting(tx: Connection) -> list[Reminder]:
    """Those without an answer that the officer who looks may see."""
    hidden = concerns.hidden_numbers(tx)
    return [one for one in reminders.waiting(tx) if one.application not in hidden]


def listed() -> str:
    """All that wait for an answer."""
    with node().database.read() as tx:
        found = waiting(tx)
    return page("reminders.html", reminders=found)


def show(identity: str) -> str:
    """One reminder with its form. Raises not_found."""
    return _page(identity)


def _page(identity: str, error: YizhanError | None = None) -> str:
    with node().database.read() as tx:
        found = reminders.find(tx, identity)
        if found.application in concerns.hidden_numbers(tx):
            raise problem("not_found")
    typed = request.form.get("text", "")
    return page("reminder.html", one=found, problem=error, typed=typed, token=form_token, today=node().clock.today())


def answer(identity: str) -> Response:
    """答复."""
    _page(identity)  # who may not see it may not answer it
    try:
        reminders.answer(node(), identity, request.form.get("text", ""), **signed())
    except YizhanError as error:
        return make_response(_page(identity, error), error.status)
    node().send_now()
    return web.see_other(url_for("staff.reminding_show", identity=identity))


def card(running: Node, _: Officer) -> Card | None:
    """催办待答复."""
    with running.database.read() as tx:
        count = len(waiting(tx))
    if not count:
        return None
    return Card("上级催办", count, "答复后随下一批上报", "late", url_for("staff.reminding_listed"))


def panel(running: Node, application: Application) -> Panel | None:
    """What was asked about this application, and what was answered."""
    with running.database.read() as tx:
        found = reminders.of_application(tx, application.number)
    return Panel("reminders", found) if found else None
