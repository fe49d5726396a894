"""What came in while nobody was there: first on the next morning, until somebody has done something with it."""

from datetime import datetime, timedelta

from edge import concerns, opening
from edge.database import Connection
from edge.settings import Room

DAYS_BACK = 7
LOOKED_AT_MAX = 200


def while_closed(tx: Connection, room: Room, now: str, limit: int = 30) -> list[str]:
    """Numbers of what was filed at the kiosk, by telephone or by another program outside of the opening hours of the
    last days, and that nothing has happened to since; the oldest first.
    """
    if not opening.is_known(room):
        return []
    schedule = opening.schedule(room)
    since = (datetime.fromisoformat(now) - timedelta(days=DAYS_BACK)).isoformat(timespec="seconds")
    unseen, account = concerns.shown()
    rows = tx.execute(
        "SELECT number, filed_at FROM head WHERE phase = 'received' AND channel <> 'console'"  # noqa: S608  our own text
        f" AND changed_at = filed_at AND filed_at >= ?{' AND ' + unseen if unseen else ''} ORDER BY filed_at LIMIT ?",
        (since, *account, LOOKED_AT_MAX),
    )
    return [row["number"] for row in rows if not schedule.is_open(row["filed_at"])][:limit]
