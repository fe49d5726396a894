"""The cryptographic suites of the envelope, behind one interface, so that another one is one class and one line here.

Keys are raw bytes everywhere outside this module. A suite is named in the header of each envelope by its number, inside
both signatures; which numbers a receiver takes is its own decision, so nobody can talk it down to a weaker one.
"""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

KEY_ID_BYTES: Final = 8


class SuiteError(ValueError):
    """A signature that doesn't fit, a text that doesn't open, or a key of the wrong form."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """One private key with its public one, both raw bytes."""

    private: bytes = field(repr=False)
    public: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.public)


def key_id(public: bytes) -> bytes:
    """The short name of a public key: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


class Suite(ABC):
    """What an envelope needs: signatures of fixed length, and sealing to a public key bound to `info`."""

    number: int
    name: str
    signature_bytes: int

    @abstractmethod
    def sign_keys(self, private: bytes | None = None) -> KeyPair:
        """The pair that belongs to a raw private key for signing, or a fresh one. Raises SuiteError."""

    @abstractmethod
    def box_keys(self, private: bytes | None = None) -> KeyPair:
        """The pair that belongs to a raw private key for sealing, or a fresh one. Raises SuiteError."""

    @abstractmethod
    def sign(self, private: bytes, message: bytes) -> bytes:
        """`signature_bytes` bytes. Raises SuiteError for a key of the wrong form."""

    @abstractmethod
    def verify(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Raises SuiteError unless `signature` was made over `message` with the key of `public`."""

    @abstractmethod
    def seal(self, public: bytes, plaintext: bytes, info: bytes) -> bytes:
        """Ciphertext that only the holder of the private key can open, and only with the same `info`."""

    @abstractmethod
    def open(self, private: bytes, ciphertext: bytes, info: bytes) -> bytes:
        """The plaintext. Raises SuiteError for another key, another `info` or a changed byte."""


class Modern1(Suite):
    """Ed25519; HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM."""

    number = 1
    name = "modern-1"
    signature_bytes = 64

    def __init__(self) -> None:
        self._hpke = Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def sign_keys(self, private: bytes | None = None) -> KeyPair:
        key = Ed25519PrivateKey.generate() if private is None else _ed25519_private(private)
        return KeyPair(key.private_bytes_raw(), key.public_key().public_bytes_raw())

    def box_keys(self, private: bytes | None = None) -> KeyPair:
        key = X25519PrivateKey.generate() if private is None else _x25519_private(private)
        return KeyPair(key.private_bytes_raw(), key.public_key().public_bytes_raw())

    def sign(self, private: bytes, message: bytes) -> bytes:
        return _ed25519_private(private).sign(message)

    def verify(self, public: bytes, signature: bytes, message: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise SuiteError("the signature does not fit") from error

    def seal(self, public: bytes, plaintext: bytes, info: bytes) -> bytes:
        try:
            key = X25519PublicKey.from_public_bytes(public)
            return self._hpke.encrypt(plaintext, key, info=info)
        except ValueError as error:
            raise SuiteError("not a public key to seal to") from error

    def open(self, private: bytes, ciphertext: bytes, info: bytes) -> bytes:
        key = _x25519_private(private)
        try:
            return self._hpke.decrypt(ciphertext, key, info=info)
        except (InvalidTag, ValueError) as error:
            raise SuiteError("the content does not open with this key") from error


def _ed25519_private(private: bytes) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(private)
    except ValueError as error:
        raise SuiteError("not a private key for signing") from error


def _x25519_private(private: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(private)
    except ValueError as error:
        raise SuiteError("not a private key for opening") from error


MODERN_1: Final[Suite] = Modern1()
SUITES: Final[dict[int, Suite]] = {suite.number: suite for suite in (MODERN_1,)}
