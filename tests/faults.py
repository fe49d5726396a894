"""A kill, an I/O error and a full disk at every durable system call of the operations that promise something.

`strace` injects the fault into a child that this process, which has everything imported, has forked. Afterwards the homes are opened without a fault: what was said to a
person before must be there, the same request again must change nothing twice, and both sides must come out equal.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(path) for path in (HERE, HERE.parent) if str(path) not in sys.path]

from conftest import FixedClock  # noqa: E402 - also run as a script, which has to find the packages first
from power_loss import prepare  # noqa: E402
from service_for_tests import answers  # noqa: E402
from sqlalchemy.exc import DatabaseError  # noqa: E402

from edge import applications, log, materials, verify  # noqa: E402
from edge.errors import YizhanError, problem  # noqa: E402
from edge.node import Node, open_node  # noqa: E402
from sync import batch, keys  # noqa: E402
from sync.centre import log as centre_log  # noqa: E402
from sync.centre import receiver, verification  # noqa: E402
from sync.centre.centre import Centre, open_centre  # noqa: E402
from sync.push import Push  # noqa: E402
from tests.simulator_world import answer_of  # noqa: E402

NODE = "5224250017"
CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "mkdir")
FAULTS = {"kill": "signal=SIGKILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40
LATER = "token-later"
PR_SET_PTRACER = 0x59616D61  # so that strace may look at a process that is not its own


class Direct:
    """A link to a centre in the same process."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def post(self, place: str, body: bytes) -> bytes:
        try:
            return answer_of(self._centre, place, body)
        except (DatabaseError, OSError) as error:  # what the centre's server answers with 500
            raise problem("centre_fault", detail=500) from error

    def close(self) -> None:
        """Nothing is open."""


def opened(home: Path) -> tuple[Node, Centre]:
    return open_node(home / "node", FixedClock()), open_centre(home / "centre", FixedClock())


def file_one(node: Node, token: str, *, photo: bool = False) -> str:
    given = []
    if photo:
        with node.database.write() as tx:
            given = [materials.put(tx, PHOTO, "image/jpeg", "照片.jpg", "proof")]
    return applications.file(
        node, "ceshi-dengji", answers(), token=token, channel="console", actor="officer:a", materials=given
    ).number


# --- the operations, each with what must hold afterwards


def do_file(home: Path) -> str:
    return file_one(open_node(home / "node", FixedClock()), LATER, photo=True)


def after_file(home: Path, told: str) -> None:
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        numbers = [event.application for event in log.up(tx)]
    must(not told.isdigit() or told in numbers, f"{told} was filed and is lost")
    again = file_one(node, LATER, photo=True)
    must(not told.isdigit() or again == told, "the same form got another number")
    with node.database.read() as tx:
        must(len(log.up(tx)) == 3, "filed twice")
    must(verify.verify(node.database).faults == [], "the node is not whole")
    node.close()


def do_push(home: Path) -> str:
    node, centre = opened(home)
    report = Push(node, Direct(centre)).drain(30)
    if report.problem is not None:
        return report.problem.code
    return f"acked {report.acked.seq}" if report.acked else "nothing"


def after_push(home: Path, told: str) -> None:
    node, centre = opened(home)
    with node.database.read() as ours, centre.store.read() as theirs:
        there = list(centre_log.walk(theirs, NODE, "node"))
        acked = log.acked(ours).seq
        must(acked <= len(there), "an ack runs ahead of the centre")
    must(not told.startswith("acked") or acked >= int(told.split()[1]), "an ack is lost")
    done = Push(node, Direct(centre)).drain(30)
    must(done.went_well, f"the next push says {done.note}")
    _equal(node, centre)
    node.close()
    centre.close()


def do_ack(home: Path) -> str:
    centre = open_centre(home / "centre", FixedClock())
    receiver.receive(centre, NODE, (home / "request").read_bytes())
    return "answered"


def after_ack(home: Path, told: str) -> None:
    centre = open_centre(home / "centre", FixedClock())
    with centre.store.read() as tx:
        held = len(list(centre_log.walk(tx, NODE, "node")))
    must(told != "answered" or held == 2, "an answered batch is lost")
    must(held in (0, 2), "half of a batch")
    for _ in range(2):
        receiver.receive(centre, NODE, (home / "request").read_bytes())
    with centre.store.read() as tx:
        must(len(list(centre_log.walk(tx, NODE, "node"))) == 2, "stored twice")
    must(verification.verify(centre)["whole"], "the centre is not whole")
    centre.close()


def _equal(node: Node, centre: Centre) -> None:
    with node.database.read() as ours, centre.store.read() as theirs:
        must(list(centre_log.walk(theirs, NODE, "node")) == log.up(ours), "the logs differ")
    must(verification.verify(centre)["whole"], "the centre is not whole")
    must(verify.verify(node.database).faults == [], "the node is not whole")


OPERATIONS: dict[str, tuple[Callable[[Path], str], Callable[[Path, str], None]]] = {
    "file": (do_file, after_file),
    "push": (do_push, after_push),
    "ack": (do_ack, after_ack),
}


class BrokenError(AssertionError):
    """A promise that was not kept after a fault."""


def must(held: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not held:
        raise BrokenError(sentence)


# --- one start, one fault, every operation


def make_home(folder: Path) -> Path:
    """A node with two unsent filings, one with a photo, the centre that knows it, and a batch sealed for it."""
    home = folder / "home"
    prepare(home)
    node, centre = opened(home)
    file_one(node, "token-0001", photo=True)
    file_one(node, "token-0002")
    with node.database.read() as tx:
        made, parties = batch.cut(tx, 100_000), keys.read(tx)
    (home / "request").write_bytes(batch.seal(made, parties))
    node.close()
    centre.close()
    return home


def start(home: Path, name: str, *options: str) -> None:
    """The operation in a child that stops until strace looks at it; what it is told goes to its home."""
    child = os.fork()
    if child == 0:
        _child(home, OPERATIONS[name][0])
    os.waitpid(child, os.WUNTRACED)
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-p", str(child), *options], stderr=subprocess.PIPE)
    status = Path(f"/proc/{child}/status")
    while "TracerPid:\t0\n" in status.read_text(encoding="ascii"):
        if tracer.poll() is not None:
            os.kill(child, signal.SIGKILL)
            raise RuntimeError(tracer.communicate()[1].decode())
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    tracer.communicate()


def _child(home: Path, operation: Callable[[Path], str]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        told = operation(home)
    except (YizhanError, OSError, DatabaseError) as error:
        told = f"failed {getattr(error, 'code', type(error).__name__)}"
    except BaseException as error:  # noqa: BLE001 - what it was is told to the harness
        told = f"crash {error!r}"
    # the fault may be in the way of a write; `symlink` is not among the calls that are failed
    (home / "told").symlink_to(told[:200])
    os._exit(0)


def told_to(home: Path) -> str:
    """What the child told, "" if it was killed before."""
    link = home / "told"
    return str(link.readlink()) if link.is_symlink() else ""


def run_with(folder: Path, home: Path, name: str, *options: str) -> Path:
    """One operation under strace with these options, on a copy of `home`, which is given back."""
    shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(home, folder / name)
    start(folder / name, name, *options)
    return folder / name


def counts(folder: Path, home: Path) -> dict[str, Counter[str]]:
    """How many of each durable call each operation makes when all goes well."""
    found: dict[str, Counter[str]] = {}
    for name in OPERATIONS:
        trace = folder / "trace"
        run_with(folder, home, name, "-o", str(trace), "-e", f"trace={','.join(CALLS)}")
        must(not told_to(folder / name).startswith(("failed", "crash")), f"{name}: {told_to(folder / name)}")
        lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        found[name] = Counter(m[1] for line in lines if (m := re.match(r"(?:\d+\s+)?(\w+)\(", line)))
    return found


@dataclass
class Result:
    """`points`: faults that were injected; `broken`: those after which a promise did not hold."""

    points: int = 0
    kills: int = 0
    told: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def sweep(points: Iterable[tuple[str, str, str, int]], folder: Path, home: Path) -> Result:
    """Try (operation, fault, call, which one)."""
    result = Result()
    for name, fault, call, which in points:
        inject = f"inject={call}:{FAULTS[fault]}:when={which}"
        made = run_with(folder, home, name, "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
        result.points += 1
        _judge(result, made, name, f"{fault} at {call} {which}")
    return result


def _judge(result: Result, home: Path, name: str, where: str) -> None:
    told = told_to(home)
    result.kills += not told
    result.told[f"{name}: {told.split()[0] if told else 'killed'}"] += 1
    try:
        must(not told.startswith("crash"), told)
        OPERATIONS[name][1](home, told)
    except (BrokenError, YizhanError, OSError) as error:
        result.broken.append(f"{name}, {where}: {error}")


def all_points(made: dict[str, Counter[str]], step: int = 1) -> Iterator[tuple[str, str, str, int]]:
    """Every call of every operation with every fault; with `step`, one of so many."""
    every = (
        (name, fault, call, which)
        for name, found in made.items()
        for fault in FAULTS
        for call in CALLS
        for which in range(1, found[call] + 1)
    )
    return islice(every, 0, None, step)


def sample(step: int) -> tuple[dict[str, Any], Result]:
    """A sweep over a part of the points; (calls of each operation, what came of it)."""
    with tempfile.TemporaryDirectory(prefix="faults-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        folder = Path(made)
        home = make_home(folder)
        found = counts(folder, home)
        return {name: dict(calls) for name, calls in found.items()}, sweep(all_points(found, step), folder, home)


if __name__ == "__main__":
    calls, result = sample(int(sys.argv[1]))
    said = {"calls": calls, "points": result.points, "kills": result.kills, "told": result.told, "broken": result.broken}
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
