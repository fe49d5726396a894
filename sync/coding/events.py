"""A run of consecutive events against a codebook: records by column, salts as they are, digests and ids derived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from forms.events import SALT_BYTES, Event
from sync.coding.bodies import Packing, Unpacking
from sync.coding.codebook import Codebook
from sync.coding.ranges import BODY_LETTERS_MAX, Reader, Room, Writer, work_max
from sync.coding.records import NotCodedError, event_of, record

_SALT_BOUND: Final = 1 << 8 * SALT_BYTES


class CodingError(ValueError):
    """Bytes that no writer of this coding made."""


def pack(events: Sequence[Event], codebook: Codebook) -> bytes:
    """Consecutive events, without their digests. Raises NotCodedError for what must go plainly."""
    writer = Writer()
    packing = Packing(codebook, writer)
    before: Event | None = None
    try:
        for event in events:
            spent = packing.spent
            packing.body(record(event, before))
            _check_room(packing.spent - spent)
            writer.number(int.from_bytes(event.salt, "big"), _SALT_BOUND)
            before = event
    except ValueError as error:
        raise error if isinstance(error, NotCodedError) else NotCodedError(str(error)) from error
    data = writer.finish()
    if max(writer.steps, packing.spent) > work_max(len(data)):
        raise NotCodedError("coded more densely than a reader believes")
    return data


def _check_room(letters: int) -> None:
    if letters > BODY_LETTERS_MAX:
        raise NotCodedError(f"{letters} letters in one body")


def unpack(data: bytes, count: int, prev: bytes, codebook: Codebook, room: Room | None = None) -> tuple[Event, ...]:
    """Raises CodingError. `prev`: the digest that the first event continues; 32 bytes. `room`: what is left for it."""
    room = room or Room()
    letters, steps = (min(work_max(len(data)), left) for left in (room.letters, room.steps))
    reader = Reader(data, steps)
    unpacking = Unpacking(codebook, reader, letters)
    found: list[Event] = []
    try:
        for _ in range(count):
            value = unpacking.body()
            salt = reader.number(_SALT_BOUND).to_bytes(SALT_BYTES, "big")
            event = event_of(value, salt, found[-1] if found else None, prev, plain=unpacking.is_plain)
            prev = event.digest
            found.append(event)
        reader.end()
        room.letters -= letters - unpacking.left
        room.steps -= steps - reader.steps_left
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CodingError(str(error)) from error
    return tuple(found)


__all__ = ["CodingError", "NotCodedError", "pack", "unpack"]
