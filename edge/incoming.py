"""Files that the centre's events bring and that are not here yet: what a citizen handed in on the phone.

A row for each, made with the event and dropped when the file is stored. The carrying fetches them when nothing of
ours waits (sync.fetching); until then a screen says that the file is still at the province.
"""

from collections.abc import Iterable
from typing import Any, Final

from edge import log
from edge.database import Connection
from forms.events import Event
from forms.kinds import check_body

KINDS: Final = ("correction.supplied",)


def take(tx: Connection, events: Iterable[Event]) -> None:
    """Expect what further events of the centre bring; what is here already is not expected."""
    for event in events:
        for one in _brought(event):
            row = (one["sha256"], one["size"], one["media_type"], one["name"], one["slot"])
            tx.execute(
                "INSERT INTO incoming SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM material WHERE sha256 = ?)"
                " ON CONFLICT (sha256) DO NOTHING",
                (*row, one["sha256"]),
            )


def _brought(event: Event) -> list[dict[str, Any]]:
    if event.kind not in KINDS:
        return []
    try:
        data = event.data
        check_body(event.kind, data)
    except ValueError:  # kept in the log, and marked there as unreadable
        return []
    return [one for one in data["materials"] if one["size"]]


def wanted(tx: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """What is still to be fetched, small ones first."""
    rows = tx.execute("SELECT * FROM incoming ORDER BY size, sha256 LIMIT ?", (limit,))
    return [dict(row) for row in rows]


def is_waited_for(tx: Connection, sha256: str) -> bool:
    """Whether a file is still at the province."""
    return tx.execute("SELECT 1 FROM incoming WHERE sha256 = ?", (sha256,)).fetchone() is not None


def settle(tx: Connection) -> None:
    """Expect no more what is stored by now."""
    tx.execute("DELETE FROM incoming WHERE sha256 IN (SELECT sha256 FROM material)")


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the centre's log."""
    take(tx, (event for event in log.all_of(tx, "centre") if event.kind in KINDS))
