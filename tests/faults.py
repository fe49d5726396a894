"""A kill, an I/O error and a full disk at every durable system call of the operations that promise something.

`strace` injects the fault into a child that this process, which has everything imported, has forked. Afterwards the
homes are opened without a fault: what was said to a person before must be there, the same request again must change
nothing twice, and both sides must come out equal.
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
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(path) for path in (HERE, HERE.parent) if str(path) not in sys.path]

import faults_centre  # noqa: E402 - also run as a script
import faults_keeping  # noqa: E402 - also run as a script
from faults_operations import OPERATIONS, BrokenError, copied, make_homes, must  # noqa: E402 - also run as a script
from sqlalchemy.exc import DatabaseError  # noqa: E402

from edge.errors import YizhanError  # noqa: E402

CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "mkdir")
OPERATIONS.update(faults_keeping.OPERATIONS | faults_centre.OPERATIONS)
FAULTS = {"kill": "signal=SIGKILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
ALL_UP_TO = 120
SPARSE = 20
PR_SET_PTRACER = 0x59616D61  # so that strace may look at a process that is not its own


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
    copied(home, folder / name)
    start(folder / name, name, *options)
    return folder / name


def counts(folder: Path, homes: dict[str, Path]) -> dict[str, Counter[str]]:
    """How many of each durable call each operation makes when all goes well."""
    found: dict[str, Counter[str]] = {}
    for name in OPERATIONS:
        trace = folder / "trace"
        run_with(folder, homes[name], name, "-o", str(trace), "-e", f"trace={','.join(CALLS)}")
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


def sweep(points: Iterable[tuple[str, str, str, int]], folder: Path, homes: dict[str, Path]) -> Result:
    """Try (operation, fault, call, which one)."""
    result = Result()
    for name, fault, call, which in points:
        inject = f"inject={call}:{FAULTS[fault]}:when={which}"
        made = run_with(folder, homes[name], name, "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
        result.points += 1
        _judge(result, made, name, f"{fault} at {call} {which}")
    return result


def sweep_at_once(
    points: Iterable[tuple[str, str, str, int]], folder: Path, homes: dict[str, Path], count: int
) -> Result:
    """The same in so many processes, each in a folder of its own."""
    every = list(points)
    folders = [folder / f"part {at}" for at in range(count)]
    for one in folders:
        one.mkdir()
    with ProcessPoolExecutor(count, get_context("fork")) as pool:
        found = list(pool.map(sweep, [every[at::count] for at in range(count)], folders, [homes] * count))
    return Result(
        sum(one.points for one in found),
        sum(one.kills for one in found),
        sum((one.told for one in found), Counter()),
        [broken for one in found for broken in one.broken],
    )


def _judge(result: Result, home: Path, name: str, where: str) -> None:
    told = told_to(home)
    result.kills += not told
    result.told[f"{name}: {told.split()[0] if told else 'killed'}"] += 1
    try:
        must(not told.startswith("crash"), told)
        OPERATIONS[name][1](home, told)
    except (BrokenError, YizhanError, OSError) as error:
        result.broken.append(f"{name}, {where}: {error}")


def tried(count: int) -> list[int]:
    """Every call; of the page writes of a copied file, which are all alike, those at both ends and one of SPARSE."""
    if count <= ALL_UP_TO:
        return list(range(1, count + 1))
    ends = {*range(1, ALL_UP_TO // 2), *range(count - ALL_UP_TO // 2, count + 1)}
    return sorted(ends | set(range(1, count, SPARSE)))


def all_points(made: dict[str, Counter[str]], step: int = 1) -> Iterator[tuple[str, str, str, int]]:
    """Every call of every operation with every fault; with `step`, one of so many."""
    every = (
        (name, fault, call, which)
        for name, found in made.items()
        for fault in FAULTS
        for call in CALLS
        for which in tried(found[call])
    )
    return islice(every, 0, None, step)


def sample(step: int, *wanted: str, at_once: int = 1) -> tuple[dict[str, Any], Result]:
    """A sweep over one point of so many; (calls of each operation, what came of it).

    `wanted`: an operation, and perhaps one of its calls, instead of all.
    """
    with tempfile.TemporaryDirectory(prefix="faults-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        folder = Path(made)
        homes = make_homes(folder)
        faults_keeping.prepare(homes, folder)
        faults_centre.prepare(homes, folder)
        found = counts(folder, homes)
        if wanted:
            found = {
                name: Counter({call: n for call, n in calls.items() if call in wanted[1:] or len(wanted) == 1})
                for name, calls in found.items()
                if name == wanted[0]
            }
        points = all_points(found, step)
        result = sweep(points, folder, homes) if at_once == 1 else sweep_at_once(points, folder, homes, at_once)
        return {name: dict(calls) for name, calls in found.items()}, result


if __name__ == "__main__":
    calls, result = sample(int(sys.argv[1]), *sys.argv[2:])
    said = {
        "calls": calls,
        "points": result.points,
        "kills": result.kills,
        "told": result.told,
        "broken": result.broken,
    }
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
