"""The centre's door: one sealed batch in, one sealed answer out.

    open and prove -> compare with what is held -> store, project, expect materials: one transaction -> ack, own events

The same events again change nothing and get the same ack. Other events at a place that is taken are a fork: they are
put aside and shown, and never replace anything. An event that can't be acted on stays in the chain with a refusal of
its own, so that it blocks none of those behind it.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from edge.errors import problem
from forms.events import Event, Head
from sync import envelope, frames, recall
from sync.centre import (
    foreseen,
    intake,
    log,
    materials,
    pack_telling,
    publishing,
    returning,
    rooms,
    suites,
    tables,
    together,
)
from sync.centre.admission import Admission
from sync.centre.centre import Centre
from sync.centre.store import add_missing, gathering
from sync.centre.suites import Channel
from sync.coding import library
from sync.envelope import EnvelopeError, Opened, Purpose
from sync.frames import MISSING_MAX, Ack, Contents, Missing

logger = logging.getLogger(__name__)
BATCH_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to the node: our word on its log, and our own events that it lacks.

    `codebooks`: those that the node named in the very request.
    """

    ack: Ack
    after: Head
    events: tuple[Event, ...]
    codebooks: tuple[bytes, ...]
    others: tuple[recall.Raw, ...] = ()


def receive(centre: Centre, node_id: str, body: bytes, admission: Admission | None = None) -> bytes:
    """Take a batch in and answer it. After a return everything that the ack names is on disk.

    `admission`: of a server, to which many come. Raises node_unknown, node_unbound, envelope_refused; with `admission`
    its Busy too. Nothing is changed then.
    """
    with admission.work() if admission else nullcontext():
        room, used, opened, contents = _open(centre, node_id, body)
    if contents.events:
        known = iter([room.up_head])
        centre.turns.wait(
            opened.header.epoch, opened.header.seq_from, lambda: next(known, None) or _held(centre, node_id)
        )
    with admission.place() if admission else nullcontext():
        brought = _Brought(node_id, used, opened, contents)
        answer: Answer | None = None
        if together.fits(body, contents):
            answer = centre.groups.take(node_id, brought, partial(_take_together, centre))
        if answer is None:
            with admission.work() if admission else nullcontext():
                answer = _take_alone(centre, brought)
        return _seal(node_id, used, answer)


@dataclass(frozen=True, slots=True)
class _Brought:
    """A batch that is proven to come from its room."""

    node_id: str
    used: Channel
    opened: Opened
    contents: Contents


def _take_alone(centre: Centre, one: _Brought) -> Answer:
    """What is said to the room after the transaction of its batch."""
    with centre.store.write() as tx:
        room = rooms.get(tx, one.node_id, lock=True)
        suites.heard(tx, room, one.used)
        return _take(centre, tx, room, one.opened, one.contents)


def _take_together(centre: Centre, brought: Sequence[_Brought]) -> list[Answer | None]:
    """The same for batches of several rooms in one transaction. Where anything about one of them is out of the
    ordinary nothing of that transaction stays, and each is taken alone.
    """
    try:
        with centre.store.write() as tx:
            return [*_take_all(centre, tx, brought)]
    except (foreseen.Apart, *intake.UNFORESEEN, DBAPIError) as error:
        if not isinstance(error, foreseen.Apart):
            logger.warning("%s batches were not taken together: %s", len(brought), type(error).__name__)
        return [None] * len(brought)


def _take_all(centre: Centre, tx: Connection, brought: Sequence[_Brought]) -> list[Answer]:
    now, node_ids = centre.clock.now(), [one.node_id for one in brought]
    locked, standings = rooms.locked(tx, node_ids), together.standings(tx, node_ids)
    named = [(one.node_id, one.contents.events) for one in brought]
    with foreseen.seeing(tx, together.foresee(tx, named)), gathering(tx):
        entered = [_enter(centre, tx, one, locked.get(one.node_id), standings, now) for one in brought]
    lacking = materials.on_their_way(tx, node_ids)
    return [
        _said(centre, tx, one, room, standings[one.node_id], (now, *lacking.get(one.node_id, ((), 0))))
        for one, room in zip(brought, entered, strict=True)
    ]


def _enter(  # noqa: PLR0917 - a batch, and what is known of its room
    centre: Centre, tx: Connection, one: _Brought, room: rooms.Room | None,
    standings: Mapping[str, together.Standing], now: str,
) -> rooms.Room:  # fmt: skip
    """`room`, locked, as it is after its batch. Raises Apart for all that is not simply the next events of its log."""
    ack, events = one.contents.ack, one.contents.events
    if room is None or not room.bound_at or room.fork_at or room.sign_key != one.used.sign_key or ack is None:
        raise foreseen.Apart
    if ack.head not in (room.down_head, Head.start("centre", room.node_id)):
        raise foreseen.Apart
    if not events and one.opened.header.after < room.up_head.position:  # it asks what was refused meanwhile
        raise foreseen.Apart
    suites.note_use(tx, room, one.used, standings[room.node_id].keys)
    if intake.take_events(tx, centre, room, one.opened.header.prev, events):
        _keep_word(tx, room.node_id, one.opened)
    rooms.heard(tx, room.node_id, now, ack.head)
    return replace(room, up_head=Head.of(events[-1])) if events else room


def _said(  # noqa: PLR0917 - a batch, and what is known of its room
    centre: Centre, tx: Connection, one: _Brought, room: rooms.Room, standing: together.Standing,
    known: tuple[str, tuple[Missing, ...], int],
) -> Answer:  # fmt: skip
    """What the room is told; `known`: the moment, and which materials are on their way, and how many."""
    after = one.contents.ack.head if one.contents.ack else room.down_seen
    is_new = _tell(centre, tx, room.node_id, standing) or after != room.down_head
    events = log.after(tx, room.node_id, "centre", after, centre.settings.answer_bytes_max) if is_new else ()
    now, named, lacking = known
    ack = Ack(
        node=room.node_id, head=room.up_head, at=now, missing=named, refused=(), of=one.opened.digest,
        codebooks=library.PACKAGED.names(), lacking=lacking, held=(),
    )  # fmt: skip
    return Answer(ack, after, events, one.contents.ack.codebooks if one.contents.ack else ())


def _tell(centre: Centre, tx: Connection, node_id: str, standing: together.Standing) -> bool:
    """Write into the room's log what it was not told of; whether there may be anything."""
    if standing.lacks_words(centre):
        suites.hand_down(centre, tx, node_id)
    if standing.lacks_services:
        publishing.hand_down(centre, tx, node_id)
    if standing.may_lack_pack:
        pack_telling.hand_down(centre, tx, node_id)
    return standing.lacks_words(centre) or standing.lacks_services or standing.may_lack_pack


def _open(centre: Centre, node_id: str, body: bytes) -> tuple[rooms.Room, Channel, Opened, Contents]:
    try:
        with centre.store.read() as tx:
            room = rooms.get(tx, node_id)
            if not room.bound_at:
                raise problem("node_unbound")
            used = suites.channel(centre, tx, room, body)
        opened = envelope.open_envelope(body, used.opens, purpose=Purpose.UP, node=node_id)
        return room, used, opened, opened.contents(library.PACKAGED.find)
    except EnvelopeError as error:
        raise suites.refused(error) from error


def _take(centre: Centre, tx: Connection, room: rooms.Room, opened: Opened, contents: Contents) -> Answer:
    """`room` as it is now, locked: whoever else has a batch of it waits."""
    now, node_id = centre.clock.now(), room.node_id
    if intake.take_events(tx, centre, room, opened.header.prev, contents.events):
        _keep_word(tx, node_id, opened)
    materials.take_renditions(tx, node_id, contents.renditions)
    kept = materials.take_chunks(tx, centre.blobs, node_id, contents.chunks, now)
    room = returning.take(centre, tx, rooms.get(tx, node_id), contents.others)
    after, known = _their_view(tx, room, contents.ack)
    rooms.heard(tx, node_id, now, after if known else None)
    lost = () if known else returning.notice(tx, room, after, now)
    named = materials.missing(tx, node_id)
    ack = Ack(
        node=node_id,
        head=room.up_head,
        at=now,
        missing=named,
        refused=intake.doubted(room, contents.events) or intake.refusals(tx, room, opened.header.after),
        of=opened.digest,
        codebooks=library.PACKAGED.names() if contents.ack else (),
        lacking=materials.lacking(tx, node_id) if len(named) == materials.MISSING_NAMED_MAX else len(named),
        held=kept,
    )
    suites.hand_down(centre, tx, node_id)
    if room.fork_at:  # nobody knows which of two machines would read it
        return Answer(ack, after, (), ())
    publishing.hand_down(centre, tx, node_id)
    pack_telling.hand_down(centre, tx, node_id)
    events = log.after(tx, node_id, "centre", after, centre.settings.answer_bytes_max) if contents.ack else ()
    events = events if known else tuple(event for event in events if event.epoch > after.epoch)
    return Answer(ack, after, events, contents.ack.codebooks if contents.ack else (), lost)


def word(centre: Centre, node_id: str, of: bytes, after: Head | None = None) -> tuple[bytes, Head]:
    """What an answer would say now, sealed for a medium, and how far down our log it goes.

    `of`: the SHA-256 of the last envelope that came on one; `after`: go on behind this head of our log (None: behind
    what the node said it holds). All that is lacking is named: on a medium there is room, and no second question.
    Raises node_unknown, node_unbound, ferry_fork.
    """
    with centre.store.write() as tx:
        room = rooms.get(tx, node_id, lock=True)
        if not room.bound_at:
            raise problem("node_unbound")
        if room.fork_at:  # of two machines nobody knows which would read it
            raise problem("ferry_fork")
        suites.hand_down(centre, tx, node_id)
        publishing.hand_down(centre, tx, node_id)
        pack_telling.hand_down(centre, tx, node_id)
        used = suites.standing(centre, tx, room)
        after, known = (after, True) if after else _their_view(tx, room, None)
        ack = Ack(
            node=node_id,
            head=log.head(tx, node_id, "node"),
            at=centre.clock.now(),
            missing=materials.missing(tx, node_id, MISSING_MAX),
            refused=intake.all_refusals(tx, node_id),
            of=of,
            lacking=materials.lacking(tx, node_id),
        )
        events = log.after(tx, node_id, "centre", after, centre.settings.answer_bytes_max) if known else ()
    return _seal(node_id, used, Answer(ack, after, events, ())), Head.of(events[-1]) if events else after


def _held(centre: Centre, node_id: str) -> Head:
    with centre.store.read() as tx:
        return log.head(tx, node_id, "node")


def _their_view(tx: Connection, room: rooms.Room, ack: Ack | None) -> tuple[Head, bool]:
    """How far the node says it holds our log, and whether that is a place in the log that we hold."""
    held = ack.head if ack else room.down_seen
    if held == Head.start("centre", room.node_id):
        return held, True
    return held, log.digest_at(tx, room.node_id, "centre", held.epoch, held.seq) == held.digest


def _keep_word(tx: Connection, node_id: str, opened: Opened) -> None:
    """The node's signed word on the head of its log is evidence, kept for ever."""
    word = {"node_id": node_id, "epoch": opened.header.epoch, "seq": opened.header.seq_to}
    word |= {"header": opened.header_bytes, "signature": opened.word}
    add_missing(tx, tables.head_word, [word])


def _seal(node_id: str, used: Channel, answer: Answer) -> bytes:
    batch = secrets.token_bytes(BATCH_ID_BYTES)
    header = envelope.header_for(Purpose.DOWN, node_id, answer.after, answer.events, batch)
    codebook = library.PACKAGED.common(answer.codebooks) if answer.events else None
    inner = frames.pack(events=answer.events, ack=answer.ack, codebook=codebook, others=answer.others)
    return envelope.seal(header, inner, used.seals)


__all__ = ["receive", "word"]
