"""What is carried by hand: the folders on a medium, and writing files so that pulling it out harms nothing.

    DIR/YIZHAN/<node>/UP/<8 hex>.YZU      envelopes of the node, for the centre
    DIR/YIZHAN/<node>/DOWN/<8 hex>.YZD    envelopes of the centre, for the node
    DIR/YIZHAN/<node>/*/LIST.TXT          a list for people; no program reads it

Names are upper case, eight and three, so that FAT, discs and gateways keep them. A file is written under another name,
fsynced, renamed, its folder fsynced, and read back from the medium, before anybody says that it is there. Names prove
nothing: whose an envelope is, and whether it is whole, is said by its signature.
"""

import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Final

from edge import durable
from edge.errors import YizhanError, problem
from edge.os_words import why

ROOT: Final = "YIZHAN"
LIST: Final = "LIST.TXT"
UP: Final = "UP"
DOWN: Final = "DOWN"
SUFFIXES: Final = {UP: ".YZU", DOWN: ".YZD"}
UNFINISHED: Final = ".TMP"
STEM_CHARACTERS: Final = 8
FILE_BYTES_MAX: Final = 32 << 20  # more than any envelope has
RESERVE_BYTES: Final = 256 << 10  # what folders and the list may take
_NODE = re.compile(r"[0-9]{10}\Z")
_STEM = re.compile(r"[0-9A-F]{8}\Z")


@dataclass(frozen=True, slots=True)
class Tray:
    """The files of one way of one room on a medium."""

    folder: Path
    suffix: str

    def files(self) -> list[Path]:
        """The finished files, by name; foreign ones are left out. Raises ferry_unreadable."""
        return [path for path in self._listed(self.suffix) if _is_plain_file(path)]

    def path(self, stem: str) -> Path:
        return self.folder / (stem + self.suffix)

    def put(self, stem: str, data: bytes) -> Path:
        """Write a file for good, and read it back. Raises ferry_full, ferry_unwritable, ferry_unverified."""
        path = self.path(stem)
        self._make_room(len(data))
        try:
            _write(self.folder / (stem + UNFINISHED), data)
            durable.put_in_place(self.folder / (stem + UNFINISHED), path)
            right = _read_from_medium(path) == data
        except OSError as error:
            raise _unwritable(error, self.folder) from error
        if not right:
            raise problem("ferry_unverified", name=path.name)
        return path

    def remove(self, paths: Iterable[Path]) -> int:
        """Take files away for good; the number of them. Raises ferry_unwritable."""
        gone = 0
        try:
            for path in paths:
                path.unlink(missing_ok=True)
                gone += 1
            if gone:
                durable.sync_folder(self.folder)
        except OSError as error:
            raise _unwritable(error, self.folder) from error
        return gone

    def sweep(self) -> int:
        """Take away what an interrupted copy left under another name. Raises ferry_unwritable."""
        return self.remove(self._listed(UNFINISHED))

    def write_list(self) -> None:
        """A list for people, in the form of sha256sum. Raises ferry_unwritable, ferry_unreadable."""
        lines = [f"{hashlib.sha256(read(path)).hexdigest()}  {path.name}\n" for path in self.files()]
        try:
            _write(self.folder / f"LIST{UNFINISHED}", "".join(lines).encode())
            durable.put_in_place(self.folder / f"LIST{UNFINISHED}", self.folder / LIST)
        except OSError as error:
            raise _unwritable(error, self.folder) from error

    def _make_room(self, size: int) -> None:
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise _unwritable(error, self.folder) from error
        if free < size + RESERVE_BYTES:
            raise problem("ferry_full", need=_mb(size + RESERVE_BYTES), free=_mb(free))

    def _listed(self, suffix: str) -> list[Path]:
        try:
            found = [path for path in self.folder.iterdir() if path.suffix.upper() == suffix]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise problem("ferry_unreadable", detail=_why(error)) from error
        return sorted(path for path in found if _STEM.match(path.stem.upper()))


def tray(medium: Path, node: str, way: str) -> Tray:
    """Where the files of a room lie, whether the folder is there or not. Raises ferry_missing, ferry_unfit."""
    if not medium.is_dir():
        raise problem("ferry_missing", folder=medium)
    folder = medium
    for name in (ROOT, node, way):
        folder = _child(folder, name)
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise problem("ferry_unfit", folder=folder)  # written through a link, files would land anywhere
    return Tray(folder, SUFFIXES[way])


def made(medium: Path, node: str, way: str) -> Tray:
    """The same, with its folders there for good. Raises ferry_missing, ferry_unfit, ferry_unwritable."""
    found = tray(medium, node, way)
    make_folder(found.folder)
    return found


def make_folder(folder: Path) -> None:
    """With those above it, there for good. Raises ferry_unwritable."""
    try:
        durable.make_folder(folder, mode=0o777)  # whoever carries the medium may open it
    except OSError as error:
        raise _unwritable(error, folder) from error


def nodes(medium: Path) -> list[str]:
    """The rooms that have a folder on a medium. Raises ferry_missing, ferry_unreadable."""
    if not medium.is_dir():
        raise problem("ferry_missing", folder=medium)
    try:
        return sorted(path.name for path in _child(medium, ROOT).iterdir() if _NODE.match(path.name))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise problem("ferry_unreadable", detail=_why(error)) from error


def read(path: Path) -> bytes:
    """A whole file. Raises ferry_unreadable, also for one that is larger than any envelope."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise problem("ferry_unreadable", detail=_why(error)) from error
    if len(data) > FILE_BYTES_MAX:
        raise problem("ferry_unreadable", detail="文件过大")
    return data


def written_at(path: Path) -> int:
    """When a file was written, by the clock of whoever wrote it; 0 where nobody can say."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def stem_of(digest: bytes) -> str:
    """The name under which an envelope with this SHA-256 lies, without its suffix."""
    return digest.hex()[:STEM_CHARACTERS].upper()


def choices(patterns: Iterable[str]) -> list[Path]:
    """The folders to choose from: what is mounted where a pattern fits, and the folders that are named outright.

    A folder behind a pattern that nothing is mounted on is no stick: what is written there stays in the machine.
    """
    found = []
    for pattern in patterns:
        paths = [Path(name) for name in sorted(glob(pattern))]  # noqa: PTH207  patterns are whole paths
        found += [path for path in paths if path.is_dir() and (os.path.ismount(path) or "*" not in pattern)]
    return list(dict.fromkeys(found))


def _child(folder: Path, name: str) -> Path:
    """The entry of this name; a medium may show its names in small letters."""
    exact = folder / name
    if exact.exists() or exact.is_symlink() or not folder.is_dir():
        return exact
    try:
        return next((path for path in folder.iterdir() if path.name.upper() == name), exact)
    except OSError as error:
        raise problem("ferry_unreadable", detail=_why(error)) from error


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        durable.finish(file)


def _read_from_medium(path: Path) -> bytes:
    """The file as it lies on the medium: what memory still holds of it is let go first."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def _unwritable(error: OSError, folder: Path) -> YizhanError:
    if error.errno == errno.ENOSPC:
        return problem("ferry_full", need="更多空间", free="0 MB")
    return problem("ferry_unwritable", folder=folder, detail=_why(error))


# of a medium in somebody's hand these say more than of a disk
_WHY: Final = {
    errno.EROFS: "介质是只读的",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EIO: "介质读写出错，可能已拔出",
    errno.ENODEV: "介质已拔出",
    errno.ENOENT: "介质已拔出或文件夹已删除",
    errno.ENOTDIR: "不是文件夹",
    errno.ELOOP: "是指向别处的链接",
}


def _why(error: OSError) -> str:
    return _WHY.get(error.errno or 0) or why(error)


def _mb(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB"
