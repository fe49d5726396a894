"""Reading a card at the kiosk or at the desk; one that is out of order becomes a ticket until it reads again."""

from typing import TYPE_CHECKING

from edge import room_tickets
from edge.devices import at_hand, readers, wedge
from edge.devices.at_hand import PlaceName
from edge.devices.card import Card
from edge.errors import YizhanError

if TYPE_CHECKING:
    from edge.node import Node

PLACES = {"kiosk": "自助机", "desk": "值班台", "paired": "另一台自助机"}


def types(node: "Node", place: PlaceName) -> bool:
    """Whether the reader of a place types into a field. Raises reader_absent."""
    return at_hand.reader(node, place).typed


def read(node: "Node", place: PlaceName, typed: str = "") -> Card:
    """The card that lies on the reader of a place; `typed`: what one that types has typed. Raises readers.FAULTS."""
    reader = at_hand.reader(node, place)
    try:
        card = reader.taken(typed) if isinstance(reader, wedge.Wedge) else reader.read()
    except YizhanError as error:
        if error.code in readers.BROKEN and not node.sealed:
            room_tickets.open_by_program(node, "reader", f"{PLACES[place]}：{error.sentence}")
        raise
    if not node.sealed:
        room_tickets.close_by_program(node, "reader", "又能读卡了")
    return card
