"""Numbers of blank paper receipts: P, epoch (2), serial (5), two check digits (ISO 7064 MOD 97-10).

The check digits take the room's own id in: a slip of another room, and one wrong digit, are noticed as they are typed.
A new epoch begins a new series, so that a backup that was taken back never prints a number twice.
"""

import re

from stdnum.iso7064 import mod_97_10

SERIAL_MAX = 99_999
_EPOCHS = 100
_SLIP = re.compile(r"P([0-9]{2})([0-9]{5})([0-9]{2})\Z")


def slip(node_id: str, epoch: int, serial: int) -> str:
    """Ten characters, such as P010000172. Raises ValueError outside of serial 1..99999."""
    if not 1 <= serial <= SERIAL_MAX:
        raise ValueError(f"no slip for serial {serial}")
    digits = f"{epoch % _EPOCHS:02d}{serial:05d}"
    return f"P{digits}{mod_97_10.calc_check_digits(node_id + digits)}"


def plain(typed: str) -> str:
    """What was typed without spaces and dashes, in capitals; a P that was left out is put before it."""
    found = "".join(character for character in typed.upper() if character not in " -－　")
    return f"P{found}" if found.isdigit() else found


def is_ours(node_id: str, text: str) -> bool:
    """Whether a text is a number that this room may have printed: its form and its check digits."""
    found = _SLIP.match(text)
    return found is not None and bool(mod_97_10.is_valid(node_id + found[1] + found[2] + found[3]))


def serial_of(text: str) -> tuple[int, int]:
    """(epoch of two digits, serial). Raises ValueError for what is no slip."""
    found = _SLIP.match(text)
    if found is None:
        raise ValueError(f"not a slip: {text}")
    return int(found[1]), int(found[2])


def run(node_id: str, first: str, last: str) -> list[str]:
    """All slips from the first to the last, which are of one epoch."""
    epoch, begin = serial_of(first)
    return [slip(node_id, epoch, serial) for serial in range(begin, serial_of(last)[1] + 1)]


def shown(text: str) -> str:
    """In groups, as it is printed: P01 00001 72."""
    return f"{text[:3]} {text[3:8]} {text[8:]}"
