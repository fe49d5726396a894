"""Drafts and the versions of their service: one that was begun with an older version may go on with the one in force.

The draft stays as it is until whoever fills it in has seen what would be lost and has agreed; an application that was
filed never moves.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge import definitions, drafts, filings, offering, prefill_marks, unwritten
from edge.drafts import Draft
from edge.errors import YizhanError, problem
from forms import moving
from forms.definition import Definition, version_key
from forms.moving import Item, Moving
from forms.state import Material

if TYPE_CHECKING:
    from edge.node import Node


@dataclass(frozen=True, slots=True)
class Move:
    """What moving would do. `lost_files`: materials that the newer version doesn't ask for; `seen`: names exactly this
    preview, so that nobody agrees to losses that he was not shown.
    """

    old: Definition
    new: Definition
    answers: Moving
    lost_files: tuple[Material, ...]
    seen: str

    @property
    def lost(self) -> tuple[Item, ...]:
        """Everything that is lost, files by the name of their material."""
        names = {entry["code"]: str(entry["name"]) for entry in self.old.service.get("materials", ())}
        return self.answers.lost + tuple(Item("", names.get(one.slot, one.slot), one.name) for one in self.lost_files)


def newer(node: "Node", draft: Draft) -> Definition | None:
    """The version in force that has taken the place of the draft's own; None when there is none. A version on trial
    takes nobody's place: what is filled in with it can't be filed.
    """
    if unwritten.is_kept(draft) or draft.service not in node.catalogue:
        return None
    found = node.newest(draft.service)
    ahead = version_key(found.version) >= version_key(draft.version) and found.digest != draft.digest
    usable = found.begun(offering.today(node)) and node.status_of(found) == "published"
    return found if ahead and usable else None


def closed(node: "Node", definition: Definition) -> YizhanError | None:
    """Why a draft of this service can't be filed today, None when it can."""
    try:
        offering.must_be_open(node, definition)
    except YizhanError as error:
        return error
    return None


def preview(node: "Node", draft: Draft) -> Move | None:
    """What moving the draft to the version in force would do, None where there is none newer. Changes nothing."""
    new = newer(node, draft)
    return None if new is None else _move(node, draft, drafts.definition(node, draft), new)


def _move(node: "Node", draft: Draft, old: Definition, new: Definition) -> Move:
    found = moving.compare(old, new, draft.data, filings.context(node, language=draft.language))
    lost = [one for one in draft.materials if not moving.keeps_slot(new, found.data, one.slot)]
    named = {item.path for item in found.lost}
    return Move(old, new, found, tuple(one for one in lost if one.slot not in named), _seen(draft, new))


def _seen(draft: Draft, new: Definition) -> str:
    files = [[one.slot, one.sha256] for one in draft.materials]
    text = json.dumps([draft.digest, new.digest, draft.data, files], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def accept(node: "Node", draft: Draft, seen: str) -> Draft:
    """Move the draft as previewed, in one transaction; again changes nothing.

    Raises draft_changed when the draft or the version in force is no longer what the preview showed, service_over,
    not_found, AlreadyFiled.
    """
    new = newer(node, drafts.get(node, draft.id, draft.owner))
    if new is None:
        return drafts.get(node, draft.id, draft.owner)
    offering.must_be_open(node, new)
    with node.database.write() as tx:
        held = drafts.find(tx, draft.id, draft.owner)
        if held.digest == new.digest:
            return held
        move = _move(node, held, definitions.find(tx, held.digest), new)
        if move.seen != seen:
            raise problem("draft_changed")
        for one in held.materials:
            if not moving.keeps_slot(new, move.answers.data, one.slot):
                drafts.drop_material(tx, held, one.slot, one.sha256)
        definitions.keep(tx, new)
        tx.execute("UPDATE draft SET definition = ?, version = ? WHERE id = ?", (new.digest, new.version, held.id))
        data = prefill_marks.settle(tx, held.id, new, move.answers.data)
        return drafts.write(tx, held, data, page=0)
