"""Keyboard-wedge readers: they type what they read into the field that has the focus, and press Enter.

Nothing has to be opened; what arrives is taken apart here. `order` of devices.toml says which part is what; without it
the number alone is looked for.
"""

from edge.config.device_file import Reader
from edge.devices import card
from edge.devices.card import Card
from edge.errors import problem
from forms import formats

TYPED_MAX = 2000
_SEPARATORS = str.maketrans(dict.fromkeys(",;|，；｜\t\r\n#*^", " "))


class Wedge:
    """One reader of this kind: what it types comes with a page, `taken` makes a card of it."""

    typed = True

    def __init__(self, config: Reader) -> None:
        self._config = config

    def read(self) -> Card:
        """It can't be asked. Raises card_absent."""
        raise problem("card_absent")

    def probe(self) -> None:
        """Only a card shows that it works; never a fault."""

    def taken(self, text: str) -> Card:
        """The card that was typed. Raises card_absent, card_unreadable."""
        typed = text.strip()[:TYPED_MAX]
        if not typed:
            raise problem("card_absent")
        if not self._config.order:
            return card.made({"number": _number(typed)})
        parts = typed.split(self._config.separator)
        return card.made(dict(zip(self._config.order, parts, strict=False)))


def _number(typed: str) -> str:
    found = (formats.canonical("cn-ric", part) for part in typed.translate(_SEPARATORS).split())
    return next((one for one in found if formats.is_ric(one)), "")
