"""What brings a log back, in frames of its own: what a node asks for, definitions, and the centre's own lost events.

The frames are described in PROTOCOL.md, section 6. They stand beside the others in any batch.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from forms.events import DIGEST_BYTES, Event, Head
from sync import frames, wire
from sync.frame_contents import read_head, write_head
from sync.frames import FRAME_BYTES_MAX, FrameError

DEFINITION: Final = 4
WANTED: Final = 20
RETURNED: Final = 21
LOST: Final = 22

HEADS_MAX: Final = 1_000
MATERIALS_MAX: Final = 1_000
DEFINITIONS_MAX: Final = 1_000
WORD_BYTES_MAX: Final = 16 << 10

Raw = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a node asks for. `heads`: how far each epoch of its own log is here; `materials`: (SHA-256, bytes held
    from the front); `definitions`: digests in hex.
    """

    heads: tuple[Head, ...] = ()
    materials: tuple[tuple[str, int], ...] = ()
    definitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """Events of the centre's own log that the node holds, and the centre's signed word on the last of them."""

    header: bytes
    word: bytes
    events: tuple[Event, ...]


def wanted(asked: Wanted) -> Raw:
    """The frame that asks. Raises FrameError beyond a limit."""
    return WANTED, _framed(
        *_counted([write_head(head) for head in asked.heads], HEADS_MAX),
        *_counted([_digest(sha256) + wire.number(start) for sha256, start in asked.materials], MATERIALS_MAX),
        *_counted([_digest(digest) for digest in asked.definitions], DEFINITIONS_MAX),
    )


def read_wanted(others: Iterable[Raw]) -> Wanted:
    """What is asked for; nothing where no frame asks. Raises FrameError."""
    found = [content for kind, content in others if kind == WANTED]
    return _read_wanted(found[0]) if found else Wanted()


def _read_wanted(content: bytes) -> Wanted:
    try:
        reader = wire.Reader(content)
        asked = Wanted(
            tuple(read_head(reader) for _ in range(reader.number(HEADS_MAX))),
            tuple((reader.fixed(DIGEST_BYTES).hex(), reader.number()) for _ in range(reader.number(MATERIALS_MAX))),
            tuple(reader.fixed(DIGEST_BYTES).hex() for _ in range(reader.number(DEFINITIONS_MAX))),
        )
        reader.end()
    except wire.WireError as error:
        raise FrameError(str(error)) from error
    return asked


def definition(source: str) -> Raw:
    """A service file as it is published. Raises FrameError."""
    return DEFINITION, source.encode()


def read_definitions(others: Iterable[Raw]) -> list[dict[str, object]]:
    """The service files of a batch; what is no JSON object is passed over: its digest is asked for and not there."""
    found = []
    for kind, content in others:
        if kind == DEFINITION:
            try:
                value = json.loads(content)
            except (ValueError, RecursionError) as error:
                raise FrameError("a definition that is no JSON") from error
            if isinstance(value, dict):
                found.append(value)
    return found


def lost(head: Head) -> Raw:
    """The centre's word that its own log for this node ends here."""
    return LOST, write_head(head)


def read_lost(others: Iterable[Raw]) -> Head | None:
    """Where the centre's log ends, if it says that it has lost something. Raises FrameError."""
    found = [content for kind, content in others if kind == LOST]
    if not found:
        return None
    try:
        reader = wire.Reader(found[0])
        head = read_head(reader)
        reader.end()
    except wire.WireError as error:
        raise FrameError(str(error)) from error
    return head


def returned(given: Returned) -> Raw:
    """The frame that gives the centre its own events back. Raises FrameError."""
    return RETURNED, _framed(
        wire.blob(given.header, WORD_BYTES_MAX),
        wire.blob(given.word, WORD_BYTES_MAX),
        wire.fixed(given.events[0].prev, DIGEST_BYTES),
        wire.blob(frames.pack(events=given.events), FRAME_BYTES_MAX),
    )


def read_returned(others: Iterable[Raw]) -> list[Returned]:
    """What the node gives back; nothing of it is proven. Raises FrameError."""
    return [_read_returned(content) for kind, content in others if kind == RETURNED]


def _read_returned(content: bytes) -> Returned:
    try:
        reader = wire.Reader(content)
        header, word = reader.blob(WORD_BYTES_MAX), reader.blob(WORD_BYTES_MAX)
        prev, packed = reader.fixed(DIGEST_BYTES), reader.blob(FRAME_BYTES_MAX)
        reader.end()
    except wire.WireError as error:
        raise FrameError(str(error)) from error
    return Returned(header, word, frames.unpack(packed, prev).events)


def _framed(*parts: bytes) -> bytes:
    return b"".join(parts)


def _counted(items: list[bytes], count_max: int) -> list[bytes]:
    if len(items) > count_max:
        raise FrameError(f"{len(items)} items where {count_max} may be")
    return [wire.number(len(items)), *items]


def _digest(text: str) -> bytes:
    return wire.fixed(bytes.fromhex(text), DIGEST_BYTES)
