"""Erasing what names a person and no application, when its own term is over (个人信息保护法 19, 47; forms.room_terms):
appointments, needs of the village, notices of missing people, notes of the day.

A record goes whole, and only once the centre has acknowledged all of it. As with answers that go early
(edge.erasing_fields), the days are those of the centre's signed time alone; who wrote it, and when, stays in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from edge import desk_projection, erasing_marks, erasing_told, log, missing_people, needs
from forms import room_terms
from forms.events import Event, Side
from forms.kinds_safety import RECORDS_EXPIRED
from forms.room_terms import Told

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.node import Node

AT_ONCE_MAX: Final = 400  # events; the next look takes the others
_TABLES: Final = (*desk_projection.TABLES, "need", "missing_notice")


@dataclass(frozen=True, slots=True)
class Gone:
    """`records` that went, of how many `events`; `marks` and `residues` as edge.erasing.Erased has them."""

    records: int = 0
    events: int = 0
    marks: int = 0
    residues: int = 0


def due(node: Node) -> list[str]:
    """The names of what has to go now, one for each record, as forms.room_terms.TERMS has them."""
    with node.database.read() as tx:
        return [room_terms.KINDS[record[0][1].kind] for record in _over(tx, node)]


def _over(tx: Connection, node: Node) -> list[list[Told]]:
    """The records whose term is over; nothing where no centre has told the time yet."""
    today, held = tx.clock.centre_time()[:10], log.acked(tx).position
    if not today:
        return []
    told = erasing_told.of_kinds(tx, room_terms.KINDS)
    found = room_terms.over(told, room_terms.days_of(node.settings), today, partial(_received_at, tx))
    return [record for record in found if all(side == "centre" or event.position <= held for side, event in record)]


def _received_at(tx: Connection, side: Side, event: Event) -> str:
    return event.at if side == "centre" else log.received_at(tx, event.epoch, event.seq)


def erase(node: Node) -> Gone:
    """Erase what is due: one transaction, then the file is cleaned and looked through. A repeat writes nothing."""
    with node.database.write() as tx:
        records = _as_many_as_fit(_over(tx, node))
        if not records:
            return Gone()
        told = [one for record in records for one in record]
        marks = erasing_told.marks(told)
        for one in told:
            erasing_told.blank_event(tx, one)
        for body in room_terms.said(records, room_terms.days_of(node.settings)):
            log.append(tx, RECORDS_EXPIRED, "", body, "system")
        _fill_anew(tx)
        marks -= erasing_marks.still_said(tx, marks)
    return Gone(len(records), len(told), len(marks), erasing_marks.clean(node.database, marks))


def _as_many_as_fit(records: list[list[Told]]) -> list[list[Told]]:
    """The first of them, at least one."""
    sums = accumulate(len(record) for record in records)
    return [
        record
        for index, (record, count) in enumerate(zip(records, sums, strict=True))
        if not index or count <= AT_ONCE_MAX
    ]


def _fill_anew(tx: Connection) -> None:
    """The tables that follow from such events."""
    for table in _TABLES:
        tx.execute(f"DELETE FROM {table}")  # noqa: S608  names of tables
    for fill in (desk_projection.refill, needs.refill, missing_people.refill):
        fill(tx)
