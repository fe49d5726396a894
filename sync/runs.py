"""Runs of events in a batch: coded against a codebook where that is shorter, one frame each where it isn't.

A run is the first 8 bytes of the codebook's digest, how many events there are, and their coded bytes.
"""

from collections.abc import Callable, Sequence
from typing import Final

import zstandard

from forms.events import Event
from sync import wire
from sync.coding import events as coding
from sync.coding.codebook import PREFIX_BYTES, Codebook
from sync.coding.events import CodingError, NotCodedError
from sync.coding.ranges import Room

EVENTS_MAX: Final = 10_000
RUN_BYTES_MAX: Final = 4 << 20
_QUICK_LEVEL: Final = 3
_LEVEL: Final = 19
# more bodies than this go plainly: it comes to two or three times as many letters, and a reader takes sixteen times
BODIES_BYTES_MAX: Final = 1 << 20
_CLEARLY: Final = 0.7  # of what quick compressing makes: thorough compressing won't reach that

Find = Callable[[bytes], Codebook | None]


class UnknownCodebookError(ValueError):
    """A run against a codebook that is not here; the sender is to send it plainly."""


def write(events: Sequence[Event], codebook: Codebook, plain: Callable[[Event], bytes]) -> list[bytes | Event]:
    """The contents of coded runs, and the events that must go plainly, in order; all of them where that is shorter."""
    if sum(len(event.body) for event in events) > BODIES_BYTES_MAX:
        return list(events)
    found = _runs(list(events), codebook)
    size = sum(len(part) if isinstance(part, bytes) else len(plain(part)) for part in found)
    return found if _is_shorter(size, b"".join(map(plain, events))) else list(events)


def _runs(events: list[Event], codebook: Codebook) -> list[bytes | Event]:
    """Halved until each part can be coded or is a single event."""
    try:
        data = coding.pack(events, codebook)
        if len(data) <= RUN_BYTES_MAX - PREFIX_BYTES - wire.NUMBER_BYTES_MAX:
            return [codebook.prefix + wire.number(len(events)) + data] if events else []
    except NotCodedError:
        pass
    if len(events) == 1:
        return list(events)
    half = len(events) // 2
    return _runs(events[:half], codebook) + _runs(events[half:], codebook)


def _is_shorter(size: int, plain: bytes) -> bool:
    """Whether coded bytes are fewer than what the envelope would make of the plain ones."""
    if size < _CLEARLY * len(zstandard.ZstdCompressor(level=_QUICK_LEVEL).compress(plain)):
        return True
    return size <= len(zstandard.ZstdCompressor(level=_LEVEL).compress(plain))


def read(reader: wire.Reader, prev: bytes, count_max: int, find: Find, room: Room) -> tuple[Event, ...]:
    """The events of a run; the first continues `prev`. `room`: what the runs of the batch may still unpack to.

    Raises UnknownCodebookError, CodingError, WireError.
    """
    name = reader.fixed(PREFIX_BYTES)
    count = reader.number(count_max)
    codebook = find(name)
    if codebook is None:
        raise UnknownCodebookError(f"codebook {name.hex()} is not here")
    if count == 0:
        raise CodingError("a run of nothing")
    return coding.unpack(reader.rest(), count, prev, codebook, room)


__all__ = ["CodingError", "Find", "Room", "UnknownCodebookError", "read", "write"]
