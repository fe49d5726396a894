"""Drafts and photographs that touch no disk: of services that are private or sealed to the supervisor.

They live in this program's memory until they are filed or the visit ends; a power cut takes them, and the page says so.
A draft's owner is written with a prefix, and whatever is stored for such an owner stays here too.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edge.errors import problem
from forms import state

if TYPE_CHECKING:
    from edge.clock import Clock
    from edge.drafts import Draft
    from forms.head import Head
    from forms.state import Material

PREFIX = "memory:"
IDLE_MS_MAX = 60 * 60 * 1000
DRAFTS_MAX = 20
BYTES_MAX = 48 << 20


def keeps(definition: Head) -> bool:
    """Whether drafts of this service are kept here."""
    return bool(definition.service.get("private") or definition.service.get("sealed"))


def is_kept(draft: Draft) -> bool:
    """Whether this draft lives here."""
    return draft.owner.startswith(PREFIX)


@dataclass
class _Held:
    draft: Draft
    touched: int
    files: dict[str, tuple[Material, bytes]] = field(default_factory=dict)


class Unwritten:
    """All of them, for one program."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._lock = threading.RLock()

    def begin(self, draft: Draft, clock: Clock) -> Draft:
        """Keep a fresh draft for its owner, in place of an older one of the same owner. Raises too_many_requests."""
        kept = draft._replace(owner=PREFIX + draft.owner)
        with self._lock:
            self._expire(clock.ticks())
            self._drop(kept.owner)
            if len(self._held) >= DRAFTS_MAX:
                raise problem("too_many_requests")
            self._held[draft.id] = _Held(kept, clock.ticks())
        return kept

    def of_owner(self, owner: str) -> Draft | None:
        """The one that a visit has begun."""
        with self._lock:
            return next((one.draft for one in self._held.values() if one.draft.owner == _own(owner)), None)

    def get(self, draft_id: str, owner: str) -> Draft | None:
        """One's own; None for a stranger's and for none."""
        with self._lock:
            held = self._held.get(draft_id)
            return held.draft if held is not None and held.draft.owner == _own(owner) else None

    def save(self, draft: Draft, data: Mapping[str, Any], page: int | None, clock: Clock) -> Draft:
        """Raises not_found."""
        with self._lock:
            held = self._of(draft)
            place = held.draft.page if page is None else page
            held.draft = held.draft._replace(data=json.loads(json.dumps(dict(data))), page=place)
            held.touched = clock.ticks()
            return held.draft

    def put(self, data: bytes, media_type: str, name: str, slot: str, owner: str) -> Material:
        """Keep checked bytes for an owner. Raises not_found where the owner has no draft, too_large."""
        material = state.Material(hashlib.sha256(data).hexdigest(), len(data), media_type, name, slot)
        with self._lock:
            held = next((one for one in self._held.values() if one.draft.owner == _own(owner)), None)
            if held is None:
                raise problem("not_found")
            if sum(len(kept) for _, kept in held.files.values()) + len(data) > BYTES_MAX:
                raise problem("too_large")
            held.files[material.sha256] = (material, data)
        return material

    def attach(self, draft: Draft, material: Material) -> Draft:
        """Raises not_found."""
        with self._lock:
            held = self._of(draft)
            others = [one for one in held.draft.materials if (one.slot, one.sha256) != (material.slot, material.sha256)]
            held.draft = held.draft._replace(materials=(*others, material))
            return held.draft

    def detach(self, draft: Draft, slot: str, sha256: str) -> Draft:
        """Raises not_found."""
        with self._lock:
            held = self._of(draft)
            kept = tuple(one for one in held.draft.materials if (one.slot, one.sha256) != (slot, sha256))
            held.draft = held.draft._replace(materials=kept)
            if sha256 not in {one.sha256 for one in kept}:
                held.files.pop(sha256, None)
            return held.draft

    def file(self, draft: Draft, sha256: str) -> bytes:
        """The bytes of one of the draft's files. Raises material_missing."""
        with self._lock:
            found = self._of(draft).files.get(sha256)
        if found is None:
            raise problem("material_missing")
        return found[1]

    def forget(self, owner: str) -> None:
        """The visit is over, or the citizen left: nothing stays."""
        with self._lock:
            self._drop(_own(owner))

    def _of(self, draft: Draft) -> _Held:
        held = self._held.get(draft.id)
        if held is None or held.draft.owner != _own(draft.owner):
            raise problem("not_found")
        return held

    def _drop(self, owner: str) -> None:
        for key in [key for key, one in self._held.items() if one.draft.owner == owner]:
            del self._held[key]

    def _expire(self, now: int) -> None:
        for key in [key for key, one in self._held.items() if one.touched < now - IDLE_MS_MAX]:
            del self._held[key]


def _own(owner: str) -> str:
    return owner if owner.startswith(PREFIX) else PREFIX + owner
