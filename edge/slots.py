"""The key of a database in slots: each holds it sealed to a public key of its own, and whoever has the private part of
one opens it. So the database gets a new key without anybody typing a passphrase.

A slot's private part comes from a key file, from a passphrase by argon2id, from the centre (recovery) or from a device
that answers a program. The sheet of all slots is a small file beside the database and holds nothing secret; a tag made
with the database's key tells whether somebody else has added to it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from edge.accounts import Cost, raw_key
from edge.durable import write_whole
from edge.errors import problem
from edge.os_words import why
from forms.canonical import dumps as canonical

KEY_BYTES: Final = 32
KINDS: Final[dict[str, str]] = {
    "file": "密钥文件",
    "passphrase": "口令",
    "centre": "省级中心",
    "device": "硬件密钥",
}
SHEET_BYTES_MAX: Final = 1 << 20
SLOTS_MAX: Final = 32
MEMORY_KIB_MAX: Final = 1 << 20  # a sheet is read before anything proves it
PASSES_MAX: Final = 64
_INFO = b"yizhan-key-slot-1\0"
_TAG = b"yizhan-key-slots-1"
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Kdf:
    """Argon2id of a passphrase: `salt` hexadecimal, memory in KiB."""

    salt: str
    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        low = (8 * self.lanes, 1, 1)
        given, high = (self.memory_kib, self.passes, self.lanes), (MEMORY_KIB_MAX, PASSES_MAX, 16)
        if any(not a <= b <= c for a, b, c in zip(low, given, high, strict=True)):
            raise ValueError("a cost that no program of ours writes")


@dataclass(frozen=True, slots=True)
class Slot:
    """`public`, `sealed` hexadecimal. `following`: the key that a change which has not ended brings in, or ""."""

    id: str
    kind: str
    label: str
    at: str
    public: str
    sealed: str
    following: str = ""
    kdf: Kdf | None = None

    def about(self) -> bytes:
        """What the seal is bound to: nothing of it can be changed without breaking it."""
        named = {"id": self.id, "kind": self.kind, "public": self.public}
        return _INFO + canonical(named | {"kdf": asdict(self.kdf) if self.kdf else None})


@dataclass(frozen=True, slots=True)
class Sheet:
    """All slots of one database, in the order in which they were added; `tags`: by each key that may be in use."""

    slots: tuple[Slot, ...]
    tags: tuple[str, ...] = ()

    @property
    def is_changing(self) -> bool:
        """Whether a change of the key has begun and not ended."""
        return any(one.following for one in self.slots)

    def of_kind(self, kind: str) -> Iterator[Slot]:
        return (one for one in self.slots if one.kind == kind)

    def get(self, slot_id: str) -> Slot:
        """Raises slot_unknown."""
        for one in self.slots:
            if one.id == slot_id:
                return one
        raise problem("slot_unknown", slot=slot_id)


def public_of(private: bytes) -> bytes:
    """The public key, 32 bytes, of an X25519 private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def from_passphrase(text: str, kdf: Kdf) -> bytes:
    """The private part that belongs to a passphrase, as `edge.passphrases.plain` writes it."""
    return raw_key(text, bytes.fromhex(kdf.salt), Cost(kdf.memory_kib, kdf.passes, kdf.lanes), KEY_BYTES)


def make(kind: str, label: str, at: str, public: bytes, *, key: bytes, kdf: Kdf | None = None) -> Slot:
    """A fresh slot that holds `key`, named after its public key."""
    slot = Slot(hashlib.sha256(public).hexdigest()[:8], kind, label, at, public.hex(), "", kdf=kdf)
    return replace(slot, sealed=_seal(slot, key))


def _seal(slot: Slot, key: bytes) -> str:
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(slot.public))
    return _HPKE.encrypt(key, public, info=slot.about()).hex()


def open_slot(slot: Slot, private: bytes) -> tuple[bytes, ...]:
    """The key in this slot, and the one that may have taken its place. Raises slot_shut."""
    own = X25519PrivateKey.from_private_bytes(private)
    try:
        return tuple(
            _HPKE.decrypt(bytes.fromhex(one), own, info=slot.about()) for one in (slot.sealed, slot.following) if one
        )
    except (InvalidTag, ValueError) as error:
        raise problem("slot_shut") from error


def with_slot(sheet: Sheet, slot: Slot, key: bytes) -> Sheet:
    """One slot more. Raises slots_changed (the sheet is not ours), slot_there, slots_full."""
    must_be_ours(sheet, key)
    if any(one.id == slot.id for one in sheet.slots):
        raise problem("slot_there")
    if len(sheet.slots) >= SLOTS_MAX:
        raise problem("slots_full")
    return tagged(Sheet((*sheet.slots, slot)), key)


def without(sheet: Sheet, slot_id: str, key: bytes) -> Sheet:
    """One slot less. Raises slot_unknown, slot_last, slots_changed."""
    must_be_ours(sheet, key)
    gone = sheet.get(slot_id)
    left = tuple(one for one in sheet.slots if one is not gone)
    if not left:
        raise problem("slot_last")
    return tagged(Sheet(left), key)


def following(sheet: Sheet, key: bytes, fresh: bytes) -> Sheet:
    """Every slot holds both keys, while the database changes from one to the other. Raises slots_changed."""
    must_be_ours(sheet, key)
    both = tuple(replace(one, following=_seal(one, fresh)) for one in sheet.slots)
    return Sheet(both, (*tagged(Sheet(both), key).tags, *tagged(Sheet(both), fresh).tags))


def settled(sheet: Sheet, key: bytes) -> Sheet:
    """The key that opens the database alone, whichever of the two it is."""
    must_be_ours(sheet, key)
    return holding(sheet, key)


def holding(sheet: Sheet, key: bytes) -> Sheet:
    """The same slots with another key in them: for a copy that has a key of its own."""
    return tagged(Sheet(tuple(replace(one, sealed=_seal(one, key), following="") for one in sheet.slots)), key)


def tagged(sheet: Sheet, key: bytes) -> Sheet:
    """The sheet with a tag by this key alone."""
    return replace(sheet, tags=(_tag(sheet, key),))


def _tag(sheet: Sheet, key: bytes) -> str:
    """Who has no key can't add a slot that the next change of the key would seal it to."""
    said = canonical([[one.about().hex(), one.label, one.at, one.sealed, one.following] for one in sheet.slots])
    return hmac.new(hashlib.sha256(_TAG + key).digest(), said, hashlib.sha256).hexdigest()


def must_be_ours(sheet: Sheet, key: bytes) -> None:
    """Raises slots_changed where somebody without the key has written to the sheet."""
    if not is_ours(sheet, key):
        raise problem("slots_changed")


def is_ours(sheet: Sheet, key: bytes) -> bool:
    """Whether the sheet is as somebody with this key wrote it."""
    return any(hmac.compare_digest(_tag(sheet, key), one) for one in sheet.tags)


# --- the file


def to_json(sheet: Sheet) -> bytes:
    """The sheet as the file beside the database holds it: UTF-8, version 1."""
    slots = [{name: value for name, value in asdict(one).items() if value or name == "label"} for one in sheet.slots]
    return json.dumps({"version": 1, "slots": slots, "tags": list(sheet.tags)}, ensure_ascii=False, indent=1).encode()


def from_json(data: bytes, place: object) -> Sheet:
    """Raises slots_unreadable, which names `place`."""
    try:
        told = json.loads(data)
        found = Sheet(tuple(map(_slot, told["slots"])), tuple(map(str, told["tags"])))
        known = told["version"] == 1
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise problem("slots_unreadable", file=place) from error
    if not known or not found.slots:
        raise problem("slots_unreadable", file=place)
    return found


def _slot(told: Mapping[str, Any]) -> Slot:
    kdf = Kdf(**told["kdf"]) if told.get("kdf") else None
    slot = Slot(**{**told, "kdf": kdf})
    texts = (slot.id, slot.kind, slot.label, slot.at, slot.public, slot.sealed, slot.following)
    if slot.kind not in KINDS or not all(isinstance(one, str) for one in texts):
        raise ValueError("no slot")
    if len(bytes.fromhex(slot.public)) != KEY_BYTES or (kdf is None) == (slot.kind == "passphrase"):
        raise ValueError("no slot")
    return slot


def read(path: Path) -> Sheet | None:
    """None where there is no sheet. Raises slots_unreadable."""
    try:
        if path.stat().st_size > SHEET_BYTES_MAX:
            raise problem("slots_unreadable", file=path)
        return from_json(path.read_bytes(), path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise problem("slots_unreadable", file=path) from error


def write(path: Path, sheet: Sheet) -> None:
    """Whole or not at all, on disk when this returns. Raises file_not_written."""
    try:
        write_whole(path, to_json(sheet) + b"\n")
    except OSError as error:
        raise problem("file_not_written", file=path, detail=why(error)) from error
