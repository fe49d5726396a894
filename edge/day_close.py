"""日清日结: what was not cleared at the end of a day, each with the reason; the next morning begins with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import desk_projection, room_events
from edge.database import Connection
from edge.errors import problem
from forms.fields import ITEMS_MAX

if TYPE_CHECKING:
    from edge.node import Node

NOTE_MAX = 200


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that was left: of which sort, which one ("" for all of a sort), and why."""

    what: str
    ref: str
    note: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A day that was closed. `count`: how many were left in all; `left` names the first hundred."""

    day: str
    at: str
    actor: str
    count: int
    left: tuple[Left, ...]


def close(node: "Node", day: str, left: Sequence[Left], count: int, *, actor: str, token: str) -> None:
    """Close a day; closing it again takes the place of the first. Raises day_note, day_ahead."""

    def act(tx: Connection) -> dict[str, Any]:
        if day > tx.clock.today():
            raise problem("day_ahead", day=day)
        if any(not 0 < len(one.note.strip()) <= NOTE_MAX for one in left) or (count and not left):
            raise problem("day_note")
        said = [{"what": one.what, "ref": one.ref, "note": one.note.strip()} for one in left[:ITEMS_MAX]]
        return {"day": day, "left": said, "count": count}

    room_events.write(node, "day.closed", act, actor=actor, token=token, project=desk_projection.project)


def of_day(tx: Connection, day: str) -> Closed | None:
    """How a day was closed, or None."""
    return _read(tx, "WHERE day = ?", day)


def last_before(tx: Connection, day: str) -> Closed | None:
    """The last day before `day` that was closed."""
    return _read(tx, "WHERE day < ? ORDER BY day DESC LIMIT 1", day)


def _read(tx: Connection, rest: str, day: str) -> Closed | None:
    row = tx.execute(f"SELECT day, at, actor, count, uncleared FROM day_close {rest}", (day,)).fetchone()  # noqa: S608  our own text
    if row is None:
        return None
    left = tuple(Left(**one) for one in json.loads(row["uncleared"]))
    return Closed(row["day"], row["at"], row["actor"], row["count"], left)
