"""The centre's time: the only clock that nodes are asked to trust."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8))


def _wall() -> datetime:
    return datetime.now(CHINA)


class Clock(Protocol):
    """What the centre asks of a clock; tests bring their own."""

    def now(self) -> str:
        """RFC 3339 with seconds and +08:00."""

    def today(self) -> str:
        """The day in China, "2026-11-21"."""

    def ticks(self) -> int:
        """Milliseconds that only grow, over restarts and changes of the wall clock too (sync.centre.ticking)."""

    def raise_floor(self, ticks: int) -> None:
        """Go on from `ticks`, the highest count that the store knows."""


class SystemClock:
    """The machine's clock. Before it is told a floor its ticks are those of the wall, for a store that has none yet.

    `wall` and `monotonic_ns`: the machine's two clocks; a test brings its own.
    """

    def __init__(
        self, wall: Callable[[], datetime] = _wall, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall, self._monotonic_ns = wall, monotonic_ns
        self._started = monotonic_ns()
        self._floor: int | None = None

    def now(self) -> str:
        return self._wall().isoformat(timespec="seconds")

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        if self._floor is None:
            return int(self._wall().timestamp() * 1000)
        return self._floor + self._ran()

    def raise_floor(self, ticks: int) -> None:
        if self._floor is None:
            self._floor = ticks - self._ran()
        else:
            self._floor += max(0, ticks - self.ticks())

    def _ran(self) -> int:
        return (self._monotonic_ns() - self._started) // 1_000_000
