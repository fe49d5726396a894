"""Bills that nobody has paid, read from the table that edge.delivery_rows fills."""

from dataclasses import dataclass

from edge import concerns
from edge.database import Connection


@dataclass(frozen=True, slots=True)
class Due:
    """A bill that is due; `amount` in 分, `place`: here or online."""

    number: str
    application: str
    amount: int
    what: str
    place: str
    at: str


def due(tx: Connection, limit: int) -> list[Due]:
    """The oldest first."""
    rows = tx.execute(
        "SELECT number, application, amount, what, place, at FROM bill WHERE state = 'due' ORDER BY at LIMIT ?",
        (limit,),
    )
    return [Due(*row) for row in rows]


def count_due(tx: Connection) -> int:
    """How many are due, without those that the one who looks may not see."""
    unseen, account = concerns.shown()
    joined = f" JOIN head ON head.number = bill.application WHERE state = 'due' AND {unseen}"
    query = f"SELECT count(*) FROM bill{joined}" if unseen else "SELECT count(*) FROM bill WHERE state = 'due'"  # noqa: S608  own text
    return int(tx.execute(query, account).fetchone()[0])
