"""What leaves the centre as a file: who took it, when, which and why stands in the ledger before the file is there.

A row of the ledger without its file is a program that was killed; a file without its row doesn't exist. The ledger is
only added to. CSV (RFC 4180) goes into spreadsheets: a cell that one would work out begins with an apostrophe.
"""

import csv
import hashlib
import io
import json
import logging
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Row, select

from edge import durable
from edge.errors import problem
from sync.centre import data_classes, desks, tables
from sync.centre.centre import Centre
from sync.centre.data_classes import CLASSES, Audience
from sync.centre.export_rows import ROWS, Asked, Values
from sync.centre.store import add
from sync.centre.supervisor_keys import POST
from sync.centre.who import CENTRE

logger = logging.getLogger(__name__)
FORMATS: Final = ("jsonl", "csv")
WHY_MAX: Final = 200
PART: Final = ".part"
SHOWN_MAX: Final = 200
AREA: Final = re.compile(r"([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10})?")
_FORMULA: Final = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠\t\r|%]")
_line = tables.export_line


@dataclass(frozen=True, slots=True)
class Done:
    """One export: its line in the ledger, and the file."""

    id: str
    what: str
    lines: int
    size: int
    sha256: str
    file: str


def export(centre: Centre, what: str, path: Path, *, actor: str, why: str, asked: Asked, form: str = "jsonl") -> Done:
    """Write an export to `path`, whole or not at all.

    Raises export_unknown, reason_missing, bad_request, class_forbidden, forbidden.
    """
    if what not in ROWS or form not in FORMATS:
        raise problem("export_unknown", what=f"{what} {form}", known="、".join(ROWS))
    _check(asked)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with centre.store.read() as tx:
            must_export(tx, actor, what, asked.area)
            written = _write(part, pieces(ROWS[what](tx, centre, asked), form))
        asked_for = {"area": asked.area, "first": asked.first, "last": asked.last, "form": form}
        id_ = note(centre, what, actor=actor, why=why, asked=asked_for, written=written)
        durable.put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)
    return Done(id_, what, written.lines, written.size, written.sha256, str(path))


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: lines, bytes, SHA-256."""

    lines: int
    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        return cls(1, len(data), hashlib.sha256(data).hexdigest())


def _write(path: Path, data: Iterator[bytes]) -> Written:
    """Write row by row, so that a year of a province needs no more memory than a day of a room."""
    lines, size, digest = 0, 0, hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, durable.OWNER_ALONE)
    with os.fdopen(descriptor, "wb") as file:
        for piece in data:
            file.write(piece)
            lines, size = lines + 1, size + len(piece)
            digest.update(piece)
        durable.finish(file)
    return Written(lines, size, digest.hexdigest())


def _check(asked: Asked) -> None:
    if not AREA.fullmatch(asked.area):
        raise problem("bad_request", detail=f"{asked.area}：应为 2、4、6 位区划代码，或者 10 位节点编号")
    for day in (asked.first, asked.last):
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise problem("bad_request", detail=f"{day}：应写成 2026-10-01 这样") from error


def must_export(tx: Connection, actor: str, what: str, area: str) -> None:
    """Raises class_forbidden where the class isn't for this account, forbidden where the place isn't."""
    audience = audience_of(tx, actor)
    data_classes.must_see(audience, what)
    if audience == "desk":
        own = desks.of_actor(tx, actor)
        if not any(one.role != "opinion" and area.startswith(one.area) and not one.service for one in own):
            raise problem("forbidden")


def audience_of(tx: Connection, actor: str) -> Audience:
    """Which data somebody may see; whoever has no active account at the centre sees what anybody may."""
    name = actor.removeprefix(CENTRE)
    row = tx.execute(select(tables.account).filter_by(name=name, active=True)).one_or_none()
    duties = desks.of(tx, name)
    return data_classes.audience_of(duties, supervises=row is not None and row.post == POST, known=row is not None)


def note(centre: Centre, what: str, *, actor: str, why: str, asked: dict[str, Any], written: Written) -> str:
    """The line of the ledger; returns its id. Raises reason_missing."""
    said = " ".join(why.split())[:WHY_MAX]
    if not said:
        raise problem("reason_missing", act=f"导出{CLASSES[what].title}")
    row = {
        "id": secrets.token_hex(16),
        "at": centre.clock.now(),
        "actor": actor,
        "what": what,
        "why": said,
        "asked": json.dumps(asked, ensure_ascii=False),
        "lines": written.lines,
        "size": written.size,
        "sha256": written.sha256,
    }
    with centre.store.write() as tx:
        add(tx, _line, [row])
    logger.info("export %s of %s by %s: %s lines", row["id"], what, actor, written.lines)
    return str(row["id"])


def ledger(tx: Connection, count: int = SHOWN_MAX) -> list[Row[Any]]:
    """Who took what, the latest first."""
    return list(tx.execute(select(_line).order_by(_line.c.at.desc(), _line.c.id).limit(count)).all())


def pieces(rows: Iterable[Values], form: str) -> Iterator[bytes]:
    """JSON Lines; or CSV with a head and the mark by which spreadsheets know UTF-8. Each piece is a row."""
    for place, row in enumerate(rows):
        if form == "jsonl":
            yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
        else:
            head = "\ufeff" + _cells_line(row) if place == 0 else ""
            yield (head + _cells_line(_cells(row))).encode()


def _cells_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cells(row: Values) -> Iterator[str]:
    for value in row.values():
        yield plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def plain(text: str) -> str:
    """A cell that no spreadsheet works out: what could be a formula begins with an apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text
