"""What presses: applications by the ends of their clocks, and what came in while nobody was there."""

from flask import url_for

from edge import applications, arrivals, due
from edge.database import Connection
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.staff import rows
from edge.staff.context import page
from edge.staff.rows import Row
from edge.staff.today_cards import Card, Level
from edge.web_node import node

LISTED_MAX = 50


def show() -> str:
    """What is late, ends today, or has a fifth of its time left."""
    running = node()
    due.refresh(running)
    with running.database.read() as tx:
        counts = due.counts(tx, running.clock.now())
        numbers = due.pressing(tx, running.clock.now(), LISTED_MAX)
    more = counts.late + counts.today + counts.soon - len(numbers)
    say = f"已超期 {counts.late} 件，今天到期 {counts.today} 件，剩余时间不到五分之一的 {counts.soon} 件。"
    return page("pressing.html", heading="快到期和超期的", say=say, rows=lines(running, numbers), more=more)


def arrivals_list() -> str:
    """What was filed while the room was closed."""
    running = node()
    with running.database.read() as tx:
        numbers = arrivals.while_closed(tx, running.room, running.clock.now(), LISTED_MAX)
    say = "下班以后在自助机或者网上提交的，还没有人处理。处理了其中一件（核对身份、要补正等），它就不再列在这里。"
    return page("pressing.html", heading="闭室期间收到的", say=say, rows=lines(running, numbers), more=0)


def lines(running: Node, numbers: list[str]) -> list[Row]:
    """These applications as lines, in this order; one whose definition is gone, or that is hidden, is left out."""
    with running.database.read() as tx:
        found = [one for number in dict.fromkeys(numbers) for one in _get(tx, number)]
    return [rows.row(running, one) for one in found]


def _get(tx: Connection, number: str) -> list[applications.Application]:
    try:
        return [applications.get(tx, number)]
    except YizhanError as error:
        if error.code not in ("not_found", "definition_missing"):
            raise
        return []


def due_card(running: Node, _: Officer) -> Card:
    """快到期, 已超期."""
    due.refresh(running)
    with running.database.read() as tx:
        counts = due.counts(tx, running.clock.now())
    level: Level = "late" if counts.late else "due" if counts.today or counts.soon else "ok"
    say = f"另有 {counts.late} 件已超期" if counts.late else f"没有超期；快到期 {counts.soon} 件"
    return Card("今天到期", counts.today, say, level, url_for("staff.pressing_show"))


def arrivals_card(running: Node, _: Officer) -> Card | None:
    """闭室期间收到."""
    with running.database.read() as tx:
        numbers = arrivals.while_closed(tx, running.room, running.clock.now(), arrivals.LOOKED_AT_MAX)
    if not numbers:
        return None
    return Card("闭室期间收到", len(numbers), "下班后提交的，请先处理", "due", url_for("staff.pressing_arrivals_list"))
