"""Several programs on one PostgreSQL: what comes to two of them at once is done once, whichever was first."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from conftest import FixedClock, use_database
from province import Caller, get, gunicorn
from sqlalchemy import func, select

from edge.accounts import Cost
from edge.errors import YizhanError
from forms.events import Head
from sync.centre import cases, log, tables, verification
from sync.centre.centre import open_centre
from sync.centre.receiver import receive
from tests.centre_room import MATERIAL, NODE, enrolled, number, pieces

OTHER = "5224250018"
TIMES = 4


@pytest.fixture
def home(tmp_path, empty_centre, postgresql_like_new):
    made = shutil.copytree(empty_centre, tmp_path / "centre")
    use_database(made, postgresql_like_new)
    return made


@pytest.fixture
def centres(home):
    """Two programs, each with connections of its own."""
    opened = [open_centre(home, FixedClock(), Cost(1024, 1, 1)) for _ in range(2)]
    yield opened
    for one in opened:
        one.close()


def at_once(*acts):
    """What each act returned, or the code of its error; they begin together."""
    barrier = Barrier(len(acts))

    def do(act):
        barrier.wait()
        try:
            return act()
        except YizhanError as error:
            return error.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def count(centre, table):
    with centre.store.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_batch_that_comes_to_two_programs_at_once_is_stored_once_and_acked_twice(centres):
    room = enrolled(centres[0])
    for serial in range(1, 1 + TIMES):
        room.file_one(serial, materials=[MATERIAL])
        body = room.batch(first=serial, chunks=pieces())
        answers = at_once(*(lambda one=one, body=body: receive(one, NODE, body) for one in centres * 2))
        assert {room.read(answer, body).ack.head for answer in answers} == {Head.of(room.log[-1])}
    assert (count(centres[0], tables.event), count(centres[0], tables.application)) == (TIMES, TIMES)
    assert count(centres[0], tables.quarantine) == 0
    assert verification.verify(centres[1])["whole"]


def test_batches_that_overlap_at_two_programs_become_one_log(centres):
    room = enrolled(centres[0])
    for serial in range(1, 7):
        room.file_one(serial)
    bodies = [room.batch(first=first, last=last) for first, last in ((1, 3), (2, 4), (1, 5), (4, 6))]
    at_once(
        *(lambda body=body, one=one: receive(one, NODE, body) for one, body in zip(centres * 2, bodies, strict=True))
    )
    receive(centres[0], NODE, room.batch())
    assert count(centres[1], tables.event) == 6
    assert verification.verify(centres[1])["whole"]


def test_rooms_do_not_wait_for_one_another(centres):
    first, second = enrolled(centres[0]), enrolled(centres[0], OTHER)
    first.file_one()
    second.file_one()
    with centres[0].store.write() as tx:
        tx.execute(select(tables.node).filter_by(node_id=NODE).with_for_update())
        receive(centres[1], OTHER, second.batch())  # answers while the other room's row is held
    receive(centres[1], NODE, first.batch())
    assert count(centres[0], tables.event) == 2


def test_of_two_reviewers_at_two_programs_one_decides(centres):
    room = enrolled(centres[0])
    room.file_one()
    receive(centres[0], NODE, room.batch())
    seen = cases.get(centres[0], number(1)).version
    outcomes = at_once(
        lambda: cases.accept(centres[0], number(1), actor="centre:li", seen=seen).version,
        lambda: cases.accept(centres[1], number(1), actor="centre:wang", seen=seen).version,
    )
    assert "application_changed" in outcomes
    with centres[0].store.read() as tx:
        assert len(list(log.walk(tx, NODE, "centre"))) == 1
    assert verification.verify(centres[0])["whole"]


def test_what_two_programs_write_to_one_room_at_once_is_one_chain(centres):
    room = enrolled(centres[0])
    for serial in range(1, 7):
        room.file_one(serial)
    receive(centres[0], NODE, room.batch())
    acts = [
        lambda one=one, serial=serial: cases.accept(one, number(serial), actor="centre:li")
        for serial, one in zip(range(1, 7), centres * 3, strict=True)
    ]
    assert not [one for one in at_once(*acts) if isinstance(one, str)]
    assert verification.verify(centres[0])["whole"]


def test_the_command_of_the_manual_serves_from_several_workers(home, centres):
    room = enrolled(centres[0])
    room.file_one()
    body = room.batch()
    with gunicorn(home, workers=2, threads=4) as server:
        assert len(server.workers()) == 2
        assert get(server.url, "/healthz")[0] == 200
        callers = [Caller(server.url) for _ in range(6)]
        assert at_once(*(lambda one=one: one.post(NODE, body) for one in callers)) == [200] * 6
        assert get(server.url, "/review/")[0] in (200, 303)
        for one in callers:
            one.close()
    assert count(centres[0], tables.event) == 1
