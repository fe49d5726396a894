"""Importing at the node: the centre's word from a medium, taken in like an answer over the link, but never backwards.

A medium may be old, copied, or come by another way, so an answer on it may be older than what is known by now. It is
believed as on the link, also where it goes back, only if it answers an envelope that was sealed after the last answer
was taken. Any other is believed where it goes forward by the centre's own clock; what it doesn't move is left.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import identity, log
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.file_locks import in_turn, only_one
from edge.publishing import in_force
from sync import answer, envelope, ferry_out, ferry_parcels, keys, stick, taking
from sync.answer import Answer
from sync.coding import library
from sync.envelope import EnvelopeError, Purpose
from sync.ferry_out import LOCK, Progress, quiet
from sync.frames import Ack
from sync.keys import Parties
from sync.push import RAW_BYTES_MAX
from sync.status import unsent_materials

if TYPE_CHECKING:
    from edge.node import Node

PATIENCE_S: Final = 60.0  # for the round of the carrying that runs
READING: Final = "正在读入U盘"
OLD: Final = "是较早的接收确认，本机已有更新的，保持不变"
GAP: Final = "前面还缺省级中心的记录，先放着；请把更早的U盘也导入，或请省级中心重新导出"


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of one file; `fault`: something is wrong with it."""

    name: str
    sentence: str
    fault: bool = True

    def __str__(self) -> str:
        return f"{self.name}：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. `acked`: whether an ack moved; `removed`: acknowledged files of ours taken away."""

    files: int = 0
    events: int = 0
    acked: bool = False
    removed: int = 0
    unsent_events: int = 0
    unsent_materials: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def went_well(self) -> bool:
        return not any(note.fault for note in self.notes)

    @property
    def sentence(self) -> str:
        if not self.files and not self.notes:
            return "U盘里没有省级中心给本室的内容。" + self._standing()
        said = [f"读入 {self.files} 个文件" + (f"，收到省级中心 {self.events} 条新记录。" if self.events else "。")]
        said.append(self._standing())
        if self.removed:
            said.append(f"省级中心已确认接收的 {self.removed} 个文件，已从U盘上清除。")
        said += [f"{note}。" for note in self.notes]
        return "".join(said)

    def _standing(self) -> str:
        if not self.unsent_events and not self.unsent_materials:
            return "本机的记录和材料，省级中心已全部接收。"
        what = [f"{self.unsent_events} 条记录"] * bool(self.unsent_events)
        what += [f"{self.unsent_materials} 份材料"] * bool(self.unsent_materials)
        return f"还有{'、'.join(what)}，省级中心没有确认接收。"


def take_in(node: "Node", folder: Path, progress: Progress = quiet) -> Imported:
    """Read everything that the centre left for this room under `folder`. Again is harmless.

    Raises centre_not_set, ferry_busy, ferry_missing, ferry_unfit, ferry_unreadable, and what the store raises; a file
    that can't be taken has a note, and holds up no other.
    """
    base = node.settings.database.parent
    library.PACKAGED.hand_in("room", node.settings.home / library.PACKED_FOLDER)
    with only_one(base / LOCK) as free:
        if not free:
            raise problem("ferry_busy")
        with node.database.read() as tx:
            parties = keys.read(tx)
        paths = _in_order(stick.tray(folder, parties.node, stick.DOWN).files())
        # the answer to a request that is under way now must not be overtaken
        with in_turn(base / "push.lock", PATIENCE_S) as turn:
            if not turn:
                raise problem("ferry_busy")
            done = Imported()
            for place, path in enumerate(paths):
                progress(READING, place, len(paths))
                done = _take_file(node, parties, path, done)
        in_force.refresh(node)
        return _with_rest(node, folder, done)


def _in_order(paths: list[Path]) -> list[Path]:
    """By their place in the centre's log, as they claim; what can't be read comes last, to be told of."""
    found = []
    for path in paths:
        try:
            header = envelope.peek(stick.read(path))
            found.append(((0, header.epoch, header.seq_from, header.seq_to), path))
        except (YizhanError, EnvelopeError):
            found.append(((1, 0, 0, 0), path))
    return [path for _, path in sorted(found)]


def _take_file(node: "Node", parties: Parties, path: Path, done: Imported) -> Imported:
    try:
        data = stick.read(path)
        if _purpose(data) is Purpose.RECALLED:  # for `yizhan restore`, which reads them itself
            return done
        if _purpose(data) is Purpose.ENROLLED:
            said = answer.proven(data, parties, Purpose.ENROLLED)
            with node.database.write() as tx:
                _enrolled(tx, said.ack)
            return replace(done, files=done.files + 1)
        said = answer.proven(data, parties, Purpose.DOWN)
        answer.must_believe_us(said)
        with node.database.write() as tx:
            taken = _take(tx, node, said, data if len(data) <= RAW_BYTES_MAX else b"")
    except YizhanError as error:
        if error.code not in {"ferry_unreadable", "answer_untrusted", "ack_mismatch", "centre_refused"}:
            raise
        return replace(done, notes=(*done.notes, Note(path.name, error.sentence)))
    notes = tuple(replace(note, name=path.name) for note in taken.notes)
    return replace(
        done,
        files=done.files + 1,
        events=done.events + taken.events,
        acked=done.acked or taken.acked,
        notes=(*done.notes, *notes),
    )


def _purpose(data: bytes) -> Purpose:
    try:
        return envelope.peek(data).purpose
    except EnvelopeError:
        return Purpose.DOWN  # to be refused with the reason


def _enrolled(tx: Connection, ack: Ack) -> None:
    """The centre knows our keys: whatever it signed for us and sealed to us proves that."""
    centre = identity.centre(tx)
    if centre is not None and not centre.enrolled_at:
        identity.set_enrolled(tx, ack.at)


def _take(tx: Connection, node: "Node", said: Answer, raw: bytes) -> Imported:
    """Everything that one file changes, in one transaction. Raises answer_untrusted, ack_mismatch."""
    notes: list[Note] = []
    _enrolled(tx, said.ack)
    before = (log.acked(tx), log.missing(tx))
    lacks_some = bool(said.events) and said.after.position > log.head(tx, "centre").position
    if _is_newer(tx, said.ack):
        missing = [{"sha256": item.sha256, "from": item.start} for item in said.ack.missing]
        named = (said.ack.head, said.ack.head) if lacks_some else answer.told_refusals(tx, said.ack, None)
        log.set_acked(tx, said.ack.head, said.ack.at, missing, raw, lacking=said.ack.lacking, named=named)
    elif not _is_known(tx, said.ack):
        notes.append(Note("", OLD, fault=False))
    if lacks_some:  # what it refused is taken with its events, or asked for again
        notes.append(Note("", GAP))
        return Imported(acked=before != (log.acked(tx), log.missing(tx)), notes=tuple(notes))
    fresh = taking.events(tx, node.settings, said)
    moved = before != (log.acked(tx), log.missing(tx))
    return Imported(events=len(fresh), acked=moved, notes=tuple(notes))


def _is_newer(tx: Connection, ack: Ack) -> bool:
    """Whether this ack is to replace the last one."""
    if _is_known(tx, ack):
        return ack.at > log.last_ack_at(tx)
    asked = ferry_parcels.find(tx, ack.of) if ack.of else None
    if asked is not None and asked.answers == log.answers(tx):
        return True
    held, last_at = log.acked(tx), log.last_ack_at(tx)
    if ack.head.position < held.position or ack.at < last_at:
        return False
    return ack.at > last_at or ack.head.position > held.position or _lacks_no_more(tx, ack)


def _is_known(tx: Connection, ack: Ack) -> bool:
    """Whether it says what the last one said."""
    lacking = {item.sha256: item.start for item in ack.missing}
    return bool(log.last_ack_at(tx)) and (ack.head, lacking) == (log.acked(tx), _missing(tx))


def _missing(tx: Connection) -> dict[str, int]:
    return {str(item["sha256"]): int(item["from"]) for item in log.missing(tx)}


def _lacks_no_more(tx: Connection, ack: Ack) -> bool:
    """Within one second of the centre's clock the one that holds more is the later."""
    known = _missing(tx)
    return all(known.get(item.sha256, item.start + 1) <= item.start for item in ack.missing)


def _with_rest(node: "Node", folder: Path, done: Imported) -> Imported:
    """Take away what is acknowledged now, where the medium lets us, and say how we stand."""
    removed, notes = 0, done.notes
    try:
        removed = ferry_out.clean(node, stick.tray(folder, node.settings.node_id, stick.UP))[1]
    except YizhanError as error:
        if not error.code.startswith("ferry_"):
            raise
        notes = (*notes, Note("U盘", f"没有清除已接收的文件（{error.sentence}）", fault=False))
    with node.database.read() as tx:
        events, materials = log.unsent(tx), unsent_materials(tx)
    return replace(done, removed=removed, notes=notes, unsent_events=events, unsent_materials=materials)
