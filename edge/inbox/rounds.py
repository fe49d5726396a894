"""Beside the pages of a room that is open: take in what its sealed inbox holds, and be ready for the next power cut."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from edge import inbox, room_described
from edge.errors import YizhanError
from edge.inbox import merging, sets

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)

# what stands in the log is kept sealed until the centre holds it; a room without a centre keeps it so long
KEPT_S = 30 * 24 * 3600
CLEAR_EVERY = 600  # looks


class Rounds:
    """Looks when it is told to. A fault is logged once, until the next look goes well."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._ready_for: object = None
        self._told = ""
        self._looks = 0

    def look(self) -> None:
        """Cheap where nothing waits: it reads one folder."""
        try:
            self._merge()
            self._make_ready()
            if self._looks % CLEAR_EVERY == 0:
                clear(self._node)
            self._looks += 1
            self._told = ""
        except YizhanError as error:
            if error.code != self._told:
                logger.warning("the sealed inbox: %s", error)
            self._told = error.code

    def _merge(self) -> None:
        folder = sets.folder_of(self._node.settings.home)
        if next(inbox.waiting(folder), None) is None:
            return
        done = merging.merge(self._node, folder)
        if done.numbers:
            merging.retry(self._node)
            self._node.send_now()
        logger.info("the sealed inbox: %d registered, %d aside", len(done.numbers), len(done.aside))

    def _make_ready(self) -> None:
        stamp = self._node.standing.stamp, self._node.room
        if stamp != self._ready_for and not self._node.settings.practice:
            sets.keep_locked(self._node)
            room_described.tell(self._node)
            self._ready_for = stamp


def clear(node: Node) -> int:
    """Empty the items whose events the centre holds; how many. Names stay a while, so that no later one is missed."""
    gone = 0
    for path in list(inbox.done(sets.folder_of(node.settings.home))):
        data, is_old = path.read_bytes(), time.time() - path.stat().st_mtime > KEPT_S
        with node.database.read() as tx:
            held = bool(data) and merging.is_held_above(tx, data)
        if is_old:
            path.unlink()
        elif held:
            path.write_bytes(b"")
        gone += held or (is_old and bool(data))
    return gone
