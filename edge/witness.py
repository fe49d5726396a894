"""A second file that remembers where the log stood: one flipped bit in SQLite's WAL takes acknowledged rows silently.

A line per commit: "epoch seq digest crc". It names nobody: a digest covers a salt that only the database holds.
"""

import errno
import os
import zlib
from pathlib import Path

from edge import log, witness_mark
from edge.database import Connection
from edge.durable import sync_folder, write_whole
from edge.errors import problem
from forms.events import Head

_TAIL_BYTES = 65_536
_KEPT_BYTES_MAX = 4_194_304
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Witness:
    """The open witness file. `check` compares at the start, `follow` runs after each commit.

    `newer`: the mark of what stood here, where an older copy was put in its place; until `settled` is called.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        mark, changed_ns = witness_mark.read(path), witness_mark.changed_ns(path)
        self._last = _read_last(path)
        self._torn = _ends_torn(path)
        is_still = not self._torn and changed_ns == witness_mark.changed_ns(path)  # nobody writes at this moment
        self.newer = mark if is_still and witness_mark.is_put_back(path, mark, self._last) else None
        _shorten(path, self._last)
        self._file = _open(path)

    @property
    def last(self) -> Head | None:
        """What the witness remembers; None when it has no whole line."""
        return self._last

    def check(self, tx: Connection) -> None:
        """Raises log_behind_witness, log_forked or witness_missing; catches up when a crash came after the last commit.

        A file without a line is believed for an empty log alone: its first line is written before the first event.
        """
        seen, now = self._last, log.head(tx)
        if seen is None and now.seq > 0:
            raise problem("witness_missing", witness=self.path, head=_place(now))
        if seen is not None and seen.seq > 0:
            held = log.find(tx, "node", seen.epoch, seen.seq)
            if held is None:
                raise problem("log_behind_witness", witness=_place(seen), head=_place(now), lost=_lost(now, seen))
            if held.digest != seen.digest:
                raise problem("log_forked", position=_place(seen))
        self.follow(tx)
        self._mark()

    def settled(self) -> None:
        """What was put back goes on in an epoch of its own: from here on this file is the witness again."""
        self.newer = None
        self._mark()

    def _mark(self) -> None:
        if self._last is not None and self.newer is None:
            witness_mark.write(self.path, self._file, self._last)

    def follow(self, tx: Connection) -> None:
        """Write down where the log stands now, on disk when this returns. Raises disk_full, disk_fault."""
        now = log.head(tx)
        if now == self._last:
            return
        try:
            self._open_again_if_replaced()
            self._write(("\n" if self._torn else "") + _line(now))
        except OSError as error:
            raise problem("disk_full" if error.errno in FULL else "disk_fault") from error
        self._last = now
        self._mark()

    def _open_again_if_replaced(self) -> None:
        """A command that ran beside the server may have put a shortened file in the place of this one."""
        if self.path.exists() and os.path.samestat(os.fstat(self._file), self.path.stat()):
            return
        os.close(self._file)
        self._file = _open(self.path)

    def _write(self, text: str) -> None:
        self._torn = True
        data = text.encode()
        while data:
            data = data[os.write(self._file, data) :]
        os.fdatasync(self._file)
        self._torn = False

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _open(path: Path) -> int:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    sync_folder(path.parent)
    return handle


def _line(head: Head) -> str:
    text = f"{head.epoch} {head.seq} {head.digest.hex()}"
    return f"{text} {zlib.crc32(text.encode()):08x}\n"


def _parse(line: str) -> Head | None:
    """The head of a line; None for a torn or rotten one."""
    try:
        epoch, seq, digest, _ = line.split(" ")
        head = Head(int(epoch), int(seq), bytes.fromhex(digest))
    except ValueError:
        return None
    return head if _line(head) == line + "\n" else None


def _read_last(path: Path) -> Head | None:
    """The last line that is whole."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        lines = file.read().decode("ascii", "replace").split("\n")
    return next((head for line in reversed(lines) if (head := _parse(line)) is not None), None)


def _ends_torn(path: Path) -> bool:
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _shorten(path: Path, last: Head | None) -> None:
    """Keep the last line alone when the file has grown long: written beside, synced, put in its place."""
    if last is None or path.stat().st_size <= _KEPT_BYTES_MAX:
        return
    write_whole(path, _line(last).encode())


def _place(head: Head) -> str:
    return str(head.seq) if head.epoch == 1 else f"{head.epoch}-{head.seq}"


def _lost(held: Head, seen: Head) -> str:
    """The numbers that are gone, as far as the witness knows them: 51, or 51 至 53."""
    first = Head(seen.epoch, held.seq + 1 if held.epoch == seen.epoch else 1, b"")
    return _place(seen) if first.seq == seen.seq else f"{_place(first)} 至 {_place(seen)}"
