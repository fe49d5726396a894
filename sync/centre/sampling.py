"""抽查: closed applications drawn by a recorded seed, looked at by somebody who had no hand in them.

Whoever has the seed and the logs draws the same. What the drawer himself had a hand in is not among what he draws from,
and nobody judges his own.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, and_, exists, select, update

from edge.errors import problem
from forms.kinds import check_body
from forms.kinds_oversight import ANSWER_MAX, JUDGED, SAMPLE_DRAWN, SAMPLE_JUDGED, SAMPLE_MAX, SEED_MAX
from sync.centre import cases, log, rooms, scopes, tables, tables_figures, tables_review, who
from sync.centre.centre import Centre
from sync.centre.store import add, add_missing

SHOWN_MAX: Final = 20
_sample, _item, _fact = tables_figures.sample, tables_figures.sample_item, tables_figures.fact


@dataclass(frozen=True, slots=True)
class Item:
    """One application that was drawn; `result` is "" while nobody has looked at it."""

    node_id: str
    room: str
    number: str
    title: str
    result: str
    note: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, and what it was drawn from."""

    id: str
    seed: str
    area: str
    first: str
    last: str
    population: int
    digest: str
    by: str
    at: str
    items: tuple[Item, ...]

    @property
    def open(self) -> int:
        return sum(not one.result for one in self.items)


def choose(numbers: Iterable[str], seed: str, count: int) -> list[str]:
    """The `count` numbers whose SHA-256 with the seed come first: anybody can draw them again."""
    return sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}\0{number}".encode()).digest())[:count]


def draw(centre: Centre, first: date, last: date, *, count: int, area: str = "", seed: str = "", actor: str) -> Sample:
    """Draw from what was closed from `first` to `last`; with the same seed again it is the same sample.

    Raises sample_asked, sample_empty.
    """
    seed = seed.strip() or secrets.token_hex(8)
    if not 1 <= count <= SAMPLE_MAX or len(seed) > SEED_MAX or not seed.isprintable() or len(area) > scopes.ROOM_DIGITS:
        raise problem("sample_asked", most=SAMPLE_MAX, seed=SEED_MAX)
    with centre.store.read() as tx:
        own = who.room_accounts(tx, actor.removeprefix(who.CENTRE))
        numbers = _population(tx, area, first, last, own)
    if not numbers:
        raise problem("sample_empty")
    digest = hashlib.sha256("\n".join(numbers).encode()).hexdigest()
    said = f"{seed}\0{area}\0{first}\0{last}\0{count}\0{actor}\0{digest}"
    identity = hashlib.sha256(said.encode()).hexdigest()[:16]
    chosen = choose(numbers, seed, count)
    span = {"first": first.isoformat(), "last": last.isoformat()}
    row = {"id": identity, "seed": seed, "area": area, **span, "population": len(numbers), "digest": digest}
    with centre.store.write() as tx:
        nodes = sorted({number[: scopes.ROOM_DIGITS] for number in chosen})
        for node_id in nodes:
            rooms.get(tx, node_id, lock=True)
        if tx.execute(select(_sample.c.id).filter_by(id=identity)).scalar() is None:
            now = centre.clock.now()
            add_missing(tx, _sample, [row | {"wanted": count, "by": actor, "at": now}])
            _keep(tx, identity, chosen)
            for node_id in nodes:
                own_part = [number for number in chosen if number.startswith(node_id)]
                body = {name: value for name, value in row.items() if name != "id"} | {"sample": identity}
                _say(tx, centre, node_id, SAMPLE_DRAWN, body | {"applications": own_part}, actor)
        return get(tx, identity)


def _keep(tx: Connection, identity: str, chosen: list[str]) -> None:
    rows = [
        {"node_id": number[: scopes.ROOM_DIGITS], "number": number, "sample": identity, "place": place}
        for place, number in enumerate(chosen, 1)
    ]
    add(tx, _item, rows)


def _say(  # noqa: PLR0917 - what is said, to whom, by whom
    tx: Connection, centre: Centre, node_id: str, kind: str, body: dict[str, Any], actor: str
) -> None:
    check_body(kind, body)
    log.append(tx, centre.clock, node_id, kind=kind, application="", body=body, actor=actor)


def _population(tx: Connection, area: str, first: date, last: date, own: frozenset[str]) -> list[str]:
    """The numbers of what was closed and is not sealed, but for what these accounts had a hand in or are named in."""
    complaint, event, concerned = tables_figures.complaint, tables.event, tables_review.concerned
    actors = [f"{side}:{name}" for name in sorted(own) for side in ("centre", "officer")]
    sealed = exists().where(complaint.c.node_id == _fact.c.node_id, complaint.c.id == _fact.c.number)
    acted = exists().where(
        event.c.node_id == _fact.c.node_id, event.c.application == _fact.c.number, event.c.actor.in_(actors)
    )
    named = exists().where(
        concerned.c.node_id == _fact.c.node_id,
        concerned.c.number == _fact.c.number,
        concerned.c.account.in_(sorted(own)),
    )
    closed = _fact.c.closed_at.between(first.isoformat(), last.isoformat() + "U")  # "U" stands behind every T
    found = select(_fact.c.number).where(closed, scopes.in_area(_fact.c.node_id, area), ~sealed, ~acted, ~named)
    return list(tx.execute(found.order_by(_fact.c.number)).scalars())


def judge(centre: Centre, identity: str, number: str, *, result: str, text: str = "", actor: str) -> None:
    """What somebody found in one of a sample; the same again does nothing.

    Raises not_found, sample_own, sample_judged, sample_text.
    """
    text = " ".join(text.split())
    if result not in JUDGED or len(text) > ANSWER_MAX or (result == "faults" and not text):
        raise problem("sample_text", most=ANSWER_MAX)
    case = cases.get(centre, number)
    acted = {entry.actor for entry in case.state.history if entry.side == "centre"}
    if actor in case.handlers | acted | case.concerned:
        raise problem("sample_own")
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        place = {"node_id": case.node_id, "number": number, "sample": identity}
        row = tx.execute(select(_item).filter_by(**place)).one_or_none()
        if row is None:
            raise problem("not_found")
        if row.result:
            if (row.result, row.note, row.by) == (result, text, actor):
                return
            raise problem("sample_judged")
        body = {"sample": identity, "application": number, "result": result, "text": text}
        _say(tx, centre, case.node_id, SAMPLE_JUDGED, body, actor)
        values = {"result": result, "note": text, "by": actor, "at": centre.clock.now()}
        tx.execute(update(_item).filter_by(**place).values(**values))


def latest(tx: Connection, areas: tuple[str, ...]) -> list[Sample]:
    """The newest samples within these areas."""
    rows = tx.execute(select(_sample.c.id, _sample.c.area).order_by(_sample.c.at.desc(), _sample.c.id)).all()
    return [get(tx, row.id) for row in rows if scopes.covers(areas, row.area)][:SHOWN_MAX]


def get(tx: Connection, identity: str) -> Sample:
    """Raises not_found."""
    row = tx.execute(select(_sample).filter_by(id=identity)).one_or_none()
    if row is None:
        raise problem("not_found")
    head = tables.application
    of_head = and_(head.c.node_id == _item.c.node_id, head.c.number == _item.c.number)
    found = select(_item, head.c.title).select_from(_item.outerjoin(head, of_head)).where(_item.c.sample == identity)
    items = tx.execute(found.order_by(_item.c.place)).all()
    names = rooms.names(tx, {one.node_id for one in items})
    shown = tuple(
        Item(one.node_id, names[one.node_id], one.number, one.title or "", one.result, one.note, one.by, one.at)
        for one in items
    )
    plain = {name: getattr(row, name) for name in Sample.__dataclass_fields__ if name != "items"}
    return Sample(**plain, items=shown)
