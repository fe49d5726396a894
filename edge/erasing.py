"""Erasing what a room may keep no longer (个人信息保护法 19, 47): the content of an application goes, its place in the
chain stays.

Only what is closed and what the centre has acknowledged, with its materials, is erased here; a whole goes with its
parts. The bodies of its events leave a hash behind, and those of the room's events that tell of it (edge.erasing_told);
every table that follows from the log is filled anew without them, materials that nothing else names go, and then the
pages of the file are looked through for what was in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge import erasing_marks, erasing_told, heads, log, projections
from edge.erasing_told import DAYS_MIN, day_before
from edge.errors import problem

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.node import Node

AT_ONCE_MAX: Final = 200
MARKS_MAX: Final = 5000


@dataclass(frozen=True, slots=True)
class Erased:
    """`numbers` with their parts; `events` with those of the room that told of them. `marks`: how many telling values
    were looked for afterwards; `residues`: how often they were found.
    """

    numbers: tuple[str, ...]
    events: int
    materials: int
    marks: int
    residues: int


def due(node: Node) -> list[str]:
    """Applications whose term is over, the oldest first. Raises erase_too_early for a term below 180 days."""
    days = node.settings.erase_after_days
    if not days:
        return []
    if days < DAYS_MIN:
        raise problem("erase_too_early", days=days)
    before = day_before(node, days)
    with node.database.read() as tx:
        rows = tx.execute(_CLOSED + " ORDER BY id LIMIT ?", (before, AT_ONCE_MAX)).fetchall()
        return [row[0] for row in rows if all(_is_over(tx, one, before) for one in _family(tx, [row[0]]))]


_CLOSED: Final = "SELECT number FROM head WHERE phase = 'closed' AND substr(changed_at, 1, 10) < ?"


def _is_over(tx: Connection, number: str, before: str) -> bool:
    row = tx.execute(_CLOSED + " AND number = ?", (before, number)).fetchone()
    return row is not None and why_not(tx, number) is None


def _family(tx: Connection, numbers: Iterable[str]) -> tuple[str, ...]:
    """These, and the wholes and parts that are still here: the same person says the same in all of them."""
    found: dict[str, None] = {}
    for number in numbers:
        whole = heads.state_of(tx, number).whole or number
        parts = (part for _, part in heads.state_of(tx, whole).parts)
        found |= dict.fromkeys([number, *(one for one in (whole, *parts) if heads.find(tx, one) is not None)])
    return tuple(found)


def why_not(tx: Connection, number: str) -> str | None:
    """The code of the problem that keeps an application from being erased; None when it may be."""
    row = tx.execute("SELECT phase, last_epoch, last_seq FROM head WHERE number = ?", (number,)).fetchone()
    if row is None:
        return "not_found"
    if row["phase"] != "closed":
        return "erase_open"
    last = tx.execute(
        "SELECT max(epoch), max(seq) FROM event WHERE side = 'node' AND application = ? AND epoch ="
        " (SELECT max(epoch) FROM event WHERE side = 'node' AND application = ?)",
        (number, number),
    ).fetchone()
    if tuple(last) > log.acked(tx).position or erasing_told.is_unsent(tx, number):
        return "erase_unsent"
    waiting = tx.execute(
        "SELECT 1 FROM head_material m JOIN head h ON h.id = m.head JOIN outgoing o ON o.sha256 = m.sha256"
        " WHERE h.number = ? AND o.state IN ('new', 'waiting') LIMIT 1",
        (number,),
    ).fetchone()
    return "erase_unsent" if waiting else None


def erase(node: Node, numbers: Iterable[str], *, why: str, note: str, actor: str) -> Erased:
    """Erase these applications with their parts: one transaction, then the file is cleaned and looked through.

    Raises not_found, erase_open, erase_unsent; nothing is erased then.
    """
    with node.database.write() as tx:
        wanted = _family(tx, numbers)
        for number in wanted:
            code = why_not(tx, number)
            if code is not None:
                raise problem(code, number=number)
        told = erasing_told.of(tx, wanted, day_before(node, DAYS_MIN))
        marks, materials = _marks(tx, wanted) | erasing_told.marks(told), _materials(tx, wanted)
        count = sum(_blank(tx, number) for number in wanted) + len(told)
        erasing_told.record(tx, wanted, told, {"why": why, "note": note, "files": len(materials)}, actor)
        projections.rebuild(tx, node.settings)
        for sha256 in materials:
            _forget_material(tx, sha256)
        for number in wanted:
            tx.execute("DELETE FROM defects WHERE application = ?", (number,))
        marks -= erasing_marks.still_said(tx, marks)
    return Erased(wanted, count, len(materials), len(marks), erasing_marks.clean(node.database, marks))


def _blank(tx: Connection, number: str) -> int:
    rows = tx.execute(
        f"SELECT side, epoch, seq, salt, body FROM event WHERE application = ? AND {log.LEGIBLE}",  # noqa: S608  of ours
        (number,),
    ).fetchall()
    for row in rows:
        erasing_told.blank(tx, row)
    return len(rows)


def _materials(tx: Connection, numbers: Iterable[str]) -> list[str]:
    """The files that only these applications name."""
    mine = json.dumps(list(numbers))
    rows = tx.execute(
        "SELECT DISTINCT m.sha256 FROM head_material m JOIN head h ON h.id = m.head"
        " WHERE h.number IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM head_material o"
        " JOIN head oh ON oh.id = o.head WHERE o.sha256 = m.sha256"
        " AND oh.number NOT IN (SELECT value FROM json_each(?)))"
        " AND m.sha256 NOT IN (SELECT sha256 FROM draft_material)",
        (mine, mine),
    )
    return [row[0] for row in rows]


def _forget_material(tx: Connection, sha256: str) -> None:
    tx.execute("DELETE FROM outgoing WHERE sha256 = ? OR original = ?", (sha256, sha256))
    tx.execute("DELETE FROM rendition WHERE original = ?", (sha256,))
    tx.execute("DELETE FROM material WHERE sha256 = ?", (sha256,))


def _marks(tx: Connection, numbers: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for number in numbers:
        for _, event in log.of_application(tx, number):
            found.update(erasing_marks.telling_values(event.data, ""))
    return set(sorted(found)[:MARKS_MAX])
