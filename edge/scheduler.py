"""The node's timetable: carry what waits, and keep doing it whatever the clock does.

APScheduler decides by the wall clock and starves when that is set back (measured: nothing runs until the clock has
caught up). So it only ticks here: when a round is due is kept on the monotonic clock, and a watchdog on that clock
notices a jump and makes the next tick and the next round due at once. A round is harmless to repeat.
"""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

JUMP_S = 2.0
WATCH_EVERY_S = 0.5
SHORT_S = 2.0
TICK_S = 1.0  # how late a round that nobody asked for may be
CARRY = "carry"

Drift = Callable[[], float]
NextDelay = Callable[[int, random.Random], float]


def wall_minus_monotonic() -> float:
    """Seconds by which the wall clock leads the monotonic one; it only changes when somebody sets the clock."""
    return time.time() - time.monotonic()


class Timetable:
    """Runs `carry` soon after `send_now()`, every `every_s` when all is well, and by `next_delay` after failures.

    `carry` returns True when the round went well (or there was nothing to do). It must be idempotent, and it must not
    raise for what can be expected of a bad link; what it does raise is logged and counts as a failure.
    """

    def __init__(
        self,
        carry: Callable[[], bool],
        *,
        every_s: float,
        next_delay: NextDelay,
        first_within_s: float = 0.0,
        rng: random.Random | None = None,
        drift: Drift = wall_minus_monotonic,
    ) -> None:
        self._carry = carry
        self._every_s = every_s
        self._next_delay = next_delay
        # jitter spreads thousands of nodes that wake up after the same outage
        self._rng = rng or random.Random()  # noqa: S311  no secret
        self._first_s = self._rng.uniform(0.0, first_within_s)
        self._drift = drift
        self._failures = 0
        self._lock = threading.Lock()  # over _due and _asked
        self._due = math.inf
        self._asked = False
        self._stop = threading.Event()
        self._asking = threading.Event()
        self._scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        self._watchdog = threading.Thread(target=self._watch, name="clock-watchdog", daemon=True)

    def start(self) -> None:
        self._due = time.monotonic() + self._first_s
        self._scheduler.add_job(
            self._tick, "interval", seconds=TICK_S, id=CARRY, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()
        self._wake()
        self._watchdog.start()

    def send_now(self) -> None:
        """Makes the next round due at once; asked for while a round runs, another follows it."""
        with self._lock:
            self._asked = True
            self._asking.set()
        self._wake()

    def stop(self) -> None:
        """Lets the round that runs end; none begins after."""
        self._stop.set()
        self._asking.set()
        self._watchdog.join()
        self._scheduler.shutdown(wait=True)

    def _wake(self) -> None:
        """Looks at once whether a round is due, and not only at the next tick."""
        if not self._stop.is_set():
            self._scheduler.modify_job(CARRY, next_run_time=datetime.now(UTC))

    def _tick(self) -> None:
        """Runs in the scheduler's one thread, and asks nothing of the scheduler: its shutdown waits for us."""
        while not self._stop.is_set() and self._takes_its_turn():
            self._round()
            self._wait_a_little()

    def _wait_a_little(self) -> None:
        """A short pause ends when it is over, not at the next tick."""
        pause_s = self._due - time.monotonic()
        if pause_s <= SHORT_S:
            self._asking.wait(max(0.0, pause_s))

    def _takes_its_turn(self) -> bool:
        with self._lock:
            due = self._asked or time.monotonic() >= self._due
            self._asked = False
            self._asking.clear()
            return due

    def _round(self) -> None:
        try:
            went_well = self._carry()
        except Exception:
            log.exception("the round of carrying failed")
            went_well = False
        self._failures = 0 if went_well else self._failures + 1
        delay_s = self._every_s if went_well else self._next_delay(self._failures, self._rng)
        with self._lock:
            self._due = time.monotonic() + delay_s

    def _watch(self) -> None:
        before = self._drift()
        while not self._stop.wait(WATCH_EVERY_S):
            after = self._drift()
            if abs(after - before) > JUMP_S:
                log.warning("the clock was set by %+.0f seconds; all jobs are made due now", after - before)
                before = after
                self.send_now()
