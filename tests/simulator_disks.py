"""The databases of the simulator from one story to the next, and from one process of a machine to the next.

A connection is not made anew for each: to prepare its statements and to read of its tables takes a good part of a
story. Its pages are forgotten, and the index of the log beside its file is gone, as after a kill: whoever comes next
reads the log anew from the disk. Where the files themselves come or go, connections are closed first.
"""

import functools
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from edge import database
from edge.database import Database

INDEX_HEADER_BYTES = 136  # two copies of the header of the log's index, and how much of the log is in the file
OLDEST_NS = 1_000_000_000  # about the time of a file as it was put back, which no write leaves
SALT_BYTES = 16
STATEMENTS = 512  # a story runs two hundred
LOG, INDEX = "-wal", "-shm"

_open: dict[str, list[Any]] = defaultdict(list)  # connections by file
_spare: dict[str, Any] = {}  # those of nodes that nobody uses now


class Kept(database.Connection):
    """A node's connection, which waits for the next process of its machine instead of ending with the last."""

    path = ""

    def close(self) -> None:
        if self.path not in _open:
            super().close()
            return
        if self.in_transaction:
            self.rollback()
        _spare[self.path] = self


def keep_open() -> None:
    """From now on in this process."""
    dbapi2.connect = functools.partial(dbapi2.connect, cached_statements=STATEMENTS)
    connect: Callable[[Database], Any] = Database._connect
    database.Connection = Kept

    def connect_again(self: Database) -> Any:
        made = _spare.pop(str(self.path), None)
        if made is None:
            return _first(connect(self), str(self.path))
        forget(self.path)
        made.clock, made.wrote_blob = self._clock, False
        return made

    Database._connect = connect_again


def _first(made: Any, path: str) -> Any:
    """Of several connections to a file at one time, the first is kept."""
    if not _open[path]:
        made.path = path
        _open[path].append(made)
    return made


def know(connection: Any) -> None:
    """One of the centre's, which keeps them itself."""
    _open[str(connection.execute("PRAGMA database_list").fetchone()[2])].append(connection)


def forget(path: Path) -> None:
    """What the connections to a file know of it is gone; none is in a transaction."""
    for connection in _open[str(path)]:
        connection.execute("PRAGMA shrink_memory")
    index = Path(f"{path}{INDEX}")
    if index.exists():
        with index.open("r+b") as file:
            file.write(bytes(INDEX_HEADER_BYTES))


def let_go(folder: Path) -> None:
    """The files below a folder are about to be others. No process may run there."""
    for path in [path for path in _open if path.startswith(f"{folder}/")]:
        del _open[path]
        if path in _spare:
            _spare.pop(path).close()


def put_back(kept: Mapping[Path, bytes], there: Iterable[Path], image: int) -> None:
    """Make these files what they were, and take all others away; what connections are open on is written in place.

    `image`: which of several, for no file is written that is still as it was put back.
    """
    untouched_ns = OLDEST_NS + image
    for path, data in kept.items():
        if str(path) in _open and _salt(path) != data[:SALT_BYTES]:  # of a replacement; its key was made with another
            let_go(path.parent)
    stay = {str(path) for path in kept if path.suffix == ".db"}
    stay |= {f"{path}{end}" for path in _open for end in (LOG, INDEX)}
    for path in there:
        if str(path) not in stay:
            path.unlink(missing_ok=True)
    for path, data in kept.items():
        if str(path) in _open:
            forget(path)
            _empty(Path(f"{path}{LOG}"))
        if str(path) not in stay or not path.exists() or path.stat().st_mtime_ns != untouched_ns:
            path.write_bytes(data)
            os.utime(path, ns=(untouched_ns, untouched_ns))


def _salt(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SALT_BYTES)


def _empty(log: Path) -> None:
    if log.exists():
        os.truncate(log, 0)
