"""Erasing at the centre what names a person and no application, when its own term is over (个人信息保护法 19, 47;
forms.room_terms): appointments, needs of the village, notices of missing people, notes of the day.

A room's in one transaction each, by the centre's own clock, those that were refused and lines that were put aside too.
No row but the log's own holds any of it. What was given out lies outside of the store, as sync.centre.erasing says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select, union, update

from forms import kinds, room_terms
from forms.events import Event, Side
from forms.kinds_safety import RECORDS_PURGED
from forms.room_terms import Told
from sync.centre import erasing, log, rooms, tables, tables_log
from sync.centre.centre import Centre

_event, _aside = tables.event, tables.quarantine


@dataclass(frozen=True, slots=True)
class Gone:
    """`rooms` of which records went, and how many events; `log_emptied` as sync.centre.erasing.Erased has it."""

    rooms: tuple[str, ...] = ()
    events: int = 0
    log_emptied: bool = True


def due(centre: Centre) -> list[str]:
    """The rooms of which something has to go now."""
    with centre.store.read() as tx:
        return [
            node_id for node_id in _candidates(tx, centre) if _over(tx, centre, node_id) or _lines(tx, centre, node_id)
        ]


def daily(centre: Centre) -> Gone:
    """What a serving centre does once a day; a repeat writes nothing."""
    counts = {node_id: _erase(centre, node_id) for node_id in due(centre)}
    return Gone(tuple(counts), sum(counts.values()), centre.store.empty_log()) if counts else Gone()


def _candidates(tx: Connection, centre: Centre) -> list[str]:
    """Rooms that have sent, or were sent, something that may be old enough; few are looked at in vain."""
    before = _day_before(centre, min(room_terms.days_of(centre.settings).values()))
    old = select(_event.c.node_id).where(tables_log.TIMED, log.LEGIBLE, _event.c.received_at < before)
    put_aside = select(_aside.c.node_id).where(_aside.c.line != b"", _aside.c.at < before)
    return sorted(tx.execute(union(old, put_aside)).scalars())


def _over(tx: Connection, centre: Centre, node_id: str) -> list[list[Told]]:
    rows = tx.execute(select(_event).where(_event.c.node_id == node_id, tables_log.TIMED, log.LEGIBLE)).all()
    told: list[Told] = [(row.side, log.from_row(tx, row)) for row in rows]
    received: Mapping[Any, str] = {(row.side, row.epoch, row.seq): row.received_at for row in rows}

    def received_at(side: Side, event: Event) -> str:
        return received[side, *event.position]

    days = room_terms.days_of(centre.settings)
    return room_terms.over(told, days, centre.clock.now()[:10], received_at)


def _day_before(centre: Centre, days: int) -> str:
    return (date.fromisoformat(centre.clock.now()[:10]) - timedelta(days=days)).isoformat()


def _erase(centre: Centre, node_id: str) -> int:
    days = room_terms.days_of(centre.settings)
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        records = _over(tx, centre, node_id)
        told = [one for record in records for one in record]
        for side, event in told:
            erasing.leave(tx, node_id, side, event)
        for place in _lines(tx, centre, node_id):
            tx.execute(update(_aside).filter_by(**place).values(line=b""))
        for body in room_terms.said(records, days):
            _record(tx, centre, node_id, body)
    return len(told)


def _record(tx: Connection, centre: Centre, node_id: str, body: dict[str, Any]) -> None:
    kinds.check_body(RECORDS_PURGED, body)
    log.append(tx, centre.clock, node_id, kind=RECORDS_PURGED, application="", body=body, actor="centre:system")


def _lines(tx: Connection, centre: Centre, node_id: str) -> list[dict[str, Any]]:
    """The places of lines of such kinds that were put aside so long ago: their term begins on that day."""
    days = room_terms.days_of(centre.settings)
    before = {name: _day_before(centre, count) for name, count in days.items()}
    rows = tx.execute(select(_aside).filter_by(node_id=node_id).where(_aside.c.line != b"")).all()
    return [
        {name: getattr(row, name) for name in ("node_id", "epoch", "seq", "digest")}
        for row in rows
        if (name := room_terms.KINDS.get(_kind(bytes(row.line)))) is not None and row.at[:10] < before[name]
    ]


def _kind(line: bytes) -> str:
    """The kind of an event that was put aside; "" for what is no event."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    kind = said.get("kind") if isinstance(said, dict) else ""
    return kind if isinstance(kind, str) else ""
