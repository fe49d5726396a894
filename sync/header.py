"""The header of an envelope: what stands outside, in clear, and what is refused before anything is opened."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from forms.events import DIGEST_BYTES
from sync import wire
from sync.frame_items import KEY_BYTES_MAX
from sync.suites import KEY_ID_BYTES, MODERN_1, SUITES

_VERSION: Final = 1
_BATCH_ID_BYTES: Final = 16
_NODE_BYTES_MAX: Final = 32


class EnvelopeError(ValueError):
    """An envelope that is not taken.

    `code`: damaged, not_for_us, unknown_suite, bad_signature, too_large, bad_content, unknown_codebook.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


class Purpose(IntEnum):
    """What an envelope is for; it also says the direction, so an answer never passes for a request."""

    UP = 1  # a node's batch for the centre
    DOWN = 2  # the centre's answer
    ENROL = 3  # a node's first word
    ENROLLED = 4  # the answer to it
    RECALL = 5  # a node asks for what it once sent
    RECALLED = 6  # the answer to it


@dataclass(frozen=True, slots=True)
class Header:
    """What stands outside, in clear, inside both signatures.

    `node` is the police room on either way. The events have `epoch` and run from `seq_from` to `seq_to` (one less than
    `seq_from` if there are none); `prev` is the digest that the first continues, `head` the digest of the last.
    `seal` fills in suite and key ids. `sender_key` is the sender's public key in an ENROL, else empty.
    """

    purpose: Purpose
    node: str
    epoch: int
    seq_from: int
    seq_to: int
    prev: bytes
    head: bytes
    batch_id: bytes
    sender_key: bytes = b""
    suite: int = MODERN_1.number
    sender_key_id: bytes = bytes(KEY_ID_BYTES)
    recipient_key_id: bytes = bytes(KEY_ID_BYTES)

    @property
    def after(self) -> tuple[int, int]:
        """The position behind which the events stand, or from which a batch without any asks."""
        return self.epoch, self.seq_from - 1


def encode_header(header: Header) -> bytes:
    """The canonical bytes. Raises EnvelopeError (damaged) for values that don't fit."""
    try:
        return b"".join(
            (
                bytes([_VERSION, header.suite, header.purpose]),
                wire.text(header.node, _NODE_BYTES_MAX),
                *(wire.number(value) for value in (header.epoch, header.seq_from, header.seq_to)),
                wire.fixed(header.prev, DIGEST_BYTES),
                wire.fixed(header.head, DIGEST_BYTES),
                wire.fixed(header.sender_key_id, KEY_ID_BYTES),
                wire.fixed(header.recipient_key_id, KEY_ID_BYTES),
                wire.fixed(header.batch_id, _BATCH_ID_BYTES),
                wire.blob(header.sender_key, KEY_BYTES_MAX),
            )
        )
    except wire.WireError as error:
        raise EnvelopeError("damaged", str(error)) from error


def decode_header(data: bytes) -> Header:
    """Raises EnvelopeError (damaged, unknown_suite)."""
    reader = wire.Reader(data)
    try:
        suite, purpose = _read_kind(reader)
        header = _read_header(reader, suite, purpose)
        reader.end()
    except (wire.WireError, ValueError) as error:
        raise error if isinstance(error, EnvelopeError) else EnvelopeError("damaged", str(error)) from error
    return header


def _read_kind(reader: wire.Reader) -> tuple[int, Purpose]:
    version, suite, purpose = reader.fixed(3)
    if version != _VERSION:
        raise EnvelopeError("damaged", f"version {version}")
    if suite not in SUITES:
        raise EnvelopeError("unknown_suite", f"suite {suite}")
    return suite, Purpose(purpose)


def _read_header(reader: wire.Reader, suite: int, purpose: Purpose) -> Header:
    return Header(
        purpose=purpose,
        suite=suite,
        node=reader.text(_NODE_BYTES_MAX),
        epoch=reader.number(),
        seq_from=reader.number(),
        seq_to=reader.number(),
        prev=reader.fixed(DIGEST_BYTES),
        head=reader.fixed(DIGEST_BYTES),
        sender_key_id=reader.fixed(KEY_ID_BYTES),
        recipient_key_id=reader.fixed(KEY_ID_BYTES),
        batch_id=reader.fixed(_BATCH_ID_BYTES),
        sender_key=reader.blob(KEY_BYTES_MAX),
    )
