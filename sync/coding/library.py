"""The codebooks that this side can read: files named by the first 16 hex digits of their digest, read when needed.

They come with the program, and with the packs of a province into a folder of the room's and of the centre's home. One
that no pack names any more stays where it is: what was written with it can be read for ever.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sync.coding import codebook
from sync.coding.codebook import FILE_BYTES_MAX, PREFIX_BYTES, Codebook, CodebookError

SUFFIX: Final = ".zst"
PACKED_SUFFIX: Final = ".b64"  # the same in base64: a pack carries texts
PACKED_FOLDER: Final = "codebooks"  # in a pack, and in a home
ORDER: Final = "newest-first.txt"  # a codebook doesn't say when it was made; this list beside them does
HELD_MAX: Final = 2  # in memory at one time: the one in use, and an older one that others still write


class Library:
    """A folder of codebooks, and the list of their names with the newest first (a file that it doesn't name is older).

    Nothing is opened before a batch needs it; a file that is none counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packed: dict[str, Path] = {}
        self._held: dict[bytes, Codebook] = {}
        self._lock = threading.Lock()

    def hand_in(self, side: str, folder: Path) -> None:
        """Where the packs of this `side` (room, centre) leave codebooks: one folder for each, the last one said."""
        self._packed[side] = folder

    def names(self) -> tuple[bytes, ...]:
        """The first 8 bytes of their digests: those that a pack lists, the program's own, what is only read still."""
        folders = tuple(self._packed.values())
        came = [name for one in folders for name in _there(one, PACKED_SUFFIX)]
        own = _there(self._folder, SUFFIX)
        listed = [name for one in folders for name in order(one) if name in came]
        listed += [name for name in order(self._folder) if name in own]
        return tuple(dict.fromkeys([*listed, *own, *came]))

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
        places = [self._folder / f"{name.hex()}{SUFFIX}"]
        places += [folder / f"{name.hex()}{PACKED_SUFFIX}" for folder in self._packed.values()]
        found = (_codebook(path) for path in places if path.is_file())
        return next((one for one in found if one is not None and one.prefix == name), None)


def _there(folder: Path, suffix: str) -> list[bytes]:
    return [name for path in sorted(folder.glob(f"*{suffix}")) if (name := _name(path.stem))]


def _codebook(path: Path) -> Codebook | None:
    try:
        if path.stat().st_size > 2 * FILE_BYTES_MAX:
            return None
        data = path.read_bytes()
        return codebook.read(unpacked(data.decode("ascii")) if path.suffix == PACKED_SUFFIX else data)
    except (OSError, UnicodeDecodeError, CodebookError):
        return None


def packed(data: bytes) -> str:
    """A codebook's file as a pack carries it. Raises CodebookError for what is none."""
    codebook.read(data)
    return base64.b64encode(data).decode()


def unpacked(text: str) -> bytes:
    """The other way. Raises CodebookError."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise CodebookError("not in base64") from error


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
