"""Both logs of the node: its own, which only it writes, and the centre's, which comes down. See forms.events.

Every function takes an open transaction. The node's log is the outbox too: what lies after the last ack is to be sent.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from edge import outgoing
from edge.database import Connection
from edge.errors import problem
from forms import events, kinds
from forms.events import Event, Head, Side

_COLUMNS = "seq, epoch, id, application, kind, at, centre_at, ticks, actor, seen, body, salt, prev, digest"
LEGIBLE = "body >= x'01'"  # an erased body begins with a zero byte (forms.events), and says nothing
_INSERT = f"INSERT INTO event (side, {_COLUMNS}) VALUES (?{', ?' * 14})"  # noqa: S608  names of columns


def node_id(tx: Connection) -> str:
    """The ten digits of this room."""
    return str(tx.execute("SELECT node_id FROM node").fetchone()[0])


def append(tx: Connection, kind: str, application: str, body: Mapping[str, Any], actor: str) -> Event:
    """Write the next event of the node's log; `application` is "" for one about the node as a whole.

    Raises ValueError for a body that its kind doesn't allow (forms.kinds), too_large for one that no batch can carry.
    """
    kinds.check_body(kind, body)
    written = events.canonical(body)
    if len(written) > events.BODY_BYTES_MAX:
        raise problem("too_large")
    event = _next(tx, kind, application, written, actor)
    _store(tx, "node", event)
    return event


def _next(tx: Connection, kind: str, application: str, body: bytes, actor: str) -> Event:
    before, seen = head(tx), head(tx, "centre")
    epoch = int(tx.execute("SELECT epoch FROM node").fetchone()[0])
    salt = secrets.token_bytes(events.SALT_BYTES)
    return events.seal(
        seq=before.seq + 1 if before.epoch == epoch else 1,
        epoch=epoch,
        id=events.derived_id(before.digest, salt),
        application=application,
        kind=kind,
        at=tx.clock.now(),
        centre_at=tx.clock.centre_time(),
        ticks=tx.clock.ticks(),
        actor=actor,
        seen=str(seen) if seen.seq else "",
        body=body,
        salt=salt,
        prev=before.digest,
    )


def _store(tx: Connection, side: Side, event: Event) -> None:
    tx.execute(_INSERT, (side, *(getattr(event, name) for name in _COLUMNS.split(", "))))


def append_down(tx: Connection, received: Sequence[Event]) -> list[Event]:
    """Store the centre's events that are new here and return them; those known already are passed over.

    Raises forms.events.ChainError for an event that doesn't continue the log, or that differs from one held.
    """
    held = head(tx, "centre")
    fresh = [event for event in received if event.position > held.position]
    for event in received[: len(received) - len(fresh)]:
        _check_known(tx, event)
    events.verify_chain(fresh, held, partial(holds, tx, "centre"))
    for event in fresh:
        _store(tx, "centre", event)
    return fresh


def holds(tx: Connection, side: Side, digest: bytes) -> bool:
    """Whether an event with this digest stands in a log, or the log begins with it. For the rare start of an epoch:
    it reads the whole log.
    """
    found = tx.execute("SELECT 1 FROM event WHERE side = ? AND digest = ? LIMIT 1", (side, digest)).fetchone()
    return found is not None or digest == Head.start(side, node_id(tx)).digest


def take_back(tx: Connection, received: Sequence[Event]) -> list[Event]:
    """Put events of our own log, which the centre kept, at their places; the ones that were not here are returned.

    They follow one another in one epoch. Raises forms.events.ChainError where they don't fit what is here.
    """
    if not received:
        return []
    first = received[0]
    before = find(tx, "node", first.epoch, first.seq - 1)
    if not (holds(tx, "node", first.prev) if first.seq == 1 else before and before.digest == first.prev):
        raise events.ChainError(first.epoch, first.seq, "does not continue what is held here")
    events.verify_chain(received, first.prev)
    return [event for event in received if _took_back(tx, event)]


def _took_back(tx: Connection, event: Event) -> bool:
    known = find(tx, "node", event.epoch, event.seq)
    if known is None:
        _store(tx, "node", event)
        return True
    if known.digest != event.digest:
        raise events.ChainError(event.epoch, event.seq, "differs from the one that is held here")
    return False


def heads_of_epochs(tx: Connection) -> list[Head]:
    """The last event of each epoch of the node's log, in order; nothing for an empty log."""
    rows = tx.execute(
        "SELECT e.epoch, e.seq, e.digest FROM event e JOIN (SELECT epoch, max(seq) AS seq FROM event"
        " WHERE side = 'node' GROUP BY epoch) last ON e.epoch = last.epoch AND e.seq = last.seq"
        " WHERE e.side = 'node' ORDER BY e.epoch"
    )
    return [Head(row["epoch"], row["seq"], bytes(row["digest"])) for row in rows]


def _check_known(tx: Connection, event: Event) -> None:
    known = find(tx, "centre", event.epoch, event.seq)
    if known is None or known.digest != event.digest:
        raise events.ChainError(event.epoch, event.seq, "differs from the one that is held here")


def head(tx: Connection, side: Side = "node") -> Head:
    """Where a log stands."""
    row = tx.execute(
        "SELECT epoch, seq, digest FROM event WHERE side = ? ORDER BY epoch DESC, seq DESC LIMIT 1", (side,)
    ).fetchone()
    return Head.start(side, node_id(tx)) if row is None else Head(row["epoch"], row["seq"], bytes(row["digest"]))


def check_tail(tx: Connection, count: int = 200) -> None:
    """Raises log_broken when the last `count` events of either log don't hold together; edge.verify reads all."""
    for side in _SIDES:
        rows = tx.execute(
            f"SELECT {_COLUMNS} FROM event WHERE side = ? ORDER BY epoch DESC, seq DESC LIMIT ?",  # noqa: S608  columns
            (side, count),
        ).fetchall()
        tail = [_event(row) for row in reversed(rows)]
        try:
            events.verify_chain(tail, tail[0].prev if tail else b"", partial(holds, tx, side))
        except events.ChainError as error:
            raise problem("log_broken", detail=f"{error.epoch}:{error.seq}") from error


_SIDES: tuple[Side, ...] = ("node", "centre")


def find(tx: Connection, side: Side, epoch: int, seq: int) -> Event | None:
    """One event by its place; None where there is none."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM event WHERE side = ? AND epoch = ? AND seq = ?",  # noqa: S608  names of columns
        (side, epoch, seq),
    ).fetchone()
    return None if row is None else _event(row)


def up(tx: Connection, after: Head | None = None, limit: int = 1000) -> list[Event]:
    """Events of the node's log after `after` (default: from the first), at most `limit`."""
    return _after(tx, "node", after, limit)


def down(tx: Connection, after: Head | None = None, limit: int = 1000) -> list[Event]:
    """Events of the centre's log for this node after `after`, at most `limit`."""
    return _after(tx, "centre", after, limit)


def _after(tx: Connection, side: Side, after: Head | None, limit: int) -> list[Event]:
    epoch, seq = after.position if after else (0, 0)
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM event WHERE side = ? AND (epoch, seq) > (?, ?)"  # noqa: S608  names of columns
        " ORDER BY epoch, seq LIMIT ?",
        (side, epoch, seq, limit),
    )
    return [_event(row) for row in rows]


def published(tx: Connection, kind: str) -> list[Event]:
    """The centre's events of one kind about the room as a whole, in their order; there are some dozens of them."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM event WHERE side = 'centre' AND application = '' AND kind = ? AND {LEGIBLE}"  # noqa: S608  columns
        " ORDER BY epoch, seq",
        (kind,),
    )
    return [_event(row) for row in rows]


def of_room(tx: Connection, side: Side, kinds: str) -> list[Event]:
    """The events of one side about the room as a whole that are of these kinds (a JSON list), in their order; without
    those that went with an application (forms.telling).
    """
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM event WHERE side = ? AND application = '' AND {LEGIBLE}"  # noqa: S608  names of columns
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY epoch, seq",
        (side, kinds),
    )
    return [_event(row) for row in rows]


def all_of(tx: Connection, side: Side, page: int = 1000) -> Iterator[Event]:
    """A whole log, read page by page, without what was erased; `chain_of` has that too."""
    return (event for event in chain_of(tx, side, page) if not events.is_erased(event.body))


def chain_of(tx: Connection, side: Side, page: int = 1000) -> Iterator[Event]:
    """A whole log as it hangs together."""
    after: Head | None = None
    while found := _after(tx, side, after, page):
        yield from found
        after = Head.of(found[-1])


def of_application(tx: Connection, number: str) -> list[tuple[Side, Event]]:
    """All that happened to one application, as forms.lifecycle.reduce takes it."""
    rows = tx.execute(
        f"SELECT side, {_COLUMNS} FROM event WHERE application = ? AND application <> '' AND {LEGIBLE}"  # noqa: S608  names
        " ORDER BY side, epoch, seq",
        (number,),
    )
    return [(row["side"], _event(row)) for row in rows]


def _event(row: Mapping[str, Any]) -> Event:
    return Event(**{name: row[name] for name in _COLUMNS.split(", ")})


def acked(tx: Connection) -> Head:
    """The head of our log that the centre holds, by its last signed ack; the start of the log before any."""
    row = tx.execute("SELECT epoch, seq, digest FROM ack ORDER BY id DESC LIMIT 1").fetchone()
    return Head.start("node", node_id(tx)) if row is None else Head(row["epoch"], row["seq"], bytes(row["digest"]))


def heard(tx: Connection) -> Head:
    """The head of our log up to which the centre said what it refused: what it acknowledged, or less where an answer
    got lost and a later one was taken. A batch without events asks for what lies between.
    """
    text = str(tx.execute("SELECT heard FROM node").fetchone()[0])
    return Head.parse(text) if text else acked(tx)


def _hear(tx: Connection, before: Head, named: tuple[Head, Head] | None) -> None:
    """Note how far refusals were heard, which was as far as `before` until this answer."""
    text = ""
    if named is not None:
        after, upto = named
        now = upto if after.position <= before.position < upto.position else before
        text = str(now) if now.position < acked(tx).position else ""
    tx.execute("UPDATE node SET heard = ? WHERE heard <> ?", (text, text))


def missing(tx: Connection) -> list[dict[str, Any]]:
    """The materials that the centre lacks, of the events that it has acknowledged: [{"sha256", "from"}]."""
    return outgoing.missing(tx, acked(tx).position)


def last_ack_at(tx: Connection) -> str:
    """When the centre signed its last ack, by its clock; "" before any."""
    row = tx.execute("SELECT centre_at FROM node WHERE EXISTS (SELECT 1 FROM ack)").fetchone()
    return "" if row is None else str(row["centre_at"])


def received_at(tx: Connection, epoch: int, seq: int) -> str:
    """When the centre first said that it holds this event of the node's log, by its clock; "" if it has not yet."""
    if (epoch, seq) > acked(tx).position:
        return ""
    row = tx.execute("SELECT at FROM ack WHERE (epoch, seq) >= (?, ?) ORDER BY id LIMIT 1", (epoch, seq)).fetchone()
    return "" if row is None else str(row["at"])


def centre_codebooks(tx: Connection) -> tuple[bytes, ...]:
    """The codebooks that the centre's last ack named, by the first 8 bytes of their digests."""
    names = bytes(tx.execute("SELECT centre_codebooks FROM node").fetchone()[0])
    return tuple(names[start : start + 8] for start in range(0, len(names), 8))


def set_centre_codebooks(tx: Connection, names: Iterable[bytes]) -> None:
    """Keep which codebooks the centre said it reads: the beginnings of their digests, one behind the other."""
    tx.execute("UPDATE node SET centre_codebooks = ?", (b"".join(names),))


def set_acked(
    tx: Connection,
    held: Head,
    at: str,
    missing: Iterable[Mapping[str, Any]] = (),
    raw: bytes = b"",
    *,
    lacking: int | None = None,
    named: tuple[Head, Head] | None = None,
) -> None:
    """Store the centre's ack, whose signature the caller has checked; `raw` is the signed original.

    `at`: the centre's time (RFC 3339). `missing` ({"sha256", "from"}) names materials that it lacks, `lacking` says how
    many it lacks in all: only where all are named, the others have arrived. `named`: the answer says what was refused
    between these two heads; None: of the whole log. Raises ack_mismatch when it speaks of an event that our log doesn't
    have so.
    """
    if not _is_ours(tx, held):
        raise problem("ack_mismatch")
    before, lacked = heard(tx), list(missing)
    row = tx.execute("SELECT epoch, seq, digest FROM ack ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or tuple(row) != (held.epoch, held.seq, held.digest):  # its first word on this keeps its time
        tx.execute(
            "INSERT INTO ack (epoch, seq, digest, at, missing, raw) VALUES (?, ?, ?, ?, ?, ?)",
            (held.epoch, held.seq, held.digest, at, json.dumps(lacked, sort_keys=True), raw),
        )
    _hear(tx, before, named)
    note_materials(tx)
    outgoing.learn(tx, held.position, lacked, is_all=lacking is not None and lacking <= len(lacked))
    tx.execute("UPDATE node SET centre_at = max(centre_at, ?), answers = answers + 1", (at,))
    tx.clock.set_centre_time(at)


def note_materials(tx: Connection) -> None:
    """Expect to go up what the newest events of our log bring."""
    epoch, seq = outgoing.noted(tx)
    while some := _after_position(tx, epoch, seq):
        outgoing.note(tx, some)
        epoch, seq = some[-1].position


def has_unnoted(tx: Connection) -> bool:
    """Whether `note_materials` would find something to look at."""
    epoch, seq = outgoing.noted(tx)
    row = tx.execute(
        "SELECT 1 FROM event WHERE side = 'node' AND (epoch, seq) > (?, ?) LIMIT 1", (epoch, seq)
    ).fetchone()
    return row is not None


def _after_position(tx: Connection, epoch: int, seq: int) -> list[Event]:
    return _after(tx, "node", Head(epoch, seq, b"") if epoch else None, 1000)


def _is_ours(tx: Connection, held: Head) -> bool:
    if held.seq == 0:
        return held == Head.start("node", node_id(tx))
    event = find(tx, "node", held.epoch, held.seq)
    return event is not None and event.digest == held.digest


def answers(tx: Connection) -> int:
    """How many answers of the centre were taken so far."""
    return int(tx.execute("SELECT answers FROM node").fetchone()[0])


def unsent(tx: Connection) -> int:
    """How many events of the node's log the centre has not acked."""
    epoch, seq = acked(tx).position
    return int(
        tx.execute("SELECT count(*) FROM event WHERE side = 'node' AND (epoch, seq) > (?, ?)", (epoch, seq)).fetchone()[
            0
        ]
    )
