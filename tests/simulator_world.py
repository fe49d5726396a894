"""The world of the simulator: real nodes and the real centre in one process, on files in memory, with nothing left to
chance: clocks that a seed moves, random bytes that a seed makes, and processes that die where a seed says.

The code that runs is the product's own, from `applications.file` to `receiver.receive`, SQLCipher, seals and signatures
included. Three things are brought from outside: the clocks, the standard library's `secrets`, and what a room's files say, which no step changes and which is therefore read once.
"""

import functools
import os
import random
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from edge import identity, publishing_node, room_files, settings, witness_mark
from edge import node as node_module
from edge.accounts import Cost
from edge.clock import CHINA, SystemClock
from edge.database import Database, read_key
from edge.errors import YizhanError, problem
from edge.node import Node, open_node
from forms import definition
from sync.centre import enrolment, recall, receiver
from sync.centre.centre import Centre, create_home, open_centre
from sync.centre.turns import Turns
from sync.coding import library
from sync.coding.library import Library
from sync.push import Push
from sync.suites import modern
from tests.service_for_tests import SERVICE
from tests.signing import publish_file, publish_folder, trust_publisher

NODES = ("5224250017", "5224250025")
TWIN = "twin"
MATERIAL_BYTES_MAX = 30_000
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # files that are lost with the power: faster
BASE = "YIZHAN_SIMULATOR"  # names the folder that the first process takes away at the end
START = datetime(2026, 11, 21, 9, 12, 3, tzinfo=CHINA)
SERVER_FAULT = 500


class Killed(BaseException):
    """The process died here; nothing of it runs on, and nothing that it caught may catch this."""


class Fuse:
    """The one place at which a process is to die next; "" for none."""

    def __init__(self) -> None:
        self.armed = ""

    def reach(self, place: str) -> None:
        if self.armed == place:
            self.armed = ""
            raise Killed(place)


PLACES = (
    "node before commit", "node between commit and witness", "node after commit", "node sends", "node hears",
    "centre before commit", "centre after commit", "centre keeps a piece",
)  # fmt: skip


class Time:
    """What a machine's two clocks say: one that only grows, and one that people and batteries set."""

    def __init__(self) -> None:
        self.passed = timedelta()
        self.wrong = timedelta()

    def monotonic_ns(self) -> int:
        return int(self.passed.total_seconds() * 1_000_000_000)

    def wall(self) -> datetime:
        return START + self.passed + self.wrong


def still_clock() -> SystemClock:
    """A node's clock at the very start: what an image remembers of time is the same in every process."""
    time_then = Time()
    return SystemClock(time_then.wall, time_then.monotonic_ns)


class CentreTime:
    """The centre's clock, which is on time."""

    def __init__(self) -> None:
        self.time = Time()

    def now(self) -> str:
        return self.time.wall().isoformat(timespec="seconds")

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        return self.time.monotonic_ns() // 1_000_000


@dataclass
class Ledger:
    """What people were told at one laptop, and what must therefore be true for ever."""

    numbers: dict[str, str] = field(default_factory=dict)  # token -> number on the receipt
    unsure: set[str] = field(default_factory=set)  # tokens of filings that died half way
    perhaps: dict[str, str] = field(default_factory=dict)  # was told and went with the disk; the centre may have it
    photos: dict[str, bytes] = field(default_factory=dict)


class Laptop:
    """One machine of a room: its folder, its clocks, and its process, which may be dead."""

    def __init__(self, home: Path, node_id: str, fuse: Fuse) -> None:
        self.home, self.node_id, self.fuse = home, node_id, fuse
        self.time = Time()
        self.ledger = Ledger()
        self.link: Air | None = None
        self.put_back = False  # the disk went back to an older copy of itself
        self.renewing = self.replaced = False  # a new machine, which has not its log yet

    def start(self) -> None:
        clock = SystemClock(self.time.wall, self.time.monotonic_ns)
        self.node = open_node(self.home, clock, recovering=self.renewing)
        mortal(self.node.database, "node", self.fuse)
        between = lambda _: self.fuse.reach("node between commit and witness")  # noqa: E731
        self.node.database.after_commit.insert(0, between)
        self.push = Push(self.node, self.link)

    def die(self) -> None:
        """As a kill: nothing is written any more."""
        self.node.database.close()
        self.node.witness.close()

    def restart(self) -> None:
        """As a kill and a start: what is on disk is all that is left."""
        self.die()
        self.start()


def mortal(store: object, side: str, fuse: Fuse) -> None:
    """Let the process die at the borders of each transaction of a store."""
    write: Callable[[], object] = store.write

    @contextmanager
    def mortal_write() -> Iterator[object]:
        with write() as tx:
            yield tx
            fuse.reach(f"{side} before commit")
        fuse.reach(f"{side} after commit")

    store.write = mortal_write


class Air:
    """A link that does what the world says to each envelope."""

    def __init__(self, carry: Callable[[Laptop, str, bytes], bytes], laptop: Laptop) -> None:
        self._carry, self._laptop = carry, laptop

    def post(self, place: str, body: bytes) -> bytes:
        return self._carry(self._laptop, place, body)

    def close(self) -> None:
        """Nothing is open."""


def answer_of(centre: Centre, place: str, body: bytes) -> bytes:
    """What the centre answers, with its refusals as the https link turns them."""
    node_id, _, door = place.partition("/")
    doors = {"": receiver.receive, "enrol": enrolment.bind, "recall": recall.give}
    try:
        return doors[door](centre, node_id, body)
    except YizhanError as error:
        code = "centre_fault" if error.status >= SERVER_FAULT else "centre_refused"
        raise problem(code, detail=error.code) from error


class Images:
    """Homes as every seed finds them, made once for a process, in a folder that lies in memory where there is one."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="images-", dir=os.environ.get(BASE) or MEMORY)
        self.base = Path(self._folder.name)
        self.fuse = Fuse()
        self.centre_time = CentreTime()
        self.no_codebooks = Library(self.base / "no codebooks")
        self.codebooks = library.PACKAGED
        definition.PACKAGED = self.base / "no services"  # of them all, a story needs the one for tests
        definition.PACKAGED.mkdir()
        remember_files()
        remember_keys()
        with seeded(random.Random(0)):
            self._make()
        once = functools.cache(settings.load)  # node.toml stays as it is from now on, and so does the environment
        settings.load = lambda home, *_: once(home)

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
        for part in ("centre", *NODES):
            shutil.copytree(self.base / part, self.base / name / part)

    def lay_out(self, name: str) -> None:
        """Put everything back as it was; nothing may be open."""
        self.centre.store.close()
        shutil.rmtree(self.base / "centre" / "blobs", ignore_errors=True)
        for part in ("centre", *NODES, TWIN):
            for path in data_files(self.base / part):
                path.unlink()
        for part in ("centre", *NODES):
            copy_data(self.base / name / part, self.base / part)
        self.centre_time.time = Time()

    def close(self) -> None:
        self.centre.store.close()
        self._folder.cleanup()


def data_files(home: Path) -> list[Path]:
    """What a run writes: databases with their logs, witnesses, locks."""
    return [path for folder in (home, home / "data") if folder.is_dir() for path in folder.iterdir() if _is_data(path)]


def _is_data(path: Path) -> bool:
    return path.is_file() and (path.parent.name == "data" or path.name.startswith("centre.db"))


def copy_data(source: Path, target: Path, *, in_place: bool = False) -> None:
    """Put the state of one home into another one of the same room; `in_place`: into the very files that are there."""
    old = [] if in_place else data_files(target)
    kept = [path.rename(path.with_name(f"{path.name}.old")) for path in old]  # so that no file gets the number of one
    for path in data_files(source):
        shutil.copyfile(path, target / path.relative_to(source))
    for path in kept:
        path.unlink()


def remember_keys() -> None:
    """The same few keys are read from their bytes again and again; what comes of it is always the same."""
    for name in ("_ed25519_private", "_x25519_private"):
        setattr(modern, name, functools.cache(getattr(modern, name)))
    for name in ("sign_keys", "box_keys"):
        setattr(modern.Modern1, name, _remembered(getattr(modern.Modern1, name)))


def _remembered(make: Callable[..., object]) -> Callable[..., object]:
    known = functools.cache(make)
    return lambda suite, private=None: make(suite) if private is None else known(suite, private)


def remember_files() -> None:
    """A room's files and what is published by them are read once: no step changes them."""
    room_files.read = functools.cache(room_files.read)
    load, known = publishing_node.load, {}

    def load_once(opened: object, found: object, parameters: object) -> object:
        with opened.read() as tx:
            key = (found.home, publishing_node.stamp(tx))
        if key not in known:
            known[key] = load(opened, found, parameters)
        return known[key]

    publishing_node.load = load_once


@contextmanager
def timed(passed: Time) -> Iterator[None]:
    """The measured time of links and locks is that of the world; who sleeps lets it pass."""
    before = time.monotonic, time.sleep

    def monotonic() -> float:
        return passed.passed.total_seconds()

    def sleep(seconds: float) -> None:
        passed.passed += timedelta(seconds=seconds)

    time.monotonic, time.sleep = monotonic, sleep
    try:
        yield
    finally:
        time.monotonic, time.sleep = before


@contextmanager
def seeded(rng: random.Random) -> Iterator[None]:
    """Random bytes from a seed. What sealing draws inside its library stays random, and nothing depends on it."""
    names = ("token_bytes", "token_hex", "token_urlsafe", "randbelow", "choice")
    before = {name: getattr(secrets, name) for name in names}
    secrets.token_bytes = lambda length=32: rng.randbytes(length)
    secrets.token_hex = lambda length=32: rng.randbytes(length).hex()
    secrets.token_urlsafe = lambda length=32: rng.randbytes(length).hex()
    secrets.randbelow = rng.randrange
    secrets.choice = rng.choice
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(secrets, name, function)


def clone(laptop: Laptop, base: Path, fuse: Fuse) -> Laptop:
    """The disk of a laptop copied into a second one, which runs beside it."""
    home = base / TWIN
    if not home.is_dir():
        shutil.copytree(laptop.home, home, ignore=lambda folder, names: names if Path(folder).name == "data" else [])
    copy_data(laptop.home, home)
    twin = Laptop(home, laptop.node_id, fuse)
    twin.time.passed, twin.time.wrong = laptop.time.passed, laptop.time.wrong
    return twin


__all__ = ["NODES", "PLACES", "Air", "Images", "Killed", "Laptop", "Node", "answer_of", "clone", "copy_data", "seeded", "timed"]
