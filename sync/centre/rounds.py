"""What a serving centre does by itself, once in a while: messages are given on, hooks are told, late complaints become
the next level's, last month's figures are told, reports are made; at its start and each day, what the program could
not act on is judged anew.

`yizhan centre sms` and `yizhan centre compare` do the same by hand, or from the timetable of a province that serves the
centre by another program.
"""

import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from edge.errors import YizhanError
from sync.centre import (
    aside,
    comparing,
    complaints,
    erasing,
    erasing_fields,
    erasing_records,
    hand_overs,
    reports,
    telling,
    ticking,
)
from sync.centre.centre import Centre
from sync.centre.ports import registry

logger = logging.getLogger(__name__)
EVERY_S = 60


class Rounds:
    """The rounds of one serving centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._compared = ""
        self._reported = ""
        self._erased = ""
        self._judged = ""

    def make(self) -> None:
        """One round; what fails is logged and tried again in the next."""
        self._try(self._keep_count)
        for port in registry.PORTS:
            self._try(partial(registry.exchange, self._centre, [port.name]))
        self._try(lambda: hand_overs.give(self._centre))
        self._try(lambda: complaints.raise_late(self._centre))
        self._try(lambda: telling.tell(self._centre))
        today = self._centre.clock.now()[:10]
        if self._judged != today and self._try(lambda: aside.retry_every(self._centre)):
            self._judged = today
        if self._compared != today and self._try(lambda: comparing.daily(self._centre)):
            self._compared = today
        if self._reported != today and self._try(lambda: reports.daily(self._centre)):
            self._reported = today
        if self._erased != today and self._try(self._erase):
            self._erased = today

    def _erase(self) -> None:
        erasing.daily(self._centre)
        erasing_fields.daily(self._centre)
        erasing_records.daily(self._centre)

    def _keep_count(self) -> None:
        with self._centre.store.write() as tx:
            ticking.begin(tx, self._centre.clock)

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except (YizhanError, SQLAlchemyError, OSError):
            logger.warning("a round of the centre could not be finished", exc_info=True)
            return False
        return True
