"""Cutting for a medium: what the centre has not acknowledged and the medium doesn't hold, in envelopes of bounded size.

Events first, in order; then materials, the smallest first, so that previews are there before originals. Unlike a batch
for the link an envelope is sized by what a file may hold, and nothing is coded with a codebook: the centre that reads
it next week may be another version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from edge import log, materials
from edge.database import Connection
from edge.outgoing import materials_of
from forms.events import Event, Head
from sync.frames import Chunk

EVENTS_MAX: Final = 2_000
PLAIN_BYTES_MAX: Final = 4 << 20  # of events before they are compressed
PIECES_BYTES_MAX: Final = 2 << 20
PIECE_BYTES_MAX: Final = 512 << 10
PIECE_BYTES_MIN: Final = 4 << 10
EVENT_OVERHEAD_BYTES: Final = 300


@dataclass(frozen=True, slots=True)
class Want:
    """A material that the centre, or the medium behind it, holds up to byte `start` of `size`."""

    sha256: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where everything is at the centre or on the medium: our log to `head`, each lacking material to a byte."""

    head: Head
    starts: dict[str, int]

    def moved(self, cut: "Cut") -> "Place":
        """Behind a cut."""
        brought = {sha256: 0 for event in cut.events for sha256 in materials_of(event)}  # filed since we began, too
        starts = brought | self.starts | {chunk.sha256: chunk.offset + len(chunk.data) for chunk in cut.chunks}
        return Place(Head.of(cut.events[-1]) if cut.events else self.head, starts)


@dataclass(frozen=True, slots=True)
class Cut:
    """What goes into one envelope: either events that follow `after`, or pieces of materials."""

    after: Head
    events: tuple[Event, ...] = ()
    chunks: tuple[Chunk, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.events and not self.chunks


def start(tx: Connection) -> Place:
    """What the centre holds by its last ack, and the materials that it lacks or will hear of."""
    lacking = {str(item["sha256"]): int(item["from"]) for item in log.missing(tx)}
    return Place(log.acked(tx), dict.fromkeys(_announced(tx), 0) | lacking)


def following(tx: Connection, place: Place, bytes_max: int) -> Cut:
    """What comes next, in about `bytes_max` bytes; empty when nothing is left or not even a piece fits."""
    events = _events(tx, place.head, min(bytes_max, PLAIN_BYTES_MAX))
    if events:
        return Cut(place.head, events)
    return Cut(place.head, chunks=tuple(_pieces(tx, place, min(bytes_max, PIECES_BYTES_MAX))))


def left(tx: Connection, place: Place) -> tuple[int, int, int]:
    """(events, materials, bytes of them) that are neither at the centre nor on the medium."""
    count = tx.execute(
        "SELECT count(*) FROM event WHERE side = 'node' AND (epoch, seq) > (?, ?)", place.head.position
    ).fetchone()[0]
    wants = wanted(tx, place)[0]
    return int(count), len(wants), sum(want.size - want.start for want in wants)


def wanted(tx: Connection, place: Place) -> tuple[list[Want], tuple[str, ...]]:
    """What the centre lacks of materials, the least to bring first; and those that are not here either."""
    known = {sha256: materials.find(tx, sha256) for sha256 in place.starts}
    wants = [Want(sha256, place.starts[sha256], found.size) for sha256, found in known.items() if found is not None]
    gone = tuple(sha256 for sha256, found in known.items() if found is None)
    lacking = (want for want in wants if want.start < want.size)
    return sorted(lacking, key=lambda want: (want.size, want.sha256)), gone


def covering(place: Place, pieces: tuple[tuple[str, int, int], ...]) -> Place:
    """With the pieces that lie on the medium: a material counts as far as it is there without a gap."""
    starts = dict(place.starts)
    for sha256, begin, end in sorted(pieces):
        if begin <= starts.get(sha256, 0) < end:
            starts[sha256] = end
    return replace(place, starts=starts)


def _announced(tx: Connection) -> list[str]:
    """The materials that events after the last ack bring."""
    found: list[str] = []
    after = log.acked(tx)
    while some := log.up(tx, after):
        found += [sha256 for event in some for sha256 in materials_of(event)]
        after = Head.of(some[-1])
    return found


def _events(tx: Connection, after: Head, bytes_max: int) -> tuple[Event, ...]:
    """As many as fit, at least one, all of one epoch."""
    taken: list[Event] = []
    used = 0
    for event in log.up(tx, after, EVENTS_MAX):
        used += len(event.body) + EVENT_OVERHEAD_BYTES
        if taken and (used > bytes_max or event.epoch != taken[0].epoch):
            break
        taken.append(event)
    return tuple(taken)


def _pieces(tx: Connection, place: Place, bytes_left: int) -> Iterator[Chunk]:
    for want in wanted(tx, place)[0]:
        at = want.start
        while at < want.size and bytes_left >= min(PIECE_BYTES_MIN, want.size - at):
            length = min(PIECE_BYTES_MAX, bytes_left, want.size - at)
            yield Chunk(want.sha256, at, want.size, materials.chunk(tx, want.sha256, at, length))
            at += length
            bytes_left -= length
