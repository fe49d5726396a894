"""What a receipt of a sealed inbox proves by itself: a signature behind the code in its QR, checked without a network.

    TOKEN.NUMBER.TIME.SET.SIGNATURE       capitals, digits and 2–7, so that the QR stays in its alphanumeric mode

TIME is yyyymmddHHMM of the clock that gave it; SET names the keys, which the room that made them knows.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from edge import receipts
from sync.suites import MODERN_1, SuiteError

_TAG: Final = b"yizhan-receipt-1\0"
_PROOF = re.compile(r"([A-Z2-7]{26})\.([0-9]{20})\.([0-9]{12})\.([0-9A-F]{16})\.([A-Z2-7]{103})\Z")
_SIGNATURE_PADDING: Final = "="


@dataclass(frozen=True, slots=True)
class Proof:
    """What a receipt says; `at` as 2026-11-22 09:12."""

    token: str
    number: str
    at: str
    set: str
    message: bytes
    signature: bytes

    def is_signed_by(self, public: bytes) -> bool:
        """Whether the holder of a set gave this receipt."""
        try:
            MODERN_1.verify(public, self.signature, self.message)
        except SuiteError:
            return False
        return receipts.is_number(self.number)


def make(token: str, number: str, at: str, set_id: str, sign: bytes) -> str:
    """The text behind the last slash of a receipt's QR; `at` is RFC 3339."""
    minute = "".join(character for character in at[:16] if character.isdigit())
    said = f"{token}.{number}.{minute}.{set_id.upper()}"
    signature = base64.b32encode(MODERN_1.sign(sign, _TAG + said.encode())).decode().rstrip(_SIGNATURE_PADDING)
    return f"{said}.{signature}"


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
    return Proof(token, number, at, set_id.lower(), _TAG + said.encode(), raw)


def token_of(text: str) -> str:
    """The code of the receipt in a scanned text, capitals; "" where there is none."""
    token = text.strip().rpartition("/")[2].partition(".")[0].upper()
    return token if receipts.is_token(token) else ""
