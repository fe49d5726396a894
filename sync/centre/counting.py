"""The facts of the figures and what is counted of them by room, day and month; kept with every change, so that a
province's figures are read from a few thousand rows. All of it can be dropped and made again from the logs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from forms import figures
from forms.figures import FORMULAS, Period, Rate, rates
from forms.figures_parts import COUNTED, Ends, Fact, as_row, pending, settled
from forms.kinds_people import GOOD_MIN
from forms.state import State
from sync.centre import foreseen, scopes, tables, tables_figures
from sync.centre.centre import Centre
from sync.centre.store import upsert
from sync.centre.writing import count_up

NAMES: Final = (*COUNTED, "graded", "good")
DAY, MONTH, YEAR = 10, 7, 4
_LENGTHS: Final = (DAY, MONTH, YEAR)
_ENDED: Final = {"notice_end": "", "decide_end": "", "decide_from": ""}
_fact, _tally, _rating = tables_figures.fact, tables_figures.tally, tables.rating


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one place, as forms.figures.Figures has them of a room. `area` begins its rooms' numbers."""

    area: str
    received: int
    closed: int
    open: int
    late: int
    rates: Mapping[str, Rate]


def project(tx: Connection, centre: Centre, node_id: str, states: Mapping[str, State]) -> None:
    """The facts of these applications anew, and the difference that they make to what is counted."""
    ends = Ends(centre.calendar)
    before = _counted(tx, node_id, list(states))
    rows, change = [], defaultdict[str, Counter[str]](Counter)
    for number, state in states.items():
        definition = centre.definitions.get(state.service.digest)
        _add(change, before.get(number, ""), -1)
        if definition is None or not figures.counts(definition.service, state) or state.filed_at is None:
            continue
        row = _row(figures.fact(definition.service, state), ends)
        _add(change, row["counted"], 1)
        rows.append(row | {"node_id": node_id, "number": number})
    gone = sorted(before.keys() - {row["number"] for row in rows})
    if gone:
        tx.execute(delete(_fact).where(_fact.c.node_id == node_id, _fact.c.number.in_(gone)))
    upsert(tx, _fact, rows)
    _count(tx, node_id, change)


def rate(tx: Connection, node_id: str, grade: int, at: str) -> None:
    """One more rating of a room."""
    names = {"graded"} | ({"good"} if grade >= GOOD_MIN else set())
    _count(tx, node_id, {at[:length]: Counter(names) for length in _LENGTHS})


def forget(tx: Connection, node_id: str) -> None:
    """Before a room's facts are made anew: nothing is counted but its ratings."""
    for table in (_fact, _tally):
        tx.execute(delete(table).filter_by(node_id=node_id))
    change = defaultdict[str, Counter[str]](Counter)
    for row in tx.execute(select(_rating.c.grade, _rating.c.at).filter_by(node_id=node_id)):
        names = {"graded"} | ({"good"} if row.grade >= GOOD_MIN else set())
        for length in _LENGTHS:
            change[row.at[:length]].update(names)
    _count(tx, node_id, change)


def lines(tx: Connection, area: str, digits: int, period: Period, now: str) -> list[Line]:
    """The figures of the places within `area`, one for each beginning of `digits` digits; 0 for all in one line."""
    found = defaultdict[str, Counter[str]](Counter)
    place = _place(_tally.c.node_id, digits)
    sums = [func.sum(_tally.c[name]).label(name) for name in NAMES]
    counted = select(place.label("place"), *sums).where(_tally.c.span.in_(_spans(period)))
    for at, *numbers in tx.execute(counted.where(scopes.in_area(_tally.c.node_id, area)).group_by(place)):
        found[at].update(dict(zip(NAMES, map(int, numbers), strict=True)))
    for at, *numbers in tx.execute(_open(area, digits, period, now)):
        found[at].update(dict(zip(_OPEN, map(int, numbers), strict=True)))
    return [_line(name, n) for name, n in sorted(found.items())]


_OPEN: Final = ("open", "late", "told_all", "missed")


def _open(area: str, digits: int, period: Period, now: str) -> Any:
    """What is open now: how many, how many late, and which count against a rate though nothing has come of them."""
    first, end = period.first.isoformat(), period.last.isoformat() + "U"  # "U" stands behind every T
    untold, undecided = _fact.c.notice_end < now, _fact.c.decide_from < now
    filed, due = _fact.c.filed_at.between(first, end), _fact.c.decide_end.between(first, end)
    place = _place(_fact.c.node_id, digits)
    counted = select(
        place.label("place"),
        func.count().label("open"),
        _sum(untold | undecided).label("late"),
        _sum(untold & filed).label("told_all"),
        _sum(undecided & due).label("missed"),
    )
    return counted.where(_fact.c.closed_at == "", scopes.in_area(_fact.c.node_id, area)).group_by(place)


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _place(column: Any, digits: int) -> Any:
    return func.substr(column, 1, digits)


def _line(area: str, n: Mapping[str, int]) -> Line:
    return Line(area, n["received"], n["closed"], n["open"], n["late"], rates(n))


def add(found: Iterable[Line], area: str) -> Line:
    """Several places as one: sums of parts and wholes, so that the sums equal the details."""
    given = list(found)
    sums = {name: [one.rates[name] for one in given] for name in FORMULAS}
    return Line(
        area=area,
        received=sum(one.received for one in given),
        closed=sum(one.closed for one in given),
        open=sum(one.open for one in given),
        late=sum(one.late for one in given),
        rates={name: Rate(sum(x.part for x in of), sum(x.whole for x in of)) for name, of in sums.items()},
    )


def _spans(period: Period) -> list[str]:
    """The days of a day or a week, the year, else the months."""
    if period.kind in ("day", "week"):
        first, last = period.first.toordinal(), period.last.toordinal()
        return [type(period.first).fromordinal(day).isoformat() for day in range(first, last + 1)]
    year = period.first.year
    if period.kind == "year":
        return [f"{year}"]
    return [f"{year}-{month:02}" for month in range(period.first.month, period.last.month + 1)]


def _row(one: Fact, ends: Ends) -> dict[str, Any]:
    counted = ";".join(
        f"{at[:DAY]}:{sum(1 << COUNTED.index(name) for name in names)}" for at, names in settled(one, ends)
    )
    waits = pending(one, ends) if not one.closed_at else None
    late = _ENDED if waits is None else {name: getattr(waits, name) for name in _ENDED}
    return as_row(one) | {"counted": counted, **late}


def _add(change: dict[str, Counter[str]], counted: str, sign: int) -> None:
    for part in counted.split(";") if counted else ():
        day, bits = part.split(":")
        names = [name for place, name in enumerate(COUNTED) if int(bits) >> place & 1]
        for length in _LENGTHS:
            for name in names:
                change[day[:length]][name] += sign


def _count(tx: Connection, node_id: str, change: Mapping[str, Mapping[str, int]]) -> None:
    """Add to the room's counters; its row is locked, so nobody else does meanwhile."""
    wanted = {span: n for span, n in change.items() if any(n.values())}
    if not wanted:
        return
    rows = [
        {"node_id": node_id, "span": span, **{name: n.get(name, 0) for name in NAMES}}
        for span, n in sorted(wanted.items())
    ]
    count_up(tx, _tally, rows)


def _counted(tx: Connection, node_id: str, numbers: list[str]) -> dict[str, str]:
    seen = foreseen.of(tx)
    if seen is not None:
        return {number: seen.counted[node_id, number] for number in numbers if (node_id, number) in seen.counted}
    found = select(_fact.c.number, _fact.c.counted).filter_by(node_id=node_id).where(_fact.c.number.in_(numbers))
    return {row.number: row.counted for row in tx.execute(found)}
