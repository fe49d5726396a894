"""`gm-1`: the national algorithms. SM2 with SM3 (GB/T 32918), SM4 in GCM (GB/T 32907).

A fresh SM4 key for each envelope is encrypted to the receiver by SM2; the envelope's header is authenticated with it.
SM2 comes from a library in plain Python. It takes some 25 to 60 ms an operation, and its time depends on the secret:
this is for a room's own machine; where an assessment asks for a certified module (GB/T 37092), that takes its place.
"""

import secrets
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sync.suites.base import KeyPair, Suite, SuiteError

if TYPE_CHECKING:
    import gmalg

_PRIVATE_BYTES: Final = 32
_HALF_BYTES: Final = 32  # of a signature: r, s
_POINT_BYTES: Final = 65  # 04, x, y
_KEY_BYTES: Final = 16
_WRAPPED_BYTES: Final = _POINT_BYTES + 32 + _KEY_BYTES  # C1, C3 (SM3), C2
_TAG_BYTES: Final = 16
_NONCE: Final = bytes(12)  # each key is used once
# the curve of GB/T 32918.5: y^2 = x^3 - 3x + b over the field of the prime p; its order n
_PRIME: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_B: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
_ORDER: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
USER_ID: Final = b"1234567812345678"  # GM/T 0009: what Z is made with where nothing else is agreed


class Gm1(Suite):
    """Keys for both uses: a number of 32 bytes, and the point 04 | x | y."""

    number = 3
    name = "gm-1"
    signature_bytes = 2 * _HALF_BYTES
    sign_public_bytes = _POINT_BYTES
    box_public_bytes = _POINT_BYTES

    def sign_keys(self, private: bytes | None = None) -> KeyPair:
        return _pair(private)

    def box_keys(self, private: bytes | None = None) -> KeyPair:
        return _pair(private)

    def sign(self, private: bytes, message: bytes) -> bytes:
        r, s = map(bytes, _sm2(sk=_checked_private(private)).sign(message))
        return r.rjust(_HALF_BYTES, b"\0") + s.rjust(_HALF_BYTES, b"\0")

    def verify(self, public: bytes, signature: bytes, message: bytes) -> None:
        key = _sm2(pk=_checked_public(public))
        if len(signature) != self.signature_bytes or not _fits(key, signature, message):
            raise SuiteError("the signature does not fit")

    def seal(self, public: bytes, plaintext: bytes, info: bytes) -> bytes:
        key = secrets.token_bytes(_KEY_BYTES)
        wrapped = bytes(_sm2(pk=_checked_public(public)).encrypt(key))
        cipher = Cipher(algorithms.SM4(key), modes.GCM(_NONCE)).encryptor()
        cipher.authenticate_additional_data(wrapped + info)
        return wrapped + cipher.update(plaintext) + cipher.finalize() + cipher.tag

    def open(self, private: bytes, ciphertext: bytes, info: bytes) -> bytes:
        secret = _checked_private(private)
        wrapped, sealed = ciphertext[:_WRAPPED_BYTES], ciphertext[_WRAPPED_BYTES:-_TAG_BYTES]
        if len(ciphertext) < _WRAPPED_BYTES + _TAG_BYTES:
            raise SuiteError("the content ends early")
        key = _unwrap(secret, wrapped)
        cipher = Cipher(algorithms.SM4(key), modes.GCM(_NONCE, ciphertext[-_TAG_BYTES:])).decryptor()
        cipher.authenticate_additional_data(wrapped + info)
        try:
            return cipher.update(sealed) + cipher.finalize()
        except InvalidTag as error:
            raise SuiteError("the content does not open with this key") from error


def _sm2(**keys: bytes) -> "gmalg.SM2":
    # only who uses this suite loads the library
    import gmalg

    return gmalg.SM2(uid=USER_ID, **keys)


def _pair(private: bytes | None) -> KeyPair:
    if private is None:
        private = (secrets.randbelow(_ORDER - 2) + 1).to_bytes(_PRIVATE_BYTES, "big")
    return KeyPair(private, _sm2().generate_pk(_checked_private(private)))


def _checked_private(private: bytes) -> bytes:
    """A number from 1 to n - 2: with n - 1 no signature could be made."""
    if len(private) != _PRIVATE_BYTES or not 1 <= int.from_bytes(private, "big") <= _ORDER - 2:
        raise SuiteError("not a private key of SM2")
    return private


def _checked_public(public: bytes) -> bytes:
    """A point of the curve; its cofactor is 1, so any has the right order. The library does not look by itself."""
    x, y = (int.from_bytes(public[at : at + _HALF_BYTES], "big") for at in (1, 1 + _HALF_BYTES))
    on_curve = max(x, y) < _PRIME and (y * y - x * x * x + 3 * x - _B) % _PRIME == 0
    if len(public) != _POINT_BYTES or public[:1] != b"\x04" or not on_curve:
        raise SuiteError("not a public key of SM2")
    return public


def _fits(key: "gmalg.SM2", signature: bytes, message: bytes) -> bool:
    try:
        return bool(key.verify(message, signature[:_HALF_BYTES], signature[_HALF_BYTES:]))
    except (TypeError, ValueError, ZeroDivisionError):  # the sum of the two points is none
        return False


def _unwrap(private: bytes, wrapped: bytes) -> bytes:
    import gmalg.errors

    _checked_public(wrapped[:_POINT_BYTES])
    try:
        return bytes(_sm2(sk=private).decrypt(wrapped))
    except gmalg.errors.GMError as error:
        raise SuiteError("the content does not open with this key") from error
