"""Several batches under way at once: each lane takes the next unit when it is free, chosen anew every time.

A unit is a batch, or a picture to be encoded for the link. Events go first; batches of materials alone are smaller.
What was cut first goes up first. A batch that fails ends the carrying: the others are on the same connection, and the
next one begins where the centre stands.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from edge.errors import YizhanError, problem
from sync.batch import Batch
from sync.flight import Flight
from sync.report import Report, total_of

LOOK_EVERY_S: Final = 0.05  # for what another process wrote
FRUITLESS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Unit:
    """A batch to be carried, or the digest of a picture to be encoded. `number`: answers that were taken before."""

    batch: Batch | None = None
    picture: str = ""
    number: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What the lanes ask of the node: `choose` cuts the next unit, `carry` brings a batch, `encode` makes the forms."""

    choose: Callable[["Lanes"], Unit | None]
    carry: Callable[["Lanes", Unit], Report]
    failed: Callable[[YizhanError], Report]
    encode: Callable[[str], None]


class Lanes:
    """One drain. Its `flight` and `number` (answers so far) are read and changed under `turn` alone."""

    def __init__(self, work: Work, count: int) -> None:
        self.flight = Flight()
        self.number = 0
        self.encoding = False
        self.asking = False  # a batch is under way that asks for the centre's events
        self.count = count
        self.turn = threading.Condition()
        self._work = work
        self._busy = 0
        self._places = 0
        self._outside: set[int] = set()  # places of batches that were cut and are not on their way
        self._fruitless = 0
        self._ended = False
        self._total = Report()

    def run(self) -> Report:
        """Until nothing is left, or the link is down. The sum of all units; raises what no link can explain."""
        threads = [threading.Thread(target=self._lane, name=f"lane-{lane}") for lane in range(1, self.count)]
        for thread in threads:
            thread.start()
        try:
            self._lane()
        finally:
            self.end()
            for thread in threads:
                thread.join()
        return self._total

    def wake(self) -> None:
        """Something new may be there to be sent."""
        with self.turn:
            self.turn.notify_all()

    def end(self) -> None:
        with self.turn:
            self._ended = True
            self.turn.notify_all()

    @property
    def is_sealing(self) -> bool:
        """Whether a batch was cut that the link doesn't know of yet. Read under `turn`."""
        return bool(self._outside)

    def answered(self, *, fruitful: bool) -> None:
        """Called under `turn` when an answer was taken."""
        self.number += 1
        self._fruitless = 0 if fruitful else self._fruitless + 1

    def _lane(self) -> None:
        while (unit := self._next()) is not None:
            report = Report()
            try:
                report = self._do(unit)
            finally:
                self._done(unit, report)

    def _next(self) -> Unit | None:
        with self.turn:
            while not self._ended and self._fruitless < FRUITLESS_MAX:
                unit = self._work.choose(self)
                if unit is not None:
                    return self._begin(unit)
                if not self._busy:
                    break
                self.turn.wait(LOOK_EVERY_S)
            self._ended = True
            self.turn.notify_all()
        return None

    def _begin(self, unit: Unit) -> Unit:
        self._busy += 1
        self._places += 1
        unit = replace(unit, place=self._places)
        self.encoding = self.encoding or bool(unit.picture)
        if unit.batch is not None:
            self.asking = self.asking or unit.batch.ack is not None
            self.flight.put(unit.batch.after, unit.batch.events, unit.batch.chunks)
            self._outside.add(unit.place)
        return unit

    def wait_for_turn(self, unit: Unit) -> None:
        """Return when all that were cut before are on their way; what goes up keeps its order.

        Raises centre_unreachable when the carrying has ended meanwhile.
        """
        with self.turn:
            while not self._ended and unit.place != min(self._outside, default=unit.place):
                self.turn.wait()
            if self._ended:
                raise problem("centre_unreachable")

    def begun(self, unit: Unit) -> None:
        """It is on its way, or never will be."""
        with self.turn:
            self._outside.discard(unit.place)
            self.turn.notify_all()

    def _do(self, unit: Unit) -> Report:
        if unit.batch is None:
            self._work.encode(unit.picture)
            return Report()
        try:
            return self._work.carry(self, unit)
        except YizhanError as error:
            return self._work.failed(error) if self._ends_now() else Report(rounds=1)

    def _ends_now(self) -> bool:
        """What failed first is the reason; the others only follow it."""
        with self.turn:
            first, self._ended = not self._ended, True
            self.turn.notify_all()
        return first

    def _done(self, unit: Unit, report: Report) -> None:
        with self.turn:
            self._busy -= 1
            self._total = total_of(self._total, report)
            if unit.picture:
                self.encoding = False
            self._outside.discard(unit.place)
            if unit.batch is not None:
                self.asking = self.asking and unit.batch.ack is None
                self.flight.take(unit.batch.after, unit.batch.events, unit.batch.chunks)
            self._ended = self._ended or report.problem is not None
            self.turn.notify_all()
