"""A round with nothing new, after a long past: requests, sealed bytes both ways, seconds. Node and centre in one process."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from edge import log
from edge import node as node_module
from edge.node import Node, open_node
from edge.sample.story import HandOver
from forms import events
from forms.events import Event, Head
from sync.centre import log as centre_log
from sync.centre import tables
from sync.centre.centre import Centre, create_home, open_centre
from sync.push import Push
from tests import sync_pair

BODY = b'{"method":"officer"}'
AT = "2026-11-21T09:13:00+08:00"
PORTION = 20_000
ROUNDS = 9
COLUMNS = log._COLUMNS.split(", ")


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
    """{"requests", "bytes", "seconds"} of one round; the quickest of a few."""
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
    _write(node, centre, past)
    _round(push)
    link.posts = link.carried = 0
    seconds = [_round(push) for _ in range(ROUNDS)]
    if _held(centre) != past:
        raise RuntimeError("not the past that was asked for")
    return {"requests": link.posts / ROUNDS, "bytes": link.carried / ROUNDS, "seconds": min(seconds)}


def _round(push: Push) -> float:
    began = time.monotonic()
    report = push.drain()
    if report.problem is not None:
        raise report.problem
    return time.monotonic() - began


def _held(centre: Centre) -> int:
    with centre.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(tables.event)).scalar_one())


def _write(node: Node, centre: Centre, past: int) -> None:
    """A genuine chain on both sides, past the doors: nobody proves each event, and the ids ascend."""
    with node.database.read() as tx:
        head = log.head(tx)
    while head.seq < past:
        made = list(_follow(head, min(PORTION, past - head.seq)))
        head = Head.of(made[-1])
        with node.database.write() as tx:
            tx.executemany(log._INSERT, (("node", *(getattr(event, name) for name in COLUMNS)) for event in made))
            log.set_acked(tx, head, AT, lacking=0)
        with centre.store.write() as tx:
            centre_log.store(tx, sync_pair.NODE, "node", [(event, "") for event in made], AT)


def _follow(head: Head, count: int) -> Iterator[Event]:
    for _ in range(count):
        seq, prev = head.seq + 1, head.digest
        header = {
            "seq": seq, "epoch": 1, "id": f"{seq:032x}", "application": "", "kind": "identity.verified", "at": AT,
            "centre_at": "", "ticks": seq, "actor": "system", "seen": "",
        }  # fmt: skip  # a table
        event = events.seal(**header, body=BODY, salt=prev[:16], prev=prev)
        head = Head.of(event)
        yield event
