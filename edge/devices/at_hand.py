"""The devices that a node has open or knows of while it runs, and the card that lies at a place of it right now.

Nothing is opened before somebody uses it. A card is held in memory alone, for one draft and a few minutes, until the
officer has compared face and card; it is in no table, no log and no backup.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal

from edge.errors import problem

if TYPE_CHECKING:
    from edge.config.device_file import Devices, Place
    from edge.devices.card import Card
    from edge.devices.printers import Printer
    from edge.devices.readers import Reader
    from edge.devices.sheets import Sheets
    from edge.node import Node

PlaceName = Literal["kiosk", "desk", "paired"]
HELD_MS: Final = 5 * 60 * 1000
HELD_MAX: Final = 20


class AtHand:
    """Of one node."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Any, Any]] = {}  # name -> (its lines of devices.toml, driver)
        self._cards: dict[str, tuple[int, Card]] = {}  # draft -> (ticks, card)
        self.kiosks_seen: dict[int, str] = {}  # a kiosk on a machine of its own -> when it asked last
        self._wishes: dict[tuple[str, ...], int] = {}  # what was asked to be printed -> ticks
        self.printing = threading.Lock()  # two receipts at once would come out as one

    def driver(self, name: str, config: Any, make: Callable[[], Any]) -> Any:
        """The driver of a device, made anew when devices.toml says something else of it."""
        with self._lock:
            known = self._made.get(name)
            if known is None or known[0] != config:
                known = self._made[name] = (config, make())
            return known[1]

    def is_new_wish(self, wish: tuple[str, ...], ticks: int, same_ms: int) -> bool:
        """Whether nobody asked for the same just now."""
        with self._lock:
            self._wishes = {one: at for one, at in self._wishes.items() if ticks - at < same_ms}
            fresh = wish not in self._wishes
            self._wishes.setdefault(wish, ticks)
            return fresh

    def forget_wish(self, wish: tuple[str, ...]) -> None:
        """It was not printed: the next touch asks anew."""
        with self._lock:
            self._wishes.pop(wish, None)

    def hold(self, draft: str, card: Card, ticks: int) -> None:
        with self._lock:
            self._cards = {one: found for one, found in self._cards.items() if ticks - found[0] < HELD_MS}
            while len(self._cards) >= HELD_MAX:
                del self._cards[next(iter(self._cards))]
            self._cards[draft] = (ticks, card)

    def held(self, draft: str, ticks: int) -> Card | None:
        """The card that was read for a draft, while its time lasts."""
        with self._lock:
            found = self._cards.get(draft)
            return found[1] if found is not None and ticks - found[0] < HELD_MS else None

    def let_go(self, draft: str) -> None:
        with self._lock:
            self._cards.pop(draft, None)


def reads(devices: Devices, place: PlaceName) -> bool:
    """Whether a place has a reader of identity cards."""
    return _config(devices, place, "reader") is not None


def prints(devices: Devices, place: PlaceName) -> bool:
    """Whether a place has a receipt printer of its own, beside those that the browser prints to."""
    found = _config(devices, place, "receipt_printer")
    return found is not None and found.connection != "system"


def prints_sheets(devices: Devices, place: PlaceName) -> bool:
    """Whether a place has a printer of A4 paper that this program prints to."""
    return _config(devices, place, "sheet_printer") is not None


def reader(node: Node, place: PlaceName) -> Reader:
    """Raises reader_absent."""
    from edge.devices import readers

    found: Reader = _driver(node, place, "reader", readers.made, "reader_absent")
    return found


def printer(node: Node, place: PlaceName) -> Printer:
    """Raises printer_absent."""
    from edge.devices import printers

    found: Printer = _driver(node, place, "receipt_printer", printers.made, "printer_absent")
    return found


def sheet_printer(node: Node, place: PlaceName) -> Sheets:
    """Raises printer_absent."""
    from edge.devices import sheets

    found: Sheets = _driver(node, place, "sheet_printer", sheets.made, "printer_absent")
    return found


def _driver(node: Node, place: PlaceName, use: str, make: Callable[..., Any], absent: str) -> Any:
    """What a place uses, made of its lines of devices.toml. Raises the problem `absent`."""
    config = _config(node.files.devices, place, use)
    if config is None:
        raise problem(absent)
    home = node.settings.home
    return node.at_hand.driver(config.name, config, lambda: make(config, home))


def _config(devices: Devices, place: PlaceName, use: str) -> Any:
    """The lines of devices.toml for what a place uses; None where it has none, or the reader is not for id cards."""
    mapped: Place = getattr(devices.mapping, place)
    name = getattr(mapped, use)
    listed = devices.readers if use == "reader" else devices.printers
    return next((one for one in listed if name and one.name == name), None)
