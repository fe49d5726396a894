"""The room's end of a bad link: the real carrying; a JSON object a line.

It takes: `carry`, `file N` (so many applications), `photo NAME` (an application with a photo that can't be made smaller),
`urgent` (an application whose way to its ack is timed), `quit`. What only fills a room is loaded when it is asked for.
"""

from __future__ import annotations

import logging
import random
import sys
import threading
from pathlib import Path

from link_said import say

from edge import log, materials, outgoing
from edge.carrying import Carrying
from edge.node import Node, open_node

LOOK_S = 0.02


def file_many(node: Node, count: int, seed: int) -> None:
    """Applications with the bodies of the corpus, without their files, as fast as the disk takes them."""
    from tests import corpus, sync_pair

    bodies = corpus.bodies(count, seed)
    with node.database.write() as tx:
        first = log.head(tx).seq + 1
        for place, body in enumerate(bodies):
            log.append(tx, "application.filed", sync_pair.number(first + place), body | {"materials": []}, "kiosk")


def file_photo(node: Node, seed: int, size: int = 300_000) -> str:
    """An application with one material that no encoder makes smaller; its digest."""
    from tests import corpus, sync_pair

    data = b"%PDF-" + random.Random(seed).randbytes(size - 5)
    with node.database.write() as tx:
        held = materials.put(tx, data, "application/pdf", "扫描件.pdf", "proof")
        body = corpus.bodies(1, seed)[0] | {"materials": [sync_pair._plain(held)]}
        log.append(tx, "application.filed", sync_pair.number(log.head(tx).seq + 1), body, "kiosk")
    return held.sha256


class Watch:
    """Says when the acked head or the number of unsent materials changes, and what was handed to the system for it."""

    def __init__(self, node: Node, carrying: Carrying) -> None:
        self._node = node
        self._uplink = carrying.push._link.uplink  # type: ignore[attr-defined]  # of the HTTPS link, which this always is
        self._handed = 0
        self._seen: tuple[int, int, int] = (-1, -1, -1)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(LOOK_S):
            if (handed := self._uplink.handed) != self._handed:
                say(handed=handed - self._handed)
                self._handed = handed
            with self._node.database.read() as tx:
                log_left = log.unsent(tx)
                now = (log.acked(tx).seq, log_left, outgoing.unsent(tx) if not log_left else -1)
            if now != self._seen:
                self._seen = now
                say(acked=now[0], unsent=now[1], materials=now[2])


def node(home: Path) -> None:
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    with_node = open_node(home)
    carrying = Carrying(with_node)
    watch = Watch(with_node, carrying)
    say(ready=True)
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "carry":
            carrying.start()
        elif word == "file":
            file_many(with_node, int(rest), 5)
            say(filed=int(rest))
        elif word == "photo":
            file_photo(with_node, int(rest))
            say(photo=rest)
        elif word == "urgent":
            file_many(with_node, 1, int(rest))
            with with_node.database.read() as tx:
                say(urgent=log.head(tx).seq)
            carrying.send_now()
        elif word == "quit":
            break
    carrying.stop()
    watch.end()
    with_node.close()
