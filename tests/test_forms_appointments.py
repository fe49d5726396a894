"""Two sides give away slots without asking each other: nobody is lost, no slot is given twice, both sides say the same."""

import itertools
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import opening
from edge import settings as room_settings
from forms import appointments, events
from forms.appointments import HOLDING, TAKEN
from forms.events import Head
from forms.schedule import Schedule, Slot

WEEK = {"week": [["09:00-11:00"]] * 7, "market": {"ends": [], "spans": []}, "minutes": 30, "places": 1}
DAY, NEXT = "2026-11-26", "2026-11-27"
STARTS = ("09:00", "09:30", "10:00", "10:30")


class Logs:
    """Both logs of a room; `sync` tells each side what the other has."""

    def __init__(self, **schedule):
        self.logs = {"node": [], "centre": []}
        self.known = {"node": Head.start("centre", "5224250017"), "centre": Head.start("node", "5224250017")}
        self.say("node", "schedule.published", {**WEEK, **schedule})

    def say(self, side, kind, body):
        mine = self.logs[side]
        before = Head.of(mine[-1]) if mine else Head.start(side, "5224250017")
        seen = self.known[side]
        event = events.seal(
            seq=before.seq + 1,
            epoch=1,
            id=f"{side == 'node':x}{len(mine):031x}",
            application="",
            kind=kind,
            at="2026-11-21T09:00:00+08:00",
            centre_at="",
            ticks=0,
            actor=side,
            seen=str(seen) if seen.seq else "",
            body=events.canonical(body),
            salt=bytes(16),
            prev=before.digest,
        )
        mine.append(event)
        return event.id

    def make(self, side, start, day=DAY, how="room"):
        body = {"number": f"{'Y' if side == 'node' else 'W'}1-{len(self.logs[side]):04d}", "how": how, "day": day}
        return self.say(
            side, "appointment.made", {**body, "start": start, "what": "办证", "name": "王秀梅", "phone": ""}
        )

    def sync(self):
        for side, other in (("node", "centre"), ("centre", "node")):
            if self.logs[other]:
                self.known[side] = Head.of(self.logs[other][-1])

    @property
    def all(self):
        return [(side, event) for side, log in self.logs.items() for event in log]

    def book(self):
        return appointments.reduce(self.all)


def test_the_last_place_given_away_twice_moves_one_to_the_next_free_slot():
    logs = Logs()
    here, there = logs.make("node", "10:00"), logs.make("centre", "10:00")
    logs.make("node", "10:30")
    found = logs.book().appointments
    assert found[there].slot == Slot(DAY, "10:00")
    assert found[here].slot == Slot(NEXT, "09:00")  # 10:30 was promised to somebody else and stays his
    assert found[here].untold
    assert found[here].note == TAKEN
    assert not found[there].untold


def test_who_was_told_the_new_time_keeps_it_whatever_comes_later():
    logs = Logs()
    here = logs.make("node", "09:00")
    logs.make("centre", "09:00")
    logs.sync()
    moved = logs.book().appointments[here].slot
    logs.say("node", "appointment.told", {"appointment": here, "day": moved.day, "start": moved.start})
    later = logs.make("centre", moved.start, moved.day)  # the centre has not heard of it
    logs.sync()
    found = logs.book().appointments
    assert {found[here].slot, found[later].slot} != {moved}
    assert sum(one.untold for one in found.values()) == 1


def test_a_slot_that_was_given_up_is_free_again():
    logs = Logs()
    first = logs.make("node", "09:00")
    logs.say("node", "appointment.cancelled", {"appointment": first, "reason": "不来了"})
    second = logs.make("node", "09:00")
    found = logs.book().appointments
    assert (found[first].state, found[second].slot) == ("cancelled", Slot(DAY, "09:00"))


def test_an_act_about_what_is_over_changes_nothing():
    logs = Logs()
    first = logs.make("node", "09:00")
    logs.say("node", "appointment.kept", {"appointment": first, "result": "kept"})
    before = logs.book()
    logs.say("centre", "appointment.cancelled", {"appointment": first, "reason": ""})
    logs.say("centre", "appointment.moved", {"appointment": "f" * 32, "day": DAY, "start": "09:00", "reason": ""})
    assert logs.book().appointments == before.appointments


def test_without_any_free_slot_nobody_is_lost():
    logs = Logs(week=[[]] * 7)
    first, second = logs.make("node", "09:00"), logs.make("centre", "09:00")
    found = logs.book().appointments
    assert found[first].slot is None
    assert found[first].untold
    assert found[second].slot is not None


def test_home_visits_take_no_slot():
    logs = Logs()
    visit, other = logs.make("node", "", how="home"), logs.make("node", "", how="home")
    found = logs.book().appointments
    assert not found[visit].untold
    assert not found[other].untold


ACT = st.tuples(
    st.sampled_from(["node", "centre"]),
    st.sampled_from(["make", "make", "make", "move", "cancel", "told", "sync"]),
    st.sampled_from(STARTS),
    st.sampled_from([DAY, NEXT]),
    st.integers(0, 20),
)


@settings(max_examples=150, deadline=None)
@given(acts=st.lists(ACT, max_size=25), places=st.integers(1, 2), rng=st.randoms(use_true_random=False))
def test_in_whatever_order_the_logs_come_both_sides_say_the_same_and_none_is_lost(acts, places, rng):
    logs, made = Logs(places=places), []
    for side, act, start, day, which in acts:
        known = [one for one in made if one[1] == side or one[2]]
        if act == "sync":
            logs.sync()
            made = [(one, of, True) for one, of, _ in made]
        elif act == "make":
            made.append((logs.make(side, start, day), side, False))
        elif known:
            told(logs, side, act, known[which % len(known)][0], Slot(day, start))
    book = logs.book()
    shuffled = logs.all
    rng.shuffle(shuffled)
    assert appointments.reduce(shuffled + shuffled[:3]) == book
    assert set(book.appointments) == {one for one, _, _ in made}
    held = Counter(one.slot for one in book.appointments.values() if one.state in HOLDING and one.slot)
    assert all(count <= places for count in held.values())


def told(logs, side, act, identity, slot):
    at = {"appointment": identity, "day": slot.day, "start": slot.start}
    bodies = {"move": ("moved", {**at, "reason": ""}), "told": ("told", at)}
    kind, body = bodies.get(act, ("cancelled", {"appointment": identity, "reason": ""}))
    logs.say(side, f"appointment.{kind}", body)


@pytest.mark.parametrize(
    ("hours", "monday", "sunday"),
    [
        ("周一至周六 8:30–17:30", ("08:30-17:30",), ()),
        ("周一至周五 9:00-12:00 14:00-17:00；周日 9:00-11:00", ("09:00-12:00", "14:00-17:00"), ("09:00-11:00",)),
        ("每天 8:00～18:00", ("08:00-18:00",), ("08:00-18:00",)),
        ("工作日 9：00—17：00", ("09:00-17:00",), ()),
        ("看门口的牌子", ("09:00-17:00",), ()),
    ],
)
def test_the_hours_of_the_room_are_read_from_the_words_that_people_read(hours, monday, sunday):
    room = room_settings.make_room(
        {"name": "测试", "hours": hours, "market_days": "逢一、六赶集", **REST}, "5224250017"
    )
    found = opening.schedule(room)
    assert (found.week[0], found.week[6]) == (monday, sunday)
    assert found.ends == ("1", "6")
    assert bool(opening.unread(room)) is (hours == "看门口的牌子")


REST = {
    "station": "",
    "county": "",
    "address": "",
    "place": "",
    "languages": ["zh-CN"],
    "phones": [],
    "kiosk_idle_s": 120,
}


def test_a_market_day_opens_a_day_that_is_closed_otherwise():
    schedule = Schedule(((("09:00-10:00",),) * 6) + ((),), ("2",), ("09:00-10:00",), 30, 1)
    assert schedule.slots("2026-11-22") == [Slot("2026-11-22", "09:00"), Slot("2026-11-22", "09:30")]  # a Sunday
    assert schedule.slots("2026-11-29") == []
    assert schedule.is_open("2026-11-22T09:59:59+08:00")
    assert not schedule.is_open("2026-11-22T10:00:00+08:00")


def test_the_slots_that_follow_are_in_order_and_end_somewhere():
    schedule = Schedule.from_body(WEEK)
    following = list(schedule.after(Slot(DAY, "10:00")))
    assert following[:2] == [Slot(DAY, "10:30"), Slot(NEXT, "09:00")]
    assert all(one < other for one, other in itertools.pairwise((slot.day, slot.start) for slot in following))
    assert json.loads(json.dumps(schedule.body())) == WEEK


def test_a_slot_has_as_many_places_left_as_the_schedule_gives_less_those_that_hold_it():
    logs = Logs(places=2)
    assert logs.book().free(DAY) == {Slot(DAY, start): 2 for start in STARTS}
    logs.make("node", "09:00")
    logs.make("centre", "09:00")
    logs.make("node", "10:00")
    book = logs.book()
    assert [book.free(DAY)[Slot(DAY, start)] for start in STARTS] == [0, 2, 1, 2]
    assert set(book.free(NEXT).values()) == {2}


def test_whoever_is_moved_leaves_his_old_place_to_the_next():
    logs = Logs()
    first = logs.make("node", "09:00")
    logs.say("node", "appointment.moved", {"appointment": first, "day": DAY, "start": "10:30", "reason": "民警外出"})
    second = logs.make("node", "09:00")
    found = logs.book().appointments
    assert (found[first].slot, found[second].slot) == (Slot(DAY, "10:30"), Slot(DAY, "09:00"))
    assert not found[second].untold
