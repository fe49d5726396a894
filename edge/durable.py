"""Files that are there whole or not at all, whenever the power fails. Nobody else in the program calls fsync.

What a cut-off writer left beside a file ends in `.new` and is read by nobody.
"""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

OWNER_ALONE: Final = 0o600
READ_BY_ALL: Final = 0o644
_NO_FSYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
_NO_LINK: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})


def write_whole(path: Path, data: bytes | Iterable[bytes], *, mode: int = OWNER_ALONE, mark: str = "") -> None:
    """In place of what lay there: beside, synced, renamed, and the folder synced.

    One writer at a time, or each with a `mark` of its own in the name beside; `mode`: the permissions of the file.
    Raises OSError, with nothing left beside.
    """
    with _beside(path, data, mode, mark) as beside:
        put_in_place(beside, path)


def write_new(path: Path, data: bytes) -> None:
    """Where nothing lies yet, for its owner alone; of several writers one. Raises FileExistsError, OSError."""
    with _beside(path, data, OWNER_ALONE, secrets.token_hex(4)) as beside:
        _link(beside, path)
    beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def put_in_place(beside: Path, path: Path) -> None:
    """Give a file that is on disk its name, which lasts when this returns. Raises OSError."""
    beside.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path, *, mode: int = 0o700) -> None:
    """With every folder above that is missing; each new name lasts, so that no file in it can lose its folder."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode=mode)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def finish(file: BinaryIO) -> None:
    """What was written into an open file is on disk when this returns. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """A file that somebody else has written. Raises OSError."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """So that the names in it last. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
        os.sync()  # a file system that knows no fsync of a folder: everything is written out then
    finally:
        os.close(handle)


@contextmanager
def _beside(path: Path, data: bytes | Iterable[bytes], mode: int, mark: str) -> Iterator[Path]:
    """A new file with this in it, on disk; gone where the block raises."""
    beside = path.with_name(f"{path.name}{mark and '.'}{mark}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            finish(file)
        yield beside
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _link(beside: Path, path: Path) -> None:
    """Unlike a rename, a second name never takes the place of a file."""
    try:
        os.link(beside, path)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        if path.exists():  # a stick's file system knows no second names
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        beside.replace(path)
