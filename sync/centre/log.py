"""Both logs of each node as the centre holds them: the node's own, and the one that the centre writes for it.

Rows are never changed, but for the code of a refusal when it is judged anew. The head of each log stands on the node's
row and moves in the same transaction.
"""

import json
import secrets
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, bindparam, select, tuple_, update

from forms.events import HEADER_FIELDS, SALT_BYTES, Event, Head, Side, canonical, derived_id, is_erased, seal
from sync.centre import foreseen, headers, outbox, tables
from sync.centre.clock import Clock
from sync.centre.statements import at_places, changing, matching, places_named
from sync.centre.store import add, upsert
from sync.centre.writing import is_gathering

FIELDS = (*HEADER_FIELDS, "body", "salt", "prev", "digest")
HEAD_COLUMN = {"node": "up_head", "centre": "down_head"}
_event = tables.event
_HEAD = {side: matching(select(tables.node.c[name]), tables.node, "node_id") for side, name in HEAD_COLUMN.items()}
_MOVE_HEAD = changing(tables.node, "node_id")
_HEADER = matching(select(tables.event_header.c.header), tables.event_header, "node_id", "side", "epoch", "seq")
_UNFIT = dict.fromkeys(("application", "kind", "at", "centre_at", "actor", "seen"), "")
_OPENED = matching(select(tables.down_epoch.c.epoch), tables.down_epoch, "node_id")
_ALL = matching(select(_event), _event, "node_id", "side").order_by(_event.c.epoch, _event.c.seq)
_HELD = tuple_(bindparam("after_epoch", type_=BigInteger), bindparam("after_seq", type_=BigInteger))
_AFTER = _ALL.where(tuple_(_event.c.epoch, _event.c.seq) > _HELD).limit(1000)
_DIGEST_AT = matching(select(_event.c.digest), _event, "node_id", "side", "epoch", "seq")
_DIGESTS = matching(select(_event.c.seq, _event.c.digest), _event, "node_id", "side", "epoch").where(
    _event.c.seq.between(bindparam("first"), bindparam("last"))
)
LEGIBLE = _event.c.body >= b"\x01"  # an erased body begins with a zero byte (forms.events), and says nothing
_OF_APPLICATIONS = (
    matching(select(_event), _event, "node_id", "refused")
    .where(LEGIBLE)
    .where(_event.c.application.in_(bindparam("numbers", expanding=True)))
    .order_by(_event.c.application, _event.c.side.desc(), _event.c.epoch, _event.c.seq)
)
_OF_PLACES = (
    at_places(matching(select(_event), _event, "refused"), _event.c.application)
    .where(LEGIBLE)
    .order_by(_event.c.application, _event.c.side.desc(), _event.c.epoch, _event.c.seq)
)
_OF_APPLICATION = (
    matching(select(_event), _event, "node_id", "application", "refused")
    .where(LEGIBLE)
    .order_by(_event.c.side.desc(), _event.c.epoch, _event.c.seq)
)


def head(tx: Connection, node_id: str, side: Side) -> Head:
    """Where a log stands. Raises NoResultFound for an unknown node."""
    return Head.parse(tx.execute(_HEAD[side], {"node_id": node_id}).scalar_one())


def append(
    tx: Connection, clock: Clock, node_id: str, *, kind: str, application: str, body: dict[str, Any], actor: str
) -> Event:
    """Write the centre's next event for a node. The caller has locked the room and checked the body."""
    before = head(tx, node_id, "centre")
    opened = tx.execute(_OPENED, {"node_id": node_id}).scalar() or 1
    now = clock.now()
    salt = secrets.token_bytes(SALT_BYTES)
    event = seal(
        seq=before.seq + 1 if opened <= before.epoch else 1,
        epoch=max(before.epoch, opened),
        id=derived_id(before.digest, salt),
        application=application,
        kind=kind,
        at=now,
        centre_at=now,
        ticks=clock.ticks(),
        actor=actor,
        seen=str(head(tx, node_id, "node")),
        body=canonical(body),
        salt=salt,
        prev=before.digest,
    )
    store(tx, node_id, "centre", [(event, "")], now)
    return event


def store(tx: Connection, node_id: str, side: Side, events: Sequence[tuple[Event, str]], now: str) -> None:
    """Add consecutive events, each with the code of its refusal ("" if none), and move the head to the last.

    One whose header no column takes is refused by whoever calls this; its header stands beside its row.
    """
    if not events:
        return
    rows = [
        {name: getattr(event, name) for name in FIELDS}
        | {"node_id": node_id, "side": side, "received_at": now, "refused": refused}
        for event, refused in events
    ]
    unfit = [place for place, (event, _) in enumerate(events) if not headers.fits(event)]
    for place in unfit:
        rows[place] |= _UNFIT
    add(tx, _event, rows)
    beside = [_place(rows[place]) | {"header": canonical(events[place][0].header)} for place in unfit]
    add(tx, tables.event_header, beside)
    outbox.note(tx, node_id, side, [event for event, refused in events if not refused])
    seen = foreseen.of(tx)
    if seen is not None:
        said = (event for event, refused in events if not refused and not is_erased(event.body))
        seen.store(node_id, said, now)
    _move_head(tx, node_id, side, Head.of(events[-1][0]))


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("node_id", "side", "epoch", "seq")}


def judge(tx: Connection, node_id: str, event: Event, refused: str) -> None:
    """What was refused is judged anew: the code of its refusal, "" if there is none any more."""
    place = {"node_id": node_id, "side": "node", "epoch": event.epoch, "seq": event.seq}
    tx.execute(update(_event).filter_by(**place).values(refused=refused))
    if refused:
        outbox.withdraw(tx, node_id, "node", event)
    else:
        outbox.note(tx, node_id, "node", [event])


def _move_head(tx: Connection, node_id: str, side: Side, head: Head) -> None:
    if is_gathering(tx):
        upsert(tx, tables.node, [{"node_id": node_id, HEAD_COLUMN[side]: str(head)}])
        return
    tx.execute(_MOVE_HEAD, {"of_node_id": node_id, HEAD_COLUMN[side]: str(head)})


def insert_back(tx: Connection, node_id: str, events: Sequence[Event], now: str) -> None:
    """Put events of our own log, which we had lost, at their places; the head moves only forward."""
    before = head(tx, node_id, "centre")
    store(tx, node_id, "centre", [(event, "") for event in events], now)
    if Head.of(events[-1]).position < before.position:
        _move_head(tx, node_id, "centre", before)


def after(tx: Connection, node_id: str, side: Side, held: Head, bytes_max: int) -> tuple[Event, ...]:
    """The events of one epoch that follow `held`, as many as fit `bytes_max` bytes of bodies, but at least one."""
    place = {"node_id": node_id, "side": side, "after_epoch": held.epoch, "after_seq": held.seq}
    taken: list[Event] = []
    size = 0
    for row in tx.execute(_AFTER, place):
        event = from_row(tx, row)
        size += len(event.body)
        if taken and (size > bytes_max or event.epoch != taken[0].epoch):
            break
        taken.append(event)
    return tuple(taken)


def digest_at(tx: Connection, node_id: str, side: Side, epoch: int, seq: int) -> bytes | None:
    """The digest held at a position, or None."""
    return tx.execute(_DIGEST_AT, {"node_id": node_id, "side": side, "epoch": epoch, "seq": seq}).scalar()


def holds(tx: Connection, node_id: str, side: Side, digest: bytes) -> bool:
    """Whether an event with this digest stands in a log, or the log begins with it. Reads the whole log: for the rare
    start of an epoch.
    """
    found = select(_event.c.seq).filter_by(node_id=node_id, side=side, digest=digest).limit(1)
    return tx.execute(found).first() is not None or digest == Head.start(side, node_id).digest


def digests(tx: Connection, node_id: str, first: Event, last: Event) -> dict[int, bytes]:
    """What the node's log holds from the place of `first` to that of `last`, in one epoch: seq -> digest."""
    span = {"node_id": node_id, "side": "node", "epoch": first.epoch, "first": first.seq, "last": last.seq}
    return {row.seq: row.digest for row in tx.execute(_DIGESTS, span)}


def of_application(tx: Connection, node_id: str, number: str) -> list[tuple[Side, Event, str]]:
    """(side, event, time of receipt) of one application, without the events that were refused."""
    rows = tx.execute(_OF_APPLICATION, {"node_id": node_id, "application": number, "refused": ""})
    return [(row.side, from_row(tx, row), row.received_at) for row in rows]


def of_applications(tx: Connection, node_id: str, numbers: Iterable[str]) -> dict[str, list[tuple[Side, Event, str]]]:
    """The same of several at once; one without events is not there."""
    seen = foreseen.of(tx)
    if seen is not None:
        return seen.of(node_id, numbers)
    found: dict[str, list[tuple[Side, Event, str]]] = {}
    for row in tx.execute(_OF_APPLICATIONS, {"node_id": node_id, "refused": "", "numbers": sorted(numbers)}):
        found.setdefault(row.application, []).append((row.side, from_row(tx, row), row.received_at))
    return found


def of_places(
    tx: Connection, places: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[Side, Event, str]]]:
    """The same of applications of several rooms, each by (node id, number)."""
    found: dict[tuple[str, str], list[tuple[Side, Event, str]]] = {}
    for row in tx.execute(_OF_PLACES, {"refused": "", **places_named(places)}):
        found.setdefault((row.node_id, row.application), []).append((row.side, from_row(tx, row), row.received_at))
    return found


def of_room(tx: Connection, node_id: str, kinds: Iterable[str]) -> list[tuple[Side, Event]]:
    """(side, event) of these kinds about a room as a whole, without the events that were refused; the node's first."""
    place = {"node_id": node_id, "application": "", "refused": ""}
    rows = tx.execute(_OF_APPLICATION.where(_event.c.kind.in_(sorted(kinds))), place)
    return [(row.side, from_row(tx, row)) for row in rows]


def applications(tx: Connection, node_id: str) -> list[str]:
    """The numbers of all applications in a node's log but those that were erased."""
    legible = select(_event.c.application).filter_by(node_id=node_id, side="node", refused="").where(LEGIBLE)
    statement = legible.distinct()
    return [number for number in tx.execute(statement.order_by(_event.c.application)).scalars() if number]


def walk(tx: Connection, node_id: str, side: Side) -> Generator[Event, None, None]:
    """A whole log in its order, read in pieces. Whoever stops before its end closes it."""
    place = {"node_id": node_id, "side": side}
    with tx.execute(_ALL, place, execution_options={"yield_per": 500}) as rows:
        for row in rows:
            yield from_row(tx, row)


def from_row(tx: Connection, row: Row[Any]) -> Event:
    """The event as it was signed. `row`: all columns of `event`."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    found = {name: values[name] for name in FIELDS}
    if not row.kind:  # an earlier version kept an empty kind as any other
        found |= json.loads(tx.execute(_HEADER, _place(dict(values))).scalar() or b"{}")
    return Event(**found)


def as_json(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Header and body of events, for people who have to judge."""
    return [event.header | {"body": None if is_erased(event.body) else json.loads(event.body)} for event in events]
