"""空白收件凭证: pads of numbered blanks, printed while there is power and used while there is none.

A blank is used once; one that was spoilt is voided with its reason; what is skipped in a pad shows as a gap. What was
taken in on paper is entered afterwards (补录), and the clocks of the law run from the day on the slip.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from edge import paper_slips, receiving_rows, room_events, slip_numbers
from edge.database import Connection
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node

SIZE_MAX = 200
REASON_MAX = 200
OLD_DAYS_MAX = 366  # what is older than a year is no paper from a day without power


def print_pad(node: "Node", count: int, *, actor: str, token: str) -> str:
    """Give out the next `count` numbers; the first of them. Raises pad_size_wrong, pad_series_full."""
    if not 1 <= count <= SIZE_MAX:
        raise problem("pad_size_wrong", most=SIZE_MAX)
    printed = {"first": ""}

    def act(tx: Connection) -> dict[str, Any]:
        node_id, epoch = node.settings.node_id, node.epoch(tx)
        begin = _next_serial(tx, epoch)
        if begin + count - 1 > slip_numbers.SERIAL_MAX:
            raise problem("pad_series_full")
        printed["first"] = slip_numbers.slip(node_id, epoch, begin)
        return {"first": printed["first"], "last": slip_numbers.slip(node_id, epoch, begin + count - 1)}

    room_events.write(node, "pad.printed", act, actor=actor, token=token, project=receiving_rows.project_pad)
    return printed["first"] or _newest(node)


def _newest(node: "Node") -> str:
    """The pad that a repeated form printed before."""
    with node.database.read() as tx:
        return paper_slips.all_of(tx, limit=1)[0].first


def _next_serial(tx: Connection, epoch: int) -> int:
    prefix = f"P{epoch % 100:02d}"
    row = tx.execute("SELECT max(slip) FROM paper_slip WHERE slip >= ? AND slip < ?", (prefix, prefix + ":")).fetchone()
    return 1 if row[0] is None else slip_numbers.serial_of(row[0])[1] + 1


def void(node: "Node", typed: str, reason: str, *, actor: str, token: str) -> None:
    """作废, with its reason. Raises slip_wrong, slip_unknown, slip_used, slip_voided, slip_reason_missing."""

    def act(tx: Connection) -> dict[str, Any]:
        if not 0 < len(reason.strip()) <= REASON_MAX:
            raise problem("slip_reason_missing")
        slip = paper_slips.free(node, tx, typed)
        if paper_slips.find(tx, slip) is None:
            raise problem("slip_unknown", slip=slip_numbers.shown(slip))
        return {"slip": slip, "reason": reason.strip()}

    room_events.write(node, "pad.voided", act, actor=actor, token=token, project=receiving_rows.project_pad)


def check_day(node: "Node", day: str) -> None:
    """Raises slip_day_wrong for what is no day, for a later one than today, and for one long ago."""
    today = date.fromisoformat(node.clock.today())
    try:
        said = date.fromisoformat(day)
    except ValueError as error:
        raise problem("slip_day_wrong") from error
    if not today - timedelta(days=OLD_DAYS_MAX) <= said <= today:
        raise problem("slip_day_wrong")
