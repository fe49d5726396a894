"""The envelope of a batch, proven to come from its room and opened. Nothing is changed by it.

What rooms that come at the same time are opened by is read for all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from edge.errors import problem
from sync import envelope
from sync.centre import suites
from sync.centre.centre import Centre
from sync.centre.rooms import Room
from sync.centre.suites import Channel, Door
from sync.coding import library
from sync.envelope import EnvelopeError, Opened, Purpose
from sync.frames import Contents


@dataclass(frozen=True, slots=True)
class Brought:
    """A batch that is proven to come from its room; `room` as it was when the envelope was opened."""

    room: Room
    used: Channel
    opened: Opened
    contents: Contents

    @property
    def node_id(self) -> str:
        return self.room.node_id


def open_batch(centre: Centre, node_id: str, body: bytes) -> Brought:
    """Raises node_unknown, node_unbound, envelope_refused, suite_unknown, suite_ended."""
    door = centre.doors.take(node_id, node_id, partial(_read, centre)) or _read(centre, [node_id])[0]
    if door is None:
        raise problem("node_unknown")
    if not door.room.bound_at:
        raise problem("node_unbound")
    try:
        used = suites.channel(centre, door, body)
        opened = envelope.open_envelope(body, used.opens, purpose=Purpose.UP, node=node_id)
        return Brought(door.room, used, opened, opened.contents(library.PACKAGED.find))
    except EnvelopeError as error:
        raise suites.refused(error) from error


def _read(centre: Centre, node_ids: Sequence[str]) -> list[Door | None]:
    """Of each of these rooms, None for one that there isn't."""
    with centre.store.read() as tx:
        found = suites.doors(tx, node_ids)
    return [found.get(node_id) for node_id in node_ids]


__all__ = ["Brought", "open_batch"]
