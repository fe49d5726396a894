"""What frames hold, and the limits of each: the words of the wire without their bytes."""

from dataclasses import dataclass
from typing import Final

from forms.events import Event, Head

FRAMES_MAX: Final = 40_000
CHUNKS_MAX: Final = 10_000
MISSING_MAX: Final = 10_000
REFUSED_MAX: Final = 10_000
FRAME_BYTES_MAX: Final = 4 << 20
CHUNK_BYTES_MAX: Final = 1 << 20
TEXT_BYTES_MAX: Final = 256
REASON_BYTES_MAX: Final = 2_000
KEY_BYTES_MAX: Final = 4_096
CODEBOOKS_MAX: Final = 16
RENDITIONS_MAX: Final = 1_000
MEDIA_TYPE_BYTES_MAX: Final = 100
# what a rendition of a material is: the small picture, or the page encoded anew for the link
FORMS: Final = {1: "preview", 2: "page"}


class FrameError(ValueError):
    """Frames that can't be written or read as PROTOCOL.md says."""


class CodebookUnknownError(FrameError):
    """A run of events against a codebook that this side does not have."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The bytes of a material from `offset` on; `sha256` (hex) and `total` (bytes) belong to the whole material."""

    sha256: str
    offset: int
    total: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Rendition:
    """A smaller form of a material: `form` is "preview" or "page", `original` and `sha256` are hex, `size` in bytes.

    It is carried in chunks under its own digest, like a material.
    """

    original: str
    form: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A material (`sha256` in hex) that the receiver holds only up to byte `start`."""

    sha256: str
    start: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that the receiver holds in its log and can't act on; `reason` is a sentence for the officer."""

    epoch: int
    seq: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ack:
    """What the sender of this frame holds of the other side's log, for good: `head`, at the time `at` of its own clock.

    `of` is the SHA-256 of the envelope that is answered; empty when it answers none. `codebooks` are those that runs of
    events for this side may be coded with, by the first 8 bytes of their digests; a frame of its own, type 7.
    `missing` names only what is wanted most; `lacking` counts all that is not whole. `held` answers the chunks of the
    envelope: these are kept, and the material is held from the front up to `start`. A frame of its own too, type 8.
    """

    node: str
    head: Head
    at: str
    missing: tuple[Missing, ...] = ()
    refused: tuple[Refusal, ...] = ()
    of: bytes = b""
    codebooks: tuple[bytes, ...] = ()
    lacking: int = 0
    held: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A node's first word: the one-time code, its public key for sealing, and the version of its program."""

    code: str
    box_key: bytes
    software: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a batch carried, in the order in which it was written; `skipped` counts frames of unknown type.

    `before`: where the sender's log stood before the first event, in a batch with which an epoch begins.
    """

    events: tuple[Event, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    ack: Ack | None = None
    enrolment: Enrolment | None = None
    skipped: int = 0
    renditions: tuple[Rendition, ...] = ()
    before: Head | None = None
    others: tuple[tuple[int, bytes], ...] = ()  # (type, content) of what sync.recall reads
