"""`modern-pq-1`: holds as long as either of two kinds of mathematics does, the old one or the new one.

Signatures are Ed25519 and ML-DSA-65 (FIPS 204) together, and both must fit. Sealing is HPKE to MLKEM768-X25519:
ML-KEM-768 (FIPS 203) and X25519, combined by SHA3-256 as in X-Wing (draft-connolly-cfrg-xwing-kem), KEM 0x647a of
draft-ietf-hpke-pq.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from sync.suites.base import KeyPair, Suite, SuiteError

_CURVE_BYTES: Final = 32  # of an Ed25519 or X25519 key, and of the seed of an ML-DSA key
_CURVE_SIGNATURE_BYTES: Final = 64
_KEM_SEED_BYTES: Final = 64
_KEM_PUBLIC_BYTES: Final = 1184
_CONTEXT: Final = b"yizhan modern-pq-1"  # of ML-DSA: its half alone is a signature for nothing else


class ModernPq1(Suite):
    """Keys: Ed25519 | ML-DSA-65 (seed of 32 bytes), and ML-KEM-768 (seed of 64 bytes) | X25519."""

    number = 2
    name = "modern-pq-1"
    signature_bytes = _CURVE_SIGNATURE_BYTES + 3309
    sign_public_bytes = _CURVE_BYTES + 1952
    box_public_bytes = _KEM_PUBLIC_BYTES + _CURVE_BYTES

    def __init__(self) -> None:
        self._hpke = Hpke(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def sign_keys(self, private: bytes | None = None) -> KeyPair:
        if private is None:
            new = Ed25519PrivateKey.generate(), MLDSA65PrivateKey.generate()
            private = b"".join(key.private_bytes_raw() for key in new)
        curve, lattice = _sign_private(private)
        return KeyPair(private, curve.public_key().public_bytes_raw() + lattice.public_key().public_bytes_raw())

    def box_keys(self, private: bytes | None = None) -> KeyPair:
        if private is None:
            new = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
            private = b"".join(key.private_bytes_raw() for key in new)
        lattice, curve = _box_private(private)
        return KeyPair(private, lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw())

    def sign(self, private: bytes, message: bytes) -> bytes:
        curve, lattice = _sign_private(private)
        return curve.sign(message) + lattice.sign(message, _CONTEXT)

    def verify(self, public: bytes, signature: bytes, message: bytes) -> None:
        try:
            curve = Ed25519PublicKey.from_public_bytes(public[:_CURVE_BYTES])
            lattice = MLDSA65PublicKey.from_public_bytes(public[_CURVE_BYTES:])
            curve.verify(signature[:_CURVE_SIGNATURE_BYTES], message)
            lattice.verify(signature[_CURVE_SIGNATURE_BYTES:], message, _CONTEXT)
        except (InvalidSignature, ValueError) as error:
            raise SuiteError("the signature does not fit") from error

    def seal(self, public: bytes, plaintext: bytes, info: bytes) -> bytes:
        try:
            lattice = MLKEM768PublicKey.from_public_bytes(public[:_KEM_PUBLIC_BYTES])
            curve = X25519PublicKey.from_public_bytes(public[_KEM_PUBLIC_BYTES:])
            return self._hpke.encrypt(plaintext, MLKEM768X25519PublicKey(lattice, curve), info=info)
        except ValueError as error:
            raise SuiteError("not a public key to seal to") from error

    def open(self, private: bytes, ciphertext: bytes, info: bytes) -> bytes:
        key = MLKEM768X25519PrivateKey(*_box_private(private))
        try:
            return self._hpke.decrypt(ciphertext, key, info=info)
        except (InvalidTag, ValueError) as error:
            raise SuiteError("the content does not open with this key") from error


def _sign_private(private: bytes) -> tuple[Ed25519PrivateKey, MLDSA65PrivateKey]:
    try:
        curve = Ed25519PrivateKey.from_private_bytes(private[:_CURVE_BYTES])
        return curve, MLDSA65PrivateKey.from_seed_bytes(private[_CURVE_BYTES:])
    except ValueError as error:
        raise SuiteError("not a private key for signing") from error


def _box_private(private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    try:
        lattice = MLKEM768PrivateKey.from_seed_bytes(private[:_KEM_SEED_BYTES])
        return lattice, X25519PrivateKey.from_private_bytes(private[_KEM_SEED_BYTES:])
    except ValueError as error:
        raise SuiteError("not a private key for opening") from error
