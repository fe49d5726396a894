"""Who serves a room's folder now: an upgrade must not change the data under a program that is at work on them.

A shared lock on the folder itself, which goes with the process, however that ends; whoever serves takes it, and nobody
is kept from serving by it. Windows opens no folders: there nothing is known, and a running program keeps its own files
from being replaced.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_IS_KNOWN: Final = sys.platform != "win32"

if sys.platform != "win32":
    import fcntl

    def _take(handle: int, *, alone: bool) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """As long as the block runs, whoever asks `is_served` is told so."""
    if not _IS_KNOWN:
        yield
        return
    handle = os.open(home, os.O_RDONLY)
    try:
        _take(handle, alone=False)
        yield
    finally:
        os.close(handle)


def is_served(home: Path) -> bool:
    """Whether some process serves this folder at this moment."""
    if not _IS_KNOWN:
        return False
    handle = os.open(home, os.O_RDONLY)
    try:
        _take(handle, alone=True)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
