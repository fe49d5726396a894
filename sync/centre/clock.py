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
        """Monotonic milliseconds."""


class SystemClock:
    def now(self) -> str:
        return datetime.now(CHINA).isoformat(timespec="seconds")

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        return time.monotonic_ns() // 1_000_000
