"""A room asks back what it once sent: its own log, the service files it was filled with, its materials.

It is a new machine in the place of one that is gone, or the old one whose disk lost the end of its log. Whoever asks
has proven himself with the keys that are bound to the room, and the answer is sealed to these.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from edge.errors import problem
from forms.events import Event, Head
from sync import envelope, frames, recall
from sync.centre import intake, log, materials, rooms, suites, tables
from sync.centre.centre import Centre
from sync.coding import library
from sync.envelope import EnvelopeError, Purpose
from sync.frames import Ack, Chunk, FrameError, Refusal
from sync.recall import Wanted

BATCH_ID_BYTES = 16
PIECE_BYTES_MAX = 256 << 10
ANSWER_BYTES_MAX = 1 << 20
_event = tables.event


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked in a proven envelope, the keys that it went between, and the codebooks that the node named."""

    used: suites.Channel
    digest: bytes
    asked: Wanted
    codebooks: tuple[bytes, ...]


class _DiffersError(Exception):
    """The room's log is another than the one that is held; `place` is where it was asked for."""

    def __init__(self, place: Head) -> None:
        super().__init__(str(place))
        self.place = place


def give(centre: Centre, node_id: str, body: bytes) -> bytes:
    """Answer a RECALL. Nothing is changed by it. Raises node_unknown, node_unbound, node_in_doubt, envelope_refused."""
    with centre.store.read() as tx:
        room = rooms.get(tx, node_id)
        if not room.bound_at:
            raise problem("node_unbound")
        if room.fork_at:
            raise problem("node_in_doubt")
        return _answer(centre, tx, room, _open(centre, tx, room, body))


def _open(centre: Centre, tx: Connection, room: rooms.Room, body: bytes) -> Question:
    try:
        used = suites.channel(centre, tx, room, body)
        opened = envelope.open_envelope(body, used.opens, purpose=Purpose.RECALL, node=room.node_id)
        contents = opened.contents()
        codebooks = contents.ack.codebooks if contents.ack else ()
        return Question(used, opened.digest, recall.read_wanted(contents.others), codebooks)
    except EnvelopeError as error:
        raise suites.refused(error) from error
    except FrameError as error:
        raise problem("envelope_refused", detail="bad_content") from error


def _answer(centre: Centre, tx: Connection, room: rooms.Room, said: Question) -> bytes:
    asked = said.asked
    refused: tuple[Refusal, ...] = ()
    events: tuple[Event, ...] = ()
    try:
        events = _lacking(tx, room.node_id, asked, centre.settings.answer_bytes_max)
    except _DiffersError as error:
        refused = (Refusal(error.place.epoch, error.place.seq, "fork", intake.FORK),)
    chunks = () if events else tuple(_pieces(centre, tx, room.node_id, asked))
    ack = Ack(room.node_id, room.up_head, centre.clock.now(), refused=refused, of=said.digest)
    after = Head(events[0].epoch, events[0].seq - 1, events[0].prev) if events else room.up_head
    header = envelope.header_for(
        Purpose.RECALLED, room.node_id, after, events, secrets.token_bytes(BATCH_ID_BYTES)
    )
    codebook = library.PACKAGED.common(said.codebooks) if events else None
    inner = frames.pack(events, chunks, ack, codebook=codebook, others=_definitions(tx, asked))
    return envelope.seal(header, inner, said.used.seals)


def _lacking(tx: Connection, node_id: str, asked: Wanted, bytes_max: int) -> tuple[Event, ...]:
    """The next events of the first epoch of which the room lacks some; () when it has them all."""
    known = {head.epoch: head for head in asked.heads}
    statement = select(_event.c.epoch, func.max(_event.c.seq).label("last")).filter_by(node_id=node_id, side="node")
    for row in tx.execute(statement.group_by(_event.c.epoch).order_by(_event.c.epoch)).all():
        held = known.get(row.epoch, Head(row.epoch, 0, b""))
        if 0 < held.seq <= row.last and log.digest_at(tx, node_id, "node", held.epoch, held.seq) != held.digest:
            raise _DiffersError(held)
        if held.seq < row.last:
            found = log.after(tx, node_id, "node", held, bytes_max)
            return tuple(event for event in found if event.epoch == row.epoch)
    return ()


def _definitions(tx: Connection, asked: Wanted) -> Iterator[recall.Raw]:
    table = tables.definition
    statement = select(table.c.source).where(table.c.digest.in_(asked.definitions)).order_by(table.c.digest)
    size = 0
    for source in tx.execute(statement).scalars():
        size += len(source)
        if size > ANSWER_BYTES_MAX and size > len(source):
            return
        yield recall.definition(source)


def _pieces(centre: Centre, tx: Connection, node_id: str, asked: Wanted) -> Iterator[Chunk]:
    """The materials that are whole here, in the order in which they were asked for, up to a size of the answer."""
    left = ANSWER_BYTES_MAX
    for sha256, held in asked.materials:
        if left <= 0:
            return
        if not materials.is_whole(tx, node_id, sha256):
            continue
        data = centre.blobs.read(node_id, sha256)
        end = min(len(data), held + left)
        for start in range(held, end, PIECE_BYTES_MAX):
            yield Chunk(sha256, start, len(data), data[start : min(end, start + PIECE_BYTES_MAX)])
        left -= max(0, end - held)
