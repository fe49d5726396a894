"""Exporting at the node: what the centre has not acknowledged goes onto a medium, as sealed envelopes in files.

    our files on it -> those that are acknowledged go -> from where the others end: cut, seal, note, write, read back

The medium is the only memory of what lies on it. A file counts when its bytes are those of an envelope that this node
sealed; what is missing, cut short or damaged is simply cut again. Nothing here says that anything was received.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import log
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.file_locks import only_one
from edge.materials import size_text
from forms.events import Head
from sync import enrol, envelope, ferry_cut, ferry_parcels, frames, keys, quarantine, stick
from sync.coding import library
from sync.enrol import BATCH_ID_BYTES
from sync.envelope import EnvelopeError, Header, Purpose
from sync.ferry_cut import Cut, Place
from sync.ferry_parcels import Parcel
from sync.frames import Ack
from sync.keys import Parties
from sync.stick import Tray

if TYPE_CHECKING:
    from edge.node import Node

LOCK: Final = "ferry.lock"
NO_LIMIT: Final = 1 << 62
QUICK_LEVEL: Final = 3  # photographs don't get smaller, and somebody stands beside the machine
AROUND_BYTES: Final = 4 << 10  # what an envelope adds to its pieces, with room to spare
WRITING: Final = "正在写到U盘并核对"

Progress = Callable[[str, int, int], None]


def quiet(what: str, done: int, total: int) -> None:
    """Tells nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to. `waiting`: events on the medium that the centre has not acknowledged, new or old.

    `left_…`: neither at the centre nor on this medium. `removed`: files of ours that the centre has acknowledged.
    `problem`: why it ended early; what was written until then is there for good.
    """

    files: int = 0
    bytes: int = 0
    events: int = 0
    materials: int = 0
    waiting: int = 0
    removed: int = 0
    left_events: int = 0
    left_materials: int = 0
    left_bytes: int = 0
    problem: YizhanError | None = None

    @property
    def went_well(self) -> bool:
        return self.problem is None

    @property
    def sentence(self) -> str:
        said = [self._written(), self._left()]
        if self.removed:
            said.append(f"省级中心已确认接收的 {self.removed} 个文件，已从U盘上清除。")
        if self.problem is not None:
            said.insert(0, f"{self.problem.sentence}。{self.problem.hint}")
        return "".join(said)

    def _written(self) -> str:
        if not self.files:
            return "" if self.problem else "没有新的内容要写到U盘。"
        what = [f"{self.events} 条记录"] * bool(self.events) + [f"{self.materials} 份材料"] * bool(self.materials)
        size = f"{self.files} 个文件，{size_text(self.bytes)}"
        if not what:
            return f"没有新的收件要写，只写了一份回执（{size}）。"
        return f"已写到U盘并核对：{'、'.join(what)}（{size}）。省级中心导入并带回接收确认以后，才算已接收。"

    def _left(self) -> str:
        if not self.left_events and not self.left_materials:
            return ""
        what = [f"{self.left_events} 条记录"] * bool(self.left_events)
        what += [f"{self.left_materials} 份材料"] * bool(self.left_materials)
        return f"还有{'、'.join(what)}（约 {size_text(self.left_bytes)}）没有写出，请再导出一次，或换一个U盘。"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of ours on the medium; `header` stands outside of its seal, `parcel` is what we noted of it."""

    path: Path
    header: Header
    parcel: Parcel


def export(node: "Node", folder: Path, *, bytes_max: int | None = None, progress: Progress = quiet) -> Exported:
    """Write what waits to the medium mounted at `folder`, at most `bytes_max` bytes of files.

    Again is harmless, and a second medium gets everything too. Raises centre_not_set, ferry_busy, ferry_missing,
    ferry_unfit; what goes wrong later is in the answer, beside what was written.
    """
    library.PACKAGED.hand_in("room", node.settings.home / library.PACKED_FOLDER)
    with only_one(node.settings.database.parent / LOCK) as free:
        if not free:
            raise problem("ferry_busy")
        with node.database.read() as tx:
            parties = keys.read(tx)
        tray = stick.made(folder, parties.node, stick.UP)
        return _Export(node, tray, parties, bytes_max or NO_LIMIT, progress).run()


def clean(node: "Node", tray: Tray) -> tuple[list[Found], int]:
    """Take away the files of ours whose content is acknowledged, and spoiled ones; those that stay, how many went.

    Raises ferry_unwritable, ferry_unreadable.
    """
    kept: list[Found] = []
    done: list[Path] = []
    spoiled: list[Path] = []
    with node.database.read() as tx:
        received = ferry_parcels.received(tx)
        for path in tray.files():
            digest, header = _look(path)
            parcel = ferry_parcels.find(tx, digest) if header else None
            if parcel is None or header is None:
                spoiled += [path] if ferry_parcels.named(tx, path.stem) else []
            elif received.holds(parcel):
                done.append(path)
            else:
                kept.append(Found(path, header, parcel))
    tray.remove(spoiled)
    return kept, tray.remove(done)


def _look(path: Path) -> tuple[bytes, Header | None]:
    """SHA-256 of a file, and the header as it claims to be; nothing is proven."""
    try:
        data = stick.read(path)
        return envelope.digest_of(data), envelope.peek(data)
    except (YizhanError, EnvelopeError):  # a file that can't be read is as good as none: what it held is cut again
        return b"", None


@dataclass(frozen=True, slots=True)
class _Known:
    """What we knew of the centre when an envelope was begun: the answer to it is newer than all of that."""

    ack: Ack
    answers: int

    @property
    def down(self) -> str:
        return str(self.ack.head)


@dataclass
class _Export:
    node: "Node"
    tray: Tray
    parties: Parties
    bytes_left: int
    progress: Progress
    done: Exported = field(default_factory=Exported)
    bytes_total: int = 0
    place: Place = field(init=False)

    def run(self) -> Exported:
        with self.node.database.read() as tx:
            self.place = ferry_cut.start(tx)
        try:
            self.tray.sweep()
            kept, removed = clean(self.node, self.tray)
            self.done = replace(self.done, removed=removed)
            self._skip(kept)
            self._write_all(kept)
            self.tray.write_list()
        except YizhanError as error:
            self.done = replace(self.done, problem=error)
        return self._with_rest()

    def _skip(self, kept: list[Found]) -> None:
        """What is on the medium already needs not be cut again."""
        in_order = sorted(kept, key=lambda one: (one.header.epoch, one.header.seq_from, one.header.seq_to))
        with self.node.database.read() as tx:
            for found in in_order:
                self.place = replace(self.place, head=_continued(tx, self.place.head, found.header))
        self.place = ferry_cut.covering(self.place, tuple(piece for found in kept for piece in found.parcel.pieces))

    def _write_all(self, kept: list[Found]) -> None:
        known = self._known()
        if not self.parties.centre.enrolled_at and not any(found.parcel.enrols for found in kept):
            # a room that has never been online introduces itself on the medium
            start = Cut(Head.start("node", self.parties.node))
            self._leave(enrol.message(self.parties), start, known, enrols=True)
        with self.node.database.read() as tx:
            self.bytes_total = ferry_cut.left(tx, self.place)[2]
        told = any(_is_latest_word(found.parcel, known) for found in kept)
        while True:
            known = self._known()
            with self.node.database.read() as tx:
                cut = ferry_cut.following(tx, self.place, max(0, self.bytes_left - AROUND_BYTES))
            if (cut.empty and told) or not self._leave(self._seal(cut, known), cut, known):
                return
            self.place, told = self.place.moved(cut), True

    def _known(self) -> _Known:
        with self.node.database.read() as tx:
            return _Known(Ack(self.parties.node, log.head(tx, "centre"), tx.clock.now()), log.answers(tx))

    def _seal(self, cut: Cut, known: _Known) -> bytes:
        batch_id = secrets.token_bytes(BATCH_ID_BYTES)
        header = envelope.header_for(Purpose.UP, self.parties.node, cut.after, cut.events, batch_id)
        inner = frames.pack(cut.events, cut.chunks, known.ack, after=cut.after)
        level = QUICK_LEVEL if cut.chunks else envelope.ZSTD_LEVEL
        return envelope.seal(header, inner, self.parties.seals, level)

    def _leave(self, sealed: bytes, cut: Cut, known: _Known, *, enrols: bool = False) -> bool:
        """Note the envelope, then write it; False when it is beyond what may be written."""
        if len(sealed) > self.bytes_left:
            return False
        digest = envelope.digest_of(sealed)
        head = Head.of(cut.events[-1]) if cut.events else cut.after
        pieces = ferry_parcels.pieces_of(cut.chunks)
        with self.node.database.write() as tx:
            parcel = Parcel(digest, enrols, head.epoch, head.seq, pieces, known.answers, known.down)
            ferry_parcels.remember(tx, parcel)
        self.tray.put(stick.stem_of(digest), sealed)
        self.bytes_left -= len(sealed)
        self._count(sealed, cut)
        return True

    def _count(self, sealed: bytes, cut: Cut) -> None:
        so_far = self.done
        ended = sum(1 for chunk in cut.chunks if chunk.offset + len(chunk.data) == chunk.total)
        self.done = replace(
            so_far,
            files=so_far.files + 1,
            bytes=so_far.bytes + len(sealed),
            events=so_far.events + len(cut.events),
            materials=so_far.materials + ended,
        )
        self.progress(WRITING, self.done.bytes, max(self.bytes_total, self.done.bytes))

    def _with_rest(self) -> Exported:
        with self.node.database.write() as tx:
            events, materials, size = ferry_cut.left(tx, self.place)
            quarantine.gone(tx, ferry_cut.wanted(tx, self.place)[1], tx.clock.now())
            waiting = log.unsent(tx) - events
        so_far = replace(self.done, left_events=events, left_materials=materials, left_bytes=size)
        return replace(so_far, waiting=max(0, waiting))


def _is_latest_word(parcel: Parcel, known: _Known) -> bool:
    return not parcel.enrols and (parcel.answers, parcel.down) == (known.answers, known.down)


def _continued(tx: Connection, head: Head, header: Header) -> Head:
    """The head behind an envelope of ours, if no event of our log lies between it and what is there."""
    behind = Head(header.epoch, header.seq_to, header.head)
    if header.seq_to < header.seq_from or behind.position <= head.position:
        return head
    between = tx.execute(
        "SELECT 1 FROM event WHERE side = 'node' AND (epoch, seq) > (?, ?) AND (epoch, seq) < (?, ?) LIMIT 1",
        (*head.position, header.epoch, header.seq_from),
    ).fetchone()
    return head if between else behind
