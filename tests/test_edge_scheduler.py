"""The timetable keeps carrying, whatever the link and the clock do."""

import random
import threading

from edge import scheduler
from edge.scheduler import Timetable

PATIENCE_S = 10.0


class Rounds:
    """A carry that counts, fails as told, and lets the test wait for the n-th round without sleeping."""

    def __init__(self, outcomes=()):
        self.outcomes = list(outcomes)
        self.count = 0
        self._changed = threading.Condition()

    def __call__(self):
        with self._changed:
            self.count += 1
            outcome = self.outcomes[self.count - 1] if self.count <= len(self.outcomes) else True
            self._changed.notify_all()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def reached(self, count):
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, PATIENCE_S)


class Gated(Rounds):
    """A carry whose rounds last until the test opens the gate."""

    def __init__(self):
        super().__init__()
        self.entered, self.gate = threading.Event(), threading.Event()

    def __call__(self):
        self.entered.set()
        self.gate.wait(PATIENCE_S)
        return super().__call__()


def a_timetable(rounds, *, every_s=3600.0, delay_s=0.0, drift=lambda: 0.0):
    delays = []

    def next_delay(failures, rng):
        delays.append(failures)
        return delay_s

    table = Timetable(rounds, every_s=every_s, next_delay=next_delay, rng=random.Random(1), drift=drift)
    return table, delays


def test_the_first_round_runs_by_itself():
    rounds = Rounds()
    table, delays = a_timetable(rounds)
    table.start()
    try:
        assert rounds.reached(1)
        assert delays == []
    finally:
        table.stop()


def test_a_failed_round_is_tried_again_with_a_growing_count_and_success_resets_it():
    rounds = Rounds([False, False, True])
    table, delays = a_timetable(rounds)
    table.start()
    try:
        assert rounds.reached(3)
        table.send_now()
        assert rounds.reached(4)
    finally:
        table.stop()
    assert delays == [1, 2]


def test_an_unexpected_error_counts_as_a_failure_and_does_not_end_the_rounds(caplog):
    rounds = Rounds([RuntimeError("planted")])
    table, delays = a_timetable(rounds)
    table.start()
    try:
        assert rounds.reached(2)
    finally:
        table.stop()
    assert delays == [1]
    assert "the round of carrying failed" in caplog.text


def test_a_short_pause_ends_when_it_is_over_and_not_at_the_next_tick(monkeypatch):
    monkeypatch.setattr(scheduler, "TICK_S", 3600.0)
    rounds = Rounds([False, True])
    table, _ = a_timetable(rounds, delay_s=0.05)
    table.start()
    try:
        assert rounds.reached(2)
    finally:
        table.stop()


def test_send_now_does_not_wait_for_the_interval():
    rounds = Rounds()
    table, _ = a_timetable(rounds)
    table.start()
    try:
        assert rounds.reached(1)
        table.send_now()
        assert rounds.reached(2)
    finally:
        table.stop()


def test_a_clock_set_back_by_an_hour_makes_the_jobs_due_at_once():
    rounds = Rounds()
    clock = {"drift": 0.0}
    table, _ = a_timetable(rounds, drift=lambda: clock["drift"])
    table.start()
    try:
        assert rounds.reached(1)
        clock["drift"] = -3600.0
        assert rounds.reached(2)
        clock["drift"] = 10 * 365 * 86400.0
        assert rounds.reached(3)
    finally:
        table.stop()


def test_a_round_that_was_asked_for_while_one_ran_follows_it():
    rounds = Gated()
    table, _ = a_timetable(rounds)
    table.start()
    try:
        assert rounds.entered.wait(PATIENCE_S)
        table.send_now()
        rounds.gate.set()
        assert rounds.reached(2)
    finally:
        table.stop()


def test_stopping_waits_for_the_round_that_runs_and_does_not_hang():
    rounds = Gated()
    table, _ = a_timetable(rounds)
    table.start()
    assert rounds.entered.wait(PATIENCE_S)
    stopping = threading.Thread(target=table.stop)
    stopping.start()
    rounds.gate.set()
    stopping.join(PATIENCE_S)
    assert not stopping.is_alive()
    assert rounds.count == 1


def test_stopping_twice_the_same_timetable_plans_nothing_more():
    rounds = Rounds()
    table, _ = a_timetable(rounds)
    table.start()
    assert rounds.reached(1)
    table.stop()
    table.send_now()
    assert rounds.count == 1
