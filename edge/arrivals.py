"""What came in while nobody was there: first on the next morning, until somebody has done something with it."""

from datetime import datetime, timedelta

from edge import concerns, opening, receipts
from edge.database import Connection
from edge.room import Room
from forms.schedule import Schedule

DAYS_BACK = 7
LOOKED_AT_MAX = 200


def while_closed(tx: Connection, room: Room, now: str, limit: int = 30) -> list[str]:
    """Numbers of what was filed at the kiosk, by telephone or by another program outside of the opening hours of the
    last days, or while the room was locked, and that nothing has happened to since; the oldest first.
    """
    schedule = opening.schedule(room) if opening.is_known(room) else None
    since = (datetime.fromisoformat(now) - timedelta(days=DAYS_BACK)).isoformat(timespec="seconds")
    unseen, account = concerns.shown()
    who = f" AND {unseen}" if unseen else ""
    found = [
        *tx.execute(f"{_UNTOUCHED}{who} ORDER BY filed_at LIMIT ?", (since, *account, LOOKED_AT_MAX)),
        *tx.execute(f"{_SEALED}{who} ORDER BY filed_at LIMIT ?", (since, *account, LOOKED_AT_MAX)),
    ]
    rows = sorted({row["number"]: row["filed_at"] for row in found}.items(), key=lambda row: (row[1], row[0]))
    return [number for number, filed_at in rows if _is_closed(schedule, number, filed_at)][:limit]


# the first goes by an index of its own, the second by the numbers that sealed inboxes have
_UNTOUCHED = (
    "SELECT number, filed_at FROM head WHERE phase = 'received' AND channel <> 'console' AND changed_at = filed_at"
    " AND channel <> 'visit' AND filed_at >= ?"
)
_SEALED = (
    "SELECT number, filed_at FROM head WHERE number >= (SELECT node_id || '0' FROM node)"
    " AND number < (SELECT node_id || '1' FROM node) AND phase = 'received' AND channel = 'kiosk'"
    " AND (last_epoch, last_seq) = (filed_epoch, filed_seq) AND filed_at >= ?"
)


def _is_closed(schedule: Schedule | None, number: str, filed_at: str) -> bool:
    """What came through the sealed inbox met nobody, whatever the hours say."""
    return bool(receipts.series_of(number)) or (schedule is not None and not schedule.is_open(filed_at))
