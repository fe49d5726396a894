"""The node: one room's settings, clock, store, services and keys, opened together and closed together."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge import (
    account_witness,
    backup,
    database,
    definitions,
    durable,
    epochs,
    identity,
    log,
    migrations,
    offering,
    projections,
    ranks,
    receipt_address,
    receipt_proof,
    receipts,
    reserve,
    settings,
    texts,
    unlocking,
    upgrade_book,
)
from edge.account_witness import AccountWitness
from edge.clock import Clock, SystemClock
from edge.config import all_files, watching
from edge.config.data_files import DataFiles
from edge.config.watching import Watch
from edge.database import Connection, Database
from edge.devices.at_hand import AtHand
from edge.errors import YizhanError, problem
from edge.packs import room_folder
from edge.publishing import in_force
from edge.publishing.in_force import Standing
from edge.recent import Recent
from edge.room import Room
from edge.settings import NODE_FILE, ROOM_FILE, Settings
from edge.unlocking import Opened
from edge.unwritten import Unwritten
from edge.witness import Witness
from forms import lookup
from forms.definition import Definition, localized

if TYPE_CHECKING:
    from edge.config.all_files import RoomFiles
    from edge.identity import Identity
    from edge.publishing import Status
    from forms.calendar import Calendar
    from forms.catalogue import Catalogue
    from forms.head import Head

logger = logging.getLogger(__name__)


@dataclass
class Hooks:
    """What the wiring hands in; a node that nobody wired sends nothing and says so."""

    send_now: Callable[[], None] | None = None
    no_carrying: bool = False  # it was to begin and could not
    sync_status: Callable[[], Any] | None = None
    quarantine: Callable[[], Any] | None = None  # what one side could not act on, for the console's page
    outlook: Callable[[], Any] | None = None  # queue, rate, estimate and budget, for the console's page
    aside: Any = None  # what may be done with what stands aside: find(...), retry(item), settle(item, by, reason)
    practice: Any = None  # the practice room: enter(officer), leave(account), reset(), rest()
    page_pdf: Callable[[str], bytes] | None = None  # a page of this program, by its address, as A4
    ferry: Any = None  # the copy to and from a stick: choices(), start(folder), state, on_media()


@dataclass
class Node:
    """An open node. Made by `open_node`; `close()` it."""

    settings: Settings
    files: RoomFiles
    clock: Clock
    database: Database
    catalogue: Catalogue[Head]
    identity: Identity
    witness: Witness
    hooks: Hooks = field(default_factory=Hooks)
    standing: Standing = field(default_factory=Standing)  # which services are published, and which on trial
    data: DataFiles = field(init=False)  # the province's code tables
    unwritten: Unwritten = field(default_factory=Unwritten)  # drafts that touch no disk
    watch: Watch = field(default_factory=Watch)  # when the room's files were looked at last
    at_hand: AtHand = field(default_factory=AtHand, repr=False)  # the devices beside it
    _shown: Recent[str, tuple[Mapping[str, Any], Definition]] = field(
        default_factory=lambda: Recent(definitions.HELD_MAX), repr=False
    )

    @property
    def room(self) -> Room:
        """room.toml as it is in force."""
        return self.files.room

    @room.setter
    def room(self, room: Room) -> None:
        self.files = replace(self.files, room=room)

    @property
    def calendar(self) -> Calendar:
        """The working days, with the years that the province sent."""
        return self.files.calendar

    @calendar.setter
    def calendar(self, calendar: Calendar) -> None:
        self.files = replace(self.files, calendar=calendar)

    def refresh(self) -> bool:
        """Take over what was saved in the room's files, looked at once a second at most; True if anything was."""
        return watching.take_over(self)

    def __post_init__(self) -> None:
        self.data = DataFiles(self.settings.home)
        # one process serves one room; where a test opens several, the last one's tables hold
        lookup.use(lambda source: ranks.tables(self, source))
        texts.use(lambda: self.files.languages)

    def head(self, service_id: str) -> Head:
        """The version of a service in force today; before the first one is, that one. Raises service_unknown."""
        found = self.catalogue.current(service_id, offering.today(self)) or self.catalogue.get(service_id)
        if found is None:
            raise problem("service_unknown", service=service_id)
        return found

    def newest(self, service_id: str) -> Definition:
        """The same, whole."""
        return self.whole(self.head(service_id))

    def version(self, service_id: str, version: str) -> Definition:
        """One version of a service. Raises service_unknown."""
        found = self.catalogue.get(service_id, version)
        if found is None:
            raise problem("service_unknown", service=f"{service_id} {version}")
        return self.whole(found)

    def status_of(self, definition: Head) -> Status:
        """published, or how far it is on the way there: trial, signed, reviewed."""
        return self.standing.of(definition)

    def must_be_published(self, definition: Head) -> None:
        """Raises service_on_trial: what nobody published is never filed or sent."""
        if self.status_of(definition) != "published":
            raise problem("service_on_trial", service=definition.title)

    def reload_services(self) -> None:
        """Read the room's service files and signatures again. Raises definition_faulty; everything stays as it was."""
        said = self.files.province.parameters
        self.catalogue, self.standing = in_force.load(self.database, self.settings, said)

    def definition(self, digest: str) -> Definition:
        """Any definition that was ever used here. Raises definition_missing."""
        held = self.catalogue.by_digest(digest)
        if isinstance(held, Definition):
            return held
        said, shown = self.files.province.parameters, self._shown.get(digest)
        if shown is None or shown[0] is not said:
            with self.database.read() as tx:
                shown = said, localized(definitions.find(tx, digest), said)
            self.database.forget_pages()  # some hundred kB that are held as a definition from now on
            self._shown.put(digest, shown)
        return shown[1]

    def whole(self, head: Head) -> Definition:
        """A service with everything that its file says, in the words of the place. Raises definition_missing."""
        return self.definition(head.digest)

    @property
    def sealed(self) -> str:
        """Why what is filed goes into a sealed inbox: locked, visit; "" for an ordinary node (edge.standin)."""
        return ""

    def next_number(self, tx: Connection) -> str:
        """The number of the next application; inside the transaction that files."""
        return receipts.next_number(tx, self.settings.node_id, self.epoch(tx))

    def receipt_code(self, token: str, number: str, at: str) -> str:
        """What the QR of a receipt says behind the address; `at`: when it was given. Where it leads to the province it
        carries our signature: it may be scanned there before anything was sent.
        """
        if self.settings.practice or not receipt_address.is_province(self.settings):
            return token
        with self.database.read() as tx:
            own = identity.load(tx)
        return receipt_proof.of_room(token, number, at, own.suite, own.sign)

    def knows_sealed(self, token: str) -> bool:  # noqa: ARG002  a stand-in needs it
        """Whether an item that waits in this program's sealed inbox gave out this code."""
        return False

    def must_take_in(self) -> None:
        """Raises where nothing can be filed now, before a citizen hands anything in. An ordinary node says so later."""

    def epoch(self, tx: Connection) -> int:
        return int(tx.execute("SELECT epoch FROM node").fetchone()[0])

    def send_now(self) -> None:
        """Start a sync at once, where the wiring gave a way."""
        if self.hooks.send_now is not None:
            self.hooks.send_now()

    def close(self) -> None:
        """Remember how far the ticks came, and close every connection. A second call does nothing."""
        if self.database.closed:
            return
        try:
            with self.database.write() as tx:
                tx.execute("UPDATE node SET ticks_floor = max(ticks_floor, ?)", (self.clock.ticks(),))
        except YizhanError:
            # on a full or broken disk the ticks of the last event have to do; closing must go on
            logger.warning("the ticks could not be stored", exc_info=True)
        finally:
            lookup.use(self.data)  # the people of the room are read from the database
            self.database.close()
            self.witness.close()


def create_home(home: Path, node_id: str, room_name: str, **node_keys: Any) -> None:
    """Write a new node's folder: node.toml, room.toml, node.key (for its owner alone) and an empty database.

    `node_keys` go into node.toml beside node_id. Raises home_exists, settings_wrong.
    """
    if (home / NODE_FILE).exists():
        raise problem("home_exists", home=home)
    home.mkdir(parents=True, exist_ok=True)
    # node.toml comes last: until it is there the folder is no node, and init can be tried again after any failure
    found = _write_settings(home, room_name, {"node_id": node_id, **node_keys})
    if not found.key_file.exists():
        durable.write_new(found.key_file, f"{database.create_key()}\n".encode())
    _create_database(found)
    (home / UNFINISHED).replace(home / NODE_FILE)


UNFINISHED = NODE_FILE + ".new"


def mark_recovering(home: Path) -> None:
    """Until its log is back from the centre this new node doesn't start. Raises as `open_node`."""
    found, _ = settings.load(home)
    opened = _open_database(found, SystemClock())
    try:
        with opened.write() as tx:
            tx.execute("UPDATE node SET recovering = 'log' WHERE NOT EXISTS (SELECT 1 FROM event)")
    finally:
        opened.close()


def begin_anew(home: Path) -> Path:
    """Move the data of a node aside and begin an empty database with the same keys. Gives the folder."""
    found, _ = settings.load(home)
    aside = backup.move_aside(found)
    _create_database(found)
    clock = SystemClock()
    new = _open_database(found, clock)
    old = Database(aside / found.database.name, new.key, clock)
    try:
        with old.read() as before, new.write() as tx:
            identity.carry_over(before, tx)
    finally:
        old.close()
        new.close()
    mark_recovering(home)
    return aside


def _write_settings(home: Path, room_name: str, node_keys: dict[str, Any]) -> Settings:
    """Both files, a room.toml that lies there already is kept; what does not pass is taken away again."""
    (home / UNFINISHED).write_text(_node_file(node_keys), encoding="utf-8")
    room_is_ours = not (home / ROOM_FILE).exists()
    if room_is_ours:
        (home / ROOM_FILE).write_text(f"name = {_toml(room_name)}\n", encoding="utf-8")
    try:
        return settings.load(home, {}, node_file=UNFINISHED)[0]
    except YizhanError:
        (home / UNFINISHED).unlink()
        if room_is_ours:
            (home / ROOM_FILE).unlink()
        raise


def _node_file(values: dict[str, Any]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _create_database(found: Settings) -> None:
    clock = SystemClock()
    opened = _open_database(found, clock)
    try:
        migrations.migrate(opened)
        with opened.write() as tx:
            if tx.execute("SELECT count(*) FROM node").fetchone()[0]:
                # somebody's applications may be in there, whatever became of their node.toml
                raise problem("home_exists", home=found.home)
            tx.execute(
                "INSERT INTO node (id, node_id, epoch, search_key, created_at) VALUES (1, ?, 1, ?, ?)",
                (found.node_id, os.urandom(32), clock.now()),
            )
            identity.create(tx)
    finally:
        opened.close()


def _open_database(found: Settings, clock: Clock, unlocked: Opened | None = None) -> Database:
    found.database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = unlocked or unlocking.without_a_person(found)
    reserve.give(found.database.parent)
    made = unlocking.open_database(found, clock, opened)
    reserve.keep(found.database.parent)
    return made


def open_node(
    home: Path,
    clock: Clock | None = None,
    *,
    recovering: bool = False,
    environment: Mapping[str, str] = os.environ,
    unlocked: Opened | None = None,
) -> Node:
    """Open a node's folder; everything is checked before anybody is served. `unlocked`: instead of the key file.

    `recovering`: open it as it is, with a log that lacks its end, to bring it back (edge.recovery).
    Raises home_missing, settings_wrong, key_missing, wrong_database_key, database_missing, wrong_node,
    log_behind_witness, log_forked, witness_missing, log_broken, recovery_unfinished, definition_faulty,
    upgrade_unfinished, upgrade_went_back.
    """
    found, room = settings.load(home, environment)
    clock = clock or SystemClock()
    if not found.database.is_file():
        raise problem("database_missing", database=found.database)
    opened = _open_database(found, clock, unlocked)
    try:
        if unlocked is None:
            upgrade_book.must_be_settled(found.home)
        migrations.migrate(opened)
        return _assemble(found, room, clock, opened, recovering=recovering)
    except BaseException:
        opened.close()
        raise


def _assemble(found: Settings, room: Room, clock: Clock, opened: Database, *, recovering: bool) -> Node:
    with opened.write() as tx:
        _take_up_time(tx, clock, found)
        keys = identity.load(tx)
    room_folder.settle(opened, found, thorough=True)
    watch = Watch(all_files.signature(found.home, found.services_dir), clock.ticks())
    files = all_files.read(found.home, found.node_id)
    witness = Witness(found.witness)
    try:
        if not recovering:
            with opened.read() as tx:
                witness.check(tx)
                log.check_tail(tx)
            opened.after_commit.append(witness.follow)
            opened.after_commit.append(AccountWitness(account_witness.place(found.witness)).follow)
            _settle(opened, found, witness)
        catalogue, standing = in_force.load(opened, found, files.province.parameters)
    except BaseException:
        witness.close()
        raise
    files = watching.checked(replace(files, room=room), catalogue)
    opened.forget_pages()  # this thread has read what it had to
    return Node(found, files, clock, opened, catalogue, keys, witness, standing=standing, watch=watch)


def _settle(opened: Database, found: Settings, witness: Witness) -> None:
    """A copy of the file begins a new epoch; what an older program filled is filled anew. Most starts write nothing."""
    with opened.read() as tx:
        if tx.execute("SELECT recovering FROM node").fetchone()[0] == "log":
            raise problem("recovery_unfinished")
        elsewhere, stale = epochs.is_elsewhere(tx, found.database), projections.is_stale(tx)
    newer = witness.newer
    if elsewhere or stale or newer is not None:
        with opened.write() as tx:
            if epochs.settle_place(tx, found.database) is None and newer is not None:
                epochs.put_back(tx, newer.head)
            if projections.is_stale(tx):
                projections.rebuild(tx, found)
        witness.settled()


def _take_up_time(tx: Connection, clock: Clock, found: Settings) -> None:
    """Ticks go on from the highest that any row holds; the centre's time is known again."""
    row = tx.execute("SELECT node_id, centre_at, ticks_floor FROM node").fetchone()
    if row["node_id"] != found.node_id:
        raise problem("wrong_node", stored=row["node_id"], configured=found.node_id)
    ticks = [
        row["ticks_floor"],
        *(event["ticks"] for event in tx.execute(_LAST_TICKS)),
        *(one[0] or 0 for one in tx.execute("SELECT max(seen) FROM session")),
        *(one[0] or 0 for one in tx.execute("SELECT max(tried) FROM officer")),
        *(one[0] or 0 for one in tx.execute("SELECT max(tried) FROM pickup")),
    ]
    clock.raise_floor(max(ticks))
    if row["centre_at"]:
        clock.set_centre_time(row["centre_at"])


_LAST_TICKS = "SELECT ticks FROM event WHERE side = 'node' ORDER BY epoch DESC, seq DESC LIMIT 1"
