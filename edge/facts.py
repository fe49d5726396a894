"""The figures of this room: what forms.figures needs, kept beside each application, worked out of the log."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from edge import concerns, ratings, unwritten
from edge.database import Connection
from forms import figures, figures_parts
from forms.definition import Definition
from forms.figures import Figures, Period
from forms.figures_parts import COLUMNS, Fact
from forms.state import State

if TYPE_CHECKING:
    from edge.node import Node

_IN_ONE_OF_ITS_TIMES = (
    "(filed_at >= :first AND filed_at < :end) OR (closed_at >= :first AND closed_at < :end) OR closed_at = ''"
)


def project(tx: Connection, head: int, definition: Definition, state: State) -> None:
    """The row of one application, if it is one that counts."""
    tx.execute("DELETE FROM fact WHERE head = ?", (head,))
    if not figures.counts(definition.service, state):
        return
    row = figures_parts.as_row(figures.fact(definition.service, state)) | {"head": head}
    row["rating_code"] = "" if unwritten.keeps(definition) else ratings.code_of(state.receipt.token)
    places = ", ".join("?" * len(row))
    tx.execute(f"INSERT INTO fact ({', '.join(row)}) VALUES ({places})", tuple(row.values()))  # noqa: S608  our own columns


def of_period(tx: Connection, period: Period) -> Iterator[Fact]:
    """Those that were filed or closed in it, and all that are open; without what is about the one who looks."""
    condition, values = concerns.shown()
    others = f"AND {condition.replace('head.id', 'fact.head')}" if condition else ""
    names = {f"hidden{index}": value for index, value in enumerate(values)}
    for name in names:
        others = others.replace("?", f":{name}", 1)
    asked = {"first": period.first.isoformat(), "end": period.last.isoformat() + "U", **names}
    query = f"SELECT {', '.join(COLUMNS)} FROM fact WHERE ({_IN_ONE_OF_ITS_TIMES}) {others}"  # noqa: S608  our own words
    for row in tx.execute(query, asked):
        yield figures_parts.of_row(row)


def of_room(running: "Node", period: Period) -> Figures:
    """The figures of this room as its two logs tell them now."""
    with running.database.read() as tx:
        grades = ratings.of_period(tx, period)
        return figures.compute(of_period(tx, period), period, running.calendar, running.clock.now(), grades)
