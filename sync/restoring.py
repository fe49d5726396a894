"""`yizhan restore --from-centre`: a replacement laptop, a log that lost its end, a machine that was not believed.

`recover` works on a node that was opened with `recovering=True`; making and moving folders is the wiring's part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import epochs, heads, identity, log, place, projections, submissions
from edge.database import Connection, Database
from edge.errors import YizhanError, problem
from forms.events import Event, Head
from forms.kinds import KINDS
from sync import answer, enrol, envelope, keys, recovery, stick
from sync.answer import Answer
from sync.envelope import EnvelopeError, Purpose
from sync.keys import Parties
from sync.link import Link
from sync.recovery import Progress, quiet

if TYPE_CHECKING:
    from edge.node import Node

FILED: Final = "application.filed"
# what a machine keeps that enters its own log anew: its people, what was typed, the files of both
CARRIED_OVER: Final = (
    "definition", "material", "officer", "draft", "draft_material", "draft_prefilled", "confirmed",
)  # fmt: skip  # a table


@dataclass(frozen=True, slots=True)
class Recovered:
    """`epoch`: the one that began, 0 where the log is whole and goes on. `lost`: numbers that are gone for good."""

    events: int = 0
    definitions: int = 0
    lacking_definitions: tuple[str, ...] = ()
    applications: int = 0
    epoch: int = 0
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What a machine that was not believed entered anew; `numbers_taken`: applications whose number the centre knows as
    another's, which a person has to enter by the paper receipt.
    """

    events: int = 0
    numbers_taken: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def __add__(self, other: "Entered") -> "Entered":
        taken, left = self.numbers_taken + other.numbers_taken, self.left + other.left
        return Entered(self.events + other.events, taken, left)


def recover(
    node: "Node", link: Link, *, new: bool = False, accept_loss: bool = False, progress: Progress = quiet
) -> Recovered:
    """Bring the log back, then settle it. Raises log_behind_witness, log_forked or witness_missing where something is
    gone that the centre has not either and nobody accepted that; log_not_believed, and what the link raises.
    """
    _begin_witness(node)
    _enrol(node, link)
    with node.database.read() as tx:
        parties = keys.read(tx)
    came, said = recovery.bring_log(node, link, parties, progress)
    defined, gone = recovery.bring_definitions(node, link, parties)
    with node.database.write() as tx:
        log.set_acked(tx, said.ack.head, said.ack.at, named=answer.told_refusals(tx, said.ack, None))
    done = settle(node, new=new, accept_loss=accept_loss)
    return Recovered(came, defined, gone, done.applications, done.epoch, done.lost)


def by_medium(node: "Node", medium: Path, *, accept_loss: bool = False) -> Recovered | None:
    """The same over a medium: the first time our questions are written to it, and None says that somebody has to carry
    it to the centre; when it comes back, everything is taken from it. Again is harmless.

    Raises as `recover`, and what the medium raises.
    """
    _begin_witness(node)
    with node.database.read() as tx:
        parties = keys.read(tx)
    answers = _answers(node, parties, medium)
    if not answers:
        _leave_questions(node, parties, medium)
        return None
    came = sum(recovery.take(node, said) for said in answers)
    with node.database.write() as tx:
        head = max((said.ack.head for said in answers), key=lambda head: head.position)
        found = log.find(tx, "node", *head.position)
        if head.seq and (found is None or found.digest != head.digest):
            raise problem("recovery_gap", position=f"{head.epoch}:{head.seq}")
        gone = recovery.lacking_definitions(tx)
        log.set_acked(tx, head, max(said.ack.at for said in answers))
        new = str(tx.execute("SELECT recovering FROM node").fetchone()[0]) == "log"
    done = settle(node, new=new, accept_loss=accept_loss)
    with node.database.write() as tx:  # on a medium a file may be missing unseen: the link is asked once more
        tx.execute("UPDATE node SET recovering = 'tail'")
    return Recovered(came, 0, gone, done.applications, done.epoch, done.lost)


def _answers(node: "Node", parties: Parties, medium: Path) -> list[Answer]:
    """What the centre has left for us, events first in their order; what is not for these keys is passed over."""
    found = []
    for path in stick.tray(medium, parties.node, stick.DOWN).files():
        data = stick.read(path)
        for purpose in (Purpose.ENROLLED, Purpose.RECALLED):
            try:
                said = answer.proven(data, parties, purpose)
            except YizhanError:  # an older medium, another purpose, another machine's
                continue
            with node.database.write() as tx:
                identity.set_enrolled(tx, said.ack.at)
            found += [said] if purpose is Purpose.RECALLED else []
    return sorted(found, key=lambda said: (not said.events, said.after.epoch, said.after.seq, _offset(said)))


def _offset(said: Answer) -> tuple[str, int]:
    return (said.contents.chunks[0].sha256, said.contents.chunks[0].offset) if said.contents.chunks else ("", 0)


def _is_question(path: Path) -> bool:
    try:
        return envelope.peek(stick.read(path)).purpose in {Purpose.ENROL, Purpose.RECALL}
    except (YizhanError, EnvelopeError):  # not ours, or damaged: nobody's question
        return False


def _leave_questions(node: "Node", parties: Parties, medium: Path) -> None:
    tray = stick.made(medium, parties.node, stick.UP)
    # earlier questions go; what the old machine wrote may be all that is left of it
    tray.remove([path for path in tray.files() if _is_question(path)])
    for body in (enrol.message(parties), recovery.question(node, parties)):
        tray.put(stick.stem_of(envelope.digest_of(body)), body)


def _begin_witness(node: "Node") -> None:
    """An empty log has its first line before anything comes: after a crash the witness is behind, and not missing."""
    with node.database.read() as tx:
        if node.witness.last is None and log.head(tx).seq == 0:
            node.witness.follow(tx)


def _enrol(node: "Node", link: Link) -> None:
    with node.database.read() as tx:
        parties = keys.read(tx)
    if parties.centre.enrolled_at:
        return
    request = enrol.message(parties)
    ack = enrol.confirmed(link.post(enrol.place(parties.node), request), request, parties)
    with node.database.write() as tx:
        identity.set_enrolled(tx, ack.at)


def settle(node: "Node", *, new: bool = False, accept_loss: bool = False) -> Recovered:
    """Compare the log with the witness and make the node ready to start, in one transaction.

    A log that is whole again goes on in its epoch. What is lost for good is accepted by a person only, and opens a new
    one. Raises log_behind_witness, log_forked, witness_missing.
    """
    seen = node.witness.last
    with node.database.write() as tx:
        whole = _is_whole(tx, seen)
        if not (whole or new or accept_loss):
            node.witness.check(tx)  # which says what is missing
        epoch, lost = 0, ""
        if new or not whole:
            epoch, lost = _begin(tx, seen, new=new)
        tx.execute("UPDATE node SET place = ?", (place.of(node.settings.database),))
        tx.execute("UPDATE node SET recovering = '' WHERE recovering = 'log'")
        done = projections.rebuild(tx, node.settings)
    with node.database.read() as tx:
        node.witness.follow(tx)
    return Recovered(applications=done.applications, epoch=epoch, lost=lost)


def _is_whole(tx: Connection, seen: Head | None) -> bool:
    if seen is None:
        return log.head(tx).seq == 0
    held = log.find(tx, "node", seen.epoch, seen.seq)
    return seen.seq == 0 or (held is not None and held.digest == seen.digest)


def _begin(tx: Connection, seen: Head | None, *, new: bool) -> tuple[int, str]:
    above = seen.epoch if seen else 0
    held = log.head(tx)
    if new:  # the machine that is gone may have begun one that nobody heard of, and put its numbers on receipts
        return epochs.begin(tx, "replaced", above=max(above, held.epoch + 1)).epoch, ""
    event = epochs.begin(tx, "lost", above=above, lost=(held, seen) if seen else None)
    lost = event.data.get("lost")
    return event.epoch, f"{lost['epoch']}:{lost['first']}-{lost['last']}" if lost else ""


def enter_anew(node: "Node", old: Database) -> Entered:
    """Enter what an earlier database of this machine holds and the believed log does not, as events of the new epoch.

    A filing keeps its number and its receipt, unless the number belongs to another application by now. Again changes
    nothing: what was entered is known by its receipt.
    """
    with old.read() as before, node.database.write() as tx:
        for table in CARRIED_OVER:
            _copy_rows(before, tx, table)
        entered, taken, left = 0, dict[str, None](), dict[str, None]()
        for event in _unknown(before, tx):
            if event.kind not in KINDS:
                left[f"{event.epoch}:{event.seq} {event.kind}"] = None
            elif event.application in taken or _is_taken(tx, event):
                taken[event.application] = None
            else:
                log.append(tx, event.kind, event.application, event.data, event.actor)
                heads.project(tx, event.application)
                entered += 1
        submissions.learn(tx)
    return Entered(entered, tuple(taken), tuple(left))


def _unknown(before: Connection, tx: Connection) -> Iterator[Event]:
    for event in log.all_of(before, "node"):
        if event.kind == epochs.OPENED or log.holds(tx, "node", event.digest) or _entered_before(tx, event):
            continue
        yield event


def _entered_before(tx: Connection, event: Event) -> bool:
    """The very same act stands in the log under another number already."""
    found = tx.execute(
        "SELECT 1 FROM event WHERE side = 'node' AND application = ? AND kind = ? AND body = ? LIMIT 1",
        (event.application, event.kind, event.body),
    )
    return found.fetchone() is not None


def _is_taken(tx: Connection, event: Event) -> bool:
    return event.kind == FILED and heads.find(tx, event.application) is not None


def _copy_rows(before: Connection, tx: Connection, table: str) -> None:
    """The rows that are not here yet; both databases have the same tables."""
    for row in before.execute(f"SELECT * FROM {table}"):  # noqa: S608  names of tables
        places = ", ".join("?" * len(tuple(row)))
        tx.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", tuple(row))  # noqa: S608  names of tables
