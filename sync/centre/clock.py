"""The centre's time: the only clock that nodes are asked to trust."""

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8))


class Clock(Protocol):
    """What the centre asks of a clock; tests bring their own."""

    def now(self) -> str:
        """RFC 3339 with seconds and +08:00."""

    def today(self) -> str:
        """The day in China, "2026-11-21"."""

    def ticks(self) -> int:
        """Milliseconds that only grow, over restarts too."""


class SystemClock:
    """The machine's clock. A centre keeps its machines on time, so the ticks of several processes agree as well."""

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> str:
        return datetime.now(CHINA).isoformat(timespec="seconds")

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        self._last = max(self._last, time.time_ns() // 1_000_000)
        return self._last
