"""Is everything as it was written? Both chains link by link, the files by their digests, the pages by their HMAC."""

import hashlib
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from edge import account_book, account_witness, heads, log
from edge.database import Connection, Database
from forms import events
from forms.events import ChainError, Head, Side
from forms.kinds_apart import EXPIRED, PURGED
from forms.kinds_apart import KIND as SET_APART
from forms.kinds_safety import RECORDS_EXPIRED, RECORDS_PURGED


@dataclass(frozen=True, slots=True)
class Report:
    """`faults` are sentences, empty when all is well; heads are "epoch:seq:digest"."""

    node: str
    head: str
    events: int
    centre_head: str
    centre_events: int
    acked: str
    materials: int
    faults: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "whole": self.whole}


def verify(database: Database, accounts: Path | None = None) -> Report:
    """Read everything and say what does not fit; changes nothing. `accounts`: the witness of the book of accounts."""
    faults: list[str] = []
    if database.is_damaged():
        faults.append("数据库文件有损坏的页")
    with database.read() as tx:
        own, own_events = _chain(tx, "node", faults)
        centre, centre_events = _chain(tx, "centre", faults)
        materials = _materials(tx, faults)
        faults += [f"办件 {number} 的内容被清除，却没有清除记录" for number in _unaccounted(tx)]
        faults += [f"记录 {place} 的内容被清除，却没有清除记录" for place in _unaccounted_of_room(tx)]
        faults += [f"办件 {number} 的登记行与日志不一致，请运行 yizhan rebuild" for number in heads.differing(tx)]
        faults += account_book.faults(tx)
        faults += account_witness.faults(tx, accounts)
        return Report(
            node=log.node_id(tx),
            head=str(own),
            events=own_events,
            centre_head=str(centre),
            centre_events=centre_events,
            acked=str(log.acked(tx)),
            materials=materials,
            faults=faults,
        )


def _chain(tx: Connection, side: Side, faults: list[str]) -> tuple[Head, int]:
    last, count = Head.start(side, log.node_id(tx)), 0
    try:
        for event in log.chain_of(tx, side):
            events.verify_chain([event], last, partial(log.holds, tx, side))
            last, count = Head.of(event), count + 1
    except ChainError as error:
        faults.append(f"{_SIDES[side]}日志第 {error.epoch}:{error.seq} 号不对：{error.reason}")
    return last, count


_SIDES: dict[Side, str] = {"node": "本机", "centre": "省级中心"}


def _materials(tx: Connection, faults: list[str]) -> int:
    count = 0
    for row in tx.execute("SELECT sha256, data FROM material"):
        count += 1
        if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
            faults.append(f"材料 {row['sha256']} 的内容与摘要不符")
    return count


def _unaccounted(tx: Connection) -> list[str]:
    """Applications whose content is gone and of whose erasing the log says nothing: somebody else did that."""
    gone = f"NOT ({log.LEGIBLE}) AND body <> x''"  # an empty body, which no one of us writes, was never more
    rows = tx.execute(
        f"SELECT DISTINCT application, kind = '{SET_APART}' FROM event WHERE {gone} AND application <> ''"  # noqa: S608  ours
    ).fetchall()
    if not rows:
        return []
    whole = {number for record in _records(tx) for number in record["applications"]}
    fields = whole | _named(tx, "node", f'["{EXPIRED}"]') | _named(tx, "centre", f'["{PURGED}"]')
    return sorted({number for number, apart in rows if number not in (fields if apart else whole)})


def _unaccounted_of_room(tx: Connection) -> list[str]:
    """The same of events of the room as a whole: their places stand in the record of the application they told of."""
    gone = f"NOT ({log.LEGIBLE}) AND body <> x''"
    rows = tx.execute(
        f"SELECT side || ':' || epoch || ':' || seq FROM event WHERE {gone} AND application = ''"  # noqa: S608  ours
    ).fetchall()
    told = {place for record in (_records_of_room(tx) if rows else ()) for place in record.get("told", ())}
    return sorted({str(row[0]) for row in rows} - told)


def _records(tx: Connection) -> list[dict[str, Any]]:
    """What was erased here, and at the centre, whose log a replaced machine takes over."""
    events = [*log.of_room(tx, "node", '["record.erased"]'), *log.of_room(tx, "centre", '["record.purged"]')]
    return [event.data for event in events]


def _records_of_room(tx: Connection) -> list[dict[str, Any]]:
    """The same with what went by a term of its own (forms.room_terms)."""
    kinds = {"node": f'["{RECORDS_EXPIRED}"]', "centre": f'["{RECORDS_PURGED}"]'}
    expired = [event.data for side in _SIDES for event in log.of_room(tx, side, kinds[side])]
    return [*_records(tx), *expired]


def _named(tx: Connection, side: Side, kinds: str) -> set[str]:
    """The applications that records of these kinds name."""
    return {number for event in log.of_room(tx, side, kinds) for number in event.data["applications"]}
