"""本机数据是否已全部上传，可否清除？

Answered from the centre's acks alone: what was sent or carried counts for nothing. What never was in the log counts
too: drafts, what a locked room took in and nobody has registered, visits that are away and open on this machine alone.
"""

from dataclasses import dataclass
from pathlib import Path

from edge import identity, inbox, log
from edge.database import Connection
from edge.inbox import sets
from sync.status import unsent_materials


@dataclass(frozen=True, slots=True)
class Clearing:
    """`safe`: everything that this machine has is at the centre; `sentence` says what is not."""

    safe: bool
    sentence: str


def clearing(tx: Connection, home: Path) -> Clearing:
    """Whether this machine's data may be cleared; `home` is its folder."""
    events, materials = log.unsent(tx), unsent_materials(tx)
    kept = [f"{count} {what}" for count, what in ((events, "条记录"), (materials, "份材料")) if count]
    if kept and identity.centre(tx) is None:
        return Clearing(False, f"不能清除：本机没有接入省级中心，{'、'.join(kept)}只在本机。")
    if kept:
        return Clearing(False, f"不能清除：还有{'、'.join(kept)}，省级中心没有确认接收。")
    if here := _only_here(tx, home):
        return Clearing(False, f"不能清除：还有{here}，只在本机。{_received(tx)}")
    return Clearing(True, f"可以清除。{_received(tx)}" if log.head(tx).seq else "可以清除：本机没有收过件。")


def _only_here(tx: Connection, home: Path) -> str:
    """What no ack can ever name."""
    drafts = int(tx.execute("SELECT count(*) FROM draft").fetchone()[0])
    folder = sets.folder_of(home)
    sealed = sum(1 for _ in inbox.waiting(folder)) + len(inbox.aside(folder))
    today = tx.clock.now()[:10]
    away = sum(visit.until >= today for visit in sets.visits(tx))
    counted = (
        (drafts, " {} 份没有提交的草稿"),
        (sealed, " {} 份锁定时收下、还没有登记的件"),
        (away, " {} 次没有到期的上门办理（带回的件只有本机能打开）"),
    )
    return "、".join(words.format(count) for count, words in counted if count)


def _received(tx: Connection) -> str:
    return f"本机的记录和材料，省级中心已全部接收（最近一次确认 {log.last_ack_at(tx)}）。" if log.head(tx).seq else ""
