"""A room that waits for its key asks its centre over the line, where node.toml says `unlock = "centre"`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from edge import key_recovery, recovery_words
from edge.carrying import link_to_centre
from edge.errors import YizhanError
from edge.node import Node
from edge.unlocking import Opened

logger = logging.getLogger(__name__)
ASK_EVERY_S: Final = 30.0


class Asker:
    """Call it now and then: what the centre opens, or None. It asks every 30 s at most and says each refusal once."""

    def __init__(self, node: Node, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._node, self._monotonic = node, monotonic
        self._next, self._said = -ASK_EVERY_S, ""

    def __call__(self) -> Opened | None:
        now = self._monotonic()
        if now < self._next:
            return None
        self._next = now + ASK_EVERY_S
        try:
            return self._ask()
        except YizhanError as error:
            if error.code != self._said:
                logger.warning("the centre did not unlock this room: %s", error)
                self._said = error.code
            return None

    def _ask(self) -> Opened:
        found = self._node.settings
        request, private = key_recovery.ask(found, self._node.clock)
        link = link_to_centre(self._node)
        try:
            answer = link.post(f"{found.node_id}/unlock", key_recovery.to_bytes(request))
        finally:
            link.close()
        return Opened(recovery_words.read_answer(request, private, answer), request.slot.id)
