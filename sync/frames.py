"""Frames: what a batch is made of. One frame is an event, a run of events, a piece of a material, an ack, an enrolment.

A frame is its type (one byte), its length, its content. A reader skips a type that it doesn't know, so that a newer
sender can talk to an older receiver; it refuses anything in a known type that is not exactly as PROTOCOL.md says.
`pack` writes, `unpack` reads; the digests of events are not carried but derived, so a changed event can't pass.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from forms.events import BODY_BYTES_MAX, DIGEST_BYTES, SALT_BYTES, Event, Head, seal
from sync import runs, wire
from sync.coding import library
from sync.coding.codebook import PREFIX_BYTES, Codebook
from sync.runs import EVENTS_MAX, Find

EVENT: Final = 1
CHUNK: Final = 2
ACK: Final = 3
ENROL: Final = 5
RUN: Final = 6
READS: Final = 7
HOLDS: Final = 8
RENDITION: Final = 9
OTHERS: Final = frozenset({4, 20, 21, 22})  # read by sync.recall

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
_FORM_NUMBERS: Final = {name: number for number, name in FORMS.items()}
_ID_BYTES: Final = 16
# what changes little from event to event stands together, and the random bytes last: that is what compresses
_EVENT_NUMBERS: Final = ("epoch", "seq", "ticks")
_EVENT_TEXTS: Final = ("application", "kind", "at", "centre_at", "actor")

_Value = TypeVar("_Value")


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
    """What a batch carried, in the order in which it was written; `skipped` counts frames of unknown type."""

    events: tuple[Event, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    ack: Ack | None = None
    enrolment: Enrolment | None = None
    skipped: int = 0
    renditions: tuple[Rendition, ...] = ()
    others: tuple[tuple[int, bytes], ...] = ()  # (type, content) of what sync.recall reads


def pack(
    events: Iterable[Event] = (),
    chunks: Iterable[Chunk] = (),
    ack: Ack | None = None,
    enrolment: Enrolment | None = None,
    codebook: Codebook | None = None,
    *,
    renditions: Iterable[Rendition] = (),
    others: Iterable[tuple[int, bytes]] = (),
) -> bytes:
    """The frames one after another: ack, enrolment, others, events, renditions, chunks. Raises FrameError.

    `codebook`: one that the receiver named; events are coded with it where that makes them shorter.
    """
    try:
        frames = [_frame(ACK, _write_ack(ack))] if ack else []
        frames += [_frame(READS, _write_reads(ack.codebooks))] if ack and ack.codebooks else []
        frames += [_frame(HOLDS, _write_holds(ack))] if ack and (ack.lacking or ack.held) else []
        frames += [_frame(ENROL, _write_enrolment(enrolment))] if enrolment else []
        frames += [_frame(kind, content) for kind, content in others]
        frames += _event_frames(tuple(events), codebook)
        frames += [_frame(RENDITION, _write_rendition(one)) for one in renditions]
        frames += [_frame(CHUNK, _write_chunk(chunk)) for chunk in chunks]
    except wire.WireError as error:
        raise FrameError(str(error)) from error
    return b"".join(frames)


def unpack(data: bytes, prev: bytes, find: Find = library.PACKAGED.find) -> Contents:
    """Read frames; the first event continues the digest `prev`. Raises FrameError, and nothing of the batch counts.

    `find` gives the codebook of a name (8 bytes), or None: CodebookUnknownError, a FrameError, is raised then.
    """
    found: dict[int, list[bytes]] = {kind: [] for kind in (CHUNK, ACK, ENROL, READS, HOLDS, RENDITION)}
    written: list[tuple[int, bytes]] = []  # events and runs as they follow each other
    others: list[tuple[int, bytes]] = []
    skipped = 0
    try:
        for kind, content in _split(data):
            if kind in (EVENT, RUN):
                written.append((kind, content))
            elif kind in found:
                found[kind].append(content)
            elif kind in OTHERS:
                others.append((kind, content))
            else:
                skipped += 1
        _check_counts(found)
        return Contents(
            events=_chained(written, prev, find),
            chunks=tuple(_read(_read_chunk, content) for content in found[CHUNK]),
            ack=_whole_ack(found[ACK], found[READS], found[HOLDS]),
            enrolment=_read(_read_enrolment, found[ENROL][0]) if found[ENROL] else None,
            skipped=skipped,
            renditions=tuple(_read(_read_rendition, content) for content in found[RENDITION]),
            others=tuple(others),
        )
    except wire.WireError as error:
        raise FrameError(str(error)) from error


def event_bytes(event: Event) -> int:
    """How many bytes an event takes in a batch before compression. Raises FrameError."""
    return len(pack(events=[event]))


def _frame(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + wire.blob(content, FRAME_BYTES_MAX)


def _split(data: bytes) -> Iterable[tuple[int, bytes]]:
    reader = wire.Reader(data)
    for _ in range(FRAMES_MAX):
        if not reader.left:
            return
        yield reader.fixed(1)[0], reader.blob(FRAME_BYTES_MAX)
    if reader.left:
        raise FrameError(f"more than {FRAMES_MAX} frames")


def _check_counts(found: dict[int, list[bytes]]) -> None:
    limits = {CHUNK: CHUNKS_MAX, ACK: 1, ENROL: 1, READS: 1, HOLDS: 1, RENDITION: RENDITIONS_MAX}
    for kind, count_max in limits.items():
        if len(found[kind]) > count_max:
            raise FrameError(f"{len(found[kind])} frames of type {kind} where {count_max} may be")


def _read(read: Callable[[wire.Reader], _Value], content: bytes) -> _Value:
    reader = wire.Reader(content)
    value = read(reader)
    reader.end()
    return value


def _event_frames(events: tuple[Event, ...], codebook: Codebook | None) -> list[bytes]:
    parts = list(events) if codebook is None else runs.write(events, codebook, _event_frame)
    return [_frame(RUN, part) if isinstance(part, bytes) else _event_frame(part) for part in parts]


def _event_frame(event: Event) -> bytes:
    return _frame(EVENT, _write_event(event))


def _chained(written: list[tuple[int, bytes]], prev: bytes, find: Find) -> tuple[Event, ...]:
    events: list[Event] = []
    room = runs.Room()
    for kind, content in written:
        reader, count_max = wire.Reader(content), EVENTS_MAX - len(events)
        if count_max < 1:
            raise FrameError(f"more than {EVENTS_MAX} events")
        some = (_read_event(reader, prev),) if kind == EVENT else _read_run(reader, prev, count_max, find, room)
        reader.end()
        events += some
        prev = events[-1].digest if events else prev
    return tuple(events)


def _read_run(reader: wire.Reader, prev: bytes, count_max: int, find: Find, room: runs.Room) -> tuple[Event, ...]:
    try:
        return runs.read(reader, prev, count_max, find, room)
    except runs.UnknownCodebookError as error:
        raise CodebookUnknownError(str(error)) from error
    except runs.CodingError as error:
        raise FrameError(str(error)) from error


def _write_event(event: Event) -> bytes:
    return b"".join(
        (
            *(wire.number(getattr(event, name)) for name in _EVENT_NUMBERS),
            *(wire.text(getattr(event, name), TEXT_BYTES_MAX) for name in _EVENT_TEXTS),
            _write_seen(event.seen),
            wire.blob(event.body, BODY_BYTES_MAX),
            wire.fixed(_from_hex(event.id), _ID_BYTES),
            wire.fixed(event.salt, SALT_BYTES),
        )
    )


def _read_event(reader: wire.Reader, prev: bytes) -> Event:
    numbers = {name: reader.number() for name in _EVENT_NUMBERS}
    texts = {name: reader.text(TEXT_BYTES_MAX) for name in _EVENT_TEXTS}
    seen = _read_seen(reader)
    body = reader.blob(BODY_BYTES_MAX)
    event_id = reader.fixed(_ID_BYTES).hex()
    salt = reader.fixed(SALT_BYTES)
    return seal(**numbers, **texts, seen=seen, body=body, id=event_id, salt=salt, prev=prev)  # type: ignore[arg-type]  # names and values come from the two tables above


def _write_seen(seen: str) -> bytes:
    """No head is one zero byte; a head is 1 and the head."""
    return wire.number(1) + _write_head(_parsed_head(seen)) if seen else wire.number(0)


def _read_seen(reader: wire.Reader) -> str:
    return str(_read_head(reader)) if reader.number(1) else ""


def _parsed_head(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError as error:
        raise FrameError(f"not the head of a log: {text!r}") from error


def _write_head(head: Head) -> bytes:
    return wire.number(head.epoch) + wire.number(head.seq) + wire.fixed(head.digest, DIGEST_BYTES)


def _read_head(reader: wire.Reader) -> Head:
    return Head(reader.number(), reader.number(), reader.fixed(DIGEST_BYTES))


def _write_chunk(chunk: Chunk) -> bytes:
    _check_chunk(chunk)
    place = wire.number(chunk.offset) + wire.number(chunk.total)
    return wire.fixed(_from_hex(chunk.sha256), DIGEST_BYTES) + place + wire.blob(chunk.data, CHUNK_BYTES_MAX)


def _read_chunk(reader: wire.Reader) -> Chunk:
    sha256 = reader.fixed(DIGEST_BYTES).hex()
    chunk = Chunk(sha256, reader.number(), reader.number(), reader.blob(CHUNK_BYTES_MAX))
    _check_chunk(chunk)
    return chunk


def _check_chunk(chunk: Chunk) -> None:
    if not chunk.data or chunk.offset + len(chunk.data) > chunk.total:
        raise FrameError(f"a piece of {chunk.sha256} that does not lie inside it")


def _write_ack(ack: Ack) -> bytes:
    return b"".join(
        (
            wire.text(ack.node, TEXT_BYTES_MAX),
            _write_head(ack.head),
            wire.text(ack.at, TEXT_BYTES_MAX),
            wire.blob(ack.of, DIGEST_BYTES),
            _write_missing(ack.missing),
            _count(ack.refused, REFUSED_MAX),
            *(_write_refusal(item) for item in ack.refused),
        )
    )


def _read_ack(reader: wire.Reader) -> Ack:
    node = reader.text(TEXT_BYTES_MAX)
    head = _read_head(reader)
    at = reader.text(TEXT_BYTES_MAX)
    of = reader.blob(DIGEST_BYTES)
    missing = _read_missing(reader)
    refused = tuple(_read_refusal(reader) for _ in range(reader.number(REFUSED_MAX)))
    return Ack(node, head, at, missing, refused, of)


def _write_missing(items: tuple[Missing, ...]) -> bytes:
    listed = (wire.fixed(_from_hex(item.sha256), DIGEST_BYTES) + wire.number(item.start) for item in items)
    return _count(items, MISSING_MAX) + b"".join(listed)


def _read_missing(reader: wire.Reader) -> tuple[Missing, ...]:
    return tuple(Missing(reader.fixed(DIGEST_BYTES).hex(), reader.number()) for _ in range(reader.number(MISSING_MAX)))


def _whole_ack(acks: list[bytes], reads: list[bytes], holds: list[bytes]) -> Ack | None:
    if not acks:
        return None
    ack = _read(_read_ack, acks[0])
    if holds:
        lacking, held = _read(_read_holds, holds[0])
        ack = replace(ack, lacking=lacking, held=held)
    return replace(ack, codebooks=_read(_read_reads, reads[0])) if reads else ack


def _write_holds(ack: Ack) -> bytes:
    return wire.number(ack.lacking) + _write_missing(ack.held)


def _read_holds(reader: wire.Reader) -> tuple[int, tuple[Missing, ...]]:
    return reader.number(), _read_missing(reader)


def _write_rendition(item: Rendition) -> bytes:
    return b"".join(
        (
            wire.fixed(_from_hex(item.original), DIGEST_BYTES),
            wire.number(_FORM_NUMBERS[item.form]),
            wire.fixed(_from_hex(item.sha256), DIGEST_BYTES),
            wire.number(item.size),
            wire.text(item.media_type, MEDIA_TYPE_BYTES_MAX),
        )
    )


def _read_rendition(reader: wire.Reader) -> Rendition:
    original = reader.fixed(DIGEST_BYTES).hex()
    form = FORMS.get(reader.number())
    if form is None:
        raise FrameError(f"a rendition of {original} in a form that has no name")
    sha256 = reader.fixed(DIGEST_BYTES).hex()
    return Rendition(original, form, sha256, reader.number(), reader.text(MEDIA_TYPE_BYTES_MAX))


def _write_reads(names: tuple[bytes, ...]) -> bytes:
    return _count(names, CODEBOOKS_MAX) + b"".join(wire.fixed(name, PREFIX_BYTES) for name in names)


def _read_reads(reader: wire.Reader) -> tuple[bytes, ...]:
    return tuple(reader.fixed(PREFIX_BYTES) for _ in range(reader.number(CODEBOOKS_MAX)))


def _write_refusal(item: Refusal) -> bytes:
    place = wire.number(item.epoch) + wire.number(item.seq)
    return place + wire.text(item.code, TEXT_BYTES_MAX) + wire.text(item.reason, REASON_BYTES_MAX)


def _read_refusal(reader: wire.Reader) -> Refusal:
    return Refusal(reader.number(), reader.number(), reader.text(TEXT_BYTES_MAX), reader.text(REASON_BYTES_MAX))


def _write_enrolment(enrolment: Enrolment) -> bytes:
    code = wire.text(enrolment.code, TEXT_BYTES_MAX)
    return code + wire.blob(enrolment.box_key, KEY_BYTES_MAX) + wire.text(enrolment.software, TEXT_BYTES_MAX)


def _read_enrolment(reader: wire.Reader) -> Enrolment:
    return Enrolment(reader.text(TEXT_BYTES_MAX), reader.blob(KEY_BYTES_MAX), reader.text(TEXT_BYTES_MAX))


def _count(items: tuple[object, ...], count_max: int) -> bytes:
    if len(items) > count_max:
        raise FrameError(f"{len(items)} items where {count_max} may be")
    return wire.number(len(items))


def _from_hex(text: str) -> bytes:
    """Lower-case hex to bytes, so that the same text comes back. Raises FrameError for anything else."""
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        raise FrameError(f"no hexadecimal number: {text!r}") from error
    if value.hex() != text:
        raise FrameError(f"no hexadecimal number in lower case: {text!r}")
    return value
