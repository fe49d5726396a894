"""What holds the end of the book of accounts from outside: a chain alone does not miss what is cut off behind.

Two witnesses. A file beside that of the log gets a line for each entry (edge.book_witness). And the daily report to the
centre names the last entry (edge.machine_report): in the log, in the centre's hands and out of reach of whoever has
this machine. A room that was brought back begins a new epoch, and is asked only for what it wrote since.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from edge import account_book, book_witness, log
from edge.book_witness import BookWitness, Line, lines
from edge.database import Connection

__all__ = ["FILE", "AccountWitness", "faults", "lines", "place", "told"]

FILE: Final = "accounts.witness"


class AccountWitness:
    """Writes to the file at `path` after each commit that added to the book."""

    def __init__(self, path: Path) -> None:
        self._file = BookWitness(path)

    def follow(self, tx: Connection) -> None:
        """Write down the last entry, on disk when this returns. Raises disk_full, disk_fault."""
        seq, digest = account_book.head(tx)
        if seq:
            self._file.note((log.head(tx).epoch, seq, digest.hex()))


def place(witness: Path) -> Path:
    """Where the file lies: beside the witness of the log."""
    return witness.with_name(FILE)


def told(tx: Connection) -> str:
    """What the report to the centre says of the book: "number:digest", "" while it is empty."""
    seq, digest = account_book.head(tx)
    return f"{seq}:{digest.hex()}" if seq else ""


def faults(tx: Connection, path: Path | None) -> Iterator[str]:
    """A sentence for each witness by whose word entries are missing or are others. `path`: None for no file."""
    held = {row["seq"]: bytes(row["digest"]).hex() for row in tx.execute("SELECT seq, digest FROM account_book")}
    epoch = log.head(tx).epoch
    witnesses = (("见证文件", lines(path) if path else []), ("报给省级中心的记录", list(_reported(tx, epoch))))
    yield from filter(None, (book_witness.fault(name, said, held, epoch) for name, said in witnesses))


def _reported(tx: Connection, epoch: int) -> Iterator[Line]:
    kind = "SELECT body FROM event WHERE side = 'node' AND epoch = ? AND kind = 'node.reported'"
    for row in tx.execute(kind, (epoch,)):
        seq, _, digest = json.loads(row["body"]).get("accounts", "").partition(":")
        if seq:
            yield epoch, int(seq), digest
