"""What could be on the disk after a power cut, rebuilt from the writes of a real run.

`strace` records every write, sync and rename of a node and a centre at work, and what people were told in between.
An image is the disk at one moment: all that was synced, and of what was not yet synced any part, torn at a sector, in
any order. Whatever was told before that moment has to be in every image. With `synchronous = NORMAL` it is not, and a
check that does not see that sees nothing: that run is the control.

Not modelled: disks that lie about a sync, and file systems that lose a name whose file was synced.
"""

import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from conftest import FixedClock, make_home

from edge import log
from edge.database import Database, read_key
from edge.errors import YizhanError
from edge.node import open_node
from edge.witness import Witness
from sync.centre.blobs import BlobError, Blobs
from sync.centre.centre import create_home as create_centre
from sync.centre.centre import open_centre
from sync.centre.shelves import FolderShelf

HERE = Path(__file__).resolve().parent
SECTOR = 512
CALLS = "openat,pwrite64,write,fdatasync,fsync,ftruncate,rename,unlink"
PROGRAM = """
import hashlib, os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import FixedClock
from edge import database, materials
if sys.argv[2] == "NORMAL":
    database._PRAGMAS = tuple(p.replace("synchronous = FULL", "synchronous = NORMAL") for p in database._PRAGMAS)
from edge import applications
from edge.node import open_node
from service_for_tests import answers
from sync.centre import receiver
from sync.centre.centre import open_centre
from sync.push import Push
home, rounds = Path(sys.argv[1]), int(sys.argv[3])
clock = FixedClock()
node, centre = open_node(home / "node", clock), open_centre(home / "centre", clock)
class Link:
    def post(self, place, body):
        return receiver.receive(centre, place, body)
    def close(self):
        pass
push = Push(node, Link())
said = os.open(home / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for index in range(rounds):
    photo = []
    if index % 3 == 0:
        data = b"\\xff\\xd8\\xff" + hashlib.shake_128(b"%d" % index).digest(9000)
        with node.database.write() as tx:
            photo = [materials.put(tx, data, "image/jpeg", "a.jpg", "proof")]
    filed = applications.file(node, "ceshi-dengji", answers(), token=f"token-{{index:05d}}", channel="console",
                              actor="officer:a", materials=photo)
    os.write(said, f"filed {{filed.number}}\\n".encode())
    if index % 2:
        done = push.drain(20)
        assert done.went_well, done
        os.write(said, f"acked {{done.acked.seq}}\\n".encode())
        for sha256 in [material.sha256 for material in photo]:
            if centre.blobs.whole(node.settings.node_id, sha256):
                os.write(said, f"photo {{sha256}}\\n".encode())
os._exit(0)
"""
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) = (\d+)")
_HEX = re.compile(r"\\x([0-9a-f]{2})")


@dataclass
class Run:
    """A recorded run: the homes as they were before it, and what happened since."""

    folder: Path
    steps: list[tuple[str, str, int, bytes]] = field(default_factory=list)  # (call, path, offset or size, bytes)


@dataclass
class Disk:
    """What is surely there, and what is on its way."""

    sure: dict[str, bytearray] = field(default_factory=dict)
    pending: list[tuple[str, str, int, bytes]] = field(default_factory=list)

    def take(self, call: str, path: str, at: int, data: bytes) -> None:
        if call in ("fsync", "fdatasync"):
            self._settle(path)
        else:
            self.pending.append((call, path, at, data))

    def _settle(self, path: str) -> None:
        """A synced file has all its writes; a synced folder all its names."""
        kept = []
        for step in self.pending:
            call, its, _, data = step
            mine = its == path if call in ("write", "ftruncate", "open") else str(Path(data.decode()).parent) == path
            if mine or (call == "open" and str(Path(its).parent) == path):
                apply(self.sure, step)
            else:
                kept.append(step)
        self.pending = kept

    def image(self, rng: random.Random) -> dict[str, bytes]:
        """All, nothing, a beginning, or any part of what is on its way."""
        how = rng.choice(("none", "all", "beginning", "any", "any"))
        chance = rng.random()
        count = {"none": 0, "all": len(self.pending)}.get(how, rng.randint(0, len(self.pending)))
        chosen = self.pending if how == "any" else self.pending[:count]
        found = {path: bytearray(data) for path, data in self.sure.items()}
        for step in chosen:
            if how != "any" or rng.random() < chance:
                apply(found, _torn(step, rng) if rng.random() < 0.1 else step)
        return {path: bytes(data) for path, data in found.items()}


def apply(files: dict[str, bytearray], step: tuple[str, str, int, bytes]) -> None:
    call, path, at, data = step
    if call == "open":
        files.setdefault(path, bytearray())
    elif call == "rename":
        if path in files:
            files[data.decode()] = files.pop(path)
    elif call == "unlink":
        files.pop(path, None)
    else:
        held = files.setdefault(path, bytearray())
        if call == "ftruncate":
            del held[at:]
            held.extend(bytes(at - len(held)))
            return
        held.extend(bytes(max(0, at - len(held))))
        held[at : at + len(data)] = data


def _torn(step: tuple[str, str, int, bytes], rng: random.Random) -> tuple[str, str, int, bytes]:
    call, path, at, data = step
    return (call, path, at, data[: rng.randrange(0, len(data), SECTOR)]) if call == "write" and data else step


def prepare(folder: Path) -> None:
    """A node and a centre that know each other, closed."""
    from tests.signing import publish_folder
    from tests.sync_pair import give_enrolment

    home = make_home(folder / "node")
    create_centre(folder / "centre")
    node, centre = open_node(home, FixedClock()), open_centre(folder / "centre", FixedClock())
    give_enrolment(node, centre, "http://127.0.0.1:1")
    publish_folder(node, centre)
    _enrol(node, centre)
    node.close()
    centre.close()


def _enrol(node: object, centre: object) -> None:
    from sync.push import Push
    from tests.simulator_world import answer_of

    class Link:
        def post(self, place: str, body: bytes) -> bytes:
            return answer_of(centre, place, body)

        def close(self) -> None:
            """Nothing is open."""

    done = Push(node, Link()).drain()
    assert done.went_well, done


def record(folder: Path, level: str, rounds: int) -> Run:
    """Prepare, keep a copy, and run under strace."""
    home = folder / level
    prepare(home)
    shutil.copytree(home, folder / f"{level}.before")
    program = PROGRAM.format(path=[str(HERE), str(HERE.parent)])
    trace = folder / f"{level}.trace"
    command = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "4194304",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(trace),
    ]
    command += [sys.executable, "-c", program, str(home), level, str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return Run(folder / f"{level}.before", list(_steps(trace, home)))


def _steps(trace: Path, home: Path) -> Iterator[tuple[str, str, int, bytes]]:
    """Calls on files under `home`, with paths relative to it; positions of plain writes are counted here."""
    sizes: dict[str, int] = {}
    with trace.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            match = _LINE.match(line)
            if match and (step := _step(match[1], match[2], home, sizes)) is not None:
                yield step


def _step(call: str, text: str, home: Path, sizes: dict[str, int]) -> tuple[str, str, int, bytes] | None:
    if call in ("rename", "unlink"):
        names = [_inside(_bytes(part).decode(), home) for part in re.findall(r'"([^"]*)"', text)]
        return None if None in names else (call, names[0], 0, (names[1] if call == "rename" else names[0]).encode())
    if call == "openat":
        return _opened(text, home, sizes)
    path = _inside(_bytes(text[text.index("<") + 1 : text.index(">")]).decode(), home)
    if path is None or path.endswith(("-shm", ".lock")):
        return None
    if call in ("fsync", "fdatasync"):
        return (call, path, 0, b"")
    if call == "ftruncate":
        sizes[path] = int(text.rsplit(", ", 1)[1])
        return (call, path, sizes[path], b"")
    data = _bytes(re.search(r'"([^"]*)"', text)[1])
    at = int(text.rsplit(", ", 1)[1]) if call == "pwrite64" else sizes.get(path, _size(home, path))
    sizes[path] = max(at + len(data), sizes.get(path, 0))
    return ("write", path, at, data)


def _opened(text: str, home: Path, sizes: dict[str, int]) -> tuple[str, str, int, bytes] | None:
    path = _inside(_bytes(re.search(r'"([^"]*)"', text)[1]).decode(), home)
    if path is None or "O_CREAT" not in text or path.endswith(("-shm", ".lock")):
        return None
    if "O_TRUNC" in text or path.endswith(".new"):
        sizes[path] = 0
    return ("open", path, 0, path.encode())


def _size(home: Path, path: str) -> int:
    before = home.with_name(f"{home.name}.before") / path
    return before.stat().st_size if before.exists() else 0


def _inside(path: str, home: Path) -> str | None:
    return path[len(str(home)) + 1 :] if path.startswith(f"{home}/") or path == str(home) else None


def _bytes(text: str) -> bytes:
    return bytes.fromhex("".join(_HEX.findall(text)))


@dataclass
class Tally:
    """`lost`: images that lack something that was told; `unreadable`: that can't be opened; `named`: of the lost ones,
    those whose loss the witness names; `ahead`: those in which it names an event that is gone and of which nobody had
    been told yet, because the power went between its line and the answer.
    """

    images: int = 0
    lost: int = 0
    unreadable: int = 0
    named: int = 0
    ahead: int = 0
    first: str = ""


def cut(run: Run, images: int, seed: int = 1) -> Tally:
    """Go through the run and look at as many images, spread over all of its moments."""
    rng = random.Random(seed)
    disk = Disk(
        {str(p.relative_to(run.folder)): bytearray(p.read_bytes()) for p in run.folder.rglob("*") if p.is_file()}
    )
    told: list[str] = []
    tally = Tally()
    moments = 0
    per_step = images / sum(path != "said" for _, path, _, _ in run.steps)
    with tempfile.TemporaryDirectory(prefix="power-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        folder = Path(made)
        for call, path, at, data in run.steps:
            if path == "said":
                told += data.decode().split("\n")[:-1] if call == "write" else []
                continue
            disk.take(call, path, at, data)
            moments += 1
            for _ in range(round(moments * per_step) - round((moments - 1) * per_step)):
                _look(folder, disk.image(rng), told, tally)
    return tally


def _look(folder: Path, image: dict[str, bytes], told: list[str], tally: Tally) -> None:
    for part in ("node", "centre"):
        shutil.rmtree(folder / part, ignore_errors=True)
    for path, data in image.items():
        if path.startswith(("node/data", "node/node.key", "centre/centre.db", "centre/centre.key", "centre/blobs")):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    tally.images += 1
    try:
        fault, named = lacking(folder, told)
    except (YizhanError, sqlcipher.Error) as error:
        tally.unreadable += 1
        tally.first = tally.first or repr(error)
        return
    tally.lost += bool(fault)
    tally.named += named and bool(fault)
    tally.ahead += named and not fault
    tally.first = tally.first or fault


def lacking(folder: Path, told: list[str]) -> tuple[str, bool]:
    """What was told and is not there, "" if nothing; and whether the witness names a lost tail."""
    centre = _centre_digests(folder / "centre")
    database = Database(folder / "node/data/node.db", read_key(folder / "node/node.key"), FixedClock())
    witness = Witness(folder / "node/data/witness")
    try:
        with database.read() as tx:
            events = log.up(tx)
            acked = log.acked(tx).seq
            named = _is_named(witness, tx)
    finally:
        witness.close()
        database.close()
    numbers, there = {event.application for event in events}, {event.digest for event in events}
    for line in told:
        kind, value = line.split(" ")
        if kind == "filed" and value not in numbers:
            return f"{value} was filed", named
        if kind == "acked" and (acked < int(value) or len(centre) < int(value)):
            return f"{value} was acked", named
        if kind == "photo" and not _has_photo(folder / "centre", value):
            return f"photo {value} was held", named
    held = [event.digest for event in events if event.seq <= acked]
    return ("" if set(held) <= centre or not there else "an ack runs ahead of the centre"), named


def _is_named(witness: Witness, tx: object) -> bool:
    try:
        witness.check(tx)
    except YizhanError as error:
        return error.code == "log_behind_witness"
    return False


def _centre_digests(home: Path) -> set[bytes]:
    connection = sqlcipher.connect(str(home / "centre.db"))
    try:
        key = (home / "centre.key").read_text(encoding="ascii").strip()
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        rows = connection.execute("SELECT digest FROM event WHERE side = 'node'").fetchall()
    finally:
        connection.close()
    return {bytes(row[0]) for row in rows}


def _has_photo(home: Path, sha256: str) -> bool:
    key = bytes.fromhex((home / "centre.key").read_text(encoding="ascii").strip())
    try:
        return bool(Blobs(FolderShelf(home / "blobs"), key).read("5224250017", sha256))
    except BlobError:
        return False
