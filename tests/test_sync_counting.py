"""The counters of the figures: whatever happened in whatever order, they say what the logs say."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forms.calendar import Calendar
from forms.figures import KINDS, Period, Rate, compute
from forms.figures_parts import Ends, Fact, Pause, moment, pending
from forms.steps import Branch
from sync.centre import cases, comparing, counting, figuring, projection, schema, tables
from sync.centre.counting import Line
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number
from tests.programs import run

CHEN, OTHER = "centre:chen", "5224270018"
CALENDAR = Calendar(frozenset({2026}))
START = date(2026, 10, 20)
LIMITS = st.tuples(st.integers(0, 12), st.sampled_from(["workday", "day", "hour", "month"]))


@st.composite
def facts(draw):
    """One application with its history in an order that can be."""

    def at(after, most=12):
        day = START + timedelta(days=after + draw(st.integers(0, most)))
        return (day - START).days, f"{day}T{draw(st.integers(8, 18)):02}:00:00+08:00"

    place, filed = at(0, 40)
    told_on, told = at(place)
    accepted_on, accepted = at(told_on, 3)
    _, closed = at(accepted_on, 30)
    stage = draw(st.integers(0, 3))
    stop_on, stop = at(told_on)
    _, stopped = at(stop_on, 5)
    until = (START + timedelta(days=stop_on + 5)).isoformat()
    limits = tuple(draw(LIMITS) for _ in range(3))
    return Fact(
        service=draw(st.sampled_from("ab")),
        channel=draw(st.sampled_from(["kiosk", "console"])),
        result="granted" if stage == 3 else "",
        filed_at=filed,
        begun_at=filed,
        told_at=told if stage else "",
        accepted_at=accepted if stage > 1 else "",
        closed_at=closed if stage == 3 else "",
        corrections=draw(st.integers(0, 1)),
        permit=draw(st.booleans()),
        limits=limits,
        opinions=draw(st.sampled_from([(), (Branch("", (3, "workday"), (), accept=True),)])),
        pauses=draw(st.sampled_from([(), (Pause(stop, until, draw(st.sampled_from(["", stopped]))),)])),
    )


def totals(centre, area, digits, period, now):
    with centre.store.read() as tx:
        return counting.lines(tx, area, digits, period, now)


def put(centre, node_id, made):
    """Facts as the projection writes them, with what is counted of them."""
    ends, change = Ends(CALENDAR), counting.defaultdict(counting.Counter)
    with centre.store.write() as tx:
        counting.forget(tx, node_id)
        rows = [
            counting._row(one, ends) | {"node_id": node_id, "number": number(at, node_id)}
            for at, one in enumerate(made)
        ]
        for row in rows:
            counting._add(change, row["counted"], 1)
        counting.upsert(tx, tables.fact, rows)
        counting._count(tx, node_id, change)


@given(
    here=st.lists(facts(), max_size=8),
    there=st.lists(facts(), max_size=8),
    kind=st.sampled_from(list(KINDS)),
    day=st.integers(0, 90),
    hour=st.integers(0, 23),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_counted_equals_what_the_facts_give_at_any_moment_for_any_place(
    centre, *, here, there, kind, day, hour
):
    period, now = Period.of(kind, START + timedelta(days=day)), f"{START + timedelta(days=day)}T{hour:02}:30:00+08:00"
    for node, made in ((NODE, here), (OTHER, there)):
        known(centre, node)
        put(centre, node, made)

    def line(area, made):
        found = compute(made, period, CALENDAR, now)
        return Line(area, found.received, found.closed, found.open, found.late, found.rates)

    nothing = line("", [])
    for area, digits, made in (
        ("", 0, here + there),
        (NODE, 10, here),
        (OTHER[:6], 6, there),
        ("5224", 4, here + there),
    ):
        found = totals(centre, area, digits, period, now)
        assert counting.add(found, "") == line("", made) if made else counting.add(found, "") == nothing
    rooms = totals(centre, "52", 10, period, now)
    assert counting.add(rooms, "") == counting.add(totals(centre, "52", 6, period, now), "") == line("", here + there)


def known(centre, node):
    with centre.store.read() as tx:
        missing = node not in comparing.rooms.ids(tx)
    if missing:
        enrolled(centre, node)


@given(one=facts(), days=st.integers(0, 120))
@settings(max_examples=200)
def test_the_three_moments_of_an_open_one_say_what_the_deadlines_say(one, days):
    if one.closed_at:
        return
    now = f"{START + timedelta(days=days)}T12:00:00+08:00"
    ends, waits = Ends(CALENDAR), pending(one, Ends(CALENDAR))
    assert waits.is_untold(now) == (not one.told_at and now > moment(ends.notice(one)))
    if one.accepted_at and not one.permit and all(stop.at < now for stop in one.pauses):
        assert waits.is_undecided(now) >= (
            now > moment(ends.decision(one, 2, one.accepted_at, "2027-12-31T00:00:00+08:00"))
        )


# --- along the real way: batches, acts, ratings


@pytest.fixture
def room(centre):
    made = enrolled(centre)
    for serial in (1, 2, 3):
        made.file_one(serial)
    made.write("application.withdrawn", {}, 3)
    exchange(centre, made)
    return made


def exchange(centre, room):
    body = room.batch(first=1)
    room.read(receive(centre, room.node, body), body)


def november(centre):
    return totals(centre, "", 10, Period.of("month", date(2026, 11, 1)), centre.clock.now())


def recomputed(centre):
    (found,) = comparing.details(centre, NODE, Period.of("month", date(2026, 11, 1)))
    figures = found[2]
    return [Line(NODE, figures.received, figures.closed, figures.open, figures.late, figures.rates)]


def test_the_counters_follow_every_batch_and_every_act(centre, room):
    assert november(centre) == recomputed(centre)
    cases.accept(centre, number(1), actor=CHEN)
    assert november(centre) == recomputed(centre)
    cases.decide(centre, number(1), actor=CHEN, result="granted")
    for grade, serial in ((5, 1), (1, 2), (4, 2)):
        given_ = {"application": number(serial), "grade": grade, "how": "kiosk"}
        room.write("rating.given", given_, application="")
    exchange(centre, room)
    (line,) = november(centre)
    assert [line] == recomputed(centre)
    assert (line.received, line.closed, line.open) == (3, 2, 1)
    assert line.rates["satisfied"] == Rate(1, 2)
    centre.clock.advance(days=9)
    assert november(centre) == recomputed(centre)
    assert november(centre)[0].late == 1


def test_a_batch_that_comes_again_counts_nothing_twice(centre, room):
    before = november(centre)
    exchange(centre, room)
    exchange(centre, room)
    assert november(centre) == before


def test_dropped_and_made_again_they_are_the_same(centre, room):
    room.write("rating.given", {"application": number(1), "grade": 2, "how": "kiosk"}, application="")
    exchange(centre, room)
    with centre.store.write() as tx:
        before = tx.execute(select(tables.tally).order_by(tables.tally.c.span)).all()
        projection.rebuild(tx, centre, NODE)
        assert tx.execute(select(tables.tally).order_by(tables.tally.c.span)).all() == before
    assert [row.span for row in before] == ["2026", "2026-11", "2026-11-21"]


def test_a_store_that_counted_days_and_months_counts_years_as_well(centre, room):
    room.write("rating.given", {"application": number(1), "grade": 2, "how": "kiosk"}, application="")
    exchange(centre, room)
    for _ in range(2):  # the second as after a start that was killed
        with centre.store.write() as tx:
            before = tx.execute(select(tables.tally).order_by(tables.tally.c.span)).all()
            tx.execute(tables.tally.update().where(tables.tally.c.span == "2026").values(received=99, graded=99))
            schema._m006_years(tx)
            assert tx.execute(select(tables.tally).order_by(tables.tally.c.span)).all() == before


def test_an_act_that_could_not_be_kept_counts_nothing(centre, room, monkeypatch):
    before = november(centre)
    with monkeypatch.context() as patch:
        patch.setattr(counting, "upsert", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            cases.accept(centre, number(1), actor=CHEN)
    assert november(centre) == before == recomputed(centre)


def test_the_figures_of_the_command_and_of_the_counters_are_checked_against_each_other(centre, room):
    period = Period.of("month", date(2026, 11, 1))
    assert figuring.differences(centre, "", period) == []
    with centre.store.write() as tx:
        tx.execute(tables.tally.update().values(received=7))
    assert figuring.differences(centre, "", period) == [NODE]
    assert run("centre", "figures", "--check", "--day", "2026-11-01", "--home", centre.settings.home)[0] == 1
    figuring.recount(centre, "")
    assert figuring.differences(centre, "", period) == []
