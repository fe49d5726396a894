"""The counts on top of 今天, each of which leads to its list in one click.

A source is a function "module.function" of edge.staff: (running, officer) -> Card, or None where there is nothing to
say. It is asked at every look at the page, so it reads counters and indexes and never goes through all rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from edge.node import Node
from edge.officers import Officer
from edge.routes import find
from edge.staff.may import may_open

Level = Literal["late", "due", "wait", "ok"]
# in the order in which they stand; what presses most comes first all the same
SOURCES: tuple[str, ...] = (
    "pressing.arrivals_card",
    "visiting.card",
    "reminding.card",
    "queue.card",
    "pressing.due_card",
    "today_counts.correction",
    "calling.card",
    "expiring.card",
    "needs.card",
    "missing.card",
    "rating.card",
    "handover.card",
    "today_counts.unsent",
    "booking.card",
    "confirming.card",
    "payments.card",
    "paper.card",
    "tickets.card",
    "closing.card",
    "today_counts.filed",
    "today_counts.closed",
)
RANK: dict[Level, int] = {"late": 0, "due": 1, "wait": 2, "ok": 2}
Source = Callable[[Node, Officer], "Card | None"]


@dataclass(frozen=True, slots=True)
class Card:
    """`count` is large, `title` and `say` stand above and below it; `level` is its colour; `href` where it leads, ""
    for who may not open that.
    """

    title: str
    count: int
    say: str
    level: Level
    href: str


def of(running: Node, officer: Officer) -> list[Card]:
    """The cards of this moment, what is late first."""
    sources: list[Source] = [find(f"edge.staff.{name}") for name in SOURCES]
    made = (source(running, officer) for source in sources)
    shown = (card if may_open(card.href, officer) else replace(card, href="") for card in made if card is not None)
    return sorted(shown, key=lambda card: RANK[card.level])
