"""The homes of the simulator as every seed finds them, and what of the product is told once instead of anew for each.

The databases are there twice. In one seed of eight their pages are encrypted as everywhere; in the others they lie open,
because the codec is below every transaction, and takes a good part of the time.
"""

import functools
import os
import random
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from edge import identity, place, settings, witness_mark
from edge import node as node_module
from edge.accounts import Cost
from edge.config import all_files
from edge.database import Database, read_key
from edge.node import open_node
from edge.publishing import in_force
from forms import definition
from sync import enrol
from sync.centre import definitions, engines, enrolment
from sync.centre.centre import create_home, open_centre
from sync.centre.turns import Turns
from sync.coding import library
from sync.coding.library import Library
from sync.push import Push
from sync.suites import modern
from tests import simulator_disks
from tests.service_for_tests import SERVICE
from tests.signing import publish_file, publish_folder, trust_publisher
from tests.simulator_world import (
    BASE,
    MATERIAL_BYTES_MAX,
    MEMORY,
    NODES,
    TWIN,
    Air,
    CentreTime,
    Fuse,
    Laptop,
    Time,
    answer_of,
    data_files,
    mortal,
    seeded,
    still_clock,
)


class Codec:
    """Whether the pages of the databases that are opened now are encrypted."""

    used = True


class Images:
    """Homes as every seed finds them, made once for a process, in a folder that lies in memory where there is one."""

    made = False  # the last of them

    def __init__(self, *, encrypted: bool) -> None:
        Images.made = False
        self._folder = tempfile.TemporaryDirectory(prefix="images-", dir=os.environ.get(BASE) or MEMORY)
        self.base = Path(self._folder.name)
        self.encrypted = Codec.used = encrypted
        self.fuse = Fuse()
        self.centre_time = CentreTime()
        self.no_codebooks = Library(self.base / "no codebooks")
        self.codebooks = library.PACKAGED
        self._kept: dict[str, dict[Path, bytes]] = {}
        with seeded(random.Random(0)):
            self._make()
        Images.made = True

    def _make(self) -> None:
        create_home(self.base / "centre")
        with (self.base / "centre" / "centre.toml").open("a", encoding="utf-8") as file:
            file.write(f"material_bytes_max = {MATERIAL_BYTES_MAX}\nanswer_bytes_max = 4000\n")
        opened = open_centre(self.base / "centre", cost=Cost(1024, 1, 1))
        # nobody else is there who could bring what an early batch would wait for
        self.centre = replace(opened, clock=self.centre_time, turns=Turns(wait_s=0.0))
        for node_id in NODES:
            self._make_node(node_id)
            self._make_blank(node_id)
        self._keep("fresh")
        for node_id in NODES:
            node = open_node(self.base / node_id, still_clock())
            laptop = Laptop(self.base / node_id, node_id, self.fuse)
            done = Push(node, Air(lambda _, place, body: answer_of(self.centre, place, body), laptop)).drain()
            assert done.went_well, done
            node.close()
        self._keep("enrolled")
        mortal(self.centre.store, "centre", self.fuse)
        self._mortal_blobs()

    def _mortal_blobs(self) -> None:
        add_chunk = self.centre.blobs.add_chunk

        def mortal_add(*args: object) -> int:
            held = add_chunk(*args)
            self.fuse.reach("centre keeps a piece")
            return held

        self.centre.blobs.add_chunk = mortal_add

    def _make_node(self, node_id: str) -> None:
        home = self.base / node_id
        node_module.create_home(home, node_id, "石门乡警务室", password_memory_kib=8192, password_passes=1)
        (home / "services").mkdir()
        publish_file(home / "services" / "ceshi-dengji.json", SERVICE)
        trust_publisher(home)
        node = open_node(home, still_clock())
        file = enrolment.enrol(self.centre, node_id, "大坪村警务室", "http://127.0.0.1:1")
        with node.database.write() as tx:
            identity.set_centre(tx, file)
        publish_folder(node, self.centre)
        with self.centre.store.write() as tx:
            definitions.register(tx, definition.load(SERVICE), self.centre_time.now())
        node.close()

    def _make_blank(self, node_id: str) -> None:
        """What a replacement laptop begins with: the same settings, keys of its own, nothing else."""
        blank = self.base / "blank" / node_id
        shutil.copytree(self.base / node_id, blank, ignore=lambda _, names: {"data"} & set(names))
        node_module._create_database(settings.load(blank)[0])
        node_module.mark_recovering(blank)
        open_node(blank, still_clock(), recovering=True).close()  # its services are read once

    def _keep(self, name: str) -> None:
        self.centre.store.close()
        for node_id in NODES:  # where the files of an image are laid out is no other place
            home = settings.load(self.base / node_id)[0]
            witness_mark.path_of(home.witness).unlink(missing_ok=True)
            opened = Database(home.database, read_key(home.key_file), still_clock())
            with opened.write() as tx:
                tx.execute("UPDATE node SET place = ''")
            opened.close()
        simulator_disks.let_go(self.base)
        files = [path for part in ("centre", *NODES) for path in data_files(self.base / part)]
        self._kept[name] = {path: path.read_bytes() for path in files}

    def lay_out(self, name: str) -> None:
        """Put everything back as it was; no process may run."""
        Codec.used = self.encrypted
        shutil.rmtree(self.base / "centre" / "blobs", ignore_errors=True)
        for node_id in NODES:
            simulator_disks.let_go(self.base / f"copies of {node_id}")
        parts = ("centre", *NODES, *(f"copies of {node_id}/{TWIN}" for node_id in NODES))
        there = [path for part in parts for path in data_files(self.base / part)]
        simulator_disks.put_back(self._kept[name], there, list(self._kept).index(name))
        self.centre_time.time = Time()

    def centre_dies(self) -> None:
        """As a kill: what is on disk is all that is left."""
        simulator_disks.forget(self.base / "centre" / "centre.db")

    def close_centre(self) -> None:
        """Its files are about to be others."""
        self.centre.store.close()
        simulator_disks.let_go(self.base / "centre")

    def close(self) -> None:
        self.centre.store.close()
        self._folder.cleanup()


def tell_once(folder: Path) -> None:
    """What no step changes is read and worked out once for the process. `folder`: of its own, for an empty one."""
    definition.PACKAGED = folder / "no services"  # of them all, a story needs the one for tests
    definition.PACKAGED.mkdir()
    load, once = settings.load, functools.cache(settings.load)  # node.toml stays, and so does the environment
    settings.load = lambda home, *given, **named: once(home) if Images.made else load(home, *given, **named)
    remember_files()
    remember_keys()
    remember_machine()
    simulator_disks.keep_open()
    leave_pages_open()


def leave_pages_open() -> None:
    """Where Codec says so, a connection is made ready without its key."""
    prepare, prepare_at_centre = Database._prepare, engines._prepare

    def made_ready(self: Database, connection: object) -> None:
        prepare(self, connection if Codec.used else Keyless(connection))

    def made_ready_at_centre(connection: object, key: bytes) -> None:
        prepare_at_centre(connection if Codec.used else Keyless(connection), key)
        simulator_disks.know(connection)

    Database._prepare, engines._prepare = made_ready, made_ready_at_centre


class Keyless:
    """A new connection that is not told its key; all else it is told."""

    isolation_level = property(fset=lambda self, value: setattr(self._connection, "isolation_level", value))

    def __init__(self, connection: object) -> None:
        self._connection = connection

    def execute(self, statement: str) -> object:
        return self._connection.execute("SELECT 1" if statement.startswith("PRAGMA key") else statement)


def remember_machine() -> None:
    """What lies in the folders of codebooks, what the disks call themselves, which version runs: no step changes it."""
    for module, name in ((library, "_there"), (library, "order"), (enrol, "version")):
        setattr(module, name, functools.cache(getattr(module, name)))
    disks: Callable[[int], Iterable[str]] = place._disks
    place._disks = functools.cache(lambda device: tuple(disks(device)))


def remember_keys() -> None:
    """The same few keys are read from their bytes again and again; a new one is drawn as the seed draws, since the centre
    signs with it what stands in its log.
    """
    for name in ("_ed25519_private", "_x25519_private"):
        setattr(modern, name, functools.cache(getattr(modern, name)))
    for name in ("sign_keys", "box_keys"):
        setattr(modern.Modern1, name, _remembered(getattr(modern.Modern1, name)))


def _remembered(make: Callable[..., object]) -> Callable[..., object]:
    known = functools.cache(make)
    return lambda suite, private=None: known(suite, private or secrets.token_bytes(32))


def remember_files() -> None:
    """A room's files and what is published by them are read once: no step changes them."""
    all_files.read = functools.cache(all_files.read)
    load, known = in_force.load, {}

    def load_once(opened: object, found: object, parameters: object) -> object:
        with opened.read() as tx:
            key = (found.home, in_force.stamp(tx))
        if key not in known:
            known[key] = load(opened, found, parameters)
        return known[key]

    in_force.load = load_once
