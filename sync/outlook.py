"""What the console's page 传送 shows: the queue, what goes next, how fast, how long still, and today's budget."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge import log, outgoing
from edge.database import Connection
from sync import budget
from sync.budget import Budget

if TYPE_CHECKING:
    from edge.node import Node
    from sync.push import Push

EVENT_BYTES: Final = 300  # an event in a batch of several, sealed
TITLES: Final = {
    "records": "办件记录",
    "preview": "照片缩略图",
    "page": "照片清晰页和其他文件",
    "original": "照片原件",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of what waits, in the order of sending. `when`: in words, where it doesn't go at once."""

    title: str
    count: int
    bytes: int
    when: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """`rate`: bytes a second lately, 0 unknown; `seconds_left`: for what may go now, None unknown or nothing to do.

    `bytes_done` went up and came down today; `bytes_left` may still go today.
    """

    lines: tuple[Line, ...]
    next_title: str
    rate: float
    seconds_left: int | None
    bytes_done: int
    bytes_left: int
    budget: Budget


def look(node: "Node", push: "Push | None" = None) -> Outlook:
    """What is still to be carried, and how long that takes at the rate that `push` saw last; without one, no time."""
    rate = push.rate if push is not None else 0.0
    with node.database.read() as tx:
        return _look(tx, budget.today(tx, node.settings), rate)


def _look(tx: Connection, today: Budget, rate: float) -> Outlook:
    events = log.unsent(tx)
    lines = [Line(TITLES["records"], events, events * EVENT_BYTES, "")]
    may_go = [lines[0].bytes]
    for place, (name, waiting) in enumerate(outgoing.waiting(tx).items()):
        lines.append(Line(TITLES[name], waiting.count, waiting.bytes, _when(today, place) if waiting.count else ""))
        may_go.append(waiting.bytes if place <= today.rank_max else 0)
    going = [line for line, size in zip(lines, may_go, strict=True) if line.count and size]
    left = sum(may_go)
    return Outlook(
        lines=tuple(lines),
        next_title=going[0].title if going else "",
        rate=rate,
        seconds_left=round(left / rate) if rate and left else None,
        bytes_done=today.bytes_used,
        bytes_left=left,
        budget=today,
    )


def _when(today: Budget, rank: int) -> str:
    if today.used_up:
        return "今天的流量用完了，明天再传"
    if rank > today.rank_max:
        return f"{today.originals_from} 到 {today.originals_until} 之间传"
    return ""
