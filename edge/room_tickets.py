"""工单: what is wrong with the room itself, opened by hand or by the program where it sees it; and the daily round.

One of a kind is open at a time: a second sign of the same trouble opens nothing.
"""

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import desk_projection, room_events
from edge.database import Connection
from edge.errors import problem
from forms.kinds_desk import FAULTS

if TYPE_CHECKING:
    from edge.node import Node

PROGRAM = "system"
NOTE_MAX = 500
LISTED_MAX = 100
# what is looked at once a day, in the order of a walk through the room
ROUND: tuple[str, ...] = (
    "电脑和触摸屏能用",
    "读卡器能读",
    "摄像头清楚",
    "凭条纸、打印纸够用",
    "备用电源有电",
    "U 盘在保险柜里",
    "印章文书柜锁好",
    "公示栏、监督电话在墙上",
    "急救箱、灭火器在位",
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket; `closed_at` is "" while it is open."""

    id: str
    what: str
    note: str
    opened_at: str
    opened_by: str
    closing: str
    closed_at: str
    closed_by: str

    @property
    def title(self) -> str:
        return FAULTS.get(self.what, FAULTS["other"])


@dataclass(frozen=True, slots=True)
class Round:
    """One daily round: what was fine and what was not."""

    day: str
    at: str
    actor: str
    fine: tuple[str, ...]
    faulty: tuple[str, ...]
    note: str


def open_by_hand(node: "Node", what: str, note: str, *, actor: str, token: str) -> None:
    """报修. Raises bad_request for a trouble that is none of FAULTS."""

    def act(_: Connection) -> dict[str, Any]:
        if what not in FAULTS:
            raise problem("bad_request", detail=what)
        return {"what": what, "note": note.strip()[:NOTE_MAX]}

    room_events.write(node, "ticket.opened", act, actor=actor, token=token, project=desk_projection.project)


def open_by_program(node: "Node", what: str, note: str) -> bool:
    """What the program saw by itself; False where such a ticket is open already."""
    return open_once(node, what, note, actor=PROGRAM)


def open_once(node: "Node", what: str, note: str, *, actor: str) -> bool:
    """A ticket, unless one of its kind is open already: then False."""
    with node.database.read() as tx:
        if _is_open(tx, what):
            return False
    open_by_hand(node, what, note, actor=actor, token=secrets.token_urlsafe(18))
    return True


def close(node: "Node", identity: str, note: str, *, actor: str, token: str) -> None:
    """修复, with what was done. Raises not_found, ticket_note, ticket_over."""

    def act(tx: Connection) -> dict[str, Any]:
        if not 0 < len(note.strip()) <= NOTE_MAX:
            raise problem("ticket_note")
        if find(tx, identity).closed_at:
            raise problem("ticket_over")
        return {"ticket": identity, "note": note.strip()}

    room_events.write(node, "ticket.closed", act, actor=actor, token=token, project=desk_projection.project)


def close_by_program(node: "Node", what: str, note: str) -> bool:
    """The trouble is over by itself; closes what the program opened, and nothing that a person wrote."""
    with node.database.read() as tx:
        found = [one for one in opened(tx) if one.what == what and one.opened_by == PROGRAM]
    for one in found:
        close(node, one.id, note, actor=PROGRAM, token=secrets.token_urlsafe(18))
    return bool(found)


def make_round(node: "Node", faulty: tuple[str, ...], note: str, *, actor: str, token: str) -> None:
    """日巡查: what of ROUND is not in order, the rest is."""

    def act(tx: Connection) -> dict[str, Any]:
        wrong = [one for one in ROUND if one in faulty]
        fine = [one for one in ROUND if one not in faulty]
        return {"day": tx.clock.today(), "fine": fine, "faulty": wrong, "note": note.strip()[:NOTE_MAX]}

    room_events.write(node, "round.made", act, actor=actor, token=token, project=desk_projection.project)


def _is_open(tx: Connection, what: str) -> bool:
    row = tx.execute("SELECT 1 FROM room_ticket WHERE closed_at = '' AND what = ? LIMIT 1", (what,)).fetchone()
    return row is not None


def find(tx: Connection, identity: str) -> Ticket:
    """Raises not_found."""
    row = tx.execute("SELECT * FROM room_ticket WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise problem("not_found")
    return Ticket(**dict(row))


def opened(tx: Connection) -> list[Ticket]:
    """The open ones, the oldest first."""
    rows = tx.execute("SELECT * FROM room_ticket WHERE closed_at = '' ORDER BY opened_at LIMIT ?", (LISTED_MAX,))
    return [Ticket(**dict(row)) for row in rows]


def closed(tx: Connection, limit: int = 20) -> list[Ticket]:
    """The ones closed last, the newest first."""
    rows = tx.execute("SELECT * FROM room_ticket WHERE closed_at <> '' ORDER BY closed_at DESC LIMIT ?", (limit,))
    return [Ticket(**dict(row)) for row in rows]


def last_round(tx: Connection) -> Round | None:
    """The newest round."""
    row = tx.execute("SELECT * FROM room_round ORDER BY day DESC, at DESC LIMIT 1").fetchone()
    if row is None:
        return None
    fine, faulty = tuple(json.loads(row["fine"])), tuple(json.loads(row["faulty"]))
    return Round(row["day"], row["at"], row["actor"], fine, faulty, row["note"])
