"""What a receipt proves by itself: a signature behind the code in its QR, checked without a network.

    TOKEN.NUMBER.TIME.SIGNATURE           of the room, by the key that the centre bound to it
    TOKEN.NUMBER.TIME.SET.SIGNATURE       of a sealed inbox; SET names its keys, which the room made

Capitals, digits and 2–7 only, so that the QR stays in its alphanumeric mode. TIME is yyyymmddHHMM of the clock that
gave it. A signature has 64 bytes in every suite: of modern-pq-1 it is the Ed25519 half, since a receipt has to hold
for weeks and not for decades.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from edge import receipt_numbers
from sync.suites import MODERN_1, MODERN_PQ_1, KeyPair, Suite, SuiteError, of_sign_key

_TAG: Final = b"yizhan-receipt-1\0"
_PROOF = re.compile(r"([A-Z2-7]{26})\.([0-9]{17,22})\.([0-9]{12})(?:\.([0-9A-F]{16}))?\.([A-Z2-7]{103})\Z")
_SIGNATURE_PADDING: Final = "="


@dataclass(frozen=True, slots=True)
class Proof:
    """What a receipt says; `at` as 2026-11-22 09:12. `set`: "" for one of the room itself."""

    token: str
    number: str
    at: str
    set: str
    message: bytes
    signature: bytes

    @property
    def node(self) -> str:
        """The id of the room whose receipt it says it is."""
        return self.number[: receipt_numbers.NODE_DIGITS]

    def is_signed_by(self, public: bytes) -> bool:
        """Whether the holder of this key (raw) gave this receipt."""
        try:
            suite, key = short_key(of_sign_key(public), public)
            suite.verify(key, self.signature, self.message)
        except SuiteError:
            return False
        return receipt_numbers.is_number(self.number)


def short_key(suite: Suite, key: bytes) -> tuple[Suite, bytes]:
    """The suite and the part of a key, private or public, whose signature a QR can carry."""
    return (MODERN_1, key[: MODERN_1.sign_public_bytes]) if suite is MODERN_PQ_1 else (suite, key)


def make(token: str, number: str, at: str, set_id: str, sign: bytes) -> str:
    """The text behind the last slash of a sealed inbox's QR; `at` is RFC 3339."""
    return _signed(f"{token}.{number}.{_minute(at)}.{set_id.upper()}", MODERN_1, sign)


def of_room(token: str, number: str, at: str, suite: Suite, keys: KeyPair) -> str:
    """The same of a receipt of the room itself, by the room's own keys."""
    short, private = short_key(suite, keys.private)
    return _signed(f"{token}.{number}.{_minute(at)}", short, private)


def _signed(said: str, suite: Suite, private: bytes) -> str:
    signature = base64.b32encode(suite.sign(private, _TAG + said.encode())).decode().rstrip(_SIGNATURE_PADDING)
    return f"{said}.{signature}"


def _minute(at: str) -> str:
    return "".join(character for character in at[:16] if character.isdigit())


def read(text: str) -> Proof | None:
    """The proof in a scanned text, with or without the address before it; None where there is none."""
    found = _PROOF.match(text.strip().rpartition("/")[2].upper())
    if found is None:
        return None
    token, number, minute, set_id, signature = found.groups()
    try:
        raw = base64.b32decode(signature + _SIGNATURE_PADDING)
    except binascii.Error:
        return None
    said = text.strip().rpartition("/")[2].upper().rpartition(".")[0]
    at = f"{minute[:4]}-{minute[4:6]}-{minute[6:8]} {minute[8:10]}:{minute[10:]}"
    return Proof(token, number, at, (set_id or "").lower(), _TAG + said.encode(), raw)


def token_of(text: str) -> str:
    """The code of the receipt in a scanned text, capitals; "" where there is none."""
    token = text.strip().rpartition("/")[2].partition(".")[0].upper()
    return token if receipt_numbers.is_token(token) else ""
