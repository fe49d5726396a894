"""Taking in, in the sample data: a pad of blank paper receipts, and people whom the village's officer stood for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from edge import applications, heads, pads, standing
from forms import proxies

if TYPE_CHECKING:
    from edge.sample.story import Story

DESK = "officer:weijianguo"
BLANKS, BROUGHT_MAX = 30, 3
# made up; the number has a valid check digit and a sequence that nobody has
VILLAGE = {"name": "罗建国", "document": "52242519850615981X", "relation": "village", "phone": "19900000152"}


def plan(story: Story) -> None:
    """A pad is printed while there is power; at the end somebody has brought the papers of his neighbours."""
    story.plan(story.end - timedelta(days=3), lambda: _print(story))
    story.plan(story.end, lambda: _bring(story))


def _print(story: Story) -> None:
    first = pads.print_pad(story.node, BLANKS, actor=DESK, token="sample-pad-0001")
    pads.void(story.node, first, "打印时卡纸", actor=DESK, token="sample-pad-0002")


def _bring(story: Story) -> None:
    with story.node.database.read() as tx:
        opened = [applications.get(tx, head.number) for head in heads.search(tx, state="received", limit=20)]
    plain = [one for one in opened if not proxies.asks(one.definition) and not one.definition.service.get("sealed")]
    for place, one in enumerate(plain[:BROUGHT_MAX]):
        papers = ("letter", "principal", "proxy") if place else ("letter",)
        standing.record(
            story.node, one.number, **VILLAGE, papers=papers, actor=DESK, token=f"sample-proxy-{one.number}"
        )
