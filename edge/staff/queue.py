"""排号叫号 at the desk: who waits, the next one, and a large number for a second screen."""

from collections.abc import Callable

from flask import Response, make_response, render_template, request, url_for

from edge import queue_tickets, web
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.queue_tickets import Ticket
from edge.staff.context import form_token, officer, page
from edge.staff.today_cards import Card
from edge.web_node import node

SCREEN_EVERY_S = 4


def show() -> str:
    """Who waits and who was called."""
    return _page()


def _page(error: YizhanError | None = None) -> str:
    with node().database.read() as tx:
        waiting, called, missed = queue_tickets.waiting(tx), queue_tickets.called(tx), queue_tickets.missed(tx)
    mine = next((one for one in called if one.account == officer().account), None)
    return page(
        "queue.html",
        waiting=waiting,
        called=called,
        missed=missed,
        mine=mine,
        token=form_token,
        problem=error,
        made=_made(),
    )


def _made() -> Ticket | None:
    """The number that was just given out, for its print."""
    wanted = request.args.get("made", "")
    if not wanted.isascii() or not wanted.isdecimal():
        return None
    with node().database.read() as tx:
        return queue_tickets.by_id(tx, int(wanted))


def take() -> Response:
    """A number for somebody who stands at the desk."""
    given = request.form
    made = queue_tickets.take(
        node().database, "desk", officer().actor, what=given.get("what", ""), token=given.get("token", "")
    )
    return web.see_other(url_for("staff.queue_show", made=made.id))


def following() -> Response:
    """叫下一位."""
    return _call(lambda token: queue_tickets.call_next(node().database, officer().account, token))


def again(ticket: int) -> Response:
    """Once more, or somebody who came too late."""
    return _call(lambda token: queue_tickets.call_again(node().database, ticket, officer().account, token))


def _call(act: Callable[[str], Ticket]) -> Response:
    try:
        act(request.form.get("token", "") or form_token())
    except YizhanError as error:
        if error.code == "not_found":
            raise
        return make_response(_page(error), error.status)
    return web.see_other(url_for("staff.queue_show"))


def end(ticket: int) -> Response:
    """办完 or 过号."""
    queue_tickets.finish(node().database, ticket, came=request.form.get("came") == "1")
    return web.see_other(url_for("staff.queue_show"))


def slip(ticket: int) -> str:
    """The number on paper. Raises not_found."""
    with node().database.read() as tx:
        found = queue_tickets.by_id(tx, ticket)
        ahead = queue_tickets.ahead_of(tx, found)
    return page("queue_slip.html", ticket=found, ahead=ahead)


def screen() -> str:
    """The large number; loads itself anew. It names nobody."""
    with node().database.read() as tx:
        called, waiting = queue_tickets.called(tx), queue_tickets.count_waiting(tx)
    return render_template(
        "staff/queue_screen.html", called=called, waiting=waiting, room=node().room, every_s=SCREEN_EVERY_S
    )


def card(running: Node, _: Officer) -> Card:
    """排号等候."""
    with running.database.read() as tx:
        count, first = queue_tickets.count_waiting(tx), queue_tickets.waiting(tx, limit=1)
    say = f"下一位 {first[0].number}" if first else "没有人在等"
    return Card("排号等候", count, say, "due" if count else "ok", url_for("staff.queue_show"))
