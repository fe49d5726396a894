"""The centre's door: one sealed batch in, one sealed answer out.

    open and prove -> compare with what is held -> store, project, expect materials: one transaction -> ack, own events

The same events again change nothing and get the same ack. Other events at a place that is taken are a fork: they are
put aside and shown, and never replace anything. An event that can't be acted on stays in the chain with a refusal of
its own, so that it blocks none of those behind it.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
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
    opening,
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
from sync.centre.opening import Brought
from sync.centre.store import add_missing
from sync.centre.suites import Channel
from sync.coding import library
from sync.envelope import Opened, Purpose
from sync.frames import MISSING_MAX, Ack, Missing, Refusal

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


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a batch `at` a moment: its room as it is then, and what that was told before; the head of our log
    that the room says it holds, and whether we hold that too; what is said of its events and materials, and of what we
    have lost.
    """

    at: str
    room: rooms.Room
    standing: together.Standing
    after: Head
    known: bool
    refused: tuple[Refusal, ...]
    kept: tuple[Missing, ...]
    lost: tuple[recall.Raw, ...]


def receive(centre: Centre, node_id: str, body: bytes, admission: Admission | None = None) -> bytes:
    """Take a batch in and answer it. After a return everything that the ack names is on disk.

    `admission`: of a server, to which many come. Raises node_unknown, node_unbound, envelope_refused; with `admission`
    its Busy too. Nothing is changed then.
    """
    one = opening.open_batch(centre, node_id, body)
    if one.contents.events:
        known = iter([one.room.up_head])
        header = one.opened.header
        centre.turns.wait(header.epoch, header.seq_from, lambda: next(known, None) or _held(centre, node_id))
    with admission.place() if admission else nullcontext():
        answer = _take_gathered(centre, one, admission) if together.fits(body, one.contents) else None
        if answer is None:
            with _work(admission):
                answer = _take(centre, [one])[node_id]
        return _seal(node_id, one.used, answer)


def _take_gathered(centre: Centre, one: Brought, admission: Admission | None) -> Answer | None:
    """A short batch is taken with those of other rooms that come at the same time; a longer one is worth a transaction
    of its own, beside those of others. None where it has to be taken without gathering.
    """
    take = partial(_take_together, centre)
    if together.is_short(one.contents):
        answer: Answer | None = centre.groups.take(one.node_id, one, take)
        return answer
    with _work(admission):
        return take([one])[0]


def _work(admission: Admission | None) -> AbstractContextManager[None]:
    return admission.work() if admission else nullcontext()


def _take_together(centre: Centre, brought: Sequence[Brought]) -> list[Answer | None]:
    """What is said to each of several rooms; None for one that is to be taken by itself. That is each of which anything
    is out of the ordinary, and all of them where it shows only when they are judged: nothing of that transaction stays.
    """
    try:
        said = _take(centre, brought, gathered=True)
    except (foreseen.Apart, *intake.UNFORESEEN, DBAPIError) as error:
        if not isinstance(error, foreseen.Apart):
            logger.warning("%s batches were not taken together: %s", len(brought), type(error).__name__)
        said = {}
    return [said.get(one.node_id) for one in brought]


def _take(centre: Centre, brought: Sequence[Brought], *, gathered: bool = False) -> dict[str, Answer]:
    """What is said to each room after the one transaction of their batches, one of a room; whoever else has a batch of
    one of them waits.

    `gathered`: what is asked and written of all of them is asked and written at once; only of batches that are simply
    the next of their logs, the others are not among the answers. Raises node_unknown; with `gathered` Apart too.
    """
    with centre.store.write() as tx:
        now, node_ids = centre.clock.now(), [one.node_id for one in brought]
        locked, standings = rooms.locked(tx, node_ids), together.standings(tx, node_ids)
        taken = [one for one in brought if together.is_next(one, locked.get(one.node_id))] if gathered else brought
        with together.gathered(tx, taken) if gathered else nullcontext():
            entered = [_enter(centre, tx, one, locked.get(one.node_id), standings, now) for one in taken]
        lacking = materials.on_their_way(tx, node_ids)
        said = (_said(centre, tx, *pair, lacking[pair[0].node_id]) for pair in zip(taken, entered, strict=True))
        return dict(zip((one.node_id for one in taken), said, strict=True))


def _enter(  # noqa: PLR0917 - a batch, and what is known of its room
    centre: Centre,
    tx: Connection,
    one: Brought,
    room: rooms.Room | None,
    standings: Mapping[str, together.Standing],
    now: str,
) -> Entered:
    """`room` as it is now, locked. Raises node_unknown; among gathered ones Apart."""
    if room is None:
        raise problem("node_unknown")
    contents, node_id = one.contents, room.node_id
    suites.note_use(tx, room, one.used, standings[node_id].keys)
    if intake.take_events(tx, centre, room, one.opened.header.prev, contents):
        _keep_word(tx, node_id, one.opened)
    materials.take_renditions(tx, node_id, contents.renditions)
    kept = materials.take_chunks(tx, centre.blobs, node_id, contents.chunks, now)
    room = returning.take(centre, tx, _after(tx, room, contents.events), contents.others)
    after, known = _their_view(tx, room, contents.ack)
    rooms.heard(tx, node_id, now, after if known else None)
    lost = () if known else returning.notice(tx, room, after, now)
    refused = _refused(tx, room, one)
    return Entered(now, room, standings[node_id], after, known, refused, kept, lost)


def _after(tx: Connection, room: rooms.Room, events: Sequence[Event]) -> rooms.Room:
    """The room behind these events: of gathered ones all were taken, and none of them changes anything else of it."""
    if foreseen.of(tx) is None:
        return rooms.get(tx, room.node_id)
    return replace(room, up_head=Head.of(events[-1])) if events else room


def _refused(tx: Connection, room: rooms.Room, one: Brought) -> tuple[Refusal, ...]:
    """What is told of events that were not acted on; gathered ones were."""
    if foreseen.of(tx) is not None:
        return ()
    header, contents = one.opened.header, one.contents
    if room.fork_at and (contents.events or not contents.chunks):  # pieces alone are kept, whichever machine's they are
        return intake.doubted(header.epoch, header.seq_from)
    return intake.refusals(tx, room, header.after)


def _said(
    centre: Centre, tx: Connection, one: Brought, entered: Entered, lacking: tuple[tuple[Missing, ...], int]
) -> Answer:
    """What the room is told; `lacking`: the materials that are named as on their way, and how many are."""
    room, after, asked = entered.room, entered.after, one.contents.ack
    ack = Ack(
        node=room.node_id,
        head=room.up_head,
        at=entered.at,
        missing=lacking[0],
        refused=entered.refused,
        of=one.opened.digest,
        codebooks=library.PACKAGED.names() if asked else (),
        lacking=lacking[1],
        held=entered.kept,
    )
    is_new = _tell(centre, tx, room, entered.standing) or after != room.down_head
    if room.fork_at:  # nobody knows which of two machines would read it
        return Answer(ack, after, (), ())
    events = log.after(tx, room.node_id, "centre", after, centre.settings.answer_bytes_max) if asked and is_new else ()
    events = events if entered.known else tuple(event for event in events if event.epoch > after.epoch)
    return Answer(ack, after, events, asked.codebooks if asked else (), entered.lost)


def _tell(centre: Centre, tx: Connection, room: rooms.Room, standing: together.Standing) -> bool:
    """Write into the room's log what it was not told of; whether there may be anything. In doubt, of keys alone."""
    if standing.lacks_words(centre):
        suites.hand_down(centre, tx, room.node_id)
    if standing.lacks_services and not room.fork_at:
        publishing.hand_down(centre, tx, room.node_id)
    if standing.may_lack_pack and not room.fork_at:
        pack_telling.hand_down(centre, tx, room.node_id)
    return standing.lacks_words(centre) or standing.lacks_services or standing.may_lack_pack


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
    if held in {room.down_head, Head.start("centre", room.node_id)}:
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
