"""Whether events went up whose answer was never heard: the centre is asked where it stands before they go again.

The question costs a round trip, so it is put only where more than `DOUBT_BYTES` were under way when the line broke or
the process ended. What remembers it is an empty file beside the database: it outlives a kill, it is never needed, and
an old one costs one question.
"""

import contextlib
import logging
import threading
from pathlib import Path
from typing import Final

DOUBT_BYTES: Final = 4 << 10  # sealed; about what a slow line carries in a round trip

logger = logging.getLogger(__name__)


class Unheard:
    """For any number of threads; one drain at a time uses the file."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark
        self._turn = threading.Lock()
        self._under_way = 0
        self._asks = False

    def begin(self) -> None:
        """A drain begins: nothing of it is under way yet, and a mark that stands is from an earlier one."""
        with self._turn:
            self._under_way = 0
            self._asks = self._mark.exists()

    @property
    def asks(self) -> bool:
        """Whether the next envelope is to be the question."""
        with self._turn:
            return self._asks

    def sent(self, size: int) -> None:
        """Events of so many sealed bytes are handed to the link."""
        with self._turn:
            before, self._under_way = self._under_way, self._under_way + size
            if before <= DOUBT_BYTES < self._under_way:
                self._write()

    def heard(self, size: int = 0) -> None:
        """An answer was taken to events of so many bytes, or to the question."""
        with self._turn:
            self._under_way -= size
            self._asks = False
            if self._under_way <= DOUBT_BYTES:
                self._remove()

    def _write(self) -> None:
        try:
            self._mark.touch(0o600)
        except OSError as error:  # it only saves bytes
            logger.warning("what is under way could not be noted: %s", error)

    def _remove(self) -> None:
        with contextlib.suppress(OSError):  # a mark that stays costs a question
            self._mark.unlink(missing_ok=True)
