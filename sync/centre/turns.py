"""Batches of one room may come over several connections, and out of order: an early one waits a moment at the door.

Nothing is kept of it meanwhile. If what it continues does not come in time, it is answered as it stands (the ack names
the head that is held), and the node sends it again. A few may wait at once; the threads behind them must stay free for
what they wait for.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forms.events import Head

WAIT_S = 7.0  # less than the time after which a node gives a connection up
LOOK_EVERY_S = 0.05
WAITING_MAX = 5


class Turns:
    """Who may wait; one for a whole program."""

    def __init__(self, waiting_max: int = WAITING_MAX, wait_s: float = WAIT_S) -> None:
        self._places = threading.BoundedSemaphore(waiting_max)
        self._wait_s = wait_s

    def wait(self, epoch: int, seq: int, held: Callable[[], Head]) -> None:
        """Return when the log that is held reaches the event before (epoch, seq), or when it is no use to wait longer.

        `held` reads the head; a process beside this one may move it.
        """
        if not _is_early(epoch, seq, held()):
            return
        with self._place() as free:
            end = time.monotonic() + self._wait_s
            while free and _is_early(epoch, seq, held()) and time.monotonic() < end:
                time.sleep(LOOK_EVERY_S)

    @contextmanager
    def _place(self) -> Iterator[bool]:
        free = self._places.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._places.release()


def _is_early(epoch: int, seq: int, head: Head) -> bool:
    """Whether there is a gap before it, in the epoch that runs."""
    return epoch == head.epoch and seq > head.seq + 1
