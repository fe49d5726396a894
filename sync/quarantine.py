"""What one side could not act on: shown to the officer, set aside by a person, never in the way of anything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from edge import log, outgoing
from forms import kinds
from forms.events import is_erased

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.errors import YizhanError
    from edge.node import Node
    from forms.events import Event, Side
    from sync.frames import Refusal

MATERIAL_GONE: Final = "material_gone"
MATERIAL_REFUSED: Final = "material_refused"
FORK: Final = "fork"
UNKNOWN_EVENT: Final = "unknown_event"
LIFTED: Final = "refusal.lifted"


class Item(NamedTuple):
    """`side` and place of the event (0, 0 for a material); `item`: number of the application, or a SHA-256."""

    side: Side
    epoch: int
    seq: int
    code: str
    item: str
    reason: str
    at: str


def items(node: Node) -> list[Item]:
    """What the console shows."""
    with node.database.read() as tx:
        return open_items(tx)


def open_items(tx: Connection) -> list[Item]:
    """What nobody has set aside yet, oldest first."""
    rows = tx.execute(
        "SELECT side, epoch, seq, code, item, reason, at FROM quarantine WHERE settled_at = '' ORDER BY at, epoch, seq"
    )
    return [Item(*row) for row in rows]


def count(tx: Connection) -> int:
    """How many items nobody has settled yet."""
    return int(tx.execute("SELECT count(*) FROM quarantine WHERE settled_at = ''").fetchone()[0])


def find(tx: Connection, *key: str | int) -> Item | None:
    """An item that nobody has settled yet; `key`: side, epoch, seq, code, item."""
    found = (one for one in open_items(tx) if (one.side, one.epoch, one.seq, one.code, one.item) == key)
    return next(found, None)


def settle(tx: Connection, item: Item, at: str, *, by: str = "", reason: str = "") -> bool:
    """Set an item aside, with who and why; False if it was gone or set aside before."""
    found = tx.execute(
        "UPDATE quarantine SET settled_at = ?, settled_by = ?, settled_reason = ? WHERE settled_at = ''"
        " AND (side, epoch, seq, code, item) = (?, ?, ?, ?, ?)",
        (at, by, reason, item.side, item.epoch, item.seq, item.code, item.item),
    )
    return int(found.rowcount) == 1


def retry(tx: Connection, item: Item) -> str:
    """Try once more what stands aside, and take it out of the list where that helps. What came of it, in a sentence."""
    if item.code in (MATERIAL_GONE, MATERIAL_REFUSED):
        outgoing.try_again(tx, item.item)
        _take_out(tx, item)
        return "下一次上传时再试这份材料；不成功会重新列在这里。"
    if item.side == "centre":
        event = log.find(tx, "centre", item.epoch, item.seq)
        if event is not None and item.code == UNKNOWN_EVENT and _fault(event) is not None:
            return "本机仍不认识这条记录，请先升级本机程序。"
        _take_out(tx, item)
        return "已重新处理这条记录。"
    return "这条记录已经在省级中心，只有省级中心能重新处理；请联系省级中心，采用以后这里会自动撤下。"


def _take_out(tx: Connection, item: Item) -> None:
    tx.execute(
        "DELETE FROM quarantine WHERE settled_at = '' AND (side, epoch, seq, code, item) = (?, ?, ?, ?, ?)",
        (item.side, item.epoch, item.seq, item.code, item.item),
    )


class Desk:
    """What the console may do with what stands aside; handed in by the wiring."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def find(self, side: str, epoch: int, seq: int, code: str, item: str) -> tuple[Item, Event | None] | None:
        """The item and the event that it is about, if there is one."""
        with self._node.database.read() as tx:
            found = find(tx, side, epoch, seq, code, item)
            if found is None:
                return None
            return found, log.find(tx, found.side, epoch, seq) if seq else None

    def retry(self, item: Item) -> str:
        with self._node.database.write() as tx:
            return retry(tx, item)

    def settle(self, item: Item, by: str, reason: str) -> bool:
        with self._node.database.write() as tx:
            return settle(tx, item, tx.clock.now(), by=by, reason=reason)


def refused(tx: Connection, refusals: Iterable[Refusal], at: str) -> None:
    """Our own events that the centre can't act on. The same refusal again changes nothing.

    A doubt about who we are is no fault of an event: the state of the link says it, and it ends when it is settled.
    """
    for refusal in refusals:
        if refusal.code == FORK:
            continue
        _put(tx, Item("node", refusal.epoch, refusal.seq, refusal.code, "", refusal.reason, at))


def lifted(tx: Connection, events: Iterable[Event], at: str) -> None:
    """The centre has taken in after all what it had refused."""
    for event in events:
        if event.kind == LIFTED and _fault(event) is None:
            tx.execute(
                "UPDATE quarantine SET settled_at = ?, settled_by = ?, settled_reason = ?"
                " WHERE settled_at = '' AND side = 'node' AND (epoch, seq) = (?, ?)",
                (at, event.actor, "省级中心已重新处理并采用", event.data["epoch"], event.data["seq"]),
            )


def not_understood(tx: Connection, events: Iterable[Event], at: str) -> None:
    """Events of the centre that this program doesn't know; they stay in the log and wait for a newer version."""
    for event in events:
        if (fault := _fault(event)) is not None:
            reason = f"本机还不认识省级中心发来的这条记录（{fault}），请升级本机程序。"
            _put(tx, Item("centre", event.epoch, event.seq, UNKNOWN_EVENT, event.application, reason, at))


def not_published(tx: Connection, refused_events: Iterable[tuple[Event, YizhanError]], at: str) -> None:
    """Services of the centre that this node does not take, each with its reason."""
    for event, why in refused_events:
        _put(tx, Item("centre", event.epoch, event.seq, why.code, "", f"{why.sentence}。{why.hint}", at))


def not_believed(tx: Connection, refused_events: Iterable[tuple[Event, YizhanError]], at: str) -> None:
    """Keys and policies in the centre's log that nobody it is known by has signed."""
    not_published(tx, refused_events, at)


def gone(tx: Connection, materials: Iterable[str], at: str) -> None:
    """Materials that this node doesn't have, and of which it has not heard that the centre has them."""
    for sha256 in materials:
        _put(tx, Item("node", 0, 0, MATERIAL_GONE, sha256, "省级中心缺这份材料，本机也没有，请重新拍照补传。", at))
    tx.execute(  # by its latest word the centre has them: a log that came back names files that did not come with it
        "DELETE FROM quarantine WHERE code = ? AND settled_at = ''"
        " AND item IN (SELECT sha256 FROM outgoing WHERE state = 'done')",
        (MATERIAL_GONE,),
    )


def material_refused(tx: Connection, sha256: str, at: str) -> None:
    """Pieces of a material that the centre does not keep."""
    reason = "省级中心没有收下这份材料的内容（大小或种类与记录不符）。"
    _put(tx, Item("node", 0, 0, MATERIAL_REFUSED, sha256, reason, at))


def _fault(event: Event) -> str | None:
    if is_erased(event.body):  # its term was over before it came here
        return None
    try:
        if event.kind in kinds.KINDS and kinds.KINDS[event.kind].side != "centre":
            return event.kind
        kinds.check_body(event.kind, event.data)
    except ValueError as error:
        return str(error)
    return None


def _put(tx: Connection, item: Item) -> None:
    tx.execute(
        "INSERT INTO quarantine (side, epoch, seq, code, item, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (item.side, item.epoch, item.seq, item.code, item.item, item.reason, item.at),
    )
