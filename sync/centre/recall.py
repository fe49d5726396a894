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
        room = _believed(tx, node_id)
        return _answer(centre, tx, room, _open(centre, tx, room, body))


def _believed(tx: Connection, node_id: str) -> rooms.Room:
    room = rooms.get(tx, node_id)
    if not room.bound_at:
        raise problem("node_unbound")
    if room.fork_at:
        raise problem("node_in_doubt")
    return room


def _open(centre: Centre, tx: Connection, room: rooms.Room, body: bytes) -> Question:
    try:
        used = suites.channel(centre, suites.doors(tx, [room.node_id])[room.node_id], body)
        opened = envelope.open_envelope(body, used.opens, purpose=Purpose.RECALL, node=room.node_id)
        contents = opened.contents()
        codebooks = contents.ack.codebooks if contents.ack else ()
        return Question(used, opened.digest, recall.read_wanted(contents.others), codebooks)
    except EnvelopeError as error:
        raise suites.refused(error) from error
    except FrameError as error:
        raise problem("envelope_refused", detail="bad_content") from error


def everything(centre: Centre, node_id: str, body: bytes) -> Iterator[bytes]:
    """All answers to one RECALL that came on a medium, where nobody can ask a second time: every event, then the
    service files that filings name, then the materials. Raises as `give`.
    """
    with centre.store.read() as tx:
        room = _believed(tx, node_id)
        said = _open(centre, tx, room, body)
        heads = {head.epoch: head for head in said.asked.heads}
        try:
            while events := _lacking(tx, node_id, Wanted(tuple(heads.values())), ANSWER_BYTES_MAX):
                heads[events[-1].epoch] = Head.of(events[-1])
                yield _sealed(centre, room, said, events=events)
        except _DiffersError as error:
            yield _sealed(centre, room, said, refused=_fork(error))
            return
        for source in _named_definitions(tx, node_id):
            yield _sealed(centre, room, said, others=(recall.definition(source),))
        for sha256 in materials.whole_ones(tx, node_id):
            for chunk in _chunks(centre, node_id, sha256, 0, 1 << 62):
                yield _sealed(centre, room, said, chunks=(chunk,))


def _answer(centre: Centre, tx: Connection, room: rooms.Room, said: Question) -> bytes:
    refused: tuple[Refusal, ...] = ()
    events: tuple[Event, ...] = ()
    try:
        events = _lacking(tx, room.node_id, said.asked, centre.settings.answer_bytes_max)
    except _DiffersError as error:
        refused = _fork(error)
    else:
        if not (events or said.asked.definitions or said.asked.materials):  # the whole log is there
            refused = intake.all_refusals(tx, room.node_id)
    chunks = () if events else tuple(_pieces(centre, tx, room.node_id, said.asked))
    others = tuple(_definitions(tx, said.asked))
    return _sealed(centre, room, said, events=events, chunks=chunks, refused=refused, others=others)


def _fork(error: _DiffersError) -> tuple[Refusal, ...]:
    return (Refusal(error.place.epoch, error.place.seq, "fork", intake.FORK),)


def _sealed(
    centre: Centre,
    room: rooms.Room,
    said: Question,
    *,
    events: tuple[Event, ...] = (),
    chunks: tuple[Chunk, ...] = (),
    refused: tuple[Refusal, ...] = (),
    others: tuple[recall.Raw, ...] = (),
) -> bytes:
    ack = Ack(room.node_id, room.up_head, centre.clock.now(), refused=refused, of=said.digest)
    after = Head(events[0].epoch, events[0].seq - 1, events[0].prev) if events else room.up_head
    batch_id = secrets.token_bytes(BATCH_ID_BYTES)
    header = envelope.header_for(Purpose.RECALLED, room.node_id, after, events, batch_id)
    codebook = library.PACKAGED.common(said.codebooks) if events else None
    inner = frames.pack(events, chunks, ack, codebook=codebook, others=others)
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


def _named_definitions(tx: Connection, node_id: str) -> list[str]:
    """The service files that the filings of a room name, as far as they are here."""
    table, used = tables.definition, tables.application
    digests = select(used.c.service_digest).filter_by(node_id=node_id)
    statement = select(table.c.source).where(table.c.digest.in_(digests)).order_by(table.c.digest)
    return list(tx.execute(statement).scalars())


def _pieces(centre: Centre, tx: Connection, node_id: str, asked: Wanted) -> Iterator[Chunk]:
    """The materials that are whole here, in the order in which they were asked for, up to a size of the answer."""
    left = ANSWER_BYTES_MAX
    for sha256, held in asked.materials:
        if left > 0 and materials.is_whole(tx, node_id, sha256):
            for chunk in _chunks(centre, node_id, sha256, held, left):
                yield chunk
                left -= len(chunk.data)


def _chunks(centre: Centre, node_id: str, sha256: str, held: int, bytes_max: int) -> Iterator[Chunk]:
    data = centre.blobs.read(node_id, sha256)
    end = min(len(data), held + bytes_max)
    for start in range(held, end, PIECE_BYTES_MAX):
        yield Chunk(sha256, start, len(data), data[start : min(end, start + PIECE_BYTES_MAX)])
