"""Deleting single answers whose term is over, before their application (个人信息保护法 19, 47; forms.apart).

Their values stand in events of their own, whose bodies leave a hash behind; the head row is made anew without them, and
the pages of the file are looked through for what was in them. When a term is over is said by the centre's signed time
alone: this can't be undone, and a room's clock may be years ahead. The half year of 网络安全法 21 is that of the log of
who did what, which stays whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import erasing, erasing_marks, erasing_told, heads, log
from forms import apart
from forms.kinds_apart import EXPIRED, KIND
from forms.state import Service

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.node import Node

AT_ONCE_MAX = 100  # what one record names; the next look takes the others
_SET_APART = f"e.kind = '{KIND}' AND e.application <> '' AND e.{log.LEGIBLE}"
_WAITING = (
    "SELECT e.side, e.epoch, e.seq, e.application, e.salt, e.body, f.closed_at AS closed_at FROM event e"  # noqa: S608  our own words
    f" JOIN head h ON h.number = e.application LEFT JOIN fact f ON f.head = h.id WHERE {_SET_APART}"
    " AND h.phase = 'closed' ORDER BY e.application, e.side, e.epoch, e.seq"
)


@dataclass(frozen=True, slots=True)
class Expired:
    """`fields`: how many answers went; `marks` and `residues` as edge.erasing.Erased has them."""

    applications: tuple[str, ...] = ()
    fields: int = 0
    marks: int = 0
    residues: int = 0


def due(node: Node) -> list[str]:
    """Applications of which answers are to go now, at most AT_ONCE_MAX."""
    with node.database.read() as tx:
        return list(dict.fromkeys(row["application"] for row in _over(tx)))[:AT_ONCE_MAX]


def _over(tx: Connection) -> Iterable[Mapping[str, Any]]:
    """The events whose term is over, and which the centre has acknowledged with all of their application."""
    today, allowed = tx.clock.centre_time()[:10], dict[str, bool]()
    for row in tx.execute(_WAITING).fetchall():
        number, body = str(row["application"]), apart.read(bytes(row["body"]))
        closed_at = row["closed_at"] or heads.state_of(tx, number).closed_at or ""
        if body is not None and apart.is_over(closed_at, body["days"], today):
            if number not in allowed:
                allowed[number] = erasing.why_not(tx, number) is None
            if allowed[number]:
                yield row


def _body(row: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(bytes(row["body"]))
    return body


def erase(node: Node, numbers: Iterable[str]) -> Expired:
    """Delete what is due of these applications: one transaction, then the file is cleaned and looked through.

    Whatever isn't due, or is gone already, stays as it is: a repeat writes nothing.
    """
    wanted = set(numbers)
    with node.database.write() as tx:
        rows = [row for row in _over(tx) if row["application"] in wanted]
        if not rows:
            return Expired()
        marks = {value for row in rows for value in _body(row)["values"].values() if value}
        done = tuple(dict.fromkeys(str(row["application"]) for row in rows))
        said = _records(tx, rows)
        for row in rows:
            erasing_told.blank(tx, row)
        for body in said:
            log.append(tx, EXPIRED, "", body, "system")
        for number in done:
            heads.project(tx, number)
        marks -= erasing_marks.still_said(tx, marks)
    count = sum(len(_body(row)["values"]) for row in rows)
    return Expired(done, count, len(marks), erasing_marks.clean(node.database, marks))


def _records(tx: Connection, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each version of a service what went by which rule, and from which applications; no value."""
    found: dict[Service, tuple[dict[str, None], dict[tuple[str, int], None]]] = {}
    for row in rows:
        body, service = _body(row), heads.state_of(tx, row["application"]).service
        numbers, places = found.setdefault(service, ({}, {}))
        numbers[row["application"]] = None
        places |= dict.fromkeys((place, body["days"]) for place in body["values"])
    return [
        {
            "applications": list(numbers),
            "why": "term",
            "fields": [{"service": service.id, "place": place, "days": term} for place, term in sorted(places)],
        }
        for service, (numbers, places) in found.items()
    ]
