"""A room whose secrets are lost asks its centre: a request goes out, by hand or over the line, and an answer comes in.

Between the two the private key of the request lies in a file beside the sheet. By itself it opens nothing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import durable, recovery_words, slots, unlocking
from edge.errors import problem
from edge.recovery_words import Request
from edge.unlocking import Opened

if TYPE_CHECKING:
    from edge.clock import Clock
    from edge.settings import Settings

PENDING_FILE: Final = "key-recovery.json"


def ask(found: Settings, clock: Clock) -> tuple[Request, bytes]:
    """A fresh request for the centre's slot, and its private key. Raises recovery_no_slot, slots_unreadable."""
    sheet = slots.read(unlocking.sheet_path(found.home))
    slot = next(sheet.of_kind("centre"), None) if sheet else None
    if slot is None:
        raise problem("recovery_no_slot")
    private = os.urandom(slots.KEY_BYTES)
    return Request(found.node_id, clock.now(), slot, slots.public_of(private).hex()), private


def begin(found: Settings, clock: Clock) -> Request:
    """A request that is answered later: its private key is kept until then; an earlier one ends."""
    request, private = ask(found, clock)
    kept = json.dumps({"private": private.hex(), "request": request.body()}).encode()
    durable.write_whole(found.home / PENDING_FILE, kept)
    return request


def to_bytes(request: Request) -> bytes:
    """As it crosses the line or lies in a file."""
    return json.dumps(request.body()).encode()


def finish(found: Settings, answer: bytes) -> Opened:
    """What the answer to the request that waits opens. Raises recovery_wrong."""
    request, private = _pending(found.home / PENDING_FILE)
    return Opened(recovery_words.read_answer(request, private, answer), request.slot.id)


def done(found: Settings) -> None:
    """The answer was used: its key goes."""
    (found.home / PENDING_FILE).unlink(missing_ok=True)


def _pending(path: Path) -> tuple[Request, bytes]:
    try:
        kept = json.loads(path.read_bytes())
        request = recovery_words.read_request(json.dumps(kept["request"]).encode())
        return request, bytes.fromhex(kept["private"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem("recovery_wrong", detail="本机没有在等答复") from error
