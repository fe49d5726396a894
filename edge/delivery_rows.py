"""Lists of what has to be handed over, of parcels and of money: worked out of the log, and filled again from it."""

from collections.abc import Iterator
from typing import Final

from edge import log
from edge.database import Connection
from forms.definition import Definition
from forms.delivery import Delivery
from forms.events import Event
from forms.service_results import owed
from forms.state import State

TABLES: Final = ("handover", "parcel", "bill", "till", "shift")


def put(tx: Connection, state: State, definition: Definition) -> None:
    """The rows of one application as it stands."""
    if not (state.delivery.arrived or state.delivery.handed or state.delivery.posted or state.bills or state.result):
        return
    _put_stage(tx, state, definition)
    _put_parcels(tx, state.number, state.delivery)
    tx.execute("DELETE FROM bill WHERE application = ?", (state.number,))
    tx.executemany(
        "INSERT INTO bill VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(one.number, state.number, one.amount, one.what, one.state, one.where, one.at) for one in state.bills],
    )
    tx.execute("DELETE FROM till WHERE application = ?", (state.number,))
    tx.executemany(
        "INSERT INTO till (event, application, bill, amount, paid_by, receipt, shift, at, actor, reason, epoch, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one.event,
                state.number,
                one.bill,
                one.amount,
                one.by,
                one.receipt,
                one.shift,
                one.at,
                one.actor,
                one.reason,
                *one.position,
            )
            for one in state.moved
        ],
    )


def _put_stage(tx: Connection, state: State, definition: Definition) -> None:
    tx.execute("DELETE FROM handover WHERE application = ?", (state.number,))
    found = stage(state, definition)
    if found:
        since = next(_times(state.delivery), state.closed_at or "")
        tx.execute("INSERT INTO handover VALUES (?, ?, ?)", (state.number, found, since))


def stage(state: State, definition: Definition) -> str:
    """How far the documents are: expected, here, told, posted, served; "" where there is none."""
    delivery = state.delivery
    if delivery.here:
        return "told" if _told(delivery) else "here"
    if delivery.travelling:
        return "posted"
    if owed(definition.service, state):
        return "expected"
    return "served" if delivery.handed else ""


def _told(delivery: Delivery) -> bool:
    """Whether somebody was told since the last document came."""
    newest = max(one.at for one in delivery.here)
    return any(call.reached == "told" and call.at >= newest for call in delivery.calls)


def _times(delivery: Delivery) -> Iterator[str]:
    """When the latest thing happened, the one that says the most first."""
    for several in (delivery.here, delivery.travelling, delivery.handed):
        if several:
            yield max(one.at for one in several)


def _put_parcels(tx: Connection, number: str, delivery: Delivery) -> None:
    came = [(one.parcel, "in", one.at) for one in delivery.arrived if one.parcel is not None]
    went = [(one.parcel, "out", one.at) for one in delivery.posted]
    tx.execute("DELETE FROM parcel WHERE application = ?", (number,))
    tx.executemany(
        "INSERT OR IGNORE INTO parcel VALUES (?, ?, ?, ?, ?)",
        [(parcel.number, number, way, parcel.carrier, at) for parcel, way, at in (*came, *went)],
    )


def put_shift(tx: Connection, event: Event) -> None:
    """The row of a shift that was settled."""
    data = event.data
    tx.execute(
        "INSERT OR REPLACE INTO shift VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            data["shift"],
            data["payments"],
            data["expected"],
            data["counted"],
            data["charge"],
            data.get("note", ""),
            event.actor,
            event.at,
        ),
    )


def refill_shifts(tx: Connection) -> None:
    """Fill the emptied table of shifts again from the log; the others come with the rows of the applications."""
    for event in log.of_room(tx, "node", '["shift.settled"]'):
        put_shift(tx, event)
