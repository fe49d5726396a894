"""Slows down whoever tries addresses of the status page at random."""

import threading
from collections import OrderedDict, deque

MISSES_MAX = 20
LIMIT = "yizhan.status.misses"  # where the running program keeps it
WINDOW_MS = 10 * 60 * 1000
ADDRESSES_MAX = 1024  # the memory of the node is small; the oldest address is forgotten first


class MissLimit:
    """Counts unknown tokens per address, in memory: 20 in ten minutes, then no answer until the window has passed.

    The tokens have 128 bits, so this protects the log of the node rather than the tokens. Times are monotonic
    milliseconds, because the wall clock of a node may jump.
    """

    def __init__(self) -> None:
        self._misses: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def blocked(self, address: str, now_ms: int) -> bool:
        """True while the address has used up its misses."""
        with self._lock:
            return address in self._misses and len(self._recent(address, now_ms)) >= MISSES_MAX

    def miss(self, address: str, now_ms: int) -> None:
        """Notes one unknown token."""
        with self._lock:
            self._recent(address, now_ms).append(now_ms)
            self._misses.move_to_end(address)
            while len(self._misses) > ADDRESSES_MAX:
                self._misses.popitem(last=False)

    def _recent(self, address: str, now_ms: int) -> deque[int]:
        times = self._misses.setdefault(address, deque())
        while times and times[0] <= now_ms - WINDOW_MS:
            times.popleft()
        return times
