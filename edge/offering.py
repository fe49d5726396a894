"""Which services take applications today: in force already (plan_effective_date), not withdrawn yet (plan_cancel_date).

What was filed is finished whatever happens to the service; a draft that was not filed in time keeps what was typed.
"""

from functools import cache
from typing import TYPE_CHECKING

from edge.errors import problem
from forms import definition as files
from forms.definition import Definition

if TYPE_CHECKING:
    from edge.node import Node


def today(node: "Node") -> str:
    """The day by which a service is in force: a clock that stands before all that is known is wrong, and no reason to
    send people away.
    """
    return max(node.clock.today(), node.clock.centre_time()[:10], _written())


@cache
def _written() -> str:
    """The first day of the month in which the packaged services were written: it was never earlier than that."""
    year, month, *_ = min(files.version_key(one.version) for one in files.packaged().values())
    return f"{year:04}-{month:02}-01"


def must_be_open(node: "Node", definition: Definition, filing_day: str | None = None) -> None:
    """Raises service_not_yet, service_over. `filing_day`: of paper that is entered later; default today.

    The version in force speaks for the service: a draft of an older one is refused when the service has ended, and
    taken when only its own version has.
    """
    known = definition.id in node.catalogue
    speaks = node.newest(definition.id) if known else definition
    if not definition.begun(today(node)):
        raise problem("service_not_yet", service=definition.title, day=definition.service["plan_effective_date"])
    if speaks.over(filing_day or node.clock.today()):
        raise problem("service_over", service=speaks.title, day=speaks.service["plan_cancel_date"])


def open_today(node: "Node") -> list[Definition]:
    """The services that take applications today, each in the version in force; those that are only part of
    a 一件事 are taken with it.
    """
    found = (node.catalogue.current(service, today(node)) for service in node.catalogue)
    return [one for one in found if one is not None and _by_itself(one, node)]


def _by_itself(one: Definition, node: "Node") -> bool:
    return not one.over(node.clock.today()) and not one.service.get("part_only")
