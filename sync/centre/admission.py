"""How many batches are in hand: whoever comes when no more can be answered within a second is told when to come.

A refusal is made before the body is read, and costs a fraction of a batch. Each gets a moment of its own, one behind
the other as fast as batches were answered lately, so that those who come back don't come together. Only what is proven
to come from a room takes a place, and some threads are left for everything else: a stranger, or a thousand rooms,
don't keep a reviewer waiting.
"""

import json
import math
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from edge.errors import problem

ANSWER_S: Final = 1.0
AWAY_S_MAX: Final = 60.0
AT_WORK: Final = 4  # batches that are worked on alone at once in one process: each may need two connections
FREE_SHARE: Final = 4  # a quarter of the threads take no batch
PLACES_MIN: Final = 4  # however slow it is: a single room has two connections
EACH_S_BEGIN: Final = 0.02
EACH_S_MIN, EACH_S_MAX = 0.001, 5.0
FADING: Final = 0.1  # of the newest time in what is kept of those before it
_BATCHES: Final = re.compile(r"/sync/v1/[^/]+")  # the door of batches, whichever room's

Environ = dict[str, Any]
Program = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Busy(Exception):  # noqa: N818 - it is no fault
    """No place is free; nothing was done."""


class Admission:
    """Counts what is in hand; one for a program of so many `threads`. `now`: seconds that only grow.

    `refused` and `taken` count since the start.
    """

    def __init__(
        self, threads: int, *, now: Callable[[], float] = time.monotonic, rng: random.Random | None = None
    ) -> None:
        self.refused = self.taken = 0
        self._places = max(1, threads - max(2, threads // FREE_SHARE))
        self._now = now
        self._rng = rng or random.Random()  # noqa: S311 - spreads rooms; it is no secret
        self._each_s = EACH_S_BEGIN
        self._in_hand = 0
        self._last = self._next = now()
        self._turn = threading.Lock()
        self._work = threading.Semaphore(AT_WORK)

    @property
    def limit(self) -> int:
        """Batches that may be in hand: as many as have threads, and are answered within ANSWER_S."""
        return min(self._places, max(PLACES_MIN, int(ANSWER_S / self._each_s)))

    @property
    def is_full(self) -> bool:
        return self._in_hand >= self.limit

    def away_s(self) -> int:
        """Whole seconds that one more is asked to stay away: the next free moment behind those given before."""
        with self._turn:
            self.refused += 1
            now = self._now()
            self._next = max(self._next, now + ANSWER_S) + self._each_s
            if self._next > now + AWAY_S_MAX:  # whoever comes now gets any moment of it
                self._next = now + AWAY_S_MAX
                return math.ceil(self._rng.uniform(AWAY_S_MAX / 2, AWAY_S_MAX))
            return math.ceil(self._next - now)

    @contextmanager
    def place(self) -> Iterator[None]:
        """In hand while the block runs. Raises Busy where no place is free."""
        with self._turn:
            if self.is_full:
                raise Busy
            if not self._in_hand:
                self._last = self._now()
            self._in_hand += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def work(self) -> Iterator[None]:
        """One of few at a time; the others wait for their turns."""
        with self._work:
            yield

    def _leave(self) -> None:
        with self._turn:
            now = self._now()
            spent = min(max(now - self._last, EACH_S_MIN), EACH_S_MAX)
            self._each_s += FADING * (spent - self._each_s)
            self._last = now
            self._in_hand -= 1
            self.taken += 1


class Door:
    """Refuses a room's batch before anything of it is read, while all places are taken. WSGI."""

    def __init__(self, program: Program, admission: Admission) -> None:
        self._program = program
        self._admission = admission

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI."""
        is_batch = environ["REQUEST_METHOD"] == "POST" and _BATCHES.fullmatch(str(environ.get("PATH_INFO", "")))
        if not (is_batch and self._admission.is_full):
            return self._program(environ, start_response)
        said = refusal()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(said)))]
        start_response("503 Service Unavailable", [*headers, ("Retry-After", str(self._admission.away_s()))])
        return [said]


def refusal() -> bytes:
    """The body of an answer that refuses, as of every other (PROTOCOL.md section 13)."""
    busy = problem("centre_busy")
    said = {"code": busy.code, "sentence": busy.sentence, "hint": busy.hint, "permanent": busy.permanent, "number": ""}
    return json.dumps({"error": said}).encode()
