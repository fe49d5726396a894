"""What is meant for the supervisor alone: answers and files in one ciphertext, shared by node and centre.

HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. The plaintext is padded, so that
its length tells next to nothing. Who holds node and database opens nothing: the private key is not at the node.
"""

import base64
import binascii
import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from forms.events import canonical

KEY_BYTES: Final = 32
FIELD: Final = "sealed"
_PAD_BYTES: Final = 4096
_LENGTH = struct.Struct(">I")
_INFO = b"yizhan-sealed-to-supervisor-1\0"
_INFO_INBOX = b"yizhan-sealed-inbox-1\0"
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealingError(ValueError):
    """A text that does not open with this key, or is none."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file inside of the seal: the slot that it was given for, its name, its type, its bytes."""

    slot: str
    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """What the supervisor reads."""

    answers: dict[str, Any]
    files: tuple[SealedFile, ...]


def new_key() -> tuple[bytes, bytes]:
    """(private, public) of a fresh pair, raw."""
    key = X25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    """Raises SealingError for what is no key."""
    return _private(private).public_key().public_bytes_raw()


def seal(public: bytes, about: str, answers: Mapping[str, Any], files: Sequence[SealedFile]) -> dict[str, str]:
    """The one answer stored instead: {"sealed": base64}; `about` (the receipt's token) binds it to its filing."""
    parts = [{"slot": one.slot, "name": one.name, "type": one.media_type, "size": len(one.data)} for one in files]
    head = canonical({"answers": dict(answers), "files": parts})
    whole = _LENGTH.pack(len(head)) + head + b"".join(one.data for one in files)
    padded = whole + bytes(-len(whole) % _PAD_BYTES)
    sealed = _HPKE.encrypt(padded, X25519PublicKey.from_public_bytes(public), info=_INFO + about.encode())
    return {FIELD: base64.b64encode(sealed).decode("ascii")}


def lock(public: bytes, about: str, plain: bytes) -> bytes:
    """Bytes that only the holder of the private key opens, padded; `about` binds them to their place."""
    framed = _LENGTH.pack(len(plain)) + plain
    padded = framed + bytes(-len(framed) % _PAD_BYTES)
    return _HPKE.encrypt(padded, X25519PublicKey.from_public_bytes(public), info=_INFO_INBOX + about.encode())


def unlock(private: bytes, about: str, sealed: bytes) -> bytes:
    """What `lock` was given. Raises SealingError."""
    try:
        framed = _HPKE.decrypt(sealed, _private(private), info=_INFO_INBOX + about.encode())
    except (InvalidTag, ValueError) as error:
        raise SealingError("the content does not open with this key") from error
    return framed[_LENGTH.size : _LENGTH.size + _LENGTH.unpack_from(framed)[0]]


def is_sealed(answers: Mapping[str, Any]) -> bool:
    """Whether these are the answers of a sealed filing."""
    return set(answers) == {FIELD} and isinstance(answers[FIELD], str)


def open_content(private: bytes, about: str, answers: Mapping[str, Any]) -> Content:
    """What was sealed. Raises SealingError."""
    if not is_sealed(answers):
        raise SealingError("nothing is sealed here")
    key = _private(private)
    try:
        sealed = base64.b64decode(answers[FIELD], validate=True)
        plain = _HPKE.decrypt(sealed, key, info=_INFO + about.encode())
        return _content(plain)
    except (InvalidTag, binascii.Error, struct.error, KeyError, ValueError) as error:
        raise SealingError("the content does not open with this key") from error


def _content(plain: bytes) -> Content:
    end = _LENGTH.size + _LENGTH.unpack_from(plain)[0]
    head = json.loads(plain[_LENGTH.size : end])
    files = []
    for part in head["files"]:
        files.append(SealedFile(part["slot"], part["name"], part["type"], plain[end : end + part["size"]]))
        end += part["size"]
    return Content(head["answers"], tuple(files))


def _private(raw: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(raw)
    except ValueError as error:
        raise SealingError("not a private key") from error
