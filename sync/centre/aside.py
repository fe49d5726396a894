"""What the centre could not act on, and what a person there does about it: judge it anew, or set it aside.

A refused event stands in its room's log and has changed nothing; judged anew (after an upgrade, a larger limit, the
filing that was lacking) it may be taken, with those behind it that only lacked it, and the room is told. What only this
program could not take is judged anew without a person (`retry_every`). What was put aside because two machines wrote
under one name is never taken: which of them goes on is said elsewhere (sync.centre.doubt), and afterwards it can only
be set aside. Every act stays, with who did it, when and why.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, select

from edge.errors import YizhanError, problem
from forms.events import Event
from forms.kinds import check_body
from sync.centre import intake, log, rooms, suites, tables
from sync.centre.centre import Centre
from sync.centre.statements import written

Outcome = Literal["taken", "refused", "set_aside"]
LIFTED: Final = "refusal.lifted"
OPEN_FORK: Final = "fork"
BY_ITSELF: Final = "centre:system"
OF_THE_PROGRAM: Final = ("bad_body", "not_processed", "unknown_kind")  # refusals that another version may lift
_OVERTAKEN: Final = ("aside_unknown", "node_in_doubt", "node_unknown")  # by a person or another program, meanwhile
REASON_MAX: Final = 200
SHOWN_MAX: Final = 200
_event, _aside, _act = tables.event, tables.quarantine, tables.aside_act


@dataclass(frozen=True, slots=True)
class Item:
    """One that waits for a person. `again`: whether it can be judged anew; `kind`: "" for what no log holds."""

    epoch: int
    seq: int
    digest: str
    kind: str
    application: str
    code: str
    reason: str
    at: str
    again: bool


@dataclass(frozen=True, slots=True)
class Done:
    """`outcome` of the one that was asked for; `others`: so many more were taken with it. `reason` if still refused."""

    outcome: Outcome
    reason: str = ""
    others: int = 0


def still_refused(node: Any) -> ColumnElement[bool]:
    """For a statement over events: refused, and by nobody set aside. `node`: the column of the room."""
    is_settled = exists().where(
        _act.c.node_id == node,
        _act.c.epoch == _event.c.epoch,
        _act.c.seq == _event.c.seq,
        _act.c.outcome == "set_aside",
        _act.c.code == _event.c.refused,
    )
    return and_(_event.c.side == "node", _event.c.refused != written(""), ~is_settled)


def refused(tx: Connection, node_id: str) -> list[Item]:
    """Events that stand in the log and were not acted on, oldest first; the first SHOWN_MAX."""
    found = select(_event).filter_by(node_id=node_id).where(still_refused(_event.c.node_id))
    rows = tx.execute(found.order_by(_event.c.epoch, _event.c.seq).limit(SHOWN_MAX))
    return [_refused_item(row) for row in rows]


def _refused_item(row: Row[Any]) -> Item:
    reason = intake.REFUSALS[row.refused]
    again = row.kind != suites.ANNOUNCED
    place = (row.epoch, row.seq, row.digest.hex(), row.kind, row.application)
    return Item(*place, code=row.refused, reason=reason, at=row.received_at, again=again)


def put_aside(tx: Connection, node_id: str) -> list[Item]:
    """Events of another history, which no log holds; the first SHOWN_MAX."""
    is_settled = exists().where(*(_act.c[name] == _aside.c[name] for name in ("node_id", "epoch", "seq", "digest")))
    found = select(_aside).filter_by(node_id=node_id).where(~is_settled)
    rows = tx.execute(found.order_by(_aside.c.epoch, _aside.c.seq).limit(SHOWN_MAX))
    return [Item(row.epoch, row.seq, row.digest, "", "", row.code, row.reason, row.at, again=False) for row in rows]


def acts(tx: Connection, node_id: str) -> list[Row[Any]]:
    """What was done, the latest first: (epoch, seq, digest, code, outcome, reason, by, at)."""
    found = select(_act).filter_by(node_id=node_id).order_by(_act.c.at.desc(), _act.c.epoch.desc(), _act.c.seq.desc())
    return list(tx.execute(found.limit(SHOWN_MAX)).all())


def retry_every(centre: Centre) -> int:
    """Judge anew, in the order of each log, what only this program kept from being taken; so many were taken.

    What a citizen handed in goes on by itself after an upgrade, or when what stood in its way is gone. An attempt that
    fails leaves no act: nobody asked for it.
    """
    found = select(_event.c.node_id, _event.c.epoch, _event.c.seq).where(still_refused(_event.c.node_id))
    found = found.where(_event.c.refused.in_(OF_THE_PROGRAM), _event.c.kind != suites.ANNOUNCED)
    with centre.store.read() as tx:
        places = tx.execute(found.order_by(_event.c.node_id, _event.c.epoch, _event.c.seq)).all()
    return sum(_retry_one(centre, *place) for place in places)


def _retry_one(centre: Centre, node_id: str, epoch: int, seq: int) -> int:
    try:
        done = retry(centre, node_id, epoch, seq, by=BY_ITSELF)
    except YizhanError as error:
        if error.code not in _OVERTAKEN:
            raise
        return 0
    return 1 + done.others if done.outcome == "taken" else 0


def retry(centre: Centre, node_id: str, epoch: int, seq: int, *, by: str) -> Done:
    """Judge a refused event anew. Raises node_unknown, node_in_doubt, aside_unknown, aside_final."""
    with centre.store.write() as tx:
        room = rooms.get(tx, node_id, lock=True)
        if room.fork_at:
            raise problem("node_in_doubt")
        row = _waiting(tx, node_id, epoch, seq)
        if row.kind == suites.ANNOUNCED:
            raise problem("aside_final")
        event, code = log.from_row(tx, row), row.refused
        still = intake.take_again(tx, centre, room, event)
        if by != BY_ITSELF or not still:
            _note(tx, centre, node_id, _refused_item(row), "refused" if still else "taken", by=by)
        if still:
            return Done("refused", intake.REFUSALS[still])
        _tell(tx, centre, node_id, event, by)
        others = _with_it(tx, centre, room, event, by) if code != "not_filed" else 0
    return Done("taken", others=others)


def _with_it(tx: Connection, centre: Centre, room: rooms.Room, filed: Event, by: str) -> int:
    """Take what followed in the log and only lacked the filing."""
    found = select(_event).filter_by(node_id=room.node_id, application=filed.application, refused="not_filed")
    rows = tx.execute(found.where(still_refused(_event.c.node_id)).order_by(_event.c.epoch, _event.c.seq)).all()
    taken = 0
    for row in rows if filed.kind == "application.filed" else ():
        event = log.from_row(tx, row)
        if not intake.take_again(tx, centre, room, event):
            _note(tx, centre, room.node_id, _refused_item(row), "taken", by=by)
            _tell(tx, centre, room.node_id, event, by)
            taken += 1
    return taken


def set_aside(centre: Centre, node_id: str, epoch: int, seq: int, *, by: str, reason: str, digest: str = "") -> Done:
    """Take an item out of the list for good; nothing of it is acted on. `digest`: of what no log holds, else "".

    Raises node_unknown, node_in_doubt, aside_unknown, aside_reason.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_MAX:
        raise problem("aside_reason", most=REASON_MAX)
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        item = _item(tx, node_id, epoch, seq, digest)
        if item.code == OPEN_FORK:
            raise problem("node_in_doubt")
        _note(tx, centre, node_id, item, "set_aside", by=by, reason=reason)
    return Done("set_aside", reason)


def _item(tx: Connection, node_id: str, epoch: int, seq: int, digest: str) -> Item:
    if not digest:
        return _refused_item(_waiting(tx, node_id, epoch, seq))
    place = (epoch, seq, digest)
    found = next((one for one in put_aside(tx, node_id) if (one.epoch, one.seq, one.digest) == place), None)
    if found is None:
        raise problem("aside_unknown")
    return found


def _waiting(tx: Connection, node_id: str, epoch: int, seq: int) -> Row[Any]:
    found = select(_event).filter_by(node_id=node_id, epoch=epoch, seq=seq).where(still_refused(_event.c.node_id))
    row = tx.execute(found).one_or_none()
    if row is None:
        raise problem("aside_unknown")
    return row


def _note(
    tx: Connection, centre: Centre, node_id: str, item: Item, outcome: Outcome, *, by: str, reason: str = ""
) -> None:
    key = {"node_id": node_id, "epoch": item.epoch, "seq": item.seq, "digest": item.digest}
    before = tx.execute(select(func.count()).select_from(_act).filter_by(**key)).scalar_one()
    row = key | {"place": before + 1, "code": item.code, "outcome": outcome, "reason": reason, "by": by}
    tx.execute(insert(_act).values(row | {"at": centre.clock.now()}))


def _tell(tx: Connection, centre: Centre, node_id: str, event: Event, by: str) -> None:
    """The room takes it off its own list."""
    body = {"epoch": event.epoch, "seq": event.seq}
    check_body(LIFTED, body)
    log.append(tx, centre.clock, node_id, kind=LIFTED, application="", body=body, actor=by)
