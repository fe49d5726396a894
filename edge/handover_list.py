"""Lists of what has to be handed over, from the tables that edge.delivery_rows fills. Every query has its index."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from edge import concerns, heads, index
from edge.database import Connection
from forms.definition import Definition

SEARCH_MAX = 50
COUNT_MAX = 1000
OPEN = ("expected", "here", "told", "posted")


def counts(tx: Connection) -> dict[str, int]:
    """How many applications are in each stage but the last, which only grows; without those that one may not see.

    Nobody reads beyond COUNT_MAX: a room that notes no hand-over at all must not become slow.
    """
    query = "SELECT count(*) FROM (SELECT 1 FROM handover WHERE stage = ? LIMIT ?)"
    found = {stage: int(tx.execute(query, (stage, COUNT_MAX)).fetchone()[0]) for stage in OPEN}
    hidden = Counter(stage_of(tx, number) for number in concerns.hidden_numbers(tx))
    return {stage: count - hidden[stage] for stage, count in found.items() if count > hidden[stage]}


def numbers(tx: Connection, stage: str, limit: int) -> list[str]:
    """Applications of a stage: what has waited longest first, what was served the newest first."""
    unseen, account = _seen()
    order = "DESC" if stage == "served" else "ASC"
    rows = tx.execute(
        f"SELECT application FROM handover JOIN head ON head.number = application WHERE stage = ?{unseen}"  # noqa: S608  own text
        f" ORDER BY since {order} LIMIT ?",
        (stage, *account, limit),
    )
    return [str(row[0]) for row in rows]


def _seen() -> tuple[str, list[Any]]:
    unseen, account = concerns.shown()
    return (f" AND {unseen}" if unseen else ""), account


def stage_of(tx: Connection, number: str) -> str:
    """How far an application's documents are; "" where there are none."""
    row = tx.execute("SELECT stage FROM handover WHERE application = ?", (number,)).fetchone()
    return str(row[0]) if row else ""


def search(tx: Connection, text: str) -> list[str]:
    """By the number of a parcel in either direction, else as any search: number, name, pinyin, telephone."""
    parcel = "".join(text.split()).upper()
    rows = tx.execute("SELECT DISTINCT application FROM parcel WHERE number = ? LIMIT ?", (parcel, SEARCH_MAX))
    found = [str(row[0]) for row in rows]
    return found or [head.number for head in heads.search(tx, text, limit=SEARCH_MAX)]


def phone(definition: Definition, answers: Mapping[str, Any]) -> str:
    """The telephone that was left; "" for none."""
    numbers = index.people(definition, answers).numbers
    return next((value for kind, value in numbers if kind == "phone"), "")
