"""The folder of a sealed inbox: one file per item, on disk for good before anybody is told a number.

    FOLDER/<series>/<place>.item      what waits
    FOLDER/<series>/done/…            what stands in the room's log
    FOLDER/aside/…                    what could not be registered, and beside it why

Each start of a program that takes in draws a series of its own, so that nothing is ever appended to what an earlier run
left, torn or not. A file is written under another name, synced, renamed, and its folder synced.
"""

import secrets
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from edge import receipts
from edge.durable import make_folder, sync_folder, write_whole
from edge.errors import problem
from edge.inbox import items
from edge.inbox.items import Content
from edge.os_words import why

FOLDER: Final = "inbox"
ENDING: Final = ".item"
DONE: Final = "done"
ASIDE: Final = "aside"
WHY: Final = ".why"
# what must be free before somebody begins: the photographs of one application, and some more
ROOM_BYTES: Final = 128 << 20
_SERIES = 10**receipts.SERIES_DIGITS


class Inbox:
    """The inbox of one run. `used`: series that may not be drawn again."""

    def __init__(
        self,
        folder: Path,
        set_id: str,
        node_id: str,
        *,
        public: bytes,
        sign: bytes,
        used: Collection[str] = (),
        room_bytes: int = ROOM_BYTES,
    ) -> None:
        self.folder, self._set, self._node = folder, set_id, node_id
        self._public, self._sign, self._room_bytes = public, sign, room_bytes
        self.series = _draw({*used, *series_in(folder)})
        self._place, self._prev = 0, ""
        self._lock = threading.Lock()

    def must_have_room(self) -> None:
        """Raises inbox_no_room, before a citizen hands anything in."""
        there = next(one for one in (self.folder, *self.folder.parents) if one.is_dir())
        if shutil.disk_usage(there).free < self._room_bytes:
            raise problem("inbox_no_room")

    def number(self, serial: int) -> str:
        """Raises inbox_series_full."""
        if serial > receipts.INBOX_SERIAL_MAX:
            raise problem("inbox_series_full")
        return receipts.inbox_number(self._node, self.series, serial)

    def put(self, numbers: Sequence[str], tokens: Sequence[str], at: str, content: Content) -> Path:
        """Seal an item and write it for good. Raises inbox_unwritable; then nothing of it is there."""
        with self._lock:
            place = self._place + 1
            head: Mapping[str, Any] = {
                "set": self._set,
                "node": self._node,
                "series": self.series,
                "place": place,
                "numbers": tuple(numbers),
                "tokens": tuple(map(items.mark, tokens)),
                "at": at,
                "prev": self._prev,
            }
            data = items.seal(self._public, self._sign, head, content)
            path = self.folder / self.series / f"{place:04d}{ENDING}"
            try:
                _write(path, [data])
            except OSError as error:
                raise problem("inbox_unwritable", detail=why(error)) from error
            self._place, self._prev = place, items.digest(data)
            return path

    def knows(self, token: str) -> bool:
        """Whether the code of a QR was given out with an item that lies here."""
        wanted = items.mark(token.upper())
        return any(wanted in items.read_head(path.read_bytes()).tokens for path in waiting(self.folder))


def _draw(used: Collection[str]) -> str:
    while (series := f"{secrets.randbelow(_SERIES):0{receipts.SERIES_DIGITS}d}") in used:
        pass
    return series


def series_in(folder: Path) -> set[str]:
    """The series that lie in a folder, done ones too."""
    return {path.name for path in _listed(folder) if path.name.isdecimal() and path.is_dir()}


def waiting(folder: Path) -> Iterator[Path]:
    """The items that nobody has registered yet, in the order of their receipts within each series."""
    for series in sorted(series_in(folder)):
        yield from (path for path in _listed(folder / series) if path.suffix == ENDING)


def done(folder: Path) -> Iterator[Path]:
    """The items that stand in the log and still lie here."""
    for series in sorted(series_in(folder)):
        yield from (path for path in _listed(folder / series / DONE) if path.suffix == ENDING)


def gaps(folder: Path) -> list[tuple[str, int]]:
    """(series, place) of items that lie nowhere though a later one of their series does."""
    found = []
    for series in sorted(series_in(folder)):
        held = [*_listed(folder / series), *_listed(folder / series / DONE)]
        places = {int(path.stem) for path in held if path.suffix == ENDING and path.stem.isdecimal()}
        found += [(series, place) for place in range(1, max(places, default=0)) if place not in places]
    return found


def settle(path: Path) -> None:
    """Its application stands in the log: out of the way, but not gone. Again changes nothing."""
    done = path.parent / DONE
    done.mkdir(exist_ok=True)
    path.replace(done / path.name)
    sync_folder(done)
    sync_folder(path.parent)


def put_aside(folder: Path, path: Path, data: bytes, sentence: str) -> Path:
    """Keep what could not be registered, with the reason; taken out of its series where that is this folder's."""
    kept = folder / ASIDE / f"{path.parent.name}-{path.stem}-{items.digest(data)[:8]}{ENDING}"
    _write(kept, [data])
    _write(kept.with_suffix(WHY), [sentence.encode()])
    if folder in path.parents:
        settle(path)
    return kept


def aside(folder: Path) -> list[tuple[Path, str]]:
    """What could not be registered, and why."""
    found = [path for path in _listed(folder / ASIDE) if path.suffix == ENDING]
    return [(path, _sentence(path.with_suffix(WHY))) for path in found]


def _sentence(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """On disk, under its name, when this returns; nothing of it under its name when it raises OSError."""
    make_folder(path.parent)
    try:
        write_whole(path, pieces)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """A file that others of the inbox need, for its owner alone. Raises inbox_unwritable."""
    try:
        _write(path, pieces)
    except OSError as error:
        raise problem("inbox_unwritable", detail=why(error)) from error
