"""Cutting a batch: what goes up next, within a number of bytes. Events first, in order; then materials by their rank.

What the centre acknowledged decides, and what is under way over other connections (`Flight`) is passed over: a batch
that got lost is simply cut again.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from edge import log, outgoing, renditions
from edge.database import Connection
from edge.outgoing import Outgoing
from forms.events import SALT_BYTES, Event, Head
from sync import envelope, frames
from sync.coding import library
from sync.enrol import BATCH_ID_BYTES
from sync.envelope import Purpose
from sync.flight import Flight
from sync.frames import Ack, Chunk, Rendition
from sync.keys import Parties

EVENTS_MAX: Final = 500
EVENT_BYTES_MIN: Final = 40
MATERIALS_SHARE: Final = 0.75  # of a batch, where no events go with them
HEADER_BYTES: Final = 150  # of an event in a plain frame, about
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

    Without an ack the centre only acknowledges: of batches that go up together, one asks for its events. `acked`: what
    the centre had acknowledged when this was cut; `heard`: how far it had said what it refused. `guess`: sealed bytes
    that the events were thought to take. `codebooks`: what the centre named last; events are coded with one of them.
    """

    after: Head
    events: tuple[Event, ...]
    chunks: tuple[Chunk, ...]
    ack: Ack | None
    acked: Head
    heard: Head
    guess: int = 0
    renditions: tuple[Rendition, ...] = ()
    codebooks: tuple[bytes, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.events and not self.chunks

    @property
    def question(self) -> "Batch":
        """The same without anything to carry: its answer says where the centre stands."""
        return replace(self, after=self.heard, events=(), chunks=(), renditions=(), guess=0)


def cut(
    tx: Connection,
    bytes_max: int,
    flight: Flight | None = None,
    *,
    asks: bool = True,
    rank_max: int = outgoing.ORIGINAL,
    ratio: float = 1.0,
) -> Batch:
    """The next batch, of about `bytes_max` sealed bytes; a single event may be larger.

    `asks`: with our ack, so that the centre's events come down. `rank_max`: which materials may go (edge.outgoing), -1
    for none. `ratio`: what guesses of sealed bytes were wrong by. Our codebooks are named only to a centre that has
    named its own: when one of its answers could not be read, its names are forgotten, and both sides go on plainly
    until it names them again.
    """
    flight = flight or Flight()
    acked, codebooks = log.acked(tx), log.centre_codebooks(tx)
    share = CODED_SHARE if set(codebooks) & set(library.PACKAGED.names()) else COMPRESSED_SHARE
    after, stop = flight.gap(acked)
    found = log.up(tx, after, min(EVENTS_MAX, bytes_max // EVENT_BYTES_MIN + 1))
    events, used = _first_fitting(_before(found, stop), bytes_max, share * ratio)
    last = Head.of(events[-1]) if events and after == acked else acked  # the centre knows what they bring by then
    left = max(0, bytes_max - used) if events else max(PIECE_BYTES_MIN, int(bytes_max * MATERIALS_SHARE))
    left = left if not events or after == acked else 0
    pieces = tuple(_pieces(tx, flight, outgoing.ready(tx, last.position, rank_max), left))
    ack = Ack(log.node_id(tx), log.head(tx, "centre"), tx.clock.now()) if asks else None
    if ack and codebooks:
        ack = replace(ack, codebooks=library.PACKAGED.names())
    heard = log.heard(tx)
    return Batch(
        after if events else heard,
        events,
        tuple(chunk for _, chunk in pieces),
        ack,
        acked,
        heard,
        used,
        _forms(tx, {item.sha256: item for item, _ in pieces}.values()),
        codebooks,
    )


def seal(batch: Batch, parties: Parties) -> bytes:
    """A batch as an envelope, signed and sealed to the centre (sync/PROTOCOL.md); with a fresh batch id each time."""
    batch_id = secrets.token_bytes(BATCH_ID_BYTES)
    header = envelope.header_for(Purpose.UP, parties.node, batch.after, batch.events, batch_id)
    codebook = library.PACKAGED.common(batch.codebooks) if batch.events else None
    inner = frames.pack(
        batch.events, batch.chunks, batch.ack, codebook=codebook, after=batch.after, renditions=batch.renditions
    )
    return envelope.seal(header, inner, parties.seals)


def sealed_bytes(event: Event, share: float) -> int:
    """About how many bytes an event adds to an envelope, if `share` of a plain frame is left."""
    return SALT_BYTES + int((len(event.body) + HEADER_BYTES) * share)


def _before(events: list[Event], stop: tuple[int, int] | None) -> list[Event]:
    """Those up to where the next run that is under way begins."""
    return [event for event in events if stop is None or event.position <= stop]


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


def _pieces(
    tx: Connection, flight: Flight, ready: Iterable[Outgoing], bytes_left: int
) -> Iterator[tuple[Outgoing, Chunk]]:
    """Pieces in the order of the materials, each from where the centre's end; too short a rest is left for later."""
    for item in ready:
        for begin, end in flight.free(item.sha256, item.held, item.size):
            at = begin
            while at < end and bytes_left >= min(PIECE_BYTES_MIN, end - at):
                length = min(PIECE_BYTES_MAX, bytes_left, end - at)
                yield item, Chunk(item.sha256, at, item.size, renditions.piece(tx, item, at, length))
                at += length
                bytes_left -= length
        if bytes_left < PIECE_BYTES_MIN:
            return


def _forms(tx: Connection, items: Iterable[Outgoing]) -> tuple[Rendition, ...]:
    """What the centre must know of the smaller forms whose pieces go up; any of them may arrive first."""
    return tuple(
        Rendition(
            item.original,
            renditions.FORM_NAMES[item.rank],
            item.sha256,
            item.size,
            renditions.media_type(tx, item.sha256),
        )
        for item in items
        if item.sha256 != item.original
    )
