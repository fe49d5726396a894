"""The first page: what has to be done, what is not yet at the centre, and whether there is a network."""

from dataclasses import dataclass, replace
from datetime import date

from flask import url_for

from edge import arrivals, calls, due, heads, reporting_limits
from edge.calls import Call
from edge.config import watching
from edge.database import Connection
from edge.node import Node
from edge.pairing import Pairings
from edge.staff import closing, pressing, reminding, rows, today_cards
from edge.staff.context import officer, page
from edge.staff.link import network
from edge.staff.rows import Row
from edge.web_filters import when_near
from edge.web_node import node
from edge.words import Mark

ROWS_MAX = 20  # the rest is one click away
FIRST_MAX = 10  # of what came in while nobody was there
FILE_FAULTS_MAX = 5  # yizhan config check names them all
CAME_CLOSED = Mark("闭室期间收到", "due")
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody at a kiosk who asked for help; `where`: which kiosk, for a room that has several."""

    id: int
    code: str
    since: str
    begun: bool
    where: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that had to be reported within so many hours."""

    title: str
    say: str
    level: str
    href: str


def show() -> str:
    """今天."""
    running = node()
    today = running.clock.today()
    due.refresh(running)
    with running.database.read() as tx:
        first, numbers = _numbers(running, tx)
        open_count = sum(count for phase, count in heads.counts(tx).items() if phase != "closed")
        asking = [_waiting(running, one) for one in calls.waiting(tx)]
        reminders = reminding.waiting(tx)
        limits = [_limit(one) for one in reporting_limits.running(tx)]
    found = _lines(running, first, numbers)
    return page(
        "today.html",
        day=_day(today),
        summary=_summary(found),
        net=network(running),
        can_send=running.hooks.send_now is not None,
        cards=today_cards.of(running, officer()),
        file_faults=watching.lines(running.files)[:FILE_FAULTS_MAX],
        asking=asking,
        reminders=reminders,
        limits=limits,
        left=closing.yesterday(running),
        rows=found,
        more=max(0, open_count - ROWS_MAX),
        more_href=url_for("staff.find_show", state="open"),
    )


def _waiting(running: Node, one: Call) -> Waiting:
    here = "这台电脑的自助机" if Pairings(running.settings.home).all() else "自助机"
    where = f"自助机“{one.kiosk}”" if one.kiosk else here
    return Waiting(one.id, one.code, when_near(one.at, running.clock.today()), bool(one.draft), where)


def _numbers(running: Node, tx: Connection) -> tuple[list[str], list[str]]:
    """(what came while the room was closed, what else is looked at): all from indexes, and never more than a page."""
    now = running.clock.now()
    first = arrivals.while_closed(tx, running.room, now, FIRST_MAX)
    waiting = [one.number for one in heads.search(tx, state="correction", limit=ROWS_MAX)]
    newest = [one.number for one in heads.search(tx, state="open", limit=ROWS_MAX)]
    sources = (reporting_limits.unreceived(tx)[:ROWS_MAX], due.pressing(tx, now, ROWS_MAX), waiting, newest)
    others = dict.fromkeys(number for source in sources for number in source)
    return first, [number for number in others if number not in first][: ROWS_MAX - len(first)]


def _lines(running: Node, first: list[str], numbers: list[str]) -> list[Row]:
    """What came in while nobody was there, then the rest by how much it presses."""
    arrived = [
        row if row.todo.level == "late" else replace(row, todo=CAME_CLOSED) for row in pressing.lines(running, first)
    ]
    return arrived + sorted(pressing.lines(running, numbers), key=_order)


def _limit(one: reporting_limits.Running) -> Limit:
    """Where it leads: to the application, to one's own draft; another's draft is named and stays closed."""
    mine = one.draft and one.owner == officer().actor
    href = url_for("staff.cases_show", number=one.number) if one.number else ""
    return Limit(one.title, one.say, one.level, url_for("staff.intake_show", draft=one.draft) if mine else href)


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
