"""The first page: what has to be done, what is not yet at the centre, and whether there is a network."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from edge import applications, calls, heads, room_watch, stock
from edge.applications import Application
from edge.database import Connection
from edge.node import Node
from edge.staff import rows
from edge.staff.context import node, page
from edge.staff.link import network
from edge.staff.rows import Row
from edge.web_filters import when_near

ROWS_MAX = 30
FILE_FAULTS_MAX = 5  # yizhan config check names them all
OPEN_MAX = 200  # applications whose clocks are looked at for this page; the rest is reached by the lists
COUNTED = frozenset({"promised", "statutory", "correction"})
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Card:
    """A count that leads to its list."""

    name: str
    count: int
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody at the kiosk who asked for help."""

    id: int
    code: str
    since: str
    begun: bool


def show() -> str:
    """今天."""
    running = node()
    today = running.clock.today()
    with running.database.read() as tx:
        opened = [applications.get(tx, head.number) for head in _open(tx)]
        open_count = sum(count for phase, count in heads.counts(tx).items() if phase != "closed")
        cards = _cards(tx, running, opened, today)
        asking = [
            Waiting(one.id, one.code, when_near(one.at, today), bool(one.draft)) for one in calls.waiting(tx)
        ]
    found = sorted((rows.row(running, each) for each in opened), key=_order)
    return page(
        "today.html",
        day=_day(today),
        summary=_summary(found),
        net=network(running),
        can_send=running.hooks.send_now is not None,
        cards=cards,
        file_faults=room_watch.lines(running.files)[:FILE_FAULTS_MAX],
        asking=asking,
        rows=found[:ROWS_MAX],
        more=max(0, open_count - ROWS_MAX),
        more_href=url_for("staff.find_show", state="open"),
    )


def _open(tx: Connection) -> list[heads.Summary]:
    """What is not closed, newest first."""
    return heads.search(tx, state="open", limit=OPEN_MAX)


def _order(row: Row) -> tuple[int, str]:
    """Late, due, unsent, the rest; inside of each the oldest first, because it has waited longest."""
    return rows.RANK[row.todo.level] + (0 if row.transfer is rows.RECEIVED else -1), row.filed_at


def _cards(tx: Connection, running: Node, opened: list[Application], today: str) -> list[Card]:
    counts = heads.counts(tx)
    open_count = sum(count for phase, count in counts.items() if phase != "closed")
    filed = heads.count_filed(tx, today)
    urgent = sum(1 for each in opened if each.head.urgent and not each.head.received_by_centre)
    unsent = heads.count_unsent(tx)
    overdue, due = _due(running, opened, today)
    owing = stock.awaiting(running, tx)
    done = _owing(owing) or f"今天 {heads.count_closed(tx, today)} 件"
    return [
        Card("今日收件", filed, f"在办 {open_count} 件", _list(start=today)),
        Card("今天到期", due, f"另有 {overdue} 件已超期" if overdue else "没有超期", _list(state="open")),
        Card("待补正", counts.get("correction", 0), "请尽快通知群众", _list(state="correction")),
        Card("尚未上传", unsent, f"其中 {urgent} 件加急" if urgent else "有网络时自动上传", _list(state="unsent")),
        Card("已办结", counts.get("closed", 0) - len(owing), done, _list(state="closed")),
    ]


def _owing(owing: list[Application]) -> str:
    """Decided, but the sealed document was not handed out: not done."""
    return f"另有 {len(owing)} 件文书待出具" if owing else ""


def _due(running: Node, opened: list[Application], today: str) -> tuple[int, int]:
    """(already late, ending today), by the clock that runs for the decision and by the day named in a correction."""
    late = due = 0
    for each in opened:
        clocks = each.clocks(running.calendar, running.clock.now())
        days = {clock.due[:10] for clock in clocks if clock.level != "stopped" and clock.name in COUNTED}
        late += bool(days) and min(days) < today
        due += today in days
    return late, due


def _list(**asked: str) -> str:
    named: dict[str, Any] = {{"start": "from"}.get(key, key): value for key, value in asked.items()}
    return url_for("staff.find_show", **named)


def _summary(found: list[Row]) -> str:
    """The line under the heading: what presses."""
    urgent = sum(1 for row in found if row.urgent and row.transfer is not rows.RECEIVED)
    corrections = sum(1 for row in found if row.todo.text.startswith("补正"))
    counted = ((len(found), "件在办"), (corrections, "件要补正"), (urgent, "件加急尚未生效"))
    return " · ".join(f"{count} {what}" for count, what in counted if count) or "没有在办的件"


def _day(today: str) -> str:
    day = date.fromisoformat(today)
    return f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
