"""The centre's book of accounts: who was let in or refused, and who changed whose account. See edge.account_chain."""

from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from edge import account_chain
from edge.account_chain import ROWS_MAX, WORDS, Row
from sync.centre import ticking
from sync.centre.clock import Clock
from sync.centre.tables_accounts import account_book as _book

__all__ = ["ROWS_MAX", "WORDS", "Row", "add", "faults", "head", "newest"]


def add(tx: Connection, clock: Clock, what: str, account: str, actor: str, *, detail: str = "") -> None:
    """Write one entry into the caller's transaction; the count's row makes several programs take turns."""
    ticks = ticking.begin(tx, clock)
    seq, prev = head(tx)
    row = Row(seq + 1, clock.now(), ticks, what, account, actor, detail)
    tx.execute(insert(_book).values(asdict(row) | {"prev": prev, "digest": account_chain.digest(row, prev)}))


def head(tx: Connection) -> tuple[int, bytes]:
    """Number and digest of the last entry."""
    last = tx.execute(select(_book.c.seq, _book.c.digest).order_by(_book.c.seq.desc()).limit(1)).one_or_none()
    return (last.seq, bytes(last.digest)) if last is not None else (0, account_chain.START)


def newest(tx: Connection, account: str = "", limit: int = ROWS_MAX) -> list[Row]:
    """The last entries, the newest first; of one account, or of all."""
    found = select(_book).order_by(_book.c.seq.desc()).limit(limit)
    rows = tx.execute(found.filter_by(account=account) if account else found).mappings()
    return [account_chain.of(row) for row in rows]


def faults(tx: Connection) -> list[str]:
    """A sentence for every entry that does not follow from the one before it."""
    return list(account_chain.faults(tx.execute(select(_book).order_by(_book.c.seq)).mappings()))
