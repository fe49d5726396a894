"""When the witness was written last, by the file system's own clock: old files copied over new ones are found by it.

A restored copy mostly lies in new files, and edge.place sees that. Whoever copies old files into those that are there
(`cp` over them) leaves every name and number as it was, and takes database and witness back together. But the system
notes when a file's content changed, and no copying sets that time back. So a third file beside the witness says which
file it was, where it stood, and when it changed; what doesn't fit is an old copy. A mark that is older than the witness
says nothing: a crash came between the two. It is written without a sync, for a lost mark loses nothing else.
"""

import logging
import os
from pathlib import Path
from typing import NamedTuple

from forms.events import Head

logger = logging.getLogger(__name__)
_BYTES = 160  # one write of always the same length is never seen half
_SECOND_NS = 1_000_000_000
_COARSE_S = 2  # the step of the clock of FAT


class Mark(NamedTuple):
    """The witness file by its number, the head that it ended with, and when its content changed (ns)."""

    file: int
    head: Head
    changed_ns: int


def path_of(witness: Path) -> Path:
    """Where the mark of a witness file lies: beside it."""
    return witness.with_name(f"{witness.name}.mark")


def write(witness: Path, file: int, head: Head) -> None:
    """Note that the open `file`, which is the witness, ends with `head`. A disk that refuses it is only logged."""
    found = os.fstat(file)
    text = f"{found.st_ino} {head} {found.st_ctime_ns}"
    try:
        handle = os.open(path_of(witness), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, text.ljust(_BYTES - 1).encode("ascii") + b"\n", 0)
        finally:
            os.close(handle)
    except OSError as error:
        logger.warning("the mark of the witness could not be written: %s", error.strerror)


def read(witness: Path) -> Mark | None:
    """None where there is none, or none that can be read."""
    try:
        file, head, changed_ns = path_of(witness).read_text(encoding="ascii").split()
        return Mark(int(file), Head.parse(head), int(changed_ns))
    except (OSError, ValueError):  # it is only a help: without one nothing is known
        return None


def changed_ns(witness: Path) -> int:
    """When its content changed; 0 where there is no file."""
    return witness.stat().st_ctime_ns if witness.exists() else 0


def is_put_back(witness: Path, mark: Mark | None, last: Head | None) -> bool:
    """Whether the witness, whose last line says `last`, is an older copy of the file that `mark` was made of.

    Read `mark` before `last`: a program that writes meanwhile only makes it older.
    """
    if mark is None or not witness.exists() or witness.stat().st_ino != mark.file:
        return False
    if last is None or mark.head.position != last.position:
        return last is None or mark.head.position > last.position
    return not _is_same_time(changed_ns(witness), mark.changed_ns)


def _is_same_time(now_ns: int, noted_ns: int) -> bool:
    """A file system without fractions of a second gives whole ones after it was mounted anew."""
    if now_ns % _SECOND_NS == 0:
        return abs(now_ns - noted_ns) <= _COARSE_S * _SECOND_NS
    return now_ns == noted_ns
