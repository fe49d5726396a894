"""Some room that nobody else takes: a room whose disk is full has to start, show what it has and hand it out.

SQLite needs a few pages for the files beside the database before anything can be read. They come out of this file,
which is made again as soon as there is room.
"""

import os
import shutil
from pathlib import Path
from typing import Final

FILE: Final = "reserve"
RESERVE_BYTES: Final = 512 << 10
LOW_BYTES: Final = 256 << 10
PLENTY_BYTES: Final = 16 << 20


def give(folder: Path) -> bool:
    """Before the database is opened: on a full disk the reserve goes. True if it did."""
    path = folder / FILE
    if not path.exists() or shutil.disk_usage(folder).free >= LOW_BYTES:
        return False
    path.unlink()
    return True


def keep(folder: Path) -> None:
    """Where there is plenty of room, and no reserve: make one. A disk that can't is none to worry about now."""
    path = folder / FILE
    if path.exists() or shutil.disk_usage(folder).free < PLENTY_BYTES:
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(handle, 0, RESERVE_BYTES)
    except OSError:
        path.unlink()
    finally:
        os.close(handle)
