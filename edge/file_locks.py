"""One at a time, and who is at work: locks on files that the system lets go of however a process ends.

Windows locks no folder: there nobody is known to serve one, and a running program keeps its own files from being
replaced.
"""

import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOOK_AGAIN_S: Final = 0.05
_LOCKS_FOLDERS: Final = sys.platform != "win32"

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int, *, shared: bool = False) -> None:  # noqa: ARG001  only folders are shared, see above
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _take_when_free(handle: int, *, shared: bool = False) -> None:
        while not _is_free(handle, shared=shared):  # its own waiting gives up after ten seconds
            time.sleep(_LOOK_AGAIN_S)

else:
    import fcntl

    def _take(handle: int, *, shared: bool = False) -> None:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def _take_when_free(handle: int, *, shared: bool = False) -> None:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Gives True inside when the lock was free, False when somebody else holds it; never waits."""
    with in_turn(path, 0) as is_mine:
        yield is_mine


@contextmanager
def in_turn(path: Path, patience_s: float = math.inf) -> Iterator[bool]:
    """The same lock, waited for: False inside when somebody else still holds it after so many seconds."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _wait(handle, patience_s)
    finally:
        os.close(handle)


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """As long as the block runs, whoever asks `is_served` is told so. Nobody is kept from serving by it."""
    if not _LOCKS_FOLDERS:
        yield
        return
    handle = os.open(home, os.O_RDONLY)
    try:
        _take_when_free(handle, shared=True)  # after the moment in which somebody asks `is_served`
        yield
    finally:
        os.close(handle)


def is_served(home: Path) -> bool:
    """Whether some process serves this folder at this moment: an upgrade must not change the data under it."""
    if not _LOCKS_FOLDERS:
        return False
    handle = os.open(home, os.O_RDONLY)
    try:
        return not _is_free(handle)
    finally:
        os.close(handle)


def _is_free(handle: int, *, shared: bool = False) -> bool:
    try:
        _take(handle, shared=shared)
    except OSError:
        return False
    return True


def _wait(handle: int, patience_s: float) -> bool:
    if patience_s == math.inf:
        _take_when_free(handle)
        return True
    until_s = time.monotonic() + patience_s
    while not _is_free(handle):  # no system waits for a lock until a given moment
        if time.monotonic() >= until_s:
            return False
        time.sleep(_LOOK_AGAIN_S)
    return True
