"""What somebody is filling in: saved page by page, his alone, and filed once whatever is clicked twice."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from edge import (
    definitions,
    draft_notes,
    filings,
    images,
    materials,
    offering,
    prefill_marks,
    taking_in,
    unwritten,
    unwritten_filing,
)
from edge.errors import YizhanError, problem
from forms import state

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.filings import Filed
    from edge.node import Node
    from forms.definition import Definition
    from forms.state import Material

DATA_CHARACTERS_MAX = 262_144


class Draft(NamedTuple):
    """`data`: the answers as typed, right or wrong, hidden ones too; `token`: what makes a second filing harmless."""

    id: str
    owner: str
    service: str
    version: str
    digest: str
    language: str
    page: int
    data: dict[str, Any]
    token: str
    changed_at: str
    materials: tuple[Material, ...] = ()

    def has(self, sha256: str) -> bool:
        """Whether this draft may show the material: one's own uploads only."""
        return any(material.sha256 == sha256 for material in self.materials)


class AlreadyFiled(YizhanError):  # noqa: N818 - not a fault: the screen leads to the receipt
    """The draft was filed before; `filed` is the receipt that a second click or the back button leads to."""

    def __init__(self, filed: Filed) -> None:
        gone = problem("draft_gone")
        super().__init__(gone.code, gone.sentence, gone.hint, permanent=gone.permanent, status=gone.status)
        self.filed = filed


def create(node: Node, service_id: str, owner: str, *, language: str = "zh-CN", version: str = "") -> Draft:
    """Begin a draft with the version of a service that is in force, which stays its version.

    `version`: another one, so that a trial can be filled beside what is published.
    Raises service_unknown, service_not_yet, service_over, inbox_no_room, visit_over.
    """
    node.must_take_in()
    definition = node.version(service_id, version) if version else node.newest(service_id)
    offering.must_be_open(node, definition)
    draft_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(24)
    if unwritten.keeps(definition):
        return node.unwritten.begin(
            Draft(
                draft_id,
                owner,
                definition.id,
                definition.version,
                definition.digest,
                language,
                0,
                {},
                token,
                node.clock.now(),
            ),
            node.clock,
        )
    with node.database.write() as tx:
        definitions.keep(tx, definition)
        tx.execute(
            "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, 0, '{}', ?)",
            (draft_id, owner, definition.id, definition.version, definition.digest, token, language, tx.clock.now()),
        )
        return _get(tx, draft_id, owner)


def get(node: Node, draft_id: str, owner: str) -> Draft:
    """Raises AlreadyFiled for one's own filed draft, not_found for a stranger's or none."""
    held = node.unwritten.get(draft_id, owner)
    if held is not None:
        return held
    with node.database.read() as tx:
        return _get(tx, draft_id, owner)


def definition(node: Node, draft: Draft) -> Definition:
    """The definition that the draft was begun with."""
    with node.database.read() as tx:
        return definitions.find(tx, draft.digest)


def of_owner(node: Node, owner: str, limit: int = 20) -> list[Draft]:
    """One's own drafts, the last changed first."""
    with node.database.read() as tx:
        rows = tx.execute(
            "SELECT * FROM draft WHERE owner = ? ORDER BY changed_at DESC, id LIMIT ?", (owner, limit)
        ).fetchall()
        return [_draft(tx, dict(row)) for row in rows]


def save(node: Node, draft: Draft, data: Mapping[str, Any], *, page: int | None = None) -> Draft:
    """Keep what was typed, and the page that was reached. Raises as `get`; too_large beyond 256 K characters."""
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > DATA_CHARACTERS_MAX:
        raise problem("too_large")
    if unwritten.is_kept(draft):
        return node.unwritten.save(draft, data, page, node.clock)
    with node.database.write() as tx:
        held = _get(tx, draft.id, draft.owner)
        settled = prefill_marks.settle(tx, held.id, definitions.find(tx, held.digest), dict(data))
        return write(tx, held, settled, page=page)


def find(tx: Connection, draft_id: str, owner: str) -> Draft:
    """As `get`, inside of a transaction."""
    return _get(tx, draft_id, owner)


def write(tx: Connection, draft: Draft, data: Mapping[str, Any], *, page: int | None = None) -> Draft:
    """The transaction's part of `save`."""
    tx.execute(
        "UPDATE draft SET data = ?, page = coalesce(?, page), changed_at = ? WHERE id = ?",
        (json.dumps(data, ensure_ascii=False), page, tx.clock.now(), draft.id),
    )
    return _get(tx, draft.id, draft.owner)


def attach(node: Node, draft: Draft, material: Material) -> Draft:
    """Tie a stored material to the draft; its slot is a code of x-service.materials or the pointer of an answer."""
    if unwritten.is_kept(draft):
        return node.unwritten.attach(draft, material)
    with node.database.write() as tx:
        _get(tx, draft.id, draft.owner)
        tx.execute(
            "INSERT INTO draft_material (draft, slot, sha256, name) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (draft, slot, sha256) DO UPDATE SET name = excluded.name",
            (draft.id, material.slot, material.sha256, material.name),
        )
        return _get(tx, draft.id, draft.owner)


def put_in_place(node: Node, draft: Draft, material: Material) -> Draft:
    """Tie a stored material to the draft in the place of what its slot held before; the same picture again stays."""
    draft = attach(node, draft, material)
    for old in [one for one in draft.materials if one.slot == material.slot and one.sha256 != material.sha256]:
        draft = detach(node, draft, old.slot, old.sha256)
    return draft


def detach(node: Node, draft: Draft, slot: str, sha256: str) -> Draft:
    """Take a material off the draft; again changes nothing."""
    if unwritten.is_kept(draft):
        return node.unwritten.detach(draft, slot, sha256)
    with node.database.write() as tx:
        _get(tx, draft.id, draft.owner)
        drop_material(tx, draft, slot, sha256)
        return _get(tx, draft.id, draft.owner)


def drop_material(tx: Connection, draft: Draft, slot: str, sha256: str) -> None:
    """The transaction's part of `detach`."""
    tx.execute("DELETE FROM draft_material WHERE draft = ? AND slot = ? AND sha256 = ?", (draft.id, slot, sha256))
    _drop_orphans(tx, [sha256])


def picture(node: Node, draft: Draft, sha256: str) -> bytes:
    """A small JPEG of one of the draft's own files. Raises not_found, material_not_image."""
    if not draft.has(sha256):
        raise problem("not_found")
    if unwritten.is_kept(draft):
        return images.preview(node.unwritten.file(draft, sha256))
    with node.database.read() as tx:
        return materials.preview(tx, sha256)


def file_of(node: Node, draft: Draft, sha256: str) -> bytes:
    """The bytes of one of the draft's own files. Raises not_found."""
    if not draft.has(sha256):
        raise problem("not_found")
    if unwritten.is_kept(draft):
        return node.unwritten.file(draft, sha256)
    with node.database.read() as tx:
        return materials.open(tx, sha256)[0]


def delete(node: Node, draft_id: str, owner: str) -> None:
    """Throw a draft away, with the files that only it used. Raises as `get`."""
    if node.unwritten.get(draft_id, owner) is not None:
        node.unwritten.forget(owner)
        return
    with node.database.write() as tx:
        _delete(tx, _get(tx, draft_id, owner))


def file(
    node: Node,
    draft: Draft,
    *,
    channel: str = "kiosk",
    actor: str | None = None,
    identity: str = "unverified",
    acts: tuple[tuple[str, dict[str, Any]], ...] = (),
) -> Filed:
    """File what the draft holds and remove it, in one transaction; a second call returns the first receipt.

    `identity`: officer where he just looked at the document; who was confirmed for this draft before needs no word.
    `acts`: (kind, body) of what the desk did in the same sitting, written right behind the filing.
    Raises Refused with every problem, service_over, slip_used; the draft then stays as it is. Raises not_found for a
    stranger's.
    """
    try:
        held = get(node, draft.id, draft.owner)
    except AlreadyFiled as again:
        return again.filed
    who = actor or draft.owner.removeprefix(unwritten.PREFIX)
    if unwritten.is_kept(held):
        return unwritten_filing.file(node, held, definition(node, held), channel=channel, actor=who, verified=identity)
    with node.database.read() as tx:
        own = definitions.find(tx, held.digest)
        known = prefill_marks.method(tx, held.id, own, held.data)
        by = prefill_marks.own(tx, held.id, own, held.data)
        note = draft_notes.of(tx, held.id)
    filing = filings.prepare(
        node,
        own,
        held.data,
        materials=held.materials,
        token=held.token,
        channel=channel,
        actor=actor or draft.owner,
        identity=known if identity == "unverified" else identity,
        context=filings.context(node, note.day or None, held.language),
    )
    seen_by = by.actor if by is not None and identity == "unverified" and known != "unverified" else ""
    desk = taking_in.of_draft(note, seen_by, acts, by.until if by is not None else "")
    filing = replace(filing, desk=desk)
    with node.database.write() as tx:
        filed = filings.write(node, tx, filing)
        if filed.created:
            tx.execute("INSERT INTO draft_filed VALUES (?, ?, ?)", (held.id, held.owner, held.token))
            _delete(tx, held)
    filings.announce(node, filing)
    return filed


def _get(tx: Connection, draft_id: str, owner: str) -> Draft:
    owner = owner.removeprefix(unwritten.PREFIX)
    row = tx.execute("SELECT * FROM draft WHERE id = ? AND owner = ?", (draft_id, owner)).fetchone()
    if row is not None:
        return _draft(tx, dict(row))
    done = tx.execute("SELECT token FROM draft_filed WHERE draft = ? AND owner = ?", (draft_id, owner)).fetchone()
    filed = None if done is None else filings.of_token(tx, done["token"])
    if filed is not None:
        raise AlreadyFiled(filed)
    if owner and draft_notes.of(tx, draft_id).home == owner:
        raise problem("draft_at_desk")
    raise problem("not_found")


def _draft(tx: Connection, row: dict[str, Any]) -> Draft:
    return Draft(
        id=row["id"],
        owner=row["owner"],
        service=row["service_id"],
        version=row["version"],
        digest=row["definition"],
        language=row["language"],
        page=row["page"],
        data=json.loads(row["data"]),
        token=row["token"],
        changed_at=row["changed_at"],
        materials=_materials(tx, row["id"]),
    )


def _materials(tx: Connection, draft_id: str) -> tuple[Material, ...]:
    rows = tx.execute(
        "SELECT m.sha256, m.size, m.media_type, d.name, d.slot FROM draft_material d"
        " JOIN material m ON m.sha256 = d.sha256 WHERE d.draft = ? ORDER BY d.slot, m.stored_at, m.sha256",
        (draft_id,),
    )
    return tuple(state.Material(*row) for row in rows)


def _delete(tx: Connection, draft: Draft) -> None:
    tx.execute("DELETE FROM draft WHERE id = ?", (draft.id,))
    _drop_orphans(tx, [material.sha256 for material in draft.materials])


def _drop_orphans(tx: Connection, digests: list[str]) -> None:
    """A photo that no draft and no application uses any more is erased: it shows somebody."""
    tx.executemany(
        "DELETE FROM material WHERE sha256 = ?1 AND NOT EXISTS (SELECT 1 FROM draft_material WHERE sha256 = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM head_material WHERE sha256 = ?1)",
        [(digest,) for digest in digests],
    )
