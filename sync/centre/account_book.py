"""The centre's book of accounts: who was let in or refused, and who changed whose account. See edge.account_chain."""

from pathlib import Path

from sqlalchemy import Connection, insert, select

from edge import account_chain, book_witness
from edge.account_chain import ROWS_MAX, WORDS, Row
from sync.centre import ticking
from sync.centre.clock import Clock
from sync.centre.store import note_added
from sync.centre.tables_accounts import account_book as _book

__all__ = ["ROWS_MAX", "WORDS", "Row", "add", "faults", "head", "newest"]


def add(tx: Connection, clock: Clock, what: str, account: str, actor: str, *, detail: str = "") -> None:
    """Write one entry into the caller's transaction; the count's row makes several programs take turns."""
    ticks = ticking.begin(tx, clock)
    seq, prev = head(tx)
    row = Row(seq + 1, clock.now(), ticks, what, account, actor, detail)
    digest = account_chain.digest(row, prev)
    tx.execute(insert(_book).values(row._asdict() | {"prev": prev, "digest": digest}))
    note_added(tx, (0, row.seq, digest.hex()))


def head(tx: Connection) -> tuple[int, bytes]:
    """Number and digest of the last entry."""
    last = tx.execute(select(_book.c.seq, _book.c.digest).order_by(_book.c.seq.desc()).limit(1)).one_or_none()
    return (last.seq, bytes(last.digest)) if last is not None else (0, account_chain.START)


def newest(tx: Connection, account: str = "", limit: int = ROWS_MAX) -> list[Row]:
    """The last entries, the newest first; of one account, or of all."""
    found = select(_book).order_by(_book.c.seq.desc()).limit(limit)
    rows = tx.execute(found.filter_by(account=account) if account else found).mappings()
    return [account_chain.of(row) for row in rows]


def faults(tx: Connection, witness: Path) -> list[str]:
    """A sentence for every entry that does not follow from the one before it, and for what the file that remembers the
    end of the book (edge.book_witness) has and the book has not.
    """
    rows = tx.execute(select(_book).order_by(_book.c.seq)).mappings().all()
    held = {int(row["seq"]): bytes(row["digest"]).hex() for row in rows}
    missing = book_witness.fault("见证文件", book_witness.lines(witness), held)
    return [*account_chain.faults(rows), *([missing] if missing else [])]
