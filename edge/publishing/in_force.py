"""What the node may file with: the services that came with the program, those that the centre published, and, in a
room that stands alone, those that a key of node.toml's `publishers` signed. Everything else is on trial (试用).

What the centre published is kept for ever and counts whether or not its file still lies in the folder; what the room's
own publishers signed counts as long as the file is there.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from edge import definitions, identity, log, publishing
from edge.config.content import Parameter
from edge.database import Connection, Database
from edge.errors import YizhanError, problem
from edge.packs import judging, room_folder
from edge.publishing import Publication, Sheet, Status, on_disk, service_files
from edge.publishing.service_files import Small
from edge.settings import Publisher, Settings
from forms import definition as files
from forms import head, kinds
from forms.catalogue import Catalogue, version_key
from forms.definition import DefinitionError
from forms.events import Event
from forms.head import Head

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)

PUBLISHED: Final = "service.published"
_STORE = """INSERT INTO publication (digest, id, version, origin, key, at, over, sheet) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (digest) DO UPDATE SET origin = excluded.origin, key = excluded.key, at = excluded.at,
    over = excluded.over, sheet = excluded.sheet
    WHERE excluded.at > at OR (origin = 'room' AND excluded.origin = 'room' AND excluded.key <> key)"""


@dataclass(frozen=True)
class Folder:
    """The services of the program and the room's own files as they were last read: what their heads are made of and
    the signatures beside them, by digest.
    """

    packaged: Mapping[str, Small] = field(default_factory=dict)
    own: Mapping[str, Small] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)  # as JSON
    parameters: Mapping[str, Parameter] = field(default_factory=dict)  # what province.toml says, for their texts
    waiting: int = 0  # files of the room that nobody has judged yet: they are no services

    @cached_property
    def written(self) -> str:
        """The first day of the month of the oldest packaged version; it was never earlier than that."""
        year, month, *_ = min((version_key(one["version"]) for one in self.packaged.values()), default=(1, 1))
        return f"{year:04}-{month:02}-01"


@dataclass(frozen=True)
class Standing:
    """How far each definition has come here. `published`: digests that may be filed with; `others`: what their
    signatures say of the rest. `stamp`: what was published when this was read.
    """

    published: frozenset[str] = frozenset()
    others: Mapping[str, Status] = field(default_factory=dict)
    stamp: tuple[int, str] = (0, "")
    folder: Folder = field(default_factory=Folder)

    def of(self, definition: Head) -> Status:
        if definition.digest in self.published:
            return "published"
        return self.others.get(definition.digest, "trial")


class Word(NamedTuple):
    """By whose word a definition is published: where it came from, the key, when, and what it takes back."""

    origin: str
    key: str = ""
    at: str = ""
    over: str = ""


class Trust(NamedTuple):
    """Whose signatures make a file published here. `earlier`: keys that the centre's took the place of; they count in
    its own log only, which its newest key signs.
    """

    centre: str
    publishers: tuple[Publisher, ...]
    packaged: Catalogue[Head]
    earlier: frozenset[str] = frozenset()

    def word_of(self, sheet: Sheet, definition: Head) -> Word | None:
        """The word that publishes a definition; None when none does."""
        if not publishing.belongs(sheet, definition):
            return None
        if self.centre:
            keys = {self.centre, *self.earlier}
            own = [Word("centre", one.key, one.at, one.over) for one in sheet.of("centre") if one.key in keys]
            return max(own, key=lambda one: one.at, default=None)
        signed = {one.key for one in sheet.of("county")}
        allowed = (one.key for one in self.publishers if one.key in signed and self._may_sign(one, definition))
        return next((Word("room", key) for key in allowed), None)

    def _may_sign(self, publisher: Publisher, definition: Head) -> bool:
        taken = self.packaged.get(definition.id)
        return all(publishing.within(publisher.area, one) for one in (definition, taken) if one is not None)


def trust(tx: Connection, found: Settings, packaged: Mapping[str, Small] | None = None) -> Trust:
    """A room that belongs to a centre trusts the centre alone: nothing gets past its review (先审后用)."""
    centre = identity.centre(tx)
    key = centre.sign_key.hex() if centre is not None else ""
    smalls = service_files.packaged(tx) if packaged is None else packaged
    return Trust(key, () if key else found.publishers, Catalogue(_heads(smalls)))


def _heads(smalls: Mapping[str, Small]) -> Iterator[Head]:
    return (head.of_small(small, digest) for digest, small in smalls.items())


def load(opened: Database, found: Settings, said: Mapping[str, Parameter]) -> tuple[Catalogue[Head], Standing]:
    """Everything that is known here, in the words of the place (province.toml's), and how far it has come.

    Raises definition_faulty for a fault in the folder.
    """
    return assemble(opened, found, replace(read_folder(opened, found), parameters=said))


def read_folder(opened: Database, found: Settings) -> Folder:
    """The program's services and the room's own files. Raises definition_faulty with every fault."""
    try:
        packaged = service_files.read(opened, "packaged", files.PACKAGED)
        own = service_files.read(opened, "room", found.services_dir)
    except DefinitionError as error:
        raise problem("definition_faulty", detail="\n".join(str(fault) for fault in error.faults)) from error
    for name, why in own.unread:
        logger.warning("%s: %s", name, why)
    return Folder(packaged.smalls, own.smalls, own.sheets, waiting=own.waiting)


def assemble(opened: Database, found: Settings, folder: Folder) -> tuple[Catalogue[Head], Standing]:
    """Publish what is new, and read what that makes of it all. Most starts write nothing."""
    with opened.read() as tx:
        trusted = trust(tx, found, folder.packaged)
        fresh = dict(_unrecorded(tx, trusted, folder))
        whole = not fresh and not definitions.lacks_heads(tx)
        if whole:
            return _read(tx, trusted, folder)
    with opened.write() as tx:
        definitions.take_heads(tx)
        _record(tx, trusted, fresh.values(), folder.sheets)
        return _read(tx, trusted, folder)


def _unrecorded(tx: Connection, trusted: Trust, folder: Folder) -> Iterator[tuple[str, Head]]:
    """What is not among the publications as it stands now: other content, another sheet, or a key that counts anew."""
    rows = {row["digest"]: row for row in tx.execute("SELECT digest, origin, key, sheet FROM publication")}
    for one in trusted.packaged.all():
        if one.digest not in rows:
            yield one.digest, one
    for digest, sheet in folder.sheets.items():
        row = rows.get(digest)
        if row is None or (row["origin"] != "packaged" and not _stands(row, trusted, sheet)):
            yield digest, head.of_small(folder.own[digest], digest)


def _stands(row: Mapping[str, Any], trusted: Trust, sheet: str) -> bool:
    """Whether this row is what recording the same sheet again would make."""
    key = str(row["key"])
    counts = key == trusted.centre if trusted.centre else any(one.key == key for one in trusted.publishers)
    return counts and row["sheet"] == sheet


def _record(tx: Connection, trusted: Trust, found: Iterable[Head], sheets: Mapping[str, str]) -> None:
    """Write down what makes some of them published. Again changes nothing."""
    published = {row[0]: row[1] for row in tx.execute("SELECT digest, at FROM publication")}
    for one in found:
        if trusted.packaged.by_digest(one.digest) is not None:
            if one.digest not in published:
                _store(tx, one, Word("packaged"), publishing.sheet_of(one))
        elif one.digest in sheets and (word := trusted.word_of(sheet := _sheet(sheets[one.digest]), one)):
            try:
                _keep(tx, one, word, sheet)
            except YizhanError as error:  # a file on a stick keeps nobody from starting; it stays on trial
                logger.warning("%s", error)


def _sheet(text: str) -> Sheet:
    return on_disk.sheet_from(json.loads(text))


def _keep(tx: Connection, definition: Head, word: Word, sheet: Sheet) -> None:
    if word.origin == "centre":
        _refuse_other_content(tx, definition)
    _store(tx, definition, word, sheet)


def _store(tx: Connection, definition: Head, word: Word, sheet: Sheet) -> None:
    of = (definition.digest, definition.id, definition.version)
    tx.execute(_STORE, (*of, word.origin, word.key, word.at, word.over, publishing.text_of(sheet)))


def _refuse_other_content(tx: Connection, definition: Head) -> None:
    """One version is one content, for ever. Raises version_taken."""
    row = tx.execute(
        "SELECT 1 FROM publication WHERE id = ? AND version = ? AND digest <> ? AND origin = 'centre'",
        (definition.id, definition.version, definition.digest),
    ).fetchone()
    if row is not None:
        raise problem("version_taken", service=definition.id, version=definition.version)


def _read(tx: Connection, trusted: Trust, folder: Folder) -> tuple[Catalogue[Head], Standing]:
    """The catalogue as the table of publications makes it. What is on trial never covers what is published."""
    named = judging.services(tx) if judging.in_force(tx) else None
    rows = [row for row in tx.execute(_PUBLICATIONS) if _counts(row, trusted) and _is_named(row, named)]
    sent = [row["digest"] for row in rows if row["origin"] == "centre" and row["digest"] not in folder.own]
    smalls = {**definitions.smalls(tx, sent), **folder.own, **folder.packaged}
    publications = [Publication(row["digest"], row["id"], row["version"], row["at"], row["over"]) for row in rows]
    returns = [one for one in publications if one.over]
    catalogue: Catalogue[Head] = Catalogue()
    for one in publications:
        if one.digest in smalls:
            held = head.of_small(smalls[one.digest], one.digest, folder.parameters)
            back = bool(returns) and publishing.taken_back(one, returns)
            over = back if named is None else named.get(one.digest) is False
            (catalogue.keep if over else catalogue.add)(held)
    published = frozenset(one.digest for one in publications)
    trials = {digest: small for digest, small in folder.own.items() if digest not in published}
    for digest, small in trials.items():
        catalogue.add(head.of_small(small, digest, folder.parameters), trial=True)
    signed = trials.keys() & folder.sheets.keys()
    claims = {digest: _claimed(_sheet(folder.sheets[digest]), trials[digest]) for digest in signed}
    return catalogue, Standing(published, claims, stamp(tx), folder)


_PUBLICATIONS: Final = "SELECT digest, id, version, origin, key, at, over FROM publication ORDER BY at, digest"


def _counts(row: Mapping[str, Any], trusted: Trust) -> bool:
    """A room's own publication ends when its key is taken out of node.toml, or when the room joins a centre."""
    return row["origin"] != "room" or any(one.key == row["key"] for one in trusted.publishers)


def _is_named(row: Mapping[str, Any], named: Mapping[str, bool] | None) -> bool:
    """Where the room goes by packs, the centre's word alone publishes nothing: a pack has to name the service."""
    return named is None or row["origin"] != "centre" or row["digest"] in named


def _claimed(sheet: Sheet, small: Small) -> Status:
    """What the signatures say by themselves; published is only what this node trusts."""
    status = publishing.reached(sheet, head.of_small(small, sheet.digest))
    return "reviewed" if status == "published" else status


def stamp(tx: Connection) -> tuple[int, str]:
    """Moves whenever something was published, in whichever process."""
    row = tx.execute("SELECT count(*), coalesce(max(at), '') FROM publication").fetchone()
    pack = judging.state(tx).number
    return int(row[0]) + (pack << 32), str(row[1])


def take_down(tx: Connection, found: Settings, fresh: Iterable[Event]) -> list[tuple[Event, YizhanError]]:
    """Take what the centre published from its log; gives what was refused, and why. Again changes nothing."""
    published = [event for event in fresh if event.kind == PUBLISHED]
    if not published:  # most answers bring none, and to know whom to trust takes a look at every service
        return []
    earlier = frozenset(one.sign_key.hex() for one in identity.centre_sets(tx))
    trusted = trust(tx, found)._replace(earlier=earlier)
    return [(event, why) for event in published for why in _taken(tx, trusted, event)]


def _taken(tx: Connection, trusted: Trust, event: Event) -> Iterator[YizhanError]:
    try:
        data = event.data
        definition = files.load(json.loads(data["source"]))
        signatures = tuple(publishing.signature_from(one) for one in data["signatures"])
        sheet = Sheet(**data["service"], signatures=signatures)
        word = trusted.word_of(sheet, definition)
        if word is None or word.origin != "centre":
            raise problem("signature_missing", service=definition.title, role=publishing.ROLES["centre"])
        definitions.keep(tx, definition)
        _keep(tx, definition, word, sheet)
    except YizhanError as error:
        yield error
    except DefinitionError as error:
        yield problem("service_unreadable", detail=str(error.faults[0]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        yield problem("service_unreadable", detail=type(error).__name__)


def refresh(node: "Node") -> bool:
    """Take over, without a restart, what was published since: by this process or by another. True if anything was.

    The room's own files stay as they were last read, so that a fault in one of them holds up nothing. Those of a pack
    are put beside them, and read as when somebody had saved them there.
    """
    room_folder.settle(node.database, node.settings)
    with node.database.read() as tx:
        moved = stamp(tx) != node.standing.stamp
    if moved:
        node.catalogue, node.standing = assemble(node.database, node.settings, node.standing.folder)
    return moved


def _digest(event: Event) -> str:
    """The service file that an event names; "" where its body is not as its kind asks."""
    try:
        data = event.data
        kinds.check_body(PUBLISHED, data)
    except ValueError:
        return ""
    return str(data["service"]["digest"])


def refill(tx: Connection, found: Settings) -> None:
    """Drop what the centre's log published and take it again. Keys that counted when it came count still."""
    rows = tx.execute("SELECT DISTINCT key FROM publication WHERE origin = 'centre' ORDER BY key").fetchall()
    keys = [str(row["key"]) for row in rows]
    now = trust(tx, found)
    published = log.published(tx, PUBLISHED)
    named = [(digest,) for event in published if (digest := _digest(event))]
    tx.executemany("DELETE FROM publication WHERE origin = 'centre' AND digest = ?", named)
    kept = definitions.known(tx)  # a new program's services come in when its files are read
    _record(tx, now, [one for one in now.packaged.all() if one.digest in kept], {})
    for event in published:
        for key in dict.fromkeys([now.centre, *keys]):
            if key and not list(_taken(tx, now._replace(centre=key), event)):
                break
