"""The ferry at the centre: envelopes from a medium through the same door as those of the link, and our word back on it.

A medium may carry many rooms, and files that are old, cut short, doubled or foreign: each file is judged alone, by what
is sealed in it, and what can't be taken holds up no other. Where the medium can be written, an import leaves on it the
answers to first words and to the last envelope of each room; an export puts our whole word in their place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, tuple_

from edge.errors import YizhanError, problem
from forms.events import Head
from sync import envelope, stick
from sync.centre import enrolment, log, materials, recall, receiver, rooms, tables
from sync.centre.centre import Centre
from sync.centre.store import upsert
from sync.centre.turns import Turns
from sync.envelope import EnvelopeError, Header, Purpose

READING: Final = "正在读入U盘"
WRITING: Final = "正在写到U盘并核对"
_REFUSED: Final = {
    "damaged": "内容不完整或已损坏，没有采用",
    "too_large": "内容过大，没有采用",
    "bad_signature": "不是这个警务室现在的机器签发的，没有采用",
    "not_for_us": "不是发给本中心的，没有采用",
    "unknown_suite": "加密方式不符，没有采用",
    "bad_content": "内容不合规定，没有采用",
    "unknown_codebook": "所用编码表本中心没有，没有采用",
    "no_enrolment": "不是完整的登记信，没有采用",
}

Progress = Callable[[str, int, int], None]


def quiet(what: str, done: int, total: int) -> None:
    """Tells nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of one file; `node` is "" where nobody knows whose it is."""

    node: str
    name: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.name}：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Line:
    """One room on a medium: files taken in or written, events that were new or are written, materials still to come."""

    node: str
    name: str
    files: int
    events: int
    missing: int


@dataclass(frozen=True, slots=True)
class Done:
    """What an import or an export came to; `problem`: why it ended early, with what was done until then in `lines`."""

    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    removed: int = 0
    problem: YizhanError | None = None

    @property
    def went_well(self) -> bool:
        return self.problem is None and not self.notes

    def sentences(self, what: str) -> list[str]:
        """What is to be told, each in a sentence; `what`: 读入 or 写出."""
        said = [f"{self.problem.sentence}。{self.problem.hint}"] if self.problem else []
        if not self.lines and not self.notes and what == "读入":
            said.append("U盘里没有警务室上传的内容。")
        said += [(_taken if what == "读入" else _written)(line) for line in self.lines]
        said += [f"{note}。" for note in self.notes]
        if self.removed:
            said.append(f"警务室已取回的 {self.removed} 个文件，已从U盘上清除。")
        return said


def _taken(line: Line) -> str:
    new = f"新接收 {line.events} 条记录" if line.events else "没有新记录"
    missing = f"，还有 {line.missing} 份材料在路上" if line.missing else ""
    return f"{line.name}（{line.node}）：读入 {line.files} 个文件，{new}{missing}。"


def _written(line: Line) -> str:
    what = f"接收确认和 {line.events} 条记录" if line.events else "接收确认"
    return f"{line.name}（{line.node}）：{what}已写到U盘并核对，请带回警务室导入。"


def take_in(centre: Centre, medium: Path, progress: Progress = quiet) -> Done:
    """Take in everything that rooms left for us on a medium. Again is harmless.

    Raises ferry_missing, ferry_unreadable, ferry_unfit, and what the store raises.
    """
    patient = replace(centre, turns=Turns(wait_s=0.0))  # what comes before lies on the medium or nowhere
    notes: list[Note] = []
    files = _in_order(medium, notes)
    known = {node: _standing(centre, node) for node in {header.node for _, header in files}}
    taken: dict[str, int] = {}
    answers: dict[tuple[str, bool], tuple[bytes, bytes]] = {}
    for place, (path, header) in enumerate(files):
        progress(READING, place, len(files))
        try:
            body = stick.read(path)
            if header.purpose is Purpose.RECALL:  # there is no second question on a medium: all of it goes back
                for one in recall.everything(centre, header.node, body):
                    stick.made(medium, header.node, stick.DOWN).put(stick.stem_of(envelope.digest_of(one)), one)
                taken[header.node] = taken.get(header.node, 0) + 1
                continue
            answers[header.node, header.purpose is Purpose.ENROL] = body, _take(patient, header, body)
            _keep_in_mind(centre, header, body)
            _check_taken(centre, header)
        except YizhanError as error:
            notes.append(Note(header.node, path.name, _why(error)))
            continue
        taken[header.node] = taken.get(header.node, 0) + 1
    for (node, _), (body, answer) in answers.items():
        _leave(medium, node, body, answer)
    lines = [_line(centre, node, count, known[node]) for node, count in sorted(taken.items())]
    return Done(tuple(lines), tuple(notes))


def hand_out(centre: Centre, medium: Path, nodes: Sequence[str] = (), progress: Progress = quiet) -> Done:
    """Write our word to the rooms that have a folder on a medium, and to `nodes`: ack, decisions, what was published.

    Files of ours that a room has acknowledged are taken away. Raises ferry_missing, ferry_no_room, node_unknown.
    """
    wanted = list(dict.fromkeys([*stick.nodes(medium), *nodes]))
    if not wanted:
        raise problem("ferry_no_room", folder=medium)
    done = Done()
    for place, node in enumerate(wanted):
        progress(WRITING, place, len(wanted))
        try:
            done = _hand_out_to(centre, medium, node, done)
        except YizhanError as error:
            if error.code == "ferry_fork" or (error.code in {"node_unknown", "node_unbound"} and node not in nodes):
                done = replace(done, notes=(*done.notes, Note(node, node, error.sentence)))
                continue
            return replace(done, problem=error)
    return done


def _in_order(medium: Path, notes: list[Note]) -> list[tuple[Path, Header]]:
    """Every file of every room with its header as it claims to be: first words first, then by place in the log."""
    found = []
    for node in stick.nodes(medium):
        for path in stick.tray(medium, node, stick.UP).files():
            try:
                found.append((path, envelope.peek(stick.read(path))))
            except EnvelopeError as error:
                notes.append(Note(node, path.name, _REFUSED[error.code]))
            except YizhanError as error:
                notes.append(Note(node, path.name, error.sentence))
    return sorted(found, key=_place)


def _place(file: tuple[Path, Header]) -> tuple[object, ...]:
    """The last of equals is the one that our word answers; a wrong time only makes it answer an older one."""
    path, header = file
    begins = (header.node, header.purpose is not Purpose.ENROL, header.epoch, header.seq_from, header.seq_to)
    return *begins, stick.written_at(path), path.name


def _take(centre: Centre, header: Header, body: bytes) -> bytes:
    """Through the door of the link; the answer."""
    if header.purpose is Purpose.ENROL:
        return enrolment.bind(centre, header.node, body)
    return receiver.receive(centre, header.node, body)


def _check_taken(centre: Centre, header: Header) -> None:
    """Raises ferry_gap, ferry_fork where the events could not be taken; what the centre holds is the answer all the
    same: it may have gone back, and a room that only ever comes by stick would else never send again what it lost.
    """
    if header.seq_to < header.seq_from:
        return
    with centre.store.read() as tx:
        held = log.digest_at(tx, header.node, "node", header.epoch, header.seq_to)
    if held != header.head:
        raise problem("ferry_gap" if held is None else "ferry_fork")


def _keep_in_mind(centre: Centre, header: Header, body: bytes) -> None:
    """What our next word answers."""
    if header.purpose is Purpose.UP:
        row = {"node_id": header.node, "digest": envelope.digest_of(body), "at": centre.clock.now()}
        with centre.store.write() as tx:
            upsert(tx, tables.ferried, [row])


def _why(error: YizhanError) -> str:
    if error.code != "envelope_refused":
        return error.sentence
    return next((sentence for code, sentence in _REFUSED.items() if code in error.sentence), error.sentence)


def _leave(medium: Path, node: str, request: bytes, answer: bytes) -> None:
    """Put an answer where its request lies. On a disc that can't be; any later word of ours says the same."""
    try:
        stick.made(medium, node, stick.DOWN).put(stick.stem_of(envelope.digest_of(request)), answer)
    except YizhanError as error:
        if error.code not in {"ferry_unwritable", "ferry_full"}:
            raise


def _standing(centre: Centre, node: str) -> Head | None:
    """How far a room's log is held; None for a room that is not known here."""
    try:
        with centre.store.read() as tx:
            return log.head(tx, rooms.get(tx, node).node_id, "node")
    except YizhanError:  # node_unknown: each of its files gets a note that says so
        return None


def _line(centre: Centre, node: str, files: int, before: Head | None) -> Line:
    with centre.store.read() as tx:
        name = rooms.get(tx, node).name
        return Line(node, name, files, _new_events(tx, node, before), materials.lacking(tx, node))


def _new_events(tx: Connection, node: str, before: Head | None) -> int:
    position = before.position if before else (0, 0)
    table = tables.event
    behind = tuple_(table.c.epoch, table.c.seq) > tuple_(*position)
    counted = select(func.count()).select_from(table).filter_by(node_id=node, side="node").where(behind)
    return int(tx.execute(counted).scalar_one())


def _hand_out_to(centre: Centre, medium: Path, node: str, done: Done) -> Done:
    """One room's files: our word as often as it takes to bring the whole log down, each in an envelope of its own."""
    with centre.store.read() as tx:
        room = rooms.get(tx, node)
        of = tx.execute(select(tables.ferried.c.digest).filter_by(node_id=node)).scalar() or b""
    body, upto = receiver.word(centre, node, of)
    tray = stick.made(medium, node, stick.DOWN)
    tray.sweep()
    written, start, files = [_name(of, 0)], room.down_seen, 1
    tray.put(written[0], body)
    while True:
        body, end = receiver.word(centre, node, of, upto)
        if end == upto:
            break
        written.append(_name(of, files))
        tray.put(written[-1], body)
        upto, files = end, files + 1
    removed = tray.remove(_acknowledged(centre, room, medium, written))
    tray.write_list()
    with centre.store.read() as tx:
        line = Line(node, room.name, files, _events_between(tx, node, start, upto), materials.lacking(tx, node))
    return replace(done, lines=(*done.lines, line), removed=done.removed + removed)


def _name(of: bytes, place: int) -> str:
    """The same word again gets the same names: the first that of the envelope that it answers."""
    return stick.stem_of(envelope.digest_of(of + place.to_bytes(4, "big")) if place or not of else of)


def _events_between(tx: Connection, node: str, start: Head, end: Head) -> int:
    table = tables.event
    place = tuple_(table.c.epoch, table.c.seq)
    counted = select(func.count()).select_from(table).filter_by(node_id=node, side="centre")
    between = counted.where(place > tuple_(*start.position), place <= tuple_(*end.position))
    return int(tx.execute(between).scalar_one())


def _acknowledged(centre: Centre, room: rooms.Room, medium: Path, written: Sequence[str]) -> list[Path]:
    """Older files of ours whose events the room holds by its own word. Anybody else's are left alone.

    The answer to a first word stays as long as that lies beside it: the room takes it away when it has been answered.
    """
    found = []
    keys = [bytes.fromhex(key) for key in centre.identity.sign_keys]
    asked = {path.stem.upper() for path in stick.tray(medium, room.node_id, stick.UP).files()}
    for path in stick.tray(medium, room.node_id, stick.DOWN).files():
        if path.stem.upper() in {*written, *asked}:
            continue
        try:
            data = stick.read(path)
            header = envelope.peek(data)
        except (YizhanError, EnvelopeError):  # damaged or foreign: not ours to take away
            continue
        if header.purpose not in {Purpose.DOWN, Purpose.ENROLLED}:
            continue  # what a restored machine asked back stays until it has read it
        ours = header.node == room.node_id and any(envelope.is_signed_by(data, key) for key in keys)
        if ours and (header.epoch, header.seq_to) <= room.down_seen.position:
            found.append(path)
    return found


__all__ = ["Done", "Line", "Note", "hand_out", "take_in"]
