"""Erasing what a room may keep no longer (个人信息保护法 19, 47): the content of an application goes, its place in the
chain stays.

Only what is closed and what the centre has acknowledged, with its materials, is erased here. The bodies of its events
leave a hash behind, every table that follows from the log is filled anew without them, materials that nothing else
names go, and then the pages of the file are looked through for what was in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from edge import log, projections, residues
from edge.errors import problem
from forms import events

if TYPE_CHECKING:
    from edge.database import Connection, Database
    from edge.node import Node

KIND: Final = "record.erased"
DAYS_MIN: Final = 180  # 网络安全法 21: logs are kept six months at least
AT_ONCE_MAX: Final = 200
MARKS_MAX: Final = 5000
# what tells one person from others: identity and telephone numbers, codes of receipts, names
_TELLING = re.compile(r"[0-9]{17}[0-9Xx]|1[0-9]{10}|[A-Z2-7]{26}")
_NAMES = re.compile(r"name|姓名")
_NAME_LENGTH_MIN = 2


@dataclass(frozen=True, slots=True)
class Erased:
    """`marks`: how many telling values were looked for afterwards; `residues`: how often they were found."""

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
    before = date.fromisoformat(node.clock.today()) - timedelta(days=days)
    with node.database.read() as tx:
        rows = tx.execute(
            "SELECT number FROM head WHERE phase = 'closed' AND substr(changed_at, 1, 10) < ? ORDER BY id LIMIT ?",
            (before.isoformat(), AT_ONCE_MAX),
        ).fetchall()
        return [row[0] for row in rows if why_not(tx, row[0]) is None]


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
    if tuple(last) > log.acked(tx).position:
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
    wanted = tuple(dict.fromkeys(numbers))
    with node.database.write() as tx:
        for number in wanted:
            code = why_not(tx, number)
            if code is not None:
                raise problem(code, number=number)
        marks = _marks(tx, wanted)
        materials = _materials(tx, wanted)
        count = sum(_blank(tx, number) for number in wanted)
        body = {"applications": list(wanted), "why": why, "note": note, "files": len(materials)}
        log.append(tx, KIND, "", body, actor)
        projections.rebuild(tx, node.settings)
        for sha256 in materials:
            _forget_material(tx, sha256)
        marks -= still_said(tx, marks)
    return Erased(wanted, count, len(materials), len(marks), clean(node.database, marks))


def clean(database: Database, marks: set[str]) -> int:
    """Empty what lies unused in the file and its log; how often any of the marks is found in them then."""
    database.empty_log()
    found = residues.count(database, marks)
    if found:  # what SQLite moves within a page it doesn't always overwrite
        database.vacuum()
        found = residues.count(database, marks)
    return found


def _blank(tx: Connection, number: str) -> int:
    rows = tx.execute(
        f"SELECT side, epoch, seq, salt, body FROM event WHERE application = ? AND {log.LEGIBLE}",  # noqa: S608  of ours
        (number,),
    ).fetchall()
    for row in rows:
        blank(tx, row)
    return len(rows)


def blank(tx: Connection, row: Mapping[str, Any]) -> None:
    """Leave of one event its place and the hash of its body; `row`: side, epoch, seq, salt, body."""
    left = events.erased(bytes(row["salt"]), bytes(row["body"]))
    place = (left, row["side"], row["epoch"], row["seq"])
    tx.execute("UPDATE event SET body = ?, salt = zeroblob(16) WHERE side = ? AND epoch = ? AND seq = ?", place)


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
            found.update(_telling(event.data, ""))
    return set(sorted(found)[:MARKS_MAX])


def _telling(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _telling(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _telling(inner, name)
    elif isinstance(value, str):
        named = bool(_NAMES.search(name)) and len(value) > _NAME_LENGTH_MIN
        if _TELLING.fullmatch(value) or named:
            yield value


def still_said(tx: Connection, marks: set[str]) -> set[str]:
    """Marks that something else of the room says rightly: another application of the same person, a service's text."""
    legible = (bytes(row[0]).decode() for row in tx.execute(f"SELECT body FROM event WHERE {log.LEGIBLE}"))  # noqa: S608  own words
    files = (bytes(row[0]).decode() for row in tx.execute("SELECT raw FROM definition"))
    kept: set[str] = set()
    for text in (*legible, *files):
        kept |= {one for one in marks - kept if one in text}
    return kept
