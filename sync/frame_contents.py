"""The bytes of one frame's content: for each type what writes it and what reads it, exactly as PROTOCOL.md says.

What is written wrongly raises FrameError or wire.WireError; a reader refuses what lies outside the limits.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from forms.events import BODY_BYTES_MAX, DIGEST_BYTES, SALT_BYTES, Event, Head, seal
from sync import wire
from sync.coding.codebook import PREFIX_BYTES
from sync.frame_items import (
    CHUNK_BYTES_MAX,
    CODEBOOKS_MAX,
    FORMS,
    KEY_BYTES_MAX,
    MEDIA_TYPE_BYTES_MAX,
    MISSING_MAX,
    REASON_BYTES_MAX,
    REFUSED_MAX,
    TEXT_BYTES_MAX,
    Ack,
    Chunk,
    Enrolment,
    FrameError,
    Missing,
    Refusal,
    Rendition,
)

_FORM_NUMBERS: Final = {name: number for number, name in FORMS.items()}
_ID_BYTES: Final = 16
# what changes little from event to event stands together, and the random bytes last: that is what compresses
_EVENT_NUMBERS: Final = ("epoch", "seq", "ticks")
_EVENT_TEXTS: Final = ("application", "kind", "at", "centre_at", "actor")

_Value = TypeVar("_Value")


def whole(read: Callable[[wire.Reader], _Value], content: bytes) -> _Value:
    """A frame of one item, with nothing behind it."""
    reader = wire.Reader(content)
    value = read(reader)
    reader.end()
    return value


def write_event(event: Event) -> bytes:
    """The content of an event's frame. Raises FrameError for texts or a body beyond their bounds."""
    return b"".join(
        (
            *(wire.number(getattr(event, name)) for name in _EVENT_NUMBERS),
            *(wire.text(getattr(event, name), TEXT_BYTES_MAX) for name in _EVENT_TEXTS),
            write_seen(event.seen),
            wire.blob(event.body, BODY_BYTES_MAX),
            wire.fixed(_from_hex(event.id), _ID_BYTES),
            wire.fixed(event.salt, SALT_BYTES),
        )
    )


def read_event(reader: wire.Reader, prev: bytes) -> Event:
    """An event whose digest is worked out from `prev`, that of the event before it. Raises FrameError."""
    numbers = {name: reader.number() for name in _EVENT_NUMBERS}
    texts = {name: reader.text(TEXT_BYTES_MAX) for name in _EVENT_TEXTS}
    seen = read_seen(reader)
    body = reader.blob(BODY_BYTES_MAX)
    event_id = reader.fixed(_ID_BYTES).hex()
    salt = reader.fixed(SALT_BYTES)
    return seal(**numbers, **texts, seen=seen, body=body, id=event_id, salt=salt, prev=prev)  # type: ignore[arg-type]  # names and values come from the two tables above


def write_seen(seen: str) -> bytes:
    """No head is one zero byte; a head is 1 and the head."""
    return wire.number(1) + write_head(_parsed_head(seen)) if seen else wire.number(0)


def read_seen(reader: wire.Reader) -> str:
    """The head of the other side's log as text, "" for none. Raises FrameError."""
    return str(read_head(reader)) if reader.number(1) else ""


def _parsed_head(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError as error:
        raise FrameError(f"not the head of a log: {text!r}") from error


def write_head(head: Head) -> bytes:
    """Epoch, seq and digest of a log's last event. Raises FrameError for a digest of another length."""
    return wire.number(head.epoch) + wire.number(head.seq) + wire.fixed(head.digest, DIGEST_BYTES)


def read_head(reader: wire.Reader) -> Head:
    """The inverse of write_head. Raises FrameError."""
    return Head(reader.number(), reader.number(), reader.fixed(DIGEST_BYTES))


def write_chunk(chunk: Chunk) -> bytes:
    """A piece of a file: its SHA-256, where the piece begins, how long the whole is. Raises FrameError."""
    _check_chunk(chunk)
    place = wire.number(chunk.offset) + wire.number(chunk.total)
    return wire.fixed(_from_hex(chunk.sha256), DIGEST_BYTES) + place + wire.blob(chunk.data, CHUNK_BYTES_MAX)


def read_chunk(reader: wire.Reader) -> Chunk:
    """The inverse of write_chunk, checked to lie within the file. Raises FrameError."""
    sha256 = reader.fixed(DIGEST_BYTES).hex()
    chunk = Chunk(sha256, reader.number(), reader.number(), reader.blob(CHUNK_BYTES_MAX))
    _check_chunk(chunk)
    return chunk


def _check_chunk(chunk: Chunk) -> None:
    if not chunk.data or chunk.offset + len(chunk.data) > chunk.total:
        raise FrameError(f"a piece of {chunk.sha256} that does not lie inside it")


def write_ack(ack: Ack) -> bytes:
    """What the centre holds, without what it refuses, reads and holds of files: those are frames of their own."""
    return b"".join(
        (
            wire.text(ack.node, TEXT_BYTES_MAX),
            write_head(ack.head),
            wire.text(ack.at, TEXT_BYTES_MAX),
            wire.blob(ack.of, DIGEST_BYTES),
            write_missing(ack.missing),
            _count(ack.refused, REFUSED_MAX),
            *(write_refusal(item) for item in ack.refused),
        )
    )


def read_ack(reader: wire.Reader) -> Ack:
    """The inverse of write_ack; the parts that are frames of their own are empty. Raises FrameError."""
    node = reader.text(TEXT_BYTES_MAX)
    head = read_head(reader)
    at = reader.text(TEXT_BYTES_MAX)
    of = reader.blob(DIGEST_BYTES)
    missing = read_missing(reader)
    refused = tuple(read_refusal(reader) for _ in range(reader.number(REFUSED_MAX)))
    return Ack(node, head, at, missing, refused, of)


def write_missing(items: tuple[Missing, ...]) -> bytes:
    """Files and from which byte on they are wanted. Raises FrameError for too many."""
    listed = (wire.fixed(_from_hex(item.sha256), DIGEST_BYTES) + wire.number(item.start) for item in items)
    return _count(items, MISSING_MAX) + b"".join(listed)


def read_missing(reader: wire.Reader) -> tuple[Missing, ...]:
    """The inverse of write_missing. Raises FrameError."""
    return tuple(Missing(reader.fixed(DIGEST_BYTES).hex(), reader.number()) for _ in range(reader.number(MISSING_MAX)))


def whole_ack(acks: list[bytes], reads: list[bytes], holds: list[bytes]) -> Ack | None:
    """The ack of a batch put together from its frames; None where it has none. Raises FrameError."""
    if not acks:
        return None
    ack = whole(read_ack, acks[0])
    if holds:
        lacking, held = whole(read_holds, holds[0])
        ack = replace(ack, lacking=lacking, held=held)
    return replace(ack, codebooks=whole(read_reads, reads[0])) if reads else ack


def write_holds(ack: Ack) -> bytes:
    """How many files the centre lacks in all, and up to where it holds those that are on their way."""
    return wire.number(ack.lacking) + write_missing(ack.held)


def read_holds(reader: wire.Reader) -> tuple[int, tuple[Missing, ...]]:
    """The inverse of write_holds. Raises FrameError."""
    return reader.number(), read_missing(reader)


def write_rendition(item: Rendition) -> bytes:
    """Which smaller form stands for an original on the link. Raises FrameError."""
    return b"".join(
        (
            wire.fixed(_from_hex(item.original), DIGEST_BYTES),
            wire.number(_FORM_NUMBERS[item.form]),
            wire.fixed(_from_hex(item.sha256), DIGEST_BYTES),
            wire.number(item.size),
            wire.text(item.media_type, MEDIA_TYPE_BYTES_MAX),
        )
    )


def read_rendition(reader: wire.Reader) -> Rendition:
    """The inverse of write_rendition. Raises FrameError, for a form that has no name too."""
    original = reader.fixed(DIGEST_BYTES).hex()
    form = FORMS.get(reader.number())
    if form is None:
        raise FrameError(f"a rendition of {original} in a form that has no name")
    sha256 = reader.fixed(DIGEST_BYTES).hex()
    return Rendition(original, form, sha256, reader.number(), reader.text(MEDIA_TYPE_BYTES_MAX))


def write_reads(names: tuple[bytes, ...]) -> bytes:
    """The beginnings of the digests of the codebooks that the writer reads. Raises FrameError for too many."""
    return _count(names, CODEBOOKS_MAX) + b"".join(wire.fixed(name, PREFIX_BYTES) for name in names)


def read_reads(reader: wire.Reader) -> tuple[bytes, ...]:
    """The inverse of write_reads. Raises FrameError."""
    return tuple(reader.fixed(PREFIX_BYTES) for _ in range(reader.number(CODEBOOKS_MAX)))


def write_refusal(item: Refusal) -> bytes:
    """An event that the centre does not take, with the code and the reason. Raises FrameError."""
    place = wire.number(item.epoch) + wire.number(item.seq)
    return place + wire.text(item.code, TEXT_BYTES_MAX) + wire.text(item.reason, REASON_BYTES_MAX)


def read_refusal(reader: wire.Reader) -> Refusal:
    """The inverse of write_refusal. Raises FrameError."""
    return Refusal(reader.number(), reader.number(), reader.text(TEXT_BYTES_MAX), reader.text(REASON_BYTES_MAX))


def write_enrolment(enrolment: Enrolment) -> bytes:
    """The one-time code, the room's public key and its program. Raises FrameError."""
    code = wire.text(enrolment.code, TEXT_BYTES_MAX)
    return code + wire.blob(enrolment.box_key, KEY_BYTES_MAX) + wire.text(enrolment.software, TEXT_BYTES_MAX)


def read_enrolment(reader: wire.Reader) -> Enrolment:
    """The inverse of write_enrolment. Raises FrameError."""
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
