"""曝光纠错 at the kiosk: what the supervisor made public and what became of it, on the screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edge import board, web_node
from kiosk import visit

if TYPE_CHECKING:
    from edge.board import Entry, Level

SHOWN_MAX = 50


class Problem(NamedTuple):
    """One of them as it stands; `due`: the last day for an answer."""

    entry: Entry
    level: Level
    due: str


def show() -> tuple[str, int]:
    """All of them, the newest first."""
    visit.speak()
    return visit.page("board.html", **_found())


def sheet() -> tuple[str, int]:
    """The same on A4, for the wall."""
    visit.speak()
    return visit.page("board_sheet.html", today=web_node.node().clock.today(), **_found())


def _found() -> dict[str, Any]:
    node = web_node.node()
    if node.sealed:  # nobody can read the log yet
        return {"problems": [], "counts": None}
    with node.database.read() as tx:
        entries = board.shown(tx)
    today, calendar = node.clock.today(), node.calendar
    problems = [
        Problem(one, one.level(calendar, today), board.due(one.raised, calendar)) for one in entries[:SHOWN_MAX]
    ]
    return {"problems": problems, "counts": board.counts(entries, calendar, today)}
