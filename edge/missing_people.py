"""走失公告: who is missing and whom to call, on the kiosk's public page and on paper, and gone when it ends.

A notice always has a last day, thirty days ahead at most. After it, and as soon as somebody took it down, no table and
no page holds it any more: what keeps a person's description longer than it is of use does harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge import appointments, log, room_events
from edge.database import Connection
from edge.errors import problem
from forms.dates import months_later
from forms.events import Event
from forms.kinds_people import NOTICE_ENDS, WORDS_MAX

if TYPE_CHECKING:
    from edge.node import Node

ANNOUNCED, ENDED = "missing.announced", "missing.ended"
_SEEN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T](([01][0-9]|2[0-3]):[0-5][0-9]))?")
_LIMITS: Final = {"text": WORDS_MAX, "place": 100, "phone": 40}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that is shown. `seen`: a day, or a day and a time, when the person was seen last."""

    id: str
    text: str
    place: str
    seen: str
    phone: str
    until: str
    at: str
    actor: str


def announce(node: Node, said: dict[str, str], *, actor: str, token: str) -> None:
    """Put up a notice; `said`: text, place, seen, phone, until. Raises missing_wrong, missing_day."""
    given = {name: said.get(name, "").strip() for name in ("text", "place", "seen", "phone", "until")}

    def act(tx: Connection) -> dict[str, Any]:
        today, seen = tx.clock.today(), _SEEN.fullmatch(given["seen"])
        if any(not 0 < len(given[name]) <= most for name, most in _LIMITS.items()) or seen is None:
            raise problem("missing_wrong", most=WORDS_MAX)
        days_fit = appointments.is_day(given["until"]) and appointments.is_day(seen[1])
        if not days_fit or seen[1] > today or not today <= given["until"] <= months_later(today, 1):
            raise problem("missing_day")
        return {**given, "seen": " ".join(part for part in (seen[1], seen[2]) if part)}

    room_events.write(node, ANNOUNCED, act, actor=actor, token=token, project=take)


def end(node: Node, identity: str, result: str, *, actor: str, token: str) -> None:
    """Take a notice down. Raises not_found, bad_request."""

    def act(tx: Connection) -> dict[str, Any]:
        if result not in NOTICE_ENDS:
            raise problem("bad_request", detail=result)
        return {"notice": find(tx, identity).id, "result": result}

    room_events.write(node, ENDED, act, actor=actor, token=token, project=take)


def take(tx: Connection, event: Event) -> None:
    """The row of one notice, or its end; a notice that is over leaves none."""
    data = event.data
    if event.kind == ENDED:
        tx.execute("DELETE FROM missing_notice WHERE id = ?", (data["notice"],))
    elif data["until"] >= tx.clock.today():
        tx.execute(
            "INSERT OR IGNORE INTO missing_notice VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.id,
                data["text"],
                data["place"],
                data["seen"],
                data["phone"],
                data["until"],
                event.at,
                event.actor,
            ),
        )


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log: only what still is shown."""
    for event in log.of_room(tx, "node", f'["{ANNOUNCED}", "{ENDED}"]'):
        take(tx, event)


def forget(node: Node) -> int:
    """Drop what has ended; how many. Asked for in each round of housekeeping."""
    with node.database.read() as tx:
        over = tx.execute("SELECT 1 FROM missing_notice WHERE until < ? LIMIT 1", (tx.clock.today(),)).fetchone()
    if over is None:
        return 0
    with node.database.write() as tx:
        return int(tx.execute("DELETE FROM missing_notice WHERE until < ?", (tx.clock.today(),)).rowcount)


def find(tx: Connection, identity: str) -> Notice:
    """Raises not_found, also for one that has ended."""
    query = "SELECT * FROM missing_notice WHERE id = ? AND until >= ?"
    row = tx.execute(query, (identity, tx.clock.today())).fetchone()
    if row is None:
        raise problem("not_found")
    return Notice(**dict(row))


def shown(tx: Connection) -> list[Notice]:
    """Those that are shown today, the newest first."""
    rows = tx.execute("SELECT * FROM missing_notice WHERE until >= ? ORDER BY at DESC", (tx.clock.today(),))
    return [Notice(**dict(row)) for row in rows]
