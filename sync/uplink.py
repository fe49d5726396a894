"""What is under way on the sockets of one link: just enough that it never runs dry, and no more.

What the system or the modem has queued can't be overtaken by anything urgent, is lost when the line is cut, and keeps
acknowledgements waiting. So requests are handed over in pieces, and a piece waits until what lies before it is near the
bytes that the line holds: rate times shortest round trip, as the kernel measured them.

Linux tells what is under way; where a system doesn't, nothing waits here.
"""

import contextlib
import socket
import struct
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass
from typing import Final

PIECE_BYTES: Final = 2 << 10
PIECE_BYTES_LIGHT: Final = 4 << 10
PIECE_BYTES_MAX: Final = 64 << 10
CAP_BYTES_MIN: Final = 10 << 10  # what a system sends at first without having heard anything
FAST_BYTES_S: Final = 1 << 20
NEAR_S: Final = 0.02  # a round trip in the same building
HEAVY_BYTES_MIN: Final = 8 << 10
HELD_HEAVY: Final = 1.4
HELD: Final = 1.6  # times what the line holds may be under way
HELD_BREAKING: Final = 1.25  # where it broke lately: what is under way is lost with it
BREAKING_S: Final = 300.0
CAP_BREAKING_MIN: Final = 4 << 10
SLACK_S: Final = 0.05  # what we notice late
LOOK_S_MAX: Final = 0.02
LOOK_S_MIN: Final = 0.001
RATE_OVER_S: Final = 1.0
RATE_KEPT_S: Final = 10.0
STEADY_BYTES_S: Final = 16 << 10  # up to here a line is held full by CUBIC; BBR empties it every ten seconds to measure
SURE_BYTES: Final = 48 << 10  # so much has arrived before a line counts as slow: a long one is slow only at first
_INFO_BYTES: Final = 232
_INFO_BYTES_MIN: Final = 152
_INFO_BYTES_EXACT: Final = 216  # since Linux 4.19: bytes that were sent, and those sent again
_CLOSED: Final = 7  # TCP_CLOSE: given up by the system, or reset by the other side
_SAMPLES_MIN: Final = 2
_UNKNOWN: Final = 0xFFFFFFFF
_TCP_INFO: Final = getattr(socket, "TCP_INFO", None)


@dataclass(frozen=True, slots=True)
class Moving:
    """Of one socket, in bytes: `under_way` in the system and on the line, `arrived` since it was made.

    What the system holds for lost is still to go: where a line is cut all of it is, and more handed over would be lost
    with it.
    """

    under_way: int
    arrived: int
    round_trip_s: float


def moving(made: socket.socket) -> Moving | None:
    """None where the system doesn't say, and of a connection that is gone."""
    if _TCP_INFO is None:
        return None
    try:
        info = made.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _INFO_BYTES)
    except OSError:
        return None
    if len(info) < _INFO_BYTES_MIN or info[0] == _CLOSED:
        return None
    size, _, unacked, sacked = struct.unpack_from("=4I", info, 16)
    (acked,) = struct.unpack_from("=Q", info, 120)
    unsent, shortest_us = struct.unpack_from("=2I", info, 144)
    round_trip_s = 0.0 if shortest_us == _UNKNOWN else shortest_us / 1e6
    out = unacked * size  # as if every packet were full
    if len(info) >= _INFO_BYTES_EXACT:
        sent, again = struct.unpack_from("=2Q", info, 200)
        out = min(out, max(0, sent - again - acked))
    return Moving(max(0, out - sacked * size) + unsent, acked + sacked * size, round_trip_s)


class Gauge:
    """How fast the line was lately, from what arrived over its sockets. Not for several threads at once."""

    def __init__(self) -> None:
        self.rate = 0.0  # bytes a second; 0 unknown
        self.round_trip_s = 0.0
        self.moved_at = 0.0
        self._broke_at: float | None = None
        self._before = 0.0  # the rate when it broke
        self._arrived: weakref.WeakKeyDictionary[socket.socket, int] = weakref.WeakKeyDictionary()
        self._total = 0
        self._samples: deque[tuple[float, int]] = deque()
        self._rates: deque[tuple[float, float]] = deque()

    def look(self, made: socket.socket, found: Moving, now: float) -> None:
        before = self._arrived.get(made, 0)
        if found.arrived > before:
            self._total += found.arrived - before
            self._arrived[made] = found.arrived
            self.moved_at = now
        if found.round_trip_s:
            self.round_trip_s = min(self.round_trip_s or found.round_trip_s, found.round_trip_s)

    def broke(self, now: float) -> None:
        """The line was cut, and may be again soon. Until it shows otherwise it comes back as fast as it was."""
        self._broke_at = now
        self._before = max(self._before, self.rate)

    def take(self, now: float) -> None:
        """After a look at all sockets: the best rate of the last seconds."""
        over_s = max(RATE_OVER_S, 2 * self.round_trip_s)
        if self._before and self._samples and self._total > self._samples[-1][1]:
            self._note(self._before, now)
            self._before = 0.0
        self._samples.append((now, self._total))
        while len(self._samples) > _SAMPLES_MIN and self._samples[1][0] <= now - over_s:
            self._samples.popleft()
        since, before = self._samples[0]
        if self._total > before:
            self._note((self._total - before) / max(now - since, over_s), now)
        while len(self._rates) > 1 and self._rates[0][0] < now - RATE_KEPT_S:
            self._rates.popleft()
        self.rate = self._rates[0][1] if self._rates else 0.0

    def _note(self, rate: float, now: float) -> None:
        while self._rates and self._rates[-1][1] <= rate:
            self._rates.pop()
        self._rates.append((now, rate))

    @property
    def is_fast(self) -> bool:
        """Whether the system does well alone."""
        return self.rate > FAST_BYTES_S or 0 < self.round_trip_s < NEAR_S

    @property
    def is_surely_slow(self) -> bool:
        return self._total >= SURE_BYTES and 0 < self.rate <= STEADY_BYTES_S

    def cap_bytes(self, *, heavy: bool) -> int:
        """How much may be under way before a piece; before one of what is not urgent less."""
        held = self.rate * (self.round_trip_s + SLACK_S)
        if not heavy and held and self._broke_at is not None and time.monotonic() - self._broke_at < BREAKING_S:
            return max(CAP_BREAKING_MIN, int(HELD_BREAKING * held))
        if heavy:
            return max(HEAVY_BYTES_MIN, int(HELD_HEAVY * held))
        return max(CAP_BREAKING_MIN if self.is_surely_slow else CAP_BYTES_MIN, int(HELD * held))

    def piece_bytes(self, *, heavy: bool) -> int:
        """Each piece is a record of TLS with bytes of its own; behind one of what is not urgent others may wait."""
        is_short = heavy or self._broke_at is not None or self.is_surely_slow
        least = PIECE_BYTES if is_short else PIECE_BYTES_LIGHT
        return min(PIECE_BYTES_MAX, max(least, int(self.rate * SLACK_S)))


class Uplink:
    """All sockets of one link. For any number of threads."""

    def __init__(self) -> None:
        self.gauge = Gauge()
        self.handed = 0  # bytes that were given to the system since the start
        self._turn = threading.Condition()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._waiting: list[tuple[bool, int]] = []
        self._count = 0

    def add(self, made: socket.socket) -> None:
        with self._turn:
            self._sockets.add(made)

    def steady(self) -> None:
        """On a line that is surely slow its sockets go on with CUBIC; where that can't be had, with what they have."""
        with self._turn:
            if self.gauge.is_surely_slow:
                for made in list(self._sockets):
                    control(made, b"cubic")

    def look(self) -> int | None:
        """Bytes under way on all sockets; None where that can't be known."""
        with self._turn:
            return self._look()

    def wait(self, made: socket.socket, left: int, patience_s: float, *, urgent: bool) -> int:
        """Return when a piece of what is `left` may be handed over, and its bytes; the urgent before others.

        Raises TimeoutError when nothing moved for `patience_s`.
        """
        with self._turn:
            self._count += 1
            place = (not urgent, self._count)
            self._waiting.append(place)
            try:
                self._wait(made, place, patience_s)
            finally:
                self._waiting.remove(place)
                self._turn.notify_all()
            return min(left, self.gauge.piece_bytes(heavy=not urgent))

    def broke(self) -> None:
        """A connection ended before its answers."""
        with self._turn:
            self.gauge.broke(time.monotonic())

    def sent(self, size: int) -> None:
        """So many bytes were given to the system."""
        with self._turn:
            self.handed += size

    def _wait(self, made: socket.socket, place: tuple[bool, int], patience_s: float) -> None:
        began = time.monotonic()
        while (pause_s := self._pause_s(made, place)) > 0:
            self._turn.wait(pause_s)
            if time.monotonic() - max(began, self.gauge.moved_at) > patience_s:
                raise TimeoutError("nothing moves")

    def _pause_s(self, made: socket.socket, place: tuple[bool, int]) -> float:
        under_way = self._look()
        if under_way is None or self.gauge.is_fast or made not in self._sockets:
            return 0.0
        if place != min(self._waiting):
            return LOOK_S_MAX
        over = under_way - self.gauge.cap_bytes(heavy=place[0])
        return 0.0 if over < 0 else min(max(over / (self.gauge.rate or 1.0), LOOK_S_MIN), LOOK_S_MAX)

    def _look(self) -> int | None:
        now, total = time.monotonic(), None
        for made in list(self._sockets):
            if (found := moving(made)) is None:
                self._sockets.discard(made)
            else:
                self.gauge.look(made, found, now)
                total = (total or 0) + found.under_way
        self.gauge.take(now)
        return total


def control(made: socket.socket, name: bytes) -> None:
    """By which rule the system decides how much is under way; where it has no such one, it keeps its own."""
    option = getattr(socket, "TCP_CONGESTION", None)
    if option is not None:
        with contextlib.suppress(OSError):
            made.setsockopt(socket.IPPROTO_TCP, option, name)


def cork(made: socket.socket, *, is_on: bool) -> None:
    """Let the system send full packets only. Where it can't, it sends smaller ones."""
    option = getattr(socket, "TCP_CORK", None)
    if option is not None:
        with contextlib.suppress(OSError):
            made.setsockopt(socket.IPPROTO_TCP, option, int(is_on))
