"""晾晒: the figures of all rooms of a county for a month, told to each of these rooms in the log written for it.

The sums are those of forms.figures over the same facts that a room takes from its own logs, so a room can check its own
line. What is told is signed, and is told again only where the figures have changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select

from edge import comparison_words
from edge.comparison_words import KIND
from edge.errors import problem
from forms import figures
from forms.figures import Figures, Period
from forms.figures_parts import Fact
from forms.kinds import check_body
from sync.centre import log, projection, rooms, tables
from sync.centre.centre import Centre

ACTOR = "centre"
COUNTY_DIGITS = 6
ROOMS_MAX = 100
SETTLES_DAYS = 10  # in the first days of a month late batches still change the one before
_CLOSING = ("application.decided", "application.refused", "application.withdrawn")
_application, _event, _rating = tables.application, tables.event, tables.rating


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one county and month: the lines, and to how many of its rooms it was news."""

    county: str
    month: str
    rooms: tuple[dict[str, Any], ...]
    fresh: int


def compare(centre: Centre, month: str) -> list[Told]:
    """Work out a month such as 2026-10 for every county, and tell its rooms. Again changes nothing.

    Raises bad_request for a month that is none or has not begun.
    """
    period = _period(centre, month)
    with centre.store.read() as tx:
        counties = sorted({node_id[:COUNTY_DIGITS] for node_id in rooms.ids(tx)})
    return [_tell(centre, county, month, details(centre, county, period)) for county in counties]


def daily(centre: Centre) -> list[Told]:
    """The month before this one, while it may still change; for a timetable that calls once a day or oftener."""
    today = date.fromisoformat(centre.clock.now()[:10])
    if today.day > SETTLES_DAYS:
        return []
    before = Period.of("month", today).before
    return [told for told in compare(centre, before.first.isoformat()[:7]) if told.fresh]


def _period(centre: Centre, month: str) -> Period:
    try:
        period = Period.of("month", date.fromisoformat(f"{month}-01"))
    except ValueError as error:
        raise problem("bad_request", detail=f"{month}：应写成 2026-10 这样") from error
    if period.first.isoformat() > centre.clock.now():
        raise problem("bad_request", detail=f"{month} 还没有到")
    return period


def details(centre: Centre, county: str, period: Period) -> list[tuple[str, str, Figures]]:
    """(node, name, figures) of every room of a county, nothing left out."""
    with centre.store.read() as tx:
        names = {node: name for node, name in rooms.names(tx).items() if node.startswith(county)}
        return [(node, name, _figures(centre, tx, node, period)) for node, name in sorted(names.items())]


def _figures(centre: Centre, tx: Connection, node_id: str, period: Period) -> Figures:
    facts = _facts(centre, tx, node_id, period)
    grades = _grades(tx, node_id, period)
    return figures.compute(facts, period, centre.calendar, centre.clock.now(), grades)


def _facts(centre: Centre, tx: Connection, node_id: str, period: Period) -> Iterator[Fact]:
    for number in _numbers(tx, node_id, period):
        state = projection.state_of(tx, node_id, number)
        definition = centre.definitions.get(state.service.digest)
        if definition is not None and figures.counts(definition.service, state):
            yield figures.fact(definition.service, state)


def _numbers(tx: Connection, node_id: str, period: Period) -> list[str]:
    """What was filed or closed in the period, and what is open."""
    first, end = period.first.isoformat(), period.last.isoformat() + "U"  # "U" stands behind every T
    filed = _application.c.filed_at.between(first, end)
    rows = select(_application.c.number).filter_by(node_id=node_id).where(or_(filed, _application.c.phase != "closed"))
    closed = (
        select(_event.c.application)
        .filter_by(node_id=node_id, refused="")
        .where(_event.c.kind.in_(_CLOSING), _event.c.at.between(first, end))
    )
    found = {*tx.execute(rows).scalars(), *tx.execute(closed).scalars()}
    return sorted(found - {""})


def _grades(tx: Connection, node_id: str, period: Period) -> dict[int, int]:
    """How many ratings of each grade; the first one of an application counts."""
    given = select(_rating.c.grade, func.count()).filter_by(node_id=node_id)
    first, end = period.first.isoformat(), period.last.isoformat() + "U"
    rows = tx.execute(given.where(_rating.c.at.between(first, end)).group_by(_rating.c.grade))
    return {int(grade): int(count) for grade, count in rows}


def _tell(centre: Centre, county: str, month: str, found: list[tuple[str, str, Figures]]) -> Told:
    busiest = sorted(found, key=lambda one: -one[2].received)[:ROOMS_MAX]
    shown = [{**one, "name": one["name"][:100]} for one in comparison_words.lines(sorted(busiest, key=lambda x: x[0]))]
    said = {"month": month, "county": county, "at": centre.clock.now(), "rooms": shown}
    body = comparison_words.sign(said, centre.identity.newest.sign)
    check_body(KIND, body)
    told = [node for node, _, _ in found if _hand_down(centre, node, body)]
    return Told(county, month, tuple(shown), len(told))


def _hand_down(centre: Centre, node_id: str, body: dict[str, Any]) -> bool:
    """Write it into one room's log, unless it says what the last one said."""
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        before = [event.data for _, event in log.of_room(tx, node_id, {KIND})]
        last = next((one for one in reversed(before) if one["month"] == body["month"]), None)
        if last is not None and last["rooms"] == body["rooms"]:
            return False
        log.append(tx, centre.clock, node_id, kind=KIND, application="", body=body, actor=ACTOR)
        return True
