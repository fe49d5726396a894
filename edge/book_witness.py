"""A file beside a store that remembers the end of its book of accounts: a line for each entry once it is committed.

A line has an epoch (of a room's log; 0 at a centre), the number of the entry, its digest, and a checksum of these. For
room and centre.
"""

import errno
import os
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from edge.durable import write_whole
from edge.errors import problem

KEPT_BYTES_MAX: Final = 4_194_304  # some 40,000 entries; then the older half goes
LINE_MAX: Final = 200
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
Line = tuple[int, int, str]  # epoch, number, digest


class BookWitness:
    """The file at `path`, which is added to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last = max(lines(path), default=(0, 0, ""))

    def note(self, line: Line) -> None:
        """Write an entry down, on disk when this returns. Raises disk_full, disk_fault."""
        if line[1:] == self._last[1:] or line[:2] < self._last[:2]:
            return  # the end is gone: what the file remembers is what tells
        try:
            _append(self.path, _text(line))
        except OSError as error:
            raise problem("disk_full" if error.errno in FULL else "disk_fault") from error
        self._last = line


def _append(path: Path, text: str) -> None:
    if path.exists() and path.stat().st_size > KEPT_BYTES_MAX:
        kept = [_text(line) for line in lines(path)]
        write_whole(path, "\n".join(kept[len(kept) // 2 :]).encode())
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, b"\n" + text.encode())  # after a torn line too
        os.fdatasync(handle)
    finally:
        os.close(handle)


def lines(path: Path) -> list[Line]:
    """What the file remembers; a torn or rotten line is none."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return []
    return [found for line in text.split("\n") if (found := _line(line)) is not None]


def _text(line: Line) -> str:
    said = f"{line[0]} {line[1]} {line[2]}"
    return f"{said} {zlib.crc32(said.encode()):08x}"


def _line(text: str) -> Line | None:
    if len(text) > LINE_MAX:
        return None
    try:
        epoch, seq, digest, _ = text.split(" ")
        found = int(epoch), int(seq), digest
    except ValueError:
        return None
    return found if _text(found) == text else None


def fault(name: str, said: Iterable[Line], held: Mapping[int, str], epoch: int = 0) -> str:
    """A sentence where entries are missing or are others by the word of the witness called `name`; "" where none is.

    `held`: number -> digest of the entries there are. What an earlier epoch wrote, and what was cut at the beginning,
    is not asked for.
    """
    first = min(held, default=1)
    missing = [seq for of, seq, digest in said if of == epoch and seq >= first and held.get(seq) != digest]
    if not missing:
        return ""
    return f"账号记录和{name}对不上：第 {min(missing)} 条起被删去或者换过，记到过第 {max(missing)} 条"
