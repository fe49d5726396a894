"""How the carrying stands, in the words that the console shows. What is received is said by the centre's acks alone."""

import logging
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from edge import log, outgoing
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.outgoing import materials_of
from forms.events import Event, Head
from sync import quarantine

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)

WARN_EVERY: Final = 60
_NO_LINK: Final = frozenset({"centre_unreachable"})
_OFF: Final = frozenset({"centre_not_set"})


@dataclass(frozen=True, slots=True)
class LinkState:
    """The stored row. `state`: ok, no_link, problem or off; `since` when it began; `failures` in a row."""

    state: str
    code: str
    sentence: str
    hint: str
    since: str
    last_ok_at: str
    last_try_at: str
    failures: int


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the console shows: the sentence, what waits, and the centre's last word."""

    state: str
    sentence: str
    hint: str
    since: str
    last_ok_at: str
    last_ack_at: str
    unsent_events: int
    unsent_materials: int
    quarantine: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def status(node: "Node") -> SyncStatus:
    """What every screen says about the link and about what waits, read in a transaction of its own."""
    with node.database.read() as tx:
        return status_of(tx)


def status_of(tx: Connection) -> SyncStatus:
    """The same within a transaction that is open."""
    link = read(tx)
    events, materials = log.unsent(tx), unsent_materials(tx)
    return SyncStatus(
        state=link.state,
        sentence=_all_well(events, materials) if link.state == "ok" else link.sentence,
        hint=link.hint,
        since=link.since,
        last_ok_at=link.last_ok_at,
        last_ack_at=log.last_ack_at(tx),
        unsent_events=events,
        unsent_materials=materials,
        quarantine=quarantine.count(tx),
    )


def _all_well(events: int, materials: int) -> str:
    if events:
        return f"正在上传，还有 {events} 条记录等待省级中心接收"
    if materials:
        return f"办件记录省级中心已全部接收，还有 {materials} 份材料正在上传"
    return "全部内容省级中心已接收"


def unsent_materials(tx: Connection) -> int:
    """How many materials the centre lacks: by its acks, and those that newer events bring."""
    fresh = {sha256 for event in _unnoted(tx) for sha256 in materials_of(event)}
    return outgoing.unsent(tx) + len(fresh - outgoing.known(tx, fresh))


def _unnoted(tx: Connection) -> list[Event]:
    epoch, seq = outgoing.noted(tx)
    after: Head | None = Head(epoch, seq, b"") if epoch else None
    found: list[Event] = []
    while some := log.up(tx, after):
        found += [event for event in some if event.kind in outgoing.BRINGS_MATERIALS]
        after = Head.of(some[-1])
    return found


def read(tx: Connection) -> LinkState:
    """The stored row; before the first try, that there was none."""
    row = tx.execute(f"SELECT {_COLUMNS} FROM link_state").fetchone()  # noqa: S608  names of columns
    if row is None:
        return LinkState("no_link", "", "还没有与省级中心联系过", "联网后会自动上传，收件不受影响。", "", "", "", 0)
    return LinkState(*row)


def succeeded(tx: Connection, now: str) -> None:
    """Notes a round trip that went well at `now`; the first one after failures is logged."""
    before = read(tx)
    if before.failures:
        logger.info("the link has recovered after %s failures", before.failures)
    since = before.since if before.state == "ok" else now
    _store(tx, LinkState("ok", "", "", "", since, now, now, 0))


def failed(tx: Connection, error: YizhanError, now: str) -> None:
    """Store what is wrong. The first failure goes to the program's log, then every sixtieth."""
    before = read(tx)
    failures = before.failures + 1
    state = _state_of(error)
    if failures == 1 or error.code != before.code or failures % WARN_EVERY == 0:
        logger.warning("carrying failed (%s), %s times in a row", error.code, failures)
    same = (before.state, before.code) == (state, error.code)
    since = before.since if same else now
    _store(tx, LinkState(state, error.code, error.sentence, error.hint, since, before.last_ok_at, now, failures))


def stands_alone(tx: Connection, now: str) -> None:
    """No centre is known to this node: that is no failure."""
    before, alone = read(tx), problem("centre_not_set")
    since = before.since if before.state == "off" else now
    _store(tx, LinkState("off", alone.code, alone.sentence, alone.hint, since, before.last_ok_at, now, 0))


def _state_of(error: YizhanError) -> str:
    if error.code in _OFF:
        return "off"
    return "no_link" if error.code in _NO_LINK else "problem"


def _store(tx: Connection, state: LinkState) -> None:
    values = [getattr(state, field.name) for field in fields(LinkState)]
    tx.execute(
        f"INSERT OR REPLACE INTO link_state (id, {_COLUMNS}) VALUES (1{', ?' * len(values)})",  # noqa: S608  as above
        values,
    )


_COLUMNS: Final = ", ".join(field.name for field in fields(LinkState))
