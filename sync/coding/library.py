"""The codebooks that this side can read: files named by the first 16 hex digits of their digest, read when needed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sync.coding import codebook
from sync.coding.codebook import FILE_BYTES_MAX, PREFIX_BYTES, Codebook, CodebookError

SUFFIX: Final = ".zst"
ORDER: Final = "newest-first.txt"  # a codebook doesn't say when it was made; this list beside them does
HELD_MAX: Final = 2  # in memory at one time: the one in use, and an older one that others still write


class Library:
    """A folder of codebooks, and the list of their names with the newest first (a file that it doesn't name is older).

    Nothing is opened before a batch needs it; a file that is none counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[bytes, Codebook] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[bytes, ...]:
        """The first 8 bytes of their digests, the newest first."""
        there = [name for path in sorted(self._folder.glob(f"*{SUFFIX}")) if (name := _name(path.stem))]
        listed = [name for name in order(self._folder) if name in there]
        return tuple(dict.fromkeys([*listed, *there]))

    def find(self, name: bytes) -> Codebook | None:
        """The codebook of this name, if it is here and is what its name says."""
        with self._lock:
            if name not in self._held:
                found = self._read(name)
                if found is None:
                    return None
                while len(self._held) >= HELD_MAX:
                    del self._held[next(iter(self._held))]
                self._held[name] = found
            return self._held[name]

    def common(self, names: Sequence[bytes]) -> Codebook | None:
        """The newest of ours that the other side named and we can read."""
        for name in self.names():
            found = self.find(name) if name in names else None
            if found is not None:
                return found
        return None

    def _read(self, name: bytes) -> Codebook | None:
        path = self._folder / f"{name.hex()}{SUFFIX}"
        try:
            if path.stat().st_size > FILE_BYTES_MAX:
                return None
            found = codebook.read(path.read_bytes())
        except (OSError, CodebookError):
            return None
        return found if found.prefix == name else None


def order(folder: Path) -> list[bytes]:
    """The names in the list of a folder; none where there is no list."""
    path = folder / ORDER
    lines = path.read_text(encoding="ascii").split() if path.is_file() else []
    return [name for line in lines if (name := _name(line))]


def write_order(folder: Path, newest: bytes) -> None:
    """Put a name at the beginning of the list."""
    names = dict.fromkeys([newest, *order(folder)])
    (folder / ORDER).write_text("".join(f"{name.hex()}\n" for name in names), encoding="ascii")


def _name(stem: str) -> bytes:
    try:
        name = bytes.fromhex(stem)
    except ValueError:
        return b""
    return name if len(name) == PREFIX_BYTES and name.hex() == stem else b""


PACKAGED: Final = Library(Path(__file__).parent / "codebooks")
