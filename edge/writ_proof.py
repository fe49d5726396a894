"""What a notice or a decision of the centre proves by itself: the text of its QR code, checked without a network.

    YZW1.APPLICATION.ACT.DAY.SERIAL.DIGEST.SIGNATURE        capitals, digits and points: the QR's alphanumeric mode

ACT is what was done (ACCEPTED, REFUSED …) and for a decision its kind; DAY is yyyymmdd; DIGEST is the beginning of the
SHA-256 of the writ's own words, so that whoever has the paper can compare them. A signature has 64 bytes in every
suite: of modern-pq-1 it is the Ed25519 half.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from edge.receipt_proof import short_key
from forms.events import canonical
from sync.suites import KeyPair, Suite, SuiteError, of_sign_key

ACTS: Final[dict[str, str]] = {
    "ACCEPTED": "受理", "NOTACCEPTED": "不予受理", "CORRECTION": "一次性告知补正", "GRANTED": "办结（准予）",
    "REFUSED": "办结（不予）", "RETURNED": "办结（退回）", "VOID": "办结（作废）", "DELETED": "办结（删除）",
    "TRANSFERRED": "办结（转报）", "LAPSED": "办结（补正不来）",
}  # fmt: skip  # a table
DIGEST_CHARACTERS: Final = 16
_TAG: Final = b"yizhan-writ-1\0"
_CODE = re.compile(r"YZW1\.([0-9]{17,22})\.([A-Z]{4,12})\.([0-9]{8})\.([0-9]{1,9})\.([0-9A-F]{16})\.([A-Z2-7]{103})\Z")
_PADDING: Final = "="


@dataclass(frozen=True, slots=True)
class Proof:
    """What the code of a writ says; `day` as 2026-11-22, `act` a key of ACTS."""

    application: str
    act: str
    day: str
    serial: int
    digest: str
    message: bytes
    signature: bytes

    def is_signed_by(self, public: bytes) -> bool:
        """Whether the holder of this key (raw) gave this writ."""
        try:
            suite, key = short_key(of_sign_key(public), public)
            suite.verify(key, self.signature, self.message)
        except SuiteError:
            return False
        return self.act in ACTS

    def is_one_of(self, keys: Iterable[bytes]) -> bool:
        return any(self.is_signed_by(one) for one in keys)


def digest(application: str, kind: str, body: Mapping[str, Any]) -> str:
    """The beginning of the SHA-256 of what a writ says: the body of its event, without the code itself."""
    writ = {name: text for name, text in body["writ"].items() if name != "code"}
    words = {"application": application, "kind": kind, "body": {**body, "writ": writ}}
    return hashlib.sha256(canonical(words)).hexdigest()[:DIGEST_CHARACTERS].upper()


def act_of(kind: str, body: Mapping[str, Any]) -> str:
    """What a code says was done."""
    named = {"application.accepted": "ACCEPTED", "application.refused": "NOTACCEPTED"}
    return str(body["result"]).upper() if kind == "application.decided" else named.get(kind, "CORRECTION")


def make(application: str, kind: str, body: Mapping[str, Any], *, serial: int, suite: Suite, keys: KeyPair) -> str:
    """The text of the QR code of a writ, signed by the centre; `body` is that of its event, still without the code."""
    day = body["writ"]["day"].replace("-", "")
    said = f"YZW1.{application}.{act_of(kind, body)}.{day}.{serial}.{digest(application, kind, body)}"
    short, private = short_key(suite, keys.private)
    signature = base64.b32encode(short.sign(private, _TAG + said.encode())).decode().rstrip(_PADDING)
    return f"{said}.{signature}"


def read(text: str) -> Proof | None:
    """The proof in a scanned text; None where it is none."""
    plain = text.strip().replace(" ", "").upper()
    found = _CODE.match(plain)
    if found is None:
        return None
    application, act, day, serial, words, signature = found.groups()
    try:
        raw = base64.b32decode(signature + _PADDING)
    except binascii.Error:
        return None
    if base64.b32encode(raw).decode().rstrip(_PADDING) != signature:  # one signature is spelt in one way
        return None
    said = plain.rpartition(".")[0]
    named = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return Proof(application, act, named, int(serial), words, _TAG + said.encode(), raw)
