"""The table of numbered paper blanks, worked out from the log: what is used, voided, skipped."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge import slip_numbers
from edge.database import Connection
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node

UNUSED, USED, VOIDED = "unused", "used", "voided"
STATES = {UNUSED: "未用", USED: "已补录", VOIDED: "已作废"}


@dataclass(frozen=True, slots=True)
class Slip:
    """One blank; `pad` is the first number of its pad, "" for one that no pad of this log names."""

    slip: str
    pad: str
    printed_at: str
    state: str
    application: str
    reason: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Pad:
    """One pad. `gaps`: unused blanks before the last used one; each was given out and not entered, or spoilt."""

    first: str
    last: str
    printed_at: str
    unused: int
    used: int
    voided: int
    gaps: tuple[str, ...]


def free(node: "Node", tx: Connection, typed: str) -> str:
    """The number that was typed, which may still be used. Raises slip_wrong, slip_used, slip_voided.

    One that no pad names is free: it was printed before a backup was taken back, and somebody holds it.
    """
    slip = slip_numbers.plain(typed)
    if not slip_numbers.is_ours(node.settings.node_id, slip):
        raise problem("slip_wrong")
    known = find(tx, slip)
    if known is not None and known.state == USED:
        raise problem("slip_used", slip=slip_numbers.shown(slip), number=known.application)
    if known is not None and known.state == VOIDED:
        raise problem("slip_voided", slip=slip_numbers.shown(slip), reason=known.reason)
    return slip


def find(tx: Connection, slip: str) -> Slip | None:
    """A numbered blank as it stands, None for a number that no pad of this room has."""
    row = tx.execute("SELECT * FROM paper_slip WHERE slip = ?", (slip,)).fetchone()
    return None if row is None else Slip(**dict(row))


def of_pad(tx: Connection, first: str) -> list[Slip]:
    """The blanks of one pad in their order; "": those that no pad names."""
    return [Slip(**dict(row)) for row in tx.execute("SELECT * FROM paper_slip WHERE pad = ? ORDER BY slip", (first,))]


def all_of(tx: Connection, limit: int = 50) -> list[Pad]:
    """The newest pads first."""
    rows = tx.execute(
        "SELECT pad FROM paper_slip WHERE pad <> '' GROUP BY pad ORDER BY pad DESC LIMIT ?", (limit,)
    ).fetchall()
    return [_pad(of_pad(tx, row["pad"])) for row in rows]


def count_gaps(tx: Connection) -> int:
    """How many blanks were skipped: given out and not entered, or spoilt and not voided."""
    query = (
        "SELECT count(*) FROM paper_slip AS one WHERE state = 'unused' AND EXISTS"
        " (SELECT 1 FROM paper_slip AS after WHERE after.pad = one.pad AND after.slip > one.slip"
        " AND after.state <> 'unused')"
    )
    return int(tx.execute(query).fetchone()[0])


def _pad(slips: list[Slip]) -> Pad:
    counts = {state: sum(one.state == state for one in slips) for state in STATES}
    last_used = max((one.slip for one in slips if one.state != UNUSED), default="")
    gaps = tuple(one.slip for one in slips if one.state == UNUSED and one.slip < last_used)
    return Pad(slips[0].slip, slips[-1].slip, slips[0].printed_at, counts[UNUSED], counts[USED], counts[VOIDED], gaps)
