"""How much to send at once: about a second of the link, and not much more under way than the link holds.

A batch grows while its answer comes sooner than its share of the link would explain, and shrinks when the answer takes
far longer. A guess only decides how large batches are, never what is true; it may be lost at any time. All sizes are in
sealed bytes, all times in seconds.
"""

from collections import deque
from typing import Final

BYTES_MIN: Final = 4 << 10
BYTES_MAX: Final = 1 << 20
BYTES_START: Final = 4 << 10  # on three connections at once; more fills a slow link for longer than TCP waits at first
BATCH_S: Final = 1.0  # of a line whose rate is known
CAUTION_MIN: Final = 0.25  # of that, when batches fail
BATCHES: Final = 3  # that fill a link, the last packets of one overlapping with the first of the next
STANDS_STILL_S: Final = 2.5
SHARE_S_MIN: Final = 0.9  # of the link for each batch under way; less: it may grow
SHARE_S_MAX: Final = 1.7
GROWTH: Final = 1.25
SHARE_S_QUICK: Final = 0.15  # even less: the link is far faster
GROWTH_QUICK: Final = 2.0
SHRINKING: Final = 0.85
WINDOW: Final = 12  # answers that a rate is taken from
PROGRESS_S_MIN: Final = 8.0
SLOW_BYTES_S: Final = 1 << 20  # below it the system's own buffers would hold seconds of the link
BUFFER_BYTES_MIN: Final = 16 << 10
ROUND_TRIP_S: Final = 0.3  # before anything is known
_RATIO_MIN, _RATIO_MAX = 0.1, 4.0


class Pace:
    """Not for several threads at once."""

    def __init__(self) -> None:
        self.batch_bytes = BYTES_START
        self.under_way = 0
        self.batches = 0  # under way
        self.rate: float | None = None  # bytes a second
        self.round_trip_s: float | None = None
        self.ratio = 1.0  # sealed bytes of events to what was guessed
        self._caution = 1.0
        self._breaking = False  # what is under way fails, one after another
        self._gauged = False
        self._busy_since = 0.0
        self._answers: deque[tuple[float, int]] = deque(maxlen=WINDOW)
        self._moving: list[tuple[float, int]] = []

    def measured(self, rate: float, round_trip_s: float) -> None:
        """What the link's own sockets say: better than what answers let us guess."""
        self._gauged = True
        self.rate, self.round_trip_s = rate, round_trip_s
        self.batch_bytes = min(BYTES_MAX, max(BYTES_MIN, int(rate * BATCH_S * self._caution)))

    def has_room(self, now: float) -> bool:
        """Whether another batch fits under the cap. What stands still (a lost packet) counts no more."""
        patience_s = (self.round_trip_s or ROUND_TRIP_S) + STANDS_STILL_S
        moving = sum(size for at, size in self._moving if now - at < patience_s)
        return moving == 0 or moving + self.batch_bytes <= self.cap

    def sent(self, size: int, now: float) -> None:
        if self.batches == 0:
            self._busy_since = now
            self._answers.clear()
            self._breaking = False
        self.under_way += size
        self.batches += 1
        self._moving.append((now, size))

    def answered(
        self, size: int, sent_at: float, now: float, *, round_trip_s: float | None = None, share: float = 1.0
    ) -> None:
        """A batch of `size` bytes that was sent at `sent_at` has its answer.

        `round_trip_s`: how long a connection took to stand. `share`: the part of `batch_bytes` that it was to be.
        """
        among = float(self._landed(size, sent_at))
        elapsed = max(now - sent_at, 0.001)
        known = [one for one in (elapsed, round_trip_s, self.round_trip_s) if one is not None]
        self.round_trip_s = min(known)
        self._caution = min(1.0, self._caution * GROWTH)
        if self._gauged:
            return
        if 4 * size < 3 * share * self.batch_bytes:  # says nothing about how much would fit
            return
        self._answers.append((now, size))
        since = self._busy_since if len(self._answers) < WINDOW else self._answers[0][0]
        counted = list(self._answers)[0 if len(self._answers) < WINDOW else 1 :]
        self.rate = sum(one for _, one in counted) / max(now - since, 0.001)
        among *= share
        if elapsed < self.round_trip_s + SHARE_S_MIN * among:
            growth = GROWTH if elapsed > self.round_trip_s + SHARE_S_QUICK * among else GROWTH_QUICK
            self.batch_bytes = min(BYTES_MAX, int(self.batch_bytes * growth))
        elif elapsed > self.round_trip_s + SHARE_S_MAX * among:
            self.batch_bytes = max(BYTES_MIN, int(self.batch_bytes * SHRINKING))

    def failed(self, size: int = 0) -> None:
        """What did not arrive as a whole may arrive in halves. All that were on one connection break together, once."""
        if size:
            self._landed(size, None)
        if self._breaking:
            return
        self._breaking = True
        self.batch_bytes = max(BYTES_MIN, self.batch_bytes // 2)
        self._caution = max(CAUTION_MIN, self._caution / 2)

    def _landed(self, size: int, sent_at: float | None) -> int:
        """No longer under way; how many were, with it."""
        among = self.batches
        self.under_way -= size
        self.batches -= 1
        place = next((i for i, one in enumerate(self._moving) if one[1] == size and sent_at in (None, one[0])), None)
        if place is not None:
            del self._moving[place]
        return min(among, BATCHES)

    def guessed(self, guess: int, size: int) -> None:
        """A batch of events was thought to take `guess` bytes and took `size`."""
        ratio = size / max(guess, 1) * self.ratio
        self.ratio = min(max(0.5 * self.ratio + 0.5 * ratio, _RATIO_MIN), _RATIO_MAX)

    @property
    def cap(self) -> int:
        """Bytes that may be under way: near two bandwidth-delay products, and three batches at least."""
        held = (self.rate or 0.0) * (self.round_trip_s or ROUND_TRIP_S)
        return max(int(2 * held), BATCHES * self.batch_bytes)

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
