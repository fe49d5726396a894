"""What holds the end of the book of accounts from outside: a chain alone does not miss what is cut off behind.

Two witnesses. A file beside that of the log gets a line for each entry, as soon as it is committed: epoch, number,
digest and a checksum. And the daily report to the centre names the last entry (edge.machine_report): in the log, in the
centre's hands and out of reach of whoever has this machine. A room that was brought back begins a new epoch, and is
asked only for what it wrote since.
"""

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from edge import account_book, log
from edge.database import Connection
from edge.durable import write_whole
from edge.errors import problem
from edge.witness import FULL

FILE: Final = "accounts.witness"
KEPT_BYTES_MAX: Final = 4_194_304  # some 40,000 entries; then the older half goes
LINE_MAX: Final = 200
Line = tuple[int, int, str]  # epoch, number, digest


class AccountWitness:
    """Writes to the file at `path` after each commit that added to the book."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = max(lines(path), default=(0, 0, ""))

    def follow(self, tx: Connection) -> None:
        """Write down the last entry, on disk when this returns. Raises disk_full, disk_fault."""
        seq, digest = account_book.head(tx)
        if (seq, digest.hex()) == self._last[1:] or not seq:
            return
        line = (log.head(tx).epoch, seq, digest.hex())
        if line[:2] < self._last[:2]:
            return  # the end is gone: what the file remembers is what tells
        try:
            _append(self._path, _text(line))
        except OSError as error:
            raise problem("disk_full" if error.errno in FULL else "disk_fault") from error
        self._last = line


def place(witness: Path) -> Path:
    """Where the file lies: beside the witness of the log."""
    return witness.with_name(FILE)


def _append(path: Path, text: str) -> None:
    if path.exists() and path.stat().st_size > KEPT_BYTES_MAX:
        kept = [_text(line) for line in lines(path)]
        write_whole(path, "".join(kept[len(kept) // 2 :]).encode())
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, b"\n" + text.encode())  # after a torn line too
        os.fdatasync(handle)
    finally:
        os.close(handle)


def lines(path: Path) -> list[Line]:
    """What the file remembers; a torn or rotten line is none."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return []
    return [found for line in text.split("\n") if (found := _line(line)) is not None]


def _text(line: Line) -> str:
    said = f"{line[0]} {line[1]} {line[2]}"
    return f"{said} {zlib.crc32(said.encode()):08x}"


def _line(text: str) -> Line | None:
    if len(text) > LINE_MAX:
        return None
    try:
        epoch, seq, digest, _ = text.split(" ")
        found = int(epoch), int(seq), digest
    except ValueError:
        return None
    return found if _text(found) == text else None


def told(tx: Connection) -> str:
    """What the report to the centre says of the book: "number:digest", "" while it is empty."""
    seq, digest = account_book.head(tx)
    return f"{seq}:{digest.hex()}" if seq else ""


def faults(tx: Connection, path: Path | None) -> Iterator[str]:
    """A sentence for each witness by whose word entries are missing or are others. `path`: None for no file."""
    held = {row["seq"]: bytes(row["digest"]).hex() for row in tx.execute("SELECT seq, digest FROM account_book")}
    first, epoch = min(held, default=1), log.head(tx).epoch
    witnesses = (("见证文件", lines(path) if path else []), ("报给省级中心的记录", list(_reported(tx, epoch))))
    for name, said in witnesses:
        missing = [seq for of, seq, digest in said if of == epoch and seq >= first and held.get(seq) != digest]
        if missing:
            yield f"账号记录和{name}对不上：第 {min(missing)} 条起被删去或者换过，记到过第 {max(missing)} 条"


def _reported(tx: Connection, epoch: int) -> Iterator[Line]:
    kind = "SELECT body FROM event WHERE side = 'node' AND epoch = ? AND kind = 'node.reported'"
    for row in tx.execute(kind, (epoch,)):
        seq, _, digest = json.loads(row["body"]).get("accounts", "").partition(":")
        if seq:
            yield epoch, int(seq), digest
