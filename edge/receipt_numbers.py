"""The number of an application and the code of its receipt: how they are written, the same for node and centre.

A number has digits only, so that it can be read aloud: node id (10), epoch, serial, check digit (ISO 7064 MOD 11,10);
17, 19, 20 or 22 digits, never the 18 of an identity number. The serial never runs out: it grows by two places.
What a sealed inbox took in has 0 in the place of the epoch, then its series (5) and its own serial (3): 20 digits.
"""

from stdnum.iso7064 import mod_11_10

NODE_DIGITS = 10
TOKEN_CHARACTERS = 26
_EPOCH_SHORT_MAX = 8
_EPOCH_MAX = 999
_SERIAL_SHORT_MAX = 99_999
_SERIAL_MAX = 9_999_999
LENGTHS = (17, 19, 20, 22)
INBOX = "0"  # where every other number has its epoch
INBOX_SERIAL_MAX = 999
_INBOX_LENGTH = 20
SERIES_DIGITS = 5


def number(node_id: str, epoch: int, serial: int) -> str:
    """The application's number. Raises ValueError outside of epoch 1..999 and serial 1..9999999."""
    if not 1 <= epoch <= _EPOCH_MAX or not 1 <= serial <= _SERIAL_MAX:
        raise ValueError(f"no number for epoch {epoch} and serial {serial}")
    epoch_field = str(epoch) if epoch <= _EPOCH_SHORT_MAX else f"9{epoch:03d}"
    serial_field = f"{serial:05d}" if serial <= _SERIAL_SHORT_MAX else f"{serial:07d}"
    digits = node_id + epoch_field + serial_field
    return digits + str(mod_11_10.calc_check_digit(digits))


def inbox_number(node_id: str, series: str, serial: int) -> str:
    """A number of a sealed inbox. Raises ValueError for a series that is none, and outside of serial 1..999."""
    if not 1 <= serial <= INBOX_SERIAL_MAX or len(series) != SERIES_DIGITS or not series.isdecimal():
        raise ValueError(f"no number for series {series} and serial {serial}")
    digits = f"{node_id}{INBOX}{series}{serial:03d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def series_of(number: str) -> str:
    """The series of the sealed inbox that a number is of; "" for any other number."""
    is_of_inbox = len(number) == _INBOX_LENGTH and number.isdecimal() and number[NODE_DIGITS] == INBOX
    return number[NODE_DIGITS + 1 : NODE_DIGITS + 1 + SERIES_DIGITS] if is_of_inbox else ""


def is_number(text: str) -> bool:
    """Whether the text may be an application's number: right length, digits only, right check digit."""
    return len(text) in LENGTHS and text.isascii() and text.isdigit() and bool(mod_11_10.is_valid(text))


def serial_of(number: str) -> tuple[int, int] | None:
    """(epoch, serial) of an application's number; None for what is none of ours, or of a sealed inbox."""
    digits = number[NODE_DIGITS:-1]
    if not number.isdecimal() or len(number) not in LENGTHS or series_of(number):
        return None
    long_epoch = digits.startswith("9")
    return (int(digits[1:4]), int(digits[4:])) if long_epoch else (int(digits[:1]), int(digits[1:]))


def is_token(text: str) -> bool:
    """Whether the text may be the code of a receipt."""
    return len(text) == TOKEN_CHARACTERS and all(character in _BASE32 for character in text)


_BASE32 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
