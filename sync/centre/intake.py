"""Which of a node's events are new, which are known, which are another history; and what can't be acted on."""

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, update
from sqlalchemy.exc import DataError, IntegrityError

from forms import kinds_apart, room_terms
from forms.events import Event, Head, canonical, is_erased, to_json
from forms.kinds import KINDS, ROOM_KINDS, check_body
from sync.centre import (
    fleet_reports,
    foreseen,
    headers,
    log,
    materials,
    projection,
    room_said,
    rooms,
    sms,
    suites,
    tables,
    videos,
    who,
)
from sync.centre.centre import Centre
from sync.centre.ports import registry
from sync.centre.statements import written
from sync.centre.store import add_missing
from sync.frames import REFUSED_MAX, Contents, Refusal

logger = logging.getLogger(__name__)
QUARANTINE_MAX = 1000  # events put aside at one time; the first of them says what is the matter
REFUSALS = {
    "unknown_kind": "省级中心还不认识这种记录，请等中心升级后处理。",
    "bad_header": "这条记录的编号、类型、时间或经办人写得不合规定。",
    "bad_body": "这条记录的内容不完整或不合规定。",
    "bad_number": "办件号不属于本警务室，或记录没有写明办件号。",
    "not_filed": "省级中心没有这份办件的收件记录。",
    "filed_twice": "这个办件号已经收过件。",
    "bad_keys": "新密钥不是由现在的密钥担保的，或格式不对，没有更换。",
    "suite_refused": "新密钥的加密套件省级中心没有采用，没有更换。",
    "material_too_large": "材料超过省级中心允许的大小。",
    "not_processed": "省级中心处理这条记录时出错，先记下了，由省级中心查明后再处理。",
}
OPENED = "epoch.opened"
# what a value that nobody expected leads to; a store that is away or busy is not among them: the room sends again
UNFORESEEN = (
    ArithmeticError, AttributeError, DataError, IntegrityError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip  # a table
FORK = "有两台机器在用本节点的编号，记录已隔离，没有采信；请联系省级中心核对，并由他们指定一台。"


@dataclass(frozen=True, slots=True)
class Sorted:
    """`fresh` continue the log that is held; `forked` stand at a place that is taken, or continue something else."""

    fresh: tuple[Event, ...] = ()
    forked: tuple[Event, ...] = ()


def take_events(tx: Connection, centre: Centre, room: rooms.Room, prev: bytes, contents: Contents) -> tuple[Event, ...]:
    """Store what is new and project its applications; put a fork aside. Returns the new events."""
    now, events = centre.clock.now(), contents.events
    found = sort(tx, room, prev, events, contents.before)
    if room.fork_at:  # neither of the two is believed until a person says which
        _put_aside(tx, room, (*found.fresh, *found.forked), now)
        return ()
    checked = _check_all(tx, centre, room, found.fresh)
    log.store(tx, room.node_id, "node", checked, now)
    if foreseen.of(tx) is not None and (len(found.fresh) != len(events) or any(code for _, code in checked)):
        raise foreseen.Apart
    good = [event for event, refused in checked if not refused]
    for event in _act_on_all(tx, centre, room.node_id, good):
        if event.kind == suites.ANNOUNCED:
            suites.take(centre, tx, room, event)
    _put_aside(tx, room, found.forked, now)
    return found.fresh


def take_again(tx: Connection, centre: Centre, room: rooms.Room, event: Event) -> str:
    """Judge an event anew that stands in the log and was refused, and act on it where nothing speaks against it now.

    Returns the code of its refusal, "" if it was taken. Not for new keys: the room has gone on with its old ones.
    """
    return _judge(tx, centre, room.node_id, event)


def _judge(tx: Connection, centre: Centre, node_id: str, event: Event) -> str:
    refused = _check(centre, node_id, event, projection.existing(tx, node_id, _numbers([event])))
    try:
        with tx.begin_nested():
            log.judge(tx, node_id, event, refused)
            if not refused:
                _act_on(tx, centre, node_id, [event])
    except UNFORESEEN as error:
        _report(error, node_id, event)
        refused = "not_processed"
        log.judge(tx, node_id, event, refused)
    return refused


def _report(error: Exception, node_id: str, first: Event) -> None:
    """Where it happened, and not what was written: that may name people."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = (node_id, first.epoch, first.seq, type(error).__name__, place.name, place.lineno)
    logger.error("room %s: events from %s:%s could not be acted on: %s in %s, line %s", *said)


def _act_on_all(tx: Connection, centre: Centre, node_id: str, good: Sequence[Event]) -> Sequence[Event]:
    """Act on events that stand in the log; where one of them fails, on each by itself. Returns those acted on."""
    if not good:
        return good
    if foreseen.of(tx) is not None:  # where one fails, all of them are taken by themselves
        _act_on(tx, centre, node_id, good)
        return good
    try:
        with tx.begin_nested():
            _act_on(tx, centre, node_id, good)
    except UNFORESEEN as error:
        _report(error, node_id, good[0])
        for event in good:  # none is seen by those before it
            log.judge(tx, node_id, event, "not_processed")
        return [event for event in good if not _judge(tx, centre, node_id, event)]
    return good


def _act_on(tx: Connection, centre: Centre, node_id: str, good: Sequence[Event]) -> None:
    materials.announce(tx, node_id, good)
    projection.project_all(tx, centre, node_id, {event.application for event in good if event.application})
    registry.note(tx, centre, node_id, good)
    now = centre.clock.now()
    for event in good:
        who.note(tx, node_id, event)
        fleet_reports.note(tx, node_id, event)
        sms.note(tx, node_id, event)
        room_said.note(tx, node_id, event, now)
        videos.note(tx, node_id, event)


def doubted(epoch: int, seq: int) -> tuple[Refusal, ...]:
    """What a room in doubt is told of the place where its batch begins."""
    return (Refusal(epoch, seq, "fork", FORK),)


def refusals(tx: Connection, room: rooms.Room, after: tuple[int, int]) -> tuple[Refusal, ...]:
    """The refusals of what stands in the log behind this position, the first as far as an ack can name them: the same
    for a repeated batch, and for a question after its answer was lost.
    """
    if after >= room.up_head.position:
        return ()
    table, (epoch, seq) = tables.event, after
    behind = or_(table.c.epoch > epoch, and_(table.c.epoch == epoch, table.c.seq > seq))
    found = _refused_of(room.node_id).where(behind).order_by(table.c.epoch, table.c.seq)
    return _as_refusals(tx, found)


def all_refusals(tx: Connection, node_id: str) -> tuple[Refusal, ...]:
    """Every event of this room that could not be acted on, the latest first as far as an ack can name them."""
    table = tables.event
    return _as_refusals(tx, _refused_of(node_id).order_by(table.c.epoch.desc(), table.c.seq.desc()))


def _refused_of(node_id: str) -> Select[Any]:
    table = tables.event
    statement = select(table.c.epoch, table.c.seq, table.c.refused).filter_by(node_id=node_id, side="node")
    return statement.where(table.c.refused != written(""))


def _as_refusals(tx: Connection, found: Select[Any]) -> tuple[Refusal, ...]:
    rows = tx.execute(found.limit(REFUSED_MAX))
    return tuple(Refusal(row.epoch, row.seq, row.refused, REFUSALS[row.refused]) for row in rows)


def sort(tx: Connection, room: rooms.Room, prev: bytes, events: Sequence[Event], stands: Head | None = None) -> Sorted:
    """Compare a batch, whose first event continues the digest `prev`, with the log that is held.

    `stands`: the head before it in the room's log, where an epoch begins. It may continue an earlier event than that:
    the chain would hold although what lies between was lost here, which comes again when it is answered as a gap.
    """
    if not events or (stands and stands.position > room.up_head.position):
        return Sorted()
    first = events[0]
    if (first.epoch, first.seq - 1) == room.up_head.position:  # behind the last one there is nothing to compare with
        return _continuation(tx, room, prev, events)
    known = log.digests(tx, room.node_id, first, events[-1])
    for index, event in enumerate(events):
        if event.seq not in known:
            before = prev if index == 0 else events[index - 1].digest
            return _continuation(tx, room, before, events[index:])
        if known[event.seq] != event.digest:
            return Sorted(forked=tuple(events[index:]))
    return Sorted()


def _continuation(tx: Connection, room: rooms.Room, prev: bytes, events: Sequence[Event]) -> Sorted:
    """Events behind the last known one: new if they continue the head; a gap is none of our business yet.

    Whoever says that he begins a new epoch, because he lost the end of his log, may go on from any event that is held.
    """
    held, first = room.up_head, events[0]
    next_here = first.epoch == held.epoch and first.seq == held.seq + 1
    begins = first.epoch > held.epoch and first.seq == 1
    if next_here or begins:
        fits = prev == held.digest or (begins and first.kind == OPENED and log.holds(tx, room.node_id, "node", prev))
        return Sorted(fresh=tuple(events)) if fits else Sorted(forked=tuple(events))
    return Sorted(forked=tuple(events)) if first.epoch < held.epoch else Sorted()


def _check_all(tx: Connection, centre: Centre, room: rooms.Room, events: Sequence[Event]) -> list[tuple[Event, str]]:
    """Each event with the code of its refusal."""
    filed = projection.existing(tx, room.node_id, _numbers(events))
    checked = []
    for event in events:
        refused = _check(centre, room.node_id, event, filed)
        if not refused and event.kind == suites.ANNOUNCED:
            refused = suites.fault(centre, tx, room, event)
        if not refused:
            filed.add(event.application)
        checked.append((event, refused))
    return checked


def _numbers(events: Sequence[Event]) -> set[str]:
    """Those that a store may be asked for."""
    return {event.application for event in events if headers.fits(event)}


def _check(centre: Centre, node_id: str, event: Event, filed: set[str]) -> str:
    if not headers.fits(event):
        return "bad_header"
    known = KINDS.get(event.kind) or ROOM_KINDS.get(event.kind)
    if known is None or not (known.side == "node" or known.either):
        return "unknown_kind"
    if not _is_sound(event):
        return "bad_body"
    if any(m.size > centre.settings.material_bytes_max for m in materials.announced(event)):
        return "material_too_large"
    if event.kind in ROOM_KINDS:  # of the room as a whole: kept, and projected onto no application
        return "bad_number" if event.application else ""
    return _check_number(node_id, event, filed)


def _check_number(node_id: str, event: Event, filed: set[str]) -> str:
    if not (event.application.isdecimal() and event.application.startswith(node_id)):
        return "bad_number"
    if event.kind == "application.filed":
        return "filed_twice" if event.application in filed else ""
    return "" if event.application in filed else "not_filed"


def _is_sound(event: Event) -> bool:
    """Whether the body is as its kind asks, and canonical: two readings of one body would be two states.

    Answers and records of a term of their own may come without their body: where this store has lost what it once
    acknowledged, and the room has erased them since. Any other event without one is none.
    """
    if is_erased(event.body):
        return event.kind == kinds_apart.KIND or event.kind in room_terms.KINDS
    try:
        data = event.data
        check_body(event.kind, data)
        return canonical(data) == event.body
    except ValueError:
        return False


def _put_aside(tx: Connection, room: rooms.Room, events: Sequence[Event], now: str) -> None:
    if not events:
        return
    rows = [
        {
            "node_id": room.node_id,
            "epoch": event.epoch,
            "seq": event.seq,
            "digest": event.digest.hex(),
            "code": "fork",
            "reason": FORK,
            "at": now,
            "line": _line(event),
        }
        for event in events[:QUARANTINE_MAX]
    ]
    add_missing(tx, tables.quarantine, rows)
    if not room.fork_at:
        tx.execute(update(tables.node).filter_by(node_id=room.node_id).values(fork_at=now))


def _line(event: Event) -> bytes:
    try:
        return to_json(event, "node")
    except ValueError:  # a body that is no JSON is kept as it came
        return event.body
