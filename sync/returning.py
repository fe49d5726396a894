"""What the centre has lost of its own log and this node still holds: kept with the centre's signature, given back.

A centre that was restored from its backup knows its own events no more. It believes us what it has signed itself.
"""

import logging
import secrets
from typing import TYPE_CHECKING, Final

from edge import log
from edge.database import Connection
from forms.events import Event, Head
from sync import answer, envelope, frames, recall
from sync.answer import Answer
from sync.envelope import Purpose
from sync.frames import Ack
from sync.keys import Parties
from sync.link import Link

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)
BATCH_ID_BYTES: Final = 16
EVENTS_MAX: Final = 500
ROUNDS_MAX: Final = 10_000


def note(tx: Connection, said: Answer) -> None:
    """Keep the centre's signed word on the head of its log, and whether it says that it has lost something."""
    if said.events:
        last = said.events[-1]
        tx.execute(
            "INSERT INTO centre_word (epoch, seq, header, word) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (last.epoch, last.seq, *said.word),
        )
    ends = recall.read_lost(said.contents.others)
    if ends is not None:
        tx.execute("UPDATE node SET centre_lost = ?", (str(ends),))


def lost(tx: Connection) -> Head | None:
    """Where the centre's log ends by its own last word; None when it has lost nothing."""
    text = str(tx.execute("SELECT centre_lost FROM node").fetchone()[0])
    return Head.parse(text) if text else None


def give(node: "Node", link: Link, parties: Parties) -> int:
    """Give back what the centre lacks, batch by batch, as far as its own signatures reach; how many events.

    Raises what the link and a wrong answer raise; again is harmless.
    """
    given = 0
    for _ in range(ROUNDS_MAX):
        with node.database.read() as tx:
            ends = lost(tx)
            found = _next(tx, ends) if ends is not None else None
            held, now = log.acked(tx), tx.clock.now()
            ack = Ack(parties.node, log.head(tx, "centre"), now)
        if ends is None:
            break
        if found is None:
            with node.database.write() as tx:
                tx.execute("UPDATE node SET centre_lost = ''")
            break
        header = envelope.header_for(Purpose.UP, parties.node, held, (), secrets.token_bytes(BATCH_ID_BYTES))
        request = envelope.seal(header, frames.pack(ack=ack, others=[recall.returned(found)]), parties.seals)
        said = answer.read(link.post(parties.node, request), request, parties, Purpose.DOWN)
        still = recall.read_lost(said.contents.others)
        refused = still is not None and still.position <= ends.position
        with node.database.write() as tx:  # how far it has come, or nothing more to be given
            reached = "" if refused else str(still or Head.of(found.events[-1]))
            tx.execute("UPDATE node SET centre_lost = ?", (reached,))
        given += 0 if refused else len(found.events)
        if refused:
            logger.warning("the centre doesn't take back its own events after %s:%s", *ends.position)
    return given


def _next(tx: Connection, ends: Head) -> recall.Returned | None:
    """The events that follow in our copy, up to the centre's last word among them; None when it can't be proven."""
    if not log.holds(tx, "centre", ends.digest):
        return None
    events = log.down(tx, ends, EVENTS_MAX)
    events = [event for event in events if event.epoch == events[0].epoch]
    if not events or events[0].prev != ends.digest:  # what follows goes on from elsewhere: the centre wrote it since
        return None
    row = tx.execute(
        "SELECT seq, header, word FROM centre_word WHERE epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq DESC LIMIT 1",
        (events[0].epoch, events[0].seq, events[-1].seq),
    ).fetchone()
    if row is None:
        return None
    upto = tuple(event for event in events if event.seq <= row["seq"])
    return recall.Returned(bytes(row["header"]), bytes(row["word"]), _linked(upto))


def _linked(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """A run without a gap: what comes behind one is given in the next round."""
    run = events[:1]
    for event in events[1:]:
        if event.prev != run[-1].digest:
            break
        run += (event,)
    return run
