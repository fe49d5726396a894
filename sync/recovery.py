"""Bringing back from the centre what this node once sent: log, service files, materials. Over any link.

Each answer is one transaction, and what is asked for is worked out anew from what is here, so a cut or a kill anywhere
leaves nothing half done: the next run goes on where the last one ended.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge import definitions, log, materials, projections
from edge.database import Connection
from edge.errors import problem
from edge.outgoing import materials_of
from forms import definition as files
from forms.definition import DefinitionError
from forms.events import ChainError, Event, Head
from sync import answer, envelope, frames, keys, quarantine, recall, returning
from sync.answer import Answer
from sync.coding import library
from sync.envelope import Purpose
from sync.frames import Ack, Chunk, FrameError
from sync.keys import Parties
from sync.link import Link
from sync.recall import Wanted

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)
BATCH_ID_BYTES: Final = 16
ROUNDS_MAX: Final = 1_000_000
ASKED_MAX: Final = 200

Progress = Callable[[str, int], None]


def quiet(what: str, count: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: events of our own log, service files, materials, and the SHA-256 of those that the centre has not
    either. `head` is how far the centre holds our log.
    """

    events: int = 0
    definitions: int = 0
    materials: int = 0
    lacking: tuple[str, ...] = ()
    head: Head | None = None


def place(node: str) -> str:
    """Where it is asked for on a link."""
    return f"{node}/recall"


def before_a_round(node: "Node", link: Link, parties: Parties) -> None:
    """What has to be asked or given before anything is sent: the end of our own log, which the centre may hold, and the
    end of the centre's, which it may have lost. Most rounds do nothing here.
    """
    with node.database.read() as tx:
        lacks_tail, gives = _lacks_tail(tx), returning.lost(tx) is not None
    if lacks_tail:
        bring_tail(node, link, parties)
    if gives:
        returning.give(node, link, parties)


def after_a_drain(node: "Node", link: Link) -> None:
    """Ask for the end of our log once more, when the centre holds the opening of our epoch. Raises as `bring_tail`."""
    with node.database.read() as tx:
        parties, asks = keys.read(tx), _lacks_tail(tx) and _is_opened(tx)
    if asks:
        bring_tail(node, link, parties)


def _lacks_tail(tx: Connection) -> bool:
    """Whether the centre may hold an end of our log that is not here."""
    return str(tx.execute("SELECT recovering FROM node").fetchone()[0]) == "tail"


def _is_opened(tx: Connection) -> bool:
    """Whether the centre holds the first event of the epoch that we write in."""
    return log.acked(tx).epoch >= log.head(tx).epoch


def bring_tail(node: "Node", link: Link, parties: Parties) -> int:
    """Fetch what stands in our log at the centre and not here; how many events. Raises log_not_believed.

    What left before the disk went back may be on its way still, and is taken at the centre until that holds the opening
    of our epoch: so it is asked before every round until then, and once more behind it. Whether it holds that is
    believed from each answer anew: the centre may have gone back meanwhile. The answer is no ack: of a copy of this
    machine the centre may hold a later epoch, and not what we wrote before that; it has to be offered to be refused.
    """
    came, said = bring_log(node, link, parties)
    bring_definitions(node, link, parties)
    with node.database.write() as tx:
        if projections.is_stale(tx):  # by this run, or by one before it that was cut
            projections.rebuild(tx, node.settings)
        if said.ack.head.epoch >= log.head(tx).epoch:
            tx.execute("UPDATE node SET recovering = '' WHERE recovering = 'tail'")
    return came


def bring_log(node: "Node", link: Link, parties: Parties, progress: Progress = quiet) -> tuple[int, Answer]:
    """The events of our own log, epoch by epoch, each answer in a transaction of its own.

    Gives how many were new and the centre's last word. Raises log_not_believed where the two logs differ,
    answer_untrusted, and what the link raises.
    """
    count = 0
    for _ in range(ROUNDS_MAX):
        with node.database.read() as tx:
            held = tuple(log.heads_of_epochs(tx))
        said = _ask(node, link, parties, Wanted(heads=held))
        forks = [one for one in said.ack.refused if one.code == quarantine.FORK]
        if forks:
            raise problem("log_not_believed", position=f"{forks[0].epoch}:{forks[0].seq}")
        if not said.events:
            _check_same(node, said.ack.head)
            _note_refusals(node, said)
            return count, said
        with node.database.write() as tx:
            fresh = _take_back(tx, said.events)
            if not fresh:
                raise problem("answer_untrusted", detail="取回的记录本机已有")
        count += len(fresh)
        progress("记录", count)
    raise problem("answer_untrusted", detail="取回的记录没有尽头")


def _note_refusals(node: "Node", said: Answer) -> None:
    """What of our log the centre can't act on: who brings it back has not heard of it."""
    if said.ack.refused:
        with node.database.write() as tx:
            quarantine.refused(tx, said.ack.refused, tx.clock.now())


def _check_same(node: "Node", head: Head) -> None:
    """Where our log is longer than the centre's, only its head tells that they are two. Raises log_not_believed."""
    with node.database.read() as tx:
        found = log.find(tx, "node", head.epoch, head.seq)
    if head.seq and (found is None or found.digest != head.digest):
        raise problem("log_not_believed", position=f"{head.epoch}:{head.seq}")


def _take_back(tx: Connection, events: tuple[Event, ...]) -> list[Event]:
    try:
        fresh = log.take_back(tx, events)
    except ChainError as error:
        raise problem("answer_untrusted", detail="取回的记录与本机的接不上") from error
    projections.outdate(tx)
    return fresh


def bring_definitions(node: "Node", link: Link, parties: Parties) -> tuple[int, tuple[str, ...]]:
    """The service files that our log names and that are not here: how many came, and digests that the centre lacks."""
    count = 0
    gone: set[str] = set()
    while True:
        with node.database.read() as tx:
            wanted = [digest for digest in _named_definitions(tx) if digest not in gone][:ASKED_MAX]
        if not wanted:
            return count, tuple(sorted(gone))
        said = _ask(node, link, parties, Wanted(heads=_all_heads(node), definitions=tuple(wanted)))
        came = _keep_definitions(node, said, set(wanted))
        count += came
        if not came:
            gone |= set(wanted)


def lacking_definitions(tx: Connection) -> tuple[str, ...]:
    """Digests of the service files that our log names and that are not here."""
    return tuple(_named_definitions(tx))


def _keep_definitions(node: "Node", said: Answer, wanted: set[str]) -> int:
    try:
        found = [files.load(one) for one in recall.read_definitions(said.contents.others)]
    except (FrameError, DefinitionError) as error:
        raise problem("answer_untrusted", detail="取回的事项文件不合规定") from error
    asked = [one for one in found if one.digest in wanted]
    with node.database.write() as tx:
        for one in asked:
            definitions.keep(tx, one)
        if asked:
            projections.outdate(tx)
    return len(asked)


def _named_definitions(tx: Connection) -> list[str]:
    """Digests that filings name and that are not kept here, each once, in the order of the log."""
    rows = tx.execute(
        "SELECT DISTINCT json_extract(body, '$.service.digest') FROM event"
        " WHERE side = 'node' AND kind = 'application.filed' AND body >= x'01' ORDER BY epoch, seq"
    )
    known = definitions.known(tx)
    return [str(row[0]) for row in rows if row[0] not in known]


def bring_materials(
    node: "Node", link: Link, parties: Parties, progress: Progress = quiet
) -> tuple[int, tuple[str, ...]]:
    """The files that our log names and that are not here, piece by piece: how many came, and those that the centre does
    not hold whole. A run that was cut goes on where it ended.
    """
    count, gone = 0, set[str]()
    while True:
        with node.database.read() as tx:
            wanted = [one for one in _lacking(tx) if one["sha256"] not in gone][:ASKED_MAX]
            asked = tuple((one["sha256"], _returning(tx, one["sha256"])) for one in wanted)
        if not wanted:
            return count, tuple(sorted(gone))
        said = _ask(node, link, parties, Wanted(heads=_all_heads(node), materials=asked))
        came = _keep_pieces(node, said.contents.chunks, {one["sha256"]: one for one in wanted})
        count += came
        if not said.contents.chunks:
            gone |= {one["sha256"] for one in wanted}
        progress("材料", count)


def bring(node: "Node", link: Link, parties: Parties, named: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """One question for some files that lie whole at the centre: how many are whole here now, and bytes that came.

    `named`: sha256 -> what is known of each (media_type, name, slot). Raises answer_untrusted and as the link does.
    """
    with node.database.read() as tx:
        asked = tuple((sha256, _returning(tx, sha256)) for sha256 in named)
    said = _ask(node, link, parties, Wanted(heads=_all_heads(node), materials=asked))
    came = _keep_pieces(node, said.contents.chunks, named)
    return came, sum(len(chunk.data) for chunk in said.contents.chunks)


def _lacking(tx: Connection) -> list[dict[str, Any]]:
    """What the events of our log say of each file that is not here."""
    found: dict[str, dict[str, Any]] = {}
    for event in log.all_of(tx, "node"):
        if materials_of(event):
            data = event.data
            for one in [*data.get("materials", ()), *([data["material"]] if "material" in data else ())]:
                found.setdefault(one["sha256"], one)
    known = {row[0] for row in tx.execute("SELECT sha256 FROM material")}
    return [one for sha256, one in found.items() if sha256 not in known]


def lacking_materials(tx: Connection) -> list[str]:
    """The SHA-256 of the files that our log names and that are not here."""
    return [one["sha256"] for one in _lacking(tx)]


def _returning(tx: Connection, sha256: str) -> int:
    row = tx.execute("SELECT length(data) FROM material_returning WHERE sha256 = ?", (sha256,)).fetchone()
    return 0 if row is None else int(row[0])


def _keep_pieces(node: "Node", chunks: Iterable[Chunk], named: dict[str, dict[str, Any]]) -> int:
    """Join the pieces to what is here; a file that is whole and is what its digest says becomes a material."""
    whole = 0
    with node.database.write() as tx:
        for chunk in chunks:
            about = named.get(chunk.sha256)
            if about is None or chunk.offset != _returning(tx, chunk.sha256):
                continue
            tx.execute(
                "INSERT INTO material_returning (sha256, data) VALUES (?, ?)"
                " ON CONFLICT (sha256) DO UPDATE SET data = CAST(data || excluded.data AS BLOB)",
                (chunk.sha256, chunk.data),
            )
            if chunk.offset + len(chunk.data) >= chunk.total:
                whole += _finish(tx, about)
    return whole


def _finish(tx: Connection, about: dict[str, Any]) -> int:
    row = tx.execute("SELECT data FROM material_returning WHERE sha256 = ?", (about["sha256"],)).fetchone()
    tx.execute("DELETE FROM material_returning WHERE sha256 = ?", (about["sha256"],))
    data = bytes(row["data"])
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        raise problem("answer_untrusted", detail="取回的材料与摘要不符")
    materials.put(tx, data, about["media_type"], about["name"], about["slot"])
    return 1


def _all_heads(node: "Node") -> tuple[Head, ...]:
    with node.database.read() as tx:
        return tuple(log.heads_of_epochs(tx))


def question(node: "Node", parties: Parties) -> bytes:
    """A sealed RECALL for a medium: what we hold; all the rest comes back."""
    with node.database.read() as tx:
        held = log.head(tx)
        ack = Ack(parties.node, log.head(tx, "centre"), tx.clock.now(), codebooks=library.PACKAGED.names())
    header = envelope.header_for(Purpose.RECALL, parties.node, held, (), secrets.token_bytes(BATCH_ID_BYTES))
    inner = frames.pack(ack=ack, others=[recall.wanted(Wanted(heads=_all_heads(node)))])
    return envelope.seal(header, inner, parties.seals)


def take(node: "Node", said: Answer) -> int:
    """What one answer from a medium brings; the events that were new. What is here already changes nothing.

    Raises log_not_believed, answer_untrusted.
    """
    if said.ack.refused:
        first = said.ack.refused[0]
        raise problem("log_not_believed", position=f"{first.epoch}:{first.seq}")
    with node.database.write() as tx:
        fresh = len(_take_back(tx, said.events))
        wanted = set(_named_definitions(tx))
        lacking = {one["sha256"]: one for one in _lacking(tx)} if said.contents.chunks else {}
    if said.contents.others:
        _keep_definitions(node, said, wanted)
    _keep_pieces(node, said.contents.chunks, lacking)
    return fresh


def _ask(node: "Node", link: Link, parties: Parties, wanted: Wanted) -> Answer:
    """One question and its proven answer."""
    with node.database.read() as tx:
        held, now = log.head(tx), tx.clock.now()
        ack = Ack(parties.node, log.head(tx, "centre"), now, codebooks=library.PACKAGED.names())
    header = envelope.header_for(Purpose.RECALL, parties.node, held, (), secrets.token_bytes(BATCH_ID_BYTES))
    request = envelope.seal(header, frames.pack(ack=ack, others=[recall.wanted(wanted)]), parties.seals)
    return answer.read(link.post(place(parties.node), request), request, parties, Purpose.RECALLED)
