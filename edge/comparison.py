"""晾晒: the figures of the rooms of this county as the centre said them last, beside our own of the same month."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from edge import identity, log
from edge.comparison_words import KIND, is_genuine
from edge.database import Connection
from forms.events import Event
from forms.kinds import check_body


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the centre said of one month. `rooms`: as in the event; a figure that is not there is one of a few."""

    month: str
    at: str
    rooms: tuple[dict[str, Any], ...]


def take(tx: Connection, events: Iterable[Event]) -> None:
    """Keep what the centre said, with its own signature, of each month; the word that was worked out last counts."""
    for event in events:
        if event.kind == KIND and (said := _believed(tx, event)) is not None:
            tx.execute(
                "INSERT INTO comparison VALUES (?, ?, ?) ON CONFLICT (month) DO UPDATE SET at = excluded.at,"
                " body = excluded.body WHERE excluded.at >= at",
                (said["month"], said["at"], json.dumps(said, ensure_ascii=False)),
            )


def _believed(tx: Connection, event: Event) -> dict[str, Any] | None:
    """The body of an event that is as its kind asks, and that a key of the centre's signed."""
    try:
        said = event.data
        check_body(event.kind, said)
    except ValueError:
        return None  # the carrying has put it aside and says so
    known = {one.sign_key.hex() for one in identity.centre_sets(tx)}
    return said if said["key"] in known and is_genuine(said) else None


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log."""
    take(tx, log.of_room(tx, "centre", f'["{KIND}"]'))


def of_month(tx: Connection, month: str) -> Comparison | None:
    """What the centre said of a month such as 2026-10; None where nothing has come."""
    row = tx.execute("SELECT * FROM comparison WHERE month = ?", (month,)).fetchone()
    return None if row is None else Comparison(row["month"], row["at"], tuple(json.loads(row["body"])["rooms"]))


def last_month(tx: Connection) -> str:
    """The newest month of which something has come; "" for none."""
    row = tx.execute("SELECT max(month) FROM comparison").fetchone()
    return str(row[0] or "")
