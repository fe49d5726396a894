"""The counts of 今天 that come from the applications themselves. See edge.staff.today_cards."""

from typing import Any

from flask import url_for

from edge import applications, heads, stock
from edge.applications import Application
from edge.database import Connection
from edge.node import Node
from edge.officers import Officer
from edge.staff.today_cards import Card, Level
from forms.deadlines import Deadline

OPEN_MAX = 200  # applications whose clocks are looked at; the rest is reached by the lists


def filed(running: Node, _: Officer) -> Card:
    """今日收件."""
    today = running.clock.today()
    with running.database.read() as tx:
        open_count = sum(count for phase, count in heads.counts(tx).items() if phase != "closed")
        count = heads.count_filed(tx, today)
    return Card("今日收件", count, f"在办 {open_count} 件", "wait", listed(start=today))


def due(running: Node, _: Officer) -> Card:
    """今天到期."""
    today = running.clock.today()
    with running.database.read() as tx:
        late, due = _due(running, _opened(tx), today)
    level: Level = "late" if late else "due" if due else "ok"
    say = f"另有 {late} 件已超期" if late else "没有超期"
    return Card("今天到期", due, say, level, listed(state="open"))


def correction(running: Node, _: Officer) -> Card:
    """待补正."""
    with running.database.read() as tx:
        count = heads.counts(tx).get("correction", 0)
    return Card("待补正", count, "请尽快通知群众", "due" if count else "ok", listed(state="correction"))


def unsent(running: Node, _: Officer) -> Card:
    """尚未上传."""
    with running.database.read() as tx:
        count = heads.count_unsent(tx)
        urgent = sum(1 for each in _opened(tx) if each.head.urgent and not each.head.received_by_centre)
    say = f"其中 {urgent} 件加急" if urgent else "有网络时自动上传"
    return Card("尚未上传", count, say, "late" if urgent else "wait", listed(state="unsent"))


def closed(running: Node, _: Officer) -> Card:
    """已办结; what is decided but lacks its sealed document does not count."""
    with running.database.read() as tx:
        owing = len(stock.awaiting(running, tx))
        count = heads.counts(tx).get("closed", 0) - owing
        today = heads.count_closed(tx, running.clock.today())
    say = f"另有 {owing} 件文书待出具" if owing else f"今天 {today} 件"
    return Card("已办结", count, say, "due" if owing else "ok", listed(state="closed"))


def listed(**asked: str) -> str:
    """The address of a list; `start` is its first day."""
    named: dict[str, Any] = {{"start": "from"}.get(key, key): value for key, value in asked.items()}
    return url_for("staff.find_show", **named)


def _opened(tx: Connection) -> list[Application]:
    return [applications.get(tx, head.number) for head in heads.search(tx, state="open", limit=OPEN_MAX)]


def _due(running: Node, opened: list[Application], today: str) -> tuple[int, int]:
    """(already late, ending today), by every clock that runs: until 受理, for the decision, for a correction."""
    late = due = 0
    for each in opened:
        clocks = each.clocks(running.calendar, running.clock.now())
        going = [clock for clock in clocks if clock.level != "stopped"]
        over = any(clock.late for clock in going)
        late += over
        due += not over and any(_ends(clock, today) for clock in going)
    return late, due


def _ends(clock: Deadline, today: str) -> bool:
    """What is to be said on the spot has no day to count down to, and counts once it is late."""
    return clock.due[:10] == today and not (clock.name == "notice" and clock.start[:10] == today)
