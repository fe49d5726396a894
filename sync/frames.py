"""Frames: what a batch is made of. One frame is an event, a run of events, a piece of a material, an ack, an enrolment.

A frame is its type (one byte), its length, its content. A reader skips a type that it doesn't know, so that a newer
sender can talk to an older receiver; it refuses anything in a known type that is not exactly as PROTOCOL.md says.
`pack` writes, `unpack` reads; the digests of events are not carried but derived, so a changed event can't pass.
"""

from collections.abc import Iterable
from typing import Final

from forms.events import Event, Head
from sync import runs, wire
from sync.coding import library
from sync.coding.codebook import Codebook
from sync.frame_contents import (
    read_chunk,
    read_enrolment,
    read_event,
    read_head,
    read_rendition,
    whole,
    whole_ack,
    write_ack,
    write_chunk,
    write_enrolment,
    write_event,
    write_head,
    write_holds,
    write_reads,
    write_rendition,
)
from sync.frame_items import (
    CHUNK_BYTES_MAX,
    CHUNKS_MAX,
    CODEBOOKS_MAX,
    FORMS,
    FRAME_BYTES_MAX,
    FRAMES_MAX,
    KEY_BYTES_MAX,
    MISSING_MAX,
    REASON_BYTES_MAX,
    REFUSED_MAX,
    RENDITIONS_MAX,
    TEXT_BYTES_MAX,
    Ack,
    Chunk,
    CodebookUnknownError,
    Contents,
    Enrolment,
    FrameError,
    Missing,
    Refusal,
    Rendition,
)
from sync.runs import EVENTS_MAX, Find

EVENT: Final = 1
CHUNK: Final = 2
ACK: Final = 3
ENROL: Final = 5
RUN: Final = 6
READS: Final = 7
HOLDS: Final = 8
RENDITION: Final = 9
BEFORE: Final = 10
OTHERS: Final = frozenset({4, 20, 21, 22})  # read by sync.recall
_ONCE: Final = (ACK, ENROL, READS, HOLDS, BEFORE)
_COUNT_MAX: Final = {CHUNK: CHUNKS_MAX, RENDITION: RENDITIONS_MAX} | dict.fromkeys(_ONCE, 1)


def pack(
    events: Iterable[Event] = (),
    chunks: Iterable[Chunk] = (),
    ack: Ack | None = None,
    enrolment: Enrolment | None = None,
    codebook: Codebook | None = None,
    *,
    after: Head | None = None,
    renditions: Iterable[Rendition] = (),
    others: Iterable[tuple[int, bytes]] = (),
) -> bytes:
    """The frames one after another: ack, enrolment, others, events, renditions, chunks. Raises FrameError.

    `codebook`: one that the receiver named; events are coded with it where that makes them shorter. `after`: the head
    that the events follow in the sender's log; it is written where their chain can't show that.
    """
    events = tuple(events)
    try:
        frames = [_frame(ACK, write_ack(ack))] if ack else []
        frames += [_frame(READS, write_reads(ack.codebooks))] if ack and ack.codebooks else []
        frames += [_frame(HOLDS, write_holds(ack))] if ack and (ack.lacking or ack.held) else []
        frames += [_frame(ENROL, write_enrolment(enrolment))] if enrolment else []
        frames += [_frame(kind, content) for kind, content in others]
        frames += [_frame(BEFORE, write_head(after))] if after and _begins_epoch(events) else []
        frames += _event_frames(events, codebook)
        frames += [_frame(RENDITION, write_rendition(one)) for one in renditions]
        frames += [_frame(CHUNK, write_chunk(chunk)) for chunk in chunks]
    except wire.WireError as error:
        raise FrameError(str(error)) from error
    return b"".join(frames)


def unpack(data: bytes, prev: bytes, find: Find = library.PACKAGED.find) -> Contents:
    """Read frames; the first event continues the digest `prev`. Raises FrameError, and nothing of the batch counts.

    `find` gives the codebook of a name (8 bytes), or None: CodebookUnknownError, a FrameError, is raised then.
    """
    found: dict[int, list[bytes]] = {kind: [] for kind in _COUNT_MAX}
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
            chunks=tuple(whole(read_chunk, content) for content in found[CHUNK]),
            ack=whole_ack(found[ACK], found[READS], found[HOLDS]),
            enrolment=whole(read_enrolment, found[ENROL][0]) if found[ENROL] else None,
            skipped=skipped,
            renditions=tuple(whole(read_rendition, content) for content in found[RENDITION]),
            before=whole(read_head, found[BEFORE][0]) if found[BEFORE] else None,
            others=tuple(others),
        )
    except wire.WireError as error:
        raise FrameError(str(error)) from error


def _begins_epoch(events: tuple[Event, ...]) -> bool:
    """Whether they go on from any event of the log, and not from the one before them."""
    return bool(events) and events[0].seq == 1 and events[0].epoch > 1


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
    for kind, count_max in _COUNT_MAX.items():
        if len(found[kind]) > count_max:
            raise FrameError(f"{len(found[kind])} frames of type {kind} where {count_max} may be")


def _event_frames(events: tuple[Event, ...], codebook: Codebook | None) -> list[bytes]:
    parts = list(events) if codebook is None else runs.write(events, codebook, _event_frame)
    return [_frame(RUN, part) if isinstance(part, bytes) else _event_frame(part) for part in parts]


def _event_frame(event: Event) -> bytes:
    return _frame(EVENT, write_event(event))


def _chained(written: list[tuple[int, bytes]], prev: bytes, find: Find) -> tuple[Event, ...]:
    events: list[Event] = []
    room = runs.Room()
    for kind, content in written:
        reader, count_max = wire.Reader(content), EVENTS_MAX - len(events)
        if count_max < 1:
            raise FrameError(f"more than {EVENTS_MAX} events")
        some = (read_event(reader, prev),) if kind == EVENT else _read_run(reader, prev, count_max, find, room)
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


__all__ = [
    "CHUNKS_MAX", "CHUNK_BYTES_MAX", "CODEBOOKS_MAX", "FORMS", "FRAMES_MAX", "FRAME_BYTES_MAX", "KEY_BYTES_MAX",
    "MISSING_MAX", "REASON_BYTES_MAX", "REFUSED_MAX", "TEXT_BYTES_MAX", "Ack", "Chunk", "CodebookUnknownError",
    "Contents", "Enrolment", "FrameError", "Missing", "Refusal", "Rendition", "event_bytes", "pack", "unpack",
]  # fmt: skip  # a table
