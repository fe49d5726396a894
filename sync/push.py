"""Carrying: cut what the centre has not acknowledged, seal it, send it, believe the answer only if it is proven.

    database -> batch -> envelope -> link -> answer -> one transaction

There is no outbox and no memory between rounds: a crash at any step leaves the database as it was, and the next round
cuts the same events anew. What is sent twice is harmless; what was not acknowledged is never shown as received. Over a
link with several connections a drain goes through sync.lanes: runs of events may arrive in any order, the centre lets
an early one wait for the one before it, and what it could not take is cut again.
"""

import logging
import random
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from edge import identity, log, machine_report, outgoing, practice, renditions
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.file_locks import only_one
from edge.publishing import in_force
from sync import answer, batch, budget, enrol, fetching, keys, quarantine, recovery, status, taking
from sync.answer import Answer
from sync.batch import Batch
from sync.coding import library
from sync.envelope import Purpose
from sync.keys import Parties
from sync.lanes import Lanes, Unit, Work
from sync.link import Link, Slowness, Tunable, post, stand_ready, tune
from sync.pace import Pace
from sync.report import Report, total_of
from sync.unheard import Unheard

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)

ROUNDS_MAX: Final = 10_000
DELAY_S_MIN: Final = 0.25
DELAY_S_QUICK: Final = 2.0
DELAY_S_MAX: Final = 300.0
QUICK_FAILURES: Final = 4  # so many pauses are short: a link that was cut comes back soon, or not for a while
RAW_BYTES_MAX: Final = 16 << 10
_DOUBLINGS_MAX: Final = 30
_UNREAD: Final = frozenset({"centre_refused", "answer_untrusted"})


def next_delay(failures: int, rng: random.Random, ceiling_s: float = DELAY_S_MAX) -> float:
    """Seconds to wait after so many failures in a row: short at first, then under a bound that doubles to `ceiling_s`.

    Drawn evenly from all that is allowed (full jitter), because thousands of nodes fail in the same moment.
    """
    doublings = min(max(failures - QUICK_FAILURES, 0), _DOUBLINGS_MAX)
    return rng.uniform(DELAY_S_MIN, min(ceiling_s, DELAY_S_QUICK * 2.0**doublings))


class Push:
    """Carries for one node over one link. Any number may exist; a file lets one at a time work.

    Raises practice_never_sent for a practice room.
    """

    def __init__(self, node: "Node", link: Link) -> None:
        practice.must_be_real(node)
        library.PACKAGED.hand_in("room", node.settings.home / library.PACKED_FOLDER)
        self._node = node
        self._link = link
        self._lock = node.settings.database.parent / "push.lock"
        self._unheard = Unheard(self._lock.with_name("push.unheard"))
        self._pace = Pace()
        self._pacing = threading.Lock()
        self._lanes: Lanes | None = None
        self._work = Work(self._choose, self._carry, self._failed, self._encode)

    @property
    def rate(self) -> float:
        """Bytes a second that the link carried lately; 0 where that is not known."""
        return self._pace.rate or 0.0

    def wake(self) -> None:
        """Something was filed: a drain that runs looks at once, and sends it before anything else."""
        lanes = self._lanes
        if lanes is not None:
            lanes.wake()

    def drain(self, rounds_max: int = ROUNDS_MAX) -> Report:
        """Rounds until nothing is left, something goes wrong, or `rounds_max` is reached; the sum of them."""
        with only_one(self._lock) as free:
            if not free:
                return Report(note="另一个上传正在进行")
            total = Report(more=True)
            while total.more and total.went_well and total.rounds < rounds_max:
                total = total_of(total, self._next())
            if total.went_well and (fault := self._ask_behind()) is not None:
                total = total_of(total, self._failed(fault))
            if total.went_well:
                fetching.fetch(self._node, self._link)
            return total

    def _next(self) -> Report:
        """Everything that waits over all connections; where that is nothing, the round that asks what is new."""
        if self._is_enrolled() and self._is_more():
            report = self._together()
            if report.rounds:
                return report
        return self._round()

    def _ask_behind(self) -> YizhanError | None:
        """What is asked when everything has gone up, and what went wrong with it. Most drains ask nothing here."""
        try:
            recovery.after_a_drain(self._node, self._link)
        except YizhanError as error:
            return error
        return None

    def round(self) -> Report:
        """One envelope up and its answer down. Never raises for what a bad link, centre or answer can do."""
        with only_one(self._lock) as free:
            return self._round() if free else Report(note="另一个上传正在进行")

    def _round(self) -> Report:
        """One unit without company; a picture that has to be encoded first is, when no event waits."""
        lanes = Lanes(self._work, 1)
        self._unheard.begin()
        try:
            self._enrol_once()
            unit = self._choose(lanes)
            while unit is not None and unit.picture:
                self._encode(unit.picture)
                unit = self._choose(lanes)
            report = self._carry(lanes, unit or self._unit(lanes, self._cut(lanes, asks=True)))
        except YizhanError as error:
            report = self._failed(error)
        self._take_over()
        return report

    def _together(self) -> Report:
        """Units over all connections of the link until nothing is left; then the centre may have more for us."""
        self._lanes = Lanes(self._work, max(1, getattr(self._link, "lanes", 1)))
        self._unheard.begin()
        stand_ready(self._link)
        try:
            self._enrol_once()  # which also asks or gives what has to come before anything is sent
            report = self._lanes.run()
        except YizhanError as error:
            report = self._failed(error)
        finally:
            self._lanes = None
        self._take_over()
        moved = report.received > 0 or (report.acked is not None and self._is_more())
        return replace(report, more=report.went_well and moved)

    def _is_enrolled(self) -> bool:
        with self._node.database.read() as tx:
            centre = identity.centre(tx)
        return centre is not None and bool(centre.enrolled_at)

    def _is_more(self) -> bool:
        with self._node.database.read() as tx:
            rank_max = budget.today(tx, self._node.settings).rank_max
            acked = log.acked(tx)
            ready = next(iter(outgoing.ready(tx, acked.position, rank_max, 1)), None)
            return log.unsent(tx) > 0 or ready is not None or (rank_max >= 0 and bool(outgoing.unseen(tx, 1)))

    def _take_over(self) -> None:
        """What was published is offered from now on, whichever process and whichever way brought it."""
        try:
            in_force.refresh(self._node)
        except YizhanError as error:
            logger.warning("what was published could not be taken over: %s", error)

    def _choose(self, lanes: Lanes) -> Unit | None:
        """The next unit: events, a picture to be encoded, materials; None where nothing may start now."""
        self._note_materials()
        slow = self._link.slowness() if isinstance(self._link, Tunable) else None
        made = self._cut(lanes, slow, asks=not lanes.asking)
        if made.events and self._unheard.asks:
            return None if lanes.asking else self._unit(lanes, made.question)
        if made.events and self._has_room(lanes, slow, light=True):
            # on a slow line events wait for no pieces behind them
            return self._unit(lanes, replace(made, chunks=(), renditions=()) if slow else made)
        if not lanes.encoding and not made.events and (pictures := self._unseen()):
            return Unit(picture=pictures[0])
        if made.chunks and not made.events and self._has_room(lanes, slow, light=False):
            return self._unit(lanes, made)
        return None

    def _has_room(self, lanes: Lanes, slow: Slowness | None, *, light: bool) -> bool:
        """Whether another batch may be under way; on a slow line the next is cut when the one before is on its way."""
        if slow is not None:
            return not lanes.is_sealing and (slow.waiting_light if light else slow.waiting) == 0
        with self._pacing:
            return self._pace.has_room(time.monotonic())

    def _unit(self, lanes: Lanes, made: Batch) -> Unit:
        return Unit(made, number=lanes.number)

    def _cut(self, lanes: Lanes, slow: Slowness | None = None, *, asks: bool) -> Batch:
        if slow is not None:
            with self._pacing:
                self._pace.measured(slow.rate, slow.round_trip_s)
        with self._node.database.read() as tx:
            rank_max = budget.today(tx, self._node.settings).rank_max
            size, ratio = self._pace.batch_bytes, self._pace.ratio
            return batch.cut(tx, size, lanes.flight, asks=asks, rank_max=rank_max, ratio=ratio)

    def _note_materials(self) -> None:
        """What new events bring is expected to go up; what needs no encoding may go at once."""
        with self._node.database.read() as tx:
            if not log.has_unnoted(tx):
                return
        with self._node.database.write() as tx:
            log.note_materials(tx)
            quarantine.gone(tx, renditions.settle_plain(tx), tx.clock.now())

    def _unseen(self) -> list[str]:
        with self._node.database.read() as tx:
            return outgoing.unseen(tx, 1) if budget.today(tx, self._node.settings).rank_max >= 0 else []

    def _encode(self, sha256: str) -> None:
        if not renditions.decide(self._node.database, sha256):
            with self._node.database.write() as tx:
                quarantine.gone(tx, [sha256], tx.clock.now())

    def _carry(self, lanes: Lanes, unit: Unit) -> Report:
        """Bring a batch and take its answer. Raises YizhanError for what a bad link, centre or answer can do."""
        made = unit.batch
        if made is None:
            raise ValueError("a picture is not carried")
        with self._node.database.read() as tx:
            parties = keys.read(tx)
        request = batch.seal(made, parties)
        of_events = len(request) if made.events else 0
        self._unheard.sent(of_events)
        said = self._exchange(lanes, unit, parties, request, made)
        proven = answer.read(said, request, parties, Purpose.DOWN)
        with lanes.turn, self._node.database.write() as tx:
            budget.count(tx, len(request) + len(said))
            alone = lanes.number == unit.number
            report = self._take(tx, lanes, made, proven, said if len(said) <= RAW_BYTES_MAX else b"", alone=alone)
            lanes.answered(fruitful=report.more or report.received > 0)
        self._unheard.heard(of_events)
        return replace(report, sent_bytes=len(request))

    def _exchange(self, lanes: Lanes, unit: Unit, parties: Parties, request: bytes, made: Batch) -> bytes:
        size = len(request)
        lanes.wait_for_turn(unit)
        sent_at = time.monotonic()
        with self._pacing:
            self._pace.sent(size, sent_at)
            if made.events and not made.chunks:
                self._pace.guessed(made.guess, size)
            tune(self._link, self._pace.buffer_bytes, self._pace.progress_s)
        try:
            said = post(self._link, parties.node, request, lambda: lanes.begun(unit))
        except BaseException:
            with self._pacing:
                self._pace.failed(size)
            raise
        with self._pacing:
            share = 1.0 if made.events else batch.MATERIALS_SHARE
            self._pace.answered(size, sent_at, time.monotonic(), share=share)
        return said

    def _take(self, tx: Connection, lanes: Lanes, made: Batch, said: Answer, raw: bytes, *, alone: bool) -> Report:
        """Everything that a proven answer changes, in one transaction. Raises answer_untrusted, ack_mismatch.

        `alone`: no other answer was taken since this batch was cut, so what it says is the latest word; otherwise it
        may be older than what we know, and only what it adds is believed.
        """
        answer.must_believe_us(said)
        now = tx.clock.now()
        before = log.acked(tx)
        head = said.ack.head if alone or said.ack.head.position >= before.position else before
        missing = [{"sha256": item.sha256, "from": item.start} for item in said.ack.missing] if alone else []
        lacking, named = said.ack.lacking if alone else None, answer.told_refusals(tx, said.ack, made.after)
        log.set_acked(tx, head, said.ack.at, missing, raw, lacking=lacking, named=named)
        quarantine.gone(tx, renditions.settle_plain(tx), now)
        kept = _take_pieces(tx, lanes, made, said, alone=alone)
        machine_report.heard(tx, said.ack.at)
        if made.ack is not None:
            log.set_centre_codebooks(tx, said.ack.codebooks)
        fresh = taking.events(tx, self._node.settings, said)
        stalled = _stalled(made, said)
        if stalled is None:
            status.succeeded(tx, now)
        else:
            status.failed(tx, stalled, now)
        moved = head != before or kept
        return Report(
            sent=len(made.events),
            received=len(fresh),
            rounds=1,
            acked=head,
            note="" if stalled is None else stalled.sentence,
            problem=stalled,
            more=bool(fresh) or (moved and (log.unsent(tx) > 0 or outgoing.unsent(tx) > 0)),
        )

    def _enrol_once(self) -> None:
        with self._node.database.read() as tx:
            parties = keys.read(tx)
        if parties.centre.enrolled_at:
            recovery.before_a_round(self._node, self._link, parties)
            return
        request = enrol.message(parties)
        ack = enrol.confirmed(self._link.post(enrol.place(parties.node), request), request, parties)
        with self._node.database.write() as tx:
            identity.set_enrolled(tx, ack.at)
        recovery.before_a_round(self._node, self._link, parties)

    def _failed(self, error: YizhanError) -> Report:
        try:
            with self._node.database.write() as tx:
                if error.code == "centre_not_set":
                    status.stands_alone(tx, tx.clock.now())
                else:
                    status.failed(tx, error, tx.clock.now())
                if error.code in _UNREAD:  # it may have been the coding: the next batch goes without, both ways
                    log.set_centre_codebooks(tx, ())
        except YizhanError as fault:  # the disk is full or gone: the failure itself can't be stored, only said
            logger.exception("the state of the link could not be stored (%s)", fault.code)
        return Report(rounds=1, problem=error, note=error.sentence)


def _take_pieces(tx: Connection, lanes: Lanes, made: Batch, said: Answer, *, alone: bool) -> bool:
    """What the centre kept of the pieces; what it didn't take at all is put aside. Whether anything was kept."""
    held = {item.sha256: item.start for item in said.ack.held}
    for sha256 in {chunk.sha256 for chunk in made.chunks}:
        if sha256 in held:
            lanes.flight.keep(sha256, made.chunks)
            outgoing.held(tx, sha256, held[sha256], is_latest=alone)
        elif (head := said.ack.head).position >= made.acked.position and head.seq:
            outgoing.put_aside(tx, sha256)
            quarantine.material_refused(tx, sha256, tx.clock.now())
    return bool(held)


def _stalled(made: Batch, said: Answer) -> YizhanError | None:
    """The answer is genuine, but the centre took none of our events: it has others at their place."""
    if not made.events or said.ack.head != made.after:
        return None
    reasons = [refusal.reason for refusal in said.ack.refused] or ["没有收下本机的记录"]
    return problem("centre_refused", detail=reasons[0])


__all__ = ["Push", "Report", "next_delay"]
