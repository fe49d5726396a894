"""A room whose secrets are lost asks its centre: a request goes out, by hand or over the line, and an answer comes in.

Between the two the private key of the request lies in a file beside the sheet. By itself it opens nothing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import backup_file, durable, recovery_words, slots, unlocking
from edge.errors import problem
from edge.os_words import why
from edge.recovery_words import Request
from edge.unlocking import Opened

if TYPE_CHECKING:
    from edge.clock import Clock
    from edge.settings import Settings
    from edge.slots import Sheet

PENDING_FILE: Final = "key-recovery.json"


def ask(found: Settings, clock: Clock) -> tuple[Request, bytes]:
    """A fresh request for the centre's slot, and its private key. Raises recovery_no_slot, slots_unreadable."""
    return _ask(found.node_id, slots.read(unlocking.sheet_path(found.home)), clock)


def _ask(node_id: str, sheet: Sheet | None, clock: Clock) -> tuple[Request, bytes]:
    slot = next(sheet.of_kind("centre"), None) if sheet else None
    if slot is None:
        raise problem("recovery_no_slot")
    private = os.urandom(slots.KEY_BYTES)
    return Request(node_id, clock.now(), slot, slots.public_of(private).hex()), private


def begin(found: Settings, clock: Clock) -> Request:
    """A request that is answered later: its private key is kept until then; an earlier one ends."""
    return _keep(found.home, *ask(found, clock))


def begin_for_backup(file: Path, home: Path, node_id: str, clock: Clock) -> Request:
    """The same for a backup, where the machine and all that opened it are gone. `home`: where the room will be made of
    it. Raises backup_unusable, recovery_no_slot, slots_unreadable, file_not_written.
    """
    try:
        sheet, _ = backup_file.read_sheet(file)
    except OSError as error:
        raise problem("backup_unusable", detail=why(error)) from error
    request, private = _ask(node_id, sheet, clock)
    try:
        home.mkdir(parents=True, exist_ok=True)
        return _keep(home, request, private)
    except OSError as error:
        raise problem("file_not_written", file=home, detail=why(error)) from error


def _keep(home: Path, request: Request, private: bytes) -> Request:
    kept = json.dumps({"private": private.hex(), "request": request.body()}).encode()
    durable.write_whole(home / PENDING_FILE, kept)
    return request


def to_bytes(request: Request) -> bytes:
    """As it crosses the line or lies in a file."""
    return json.dumps(request.body()).encode()


def read_answer(file: Path) -> bytes:
    """The answer that somebody brought. Raises recovery_wrong."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise problem("recovery_wrong", detail="读不出来") from error


def finish(home: Path, answer: bytes) -> Opened:
    """What the answer to the request that waits opens. Raises recovery_wrong."""
    request, private = _pending(home / PENDING_FILE)
    return Opened(recovery_words.read_answer(request, private, answer), request.slot.id)


def done(home: Path) -> None:
    """The answer was used: its key goes."""
    (home / PENDING_FILE).unlink(missing_ok=True)


def _pending(path: Path) -> tuple[Request, bytes]:
    try:
        kept = json.loads(path.read_bytes())
        request = recovery_words.read_request(json.dumps(kept["request"]).encode())
        return request, bytes.fromhex(kept["private"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem("recovery_wrong", detail="本机没有在等答复") from error
