"""The first page: what has to be done, what is not yet at the centre, and whether there is a network."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from edge import applications, calls, heads, room_watch
from edge.database import Connection
from edge.staff import rows, today_cards
from edge.staff.context import node, officer, page
from edge.staff.link import network
from edge.staff.rows import Row
from edge.web_filters import when_near

ROWS_MAX = 30
FILE_FAULTS_MAX = 5  # yizhan config check names them all
OPEN_MAX = 200  # applications whose clocks are looked at for this page; the rest is reached by the lists
WEEKDAYS = "一二三四五六日"


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
        cards=today_cards.of(running, officer()),
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


def _summary(found: list[Row]) -> str:
    """The line under the heading: what presses."""
    urgent = sum(1 for row in found if row.urgent and row.transfer is not rows.RECEIVED)
    corrections = sum(1 for row in found if row.todo.text.startswith("补正"))
    counted = ((len(found), "件在办"), (corrections, "件要补正"), (urgent, "件加急尚未生效"))
    return " · ".join(f"{count} {what}" for count, what in counted if count) or "没有在办的件"


def _day(today: str) -> str:
    day = date.fromisoformat(today)
    return f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
