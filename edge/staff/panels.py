"""What stands beside an application on its page: one panel for each thing that can be done with it or is known of it.

A panel is a function "module.function" of edge.staff: (running, application) -> Panel, or None where it has no place.
Its template is staff/panels/<name>.html and gets the panel as `panel`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edge.applications import Application
from edge.node import Node
from edge.routes import find

# in the order in which they stand, the most pressing first
PANELS: tuple[str, ...] = (
    "reminding.panel",
    "booking.panel",
    "confirming.panel",
    "seeing.panel",
    "bringing.panel",
    "fingers.panel",
    "consents.panel",
    "defects.panel",
    "handover.panel",
    "payments.panel",
)
Make = Callable[[Node, Application], "Panel | None"]


@dataclass(frozen=True, slots=True)
class Panel:
    """`name` is that of the template; `data` is what it shows."""

    name: str
    data: Any

    @property
    def template(self) -> str:
        return f"staff/panels/{self.name}.html"


def of(running: Node, application: Application) -> list[Panel]:
    """The panels of this application."""
    makers: list[Make] = [find(f"edge.staff.{name}") for name in PANELS]
    return [panel for panel in (make(running, application) for make in makers) if panel is not None]
