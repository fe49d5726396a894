"""When more comes than can be answered within a second, rooms are told when to come back; nobody else waits for them."""

import random
from contextlib import ExitStack

import pytest
from sqlalchemy import func, select

from forms.events import Head
from sync.centre import tables
from sync.centre.admission import ANSWER_S, AWAY_S_MAX, PLACES_MIN, Admission, Busy
from sync.centre.app import ENVELOPE, create_app
from tests.centre_room import NODE, enrolled

THREADS = 8
PLACES = 6


class Seconds:
    """A clock that a test moves."""

    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def admission(seconds):
    return Admission(THREADS, now=seconds, rng=random.Random(1))


@pytest.fixture
def room(centre):
    return enrolled(centre)


@pytest.fixture
def app(centre):
    return create_app(centre)


def post(app, body, node=NODE):
    return app.test_client().post(f"/sync/v1/{node}", data=body, content_type=ENVELOPE)


def filled(app):
    """Every place taken, for as long as the stack is open."""
    stack, taken = ExitStack(), app.extensions["yizhan.admission"]
    while not taken.is_full:
        stack.enter_context(taken.place())
    return stack


def stored(centre):
    with centre.store.read() as tx:
        return tx.execute(select(func.count()).select_from(tables.event)).scalar_one()


def test_a_batch_that_finds_no_place_is_told_when_to_come_and_is_taken_then(centre, app, room):
    room.file_one()
    body = room.batch()
    with filled(app):
        refused = post(app, body)
        assert (refused.status_code, refused.json["error"]["code"]) == (503, "centre_busy")
        assert refused.json["error"]["permanent"] is False
        assert 1 <= int(refused.headers["Retry-After"]) <= AWAY_S_MAX
        assert stored(centre) == 0
    assert room.read(post(app, body).data, body).ack.head == Head.of(room.log[0])
    assert stored(centre) == 1


def test_the_desk_and_the_other_doors_answer_while_every_place_is_taken(app, room):
    with filled(app):
        client = app.test_client()
        assert client.get("/review/login").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.post(f"/sync/v1/{NODE}/enrolment", json={"code_hash": "0" * 64}).status_code == 403


def test_the_body_of_a_refused_batch_is_not_read(app):
    class Unread:
        def read(self, *_):
            raise AssertionError("read")

        readline = read

    answered = {}
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/sync/v1/{NODE}", "CONTENT_LENGTH": "9", "wsgi.input": Unread()}
    with filled(app):
        app.wsgi_app(environ, lambda status, headers: answered.update(status=status, headers=dict(headers)))
    assert answered["status"].startswith("503")
    assert int(answered["headers"]["Retry-After"]) >= 1


def test_strangers_take_no_place(centre, app, room):
    admission = app.extensions["yizhan.admission"]
    room.file_one()
    body = room.batch()
    for node, said in ((NODE, b"nothing of ours"), ("5224250099", body), (NODE, body[:-1] + bytes([body[-1] ^ 1]))):
        assert post(app, said, node).status_code in (400, 404)
    assert admission.taken == 0
    assert post(app, body).status_code == 200
    assert (admission.taken, admission.is_full) == (1, False)


def test_a_batch_that_is_proven_when_the_last_place_is_taken_comes_later_too(centre, app, room):
    room.file_one()
    body = room.batch()
    app.wsgi_app = app.wsgi_app._program._program  # the door saw a place free
    with filled(app):
        refused = post(app, body)
        assert (refused.status_code, refused.json["error"]["code"]) == (503, "centre_busy")
        assert int(refused.headers["Retry-After"]) >= 1
        assert stored(centre) == 0
    assert post(app, body).status_code == 200


def test_some_threads_take_no_batch(admission):
    with ExitStack() as stack:
        for _ in range(PLACES):
            stack.enter_context(admission.place())
        assert admission.is_full
        with pytest.raises(Busy), admission.place():
            pass
    assert not admission.is_full
    assert admission.taken == PLACES


def test_only_so_many_are_in_hand_as_are_answered_within_a_second(admission, seconds):
    for _ in range(60):
        with admission.place():
            seconds.at += ANSWER_S / 4.9
    assert admission.limit == PLACES_MIN


def test_those_who_are_refused_come_back_one_behind_the_other(admission):
    with ExitStack() as stack:
        for _ in range(PLACES):
            stack.enter_context(admission.place())
        told = [admission.away_s() for _ in range(1000)]
    assert told == sorted(told)
    assert told[0] <= 2
    assert 20 <= told[-1] <= 23  # as fast as is believed before anything was measured: fifty a second
    assert max(told.count(second) for second in set(told)) <= 51
    assert admission.refused == 1000


def test_nobody_is_sent_away_for_longer_than_a_minute(admission):
    told = [admission.away_s() for _ in range(5000)]
    assert max(told) <= AWAY_S_MAX
    assert len(set(told[-500:])) > 20  # and not all to one moment
