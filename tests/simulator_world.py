"""The world of the simulator: real nodes and the real centre in one process, on files in memory, with nothing left to
chance: clocks that a seed moves, random bytes that a seed makes, and processes that die where a seed says.

The code that runs is the product's own, from `applications.file` to `receiver.receive`, seals and signatures included.
The pages of the databases are encrypted in one seed of eight: that lies below every transaction, and takes long. Three
things are brought from outside: the clocks, the standard library's `secrets`, and what a room's files say, which no step
changes and which is therefore read once.
"""

import os
import random
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from edge import reserve
from edge.clock import CHINA, SystemClock
from edge.errors import YizhanError, problem
from edge.node import Node, open_node
from sync.centre import enrolment, recall, receiver
from sync.centre.centre import Centre
from sync.push import Push
from tests.simulator_disks import let_go

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
    "node before commit",
    "node between commit and witness",
    "node after commit",
    "node sends",
    "node hears",
    "centre before commit",
    "centre after commit",
    "centre keeps a piece",
)


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

    def raise_floor(self, ticks: int) -> None:
        """It is never started anew."""


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
    """Let the process die at the borders of each transaction of a store, and count them."""
    write: Callable[[], object] = store.write
    store.writes = 0

    @contextmanager
    def mortal_write() -> Iterator[object]:
        store.writes += 1
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


def data_files(home: Path) -> list[Path]:
    """What a run writes: databases with their logs, witnesses, locks. The reserve is made where it lacks."""
    folders = [folder for folder in (home, home / "data") if folder.is_dir()]
    found = [one for folder in folders for one in os.scandir(folder) if one.is_file()]
    return [
        Path(one.path)
        for one in found
        if one.path.startswith((f"{home}/data/", f"{home}/centre.db")) and one.name != reserve.FILE
    ]


def copy_data(source: Path, target: Path, *, in_place: bool = False) -> None:
    """Put the state of one home into another one of the same room; `in_place`: into the very files that are there."""
    let_go(target)
    old = [] if in_place else data_files(target)
    kept = [path.rename(path.with_name(f"{path.name}.old")) for path in old]  # so that no file gets the number of one
    for path in data_files(source):
        shutil.copyfile(path, target / path.relative_to(source))
    for path in kept:
        path.unlink()


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
    home = base / f"copies of {laptop.node_id}" / TWIN
    if not home.is_dir():
        shutil.copytree(laptop.home, home, ignore=lambda folder, names: names if Path(folder).name == "data" else [])
    copy_data(laptop.home, home)
    twin = Laptop(home, laptop.node_id, fuse)
    twin.time.passed, twin.time.wrong = laptop.time.passed, laptop.time.wrong
    return twin


__all__ = ["NODES", "PLACES", "Air", "Killed", "Laptop", "Node", "answer_of", "clone", "copy_data", "seeded", "timed"]
