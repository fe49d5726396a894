"""Slows down whoever guesses 查询码 at the kiosk. In memory: a restart takes longer than it helps."""

import threading
from collections import defaultdict, deque

WINDOW_MS = 10 * 60 * 1000
WINDOW_MINUTES = WINDOW_MS // 60_000
PER_NUMBER_MAX = 5
ALTOGETHER_MAX = 30
ANY = ""


class Tries:
    """Wrong tries of the last ten minutes, for each number and for all together, by monotonic milliseconds."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[int]] = defaultdict(deque)
        self._lock = threading.Lock()

    def blocked(self, number: str, now_ms: int) -> bool:
        """Whether no further try is looked at now."""
        with self._lock:
            self._forget(now_ms)
            return self._count(number) >= PER_NUMBER_MAX or self._count(ANY) >= ALTOGETHER_MAX

    def wrong(self, number: str, now_ms: int) -> None:
        """Note a wrong try."""
        with self._lock:
            for key in (number, ANY):
                self._wrong[key].append(now_ms)

    def _count(self, key: str) -> int:
        return len(self._wrong.get(key, ()))

    def _forget(self, now_ms: int) -> None:
        for key in list(self._wrong):
            times = self._wrong[key]
            while times and times[0] <= now_ms - WINDOW_MS:
                times.popleft()
            if not times:
                del self._wrong[key]
