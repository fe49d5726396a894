"""Codes that are good once, as pure functions: a counter (HOTP, RFC 4226) and codes on paper. Node and centre keep them
in their own tables.

Neither asks for the hour: a counter moves on with each use, and a code on paper is crossed out.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from edge.heavy import ONE_AT_A_TIME

DIGITS: Final = 6
WINDOW: Final = 10  # how often somebody may press the button of the token without using the code
SECRET_BYTES: Final = 20
CODES: Final = 20
CODE_LENGTH: Final = 10  # of 31 letters and digits: 49 bit
_SALT_BYTES: Final = 16
_COST: Final = 1 << 14  # of scrypt: 16 MiB, some 40 ms
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another


def hotp(secret: bytes, counter: int) -> str:
    """RFC 4226, six digits."""
    mac = hmac.digest(secret, counter.to_bytes(8), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def matched(secret: bytes, counter: int, code: str) -> int | None:
    """The counter to go on with after `code`; None for a code that is none of the next WINDOW ones."""
    found = None
    for ahead in range(WINDOW):
        if hmac.compare_digest(hotp(secret, counter + ahead).encode(), code.encode()) and found is None:
            found = counter + ahead + 1
    return found


def new_secret() -> bytes:
    """What a token and the store share."""
    return secrets.token_bytes(SECRET_BYTES)


def address(account: str, place: str, secret: bytes) -> str:
    """What a token or a telephone program reads, as text or as a QR code. `place`: the room's number, the centre."""
    label = quote(f"驿站 {place}:{account}")
    return f"otpauth://hotp/{label}?secret={base64.b32encode(secret).decode()}&digits={DIGITS}&counter=0"


def plain(typed: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(typed.lower().split())


def new_codes() -> tuple[list[str], list[bytes]]:
    """A sheet of codes, to be shown once, and what is stored of each."""
    made = new_sheet()
    return made, kept_sheet(made)


def new_sheet() -> list[str]:
    """A sheet of codes, to be shown once."""
    return ["".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]


def kept_sheet(made: Iterable[str]) -> list[bytes]:
    """What is stored of each code of a sheet."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return [_kept(salt, code) for code in made]


def kept_as(stored: bytes, given: str) -> bytes | None:
    """How `given` is stored if it is of the same sheet as the code `stored`; None for what can be no code."""
    return _kept(stored[:_SALT_BYTES], given) if len(given) == CODE_LENGTH else None


def _kept(salt: bytes, code: str) -> bytes:
    """What is stored of a code: all of one sheet share the salt, so that a login costs one derivation."""
    with ONE_AT_A_TIME:
        return salt + hashlib.scrypt(code.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
