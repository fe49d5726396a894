"""What the node may file with: the services that came with the program, those that the centre published, and, in a
room that stands alone, those that a key of node.toml's `publishers` signed. Everything else is on trial (试用).

What the centre published is kept for ever and counts whether or not its file still lies in the folder; what the room's
own publishers signed counts as long as the file is there.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from edge import definitions, identity, log, publishing, publishing_files
from edge.database import Connection, Database
from edge.errors import YizhanError, problem
from edge.publishing import Publication, Sheet, Status
from edge.room_content import Parameter
from edge.settings import Publisher, Settings
from forms import definition as files
from forms.definition import Catalogue, Definition, DefinitionError
from forms.events import Event

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
    """The room's own files as they were last read: definitions, and the signatures beside them by digest."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)  # what province.toml says, for their texts


@dataclass(frozen=True)
class Standing:
    """How far each definition has come here. `published`: digests that may be filed with; `others`: what their
    signatures say of the rest. `stamp`: what was published when this was read.
    """

    published: frozenset[str] = frozenset()
    others: Mapping[str, Status] = field(default_factory=dict)
    stamp: tuple[int, str] = (0, "")
    folder: Folder = field(default_factory=Folder)

    def of(self, definition: Definition) -> Status:
        if definition.digest in self.published:
            return "published"
        return self.others.get(definition.digest, "trial")


@dataclass(frozen=True, slots=True)
class Word:
    """By whose word a definition is published: where it came from, the key, when, and what it takes back."""

    origin: str
    key: str = ""
    at: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures make a file published here. `earlier`: keys that the centre's took the place of; they count in
    its own log only, which its newest key signs.
    """

    centre: str
    publishers: tuple[Publisher, ...]
    packaged: Catalogue
    earlier: frozenset[str] = frozenset()

    def word_of(self, sheet: Sheet, definition: Definition) -> Word | None:
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

    def _may_sign(self, publisher: Publisher, definition: Definition) -> bool:
        taken = self.packaged.get(definition.id)
        return all(publishing.within(publisher.area, one) for one in (definition, taken) if one is not None)


def trust(tx: Connection, found: Settings) -> Trust:
    """A room that belongs to a centre trusts the centre alone: nothing gets past its review (先审后用)."""
    centre = identity.centre(tx)
    key = centre.sign_key.hex() if centre is not None else ""
    return Trust(key, () if key else found.publishers, files.packaged())


def load(opened: Database, found: Settings, parameters: Mapping[str, Parameter]) -> tuple[Catalogue, Standing]:
    """Everything that is known here, in the words of the place (province.toml's), and how far it has come.

    Raises definition_faulty for a fault in the folder.
    """
    return assemble(opened, found, replace(read_folder(opened, found), parameters=parameters))


def read_folder(opened: Database, found: Settings) -> Folder:
    """The room's own files. Raises definition_faulty with every fault."""
    if not found.services_dir.is_dir():
        return Folder()
    with opened.read() as tx:
        known = definitions.known(tx)
    try:
        catalogue = files.load_all(found.services_dir, known=known)
    except DefinitionError as error:
        raise problem("definition_faulty", detail="\n".join(str(fault) for fault in error.faults)) from error
    return Folder(catalogue, dict(_sheets(found, catalogue)))


def _sheets(found: Settings, catalogue: Catalogue) -> Iterator[tuple[str, Sheet]]:
    for name, sheet in publishing_files.in_folder(found.services_dir):
        if isinstance(sheet, YizhanError):
            logger.warning("%s", sheet)
        elif catalogue.by_digest(sheet.digest) is None:
            logger.warning("%s: the file was changed after it was signed, or is not here", name)
        else:
            yield sheet.digest, sheet


def assemble(opened: Database, found: Settings, folder: Folder) -> tuple[Catalogue, Standing]:
    """Keep what is new in the database for ever, and read what that makes of it all."""
    with opened.write() as tx:
        trusted = trust(tx, found)
        _record(tx, trusted, [*files.packaged().all(), *folder.catalogue.all()], folder.sheets)
        return _read(tx, trusted, folder)


def _record(tx: Connection, trusted: Trust, found: Iterable[Definition], sheets: Mapping[str, Sheet]) -> None:
    """Keep the definitions, and what makes some of them published. Again changes nothing."""
    known = definitions.known(tx)
    published = {row[0]: row[1] for row in tx.execute("SELECT digest, at FROM publication")}
    for one in found:
        if one.digest not in known:
            definitions.keep(tx, one)
        if trusted.packaged.by_digest(one.digest) is not None:
            if one.digest not in published:
                _store(tx, one, Word("packaged"), publishing.sheet_of(one))
        elif (sheet := sheets.get(one.digest)) and (word := trusted.word_of(sheet, one)):
            try:
                _keep(tx, one, word, sheet)
            except YizhanError as error:  # a file on a stick keeps nobody from starting; it stays on trial
                logger.warning("%s", error)


def _keep(tx: Connection, definition: Definition, word: Word, sheet: Sheet) -> None:
    if word.origin == "centre":
        _refuse_other_content(tx, definition)
    _store(tx, definition, word, sheet)


def _store(tx: Connection, definition: Definition, word: Word, sheet: Sheet) -> None:
    text = json.dumps(publishing.plain(sheet), ensure_ascii=False)
    of = (definition.digest, definition.id, definition.version)
    tx.execute(_STORE, (*of, word.origin, word.key, word.at, word.over, text))


def _refuse_other_content(tx: Connection, definition: Definition) -> None:
    """One version is one content, for ever. Raises version_taken."""
    row = tx.execute(
        "SELECT 1 FROM publication WHERE id = ? AND version = ? AND digest <> ? AND origin = 'centre'",
        (definition.id, definition.version, definition.digest),
    ).fetchone()
    if row is not None:
        raise problem("version_taken", service=definition.id, version=definition.version)


def _read(tx: Connection, trusted: Trust, folder: Folder) -> tuple[Catalogue, Standing]:
    """The catalogue as the table of publications makes it. What is on trial never covers what is published."""
    rows = [row for row in tx.execute("SELECT * FROM publication ORDER BY at, digest") if _counts(row, trusted)]
    publications = [Publication(row["digest"], row["id"], row["version"], row["at"], row["over"]) for row in rows]
    catalogue = Catalogue()
    for row, one in zip(rows, publications, strict=True):
        held = trusted.packaged.by_digest(one.digest) or folder.catalogue.by_digest(one.digest)
        if held is None and row["origin"] == "centre":
            held = definitions.find(tx, one.digest)
        if held is not None:
            (catalogue.keep if publishing.taken_back(one, publications) else catalogue.add)(held)
    published = frozenset(one.digest for one in publications)
    for trial in folder.catalogue.all():
        if trial.digest not in published:
            catalogue.add(trial, trial=True)
    others = {digest: _claimed(sheet, folder.catalogue.by_digest(digest)) for digest, sheet in folder.sheets.items()}
    return catalogue.localized(folder.parameters), Standing(published, others, stamp(tx), folder)


def _counts(row: Mapping[str, Any], trusted: Trust) -> bool:
    """A room's own publication ends when its key is taken out of node.toml, or when the room joins a centre."""
    return row["origin"] != "room" or any(one.key == row["key"] for one in trusted.publishers)


def _claimed(sheet: Sheet, definition: Definition | None) -> Status:
    """What the signatures say by themselves; published is only what this node trusts."""
    status: Status = "trial" if definition is None else publishing.reached(sheet, definition)
    return "reviewed" if status == "published" else status


def stamp(tx: Connection) -> tuple[int, str]:
    """Moves whenever something was published, in whichever process."""
    row = tx.execute("SELECT count(*), coalesce(max(at), '') FROM publication").fetchone()
    return int(row[0]), str(row[1])


def take_down(tx: Connection, found: Settings, fresh: Iterable[Event]) -> list[tuple[Event, YizhanError]]:
    """Take what the centre published from its log; gives what was refused, and why. Again changes nothing."""
    earlier = frozenset(one.sign_key.hex() for one in identity.centre_sets(tx))
    trusted = replace(trust(tx, found), earlier=earlier)
    return [(event, why) for event in fresh if event.kind == PUBLISHED for why in _taken(tx, trusted, event)]


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

    The room's own files stay as they were last read, so that a fault in one of them holds up nothing.
    """
    with node.database.read() as tx:
        moved = stamp(tx) != node.standing.stamp
    if moved:
        node.catalogue, node.standing = assemble(node.database, node.settings, node.standing.folder)
    return moved


def refill(tx: Connection, found: Settings) -> None:
    """Drop what the centre's log published and take it again. Keys that counted when it came count still."""
    rows = tx.execute("SELECT DISTINCT key FROM publication WHERE origin = 'centre' ORDER BY key").fetchall()
    keys = [str(row["key"]) for row in rows]
    now = trust(tx, found)
    published = log.published(tx, PUBLISHED)
    named = [(event.data["service"]["digest"],) for event in published]
    tx.executemany("DELETE FROM publication WHERE origin = 'centre' AND digest = ?", named)
    _record(tx, now, now.packaged.all(), {})
    for event in published:
        for key in dict.fromkeys([now.centre, *keys]):
            if key and not list(_taken(tx, replace(now, centre=key), event)):
                break
