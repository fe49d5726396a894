"""The counts of 今天 that come from the applications themselves. See edge.staff.today_cards."""

from typing import Any

from flask import url_for

from edge import heads, reporting_limits, stock
from edge.node import Node
from edge.officers import Officer
from edge.staff.today_cards import Card


def filed(running: Node, _: Officer) -> Card:
    """今日收件."""
    today = running.clock.today()
    with running.database.read() as tx:
        open_count = sum(count for phase, count in heads.counts(tx).items() if phase != "closed")
        count = heads.count_filed(tx, today)
    return Card("今日收件", count, f"在办 {open_count} 件", "wait", listed(start=today))


def correction(running: Node, _: Officer) -> Card:
    """待补正: what came back from the centre."""
    with running.database.read() as tx:
        count = heads.counts(tx).get("correction", 0)
    return Card("退回补正", count, "请尽快通知群众", "due" if count else "ok", listed(state="correction"))


def unsent(running: Node, _: Officer) -> Card:
    """尚未上传; what is urgent is not in force before it has arrived."""
    with running.database.read() as tx:
        count = heads.count_unsent(tx)
        urgent = len(reporting_limits.unreceived(tx))
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
