"""The centre's own keys: one pair to sign with, one pair that envelopes are sealed to."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.envelope import OpenKeys, SealKeys
from sync.suites import MODERN_1, KeyPair, SuiteError


class IdentityError(Exception):
    """The file of keys is missing or is none. The message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Raw keys; both public halves stand in every enrolment file."""

    sign: KeyPair
    box: KeyPair

    def opens(self, sender_sign_key: bytes) -> OpenKeys:
        return OpenKeys(self.box.private, self.box.public, sender_sign_key)

    def seals(self, recipient_box_key: bytes) -> SealKeys:
        return SealKeys(self.sign.private, self.sign.public, recipient_box_key)


def create(path: Path) -> Identity:
    """Make new keys and write them, readable by the owner alone. Raises FileExistsError where keys are already."""
    identity = Identity(MODERN_1.sign_keys(), MODERN_1.box_keys())
    text = json.dumps({"sign": identity.sign.private.hex(), "box": identity.box.private.hex()})
    write_secret(path, text)
    return identity


def load(path: Path) -> Identity:
    """Raises IdentityError."""
    try:
        keys = json.loads(path.read_text(encoding="ascii"))
        sign, box = (bytes.fromhex(keys[name]) for name in ("sign", "box"))
        return Identity(MODERN_1.sign_keys(sign), MODERN_1.box_keys(box))
    except FileNotFoundError as error:
        raise IdentityError(f"找不到中心的密钥文件 {path}，请从保管处取回。") from error
    except (ValueError, KeyError, TypeError, SuiteError) as error:
        raise IdentityError(f"中心的密钥文件 {path} 内容不对，请从保管处取回原来的文件。") from error


def write_secret(path: Path, text: str) -> None:
    """Write a new file that only its owner may read, fsynced. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def derive(key: bytes, purpose: bytes) -> bytes:
    """A secret of its own for each use of the centre's key; 32 bytes."""
    return HKDF(SHA256(), 32, None, purpose).derive(key)
