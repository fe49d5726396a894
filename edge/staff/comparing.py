"""晾晒 on 统计: this room among the others of its county for one month, as the centre said them; our own line from our
own log, by the same formulas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge import comparison
from edge.comparison_words import COUNTS, RATES
from edge.node import Node
from forms.figures import SMALL, Figures, Period, Rate

FEW = f"少于{SMALL}"


@dataclass(frozen=True, slots=True)
class Line:
    """One room: its name and the columns as text. `own`: this one."""

    name: str
    own: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is shown of a month; without lines nothing has come of it yet. `last`: the newest month that has come."""

    at: str
    lines: tuple[Line, ...]
    differs: bool
    last: str


def of(running: Node, period: Period, own: Figures) -> Compared | None:
    """The rooms of the county; None for a period that is no month, and for a room that belongs to no centre."""
    if period.kind != "month":
        return None
    with running.database.read() as tx:
        said = comparison.of_month(tx, period.first.isoformat()[:7])
        last = comparison.last_month(tx)
    if said is None:
        return Compared("", (), differs=False, last=last)
    here = running.settings.node_id
    others = [Line(str(one["name"]), False, _said(one)) for one in said.rooms if one["node"] != here]
    theirs = next((_said(one) for one in said.rooms if one["node"] == here), None)
    mine = Line(running.room.name, True, _counted(own))
    ordered = sorted([mine, *others], key=lambda one: (one.name, one.own))
    return Compared(said.at, tuple(ordered), differs=theirs is not None and theirs != mine.cells, last=last)


def _said(one: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (str(one[name]) if name in one else FEW for name in COUNTS)
    rates = (Rate(one[name]["part"], one[name]["whole"]).percent if name in one else FEW for name in RATES)
    return (*counts, *rates)


def _counted(own: Figures) -> tuple[str, ...]:
    """Our own line, veiled as the others are, so that the two words on it can be compared."""
    counts = (int(getattr(own, name)) for name in COUNTS)
    rates = (own.rates[name] for name in RATES)
    return (
        *(FEW if 0 < count < SMALL else str(count) for count in counts),
        *(rate.percent if rate.whole >= SMALL else FEW for rate in rates),
    )
