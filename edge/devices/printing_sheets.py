"""Printing a public sheet on A4: what a page says now, as its own PDF, and a ticket where the printer needs a hand."""

from typing import TYPE_CHECKING, Final

from edge import housekeeping
from edge.devices import at_hand, sheets
from edge.devices.at_hand import PlaceName
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.node import Node

PLACES: Final = {"kiosk": "自助机的 A4 打印机", "desk": "值班台的 A4 打印机", "paired": "另一台自助机的 A4 打印机"}
# what a citizen is told and can live with
ANSWERABLE: Final = sheets.FAULTS | {"browser_missing", "pdf_failed"}
SAME_MS: Final = 10_000  # a second touch on the same sheet within this is the same wish


def is_there(node: "Node", place: PlaceName) -> bool:
    """Whether a place has such a printer, and this program can make the paper for it."""
    return node.hooks.page_pdf is not None and at_hand.prints_sheets(node.files.devices, place)


def sheet(node: "Node", place: PlaceName, address: str, *, visitor: str) -> bool:
    """Print the page at an address of this program; False for a second touch of the same visitor.

    Raises sheets.FAULTS, browser_missing, pdf_failed.
    """
    printer = at_hand.sheet_printer(node, place)
    if node.hooks.page_pdf is None:
        raise problem("printer_absent")
    wish = (place, visitor, address)
    if not node.at_hand.is_new_wish(wish, node.clock.ticks(), SAME_MS):
        return False
    try:
        with node.at_hand.printing:
            printer.print(node.hooks.page_pdf(address), "yizhan")
    except YizhanError as error:
        node.at_hand.forget_wish(wish)
        if not node.sealed and error.code in sheets.BROKEN:
            housekeeping.printer_failed(node, PLACES[place], error.sentence, paper=False)
        raise
    return True
