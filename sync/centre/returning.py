"""A centre that was restored from its own backup has lost the end of what it wrote. The rooms still have it, with the
centre's own signature on the head of that log: what the chain and the signature prove is taken back as it was.

Nothing new is written where the lost events stood: the log of such a room goes on in a new epoch.
"""

import logging
from collections.abc import Iterable

from sqlalchemy import Connection, select

from forms.events import ChainError, Event, Head, verify_chain
from sync import envelope, recall
from sync.centre import log, projection, rooms, tables
from sync.centre.centre import Centre
from sync.centre.store import add_missing, upsert
from sync.envelope import EnvelopeError, Purpose
from sync.frames import FrameError
from sync.recall import Returned
from sync.suites import SUITES, SuiteError, key_id

logger = logging.getLogger(__name__)
_SEALED_BYTES = 32
OWN_FORK = "中心自己写给本室的记录有两种内容：中心用备份恢复以后，又在同一号写了别的。请人工核对这一号。"


def notice(tx: Connection, room: rooms.Room, held: Head, now: str) -> tuple[recall.Raw, ...]:
    """The room holds something of our log that we don't: say where ours ends, and write on in a later epoch only."""
    if held.position <= room.down_head.position and held.epoch == room.down_head.epoch:
        logger.error("room %s holds another event %s:%s of our log than we do", room.node_id, held.epoch, held.seq)
    _open_epoch(tx, room.node_id, max(held.epoch, room.down_head.epoch) + 1, now)
    return (recall.lost(_common(tx, room, held)),)


def _common(tx: Connection, room: rooms.Room, held: Head) -> Head:
    """The last event of ours that the room may hold too: of the epoch that it is in, or of those before it."""
    table = tables.event
    statement = select(table).filter_by(node_id=room.node_id, side="centre").where(table.c.epoch <= held.epoch)
    row = tx.execute(statement.order_by(table.c.epoch.desc(), table.c.seq.desc()).limit(1)).first()
    return Head.start("centre", room.node_id) if row is None else Head.of(log.from_row(tx, row))


def begin_everywhere(centre: Centre) -> int:
    """After the store was restored from a backup: every log that is written here goes on in a new epoch. Again opens
    another one and harms nothing. How many rooms there are.
    """
    with centre.store.write() as tx:
        found = rooms.ids(tx)
        for node_id in found:
            room = rooms.get(tx, node_id, lock=True)
            _open_epoch(tx, node_id, room.down_head.epoch + 1, centre.clock.now())
    return len(found)


def _open_epoch(tx: Connection, node_id: str, epoch: int, now: str) -> None:
    table = tables.down_epoch
    opened = tx.execute(select(table.c.epoch).filter_by(node_id=node_id)).scalar() or 1
    if epoch > opened:
        upsert(tx, table, [{"node_id": node_id, "epoch": epoch, "at": now}])


def take(centre: Centre, tx: Connection, room: rooms.Room, others: Iterable[recall.Raw]) -> rooms.Room:
    """Take back what is proven to be ours; anything else changes nothing. Gives the room as it is then."""
    try:
        given = recall.read_returned(others)
    except FrameError:
        logger.warning("room %s gives back what can't be read", room.node_id)
        return room
    for one in given:
        if one.events and _is_ours(centre, room.node_id, one):
            _take(centre, tx, room.node_id, one.events)
    return rooms.get(tx, room.node_id) if given else room


def _is_ours(centre: Centre, node_id: str, given: Returned) -> bool:
    """Whether we have signed that our log for this room ended with the last of these events."""
    try:
        header = envelope.decode_header(given.header)
        signed = envelope.signed_bytes(given.header, given.word[:_SEALED_BYTES])
        SUITES[header.suite].verify(_key(centre, header.sender_key_id), given.word[_SEALED_BYTES:], signed)
        verify_chain(given.events, given.events[0].prev)
    except (EnvelopeError, SuiteError, ChainError) as error:
        logger.warning("room %s gives back what is not proven: %s", node_id, error)
        return False
    last = given.events[-1]
    said = (header.purpose, header.node, header.epoch, header.seq_to, header.head)
    return said == (Purpose.DOWN, node_id, last.epoch, last.seq, last.digest)


def _key(centre: Centre, name: bytes) -> bytes:
    """Our own public key of that name, a retired one too. Raises SuiteError for another's."""
    known = [*(one.word.sign_key for one in centre.identity.sets()), *(one.sign_key for one in centre.identity.words())]
    keys = {key_id(key): key for key in known}
    if name not in keys:
        raise SuiteError("signed with a key that was never ours")
    return keys[name]


def _take(centre: Centre, tx: Connection, node_id: str, events: tuple[Event, ...]) -> None:
    now, first = centre.clock.now(), events[0]
    before = log.digest_at(tx, node_id, "centre", first.epoch, first.seq - 1)
    if not (before == first.prev if first.seq > 1 else log.holds(tx, node_id, "centre", first.prev)):
        return
    known = {event.seq: log.digest_at(tx, node_id, "centre", event.epoch, event.seq) for event in events}
    fresh = [event for event in events if known[event.seq] is None]
    other = [event for event in events if known[event.seq] not in {None, event.digest}]
    if other:
        _put_aside(tx, node_id, other, now)
        return
    if fresh:
        log.insert_back(tx, node_id, fresh, now)
        # an application whose filing was lost too is projected when the room sends that again
        for number in sorted(projection.existing(tx, node_id, {event.application for event in fresh})):
            projection.project(tx, centre, node_id, number)
        logger.warning("room %s gave back %s events of ours that were lost here", node_id, len(fresh))


def _put_aside(tx: Connection, node_id: str, events: Iterable[Event], now: str) -> None:
    rows = [
        {
            "node_id": node_id,
            "epoch": event.epoch,
            "seq": event.seq,
            "digest": event.digest.hex(),
            "code": "own_fork",
            "reason": OWN_FORK,
            "at": now,
            "line": event.body,
        }
        for event in events
    ]
    add_missing(tx, tables.quarantine, rows)
