"""The public board of the demonstration: two complaints, what the supervisor made public of them, one answered."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from edge import drafts
from sync.centre import board
from sync.centre.board import Draft

if TYPE_CHECKING:
    from edge.sample.story import Story

SERVICE: Final = "jubao-tousu"
SUPERVISOR: Final = "centre:chenducha"
# days ago -> what is made public on the day after
TOLD: Final = {
    9: Draft(
        "有群众反映：来办居住登记被收钱，没有给收据。",
        "mended",
        "居住登记不收费。钱已当面退还，当事人已调离窗口，收费公示牌已补挂。",
    ),
    6: Draft("有群众反映：赶集那天下午窗口没有人，白跑一趟。"),
}


def plan(story: Story) -> None:
    """Nobody of the room has a hand in it: filed at the kiosk, sealed, read by the supervisor alone."""
    for days, draft in TOLD.items():
        story.plan(_at(story, days), partial(_file, story, days, draft))


def _at(story: Story, days: int) -> Any:
    return (story.end - timedelta(days=days)).replace(hour=15, minute=10)


def _file(story: Story, days: int, draft: Draft) -> None:
    answers = json.loads(json.dumps(story.node.newest(SERVICE).samples["valid"][0]["answers"]))
    answers["about"].pop("day", None)  # the example's day may be still to come
    written = drafts.create(story.node, SERVICE, f"kiosk:sample-board-{days}")
    number = drafts.file(story.node, drafts.save(story.node, written, answers), actor="kiosk").number
    story.carry()
    story.plan(_at(story, days - 1), partial(_publish, story, number, draft))


def _publish(story: Story, number: str, draft: Draft) -> None:
    board.write(story.centre, number, draft, actor=SUPERVISOR)
    board.publish(story.centre, number, read=draft.digest, actor=SUPERVISOR)
    story.carry()
