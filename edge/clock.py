"""Time as the node knows it: its own clock, the centre's signed word as a floor, and a count that only grows."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8))


class Clock(Protocol):
    """What the node needs of time: a wall clock that may be years wrong, ticks that only grow, the centre's word."""

    def now(self) -> str:
        """RFC 3339 with seconds in +08:00."""

    def today(self) -> str:
        """The day of `now()`, ISO."""

    def ticks(self) -> int:
        """Milliseconds that only grow, over restarts and changes of the wall clock too."""

    def centre_time(self) -> str:
        """The latest time that the centre signed, or an empty string."""

    def set_centre_time(self, at: str) -> None:
        """Take a time that the centre signed; an older one than known changes nothing."""

    def raise_floor(self, ticks: int) -> None:
        """Go on from `ticks`, the highest count that an earlier run stored."""


def text(moment: datetime) -> str:
    """A moment as RFC 3339 with seconds, in +08:00, whatever zone it was given in."""
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _wall() -> datetime:
    return datetime.now(CHINA)


class SystemClock:
    """The machine's clock, never earlier than what the centre signed.

    A laptop with a dead battery starts in the past; a receipt with that date would be wrong on paper for ever.
    `wall` and `monotonic_ns`: the machine's two clocks; a simulation brings its own.
    """

    def __init__(
        self, wall: Callable[[], datetime] = _wall, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall, self._monotonic_ns = wall, monotonic_ns
        self._started = monotonic_ns()
        self._floor_ticks = 0
        self._centre: datetime | None = None
        self._centre_heard_ticks = 0

    def ticks(self) -> int:
        return self._floor_ticks + (self._monotonic_ns() - self._started) // 1_000_000

    def raise_floor(self, ticks: int) -> None:
        self._floor_ticks += max(0, ticks - self.ticks())

    def now(self) -> str:
        wall = self._wall()
        return text(wall if self._centre is None else max(wall, self._centre_now(self._centre)))

    def _centre_now(self, centre: datetime) -> datetime:
        return centre + timedelta(milliseconds=self.ticks() - self._centre_heard_ticks)

    def today(self) -> str:
        return self.now()[:10]

    def centre_time(self) -> str:
        return "" if self._centre is None else text(self._centre)

    def set_centre_time(self, at: str) -> None:
        heard = datetime.fromisoformat(at)
        if self._centre is None or heard > self._centre:
            self._centre, self._centre_heard_ticks = heard, self.ticks()
