"""The order of the reviewers' queue: what presses, then the day, then the number; what has no day comes last."""

import pytest

from sync.centre import desks, lists, queue
from sync.centre.queue import Asked, Who
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number, sample

UNKNOWN = {"id": "wuming", "version": "2026.1.0", "digest": "0" * 64}


@pytest.fixture
def room(centre):
    return enrolled(centre)


def sent(centre, room):
    body = room.batch()
    room.read(receive(centre, NODE, body), body)


def entries(centre, show="todo", **more):
    """(serial, day) of the queue's entries, from the top, for somebody who decides everything."""
    with centre.store.read() as tx:
        who = Who("li", desks.of(tx, "li"))
        found = queue.lines(tx, Asked(show, **more), who, centre.clock.today())
    return [(int(entry.line.number[11:16]), entry.line.due) for entry in found]


def order(centre, **more):
    return [serial for serial, _ in entries(centre, **more)]


def test_what_has_no_day_comes_behind_all_that_have_one_and_is_shown_without(centre, room):
    room.write("application.filed", sample() | {"service": UNKNOWN}, 1)
    room.file_one(2)
    sent(centre, room)
    (first, day), last = entries(centre)
    assert (first, last) == (2, (1, ""))
    assert day > centre.clock.today()


def test_an_urgent_one_comes_first_although_it_came_last_and_has_no_day(centre, room):
    room.file_one(1)
    room.write("application.filed", sample(urgent=True) | {"service": UNKNOWN}, 2)
    sent(centre, room)
    assert order(centre) == [2, 1]


def test_the_earlier_day_comes_first_and_of_one_day_the_lower_number(centre, room, clock):
    room.file_one(3)
    room.file_one(1)
    sent(centre, room)
    clock.advance(days=4)
    room.write("application.filed", sample(), 2, at="2026-11-25T09:12:03+08:00")
    sent(centre, room)
    assert order(centre) == [1, 3, 2]


def test_the_queue_goes_page_by_page_in_the_same_order(centre, room, monkeypatch):
    for serial in range(1, 6):
        room.file_one(serial)
    sent(centre, room)
    monkeypatch.setattr(queue, "LIMIT", 2)
    assert [order(centre, after=at) for at in (0, 2, 4, 6)] == [[1, 2], [3, 4], [5], []]


def test_the_list_without_duties_is_in_the_same_order(centre, room):
    room.write("application.filed", sample() | {"service": UNKNOWN}, 1)
    room.file_one(2)
    room.write("application.filed", sample(urgent=True) | {"service": UNKNOWN}, 3)
    sent(centre, room)
    with centre.store.read() as tx:
        found = lists.applications(tx, "todo", centre.clock.today())
    assert [one.number for one in found] == [number(3), number(2), number(1)]
    assert order(centre) == [3, 2, 1]
