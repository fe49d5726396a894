"""工单 and 日巡查: what is the matter with the room itself."""

from flask import Response, make_response, request, url_for

from edge import housekeeping, officers, room_tickets, web
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.pairing import Pairings
from edge.staff.context import form_token, officer, page, signed
from edge.staff.today_cards import Card
from edge.web_node import node
from forms.kinds_desk import FAULTS


def show() -> str:
    """Open tickets, those that were closed last, the daily round."""
    return _page()


def _page(error: YizhanError | None = None, asked: str = "") -> str:
    running = node()
    with running.database.read() as tx:
        opened, closed = room_tickets.opened(tx), room_tickets.closed(tx)
        last = room_tickets.last_round(tx)
    names = {one.actor: one.name for one in officers.all_of(running)}
    return page(
        "tickets.html",
        opened=opened,
        closed=closed,
        last=last,
        today=running.clock.today(),
        faults=FAULTS,
        round=room_tickets.ROUND,
        names=names,
        problem=error,
        asked=asked,
        typed=request.form,
        token=form_token,
        program=room_tickets.PROGRAM,
        kiosks=_kiosks(running),
    )


def _kiosks(running: Node) -> list[tuple[str, str]]:
    """(name, when it asked last, "" since the start of this program) of the kiosks on machines of their own."""
    seen = running.at_hand.kiosks_seen
    return [(one.name, seen.get(one.id, "")) for one in Pairings(running.settings.home).all()]


def report() -> Response:
    """报修."""
    given = request.form
    room_tickets.open_by_hand(node(), given.get("what", ""), given.get("note", ""), **signed())
    return web.see_other(url_for("staff.tickets_show"))


def print_failed() -> Response:
    """Nothing came out of the printer: a browser can't know it, so the officer says it with one press."""
    paper = request.form.get("why") == "paper"
    why = "没有纸了" if paper else "没有打出来"
    housekeeping.printer_failed(node(), "工作台打印机", why, paper=paper, actor=officer().actor)
    return web.see_other(url_for("staff.tickets_show"))


def close(identity: str) -> Response:
    """修复, with what was done."""
    try:
        room_tickets.close(node(), identity, request.form.get("note", ""), **signed())
    except YizhanError as error:
        if error.code == "not_found":
            raise
        return make_response(_page(error, identity), error.status)
    return web.see_other(url_for("staff.tickets_show"))


def walk() -> Response:
    """日巡查: what is not in order becomes known, and stands in the log."""
    faulty = tuple(one for one in room_tickets.ROUND if one not in request.form.getlist("fine"))
    room_tickets.make_round(node(), faulty, request.form.get("note", ""), **signed())
    return web.see_other(url_for("staff.tickets_show"))


def card(running: Node, _: Officer) -> Card | None:
    """工单, and whether today's round was made; nothing where all is well."""
    with running.database.read() as tx:
        opened, last = room_tickets.opened(tx), room_tickets.last_round(tx)
    walked = last is not None and last.day == running.clock.today()
    if walked and not opened:
        return None
    say = opened[0].title if opened else "今天还没有巡查"
    return Card("设备工单", len(opened), say, "due" if opened else "wait", url_for("staff.tickets_show"))
