"""The sealed batch: compressed, encrypted to one receiver, signed. The same in both directions.

    MAGIC | length, header | length, ciphertext | signature
    ciphertext = seal to the receiver (coding | frames), bound to the header; signed = hashes of header and ciphertext

The signature lets anybody who knows the sender refuse junk before opening. With the hash of the ciphertext it is also
the sender's word on the head of its log, and is kept. The header names the sender's key and the seal hangs on it, so
nobody can put his own signature around another's words. Nothing in the header is secret. The exact bytes are in
PROTOCOL.md.
"""

import hashlib
import struct
from dataclasses import dataclass, field, replace
from typing import Final

import zstandard

from forms.events import Event, Head
from sync import frames
from sync.coding import library
from sync.header import EnvelopeError, Header, Purpose, decode_header, encode_header
from sync.runs import Find
from sync.suites import MODERN_1, SUITES, Suite, SuiteError, key_id

MAGIC: Final = b"YIZHAN\x01\n"
HEADER_BYTES_MAX: Final = 8 << 10
CIPHERTEXT_BYTES_MAX: Final = 16 << 20
ENVELOPE_BYTES_MAX: Final = CIPHERTEXT_BYTES_MAX + HEADER_BYTES_MAX + (8 << 10)
INNER_BYTES_MAX: Final = 64 << 20
RATIO_MAX: Final = 200
ZSTD_LEVEL: Final = 19

_STORED: Final = 0
_ZSTD: Final = 1
_LENGTH: Final = struct.Struct(">I")
_INFO_TAG: Final = b"yizhan batch/1"
_ENVELOPE_TAG: Final = b"yizhan env/1\0"


@dataclass(frozen=True, slots=True)
class SealKeys:
    """What a sender needs, raw bytes: its own signing pair and the receiver's public key."""

    sign_private: bytes = field(repr=False)
    sign_public: bytes
    box_public: bytes
    suite: Suite = MODERN_1


@dataclass(frozen=True, slots=True)
class OpenKeys:
    """What a receiver needs, raw bytes: its own sealing pair and the sender's public key. One suite: no downgrade."""

    box_private: bytes = field(repr=False)
    box_public: bytes
    sign_public: bytes
    suite: Suite = MODERN_1


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that was proven whole, from this sender, for us.

    `header_bytes` and `word` are evidence of what the sender said: SHA-256 of the ciphertext, and the signature.
    """

    header: Header
    header_bytes: bytes
    word: bytes
    inner: bytes
    digest: bytes

    def contents(self, find: Find = library.PACKAGED.find) -> frames.Contents:
        """The frames, with the events exactly as the header says. Raises EnvelopeError (bad_content, unknown_codebook).

        `find`: gives the codebook of a name, or None.
        """
        try:
            contents = frames.unpack(self.inner, self.header.prev, find)
        except frames.CodebookUnknownError as error:
            raise EnvelopeError("unknown_codebook", str(error)) from error
        except frames.FrameError as error:
            raise EnvelopeError("bad_content", str(error)) from error
        _check_range(self.header, contents.events)
        return contents


def header_for(purpose: Purpose, node: str, after: Head, events: tuple[Event, ...], batch_id: bytes) -> Header:
    """The header of a batch of consecutive events of one epoch that follow the head `after`; there may be none."""
    first, last = (events[0], events[-1]) if events else (None, None)
    return Header(
        purpose=purpose,
        node=node,
        epoch=first.epoch if first else after.epoch,
        seq_from=first.seq if first else after.seq + 1,
        seq_to=last.seq if last else after.seq,
        prev=first.prev if first else after.digest,  # a later epoch may go on from an earlier event than the last
        head=last.digest if last else after.digest,
        batch_id=batch_id,
    )


def seal(header: Header, inner: bytes, keys: SealKeys, level: int = ZSTD_LEVEL) -> bytes:
    """Make an envelope around packed frames; `level` of zstd: what is a photograph already is not worth a high one.

    Raises EnvelopeError (too_large) or SuiteError for keys that don't fit.
    """
    header_bytes = encode_header(_addressed(header, keys))
    ciphertext = keys.suite.seal(keys.box_public, _compress(inner, level), _info(header_bytes))
    if len(ciphertext) > CIPHERTEXT_BYTES_MAX:
        raise EnvelopeError("too_large", f"{len(ciphertext)} sealed bytes")
    signature = keys.suite.sign(keys.sign_private, signed_bytes(header_bytes, hashlib.sha256(ciphertext).digest()))
    return MAGIC + _prefixed(header_bytes) + _prefixed(ciphertext) + signature


def peek(data: bytes) -> Header:
    """The header as it claims to be, to find the keys with. Nothing is proven. Raises EnvelopeError."""
    return _parts(data)[0]


def open_envelope(data: bytes, keys: OpenKeys, *, purpose: Purpose, node: str) -> Opened:
    """Prove and open. Raises EnvelopeError; the caller changes nothing then."""
    header, header_bytes, ciphertext, signature = _parts(data)
    _check_address(header, keys, purpose, node)
    sealed_digest = hashlib.sha256(ciphertext).digest()
    _verify(keys, signature, signed_bytes(header_bytes, sealed_digest))
    inner = _decompress(_decrypt(keys, ciphertext, header_bytes))
    return Opened(header, header_bytes, sealed_digest + signature, inner, digest_of(data))


def is_signed_by(data: bytes, sign_public: bytes) -> bool:
    """Whether an envelope is whole and signed with this key; its content stays closed."""
    try:
        header, header_bytes, ciphertext, signature = _parts(data)
        signed = signed_bytes(header_bytes, hashlib.sha256(ciphertext).digest())
        SUITES[header.suite].verify(sign_public, signature, signed)
    except (EnvelopeError, SuiteError):
        return False
    return header.sender_key_id == key_id(sign_public)


def digest_of(data: bytes) -> bytes:
    """The SHA-256 by which an answer names the envelope that it answers; 32 bytes."""
    return hashlib.sha256(data).digest()


def _addressed(header: Header, keys: SealKeys) -> Header:
    return replace(
        header,
        suite=keys.suite.number,
        sender_key_id=key_id(keys.sign_public),
        recipient_key_id=key_id(keys.box_public),
    )


def _check_address(header: Header, keys: OpenKeys, purpose: Purpose, node: str) -> None:
    if header.suite != keys.suite.number:
        raise EnvelopeError("unknown_suite", f"suite {header.suite} where {keys.suite.number} is agreed")
    if header.recipient_key_id != key_id(keys.box_public):
        raise EnvelopeError("not_for_us", "sealed to another key")
    if header.sender_key_id != key_id(keys.sign_public):
        raise EnvelopeError("bad_signature", "signed with another key")
    if (header.purpose, header.node) != (purpose, node):
        raise EnvelopeError("not_for_us", f"purpose {header.purpose} of node {header.node!r}")


def _check_range(header: Header, events: tuple[Event, ...]) -> None:
    numbers = [(event.epoch, event.seq) for event in events]
    claimed = [(header.epoch, seq) for seq in range(header.seq_from, header.seq_from + len(events))]
    head = events[-1].digest if events else header.prev
    if numbers != claimed or header.seq_to != header.seq_from + len(events) - 1 or head != header.head:
        raise EnvelopeError("bad_content", "the events are not those of the header")


def _parts(data: bytes) -> tuple[Header, bytes, bytes, bytes]:
    """Header, its bytes, ciphertext, signature, each exactly as long as announced. Raises EnvelopeError (damaged)."""
    if len(data) > ENVELOPE_BYTES_MAX:
        raise EnvelopeError("too_large", f"{len(data)} bytes")
    if not data.startswith(MAGIC):
        raise EnvelopeError("damaged", "not an envelope")
    header_bytes, rest = _cut(data[len(MAGIC) :], HEADER_BYTES_MAX)
    ciphertext, signature = _cut(rest, CIPHERTEXT_BYTES_MAX)
    header = decode_header(header_bytes)
    if len(signature) != SUITES[header.suite].signature_bytes:
        raise EnvelopeError("damaged", "the signature has another length")
    return header, header_bytes, ciphertext, signature


def _cut(data: bytes, length_max: int) -> tuple[bytes, bytes]:
    if len(data) < _LENGTH.size:
        raise EnvelopeError("damaged", "ends early")
    (length,) = _LENGTH.unpack_from(data)
    if length > length_max:
        raise EnvelopeError("too_large", f"{length} bytes where {length_max} may be")
    end = _LENGTH.size + length
    if len(data) < end:
        raise EnvelopeError("damaged", "ends early")
    return data[_LENGTH.size : end], data[end:]


def _prefixed(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _info(header_bytes: bytes) -> bytes:
    return _INFO_TAG + _prefixed(header_bytes)


def signed_bytes(header_bytes: bytes, sealed_digest: bytes) -> bytes:
    """What a sender signs. Hashes, because an envelope may be megabytes long, and its word is kept without it."""
    return _ENVELOPE_TAG + hashlib.sha256(header_bytes).digest() + sealed_digest


def _verify(keys: OpenKeys, signature: bytes, message: bytes) -> None:
    try:
        keys.suite.verify(keys.sign_public, signature, message)
    except SuiteError as error:
        raise EnvelopeError("bad_signature", str(error)) from error


def _decrypt(keys: OpenKeys, ciphertext: bytes, header_bytes: bytes) -> bytes:
    try:
        return keys.suite.open(keys.box_private, ciphertext, _info(header_bytes))
    except SuiteError as error:
        raise EnvelopeError("not_for_us", str(error)) from error


def _compress(inner: bytes, level: int = ZSTD_LEVEL) -> bytes:
    """Coding byte and content. Stored when compressing gains nothing, or more than a receiver would believe."""
    if len(inner) > INNER_BYTES_MAX:
        raise EnvelopeError("too_large", f"{len(inner)} bytes in one batch")
    packed = zstandard.ZstdCompressor(level=level).compress(inner)
    if len(inner) // RATIO_MAX < len(packed) < len(inner):
        return bytes([_ZSTD]) + packed
    return bytes([_STORED]) + inner


def _decompress(packed: bytes) -> bytes:
    coding, content = packed[:1], packed[1:]
    if coding == bytes([_STORED]):
        return content
    if coding != bytes([_ZSTD]):
        raise EnvelopeError("bad_content", "unknown coding")
    return _decompress_zstd(content)


def _decompress_zstd(content: bytes) -> bytes:
    """One whole zstd frame that says its size before anything is unpacked. Raises EnvelopeError."""
    try:
        size = zstandard.get_frame_parameters(content).content_size
        if size > min(INNER_BYTES_MAX, RATIO_MAX * len(content)):
            raise EnvelopeError("too_large", f"unpacks to {size} bytes")
        return zstandard.ZstdDecompressor().decompress(content, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise EnvelopeError("bad_content", str(error)) from error


__all__ = [
    "CIPHERTEXT_BYTES_MAX",
    "ENVELOPE_BYTES_MAX",
    "HEADER_BYTES_MAX",
    "INNER_BYTES_MAX",
    "MAGIC",
    "RATIO_MAX",
    "ZSTD_LEVEL",
    "EnvelopeError",
    "Header",
    "OpenKeys",
    "Opened",
    "Purpose",
    "SealKeys",
    "decode_header",
    "digest_of",
    "encode_header",
    "header_for",
    "is_signed_by",
    "open_envelope",
    "peek",
    "seal",
    "signed_bytes",
]
