"""The entries of a book of accounts and the chain that joins them; node and centre keep them in their own tables."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from forms.events import canonical

WORDS: Final = {
    "opened": "开户", "posts": "改岗位", "password": "改密码", "reset": "重设密码", "closed": "停用",
    "reopened": "恢复", "factor": "登记动态口令", "codes": "发一次性口令", "no_factor": "取消动态口令",
    "entered": "登录", "refused": "登录被拒", "locked": "锁定", "cut": "清理半年以前的记录",
    "duties": "改职责", "ended": "退出其他登录", "key": "发程序令牌",
}  # fmt: skip  # a table
ROWS_MAX: Final = 500
START: Final = bytes(32)


class Row(NamedTuple):
    """One entry; `account` is whom it is about, `actor` who did it (officer:…, centre:…, command:…, or system)."""

    seq: int
    at: str
    ticks: int
    what: str
    account: str
    actor: str
    detail: str


def digest(row: Row, prev: bytes) -> bytes:
    """What an entry is known by: everything in it, and everything before it."""
    return hashlib.sha256(prev + canonical(list(row))).digest()


def of(row: Any) -> Row:
    """The entry in a row of a table, whose columns are read by name."""
    return Row(*(row[name] for name in Row._fields))


def faults(rows: Iterable[Any], first: int = 1) -> Iterator[str]:
    """A sentence for every entry that does not follow from the one before it. `first`: what the book begins with."""
    following, prev = first, START if first == 1 else None
    for row in rows:
        joined = row["seq"] == following and prev in (None, bytes(row["prev"]))
        if not joined or bytes(row["digest"]) != digest(of(row), bytes(row["prev"])):
            yield f"账号记录第 {row['seq']} 条与前面接不上"
        following, prev = row["seq"] + 1, bytes(row["digest"])


def said_by(actor: str, names: Mapping[str, str]) -> str:
    """Who did it, in words; "" where somebody was refused. `names`: of the accounts."""
    kind, _, rest = actor.partition(":")
    if kind in {"officer", "centre"}:
        return names.get(rest, rest)
    of_user = f"（系统用户 {rest}）" if rest else ""
    return {"command": f"命令行{of_user}", "system": "程序"}.get(kind, "")
