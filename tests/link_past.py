"""A round with nothing new, after a long past: requests, sealed bytes both ways, seconds. Node and centre in one process."""

import tempfile
import time
from pathlib import Path

from sqlalchemy import update

from edge import log
from edge import node as node_module
from edge.node import Node, open_node
from edge.sample_data import HandOver
from forms import events
from forms.events import Event, Head
from sync.centre import tables
from sync.centre.centre import Centre, create_home, open_centre
from sync.push import Push
from tests import sync_pair

BODY = b'{"method":"officer"}'
PORTION = 20_000


class Counting(HandOver):
    """Counts what goes over."""

    posts = 0
    carried = 0

    def post(self, place: str, body: bytes) -> bytes:
        said = super().post(place, body)
        self.posts += 1
        self.carried += len(body) + len(said)
        return said


def measure(past: int) -> dict[str, float]:
    """{"requests", "bytes", "seconds"} of one round."""
    with tempfile.TemporaryDirectory(prefix="yizhan-past-") as name:
        folder = Path(name)
        create_home(folder / "centre")
        node_module.create_home(
            folder / "node", sync_pair.NODE, "石门乡警务室", password_memory_kib=8192, password_passes=1
        )
        centre, node = open_centre(folder / "centre"), open_node(folder / "node")
        try:
            return _measure(node, centre, past)
        finally:
            node.close()
            centre.close()


def _measure(node: Node, centre: Centre, past: int) -> dict[str, float]:
    sync_pair.give_enrolment(node, centre, "http://127.0.0.1:1")
    link = Counting(centre)
    push = Push(node, link)
    push.drain()
    head = _write(node, past)
    with centre.store.write() as tx:
        tx.execute(update(tables.node).values(up_head=str(head)))
    push.drain()
    link.posts = link.carried = 0
    began = time.monotonic()
    report = push.drain()
    if report.problem is not None:
        raise report.problem
    return {"requests": link.posts, "bytes": link.carried, "seconds": time.monotonic() - began}


def _write(node: Node, past: int) -> Head:
    """Events that the centre is said to hold."""
    with node.database.read() as tx:
        head = log.head(tx)
    for _ in range(0, past, PORTION):
        with node.database.write() as tx:
            for _ in range(min(PORTION, past - head.seq)):
                event = _next(head)
                log._store(tx, "node", event)
                head = Head.of(event)
            log.set_acked(tx, head, "2026-11-21T09:13:00+08:00", lacking=0)
    return head


def _next(before: Head) -> Event:
    salt = before.digest[:16]
    return events.seal(
        seq=before.seq + 1, epoch=1, id=events.derived_id(before.digest, salt), application="", kind="identity.verified",
        at="2026-11-21T09:12:03+08:00", centre_at="", ticks=before.seq, actor="system", seen="", body=BODY, salt=salt,
        prev=before.digest,
    )  # fmt: skip
