"""The figures of the rooms of an area for a period, made anew from the logs that the centre holds, with their formulas.

The sum of an area is the sum of its rooms' parts and wholes, so that the sums equal the details.
"""

from collections.abc import Iterable
from typing import Any

from forms.figures import FORMULAS, Figures, Period, Rate
from sync.centre import comparing, counting, projection, rooms
from sync.centre.centre import Centre
from sync.centre.counting import Line

COUNTS = ("received", "closed", "open", "late")


def of_area(centre: Centre, area: str, period: Period) -> dict[str, Any]:
    """The figures of the rooms whose numbers begin with `area`, of each and of all together."""
    found = comparing.details(centre, area, period)
    figures = [one for _, _, one in found]
    return {
        "period": period.title,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "area": area,
        **_counts(figures),
        "rates": [
            {"code": code, "title": title, "formula": formula, **_rate(_sum(figures, code))}
            for code, (title, formula) in FORMULAS.items()
        ],
        "rooms": [
            {"node": node, "name": name, **_counts([one]), "rates": {code: _rate(one.rates[code]) for code in FORMULAS}}
            for node, name, one in found
        ],
    }


def _counts(figures: Iterable[Figures]) -> dict[str, int]:
    given = list(figures)
    return {name: sum(int(getattr(one, name)) for one in given) for name in COUNTS}


def _sum(figures: Iterable[Figures], code: str) -> Rate:
    rates = [one.rates[code] for one in figures]
    return Rate(sum(one.part for one in rates), sum(one.whole for one in rates))


def _rate(one: Rate) -> dict[str, Any]:
    return {"part": one.part, "whole": one.whole, "percent": one.percent}


def differences(centre: Centre, area: str, period: Period) -> list[str]:
    """The rooms of an area of which the counters say something else than the logs; none where all is well."""
    made = {node: _line(node, one) for node, _, one in comparing.details(centre, area, period)}
    with centre.store.read() as tx:
        counted = {one.area: one for one in counting.lines(tx, area, 10, period, centre.clock.now())}
    nothing = {node: counting.add([], node) for node in made}
    return [node for node, one in made.items() if counted.get(node, nothing[node]) != one]


def recount(centre: Centre, area: str) -> int:
    """Make the counters of an area's rooms anew from the logs; how many rooms that were."""
    with centre.store.read() as tx:
        nodes = [node for node in rooms.ids(tx) if node.startswith(area)]
    for node_id in nodes:
        with centre.store.write() as tx:
            rooms.get(tx, node_id, lock=True)
            projection.rebuild(tx, centre, node_id)
    return len(nodes)


def _line(area: str, one: Figures) -> Line:
    return Line(area, one.received, one.closed, one.open, one.late, one.rates)
