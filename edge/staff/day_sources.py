"""What is not cleared at the end of a day, from several places: functions "module.function" of edge.staff,
(running, officer, tx) -> Group, or None where all of that sort is cleared.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from flask import url_for

from edge import (
    appointments,
    arrivals,
    due,
    handover_list,
    heads,
    queue_tickets,
    ranks,
    room_tickets,
    shifts,
    stock,
)
from edge.database import Connection
from edge.heads import Summary
from edge.money import yuan
from edge.node import Node
from edge.officers import Officer
from edge.routes import find
from edge.staff import reminding

SOURCES: Final[tuple[str, ...]] = (
    "day_sources.queue",
    "day_sources.arrived",
    "day_sources.reminded",
    "day_sources.booked",
    "day_sources.untold",
    "day_sources.unconfirmed",
    "day_sources.late",
    "day_sources.corrected",
    "day_sources.owed",
    "day_sources.undelivered",
    "day_sources.unsettled",
    "day_sources.unsent",
    "day_sources.broken",
)
EACH_MAX = 8  # shown one by one; a note for the whole sort covers the others
Source = Callable[[Node, Officer, Connection], "Group | None"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is not cleared: `ref` is its number, `say` what it is."""

    ref: str
    say: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """One sort. `count`: of all; `items`: the first of them."""

    code: str
    title: str
    count: int
    items: tuple[Item, ...]


def of(running: Node, officer: Officer, tx: Connection) -> list[Group]:
    """Every sort of which something is left."""
    sources: list[Source] = [find(f"edge.staff.{name}") for name in SOURCES]
    made = (source(running, officer, tx) for source in sources)
    return [group for group in made if group is not None]


def group(code: str, title: str, count: int, items: Iterable[Item]) -> Group | None:
    """A group, or None where nothing is left."""
    return Group(code, title, count, tuple(items)[:EACH_MAX]) if count else None


def applications(code: str, title: str, count: int, found: Iterable[Summary]) -> Group | None:
    """A group of applications."""
    items = (Item(one.number, f"{one.title} {one.applicant}", _case(one.number)) for one in found)
    return group(code, title, count, items)


def _case(number: str) -> str:
    return url_for("staff.cases_show", number=number)


def _booking(identity: str) -> str:
    return url_for("staff.booking_one", identity=identity)


def _numbered(tx: Connection, numbers: Iterable[str]) -> list[Summary]:
    found = (heads.find(tx, number) for number in list(numbers)[:EACH_MAX])
    return [one for one in found if one is not None]


def queue(_: Node, __: Officer, tx: Connection) -> Group | None:
    """Who still waits."""
    found, href = queue_tickets.waiting(tx), url_for("staff.queue_show")
    return group("queue", "还有人在等", len(found), (Item(one.number, one.what or "未选事项", href) for one in found))


def arrived(running: Node, _: Officer, tx: Connection) -> Group | None:
    """What came while the room was closed, and nobody looked at."""
    numbers = arrivals.while_closed(tx, running.room, tx.clock.now(), 200)
    return applications("arrived", "闭室期间收到、没有处理的", len(numbers), _numbered(tx, numbers))


def reminded(_: Node, __: Officer, tx: Connection) -> Group | None:
    """催办 without an answer."""
    found = reminding.waiting(tx)
    items = (Item(one.application, one.text, url_for("staff.reminding_show", identity=one.id)) for one in found)
    return group("reminded", "上级催办没有答复的", len(found), items)


def booked(_: Node, __: Officer, tx: Connection) -> Group | None:
    """Today's appointments of which nobody said whether they were kept."""
    found = [one for one in appointments.of_day(tx, tx.clock.today()) if one.state == "booked"]
    items = (Item(one.number, f"{one.name} {one.what}", _booking(one.id)) for one in found)
    return group("booked", "今天的预约没有记来没来的", len(found), items)


def untold(_: Node, __: Officer, tx: Connection) -> Group | None:
    """Whose new time nobody told."""
    found = appointments.untold(tx)
    items = (Item(one.number, f"{one.name} {one.phone}", _booking(one.id)) for one in found)
    return group("untold", "改期没有告知的", len(found), items)


def late(running: Node, _: Officer, tx: Connection) -> Group | None:
    """What is over its time, or ends with this day."""
    counts = due.counts(tx, running.clock.now())
    numbers = due.pressing(tx, running.clock.now(), EACH_MAX)[: counts.late + counts.today]
    return applications("late", "已超期和今天到期的", counts.late + counts.today, _numbered(tx, numbers))


def unconfirmed(_: Node, __: Officer, tx: Connection) -> Group | None:
    """What waits for a police officer."""
    count = ranks.waiting(tx)
    found = heads.search(tx, state="unconfirmed", limit=EACH_MAX) if count else []
    return applications("unconfirmed", "待民警确认的", count, found)


def undelivered(_: Node, __: Officer, tx: Connection) -> Group | None:
    """Documents that lie here, and whose owner nobody has told."""
    count = handover_list.counts(tx).get("here", 0)
    numbers = handover_list.numbers(tx, "here", EACH_MAX) if count else []
    return applications("undelivered", "文书到了、没有通知领取的", count, _numbered(tx, numbers))


def unsettled(_: Node, __: Officer, tx: Connection) -> Group | None:
    """The shift whose money was not counted."""
    found, href = shifts.lines(tx, shifts.current(tx)), url_for("staff.payments_show")
    items = (Item(one.receipt, f"{yuan(one.amount)} 元", href) for one in found)
    return group("unsettled", "本班收款没有对账的", len(found), items)


def corrected(_: Node, __: Officer, tx: Connection) -> Group | None:
    """What came back and was not answered."""
    count = heads.counts(tx).get("correction", 0)
    return applications("corrected", "要补正、没有补的", count, heads.search(tx, state="correction", limit=EACH_MAX))


def owed(running: Node, _: Officer, tx: Connection) -> Group | None:
    """Decided, and the sealed document was not handed out."""
    found = stock.awaiting(running, tx)
    return applications("owed", "已准予、文书没有出具的", len(found), (one.head for one in found))


def unsent(_: Node, __: Officer, tx: Connection) -> Group | None:
    """What the centre has not acknowledged."""
    count = heads.count_unsent(tx)
    found = heads.search(tx, unsent=True, limit=EACH_MAX) if count else []
    return applications("unsent", "尚未上传的", count, found)


def broken(_: Node, __: Officer, tx: Connection) -> Group | None:
    """Open tickets of the room."""
    found, href = room_tickets.opened(tx), url_for("staff.tickets_show")
    items = (Item("", f"{one.title} {one.note}", href) for one in found)
    return group("broken", "设备工单没有解决的", len(found), items)
