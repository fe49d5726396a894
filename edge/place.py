"""Where the database lies: a restored copy, a cloned disk or another machine is another place.

Two machines that go on with one log would give the same numbers to different people, so whoever finds his file at
another place than before opens a new epoch first.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

_MACHINE = Path("/etc/machine-id")
_BLOCK = Path("/sys/dev/block")
_DIGITS = 32


def of(path: Path) -> str:
    """A short name of the place of a file: its own number on the file system, the machine, the disk beneath it."""
    found = path.stat()
    parts = [str(found.st_ino), _text(_MACHINE), *sorted(set(_disks(found.st_dev)))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]


def _disks(device: int) -> Iterator[str]:
    """What the disks call themselves, through partitions and encrypted volumes; nothing where the system is silent."""
    waiting = [_BLOCK / f"{os.major(device)}:{os.minor(device)}"]
    while waiting:
        at = waiting.pop().resolve()
        for name in ("wwid", "device/wwid", "device/serial", "serial"):
            yield from filter(None, [_text(at / name)])
        if (at / "partition").exists():
            waiting.append(at.parent)
        if (at / "slaves").is_dir():
            waiting += (at / "slaves").iterdir()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:  # what a system doesn't say is no part of the name
        return ""
