"""The suites: the same rules for all of them, the sample values of the standards, and what each is made of."""

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gmalg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from sync.suites import GM_1, MODERN_1, MODERN_PQ_1, SUITES, Suite, SuiteError, gm, named, of_sign_key

STANDARDS = json.loads((Path(__file__).parent / "vectors" / "standards.json").read_text(encoding="utf-8"))
every_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


def sample(name: str) -> dict[str, bytes]:
    return {key: bytes.fromhex(value) for key, value in STANDARDS[name].items() if key != "suite"}


@every_suite
def test_what_is_sealed_opens_with_the_right_key_and_the_same_info_only(suite: Suite) -> None:
    box, other = suite.box_keys(), suite.box_keys()
    sealed = suite.seal(box.public, "驿站".encode(), b"info")
    assert suite.open(box.private, sealed, b"info").decode() == "驿站"
    assert suite.seal(box.public, "驿站".encode(), b"info") != sealed
    for private, data, info in (
        (other.private, sealed, b"info"),
        (box.private, sealed, b"other"),
        (box.private, sealed[:-1], b"info"),
        (box.private, sealed + b"\0", b"info"),
        (box.private, b"", b"info"),
        (box.private, sealed[:40], b"info"),
    ):
        with pytest.raises(SuiteError):
            suite.open(private, data, info)


@every_suite
def test_a_signature_fits_its_key_and_its_message_only(suite: Suite) -> None:
    pair, other = suite.sign_keys(), suite.sign_keys()
    signature = suite.sign(pair.private, b"message")
    suite.verify(pair.public, signature, b"message")
    assert len(signature) == suite.signature_bytes
    for public, claimed, message in (
        (other.public, signature, b"message"),
        (pair.public, signature, b"massage"),
        (pair.public, b"", b"message"),
        (pair.public, signature[:-1], b"message"),
        (pair.public, bytes(len(signature)), b"message"),
        (pair.public, signature + b"\0", b"message"),
        (pair.public, b"\xff" * len(signature), b"message"),
    ):
        with pytest.raises(SuiteError):
            suite.verify(public, claimed, message)


@every_suite
def test_a_private_key_gives_its_public_one_back(suite: Suite) -> None:
    for make, length in ((suite.sign_keys, suite.sign_public_bytes), (suite.box_keys, suite.box_public_bytes)):
        pair = make()
        assert make(pair.private) == pair
        assert len(pair.public) == length
        assert make().private != pair.private
        assert pair.private.hex() not in repr(pair)


@every_suite
def test_keys_of_the_wrong_form_are_refused(suite: Suite) -> None:
    zero = bytes(suite.box_public_bytes)
    calls: list[Callable[[], Any]] = [
        lambda: suite.sign_keys(b"short"),
        lambda: suite.box_keys(b"short"),
        lambda: suite.sign(b"short", b""),
        lambda: suite.seal(b"short", b"", b""),
        lambda: suite.seal(zero, b"", b""),
        lambda: suite.open(b"short", b"", b""),
        lambda: suite.verify(b"short", bytes(suite.signature_bytes), b""),
    ]
    for call in calls:
        with pytest.raises(SuiteError):
            call()


def test_a_suite_is_found_by_its_name_and_by_its_key() -> None:
    assert [named(suite.name) for suite in SUITES.values()] == list(SUITES.values())
    assert [of_sign_key(suite.sign_keys().public) for suite in SUITES.values()] == list(SUITES.values())
    for call in (lambda: named("modern-0"), lambda: of_sign_key(bytes(31))):
        with pytest.raises(SuiteError):
            call()


def test_hpke_opens_the_sample_of_rfc_9180() -> None:
    """Annex A.1.1; its additional data are what only the library's inner function takes."""
    found = sample("rfc9180_a1_1")
    suite = Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    key = X25519PrivateKey.from_private_bytes(found["private"])
    sealed = found["enc"] + found["ciphertext"]
    assert openssl.hpke._decrypt_with_aad(suite, sealed, key, found["info"], found["aad"]) == found["plaintext"]


def test_ml_kem_has_the_values_of_fips_203() -> None:
    """A sample whose matrix takes unusually much of the stream (C2SP CCTV, `unluckysample`)."""
    found = sample("fips203_ml_kem_768")
    key = MLKEM768PrivateKey.from_seed_bytes(found["d"] + found["z"])
    assert hashlib.sha3_256(key.public_key().public_bytes_raw()).digest() == found["public_hash"]
    assert key.decapsulate(found["ciphertext"]) == found["shared_secret"]


def test_sm2_has_the_sample_values_of_gbt_32918() -> None:
    found = sample("gbt32918_5_sm2")
    always_k = int.from_bytes(found["k"], "big")
    assert GM_1.sign_keys(found["private"]).public == found["public"]
    assert found["user_id"] == gm.USER_ID
    r, s = gmalg.SM2(found["private"], found["user_id"], rnd_fn=lambda _bits: always_k).sign(found["signed"])
    assert r + s == found["signature"]
    GM_1.verify(found["public"], found["signature"], found["signed"])
    sealed = gmalg.SM2(pk=found["public"], rnd_fn=lambda _bits: always_k).encrypt(found["encrypted"])
    assert sealed == found["ciphertext"]


def test_sm3_and_sm4_have_the_sample_values_of_their_standards() -> None:
    found = sample("gbt32905_sm3")
    digest = hashes.Hash(hashes.SM3())
    digest.update(found["message"])
    assert digest.finalize() == found["digest"]
    found = sample("gbt32907_sm4")
    block = Cipher(algorithms.SM4(found["key"]), modes.ECB()).encryptor()
    assert block.update(found["plaintext"]) + block.finalize() == found["ciphertext"]
    found = sample("rfc8998_sm4_gcm")
    cipher = Cipher(algorithms.SM4(found["key"]), modes.GCM(found["nonce"])).encryptor()
    cipher.authenticate_additional_data(found["aad"])
    assert cipher.update(found["plaintext"]) + cipher.finalize() == found["ciphertext"]
    assert cipher.tag == found["tag"]


def test_both_signatures_of_the_hybrid_suite_must_fit() -> None:
    pair, other = MODERN_PQ_1.sign_keys(), MODERN_PQ_1.sign_keys()
    good, bad = MODERN_PQ_1.sign(pair.private, b"m"), MODERN_PQ_1.sign(other.private, b"m")
    Ed25519PublicKey.from_public_bytes(pair.public[:32]).verify(good[:64], b"m")
    MLDSA65PublicKey.from_public_bytes(pair.public[32:]).verify(good[64:], b"m", b"yizhan modern-pq-1")
    for half in (good[:64] + bad[64:], bad[:64] + good[64:]):
        with pytest.raises(SuiteError):
            MODERN_PQ_1.verify(pair.public, half, b"m")


def test_the_hybrid_seal_opens_by_hand_as_the_protocol_says() -> None:
    """ML-KEM and X25519 combined as in X-Wing, then the key schedule of RFC 9180: another program can do the same."""
    box = MODERN_PQ_1.box_keys()
    sealed = MODERN_PQ_1.seal(box.public, b"content", b"info")
    first, ephemeral, content = sealed[:1088], sealed[1088:1120], sealed[1120:]
    secret = MLKEM768PrivateKey.from_seed_bytes(box.private[:64]).decapsulate(first)
    curve = X25519PrivateKey.from_private_bytes(box.private[64:]).exchange(X25519PublicKey.from_public_bytes(ephemeral))
    shared = hashlib.sha3_256(secret + curve + ephemeral + box.public[1184:] + rb"\.//^\ "[:6]).digest()
    key, nonce = key_schedule(shared, b"info", kem=0x647A, kdf=1, aead=2)
    assert AESGCM(key).decrypt(nonce, content, b"") == b"content"


def test_the_modern_seal_opens_by_hand_as_the_protocol_says() -> None:
    box = MODERN_1.box_keys()
    sealed = MODERN_1.seal(box.public, b"content", b"info")
    secret = X25519PrivateKey.from_private_bytes(box.private).exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
    suite = b"KEM" + (0x20).to_bytes(2, "big")
    kem = expand(extract(b"", b"eae_prk", secret, suite), b"shared_secret", sealed[:32] + box.public, 32, suite)
    key, nonce = key_schedule(kem, b"info", kem=0x20, kdf=1, aead=2)
    assert AESGCM(key).decrypt(nonce, sealed[32:], b"") == b"content"


def key_schedule(shared: bytes, info: bytes, *, kem: int, kdf: int, aead: int) -> tuple[bytes, bytes]:
    """Key and nonce of the base mode with AES-256-GCM (RFC 9180, 5.1)."""
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (kem, kdf, aead))
    context = b"\0" + extract(b"", b"psk_id_hash", b"", suite) + extract(b"", b"info_hash", info, suite)
    secret = extract(shared, b"secret", b"", suite)
    return expand(secret, b"key", context, 32, suite), expand(secret, b"base_nonce", context, 12, suite)


def extract(salt: bytes, label: bytes, secret: bytes, suite: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def expand(secret: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]


def test_the_national_seal_opens_by_hand_as_the_protocol_says() -> None:
    box = GM_1.box_keys()
    sealed = GM_1.seal(box.public, b"content", b"info")
    key = gmalg.SM2(box.private).decrypt(sealed[:113])
    cipher = Cipher(algorithms.SM4(key), modes.GCM(bytes(12), sealed[-16:])).decryptor()
    cipher.authenticate_additional_data(sealed[:113] + b"info")
    assert cipher.update(sealed[113:-16]) + cipher.finalize() == b"content"


def test_a_point_beside_the_curve_is_no_key_of_sm2() -> None:
    """The library would compute with it, and give away bits of the secret."""
    good = GM_1.box_keys().public
    for bad in (
        good[:-1] + bytes([good[-1] ^ 1]),
        b"\x06" + good[1:],
        b"\x04" + bytes(64),
        b"\x04" + b"\xff" * 64,
        b"\0",
    ):
        with pytest.raises(SuiteError):
            GM_1.seal(bad, b"", b"")
    sealed = bytearray(GM_1.seal(good, b"x", b""))
    sealed[64] ^= 1
    with pytest.raises(SuiteError):
        GM_1.open(GM_1.box_keys().private, bytes(sealed), b"")


def test_numbers_out_of_range_are_no_private_keys_of_sm2() -> None:
    order = gm._ORDER
    for bad in (0, order - 1, order, 2**256 - 1):
        with pytest.raises(SuiteError):
            GM_1.sign_keys(bad.to_bytes(32, "big"))
    small = GM_1.sign_keys((1).to_bytes(32, "big"))
    GM_1.verify(small.public, GM_1.sign(small.private, b"m"), b"m")


SAMPLES = {
    "rfc9180_a1_1": ("ciphertext", test_hpke_opens_the_sample_of_rfc_9180),
    "fips203_ml_kem_768": ("ciphertext", test_ml_kem_has_the_values_of_fips_203),
    "gbt32918_5_sm2": ("signature", test_sm2_has_the_sample_values_of_gbt_32918),
    "gbt32905_sm3": ("digest", test_sm3_and_sm4_have_the_sample_values_of_their_standards),
    "rfc8998_sm4_gcm": ("tag", test_sm3_and_sm4_have_the_sample_values_of_their_standards),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_a_standard_with_one_bit_changed_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the five tests above."""
    field, judge = SAMPLES[name]
    changed = bytearray.fromhex(STANDARDS[name][field])
    changed[0] ^= 1
    monkeypatch.setitem(STANDARDS[name], field, changed.hex())
    with pytest.raises((AssertionError, InvalidTag)):
        judge()
