"""Materials at the centre: what the events announce, how much of each is here, what is still to come.

What has been announced and is not here is on its way (还在路上), never missing from the application.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from forms.events import Event
from forms.lifecycle import Material
from sync.centre import tables
from sync.centre.blobs import Blobs
from sync.centre.store import add_missing
from sync.frames import MISSING_MAX, Chunk, Missing

_material, _use = tables.material, tables.material_use


@dataclass(frozen=True, slots=True)
class Held:
    """One material as it lies here: `held` of `size` bytes; `complete_at` is "" while it is on its way."""

    sha256: str
    size: int
    media_type: str
    held: int
    complete_at: str


def announced(event: Event) -> list[Material]:
    """The materials that an event brings; its body has been checked."""
    data = event.data
    found = data.get("materials", [data["material"]] if "material" in data else [])
    return [Material.of(material) for material in found]


def announce(tx: Connection, node_id: str, events: Iterable[Event]) -> None:
    """Expect the materials of new events. The first event that names a digest says its size."""
    pairs = [(event.application, material) for event in events for material in announced(event)]
    rows = {
        m.sha256: {"node_id": node_id, "sha256": m.sha256, "size": m.size, "media_type": m.media_type} for _, m in pairs
    }
    uses = {(number, m.sha256): {"node_id": node_id, "application": number, "sha256": m.sha256} for number, m in pairs}
    add_missing(tx, _material, list(rows.values()))
    add_missing(tx, _use, list(uses.values()))


def take_chunks(tx: Connection, blobs: Blobs, node_id: str, chunks: Sequence[Chunk], now: str) -> None:
    """Keep the pieces of announced materials; anything else is left. The caller holds the node's row."""
    known = _rows(tx, node_id, {chunk.sha256 for chunk in chunks})
    for chunk in chunks:
        row = known.get(chunk.sha256)
        if row is None or row.complete_at or chunk.total != row.size:
            continue
        if blobs.whole(node_id, chunk.sha256):  # written, and killed before the row said so
            known[chunk.sha256] = _note(tx, node_id, row, row.size, now)
            continue
        held = blobs.add_chunk(node_id, chunk.sha256, chunk.offset, chunk.data)
        whole = held == row.size and blobs.finish(node_id, chunk.sha256)
        known[chunk.sha256] = _note(tx, node_id, row, held if whole or held < row.size else 0, now if whole else "")


def missing(tx: Connection, node_id: str) -> tuple[Missing, ...]:
    """What is still to come, and from which byte on."""
    statement = select(_material.c.sha256, _material.c.held).filter_by(node_id=node_id, complete_at="")
    rows = tx.execute(statement.order_by(_material.c.sha256).limit(MISSING_MAX))
    return tuple(Missing(row.sha256, row.held) for row in rows)


def of_application(tx: Connection, node_id: str, number: str) -> dict[str, Held]:
    """sha256 -> how it lies here, for every material that the events of one application announced."""
    used = select(_use.c.sha256).filter_by(node_id=node_id, application=number)
    return _rows(tx, node_id, set(tx.execute(used).scalars()))


def _rows(tx: Connection, node_id: str, digests: set[str]) -> dict[str, Held]:
    statement = select(_material).filter_by(node_id=node_id).where(_material.c.sha256.in_(sorted(digests)))
    columns = Held.__dataclass_fields__
    return {row.sha256: Held(**{name: getattr(row, name) for name in columns}) for row in tx.execute(statement)}


def _note(tx: Connection, node_id: str, row: Held, held: int, complete_at: str) -> Held:
    values = {"held": held, "complete_at": complete_at}
    tx.execute(update(_material).filter_by(node_id=node_id, sha256=row.sha256).values(values))
    return Held(row.sha256, row.size, row.media_type, held, complete_at)
