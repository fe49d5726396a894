"""Epochs of the node's log: whoever may have lost the end of it, or may not be the only one who writes it, begins a
new one. Numbers carry the epoch, so none is used twice.
"""

import logging
from pathlib import Path
from typing import Final, Literal

from edge import log, place
from edge.database import Connection
from forms.events import Event, Head

logger = logging.getLogger(__name__)

OPENED: Final = "epoch.opened"
Reason = Literal["restored", "moved", "replaced", "lost"]


def begin(tx: Connection, reason: Reason, *, above: int = 0, lost: tuple[Head, Head] | None = None) -> Event:
    """Open an epoch later than every one known here and than `above`; its first event, which says why.

    `lost`: what stood here and what stood in the witness, where events between them are gone.
    """
    after = log.head(tx)
    opened = int(tx.execute("SELECT epoch FROM node").fetchone()[0])
    tx.execute("UPDATE node SET epoch = ?", (1 + max(above, opened, after.epoch),))
    known = {} if lost is None else _lost(*lost)
    if reason != "replaced":  # the centre may hold what is gone here; it is asked before anything is sent
        tx.execute("UPDATE node SET recovering = 'tail' WHERE EXISTS (SELECT 1 FROM centre)")
    return log.append(tx, OPENED, "", {"reason": reason, "after": str(after), **known}, "system")


def _lost(held: Head, seen: Head) -> dict[str, dict[str, int]]:
    first = held.seq + 1 if held.epoch == seen.epoch else 1
    return {"lost": {"epoch": seen.epoch, "first": first, "last": seen.seq}} if first <= seen.seq else {}


def settle_place(tx: Connection, database: Path) -> Event | None:
    """Note where the database lies. A log that was written elsewhere gets a new epoch; its first event is returned."""
    here = place.of(database)
    before = str(tx.execute("SELECT place FROM node").fetchone()[0])
    if before == here:
        return None
    tx.execute("UPDATE node SET place = ?", (here,))
    if not before or _is_blank(tx):
        return None
    logger.warning("the database lies at another place than before; a new epoch of the log begins")
    return begin(tx, "moved")


def put_back(tx: Connection, newer: Head) -> Event | None:
    """An older copy of the files was copied over the newer ones: they lie where they were, and have lost their end."""
    if _is_blank(tx) and newer.seq == 0:
        return None
    logger.warning("an older copy of the data was put in place of the newer one; a new epoch of the log begins")
    return begin(tx, "restored", above=newer.epoch)


def _is_blank(tx: Connection) -> bool:
    """Nothing was ever written here, and no centre can have heard of anything: a home that is being made ready."""
    return log.head(tx).seq == 0 and tx.execute("SELECT 1 FROM centre").fetchone() is None


def is_elsewhere(tx: Connection, database: Path) -> bool:
    """Whether `settle_place` would write something."""
    return str(tx.execute("SELECT place FROM node").fetchone()[0]) != place.of(database)
