"""The readers of a room behind one small interface; devices.toml names the driver of each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from edge.config.device_file import Reader as Config
from edge.devices.card import Card
from edge.devices.local_http import LocalHttp
from edge.devices.recorded import Recorded
from edge.devices.wedge import Wedge


class Reader(Protocol):
    """A reader of identity cards. `typed`: it types into a field of the page and can't be asked."""

    typed: bool

    def read(self) -> Card:
        """The card that lies on it now. Raises one of FAULTS within the time that devices.toml allows."""

    def probe(self) -> None:
        """Raises one of FAULTS when it would not read a card either; a missing card is none."""


# what a screen says beside the way round; anything else is a mistake of the program
FAULTS: Final = frozenset(
    {"reader_absent", "reader_silent", "reader_words", "card_absent", "card_unreadable", "card_gone"}
)
# what the room has to mend, so that it becomes a ticket
BROKEN: Final = frozenset({"reader_silent", "reader_words"})

DRIVERS: Final[Mapping[str, Callable[[Config, Path], Reader]]] = {
    "http": lambda config, _home: LocalHttp(config),
    "keyboard": lambda config, _home: Wedge(config),
    "recorded": lambda config, home: Recorded(home / config.port),
}


def made(config: Config, home: Path) -> Reader:
    """The driver of a reader of devices.toml; opens nothing."""
    return DRIVERS[config.driver](config, home)
