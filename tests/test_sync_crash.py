"""kill -9 of a carrying process at every step of a first contact: everything arrives once, and nothing is said too early."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge import log, verify
from edge.node import open_node
from sync.centre import log as centre_log
from sync.centre.centre import Centre
from sync.https import HttpsLink
from sync.push import Push
from tests.sync_pair import NODE, PHOTO, CentreServer, file_one, give_enrolment, received

CARRY = """
import sys
from pathlib import Path
from edge.node import open_node
from sync.https import HttpsLink
from sync.push import Push
node = open_node(Path(sys.argv[1]))
Push(node, HttpsLink(sys.argv[2])).drain()
node.close()
"""
PHOTO_SHA = hashlib.sha256(PHOTO).hexdigest()
REQUESTS = 4  # enrolment, events, the photo, and the last word


def prepare(home: Path, clock: Any, centre: Centre, url: str) -> None:
    node = open_node(home, clock)
    give_enrolment(node, centre, url)
    file_one(node, photos=(PHOTO,))
    file_one(node, 2)
    node.close()


def killer(process: list[subprocess.Popen[bytes]]) -> None:
    os.kill(process[0].pid, signal.SIGKILL)
    process[0].wait()


def carry_until_killed(home: Path, server: CentreServer, request: int, *, after_storing: bool) -> None:
    """A process of its own carries; it dies as the centre gets the given request, or as the answer leaves."""
    process: list[subprocess.Popen[bytes]] = []

    def die(body: bytes) -> bytes | None:
        killer(process)
        return body if after_storing else None

    hooks: list[Any] = server.spoil if after_storing else server.before
    hooks += [(lambda answer: answer) if after_storing else (lambda _: None)] * (request - 1)
    hooks.append(die)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    command = [sys.executable, "-c", CARRY, str(home), server.url]
    process.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE))
    process[0].communicate(timeout=60)
    assert process[0].returncode == -signal.SIGKILL
    assert hooks == []


@pytest.mark.parametrize("moment", ["before the centre stores", "after the centre stored"])
@pytest.mark.parametrize("request_number", range(1, REQUESTS + 1))
def test_a_killed_carrier_loses_and_doubles_nothing(
    request_number: int, moment: str, home: Path, clock: Any, server: CentreServer
) -> None:
    centre = server.centre
    prepare(home, clock, centre, server.url)
    carry_until_killed(home, server, request_number, after_storing=moment.startswith("after"))
    node = open_node(home, clock)
    with centre.store.read() as tx:
        held = {event.application for event in centre_log.walk(tx, NODE, "node")}
    for serial in (1, 2):
        assert not received(node, serial) or len(held) == 2
    link = HttpsLink(server.url)
    assert Push(node, link).drain().went_well
    assert received(node, 1)
    assert received(node, 2)
    assert centre.blobs.read(NODE, PHOTO_SHA) == PHOTO
    with centre.store.read() as theirs, node.database.read() as ours:
        assert list(centre_log.walk(theirs, NODE, "node")) == log.up(ours)
    assert verify.verify(node.database).whole
    link.close()
    node.close()
