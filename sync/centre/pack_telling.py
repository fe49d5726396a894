"""A pack's way into each room's log: everything that the room lacks of it, then the word that it is today's."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from edge import packs
from edge.packs import documents
from edge.packs.documents import DAYS, Document
from forms.kinds import check_body
from sync.centre import log, pack_keys, spreading, tables
from sync.centre.centre import Centre
from sync.centre.statements import matching
from sync.centre.store import add_missing, upsert

FILE: Final = "pack.file"
PUBLISHED: Final = "pack.published"
RENEW_DAYS: Final = 30  # a room that comes once a month finds a word that still holds
_text, _root, _pack, _stamp = tables.pack_text, tables.pack_root, tables.pack, tables.pack_timestamp
_told = tables.pack_told
_TOLD = matching(select(_told), _told, "node_id").order_by(_told.c.number)
_FOUND = matching(select(_text.c.text), _text, "sha256")
_STAMP = select(_stamp).where(_stamp.c.number == bindparam("of")).order_by(_stamp.c.version.desc()).limit(1)


def newest_root(tx: Connection) -> Document | None:
    """The root that counts today."""
    row = tx.execute(select(_root.c.text).order_by(_root.c.version.desc()).limit(1)).scalar()
    return None if row is None else documents.read(row, "root")


def ends(centre: Centre, kind: str) -> str:
    """When a document of a kind that is made now expires."""
    return later(centre.clock.now(), DAYS[kind])


def later(now: str, days: int) -> str:
    """So many days later, in the same form."""
    return (datetime.fromisoformat(now) + timedelta(days=days)).isoformat(timespec="seconds")


def named(one: Document) -> dict[str, Any]:
    """How one document names another."""
    return {"version": one.version, "sha256": one.sha256}


def find(tx: Connection, sha256: str) -> str | None:
    """A document or a file by its SHA-256."""
    found: str | None = tx.execute(_FOUND, {"sha256": sha256}).scalar()
    return found


def hand_down(centre: Centre, tx: Connection, node_id: str) -> None:
    """Write into a room's log the pack that its roll-out gives it, or a new word that the one it has is today's.

    The caller has locked the room. A room whose pack is fine costs a few short statements. Where the keys are away, or
    the root names others, nothing is written: what rooms have stays in force, and publishing says what is the matter.
    """
    number = spreading.of_room(tx, node_id)
    if number == 0:
        return
    told = tx.execute(_TOLD, {"node_id": node_id}).all()
    last = next((row for row in told if row.number == number), None)
    root, now = newest_root(tx), centre.clock.now()
    if root is None or (last is not None and last.root == root.version and last.expires > later(now, RENEW_DAYS)):
        return
    stamp = _timestamp(centre, tx, root, number, max((row.version for row in told), default=0))
    if stamp is not None:
        _tell(centre, tx, node_id, number, (told, root, stamp))


def _tell(centre: Centre, tx: Connection, node_id: str, number: int, what: tuple[Sequence[Any], Document, Any]) -> None:
    told, root, stamp = what
    had = {sha for row in told for sha in _texts_of(tx, row.number, node_id)}
    for sha256 in _texts_of(tx, number, node_id):
        if sha256 not in had:
            _append(centre, tx, node_id, FILE, {"sha256": sha256, "text": find(tx, sha256)})
    known = max((row.root for row in told), default=0)
    rows = tx.execute(select(_root.c.text).where(_root.c.version > known).order_by(_root.c.version))
    epoch, seq = _append(centre, tx, node_id, PUBLISHED, {"roots": list(rows.scalars()), "timestamp": stamp.text})
    since = next((row.at for row in told if row.number == number), centre.clock.now())
    row = {"node_id": node_id, "number": number, "root": root.version, "version": stamp.version}
    upsert(tx, _told, [row | {"expires": stamp.expires, "at": since, "epoch": epoch, "seq": seq}])


def _append(centre: Centre, tx: Connection, node_id: str, kind: str, body: Mapping[str, Any]) -> tuple[int, int]:
    check_body(kind, dict(body))
    event = log.append(tx, centre.clock, node_id, kind=kind, application="", body=dict(body), actor="centre")
    return event.position


def _texts_of(tx: Connection, number: int, node_id: str) -> list[str]:
    snapshot = tx.execute(select(_pack.c.snapshot).filter_by(number=number)).scalar_one()
    return packs.texts_of(snapshot, lambda sha256: find(tx, sha256), node_id)


def _timestamp(centre: Centre, tx: Connection, root: Document, number: int, above: int) -> Any:
    """The word that a pack is today's, newer than the one `above` that the room had last; None where none can be given.

    Versions count over all packs, so that a room may go from any of them to any later one.
    """
    now, row = centre.clock.now(), tx.execute(select(_pack).filter_by(number=number)).one()
    online = pack_keys.held(centre) if pack_keys.are_there(centre) else None
    snapshot = documents.read(find(tx, row.snapshot) or "", "snapshot")
    ours = online is not None and online.public["timestamp"] in root.role("timestamp").keys
    if online is None or not ours or not documents.signers(snapshot, root.role("snapshot")):
        return None
    held = tx.execute(_STAMP, {"of": number}).one_or_none()
    if held is not None and held.version > above and held.expires > later(now, RENEW_DAYS) and _is_by(held, online):
        return held
    version = 1 + (tx.execute(select(func.max(_stamp.c.version))).scalar() or 0)
    said = {"type": "timestamp", "version": version, "expires": ends(centre, "timestamp"), "snapshot": named(snapshot)}
    made = documents.sign(documents.draft(said), online.timestamp)
    add_missing(tx, _stamp, [{"version": version, "number": number, "text": made.text, "expires": made.expires}])
    made_now = tx.execute(_STAMP, {"of": number}).one_or_none()
    return made_now if made_now is not None and made_now.version == version else None  # another was quicker: next time


def _is_by(held: Any, online: pack_keys.Online) -> bool:
    return bool(json.loads(held.text)["signatures"][0]["key"] == online.public["timestamp"])
