"""取号: a number for the desk, one for each visit, until it was called and served."""

from flask import Response

from edge import queue_tickets, web_node
from kiosk import visit


def show() -> tuple[str, int]:
    """The number of this visit, or how to take one."""
    visit.speak()
    with web_node.node().database.read() as tx:
        mine = queue_tickets.of_owner(tx, visit.owner())
        ahead = queue_tickets.ahead_of(tx, mine) if mine else 0
        waiting = queue_tickets.count_waiting(tx)
    return visit.page("queue.html", ticket=mine, ahead=ahead, waiting=waiting)


def take() -> Response:
    """Take a number; a second touch gives the same one."""
    queue_tickets.take(web_node.node().database, "kiosk", visit.owner())
    return visit.go("queue_show")
