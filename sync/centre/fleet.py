"""The rooms of a province on one page after the other: how each is doing, by its own word and by what came of it here.

Ten thousand rooms are two statements: one counts the alarms, one gives a page of rooms in the order that was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, literal, or_, select

from forms.health import CHECKS
from sync.centre import lists, rooms, tables
from sync.centre.alarms import ALARMS, LEVELS, Alarm, Now, by_stick, labelled, newest_pack
from sync.centre.centre import Centre

SHOWN: Final = 100
AREA_DIGITS: Final = (2, 4, 6)
TEXT_MAX: Final = 50
_node, _report, _ferried, _check = tables.node, tables.node_report, tables.ferried, tables.node_check
_REPORTED: Final = tuple(column.name for column in _report.c if column.name != "node_id")

# how a list may be ordered: the column, and which way the rooms that want looking at come first
ORDERS: Final[dict[str, tuple[str, ColumnElement[Any] | None]]] = {
    "alarm": ("提示", None),
    "name": ("警务室", _node.c.node_id.asc()),
    "contact": ("最近联系", _node.c.last_contact_at.asc()),
    "said": ("记录到", _report.c.said_at.asc()),
    "oldest": ("最早的积压", case((func.coalesce(_report.c.oldest, "") == "", "9999"), else_=_report.c.oldest).asc()),
    "skew": ("时钟差", func.abs(func.coalesce(_report.c.skew_s, 0)).desc()),
    "disk": ("磁盘", func.coalesce(_report.c.disk_free_mb, 1 << 40).asc()),
    "version": ("版本", func.coalesce(_report.c.version, "").asc()),
    "backup": ("备份", func.coalesce(_report.c.backup, "").asc()),
    "pack": ("数据包", func.coalesce(_report.c.pack, 0).asc()),
}
WAYS: Final = {"line": "联网", "stick": "只用U盘"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rooms, and in which order. `area`: the beginning of their numbers; `after`: so many are left out."""

    area: str = ""
    alarm: str = ""
    way: str = ""
    text: str = ""
    order: str = "alarm"
    after: int = 0

    @property
    def args(self) -> dict[str, str]:
        """As an address says it, without what need not be said."""
        said = {"area": self.area, "alarm": self.alarm, "way": self.way, "text": self.text}
        said |= {"order": self.order if self.order != "alarm" else ""}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Machine:
    """One room on the page. `stick_at`: when a stick of it came last; `said`: its last report, None for none;
    `checks`: what its own checks found wrong, on its own page alone.
    """

    node_id: str
    name: str
    bound_at: str
    last_contact_at: str
    stick: bool
    stick_at: str
    said: Mapping[str, Any] | None
    alarms: tuple[Alarm, ...]
    refused: int = 0
    quarantine: int = 0
    missing: int = 0
    checks: tuple[str, ...] = ()

    @property
    def disk_percent(self) -> int:
        return int(self.said["disk_free_mb"] * 100 // max(1, self.said["disk_mb"])) if self.said else 0


@dataclass(frozen=True, slots=True)
class Page:
    """`count`: all that were asked for; `alarms`: how many of the rooms of the area each is about."""

    machines: list[Machine]
    count: int
    total: int
    today: int
    alarms: Mapping[str, int]
    now: Now
    asked: Asked = field(default_factory=Asked)

    @property
    def more(self) -> int:
        """Where the next page begins, 0 for none."""
        upto = self.asked.after + len(self.machines)
        return upto if self.machines and upto < self.count else 0


def judged(centre: Centre, tx: Connection) -> Now:
    """What alarms are judged by."""
    pack = int(tx.execute(newest_pack()).scalar_one())
    return Now(centre.clock.now(), version("yizhan"), pack)


def page(centre: Centre, asked: Asked) -> Page:
    """One page of rooms."""
    with centre.store.read() as tx:
        now = judged(centre, tx)
        counts = _counts(tx, now, asked)
        shown = list(tx.execute(_ids(now, asked)).scalars())
        found = tx.execute(_select(now).where(_node.c.node_id.in_(shown))).all()
        rows = sorted(found, key=lambda row: shown.index(row.node_id))
        of_node = _here(tx, shown)
        total = rooms.count(tx)
    machines = [_machine(row, of_node) for row in rows]
    alarms = {code: int(counts[f"alarm_{code}"] or 0) for code in ALARMS}
    return Page(machines, int(counts["asked"]), total, int(counts["today"] or 0), alarms, now, asked)


def one(centre: Centre, tx: Connection, node_id: str) -> Machine:
    """One room; it must be known."""
    row = tx.execute(_select(judged(centre, tx)).where(_node.c.node_id == node_id)).one()
    wrong = tx.execute(select(_check.c.name).filter_by(node_id=node_id).order_by(_check.c.name)).scalars()
    titles = tuple(CHECKS.get(name, name) for name in wrong)
    return replace(_machine(row, _here(tx, [node_id])), checks=titles)


def _joined() -> Any:
    joined = _node.outerjoin(_report, _report.c.node_id == _node.c.node_id)
    return joined.outerjoin(_ferried, _ferried.c.node_id == _node.c.node_id)


def _select(now: Now) -> Select[Any]:
    reported = [_report.c[name] for name in _REPORTED]
    head = (_node.c.node_id, _node.c.name, _node.c.bound_at, _node.c.last_contact_at, by_stick.label("stick"))
    found = select(*head, _ferried.c.at.label("stick_at"), *reported, *labelled(now))
    return found.select_from(_joined())


def _within(asked: Asked) -> list[ColumnElement[bool]]:
    """The rooms of an area and a name, whatever their alarms."""
    found: list[ColumnElement[bool]] = []
    if asked.area:  # a range, which the key of the table serves
        found.append(
            and_(_node.c.node_id >= asked.area, _node.c.node_id < str(int(asked.area) + 1).zfill(len(asked.area)))
        )
    if asked.text:
        found.append(
            or_(
                _node.c.name.contains(asked.text, autoescape=True),
                _node.c.node_id.startswith(asked.text, autoescape=True),
            )
        )
    if asked.way:
        found.append(by_stick if asked.way == "stick" else ~by_stick)
    return found


def _of_alarm(now: Now, asked: Asked) -> list[ColumnElement[bool]]:
    return [ALARMS[asked.alarm].fires(now)] if asked.alarm in ALARMS else []


def _counts(tx: Connection, now: Now, asked: Asked) -> Mapping[str, Any]:
    """How many rooms of the area each alarm is about, and how many were asked for."""
    today = now.at[:10]
    chosen = _of_alarm(now, asked)
    columns = [func.sum(case((one.fires(now), 1), else_=0)).label(f"alarm_{one.code}") for one in ALARMS.values()]
    columns.append(func.sum(case((_node.c.last_contact_at >= today, 1), else_=0)).label("today"))
    columns.append(func.coalesce(func.sum(case((chosen[0], 1), else_=0) if chosen else literal(1)), 0).label("asked"))
    found = tx.execute(select(*columns).select_from(_joined()).where(*_within(asked))).one()
    return found._asdict()


def _ids(now: Now, asked: Asked) -> Select[Any]:
    """The rooms of a page in their order; what else is known of them is asked for these alone."""
    found = select(_node.c.node_id).select_from(_joined()).where(*_within(asked), *_of_alarm(now, asked))
    _, column = ORDERS.get(asked.order, ORDERS["alarm"])
    order = _weight(now).desc() if column is None else column
    return found.order_by(order, _node.c.node_id).limit(SHOWN).offset(asked.after)


def _weight(now: Now) -> ColumnElement[int]:
    """One late alarm weighs more than all that are due, one that is due more than all others."""
    weights = [case((one.fires(now), 100 ** (LEVELS[one.level] - 1)), else_=0) for one in ALARMS.values()]
    total: ColumnElement[int] = weights[0]
    for weight in weights[1:]:
        total += weight
    return total


def _here(tx: Connection, node_ids: list[str]) -> dict[str, dict[str, int]]:
    return lists.of_rooms(tx, node_ids)


def _machine(row: Row[Any], of_node: Mapping[str, Mapping[str, int]]) -> Machine:
    said = {name: getattr(row, name) for name in _REPORTED} if row.said_at else None
    fired = tuple(one for one in ALARMS.values() if getattr(row, f"alarm_{one.code}"))
    refused, quarantine, missing = (of_node[name].get(row.node_id, 0) for name in ("refused", "quarantine", "missing"))
    stick = bool(row.stick) and bool(row.stick_at)
    about = (row.node_id, row.name, row.bound_at, row.last_contact_at, stick, row.stick_at or "")
    return Machine(*about, said, fired, refused, quarantine, missing)
