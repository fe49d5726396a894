"""A province that may not stop: Patroni with three nodes and an etcd, materials on Swift, and the leader killed meanwhile.

Four rooms send batches with photographs through gunicorn, each again until it is acknowledged, as sync.push does. When a
third is through, the machine that leads loses its power. At the end every event of an acknowledged batch is compared
with what the room wrote, on each of the three machines; and every photograph, byte by byte, as Swift gives it back.
YIZHAN_BENCH_CLUSTER=<batches of a room> for another length.
"""

from __future__ import annotations

import hashlib
import http.client
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_start import figure
from conftest import use_database
from patroni_cluster import SWITCH_S, TTL_S, Cluster, Member, cluster, differences, until
from province import Caller, Gunicorn, Rooms, gunicorn
from swift_server import COPIES, Swift, swift

from sync.centre.blobs import BlobError
from sync.centre.centre import Centre, create_home, open_centre
from tests.centre_room import Room, pieces

CLIENTS, APPLICATIONS, PHOTO_BYTES = 4, 5, 20_000
PAUSE_S, GIVE_UP_S = 0.5, 240.0
KILL_AFTER = 1 / 3

Work = dict[str, tuple[Room, list[bytes]]]  # of each room: what it wrote, and its batches


@dataclass
class Said:
    """When each batch was acknowledged, of which room it was; and what was not answered at first."""

    acks: list[tuple[float, str]] = field(default_factory=list)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ack(self, node: str) -> None:
        with self.lock:
            self.acks.append((time.perf_counter(), node))

    def of(self, node: str) -> int:
        return sum(one == node for _, one in self.acks)


def figures() -> list[dict[str, Any]]:
    count = int(os.environ.get("YIZHAN_BENCH_CLUSTER", "30"))
    with swift() as shelf, cluster() as machines, centre_on(machines, shelf) as (home, name):
        work = prepare(home, count)
        with gunicorn(home) as server:
            said, lost = through_a_loss(server, machines, work)
        lost.begin()
        back = until(machines.standing, SWITCH_S, "the machine that was killed, as a follower")
        held = {one.name: rows_of(one, name) for one in machines.members}
        wrong = photographs_that_differ(home, work, said)
        copies = shelf.copies()
    return [*told(work, said, held, wrong, copies), figure("cluster: until the killed machine followed", back, "s")]


def told(work: Work, said: Said, held: dict[str, list[Any]], wrong: int, copies: int) -> list[dict[str, Any]]:
    sent = [row for node, (room, _) in work.items() for row in written(room)[: 2 * APPLICATIONS * said.of(node)]]
    every = [row for room, _ in work.values() for row in written(room)]
    newest = max(held.values(), key=len)
    unanswered = sum(len(bodies) for _, bodies in work.values()) - len(said.acks)
    at = [moment for moment, _ in said.acks]
    pause = max(later - earlier for earlier, later in itertools.pairwise(at))
    kept = f"{len(sent)} events of {len(said.acks)} batches, {said.refused} attempts in vain, {len(held)} machines"
    return [
        figure("cluster: acknowledged events lost or other", differences(sent, newest), limit=0, beside=kept),
        figure("cluster: events that nobody sent, or twice", len(newest) - len(set(newest) & set(every)), limit=0),
        figure("cluster: machines with other rows", sum(one != newest for one in held.values()), limit=0),
        figure("cluster: photographs lost or other", wrong, limit=0, beside=f"{copies} files, {COPIES} copies each"),
        figure("cluster: batches never answered", unanswered, limit=0),
        figure("cluster: longest pause between two acks", pause, "s", beside=f"the lease of a leader is {TTL_S} s"),
    ]


@contextmanager
def centre_on(machines: Cluster, shelf: Swift) -> Iterator[tuple[Path, str]]:
    """The home of a centre with its rows on the one and its materials on the other; the name of its database."""
    folder, name = Path(tempfile.mkdtemp(prefix="yizhan-cluster-")), machines.create()
    try:
        home = folder / "centre"
        create_home(home)
        shelf.describe(home / "s3.toml")
        with (home / "centre.toml").open("a", encoding="utf-8") as file:
            file.write('s3 = "s3.toml"\n')
        use_database(home, machines.address(name))
        yield home, name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(home: Path) -> Iterator[Centre]:
    centre = open_centre(home)
    try:
        yield centre
    finally:
        centre.close()


def prepare(home: Path, count: int) -> Work:
    """Rooms, and their batches: so many applications each, and the photograph of the first of them."""
    with opened(home) as centre:
        rooms, found = Rooms(centre), {}
        for node in rooms.enrol(0, CLIENTS):
            room = rooms.room(node)
            found[node] = (room, [_batch(room, place) for place in range(count)])
    return found


def _batch(room: Room, place: int) -> bytes:
    data = photograph(room.node, place)
    named = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "media_type": "image/jpeg"}
    for serial in range(place * APPLICATIONS + 1, (place + 1) * APPLICATIONS + 1):
        first = serial == place * APPLICATIONS + 1
        room.file_one(serial, materials=[named | {"name": "照片.jpg", "slot": "residence-proof"}] if first else [])
        room.write("identity.verified", {"method": "officer"}, serial)
    return room.batch(first=2 * APPLICATIONS * place + 1, chunks=pieces(data))


def photograph(node: str, place: int) -> bytes:
    return hashlib.shake_256(f"{node}/{place}".encode()).digest(PHOTO_BYTES)


def through_a_loss(server: Gunicorn, machines: Cluster, work: Work) -> tuple[Said, Member]:
    """Send everything; meanwhile the leader is killed. Gives what was acknowledged, and who was killed."""
    said, begun = Said(), time.perf_counter()
    threads = [threading.Thread(target=send, args=(server, node, bodies, said)) for node, (_, bodies) in work.items()]
    for thread in threads:
        thread.start()
    third = KILL_AFTER * sum(len(bodies) for _, bodies in work.values())
    until(lambda: len(said.acks) >= third, GIVE_UP_S, "a third of the batches")
    lost = machines.leader()
    if lost is None:
        raise RuntimeError("nobody leads before anybody was killed")
    lost.kill()
    for thread in threads:
        thread.join(max(0.0, GIVE_UP_S - (time.perf_counter() - begun)) + PAUSE_S)
    return said, lost


def send(server: Gunicorn, node: str, bodies: list[bytes], said: Said) -> None:
    begun, caller, over = time.perf_counter(), Caller(server.url), threading.Event()
    for body in bodies:
        while not _posted(caller, node, body):
            said.refused += 1
            caller.close()
            if time.perf_counter() - begun > GIVE_UP_S:
                return
            over.wait(PAUSE_S)
        said.ack(node)
    caller.close()


def _posted(caller: Caller, node: str, body: bytes) -> bool:
    try:
        return caller.post(node, body) == 200
    except (OSError, http.client.HTTPException):
        return False


def written(room: Room) -> list[tuple[Any, ...]]:
    return [(room.node, one.epoch, one.seq, one.kind, bytes(one.body), bytes(one.digest)) for one in room.log]


def rows_of(member: Member, name: str) -> list[tuple[Any, ...]]:
    """What one machine holds of the rooms' logs, as `written` has it."""
    columns = "node_id, epoch, seq, kind, body, digest"
    rows = member.execute(f"SELECT {columns} FROM event WHERE side = 'node' ORDER BY node_id, epoch, seq", name)
    return [(*row[:4], bytes(row[4]), bytes(row[5])) for row in rows]


def photographs_that_differ(home: Path, work: Work, said: Said) -> int:
    """Of the acknowledged batches, read back from Swift through the centre's own door."""
    wrong = 0
    with opened(home) as centre:
        for node in work:
            for place in range(said.of(node)):
                data = photograph(node, place)
                try:
                    wrong += centre.blobs.read(node, hashlib.sha256(data).hexdigest()) != data
                except BlobError:
                    wrong += 1
    return wrong
