"""Printing a receipt: from what the log says now, once for each press, and a ticket where the printer needs a hand."""

from typing import TYPE_CHECKING, Final

from edge import applications, housekeeping, room_tickets
from edge.database import Connection
from edge.devices import at_hand, printers, slip
from edge.devices.at_hand import PlaceName
from edge.errors import YizhanError

if TYPE_CHECKING:
    from edge.node import Node

PLACES: Final = {
    "kiosk": "自助机的凭条打印机",
    "desk": "值班台的凭条打印机",
    "paired": "另一台自助机的凭条打印机",
}
TICKETS: Final = ("paper", "printer")


def next_copy(tx: Connection, number: str) -> int:
    """Which copy the next press prints, from 1."""
    row = tx.execute("SELECT max(copy) FROM receipt_print WHERE application = ?", (number,)).fetchone()
    return int(row[0] or 0) + 1


def receipt(node: "Node", number: str, place: PlaceName, *, copy: int, address: str) -> bool:
    """Print a copy of a receipt; False for one that was asked for before, as by a double press.

    `address`: what the QR says. Raises not_found, and one of printers.FAULTS: then nothing counts as printed.
    """
    printer = at_hand.printer(node, place)
    with node.database.read() as tx:
        application = applications.get(tx, number)
    if not _claim(node, number, place, copy):
        return False
    try:
        with node.at_hand.printing:
            printer.print(slip.roll(slip.made(node, application, address, copy)))
    except YizhanError as error:
        _give_back(node, number, copy)
        _tell(node, place, error)
        raise
    _printed(node, number, copy)
    return True


def _claim(node: "Node", number: str, place: str, copy: int) -> bool:
    """Whether this press is the first that asks for this copy."""
    with node.database.write() as tx:
        if copy != next_copy(tx, number):
            return False
        now = tx.clock.now()
        stands = "desk" if place == "desk" else "kiosk"
        tx.execute("INSERT INTO receipt_print VALUES (?, ?, ?, 'begun', ?)", (number, copy, stands, now))
        return True


def _give_back(node: "Node", number: str, copy: int) -> None:
    with node.database.write() as tx:
        tx.execute("DELETE FROM receipt_print WHERE application = ? AND copy = ?", (number, copy))


def _printed(node: "Node", number: str, copy: int) -> None:
    with node.database.write() as tx:
        tx.execute("UPDATE receipt_print SET state = 'printed' WHERE application = ? AND copy = ?", (number, copy))
    if not node.sealed:
        for what in TICKETS:
            room_tickets.close_by_program(node, what, "又能打印了")


def _tell(node: "Node", place: str, error: YizhanError) -> None:
    if node.sealed or error.code not in printers.BROKEN:
        return
    paper = error.code == "printer_paper"
    housekeeping.printer_failed(node, PLACES[place], error.sentence, paper=paper)
