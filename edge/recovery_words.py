"""What a room and its centre say to each other when the key of a database is to be brought back: two small files.

The request carries the centre's slot as it lies on the room's disk, and a key of this one request. The answer is sealed
to that key: who gets it on the way learns nothing. Twelve digits that both sides show are read out over the telephone,
so that nobody else's request is answered in the room's name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from edge import slots
from edge.errors import problem
from edge.slots import Kdf, Slot
from forms.canonical import dumps as canonical

CODE_DIGITS: Final = 12
FILE_BYTES_MAX: Final = 65_536
_INFO = b"yizhan-key-recovery-1\0"
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Request:
    """`answer_to`: the public key of this request, hexadecimal; `at`: by the room's clock, which may be wrong."""

    node: str
    at: str
    slot: Slot
    answer_to: str

    def body(self) -> dict[str, Any]:
        return {"request": 1, **asdict(self)}

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(canonical(self.body())).digest()

    @property
    def code(self) -> str:
        """4827 1936 0042: the same on both sides, or the request is another one."""
        text = f"{int.from_bytes(self.digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
        return " ".join(text[at : at + 4] for at in range(0, CODE_DIGITS, 4))


def read_request(data: bytes) -> Request:
    """Raises recovery_wrong."""
    told = _json(data)
    try:
        slot = dict(told["slot"])
        kdf = Kdf(**slot["kdf"]) if slot.get("kdf") else None
        made = Request(str(told["node"]), str(told["at"]), Slot(**{**slot, "kdf": kdf}), str(told["answer_to"]))
        right = told["request"] == 1 and made.slot.kind == "centre"
        right = right and len(bytes.fromhex(made.answer_to)) == slots.KEY_BYTES
    except (ValueError, KeyError, TypeError) as error:
        raise problem("recovery_wrong", detail="不是申请文件") from error
    if not right:
        raise problem("recovery_wrong", detail="不是给省级中心的申请")
    return made


def answer(request: Request, private: bytes) -> bytes:
    """The answer of who has the private part of the centre's slot. Raises slot_shut."""
    keys = slots.open_slot(request.slot, private)
    to = X25519PublicKey.from_public_bytes(bytes.fromhex(request.answer_to))
    sealed = _HPKE.encrypt(b"".join(keys), to, info=_INFO + request.digest)
    return json.dumps({"answer": 1, "node": request.node, "sealed": sealed.hex()}).encode()


def read_answer(request: Request, private: bytes, data: bytes) -> tuple[bytes, ...]:
    """The keys, as slots.open_slot gives them. Raises recovery_wrong."""
    told = _json(data)
    try:
        own = X25519PrivateKey.from_private_bytes(private)
        plain = _HPKE.decrypt(bytes.fromhex(told["sealed"]), own, info=_INFO + request.digest)
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise problem("recovery_wrong", detail="不是给这一次申请的答复") from error
    return tuple(plain[at : at + slots.KEY_BYTES] for at in range(0, len(plain), slots.KEY_BYTES))


def _json(data: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(data[:FILE_BYTES_MAX])
    except (ValueError, RecursionError) as error:
        raise problem("recovery_wrong", detail="读不出来") from error
    if not isinstance(told, dict):
        raise problem("recovery_wrong", detail="读不出来")
    return told
