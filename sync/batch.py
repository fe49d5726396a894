"""Cutting a batch: what goes up next, within a number of bytes. Events first, in order; then materials, small first.

Nothing is remembered of what was sent before: what the centre last acknowledged decides alone, so a batch that got lost
is simply cut again.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from edge import log, materials
from edge.database import Connection
from forms.events import SALT_BYTES, Event, Head
from sync import envelope, frames
from sync.coding import library
from sync.enrol import BATCH_ID_BYTES
from sync.envelope import Purpose
from sync.frames import Ack, Chunk
from sync.keys import Parties
from sync.status import materials_of

EVENTS_MAX: Final = 500
PIECE_BYTES_MAX: Final = 64 << 10
PIECE_BYTES_MIN: Final = 4 << 10
# of what an event takes in a plain frame, about so much is left when it is sealed; its salt stays as it is
CODED_SHARE: Final = 1 / 8
COMPRESSED_SHARE: Final = 1 / 4


@dataclass(frozen=True, slots=True)
class Want:
    """A material that the centre holds up to byte `start` of `size`."""

    sha256: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes up: it follows `after` in our log, and says by `ack` how far we hold the centre's.

    `gone`: materials that the centre lacks and that are not here either. `codebooks`: what the centre named last; the
    events are coded with one of them.
    """

    after: Head
    events: tuple[Event, ...]
    chunks: tuple[Chunk, ...]
    ack: Ack
    gone: tuple[str, ...] = ()
    codebooks: tuple[bytes, ...] = ()


def cut(tx: Connection, bytes_max: int) -> Batch:
    """The next batch, of about `bytes_max` sealed bytes; a single event may be larger.

    Our codebooks are named only to a centre that has named its own: when one of its answers could not be read, its
    names are forgotten, and both sides go on plainly until it names them again.
    """
    after, codebooks = log.acked(tx), log.centre_codebooks(tx)
    share = CODED_SHARE if set(codebooks) & set(library.PACKAGED.names()) else COMPRESSED_SHARE
    events, used = _first_fitting(log.up(tx, after, EVENTS_MAX), bytes_max, share)
    wanted, gone = _wanted(tx, events)
    chunks = tuple(_pieces(tx, wanted, max(0, bytes_max - used)))
    ack = Ack(log.node_id(tx), log.head(tx, "centre"), tx.clock.now())
    if codebooks:
        ack = replace(ack, codebooks=library.PACKAGED.names())
    return Batch(after, events, chunks, ack, gone, codebooks)


def seal(batch: Batch, parties: Parties) -> bytes:
    batch_id = secrets.token_bytes(BATCH_ID_BYTES)
    header = envelope.header_for(Purpose.UP, parties.node, batch.after, batch.events, batch_id)
    codebook = library.PACKAGED.common(batch.codebooks) if batch.events else None
    return envelope.seal(header, frames.pack(batch.events, batch.chunks, batch.ack, codebook=codebook), parties.seals)


def sealed_bytes(event: Event, share: float) -> int:
    """About how many bytes an event adds to an envelope, if `share` of a plain frame is left."""
    return SALT_BYTES + int(frames.event_bytes(event) * share)


def _first_fitting(events: list[Event], bytes_max: int, share: float) -> tuple[tuple[Event, ...], int]:
    """As many as fit, at least one, all of one epoch; and how many bytes they take."""
    taken: list[Event] = []
    used = 0
    for event in events:
        size = sealed_bytes(event, share)
        if taken and (used + size > bytes_max or event.epoch != taken[0].epoch):
            break
        taken.append(event)
        used += size
    return tuple(taken), used


def _wanted(tx: Connection, events: Iterable[Event]) -> tuple[list[Want], tuple[str, ...]]:
    """What the centre said it lacks, and what these events bring; the least to send first."""
    lacking = {sha256: 0 for event in events for sha256 in materials_of(event)}
    lacking |= {str(item["sha256"]): int(item["from"]) for item in log.missing(tx)}
    known = {sha256: materials.find(tx, sha256) for sha256 in lacking}
    wants = [Want(sha256, lacking[sha256], found.size) for sha256, found in known.items() if found is not None]
    gone = tuple(sha256 for sha256, found in known.items() if found is None)
    return sorted(wants, key=lambda want: (want.size - want.start, want.sha256)), gone


def _pieces(tx: Connection, wanted: Iterable[Want], bytes_left: int) -> Iterator[Chunk]:
    """Pieces in the order of the materials, each from where the centre's end; too short a rest is left for later."""
    for want in wanted:
        start = want.start
        while start < want.size and bytes_left >= min(PIECE_BYTES_MIN, want.size - start):
            length = min(PIECE_BYTES_MAX, bytes_left, want.size - start)
            yield Chunk(want.sha256, start, want.size, materials.chunk(tx, want.sha256, start, length))
            start += length
            bytes_left -= length
