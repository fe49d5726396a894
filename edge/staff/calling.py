"""要打的电话: whom to tell what, in one list with the numbers."""

from flask import request, url_for

from edge import appointments, heads
from edge.node import Node
from edge.officers import Officer
from edge.staff import call_sources
from edge.staff.booking import SAID
from edge.staff.context import form_token, page
from edge.staff.today_cards import Card
from edge.web_node import node


def show() -> str:
    """The list."""
    running = node()
    with running.database.read() as tx:
        calls = call_sources.of(running, tx)
    return page("calling.html", calls=calls, token=form_token, done=SAID.get(request.args.get("done", ""), ""))


def card(running: Node, _: Officer) -> Card:
    """要打的电话; the lists themselves are worked out on their page."""
    with running.database.read() as tx:
        moved = len(appointments.untold(tx))
        corrections = heads.counts(tx).get("correction", 0)
    say = f"改期 {moved} 位，补正 {corrections} 位" if moved else "补正的请尽快通知" if corrections else "没有要通知的"
    count = moved + corrections
    return Card("要打的电话", count, say, "due" if count else "ok", url_for("staff.calling_show"))
