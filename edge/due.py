"""Which applications press, by the ends of their running clocks: an index beside the heads, so that no page works out
the clocks of everything that is open.

A head that changed stands in `clock_stale` until `refresh` has looked at it; so do all open ones after the calendar
changed. What is read here is as old as the last `refresh`, which the page of today and each round of the carrying call.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from edge import applications, concerns
from edge.database import Connection
from edge.errors import YizhanError
from forms.calendar import Calendar
from forms.deadlines import DUE_SHARE, Deadline

if TYPE_CHECKING:
    from edge.node import Node

AT_ONCE = 100  # heads looked at before a page is shown; the round does the rest
ROUND = 500
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open applications are late, how many end today, how many are in the last fifth of their time."""

    late: int
    today: int
    soon: int


def refresh(node: "Node", limit: int = AT_ONCE) -> int:
    """Work out the clocks of heads that changed, at most `limit`; how many are still to be looked at.

    Nothing is written where nothing changed.
    """
    calendar = node.calendar
    with node.database.read() as tx:
        if not _stale(tx, 1) and _calendar(tx) == _digest(calendar):
            return 0
    with concerns.looking(""), node.database.write() as tx:  # the index is everybody's, whoever made it look
        if _calendar(tx) != _digest(calendar):
            tx.execute("INSERT OR REPLACE INTO clock_calendar VALUES (1, ?)", (_digest(calendar),))
            tx.execute("INSERT OR IGNORE INTO clock_stale SELECT id FROM head WHERE phase <> 'closed'")
        for head, number in _stale(tx, limit):
            _look(tx, calendar, head, number)
        return int(tx.execute("SELECT count(*) FROM (SELECT 1 FROM clock_stale LIMIT 1)").fetchone()[0])


def _stale(tx: Connection, limit: int) -> list[tuple[int, str]]:
    rows = tx.execute(
        "SELECT head.id, head.number FROM clock_stale JOIN head ON head.id = clock_stale.head"
        " ORDER BY clock_stale.head DESC LIMIT ?",
        (limit,),
    )
    return [(row[0], row[1]) for row in rows]


def _look(tx: Connection, calendar: Calendar, head: int, number: str) -> None:
    tx.execute("DELETE FROM clock_due WHERE head = ?", (head,))
    tx.execute("DELETE FROM clock_stale WHERE head = ?", (head,))
    try:
        clocks = applications.get(tx, number).clocks(calendar, tx.clock.now())
    except YizhanError as error:
        if error.code != "definition_missing":
            raise
        return  # yizhan rebuild names those whose definition is gone
    tx.executemany(
        "INSERT INTO clock_due (head, name, warn, due) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(head, clock.name, warn_at(clock, calendar), _end(clock)) for clock in clocks if clock.level != "stopped"],
    )


def warn_at(clock: Deadline, calendar: Calendar) -> str:
    """The day or moment from which a clock has a fifth of its time left, or less. What is to be said on the spot has no
    such day: it is late, or nothing.
    """
    if clock.name == "notice" and clock.start[:10] == clock.due[:10]:
        return (date.fromisoformat(clock.due[:10]) + _DAY).isoformat()
    if clock.unit == "hour":
        due, start = datetime.fromisoformat(clock.due), datetime.fromisoformat(clock.start)
        return (due - (due - start) * DUE_SHARE).isoformat(timespec="seconds")
    first, last = date.fromisoformat(clock.start[:10]), date.fromisoformat(clock.due[:10])
    share = _count(clock.unit, calendar, first, last) * DUE_SHARE
    day = last
    while day > first and _count(clock.unit, calendar, day - _DAY, last) <= share:
        day -= _DAY
    return day.isoformat()


def _count(unit: str, calendar: Calendar, first: date, last: date) -> int:
    return calendar.between(first, last) if unit == "workday" else (last - first).days


def _end(clock: Deadline) -> str:
    """When it is over, as text that sorts: a day ends at 24:00."""
    return clock.due if "T" in clock.due else f"{clock.due}T24:00"


def _pressing(now: str) -> tuple[str, list[str]]:
    """(what presses, its values): every open application once, with the clock that ends first of those that press."""
    unseen, account = concerns.shown()
    mine = f" AND {unseen.replace('head.id', 'head')}" if unseen else ""
    source = f"(SELECT head, min(due) AS due FROM clock_due WHERE warn <= ?{mine} GROUP BY head)"  # noqa: S608  our own
    return source, [now, *account]


def counts(tx: Connection, now: str) -> Counts:
    """Of all open applications, each counted once by the clock that presses most; `now` is RFC 3339."""
    source, values = _pressing(now)
    row = tx.execute(
        f"SELECT count(*), sum(due < ?), sum(due >= ? AND due <= ?) FROM {source}",  # noqa: S608  our own text
        (now, now, f"{now[:10]}T24:00", *values),
    ).fetchone()
    pressing, late, ending = (int(value or 0) for value in row)
    return Counts(late, ending, pressing - late - ending)


def pressing(tx: Connection, now: str, limit: int) -> list[str]:
    """Numbers of the applications that press, the one that ended longest ago first, then those that end next."""
    source, values = _pressing(now)
    rows = tx.execute(
        f"SELECT head.number FROM {source} AS one JOIN head ON head.id = one.head"  # noqa: S608  our own text
        " ORDER BY one.due, head.id LIMIT ?",
        (*values, limit),
    )
    return [str(row[0]) for row in rows]


@lru_cache(maxsize=4)
def _digest(calendar: Calendar) -> str:
    return hashlib.sha256(json.dumps(calendar.as_data(), sort_keys=True).encode()).hexdigest()


def _calendar(tx: Connection) -> str:
    row = tx.execute("SELECT digest FROM clock_calendar").fetchone()
    return "" if row is None else str(row[0])
