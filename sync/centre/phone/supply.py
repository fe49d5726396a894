"""网上补正: what the correction notice asks for, photographed or typed on the phone, piece by piece, then sent at once.

Each piece is kept as it comes, so that a photograph that is refused, a link that breaks or a restart takes none of the
others. What is sent is one event of the centre's log for the room (`correction.supplied`), judged by the definition and
the day of the application like an answer at the desk. The files are whole here, and the room fetches them.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select

from edge import images, sealing
from edge.errors import problem
from edge.images import PDF
from edge.materials_named import plain_name
from edge.web_filters import size_text
from forms import answers, apart, consents, pointer
from forms.answers import Context
from forms.definition import Definition
from forms.kind_of import kind_of
from forms.kinds import check_body
from forms.kinds_apart import KIND as SET_APART
from forms.state import Correction, Item, Material, State
from sync.centre import log, materials, projection, rooms, tables
from sync.centre.centre import Centre
from sync.centre.phone.code import Found, state_of
from sync.centre.store import upsert

KIND: Final = "correction.supplied"
ACTOR: Final = "phone"
PHOTOS_MAX: Final = 6
SIDE_MAX: Final = 2400  # an A4 page at 200 dpi: what a room on a thin line can fetch, and a reviewer can read
PIXELS_MAX: Final = 80_000_000
VALUE_MAX: Final = 500
_piece = tables.phone_piece


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or a new value of a field."""

    place: int
    sha256: str
    size: int
    media_type: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One defect of the notice; `by`: "photo" or "text". `most`: how many pieces it takes."""

    ref: str
    label: str
    defect: str
    by: str
    most: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The open notice of an application. `wanted` is empty where something of it can't be done by phone."""

    request: str
    wanted: tuple[Wanted, ...]

    @property
    def missing(self) -> int:
        return sum(not one.pieces for one in self.wanted)


def notice(centre: Centre, found: Found) -> Notice:
    """What is to be supplied. Raises supply_not_now where no notice is open."""
    with centre.store.read() as tx:
        return _notice(tx, centre, found)


def can_be_done(definition: Definition | None, state: State) -> bool:
    """Whether everything that the open notice asks for can be supplied by phone."""
    return bool(state.correction) and bool(_ways(definition, state))


def keep_photo(centre: Centre, found: Found, request: str, ref: str, *, data: bytes, name: str) -> None:
    """Keep a photograph or PDF for an item. The same once more changes nothing.

    Raises material_empty, _too_large, _not_image, _damaged, _too_many_pixels, supply_not_now, supply_item, supply_many.
    """
    name = plain_name(name)
    kept, media_type = _checked(centre, data, name)
    sha256 = hashlib.sha256(kept).hexdigest()
    with centre.store.read() as tx:
        _the_item(_notice(tx, centre, found), request, ref, "photo")
    _put_blob(centre, found.node, sha256, kept)
    with centre.store.write() as tx:
        asked = _locked(tx, centre, found)
        one = _the_item(asked, request, ref, "photo")
        if any(piece.sha256 == sha256 for piece in one.pieces):
            return
        if len(one.pieces) >= PHOTOS_MAX:
            raise problem("supply_many", most=PHOTOS_MAX)
        place = 1 + max((piece.place for piece in one.pieces), default=0) if one.most > 1 else 1
        row = {"sha256": sha256, "size": len(kept), "media_type": media_type, "name": name, "value": ""}
        _put(tx, found, asked, row | {"ref": ref, "place": place, "at": centre.clock.now()})


def keep_value(centre: Centre, found: Found, request: str, ref: str, text: str) -> None:
    """Keep the new text of a field, judged as at the desk. Raises supply_value, supply_not_now, supply_item."""
    text = text.strip()
    if not text or len(text) > VALUE_MAX:
        raise problem("supply_value", sentence="请填写改成什么")
    with centre.store.write() as tx:
        asked = _locked(tx, centre, found)
        _the_item(asked, request, ref, "text")
        _check_value(centre, _state(tx, found), ref, text)
        row = {"sha256": "", "size": 0, "media_type": "", "name": "", "value": text}
        _put(tx, found, asked, row | {"ref": ref, "place": 1, "at": centre.clock.now()})


def drop(centre: Centre, found: Found, ref: str, place: int) -> None:
    """Take a piece away again; nothing happens where there is none."""
    with centre.store.write() as tx:
        tx.execute(delete(_piece).filter_by(node_id=found.node, application=found.number, ref=ref, place=place))


def picture(centre: Centre, found: Found, ref: str, place: int) -> bytes:
    """A small JPEG of a piece. Raises not_found, material_not_image."""
    with centre.store.read() as tx:
        row = tx.execute(
            select(_piece).filter_by(node_id=found.node, application=found.number, ref=ref, place=place)
        ).first()
    if row is None or not row.sha256 or row.media_type == PDF:
        raise problem("not_found")
    return images.preview(centre.blobs.read(found.node, row.sha256), 240)


def send(centre: Centre, found: Found, request: str) -> None:
    """Send all that was kept as the one answer to the notice, in one transaction. Sent again it does nothing.

    Raises supply_missing, supply_value, supply_not_now (also where the room has answered meanwhile).
    """
    with centre.store.write() as tx:
        rooms.get(tx, found.node, lock=True)
        state = _state(tx, found)
        if any(one.request == request and one.status == "answered" for one in state.corrections):
            return
        asked = _notice(tx, centre, found)
        if asked.request != request or not asked.wanted:
            raise problem("supply_not_now")
        if asked.missing:
            raise problem("supply_missing", count=asked.missing)
        _write(tx, centre, found, state, asked)


def _write(tx: Connection, centre: Centre, found: Found, state: State, asked: Notice) -> None:
    changed, brought = _with_pieces(state, asked.wanted)
    definition = centre.definitions.get(state.service.digest)
    if definition is not None and changed != state.answers:
        changed = _judged(definition, state, changed, {one.ref for one in asked.wanted})
    body: dict[str, Any] = {"request": asked.request, "answers": changed, "context": dict(state.context)}
    body["materials"] = [{name: getattr(one, name) for name in Material.__slots__} for one in brought]
    body, set_apart = apart.split(definition, body, _new_key) if definition is not None else (body, [])
    check_body(KIND, body)
    materials.bring(tx, found.node, found.number, brought, centre.clock.now())
    log.append(tx, centre.clock, found.node, kind=KIND, application=found.number, body=body, actor=ACTOR)
    for part in set_apart:
        check_body(SET_APART, part)
        log.append(tx, centre.clock, found.node, kind=SET_APART, application=found.number, body=part, actor=ACTOR)
    tx.execute(delete(_piece).filter_by(node_id=found.node, application=found.number))
    projection.project(tx, centre, found.node, found.number)


def _new_key() -> str:
    return secrets.token_hex(16)


def _with_pieces(state: State, wanted: Iterable[Wanted]) -> tuple[dict[str, Any], list[Material]]:
    """The answers with what was typed and photographed, and the new materials."""
    changed, brought = pointer.clone(state.answers), []
    for one in wanted:
        for piece in one.pieces:
            if piece.sha256:
                brought.append(Material(piece.sha256, piece.size, piece.media_type, piece.name, one.ref))
            if one.ref.startswith("/"):
                pointer.put(changed, one.ref, f"sha256:{piece.sha256}" if piece.sha256 else piece.value)
    return changed, brought


def _check_value(centre: Centre, state: State, ref: str, text: str) -> None:
    definition = centre.definitions.get(state.service.digest)
    if definition is not None:
        changed = pointer.clone(state.answers)
        pointer.put(changed, ref, text)
        _judged(definition, state, changed, {ref})


def _judged(definition: Definition, state: State, changed: Mapping[str, Any], refs: set[str]) -> dict[str, Any]:
    """The answers as they count. Raises supply_value for what is wrong with these fields; what was wrong before and is
    not asked about stays the reviewer's matter.
    """
    checked = answers.check(definition, changed, Context(**state.context))
    wrong = next((one for one in checked.problems if one.path in refs), None)
    if wrong is not None:
        raise problem("supply_value", sentence=wrong.message)
    return checked.answers


def _notice(tx: Connection, centre: Centre, found: Found) -> Notice:
    state = _state(tx, found)
    asked = state.correction
    if asked is None:
        raise problem("supply_not_now")
    ways = _ways(centre.definitions.get(state.service.digest), state)
    kept = _pieces(tx, found, asked.request)
    return Notice(asked.request, tuple(_wanted(items, by, kept) for items, by in ways))


def _wanted(items: list[Item], by: str, kept: Mapping[str, tuple[Piece, ...]]) -> Wanted:
    first = items[0]
    most = PHOTOS_MAX if by == "photo" and first.target == "material" else 1
    return Wanted(first.ref, first.label, "；".join(one.defect for one in items), by, most, kept.get(first.ref, ()))


def _ways(definition: Definition | None, state: State) -> list[tuple[list[Item], str]]:
    """The defects of each item with the way in which it is supplied; nothing where one has none."""
    asked: Correction | None = state.correction
    if asked is None or sealing.is_sealed(state.answers):
        return []
    together: dict[str, list[Item]] = {}
    for item in asked.items:
        together.setdefault(item.ref, []).append(item)
    if definition is not None and not together.keys().isdisjoint(_without_consent(definition, state)):
        return []  # who took a consent back is asked again at the room, with the words read out
    ways = [(items, _way(definition, items[0])) for items in together.values()]
    return ways if all(by for _, by in ways) else []


def _without_consent(definition: Definition, state: State) -> set[str]:
    """Places that rest on a consent which was refused or taken back (个人信息保护法 15, 29)."""
    known = {one.consent: one for one in state.consents}
    return {
        place
        for one in consents.asked(definition.service)
        if one.code in known and not known[one.code].holds
        for place in one.covers
    }


def _way(definition: Definition | None, item: Item) -> str:
    if item.target == "material":
        return "photo"
    shape = definition.shape.at(item.ref) if definition is not None and item.ref != "/" else None
    kind = kind_of(shape.flat, {}, shape) if shape is not None else ""
    return {"file": "photo", "text": "text", "long-text": "text"}.get(kind, "")


def _the_item(asked: Notice, request: str, ref: str, by: str) -> Wanted:
    if asked.request != request:
        raise problem("supply_not_now")
    one = next((one for one in asked.wanted if (one.ref, one.by) == (ref, by)), None)
    if one is None:
        raise problem("supply_item")
    return one


def _locked(tx: Connection, centre: Centre, found: Found) -> Notice:
    rooms.get(tx, found.node, lock=True)
    return _notice(tx, centre, found)


def _state(tx: Connection, found: Found) -> State:
    assert found.proof is not None
    return state_of(tx, found.proof)


def _pieces(tx: Connection, found: Found, request: str) -> dict[str, tuple[Piece, ...]]:
    statement = select(_piece).filter_by(node_id=found.node, application=found.number, request=request)
    kept: dict[str, tuple[Piece, ...]] = {}
    for row in tx.execute(statement.order_by(_piece.c.ref, _piece.c.place)):
        kept[row.ref] = (*kept.get(row.ref, ()), _read(row))
    return kept


def _read(row: Row[Any]) -> Piece:
    return Piece(row.place, row.sha256, row.size, row.media_type, row.name, row.value)


def _put(tx: Connection, found: Found, asked: Notice, row: dict[str, Any]) -> None:
    key = {"node_id": found.node, "application": found.number, "request": asked.request}
    upsert(tx, _piece, [key | row])


def _checked(centre: Centre, data: bytes, name: str) -> tuple[bytes, str]:
    """What is kept of a file: a picture upright, without what the camera wrote, no larger than a page needs."""
    limit = size_limit(centre)
    if not data:
        raise problem("material_empty", name=name)
    if len(data) > limit:
        raise problem("material_too_large", size=size_text(len(data)), limit=size_text(limit))
    kept, media_type = images.clean(data, name, PIXELS_MAX)
    if media_type == PDF:
        return kept, PDF
    return images.preview(kept, SIDE_MAX), "image/jpeg"


def size_limit(centre: Centre) -> int:
    """The largest file that is taken, in bytes: what one request may hold, without what stands around it."""
    return min(centre.settings.material_bytes_max, centre.settings.body_bytes_max - (64 << 10))


def _put_blob(centre: Centre, node_id: str, sha256: str, data: bytes) -> None:
    """On disk for good when this returns; the same again is harmless."""
    if not centre.blobs.whole(node_id, sha256):
        centre.blobs.add_chunk(node_id, sha256, 0, data)
        centre.blobs.finish(node_id, sha256)
