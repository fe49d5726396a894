"""The count of milliseconds that sessions, lockouts and leases go by: only the store moves it back or forth, no clock.

Each program counts by itself between two looks at the store, which holds the highest count of all of them. While none
runs the count stands, so that neither a restart nor a clock set ahead opens what is locked.
"""

from sqlalchemy import Connection, insert, select, update

from sync.centre.clock import Clock
from sync.centre.tables_accounts import tick

KEEP_MS = 15_000  # a program that is cut off loses no more of the count than this, and two differ by no more


def begin(tx: Connection, clock: Clock) -> int:
    """Go on from what is stored, and store where that is. Also the way to write the count anew."""
    stored = tx.execute(select(tick.c.seen).with_for_update()).scalar()
    clock.raise_floor(clock.ticks() if stored is None else stored)
    now = clock.ticks()
    if stored is None:
        tx.execute(insert(tick).values(one=1, seen=now))
    elif now > stored:
        tx.execute(update(tick).values(seen=now))
    return now


def now(tx: Connection, clock: Clock) -> tuple[int, bool]:
    """The count now, by the farthest of all programs; whether it is time to write it down (`begin`)."""
    stored = int(tx.execute(select(tick.c.seen)).scalar() or 0)
    clock.raise_floor(stored)
    found = clock.ticks()
    return found, found - stored >= KEEP_MS
