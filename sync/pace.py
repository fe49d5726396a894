"""How much to send at once: about a second of the link, and not much more under way than the link holds.

The rate is taken from acks alone. A guess only decides how large batches are, never what is true; it may be lost at any
time. All sizes are in sealed bytes, all times in seconds.
"""

from collections import deque
from typing import Final

BYTES_MIN: Final = 4 << 10
BYTES_MAX: Final = 1 << 20
BYTES_START: Final = 8 << 10
UNIT_S: Final = 1.0
WINDOW: Final = 6  # answers that a rate is taken from
WINDOW_S: Final = 8.0
PROGRESS_S_MIN: Final = 8.0
SLOW_BYTES_S: Final = 1 << 20  # below it the system's own buffers would hold seconds of the link
BUFFER_BYTES_MIN: Final = 8 << 10
_SMALL_BYTES: Final = 2 << 10
_RATIO_MIN, _RATIO_MAX = 0.5, 4.0


class Pace:
    """Not for several threads at once."""

    def __init__(self) -> None:
        self.batch_bytes = BYTES_START
        self.under_way = 0
        self.rate: float | None = None  # bytes a second
        self.round_trip_s: float | None = None
        self.ratio = 1.0  # sealed bytes of events to what was guessed
        self._busy_since = 0.0
        self._answers: deque[tuple[float, int]] = deque(maxlen=WINDOW)

    def sent(self, size: int, now: float) -> None:
        if self.under_way == 0:
            self._busy_since = now
            self._answers.clear()
        self.under_way += size

    def answered(self, size: int, sent_at: float, now: float) -> None:
        """A batch of `size` bytes that was sent at `sent_at` has its answer."""
        self.under_way -= size
        self._answers.append((now, size))
        elapsed = max(now - sent_at, 0.001)
        guess = elapsed - (size / self.rate if self.rate else 0.0)
        if size <= _SMALL_BYTES or self.round_trip_s is None:
            self.round_trip_s = min(elapsed, self.round_trip_s or elapsed)
        elif 0 < guess < self.round_trip_s:
            self.round_trip_s = 0.9 * self.round_trip_s + 0.1 * guess
        if size > _SMALL_BYTES:
            self._measure(now)

    def failed(self, size: int = 0) -> None:
        """What did not arrive as a whole may arrive in halves."""
        self.under_way -= size
        self.rate = None if self.rate is None else self.rate / 2
        self.batch_bytes = max(BYTES_MIN, self.batch_bytes // 2)

    def guessed(self, guess: int, size: int) -> None:
        """A batch of events was thought to take `guess` bytes and took `size`."""
        ratio = size / max(guess, 1) * self.ratio
        self.ratio = min(max(0.5 * self.ratio + 0.5 * ratio, _RATIO_MIN), _RATIO_MAX)

    @property
    def cap(self) -> int:
        """Bytes that may be under way: near two bandwidth-delay products, and two batches at least."""
        held = (self.rate or 0.0) * (self.round_trip_s or 0.0)
        return max(int(2 * held), 2 * self.batch_bytes)

    @property
    def progress_s(self) -> float:
        """How long a connection may stand still: twice what all that is under way takes to drain, but not too short."""
        return max(PROGRESS_S_MIN, 2 * self.under_way / self.rate) if self.rate else PROGRESS_S_MIN

    @property
    def buffer_bytes(self) -> int:
        """For the system's send buffer; 0 leaves it alone."""
        if self.rate is None or self.rate > SLOW_BYTES_S:
            return 0
        return max(BUFFER_BYTES_MIN, self.batch_bytes)

    def _measure(self, now: float) -> None:
        """Bytes answered over the time since the answer before them, or since something was under way at all."""
        answers = [(at, size) for at, size in self._answers if at >= now - WINDOW_S]
        whole = len(answers) < self._answers.maxlen if self._answers.maxlen else True
        since = self._busy_since if whole and len(answers) == len(self._answers) else answers[0][0]
        sizes = [size for at, size in answers if at > since] or [answers[-1][1]]
        found = sum(sizes) / max(now - since, 0.001)
        self.rate = found if self.rate is None or found > self.rate else 0.7 * self.rate + 0.3 * found
        self.batch_bytes = int(min(max(self.rate * UNIT_S, BYTES_MIN), BYTES_MAX, 4 * self.batch_bytes))
