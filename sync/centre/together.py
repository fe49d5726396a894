"""What is read for several rooms at once before their small batches are taken in one transaction, and which may be."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, select

from forms.events import Head
from sync.centre import foreseen, intake, log, room_said, suites, tables, who
from sync.centre.centre import Centre
from sync.centre.foreseen import Foreseen, Place
from sync.centre.opening import Brought
from sync.centre.outbox import hooks_of
from sync.centre.rooms import Room
from sync.centre.statements import at_places, places_named
from sync.centre.store import gathering
from sync.frames import Contents

BYTES_MAX: Final = 16 << 10  # beyond it a batch is large, and what it asks and writes is not gathered
SHORT_EVENTS_MAX: Final = 16  # what a room sends after some hours away; more take longer than a transaction by itself
# what they change, or ask, can't wait for the end of the transaction
APART_KINDS: Final = frozenset({suites.ANNOUNCED, intake.OPENED, room_said.RATED}) | who.NOTED
_node, _keys, _told, _application = tables.node, tables.room_keys, tables.published_to, tables.application
_NEWEST = {
    "policy": tables.suite_policy.c.version,
    "publication": tables.publication.c.number,
    "pack": tables.pack_spread.c.number,
}
_STANDINGS = (
    select(
        _node.c.node_id.label("of"),
        *_keys.c,
        func.coalesce(_told.c.number, 0).label("told"),
        *(select(func.coalesce(func.max(of), 0)).scalar_subquery().label(name) for name, of in _NEWEST.items()),
    )
    .select_from(
        _node.outerjoin(_keys, _keys.c.node_id == _node.c.node_id).outerjoin(_told, _told.c.node_id == _node.c.node_id)
    )
    .where(_node.c.node_id.in_(bindparam("rooms", expanding=True)))
)
_number, _fact = _application.c.number, tables.fact
_FILED = at_places(
    select(_application.c.node_id, _number, _fact.c.counted).select_from(
        _application.outerjoin(_fact, and_(_fact.c.node_id == _application.c.node_id, _fact.c.number == _number))
    ),
    _number,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a room was told, and what there is to tell: `row` has all columns of `room_keys` (None where the room has
    none), `told` of published services, and the newest `policy`, `publication` and `pack`.
    """

    row: Row[Any]

    @property
    def keys(self) -> Row[Any] | None:
        """The room's row of `room_keys`, None where it has none."""
        return self.row if self.row.node_id else None

    def lacks_words(self, centre: Centre) -> bool:
        """Whether there are sets or a policy that the room was not told of."""
        keys, policy = (self.keys.keys_told, self.keys.policy_told) if self.keys else (1, 0)
        return self.row.policy > policy or any(one.generation > keys for one in centre.identity.words())

    @property
    def lacks_services(self) -> bool:
        return bool(self.row.publication > self.row.told)

    @property
    def may_lack_pack(self) -> bool:
        return bool(self.row.pack)


def fits(body: bytes, contents: Contents) -> bool:
    """Whether what a batch asks and writes may be gathered: small, of events alone, none of which changes the room."""
    plain = contents.ack is not None and not (contents.chunks or contents.renditions or contents.others)
    return plain and len(body) <= BYTES_MAX and all(event.kind not in APART_KINDS for event in contents.events)


def is_short(contents: Contents) -> bool:
    """Whether a transaction for this batch alone would cost more than the batch itself."""
    return len(contents.events) <= SHORT_EVENTS_MAX


def is_next(one: Brought, room: Room | None) -> bool:
    """Whether a batch is simply the next events of a log that nobody doubts, or none, and its room holds all that we
    wrote for it or nothing. `room` as it is now, None where there is none.
    """
    ack, events = one.contents.ack, one.contents.events
    if room is None or not room.bound_at or room.fork_at or room.sign_key != one.used.sign_key or ack is None:
        return False
    if ack.head not in {room.down_head, Head.start("centre", room.node_id)}:
        return False
    if not events:  # from an earlier place it asks what was refused meanwhile
        return one.opened.header.after >= room.up_head.position
    return Head(events[0].epoch, events[0].seq - 1, one.opened.header.prev) == room.up_head


def standings(tx: Connection, node_ids: Collection[str]) -> dict[str, Standing]:
    """By room; read after the rooms were locked, so that nobody tells them the same meanwhile."""
    rows: Iterable[Row[Any]] = tx.execute(_STANDINGS, {"rooms": sorted(node_ids)})
    return {row.of: Standing(row) for row in rows}


@contextmanager
def gathered(tx: Connection, brought: Sequence[Brought]) -> Iterator[None]:
    """Within the block what is asked about these batches' applications was read, and what is written waits for its
    end.
    """
    own = {place for one in brought for place in _named(one)}
    found = foresee(tx, own)
    with foreseen.seeing(tx, found), gathering(tx, own - found.filed):
        yield


def _named(one: Brought) -> Iterator[Place]:
    """The room's own applications that the events of a batch name."""
    for event in one.contents.events:
        if event.application and event.application.startswith(one.node_id):
            yield one.node_id, event.application


def foresee(tx: Connection, own: Collection[Place]) -> Foreseen:
    """What is known of these applications, each of its own room."""
    found = Foreseen(hooks=hooks_of(tx))
    if own:  # of one that is filed only now there may be events that a room gave back to a centre that had lost them
        found.heard = log.of_places(tx, own)
        filed = {(row.node_id, row.number): row.counted for row in tx.execute(_FILED, places_named(own))}
        found.filed = {*filed}
        found.counted = {place: counted for place, counted in filed.items() if counted is not None}
    return found
