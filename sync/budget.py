"""How many bytes may go up today, and whether originals may: for links that are paid by the byte, and for busy hours.

Records are never held back; only materials wait. What was carried is counted by the day of the node's clock in the
database, so a restart starts no new budget.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge import outgoing
from edge.database import Connection

if TYPE_CHECKING:
    from edge.settings import Settings

KEPT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Budget:
    """`bytes_max` a day (0: no limit), `bytes_used` today; `originals_now`: whether their hours run."""

    bytes_max: int
    bytes_used: int
    originals_from: str
    originals_until: str
    originals_now: bool

    @property
    def used_up(self) -> bool:
        return bool(self.bytes_max) and self.bytes_used >= self.bytes_max

    @property
    def rank_max(self) -> int:
        """The last of the ranks (edge.outgoing) that may go up now; -1: no material at all."""
        if self.used_up:
            return -1
        return outgoing.ORIGINAL if self.originals_now else outgoing.PAGE


def today(tx: Connection, given: "Settings") -> Budget:
    """What the node's own day may carry (bytes), has carried, and whether originals may go at this hour."""
    now = tx.clock.now()
    row = tx.execute("SELECT bytes FROM carried WHERE day = ?", (now[:10],)).fetchone()
    return Budget(
        bytes_max=given.bytes_per_day,
        bytes_used=0 if row is None else int(row[0]),
        originals_from=given.originals_from,
        originals_until=given.originals_until,
        originals_now=in_hours(now[11:16], given.originals_from, given.originals_until),
    )


def in_hours(time: str, start: str, end: str) -> bool:
    """Whether a time (HH:MM) lies from `start` up to `end`; over midnight too. Empty or equal: always."""
    if not start or not end or start == end:
        return True
    if start < end:
        return start <= time < end
    return time >= start or time < end


def count(tx: Connection, sealed_bytes: int) -> None:
    """Add what went up and came down to this day."""
    day = tx.clock.now()[:10]
    tx.execute(
        "INSERT INTO carried (day, bytes) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET bytes = bytes + excluded.bytes",
        (day, sealed_bytes),
    )
    tx.execute("DELETE FROM carried WHERE day NOT IN (SELECT day FROM carried ORDER BY day DESC LIMIT ?)", (KEPT_DAYS,))
