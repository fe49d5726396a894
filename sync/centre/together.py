"""What is read for several rooms at once before their small batches are taken in one transaction, and which may be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from forms.events import Event
from sync.centre import intake, log, room_said, suites, tables, who
from sync.centre.centre import Centre
from sync.centre.foreseen import Foreseen, Place
from sync.centre.outbox import hooks_of
from sync.frames import Contents

BYTES_MAX: Final = 16 << 10  # what a room sends after some hours away; a longer batch is worth a transaction of its own
# what they change, or ask, can't wait for the end of the transaction
APART_KINDS: Final = frozenset({suites.ANNOUNCED, intake.OPENED, who.LISTED, room_said.RATED})
_node, _keys, _told, _application = tables.node, tables.room_keys, tables.published_to, tables.application
_NEWEST = select(
    select(func.coalesce(func.max(tables.suite_policy.c.version), 0)).scalar_subquery().label("policy"),
    select(func.coalesce(func.max(tables.publication.c.number), 0)).scalar_subquery().label("publication"),
    select(func.coalesce(func.max(tables.pack_spread.c.number), 0)).scalar_subquery().label("pack"),
)
_STANDINGS = select(
    _node.c.node_id.label("of"), *_keys.c, func.coalesce(_told.c.number, 0).label("told")
).select_from(
    _node.outerjoin(_keys, _keys.c.node_id == _node.c.node_id).outerjoin(_told, _told.c.node_id == _node.c.node_id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What a room was told, and what there is to tell. `keys`: its row of `room_keys`, None where it has none."""

    keys: Row[Any] | None
    told: int
    newest: Row[Any]

    def lacks_words(self, centre: Centre) -> bool:
        """Whether there are sets or a policy that the room was not told of."""
        keys, policy = (self.keys.keys_told, self.keys.policy_told) if self.keys else (1, 0)
        return self.newest.policy > policy or any(one.generation > keys for one in centre.identity.words())

    @property
    def lacks_services(self) -> bool:
        return bool(self.newest.publication > self.told)

    @property
    def may_lack_pack(self) -> bool:
        return bool(self.newest.pack)


def fits(body: bytes, contents: Contents) -> bool:
    """Whether a batch may be taken together with others: small, of events alone, none of which changes the room."""
    plain = contents.ack is not None and not (contents.chunks or contents.renditions or contents.others)
    return plain and len(body) <= BYTES_MAX and all(event.kind not in APART_KINDS for event in contents.events)


def standings(tx: Connection, node_ids: Collection[str]) -> dict[str, Standing]:
    """By room; read after the rooms were locked, so that nobody tells them the same meanwhile."""
    newest: Any = tx.execute(_NEWEST).one()
    rows: Sequence[Any] = tx.execute(_STANDINGS.where(_node.c.node_id.in_(sorted(node_ids)))).all()
    return {row.of: Standing(row if row.node_id else None, row.told, newest) for row in rows}


def foresee(tx: Connection, events: Sequence[tuple[str, Sequence[Event]]]) -> Foreseen:
    """What is known of the applications that these events (by room) name."""
    named = {
        (node_id, event.application) for node_id, some in events for event in some if event.application
    }  # fmt: skip
    own = {place for place in named if place[1].startswith(place[0])}
    filed = _filed(tx, own)
    found = Foreseen(filed, hooks=hooks_of(tx))
    if own:  # of one that is filed only now there may be events that a room gave back to a centre that had lost them
        found.heard = log.of_places(tx, own)
    if filed:
        found.counted = _counted(tx, filed)
    return found


def _filed(tx: Connection, named: Collection[Place]) -> set[Place]:
    if not named:
        return set()
    table = _application
    found = log.at_places(select(table.c.node_id, table.c.number), table.c.number, named)
    return {(row.node_id, row.number) for row in tx.execute(found)}


def _counted(tx: Connection, filed: Collection[Place]) -> dict[Place, str]:
    table = tables.fact
    found = log.at_places(select(table.c.node_id, table.c.number, table.c.counted), table.c.number, filed)
    return {(row.node_id, row.number): row.counted for row in tx.execute(found)}
