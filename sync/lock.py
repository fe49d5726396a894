"""One pusher at a time on one node, whatever process it is in. A crash lets go of the lock."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOOK_AGAIN_S: Final = 0.05

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Gives True inside when the lock was free, False when somebody else holds it; never waits."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _is_free(handle)
    finally:
        os.close(handle)


def _is_free(handle: int) -> bool:
    try:
        _take(handle)
    except OSError:
        return False
    return True


@contextmanager
def in_turn(path: Path, patience_s: float) -> Iterator[bool]:
    """The same lock, waited for: False inside when somebody else still holds it after so many seconds."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _wait(handle, time.monotonic() + patience_s)
    finally:
        os.close(handle)


def _wait(handle: int, until_s: float) -> bool:
    while not _is_free(handle):
        if time.monotonic() >= until_s:
            return False
        time.sleep(_LOOK_AGAIN_S)
    return True
