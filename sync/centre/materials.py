"""Materials at the centre: what the events announce, how much of each is here, what is still to come.

Of a picture smaller forms may come first: a preview, and the page encoded anew for the link. Each is kept under its own
digest and stands for its original, which follows (原件尚未到达); nothing but the original is the material.

What has been announced and is not here is on its way (还在路上), never missing from the application.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from forms.events import Event
from forms.lifecycle import Material
from sync.centre import tables
from sync.centre.blobs import Blobs
from sync.centre.statements import changing, matching
from sync.centre.store import add_missing, upsert
from sync.frames import Chunk, Missing, Rendition

_material, _use, _rendition = tables.material, tables.material_use, tables.rendition
MISSING_NAMED_MAX = 16  # an ack is short; what else is lacking is only counted, and the node knows it by itself
RENDITION_BYTES_MAX = 2 << 20
_is_form = exists().where(_rendition.c.node_id == _material.c.node_id, _rendition.c.sha256 == _material.c.sha256)
ON_ITS_WAY = and_(_material.c.complete_at == "", ~_is_form)
_SOME = matching(select(_material), _material, "node_id").where(
    _material.c.sha256.in_(bindparam("digests", expanding=True))
)
_LINKS = matching(select(_rendition), _rendition, "node_id").where(
    _rendition.c.original.in_(bindparam("originals", expanding=True))
)
_MISSING = (
    matching(select(_material.c.sha256, _material.c.held), _material, "node_id")
    .where(ON_ITS_WAY)
    .order_by(_material.c.held == 0, _material.c.size, _material.c.sha256)
    .limit(bindparam("count_max"))
)
_OF_ROOMS = and_(_material.c.node_id.in_(bindparam("of", expanding=True)), ON_ITS_WAY)
_LACKING_OF = select(_material.c.node_id, func.count().label("total")).where(_OF_ROOMS).group_by(_material.c.node_id)
_ALL_MISSING = (
    select(_material.c.node_id, _material.c.sha256, _material.c.held)
    .where(_OF_ROOMS)
    .order_by(_material.c.node_id, _material.c.held == 0, _material.c.size, _material.c.sha256)
)
_LACKING = matching(select(func.count()).select_from(_material), _material, "node_id").where(ON_ITS_WAY)
_USED = matching(select(_use.c.sha256), _use, "node_id", "application")
_NOTED = changing(_material, "node_id", "sha256")


@dataclass(frozen=True, slots=True)
class Held:
    """One material as it lies here: `held` of `size` bytes; `complete_at` is "" while it is on its way."""

    sha256: str
    size: int
    media_type: str
    held: int
    complete_at: str


def announced(event: Event) -> list[Material]:
    """The materials that an event brings; its body has been checked, so it is canonical and names them plainly."""
    if b'"material' not in event.body:
        return []
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


def bring(tx: Connection, node_id: str, number: str, found: Iterable[Material], now: str) -> None:
    """Files that an event of ours brings: they lie here whole before the event does."""
    for one in found:
        known = {"node_id": node_id, "sha256": one.sha256, "size": one.size, "media_type": one.media_type}
        upsert(tx, _material, [known | {"held": one.size, "complete_at": now}])
        add_missing(tx, _use, [{"node_id": node_id, "application": number, "sha256": one.sha256}])


def take_renditions(tx: Connection, node_id: str, renditions: Iterable[Rendition]) -> None:
    """Expect smaller forms of announced pictures. The first of each form stays; what is announced by nobody is left."""
    sound = [one for one in renditions if 0 < one.size <= RENDITION_BYTES_MAX and one.original != one.sha256]
    pictures = {
        row.sha256
        for row in _rows(tx, node_id, {one.original for one in sound}).values()
        if row.media_type.startswith("image/")
    }
    linked = renditions_of(tx, node_id, pictures)
    first = {(one.original, one.form): one for one in reversed(sound) if one.original in pictures}
    known = [one for one in first.values() if one.form not in linked.get(one.original, {})]
    values = [{"sha256": m.sha256, "size": m.size, "media_type": m.media_type, "node_id": node_id} for m in known]
    add_missing(tx, _material, values)
    links = [{"node_id": node_id, "original": m.original, "form": m.form, "sha256": m.sha256} for m in known]
    add_missing(tx, _rendition, links)


def take_chunks(tx: Connection, blobs: Blobs, node_id: str, chunks: Sequence[Chunk], now: str) -> tuple[Missing, ...]:
    """Keep the pieces of announced materials; anything else is left. The caller holds the node's row.

    Returns what was kept or is whole already, each with the bytes that are held from the front.
    """
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
    return tuple(Missing(row.sha256, row.held) for row in known.values())


def missing(tx: Connection, node_id: str, count_max: int = MISSING_NAMED_MAX) -> tuple[Missing, ...]:
    """What is still to come, and from which byte on: what has begun, then small ones; not all of a long list.

    Smaller forms are not named: they are the node's to send, and not needed once the original is here.
    """
    rows = tx.execute(_MISSING, {"node_id": node_id, "count_max": count_max})
    return tuple(Missing(row.sha256, row.held) for row in rows)


def on_their_way(tx: Connection, node_ids: Collection[str]) -> dict[str, tuple[tuple[Missing, ...], int]]:
    """For each of these rooms: what `missing` names, and how many there are in all.

    A room that lacks more than are named is asked about by itself: of thousands the first are found without sorting the
    others.
    """
    count = {row.node_id: row.total for row in tx.execute(_LACKING_OF, {"of": sorted(node_ids)})}
    few = sorted(node_id for node_id, total in count.items() if total <= MISSING_NAMED_MAX)
    named: dict[str, list[Missing]] = {}
    for row in tx.execute(_ALL_MISSING, {"of": few}) if few else ():
        named.setdefault(row.node_id, []).append(Missing(row.sha256, row.held))
    found = {node_id: (tuple(named[node_id]), count[node_id]) for node_id in few}
    many = {node_id: (missing(tx, node_id), count[node_id]) for node_id in count if node_id not in found}
    return dict.fromkeys(node_ids, ((), 0)) | found | many


def lacking(tx: Connection, node_id: str) -> int:
    """How many are still to come."""
    return int(tx.execute(_LACKING, {"node_id": node_id}).scalar_one())


def renditions_of(tx: Connection, node_id: str, originals: Iterable[str]) -> dict[str, dict[str, Held]]:
    """For each original: form ("page", "preview") -> how it lies here."""
    named = sorted(originals)
    links = tx.execute(_LINKS, {"node_id": node_id, "originals": named}).all() if named else []
    lying = _rows(tx, node_id, {row.sha256 for row in links})
    found: dict[str, dict[str, Held]] = {}
    for row in links:
        found.setdefault(row.original, {})[row.form] = lying[row.sha256]
    return found


def best(held: Held | None, forms: Mapping[str, Held]) -> Held | None:
    """The best that is here whole: the original, else the page, else the preview; None before any."""
    found = (held, forms.get("page"), forms.get("preview"))
    return next((one for one in found if one is not None and one.complete_at), None)


def whole_ones(tx: Connection, node_id: str) -> list[str]:
    """The SHA-256 of every material of a room that lies here with all its bytes."""
    statement = select(_material.c.sha256).filter_by(node_id=node_id).where(_material.c.complete_at != "")
    return list(tx.execute(statement.order_by(_material.c.sha256)).scalars())


def is_whole(tx: Connection, node_id: str, sha256: str) -> bool:
    """Whether a material of this room lies here with all its bytes."""
    row = _rows(tx, node_id, {sha256}).get(sha256)
    return row is not None and bool(row.complete_at)


def of_application(tx: Connection, node_id: str, number: str) -> dict[str, Held]:
    """sha256 -> how it lies here, for every material that the events of one application announced."""
    return _rows(tx, node_id, set(tx.execute(_USED, {"node_id": node_id, "application": number}).scalars()))


def _rows(tx: Connection, node_id: str, digests: set[str]) -> dict[str, Held]:
    if not digests:
        return {}
    found = tx.execute(_SOME, {"node_id": node_id, "digests": sorted(digests)})
    return {row.sha256: Held(**{name: getattr(row, name) for name in Held.__dataclass_fields__}) for row in found}


def _note(tx: Connection, node_id: str, row: Held, held: int, complete_at: str) -> Held:
    place = {"of_node_id": node_id, "of_sha256": row.sha256}
    tx.execute(_NOTED, {**place, "held": held, "complete_at": complete_at})
    return Held(row.sha256, row.size, row.media_type, held, complete_at)
