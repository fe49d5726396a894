"""The book of accounts: who was let in or refused, and who changed whose account. Rows are chained and only added.

It stays in the room: names of people who mistyped a password are nobody else's business. What somebody does with an
application stands in the log.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any, Final

from edge.account_tables import KEPT_MS
from edge.database import Connection
from forms.events import canonical

WORDS: Final = {
    "opened": "开户", "posts": "改岗位", "password": "改密码", "reset": "重设密码", "closed": "停用",
    "reopened": "恢复", "factor": "登记动态口令", "codes": "发一次性口令", "no_factor": "取消动态口令",
    "entered": "登录", "refused": "登录被拒", "locked": "锁定", "cut": "清理半年以前的记录",
}  # fmt: skip
ROWS_MAX: Final = 500
_START: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry; `account` is whom it is about, `actor` who did it (officer:…, command:…, or system)."""

    seq: int
    at: str
    ticks: int
    what: str
    account: str
    actor: str
    detail: str


def add(tx: Connection, what: str, account: str, actor: str, detail: str = "") -> None:
    """Write one entry into the caller's transaction."""
    last = tx.execute("SELECT seq, digest FROM account_book ORDER BY seq DESC LIMIT 1").fetchone()
    seq, prev = (last["seq"] + 1, bytes(last["digest"])) if last else (1, _START)
    row = Row(seq, tx.clock.now(), tx.clock.ticks(), what, account, actor, detail)
    tx.execute("INSERT INTO account_book VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*astuple(row), prev, _digest(row, prev)))


def newest(tx: Connection, account: str = "", limit: int = ROWS_MAX) -> list[Row]:
    """The last entries, the newest first; of one account, or of all."""
    rows = tx.execute("SELECT * FROM account_book WHERE ? IN ('', account) ORDER BY seq DESC LIMIT ?", (account, limit))
    return [_row(row) for row in rows]


def faults(tx: Connection) -> Iterator[str]:
    """A sentence for every entry that does not follow from the one before it, and for a beginning that nobody cut."""
    said = tx.execute("SELECT detail FROM account_book WHERE what = 'cut' ORDER BY seq DESC LIMIT 1").fetchone()
    following, prev = (int(said["detail"]) + 1, None) if said else (1, _START)
    for row in tx.execute("SELECT * FROM account_book ORDER BY seq"):
        joined = row["seq"] == following and prev in (None, row["prev"])
        if not joined or row["digest"] != _digest(_row(row), bytes(row["prev"])):
            yield f"账号记录第 {row['seq']} 条与前面接不上"
        following, prev = row["seq"] + 1, row["digest"]


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


def _digest(row: Row, prev: bytes) -> bytes:
    return hashlib.sha256(prev + canonical(list(astuple(row)))).digest()


def _row(row: Any) -> Row:
    return Row(*(row[name] for name in Row.__slots__))
