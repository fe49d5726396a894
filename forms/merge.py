"""One order for two logs.

Inside a log events stand by (epoch, seq). Between the logs an event stands after everything that its writer had seen
(`seen` is the head of the other log that he knew). Two events of which neither writer knew the other are concurrent:
the centre's comes first. So what the centre decided holds, and an act at the node that came too late is shown as 未生效
with its reason; the node decides nothing. No clock takes part: a node's clock may be years wrong.

With the centre first whenever it is free to be, only `seen` in the centre's events has to be looked at.
"""

from collections.abc import Iterable

from forms.events import Event, Head, Side

Position = tuple[int, int]
FILED = "application.filed"
_BEFORE_ALL: Position = (0, 0)


def merge(events: Iterable[tuple[Side, Event]]) -> list[tuple[Side, Event]]:
    """Order the events of one application; the input may come in any order and hold an event twice. Never raises."""
    known = set(events)
    node = _log(known, "node")
    # nobody can act on an application before it was filed, so the filing counts as seen by every act of the centre
    seen = min((event.position for event in node if event.kind == FILED), default=_BEFORE_ALL)
    merged: list[tuple[Side, Event]] = []
    taken = 0
    for event in _log(known, "centre"):
        # what a writer has seen only grows: an event has seen at least what those before it in its log had
        seen = max(seen, seen_position(event.seen))
        while taken < len(node) and node[taken].position <= seen:
            merged.append(("node", node[taken]))
            taken += 1
        merged.append(("centre", event))
    return merged + [("node", event) for event in node[taken:]]


def _log(events: Iterable[tuple[Side, Event]], side: Side) -> list[Event]:
    """The events of one side in their order; the digest settles two events that claim one place (a fork)."""
    mine = (event for its_side, event in events if its_side == side)
    return sorted(mine, key=lambda event: (*event.position, event.digest))


def seen_position(seen: str) -> Position:
    """(epoch, seq) of a `seen` text; (0, 0) for an empty or unreadable one: nothing of the other log was known."""
    try:
        return Head.parse(seen).position
    except ValueError:
        return _BEFORE_ALL
