"""本机数据是否已全部上传，可否清除？

Answered from the centre's acks alone: what was sent or carried counts for nothing.
"""

from dataclasses import dataclass

from edge import identity, log
from edge.database import Connection
from sync.status import unsent_materials


@dataclass(frozen=True, slots=True)
class Clearing:
    """`safe`: everything that this machine has is at the centre; `sentence` says what is not."""

    safe: bool
    sentence: str


def clearing(tx: Connection) -> Clearing:
    """Whether this machine's data may be cleared."""
    events, materials = log.unsent(tx), unsent_materials(tx)
    drafts = int(tx.execute("SELECT count(*) FROM draft").fetchone()[0])
    kept = [f"{count} {what}" for count, what in ((events, "条记录"), (materials, "份材料")) if count]
    if kept and identity.centre(tx) is None:
        return Clearing(False, f"不能清除：本机没有接入省级中心，{'、'.join(kept)}只在本机。")
    if kept:
        return Clearing(False, f"不能清除：还有{'、'.join(kept)}，省级中心没有确认接收。")
    if drafts:
        return Clearing(False, f"不能清除：还有 {drafts} 份没有提交的草稿，只在本机。{_received(tx)}")
    return Clearing(True, f"可以清除。{_received(tx)}" if log.head(tx).seq else "可以清除：本机没有收过件。")


def _received(tx: Connection) -> str:
    return f"本机的记录和材料，省级中心已全部接收（最近一次确认 {log.last_ack_at(tx)}）。" if log.head(tx).seq else ""
