"""The book of accounts: who was let in or refused, and who changed whose account. Rows are chained and only added.

It stays in the room: names of people who mistyped a password are nobody else's business. What somebody does with an
application stands in the log.
"""

from collections.abc import Iterator

from edge import account_chain
from edge.account_chain import ROWS_MAX, WORDS, Row
from edge.database import Connection
from edge.tables.account import KEPT_MS

__all__ = ["ROWS_MAX", "WORDS", "Row", "add", "cut", "faults", "head", "newest"]


def add(tx: Connection, what: str, account: str, actor: str, detail: str = "") -> None:
    """Write one entry into the caller's transaction."""
    seq, prev = head(tx)
    row = Row(seq + 1, tx.clock.now(), tx.clock.ticks(), what, account, actor, detail)
    values = (*row, prev, account_chain.digest(row, prev))
    tx.execute("INSERT INTO account_book VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def head(tx: Connection) -> tuple[int, bytes]:
    """Number and digest of the last entry."""
    last = tx.execute("SELECT seq, digest FROM account_book ORDER BY seq DESC LIMIT 1").fetchone()
    return (last["seq"], bytes(last["digest"])) if last else (0, account_chain.START)


def newest(tx: Connection, account: str = "", limit: int = ROWS_MAX) -> list[Row]:
    """The last entries, the newest first; of one account, or of all."""
    rows = tx.execute("SELECT * FROM account_book WHERE ? IN ('', account) ORDER BY seq DESC LIMIT ?", (account, limit))
    return [account_chain.of(row) for row in rows]


def faults(tx: Connection) -> Iterator[str]:
    """A sentence for every entry that does not follow from the one before it, and for a beginning that nobody cut."""
    said = tx.execute("SELECT detail FROM account_book WHERE what = 'cut' ORDER BY seq DESC LIMIT 1").fetchone()
    first = int(said["detail"]) + 1 if said else 1
    yield from account_chain.faults(tx.execute("SELECT * FROM account_book ORDER BY seq"), first)


def cut(tx: Connection, actor: str) -> int:
    """Delete what is older than half a year of running time, and note up to which; how many entries went."""
    gone = tx.execute(
        "DELETE FROM account_book WHERE ticks <= (SELECT max(ticks) FROM account_book) - ?", (KEPT_MS,)
    ).rowcount
    if gone:
        add(tx, "cut", "", actor, str(_first(tx) - 1))
    return int(gone)


def _first(tx: Connection) -> int:
    return int(tx.execute("SELECT min(seq) FROM account_book").fetchone()[0])
