"""反向催办: what a supervisor above asks about an application; it stands on top of 今天 until it is answered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import desk_projection, room_events
from edge.database import Connection
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node

TEXT_MAX = 1000
LISTED_MAX = 50


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder; `answered_at` is "" until it was answered."""

    id: str
    application: str
    text: str
    due_day: str
    sent_at: str
    sent_by: str
    answer: str
    answered_at: str
    answered_by: str


def answer(node: "Node", identity: str, text: str, *, actor: str, token: str) -> None:
    """Goes up with the next batch. Raises not_found, reminder_text, reminder_over."""

    def act(tx: Connection) -> dict[str, Any]:
        if not 0 < len(text.strip()) <= TEXT_MAX:
            raise problem("reminder_text")
        if find(tx, identity).answered_at:
            raise problem("reminder_over")
        return {"reminder": identity, "text": text.strip()}

    room_events.write(node, "reminder.answered", act, actor=actor, token=token, project=desk_projection.project)


def find(tx: Connection, identity: str) -> Reminder:
    """Raises not_found."""
    row = tx.execute("SELECT * FROM reminder WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise problem("not_found")
    return Reminder(**dict(row))


def waiting(tx: Connection) -> list[Reminder]:
    """Those without an answer, the oldest first."""
    rows = tx.execute("SELECT * FROM reminder WHERE answered_at = '' ORDER BY sent_at LIMIT ?", (LISTED_MAX,))
    return [Reminder(**dict(row)) for row in rows]


def of_application(tx: Connection, number: str) -> list[Reminder]:
    """All about one application, the newest first."""
    rows = tx.execute("SELECT * FROM reminder WHERE application = ? ORDER BY sent_at DESC", (number,))
    return [Reminder(**dict(row)) for row in rows]
