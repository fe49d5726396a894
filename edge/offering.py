"""Which services take applications today: in force already (plan_effective_date), not withdrawn yet (plan_cancel_date).

What was filed is finished whatever happens to the service; a draft that was not filed in time keeps what was typed.
"""

from typing import TYPE_CHECKING

from edge.errors import problem
from forms.head import Head

if TYPE_CHECKING:
    from edge.node import Node


def today(node: "Node") -> str:
    """The day by which a service is in force: a clock that stands before all that is known is wrong, and no reason to
    send people away.
    """
    return max(node.clock.today(), node.clock.centre_time()[:10], _written(node))


def _written(node: "Node") -> str:
    """The first day of the month in which the packaged services were written: it was never earlier than that."""
    return node.standing.folder.written


def must_be_open(node: "Node", definition: Head, filing_day: str | None = None) -> None:
    """Raises service_not_yet, service_over. `filing_day`: of paper that is entered later; default today.

    The version in force speaks for the service: a draft of an older one is refused when the service has ended, and
    taken when only its own version has.
    """
    known = definition.id in node.catalogue
    speaks = node.head(definition.id) if known else definition
    if not definition.begun(today(node)):
        raise problem("service_not_yet", service=definition.title, day=definition.service["plan_effective_date"])
    if speaks.over(filing_day or node.clock.today()):
        raise problem("service_over", service=speaks.title, day=speaks.service["plan_cancel_date"])


def by_use(node: "Node", offered: list[Head]) -> list[Head]:
    """What this room took in most often of late first (its newest 500 applications), then by the service's code.

    What is sealed, leaves no trace or may be about somebody of the room is not counted: its place would tell.
    """
    with node.database.read() as tx:
        newest = "SELECT service FROM fact ORDER BY filed_at DESC LIMIT 500"
        taken = dict(tx.execute(f"SELECT service, count(*) FROM ({newest}) GROUP BY service").fetchall())  # noqa: S608  our own words
    return sorted(offered, key=lambda one: (-(_counts(one) and taken.get(one.id, 0)), one.service["code"]))


def _counts(one: Head) -> bool:
    return not any(one.service.get(key) for key in ("concerns", "sealed", "private"))


def open_today(node: "Node") -> list[Head]:
    """The services that take applications today, each in the version in force; those that are only part of
    a 一件事 are taken with it.
    """
    day, by_clock = today(node), node.clock.today()
    found = (node.catalogue.current(service, day) for service in node.catalogue)
    return [one for one in found if one is not None and _by_itself(one, by_clock)]


def _by_itself(one: Head, day: str) -> bool:
    return not one.over(day) and not one.service.get("part_only")
