"""Carrying: cut what the centre has not acknowledged, seal it, send it, believe the answer only if it is proven.

    database -> batch -> envelope -> link -> answer -> one transaction

There is no outbox and no memory between rounds: a crash at any step leaves the database as it was, and the next round
cuts the same events anew. What is sent twice is harmless; what was not acknowledged is never shown as received.
"""

import logging
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from edge import identity, log, publishing_node
from edge.database import Connection
from edge.errors import YizhanError, problem
from forms.events import Head
from sync import answer, batch, enrol, keys, quarantine, status, taking
from sync.answer import Answer
from sync.batch import Batch
from sync.envelope import Purpose
from sync.keys import Parties
from sync.link import Link
from sync.lock import only_one
from sync.pace import Pace

if TYPE_CHECKING:
    from edge.node import Node
    from edge.settings import Settings

logger = logging.getLogger(__name__)

ROUNDS_MAX: Final = 10_000
DELAY_S_MIN: Final = 0.25
DELAY_S_MAX: Final = 300.0
RAW_BYTES_MAX: Final = 16 << 10
_DOUBLINGS_MAX: Final = 30
_UNREAD: Final = frozenset({"centre_refused", "answer_untrusted"})


@dataclass(frozen=True, slots=True)
class Report:
    """What one round, or several, came to. `sent` and `received` count events, `sent_bytes` the sealed bytes.

    `acked` is the head of our log that the centre holds now, by its signature; None if nothing was proven.
    `more`: another round would carry something. `problem` is stored for the console as well.
    """

    sent: int = 0
    received: int = 0
    sent_bytes: int = 0
    rounds: int = 0
    acked: Head | None = None
    note: str = ""
    problem: YizhanError | None = None
    more: bool = False

    @property
    def went_well(self) -> bool:
        return self.problem is None


def next_delay(failures: int, rng: random.Random, ceiling_s: float = DELAY_S_MAX) -> float:
    """Seconds to wait after so many failures in a row: full jitter under a bound that doubles up to `ceiling_s`."""
    ceiling = min(ceiling_s, 2.0 ** min(max(failures - 1, 0), _DOUBLINGS_MAX))
    return rng.uniform(DELAY_S_MIN, ceiling)


class Push:
    """Carries for one node over one link. Any number may exist; a file lets one at a time work."""

    def __init__(self, node: "Node", link: Link) -> None:
        self._node = node
        self._link = link
        self._lock = node.settings.database.parent / "push.lock"
        self._pace = Pace()

    def drain(self, rounds_max: int = ROUNDS_MAX) -> Report:
        """Rounds until nothing is left, something goes wrong, or `rounds_max` is reached; the sum of them."""
        total = Report(more=True)
        while total.more and total.went_well and total.rounds < rounds_max:
            total = _sum(total, self.round())
        return total

    def round(self) -> Report:
        """One envelope up and its answer down. Never raises for what a bad link, centre or answer can do."""
        with only_one(self._lock) as free:
            if not free:
                return Report(note="另一个上传正在进行")
            try:
                report = self._exchange()
            except YizhanError as error:
                self._pace.failed()
                report = self._failed(error)
                self._go_on_plainly(error)
            self._take_over()
            return report

    def _take_over(self) -> None:
        """What was published is offered from now on, whichever process and whichever way brought it."""
        try:
            publishing_node.refresh(self._node)
        except YizhanError as error:
            logger.warning("what was published could not be taken over: %s", error)

    def _exchange(self) -> Report:
        with self._node.database.read() as tx:
            parties = keys.read(tx)
        if not parties.centre.enrolled_at:
            self._enrol(parties)
        with self._node.database.read() as tx:
            made = batch.cut(tx, self._pace.batch_bytes)
            before = (made.after, log.missing(tx))
        request = batch.seal(made, parties)
        said = self._carry(parties.node, request)
        proven = answer.read(said, request, parties, Purpose.DOWN)
        with self._node.database.write() as tx:
            report = _take(tx, self._node.settings, made, proven, said if len(said) <= RAW_BYTES_MAX else b"")
            moved = before != (log.acked(tx), log.missing(tx))
        return replace(report, sent_bytes=len(request), more=report.received > 0 or (report.more and moved))

    def _go_on_plainly(self, error: YizhanError) -> None:
        """What could not be read may have been the coding: the next batch goes without, both ways."""
        if error.code not in _UNREAD:
            return
        try:
            with self._node.database.write() as tx:
                log.set_centre_codebooks(tx, ())
        except YizhanError as fault:  # nothing can be stored now; the next round meets the same fault first
            logger.warning("the centre's codebooks could not be forgotten (%s)", fault.code)

    def _carry(self, place: str, request: bytes) -> bytes:
        started_ms = self._node.clock.ticks()
        said = self._link.post(place, request)
        self._pace.carried(self._node.clock.ticks() - started_ms)
        return said

    def _enrol(self, parties: Parties) -> None:
        request = enrol.message(parties)
        ack = enrol.confirmed(self._link.post(enrol.place(parties.node), request), request, parties)
        with self._node.database.write() as tx:
            identity.set_enrolled(tx, ack.at)

    def _failed(self, error: YizhanError) -> Report:
        try:
            with self._node.database.write() as tx:
                if error.code == "centre_not_set":
                    status.stands_alone(tx, tx.clock.now())
                else:
                    status.failed(tx, error, tx.clock.now())
        except YizhanError as fault:  # the disk is full or gone: the failure itself can't be stored, only said
            logger.exception("the state of the link could not be stored (%s)", fault.code)
        return Report(rounds=1, problem=error, note=error.sentence)


def _take(tx: Connection, found: "Settings", made: Batch, said: Answer, raw: bytes) -> Report:
    """Everything that a proven answer changes, in one transaction. Raises answer_untrusted, ack_mismatch."""
    now = tx.clock.now()
    missing = [{"sha256": item.sha256, "from": item.start} for item in said.ack.missing]
    log.set_acked(tx, said.ack.head, said.ack.at, missing, raw)
    if made.ack:  # the answer to a batch without our ack names nothing
        log.set_centre_codebooks(tx, said.ack.codebooks)
    fresh = taking.events(tx, found, said)
    quarantine.gone(tx, made.gone, now)
    stalled = _stalled(made, said)
    if stalled is None:
        status.succeeded(tx, now)
    else:
        status.failed(tx, stalled, now)
    return Report(
        sent=len(made.events),
        received=len(fresh),
        rounds=1,
        acked=said.ack.head,
        note="" if stalled is None else stalled.sentence,
        problem=stalled,
        more=log.unsent(tx) > 0 or len(missing) > len(made.gone),
    )


def _stalled(made: Batch, said: Answer) -> YizhanError | None:
    """The answer is genuine, but the centre took none of our events: it has others at their place."""
    if not made.events or said.ack.head != made.after:
        return None
    reasons = [refusal.reason for refusal in said.ack.refused] or ["没有收下本机的记录"]
    return problem("centre_refused", detail=reasons[0])


def _sum(total: Report, one: Report) -> Report:
    return replace(
        one,
        sent=total.sent + one.sent,
        received=total.received + one.received,
        sent_bytes=total.sent_bytes + one.sent_bytes,
        rounds=total.rounds + one.rounds,
        acked=one.acked or total.acked,
    )
