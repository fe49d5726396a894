"""The codebooks that this side can read: files named by the first 16 hex digits of their digest, read when needed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sync.coding import codebook
from sync.coding.codebook import FILE_BYTES_MAX, PREFIX_BYTES, Codebook, CodebookError

SUFFIX: Final = ".zst"
HELD_MAX: Final = 2  # in memory at one time: the one in use, and an older one that others still write


class Library:
    """A folder of codebooks. Nothing is opened before a batch needs it; a file that is none counts as absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[bytes, Codebook] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[bytes, ...]:
        """The first 8 bytes of their digests, in order."""
        found = [_name(path.stem) for path in sorted(self._folder.glob(f"*{SUFFIX}"))]
        return tuple(name for name in found if name)

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
        """The first of ours that the other side named."""
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


def _name(stem: str) -> bytes:
    try:
        name = bytes.fromhex(stem)
    except ValueError:
        return b""
    return name if len(name) == PREFIX_BYTES and name.hex() == stem else b""


PACKAGED: Final = Library(Path(__file__).parent / "codebooks")
