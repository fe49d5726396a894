"""班次对账: what the log says came into the till since the last settling, against what was counted (M12, M87)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import delivery_rows, room_events
from edge.database import Connection
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node

CASH = "cash"
NOTE_MAX = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One movement: a payment, or (below 0) a record that was taken back. Amounts in 分; `charge` is 0 always."""

    application: str
    bill: str
    amount: int
    by: str
    receipt: str
    shift: int
    charge: int
    at: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A shift that was settled."""

    number: int
    payments: int
    expected: int
    counted: int
    charge: int
    note: str
    actor: str
    at: str

    @property
    def difference(self) -> int:
        return self.counted - self.expected


def current(tx: Connection) -> int:
    """The shift that runs: one after the last that was settled, and never one that has money of an earlier epoch."""
    return int(tx.execute("SELECT coalesce(max(number), 0) + 1 FROM shift").fetchone()[0])


def lines(tx: Connection, shift: int) -> list[Line]:
    """The movements of a shift in their order."""
    rows = tx.execute(
        "SELECT application, bill, amount, paid_by, receipt, shift, charge, at, actor, reason FROM till"
        " WHERE shift = ? ORDER BY epoch, seq",
        (shift,),
    )
    return [Line(*row) for row in rows]


def sums(found: list[Line]) -> dict[str, int]:
    """What came in by each way, in 分, without those of which nothing came."""
    ways = dict.fromkeys(line.by for line in found)
    return {way: sum(line.amount for line in found if line.by == way) for way in ways}


def settled(tx: Connection, limit: int = 30) -> list[Settled]:
    """The shifts that were settled, the newest first."""
    rows = tx.execute(
        "SELECT number, payments, expected, counted, charge, note, actor, at FROM shift ORDER BY number DESC LIMIT ?",
        (limit,),
    )
    return [Settled(*row) for row in rows]


def find(tx: Connection, number: int) -> Settled | None:
    """One settled shift."""
    rows = tx.execute(
        "SELECT number, payments, expected, counted, charge, note, actor, at FROM shift WHERE number = ?", (number,)
    ).fetchall()
    return Settled(*rows[0]) if rows else None


def settle(node: "Node", shift: int, payments: int, counted: int | None, note: str, *, actor: str, token: str) -> bool:
    """对账 of the running shift: `counted` cash in 分; another sum than the log's needs a note.

    `shift` and `payments` are what the officer saw. False when this form was sent before.
    Raises shift_counted, shift_differs, shift_changed, shift_empty.
    """

    def act(tx: Connection) -> dict[str, Any]:
        found = lines(tx, current(tx))
        expected = sums(found).get(CASH, 0)
        if not found:
            raise problem("shift_empty")
        if (shift, payments) != (current(tx), len(found)):
            raise problem("shift_changed")
        if counted is None:
            raise problem("shift_counted")
        if counted != expected and not 0 < len(note.strip()) <= NOTE_MAX:
            raise problem("shift_differs", expected=f"{expected / 100:.2f}")
        said = {"note": note.strip()} if note.strip() else {}
        return {
            "shift": shift,
            "payments": payments,
            "expected": expected,
            "counted": counted,
            "charge": 0,
            **said,
        }

    return room_events.write(node, "shift.settled", act, actor=actor, token=token, project=delivery_rows.put_shift)
