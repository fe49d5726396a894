"""The file drop: how lines of every port are carried where no real service can be reached. HOME/ports/<port>/ holds
out/ (questions), in/ (answers), done/ (answers that were read) and quarantine/ (files that can't be read, each with a
sentence beside it).

A file is JSON Lines in UTF-8, and has its name only when it is whole: whoever writes into in/ writes under a name that
ends in `.part` and renames. A file of questions is numbered in the store, written, noted as given, and only then named;
killed at any point, the next round goes on from there. A file of answers is taken whole, in one transaction, or not at
all; the same file, or the same line in another one, changes nothing.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select, update

from edge.durable import put_in_place, write_whole
from edge.file_locks import in_turn
from forms.events import canonical
from forms.fields import check_fields
from forms.kinds import check_body
from sync.centre import log, projection, rooms, tables
from sync.centre.centre import Centre
from sync.centre.ports.port import Answer, Port, UnfitError
from sync.centre.store import add, add_missing

BATCH_MAX: Final = 1000
FILE_BYTES_MAX: Final = 16 << 20
LINES_MAX: Final = 50_000
PART: Final = ".part"
NOTHING_TO_ASK: Final = "nothing"
_enquiry, _reply, _file = tables.enquiry, tables.reply, tables.reply_file


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: files and lines given, lines taken, files set aside. Over HTTP also: lines that the other
    side took, lines that it refused, and what went wrong ("" for nothing).
    """

    files: tuple[str, ...] = ()
    given: int = 0
    taken: int = 0
    aside: tuple[str, ...] = ()
    sent: int = 0
    refused: int = 0
    fault: str = ""


def folder_of(centre: Centre, port: Port) -> Path:
    """Where a port's files lie: questions in `out`, answers in `in`, and later in `done` or `quarantine`."""
    return centre.settings.ports / port.name


def exchange(centre: Centre, port: Port) -> Round:
    """Read the answers that lie there, then give on what waits. One at a time, in however many programs."""
    folder = folder_of(centre, port)
    for name in ("out", "in", "done", "quarantine"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    with in_turn(folder / ".lock"):
        taken, aside = _take_all(centre, port, folder)
        files, given = _give(centre, port, folder / "out")
    return Round(tuple(files), given, taken, tuple(aside))


# --- questions


def _give(centre: Centre, port: Port, folder: Path) -> tuple[list[str], int]:
    files = [_name_it(part) for part in _settle_parts(centre, port, folder)]
    given = 0
    while batch := _next(centre, port):
        made, count = _give_batch(centre, port, folder, batch)
        files, given = [*files, *made], given + count
    return files, given


def _settle_parts(centre: Centre, port: Port, folder: Path) -> list[Path]:
    """Files that were given and did not get their name; what was begun and not given is written anew."""
    given = []
    for path in sorted(folder.glob(f"*{PART}")):
        batch = int(path.name.partition("-")[0])
        with centre.store.read() as tx:
            row = tx.execute(select(_enquiry.c.given_at).filter_by(port=port.name, batch=batch).limit(1)).scalar()
        if row:
            given.append(path)
        else:
            path.unlink()
    return given


def _next(centre: Centre, port: Port) -> int:
    """The number of a batch that is not given: one that was begun, else a new one; 0 where nothing waits."""
    of_port = _enquiry.c.port == port.name
    with centre.store.write() as tx:
        begun = select(func.min(_enquiry.c.batch)).where(of_port, _enquiry.c.batch > 0, _enquiry.c.given_at == "")
        if number := tx.execute(begun).scalar():
            return int(number)
        fresh = select(_enquiry).where(of_port, _enquiry.c.batch == 0).order_by(_enquiry.c.asked_at, _enquiry.c.id)
        rows = tx.execute(fresh.limit(BATCH_MAX)).all()
        if not rows:
            return 0
        number = int(tx.execute(select(func.max(_enquiry.c.batch)).where(of_port)).scalar() or 0) + 1
        for row in rows:
            tx.execute(update(_enquiry).filter_by(**_key(row)).values(batch=number))
        return number


def _key(row: Row[Any]) -> dict[str, Any]:
    return {"node_id": row.node_id, "port": row.port, "id": row.id}


def _give_batch(centre: Centre, port: Port, folder: Path, batch: int) -> tuple[list[str], int]:
    with centre.store.read() as tx:
        found = select(_enquiry).filter_by(port=port.name, batch=batch).order_by(_enquiry.c.asked_at, _enquiry.c.id)
        made = [(row, port.line(centre, tx, row)) for row in tx.execute(found).all()]
    lines = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for _, line in made if line is not None)
    part = folder / f"{batch:08d}-{hashlib.sha256(lines).hexdigest()[:8]}.jsonl{PART}"
    if lines:
        write_whole(part, lines)
    with centre.store.write() as tx:
        now = centre.clock.now()
        for row, line in made:
            fault = NOTHING_TO_ASK if line is None else ""
            tx.execute(update(_enquiry).filter_by(**_key(row)).values(given_at=now, fault=fault))
    return ([_name_it(part)] if lines else []), sum(1 for _, line in made if line is not None)


def _name_it(part: Path) -> str:
    """From here on the other program may take it away."""
    path = part.with_suffix("")
    put_in_place(part, path)
    return path.name


# --- answers


def _take_all(centre: Centre, port: Port, folder: Path) -> tuple[int, list[str]]:
    taken, aside = 0, []
    for path in sorted((folder / "in").glob("*.jsonl")):
        if path.is_symlink() or not path.is_file():
            continue
        count, fault = _take_file(centre, port, path)
        taken += count
        if fault:
            aside.append(path.name)
        _put_away(path, folder / ("quarantine" if fault else "done"), fault)
    return taken, aside


def _take_file(centre: Centre, port: Port, path: Path) -> tuple[int, str]:
    """(lines that were news, why the file can't be read)."""
    if path.stat().st_size > FILE_BYTES_MAX:
        return 0, f"文件超过 {FILE_BYTES_MAX >> 20} MB，没有读取。请分成几个文件。"
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    with centre.store.read() as tx:
        if tx.execute(select(_file).filter_by(port=port.name, sha256=sha256, fault="")).first() is not None:
            return 0, ""  # read, and killed before it was put away; or sent once more
    row = {"port": port.name, "sha256": sha256, "name": path.name, "read_at": centre.clock.now()}
    try:
        with centre.store.write() as tx:
            count, taken = _take_lines(centre, port, tx, data)
            add_missing(tx, _file, [row | {"lines": count, "taken": taken, "fault": ""}])
    except UnfitError as unfit:
        fault = f"{unfit}。整个文件没有采用，改正以后请放回 in 文件夹。"
        with centre.store.write() as tx:
            add_missing(tx, _file, [row | {"lines": 0, "taken": 0, "fault": fault}])
        return 0, fault
    return taken, ""


def _take_lines(centre: Centre, port: Port, tx: Connection, data: bytes) -> tuple[int, int]:
    """(lines, those that were news). Raises UnfitError, which names the line."""
    lines = data.split(b"\n")
    if len(lines) > LINES_MAX:
        raise UnfitError(f"超过 {LINES_MAX} 行")
    count = taken = 0
    for place, text in enumerate(lines, 1):
        if text.strip():
            try:
                taken += _take_line(centre, port, tx, _sound(port, text))
            except ValueError as error:  # UnfitError is one
                raise UnfitError(f"第 {place} 行：{error}") from error
            count += 1
    return count, taken


def _sound(port: Port, text: bytes) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnfitError("不是 JSON") from error
    check_fields(port.takes, line, "")
    return dict(line)


def _take_line(centre: Centre, port: Port, tx: Connection, line: dict[str, Any]) -> bool:
    """Whether it was news."""
    said = port.answer(centre, tx, line)
    digest = hashlib.sha256(canonical(line)).hexdigest()
    place = {"node_id": said.node_id, "port": port.name, "digest": digest}
    if tx.execute(select(_reply.c.digest).filter_by(**place)).first() is not None:
        return False
    now = centre.clock.now()
    event = _hand_down(centre, port, tx, said) if said.kind else ""
    kept = {name: getattr(said, name) for name in ("number", "ref", "outcome", "day", "amount", "charge")}
    add(tx, _reply, [place | kept | {"line": canonical(line).decode(), "taken_at": now, "event": event}])
    if said.enquiry:
        answered = update(_enquiry).filter_by(node_id=said.node_id, port=port.name, id=said.enquiry)
        tx.execute(answered.values(answered_at=now, outcome=said.outcome))
    return True


def _hand_down(centre: Centre, port: Port, tx: Connection, said: Answer) -> str:
    """The answer becomes an event for the room; returns its id."""
    rooms.get(tx, said.node_id, lock=True)
    body = dict(said.body)
    check_body(said.kind, body)
    event = log.append(
        tx, centre.clock, said.node_id, kind=said.kind, application=said.number, body=body, actor=f"centre:{port.name}"
    )
    projection.project(tx, centre, said.node_id, said.number)
    return event.id


def _put_away(path: Path, folder: Path, fault: str) -> None:
    """The sentence first, so that no file lies there without one."""
    target = folder / path.name
    if target.exists():
        target = folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}-{path.name}"
    if fault:
        write_whole(target.with_suffix(".txt"), f"{fault}\n".encode())
    put_in_place(path, target)
