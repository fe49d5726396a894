"""The centre is killed between its commit and its answer; whoever sends the same again gets the same ack, once stored."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import use_database
from sqlalchemy import func, select

from edge.accounts import Cost
from forms.events import Head
from sync.centre import cases, tables, verification
from sync.centre.app import ENVELOPE
from sync.centre.centre import open_centre
from sync.centre.receiver import receive
from tests.centre_room import MATERIAL, NODE, enrolled, number, pieces

ROOT = Path(__file__).parent.parent
# a centre in a process of its own, which is killed at the moment that its argument names
CENTRE = """
import os, signal, sys, threading
from pathlib import Path
from edge.serving import Server
from sync.centre import groups, receiver, shelves, store
from sync.centre.app import create_app
from sync.centre.centre import open_centre

def die(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)

home, moment = Path(sys.argv[1]), sys.argv[2]
centre = open_centre(home)
server = Server(create_app(centre), "127.0.0.1", 0)
if moment == "answer":
    receiver._seal = die
elif moment == "commit":
    receiver._said = die
elif moment == "file":
    shelves.durable.sync_folder = die
elif moment.startswith("together"):
    gather, pause = groups.Groups._gather, threading.Event()

    def wait_for_the_others(self, own):
        while len(self._waiting) < 2:
            pause.wait(0.01)
        return gather(self, own)

    groups.Groups._gather = wait_for_the_others
    setattr(receiver, {"together, answer": "_seal", "together, commit": "_said"}[moment], die)
print(server.url, flush=True)
signal.pause()
"""


@pytest.fixture
def home(request, tmp_path, empty_centre, engine):
    made = shutil.copytree(empty_centre, tmp_path / "centre")
    if engine == "postgresql":
        use_database(made, request.getfixturevalue("postgresql_like_new"))
    return made


def opened(home):
    return open_centre(home, cost=Cost(1024, 1, 1))


def start(home, moment):
    process = subprocess.Popen(
        [sys.executable, "-c", CENTRE, str(home), moment], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline().strip()


def post(url, path, body):
    """The answer, or None where the connection died."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("POST", path, body, {"Content-Type": ENVELOPE})
        return connection.getresponse().read()
    except (http.client.HTTPException, OSError):
        return None
    finally:
        connection.close()


def end(process):
    process.stdout.close()
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    return process.wait(60)


@pytest.mark.parametrize(("moment", "stored"), [("answer", 1), ("commit", 0), ("file", 0)])
def test_a_centre_killed_while_it_takes_a_batch_stores_it_whole_or_not_at_all(home, moment, stored):
    centre = opened(home)
    room = enrolled(centre)
    centre.close()
    room.file_one(materials=[MATERIAL])
    body = room.batch(chunks=pieces())
    process, url = start(home, moment)
    assert post(url, f"/sync/v1/{NODE}", body) is None
    assert end(process) == -signal.SIGKILL
    centre = opened(home)
    with centre.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.event)).scalar_one() == stored
    assert verification.verify(centre)["whole"]
    answer = room.read(receive(centre, NODE, body), body)
    assert (answer.ack.head, answer.ack.missing) == (Head.of(room.log[0]), ())
    with centre.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.event)).scalar_one() == 1
    assert verification.verify(centre)["whole"]
    centre.close()


@pytest.mark.parametrize(("moment", "stored"), [("together, answer", 3), ("together, commit", 0)])
def test_batches_that_were_taken_together_are_all_there_or_none_of_them(home, moment, stored):
    centre = opened(home)
    rooms = [enrolled(centre, node) for node in ("5224250011", "5224250012", "5224250013")]
    centre.close()
    for room in rooms:
        room.file_one()
    bodies = {room.node: room.batch() for room in rooms}
    process, url = start(home, moment)
    with ThreadPoolExecutor(3) as pool:
        said = [pool.submit(post, url, f"/sync/v1/{node}", body) for node, body in bodies.items()]
    assert [one.result() for one in said] == [None] * 3
    assert end(process) == -signal.SIGKILL
    centre = opened(home)
    with centre.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.event)).scalar_one() == stored
    for room in rooms:
        body = bodies[room.node]
        assert room.read(receive(centre, room.node, body), body).ack.head == Head.of(room.log[0])
    with centre.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.event)).scalar_one() == 3
        assert tx.execute(select(func.sum(tables.tally.c.received)).filter_by(span="2026")).scalar_one() == 3
    assert verification.verify(centre)["whole"]
    centre.close()


def test_a_decision_whose_answer_was_lost_is_there_once_and_goes_down(home):
    centre = opened(home)
    room = enrolled(centre)
    room.file_one()
    body = room.batch()
    receive(centre, NODE, body)
    cases.accept(centre, number(1), actor="centre:chen")
    centre.close()
    process, url = start(home, "answer")
    body = room.batch(first=2)
    assert post(url, f"/sync/v1/{NODE}", body) is None
    end(process)
    centre = opened(home)
    assert [event.kind for event in room.read(receive(centre, NODE, body), body).events] == ["application.accepted"]
    assert verification.verify(centre)["whole"]
    centre.close()
