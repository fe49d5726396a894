"""Deleting single answers at the centre when their term is over (个人信息保护法 19, 47; forms.apart).

Their values stand in events of their own, of either log, whose bodies leave a hash behind; rows of the application that
say one of them go, and the rows that follow from the logs are made anew. Each application in one transaction, by the
centre's own clock. What was given out lies outside of the store, as sync.centre.erasing says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, select, update

from forms import apart, kinds
from forms.kinds_apart import KIND, PURGED
from sync.centre import cases, erasing, log, projection, rooms, tables
from sync.centre.centre import Centre

AT_ONCE_MAX = 200
_event, _rows, _fact = tables.event, tables.application, tables.fact


@dataclass(frozen=True, slots=True)
class Expired:
    """Of which applications answers went, and how many; `log_emptied` as sync.centre.erasing.Erased has it."""

    applications: tuple[str, ...] = ()
    fields: int = 0
    log_emptied: bool = True


def due(centre: Centre) -> list[str]:
    """Applications of which answers are to go now, at most AT_ONCE_MAX."""
    with centre.store.read() as tx:
        return list(dict.fromkeys(row.application for row in _over(tx, centre, _WAITING)))[:AT_ONCE_MAX]


_WAITING = (
    select(_event, _fact.c.closed_at.label("closed_at"))
    .join(_rows, and_(_rows.c.node_id == _event.c.node_id, _rows.c.number == _event.c.application))
    .outerjoin(_fact, and_(_fact.c.node_id == _event.c.node_id, _fact.c.number == _event.c.application))
    .where(_event.c.kind == KIND, _event.c.refused == "", log.LEGIBLE, _rows.c.phase == "closed")
    .order_by(_event.c.node_id, _event.c.application, _event.c.side, _event.c.epoch, _event.c.seq)
)


def _over(tx: Connection, centre: Centre, waiting: Any) -> list[Row[Any]]:
    today = centre.clock.now()[:10]
    return [row for row in tx.execute(waiting).all() if _is_over(tx, row, today)]


def _is_over(tx: Connection, row: Row[Any], today: str) -> bool:
    body = apart.read(bytes(row.body))
    if body is None:
        return False
    closed_at = row.closed_at or projection.state_of(tx, row.node_id, row.application).closed_at or ""
    return apart.is_over(closed_at, body["days"], today)


def erase(centre: Centre, numbers: Iterable[str]) -> Expired:
    """Delete what is due of these applications; whatever isn't due, or is gone already, stays as it is."""
    counts = {number: _erase(centre, number) for number in dict.fromkeys(numbers)}
    done = tuple(number for number, count in counts.items() if count)
    return Expired(done, sum(counts.values()), centre.store.empty_log()) if done else Expired()


def daily(centre: Centre) -> Expired:
    """What a serving centre does once a day, until nothing more is due."""
    found, count, emptied = list[str](), 0, True
    while numbers := due(centre):
        done = erase(centre, numbers)
        if not done.applications:
            break
        found, count, emptied = [*found, *done.applications], count + done.fields, done.log_emptied
    return Expired(tuple(found), count, emptied)


def _erase(centre: Centre, number: str) -> int:
    node_id = number[: cases.NODE_DIGITS]
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        rows = _over(tx, centre, _WAITING.where(_event.c.node_id == node_id, _event.c.application == number))
        if not rows:
            return 0
        said = [json.loads(bytes(row.body)) for row in rows]
        for row in rows:
            erasing.blank(tx, row)
        _forget(tx, node_id, number, {value for body in said for value in body["values"].values() if value})
        _record(tx, centre, node_id, number, said)
        projection.project(tx, centre, node_id, number)
    return sum(len(body["values"]) for body in said)


def _record(tx: Connection, centre: Centre, node_id: str, number: str, said: Sequence[dict[str, Any]]) -> None:
    service = projection.state_of(tx, node_id, number).service.id
    named = sorted({(place, body["days"]) for body in said for place in body["values"]})
    fields = [{"service": service, "place": place, "days": term} for place, term in named]
    body = {"applications": [number], "fields": fields, "why": "term"}
    kinds.check_body(PURGED, body)
    log.append(tx, centre.clock, node_id, kind=PURGED, application="", body=body, actor="centre:system")


def _forget(tx: Connection, node_id: str, number: str, values: set[str]) -> None:
    """Rows of the application that say one of the values, and lines that were put aside."""
    for name, column in erasing.GONE.items():
        table = tables.metadata.tables[name]
        for row in tx.execute(select(table).filter_by(node_id=node_id, **{column: number})).all():
            if _says(row, values):
                tx.execute(delete(table).where(*_place(table, row)))
    aside = tables.quarantine
    for row in tx.execute(select(aside).filter_by(node_id=node_id)).all():
        if number.encode() in bytes(row.line) and _says(row, values):
            tx.execute(update(aside).where(*_place(aside, row)).values(line=b""))


def _says(row: Row[Any], values: set[str]) -> bool:
    texts = [bytes(one).decode("utf-8", "replace") if isinstance(one, bytes | memoryview) else str(one) for one in row]
    return any(value in text for value in values for text in texts)


def _place(table: Table, row: Row[Any]) -> list[Any]:
    return [column == row._mapping[column.name] for column in table.primary_key]  # noqa: SLF001 - public in SQLAlchemy
