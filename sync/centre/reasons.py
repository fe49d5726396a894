"""What people come for, and why they have to come again: of what was closed in a span, how often each service was asked
for and sent back, and which field or material was told as a defect. For whoever mends the guide or the form.

It names nobody, and a count below LEAST is not said: one could tell who it was.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from forms.figures import Rate
from forms.lifecycle import reduce
from sync.centre import dashboard, log, rooms, scopes, tables, tables_figures
from sync.centre.centre import Centre

LEAST: Final = 5
SHOWN_MAX: Final = 20
AT_ONCE: Final = 500
SENT_BACK: Final = ("returned", "refused", "not_accepted", "lapsed", "void")
FORMULAS: Final = {
    "办结": "期内办结的件数，包括准予、不予、退回、撤回等各种结果；“一件事”按各分项计；举报投诉不计入",
    "要补正": "其中告知过补正的件数，告知几次都算一件",
    "没有办成": "其中结果是不予受理、不予、退回、作废或者补正不来的件数",
    "再来一次的比例": "（要补正或者没有办成的件数，两样都有的算一件）÷ 办结的件数",
    "哪里要补": "告知书里写到这一处的办件数，同一件写几次都算一件",
}
COUNTED: Final = ("closed", "corrected", "sent_back", "again")
TARGETS: Final = {"field": "填报内容", "material": "申请材料"}
_fact = tables_figures.fact


@dataclass(frozen=True, slots=True)
class Counts:
    """Of so many closed: how many with a correction, how many sent back, and how many with either of both."""

    closed: int = 0
    corrected: int = 0
    sent_back: int = 0
    again: int = 0

    @property
    def rate(self) -> Rate:
        """The share of those that brought somebody a second time."""
        return Rate(self.again, self.closed)


@dataclass(frozen=True, slots=True)
class Often(Counts):
    """A service, or a place (`code` begins its rooms' numbers)."""

    code: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """A place of a service's form (`target` field) or one of its materials; of so many applications it was told."""

    service: str
    title: str
    target: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """`services`, `places` (the next level below) and `reasons` by how often; `hidden`: so many of the last told too
    seldom to be said, `few` so many services and places. `looked`: the reasons are those of so many applications,
    the last that were closed with a correction.
    """

    whole: Counts
    services: tuple[Often, ...]
    places: tuple[Often, ...]
    reasons: tuple[Why, ...]
    hidden: int
    few: tuple[int, int]
    looked: int


def look(
    centre: Centre, first: date, last: date, area: str = "", *, service: str = "", looked_max: int | None = None
) -> Reasons:
    """Of the applications of an area that were closed from one day to another, both included; of one service or all.

    `looked_max`: of how many the notices are read at most; for a page that shall not wait.
    """
    span = [_fact.c.closed_at.between(first.isoformat(), f"{last.isoformat()}U"), scopes.in_area(_fact.c.node_id, area)]
    span += [_fact.c.service == service] if service else []
    digits = dashboard.BELOW.get(len(area), dashboard.ROOM)
    with centre.store.read() as tx:
        services = _by(tx, _fact.c.service, span)
        places = _by(tx, func.substr(_fact.c.node_id, 1, digits), span)
        corrected = _corrected(tx, span, looked_max)
        told = Counter(_told(tx, corrected))
        rooms_named = rooms.names(tx, {one.code for one in places}) if digits == dashboard.ROOM else {}
    titles = _titles(centre, {one.code for one in services})
    named = {one.code: rooms_named.get(one.code) or dashboard.board_name(one.code) for one in places}
    whys = [Why(one, titles[one], target, label, n) for (one, target, label), n in told.most_common()]
    said = [one for one in whys if one.count >= LEAST]
    return Reasons(
        whole=_sum(services),
        services=_said(services, titles),
        places=_said(places, named),
        reasons=tuple(said[:SHOWN_MAX]),
        hidden=len(whys) - len(said),
        few=(_few(services), _few(places)),
        looked=len(corrected),
    )


def _sum(found: Iterable[Often]) -> Counts:
    given = list(found)
    return Counts(**{name: sum(getattr(one, name) for one in given) for name in COUNTED})


def _said(found: Iterable[Often], titles: Mapping[str, str]) -> tuple[Often, ...]:
    often = [replace(one, title=titles[one.code]) for one in found if one.closed >= LEAST]
    return tuple(often[:SHOWN_MAX])


def _few(found: Iterable[Often]) -> int:
    return sum(one.closed < LEAST for one in found)


def _titles(centre: Centre, services: Iterable[str]) -> dict[str, str]:
    """The name of each service as its newest definition has it; one that is not known here goes by its id."""
    table = tables.definition
    found = select(table.c.service_id, table.c.digest).where(table.c.service_id.in_(sorted(services)))
    with centre.store.read() as tx:
        newest = [(row.service_id, row.digest) for row in tx.execute(found.order_by(table.c.since, table.c.version))]
    known = {service: centre.definitions.get(digest) for service, digest in newest}
    return {service: one.title if (one := known.get(service)) else service for service in services}


def _by(tx: Connection, what: Any, span: Sequence[Any]) -> list[Often]:
    """The counts by a column, those with the most closed first."""
    corrected, back = _fact.c.corrections > 0, _fact.c.result.in_(SENT_BACK)
    sums = [func.sum(case((one, 1), else_=0)) for one in (corrected, back, corrected | back)]
    column, closed = what.label("what"), func.count()
    found = select(column, closed, *sums).where(*span).group_by(column)
    rows = tx.execute(found.order_by(closed.desc(), column))
    return [Often(int(a), int(b), int(c), int(d), str(code)) for code, a, b, c, d in rows]


def _corrected(tx: Connection, span: Sequence[Any], most: int | None) -> list[tuple[str, str]]:
    """(room, number) of what was closed with a correction, the last ones first."""
    found = select(_fact.c.node_id, _fact.c.number).where(*span, _fact.c.corrections > 0)
    rows = tx.execute(found.order_by(_fact.c.closed_at.desc(), _fact.c.number).limit(most))
    return [(row.node_id, row.number) for row in rows]


def _told(tx: Connection, corrected: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(service, target, label) of each place that was told as a defect, once for each application."""
    numbers_of: dict[str, list[str]] = {}
    for node_id, number in corrected:
        numbers_of.setdefault(node_id, []).append(number)
    for node_id, numbers in sorted(numbers_of.items()):
        for start in range(0, len(numbers), AT_ONCE):
            for events in log.of_applications(tx, node_id, numbers[start : start + AT_ONCE]).values():
                state = reduce((side, event) for side, event, _ in events)
                items = [item for one in state.corrections for item in one.items]
                yield from {(state.service.id, item.target, item.label) for item in items}


def as_csv(found: Reasons) -> bytes:
    """The same as a table for a spreadsheet: what, its name, the counts; UTF-8 with the mark that it looks for."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("类别", "编号", "名称", "办结", "要补正", "没有办成", "再来一次", "再来一次的比例"))
    whole = Often(**asdict(found.whole), title="合计")
    for kind, lines in (("合计", [whole]), ("事项", found.services), ("地方", found.places)):
        for one in lines:
            counts = (one.closed, one.corrected, one.sent_back, one.again, one.rate.percent)
            writer.writerow((kind, one.code, one.title, *counts))
    writer.writerow(())
    writer.writerow(("事项编号", "事项", "哪里要补", "是什么", "件数"))
    for why in found.reasons:
        writer.writerow((why.service, why.title, why.label, TARGETS[why.target], why.count))
    return text.getvalue().encode("utf-8-sig")
