"""Nothing orders by a clock: an hour back and ten years forward change no number, no order, no deadline and no session."""

import threading
from datetime import datetime
from itertools import pairwise

import pytest
from conftest import FixedClock

from edge import applications, heads, log, officers, verify
from edge.clock import SystemClock
from edge.node import open_node
from edge.scheduler import Timetable
from forms import deadlines
from forms.events import Head
from forms.state import State
from sync.centre import cases, projection
from tests.desk_app import PASSWORD, add_officer
from tests.test_edge_restore import file, own

JUMPS = [{"hours": -1}, {"days": 3653}]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_numbers_order_and_sync_go_on_over_a_jump(enrolled, node, centre, clock, jump):
    before = file(node, "token-0001")
    assert enrolled.drain().went_well
    clock.advance(**jump)
    after = file(node, "token-0002")
    assert int(after[11:-1]) == int(before[11:-1]) + 1
    assert enrolled.drain().went_well
    cases.accept(centre, after, actor="centre:li")
    assert enrolled.drain().went_well
    events = own(node)
    assert [event.position for event in events] == sorted(event.position for event in events)
    assert all(one.ticks <= other.ticks for one, other in pairwise(events))
    with node.database.read() as tx:
        assert [row.number for row in heads.search(tx)] == [after, before]
        assert log.acked(tx) == Head.of(events[-1])
        assert applications.get(tx, after).state.phase == "accepted"
    assert verify.verify(node.database).whole


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_both_sides_count_the_same_days_for_a_room_whose_clock_was_wrong(enrolled, node, centre, clock, jump):
    today = clock.today()
    clock.advance(**jump)  # the room's clock alone: the centre has the right time again when it receives
    number = file(node, "token-0001")
    clock.advance(**{unit: -value for unit, value in jump.items()})
    assert enrolled.drain().went_well
    case = cases.get(centre, number)
    at_centre = projection.clocks(centre, case.state, case.family, case.received_at)
    with node.database.read() as tx:
        here = applications.get(tx, number).clocks(node.calendar, clock.now())
    assert [(one.name, one.start, one.due) for one in here] == [(one.name, one.start, one.due) for one in at_centre]
    if "days" in jump and jump["days"] > 0:
        assert at_centre[0].start[:10] == today
        assert deadlines.unsent(case.state, case.received_at, clock.now()).seconds == 0


def test_a_filing_of_the_future_counts_from_when_the_centre_had_it():
    state = State(filed_at="2036-11-21T09:00:00+08:00")
    believed = deadlines.believed(state, "2026-11-21T09:30:00+08:00", "2026-11-22T09:00:00+08:00")
    assert believed.filed_at == "2026-11-21T09:30:00+08:00"
    assert deadlines.believed(state, "", "2026-11-22T09:00:00+08:00").filed_at == "2026-11-22T09:00:00+08:00"
    past = State(filed_at="2026-11-21T09:00:00+08:00")
    assert deadlines.believed(past, "2026-11-21T09:30:00+08:00", "2026-11-22T09:00:00+08:00") is past


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_session_lasts_by_ticks_and_not_by_the_wall(node, clock, jump):
    add_officer(node)
    token = officers.login(node, "wei", PASSWORD)
    ticks = clock.ticks()
    clock.moment = FixedClock().moment
    clock.advance(**jump)
    clock._ticks = ticks + 1000
    assert officers.who(node, token) is not None
    clock._ticks = ticks + node.settings.session_max_s * 1000 + 1
    assert officers.who(node, token) is None


def test_after_a_restart_with_the_clock_back_the_centres_time_is_the_floor(enrolled, node):
    file(node, "token-0001")
    assert enrolled.drain().went_well
    home = node.settings.home
    node.close()
    dead_battery = SystemClock(wall=lambda: datetime.fromisoformat("2000-01-01T00:00:00+08:00"))
    again = open_node(home, dead_battery)
    try:
        number = file(again, "token-0002")
        with again.database.read() as tx:
            assert applications.get(tx, number).head.filed_at[:4] == "2026"
    finally:
        again.close()


@pytest.mark.parametrize("seconds", [-3600.0, 315_576_000.0])
def test_jobs_run_on_over_a_jump(seconds):
    ran, jumped = threading.Semaphore(0), threading.Event()
    table = Timetable(
        lambda: ran.release() is None,
        every_s=3600.0,
        next_delay=lambda *_: 3600.0,
        drift=lambda: seconds if jumped.is_set() else 0.0,
    )
    table.start()
    try:
        assert ran.acquire(timeout=60)
        jumped.set()
        assert ran.acquire(timeout=60)
    finally:
        table.stop()
