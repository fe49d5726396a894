"""What a suite is: signatures of fixed length, and sealing to a public key. Keys are raw bytes everywhere outside."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final

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
    """What an envelope needs. `number` stands in headers, `name` in policies and settings; lengths are in bytes."""

    number: int
    name: str
    signature_bytes: int
    sign_public_bytes: int
    box_public_bytes: int

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
