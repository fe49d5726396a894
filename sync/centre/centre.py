"""The centre as an object: its settings, its store, its materials, its keys, its clock. Everything else takes it."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from edge import calendar
from edge.accounts import Cost
from edge.book_witness import BookWitness
from edge.durable import write_new
from edge.errors import problem
from forms.calendar import Calendar
from sync.centre import definitions, identity, recovery_keys, supervisor_keys, ticking
from sync.centre.blobs import Blobs
from sync.centre.clock import Clock, SystemClock
from sync.centre.definitions import Definitions
from sync.centre.groups import Groups
from sync.centre.identity import Identity, IdentityError
from sync.centre.settings import FILE_NAME, CentreSettings, SettingsError, load
from sync.centre.shelves import ShelfError, open_shelf
from sync.centre.store import CONNECTIONS, Store, StoreError, open_store
from sync.centre.turns import Turns

KEY_BYTES = 32
FILE_TEXT = """# The settings of this centre; each is described in README.md. Without a line the default holds.
name = "{name}"
"""


@dataclass(frozen=True, slots=True)
class Centre:
    """An opened centre. Close it when done."""

    settings: CentreSettings
    store: Store
    blobs: Blobs
    identity: Identity
    secret: bytes = field(repr=False)  # what sessions of the review desk are signed with
    clock: Clock
    definitions: Definitions
    calendar: Calendar
    cost: Cost
    turns: Turns = field(default_factory=Turns)
    doors: Groups = field(default_factory=Groups)  # whose keys are read
    groups: Groups = field(default_factory=Groups)  # whose batches are taken

    def close(self) -> None:
        self.store.close()


def create_home(home: Path, name: str = "省公安厅") -> None:
    """Make the home of a new centre: settings, key, identity, empty store. Raises centre_exists."""
    if (home / FILE_NAME).exists():
        raise problem("centre_exists", home=home)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    settings = _settings(home)
    write_new(settings.key_file, f"{secrets.token_hex(KEY_BYTES)}\n".encode())
    identity.create(settings.identity_file)
    supervisor_keys.create(settings.supervisor_file)
    recovery_keys.create(settings.recovery_file)
    (home / FILE_NAME).write_text(FILE_TEXT.format(name=name), encoding="utf-8")
    open_centre(home).close()


def open_centre(home: Path, clock: Clock | None = None, cost: Cost | None = None) -> Centre:
    """Open the centre in `home`. Raises centre_missing, settings_wrong, key_missing, key_unreadable, centre_store."""
    if not (home / FILE_NAME).exists():
        raise problem("centre_missing", home=home)
    settings = _settings(home)
    clock = clock or SystemClock()
    key = _key(settings.key_file)
    try:
        keys = identity.load(settings.identity_file)
        shelf = open_shelf(settings.blobs, home / settings.s3 if settings.s3 else None)
        connections = min(settings.threads, CONNECTIONS)  # whoever waits for another waits before he takes one
        store = open_store(settings.database, home / "centre.db", key, clock.now(), connections=connections)
    except (IdentityError, ShelfError, StoreError) as error:
        raise problem("centre_store", detail=str(error)) from error
    centre = Centre(
        settings=settings,
        store=store,
        blobs=Blobs(shelf, key),
        identity=keys,
        secret=identity.derive(key, b"yizhan-centre-sessions-1"),
        clock=clock,
        definitions=_packaged(store, clock.now()),
        calendar=calendar.seed(),
        cost=cost or Cost(),
    )
    store.book = BookWitness(settings.account_witness)
    with store.write() as tx:
        ticking.begin(tx, clock)
    if store.is_behind:
        from sync.centre import forward  # which works on an opened centre

        try:
            forward.bring(centre)
        except BaseException:
            centre.close()
            raise
    return centre


def _packaged(store: Store, now: str) -> Definitions:
    """The definitions that came with the program join those ever used."""
    with store.write() as tx:
        definitions.register_packaged(tx, now)
    return Definitions(store)


def _settings(home: Path) -> CentreSettings:
    try:
        return load(home)
    except SettingsError as error:
        raise problem("settings_wrong", detail=str(error)) from error


def _key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise problem("key_missing", key_file=path) from error
    except ValueError as error:
        raise problem("key_unreadable", key_file=path) from error
    if len(key) != KEY_BYTES:
        raise problem("key_unreadable", key_file=path)
    return key
