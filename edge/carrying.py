"""Which link this node carries over, and the carrying as a whole."""

from __future__ import annotations

import random
from pathlib import Path

from edge import identity
from edge.errors import problem
from edge.housekeeping import Keeper
from edge.line_watch import LineWatch
from edge.node import Node
from edge.scheduler import Timetable
from sync.link import Link
from sync.push import Push, next_delay

AFTER_PROGRESS_S = (0.25, 0.75)  # the pause when a round got somewhere: a line that was cut


class NoCentre:
    """The link of a room that stands alone."""

    def post(self, place: str, body: bytes) -> bytes:  # noqa: ARG002 - the signature of a link
        raise problem("centre_not_set")

    def close(self) -> None:
        """Nothing is open."""


def link_to_centre(node: Node) -> Link:
    """The link to the address that node.toml names, or else the enrolment file. Raises insecure_link."""
    with node.database.read() as tx:
        centre = identity.centre(tx)
    if centre is None:
        return NoCentre()
    # a tenth of a start goes into requests, which a room that stands alone never needs
    from sync.https import HttpsLink

    given = node.settings
    trusted: Path | None = given.home / given.centre_ca if given.centre_ca else None
    return HttpsLink(given.centre_url or centre.url, trusted)


class Carrying:
    """Carries from `start()` to `stop()`, soon after something was filed and otherwise by its timetable."""

    def __init__(self, node: Node) -> None:
        given = node.settings
        self._keeper = Keeper(node)
        self._link = link_to_centre(node)
        self.push = Push(node, self._link)
        self._ceiling_s = float(given.sync_retry_max_s)
        self._moved = False
        self._timetable = Timetable(
            self._round,
            every_s=given.sync_interval_s,
            next_delay=self._delay,
            first_within_s=given.sync_spread_s,
        )
        self._watch: LineWatch | None = None

    def start(self) -> None:
        self._keeper.begin()
        self._timetable.start()
        self._watch = LineWatch(self._timetable.send_now)

    def send_now(self) -> None:
        """Also in the middle of a round: what was filed just now goes first."""
        self.push.wake()
        self._timetable.send_now()

    def stop(self) -> None:
        """Lets the round that runs end."""
        if self._watch is not None:
            self._watch.stop()
        self._timetable.stop()
        self._link.close()
        self._keeper.end()

    def _round(self) -> bool:
        self._keeper.look()
        report = self.push.drain()
        self._moved = report.acked is not None
        return report.went_well

    def _delay(self, failures: int, rng: random.Random) -> float:
        """After a round that got somewhere the link is up, and the pause is short; what the centre asks for is kept."""
        asked_s = int(getattr(self._link, "retry_after_s", 0))
        pause_s = rng.uniform(*AFTER_PROGRESS_S) if self._moved else next_delay(failures, rng, self._ceiling_s)
        return asked_s + pause_s
