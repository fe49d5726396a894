"""`modern-1`: Ed25519 (RFC 8032), and HPKE (RFC 9180) to X25519 with AES-256-GCM."""

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from sync.suites.base import KeyPair, Suite, SuiteError


class Modern1(Suite):
    """Ed25519; HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM."""

    number = 1
    name = "modern-1"
    signature_bytes = 64
    sign_public_bytes = 32
    box_public_bytes = 32

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
