"""What people come for, and why they have to come again: of what was closed in a span, how often each service was asked
for and sent back, and which field or material was told as a defect. For whoever mends the guide or the form.

It names nobody, and a count below LEAST is not said: one could tell who it was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from forms.lifecycle import reduce
from sync.centre import log, scopes, tables, tables_figures
from sync.centre.centre import Centre

LEAST: Final = 5
SHOWN_MAX: Final = 20
AT_ONCE: Final = 500
SENT_BACK: Final = ("returned", "refused", "not_accepted", "lapsed", "void")
_fact = tables_figures.fact


@dataclass(frozen=True, slots=True)
class Often:
    """A service: so many closed, so many of them with a correction, so many sent back."""

    service: str
    title: str
    closed: int
    corrected: int
    sent_back: int


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
    """`services` by how often, `reasons` by how often; `hidden`: so many places told too seldom to be said."""

    closed: int
    services: tuple[Often, ...]
    reasons: tuple[Why, ...]
    hidden: int


def look(centre: Centre, first: date, last: date, area: str = "") -> Reasons:
    """Of the applications of an area that were closed from one day to another, both included."""
    span = (_fact.c.closed_at.between(first.isoformat(), f"{last.isoformat()}U"), scopes.in_area(_fact.c.node_id, area))
    with centre.store.read() as tx:
        services, told = _services(tx, span), Counter(_told(tx, span))
    titles = _titles(centre, {one for one, _ in services})
    whys = [Why(one, titles[one], target, label, n) for (one, target, label), n in told.most_common()]
    said = [one for one in whys if one.count >= LEAST]
    often = [Often(one, titles[one], *counts) for one, counts in services if counts[0] >= LEAST]
    closed = sum(counts[0] for _, counts in services)
    return Reasons(closed, tuple(often[:SHOWN_MAX]), tuple(said[:SHOWN_MAX]), len(whys) - len(said))


def _titles(centre: Centre, services: Iterable[str]) -> dict[str, str]:
    """The name of each service as its newest definition has it; one that is not known here goes by its id."""
    table = tables.definition
    found = select(table.c.service_id, table.c.digest).where(table.c.service_id.in_(sorted(services)))
    with centre.store.read() as tx:
        newest = [(row.service_id, row.digest) for row in tx.execute(found.order_by(table.c.since, table.c.version))]
    known = {service: centre.definitions.get(digest) for service, digest in newest}
    return {service: one.title if (one := known.get(service)) else service for service in services}


def _services(tx: Connection, span: tuple[Any, ...]) -> list[tuple[str, tuple[int, int, int]]]:
    closed = func.count()
    sums = [func.sum(case((one, 1), else_=0)) for one in (_fact.c.corrections > 0, _fact.c.result.in_(SENT_BACK))]
    found = select(_fact.c.service, closed, *sums).where(*span).group_by(_fact.c.service)
    rows = tx.execute(found.order_by(closed.desc(), _fact.c.service))
    return [(service, (int(n), int(corrected), int(back))) for service, n, corrected, back in rows]


def _told(tx: Connection, span: tuple[Any, ...]) -> Iterator[tuple[str, str, str]]:
    """(service, target, label) of each place that was told as a defect, once for each application."""
    found = select(_fact.c.node_id, _fact.c.number).where(*span, _fact.c.corrections > 0)
    rooms: dict[str, list[str]] = {}
    for node_id, number in tx.execute(found.order_by(_fact.c.node_id, _fact.c.number)):
        rooms.setdefault(node_id, []).append(number)
    for node_id, numbers in rooms.items():
        for start in range(0, len(numbers), AT_ONCE):
            for events in log.of_applications(tx, node_id, numbers[start : start + AT_ONCE]).values():
                state = reduce((side, event) for side, event, _ in events)
                items = [item for one in state.corrections for item in one.items]
                yield from {(state.service.id, item.target, item.label) for item in items}
