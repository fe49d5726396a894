"""How many stories of the simulator hold, and how fast they are told: 100,000 seeds, or as many as PROOF_SEEDS says.

They are told in slices, by as many processes as there are processors, or PROOF_PROCESSES. Each slice is kept in
build/simulator.jsonl as it ends, with the commit and a digest of the files that a story runs through: a run that was
cut goes on where it ended, what was told on other days or machines counts when its lines are put together, and a change
begins anew.

    python tests/bench_simulator.py --from 30000 --count 5000 [--processes 1] [--minutes 60]     tells a part of them
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / "build" / "simulator.jsonl"
FIRST, SEEDS, SLICE, AGAIN = 10_000, 100_000, 500, 20
DISASTERS = ("killed", "old copy put back", "replaced", "centre put back", "second machine")

Slice = dict[str, Any]


def figures() -> list[dict[str, Any]]:
    """Takes about an hour on two cores that nothing else uses; PROOF_SEEDS=2000 takes two minutes."""
    count = int(os.environ.get("PROOF_SEEDS", SEEDS))
    told = tell(FIRST, count, int(os.environ.get("PROOF_PROCESSES", os.cpu_count() or 1)))
    return _figures(told, int(simulated(FIRST, AGAIN, 1)["traces"] != simulated(FIRST, AGAIN, 2)["traces"]))


def tell(first: int, count: int, processes: int, until: float = float("inf")) -> list[Slice]:
    """The slices of a range: those that are kept, and the others told now, none begun after `until` (monotonic)."""
    code, told = digest(), []
    known = {one["first"]: one for one in kept(code)}
    for start in range(first, first + count, SLICE):
        size = min(SLICE, first + count - start)
        found = known.get(start)
        if found is None or found["seeds"] < size:
            if time.monotonic() > until:
                break
            found = {"code": code, "commit": commit(), "first": start, **simulated(start, size, processes)}
            keep(found)
            sys.stdout.write(f"  {line([*told, found])}\n")
            sys.stdout.flush()
        told.append(found)
    return told


@cache
def digest() -> str:
    """Of all that a story runs through: the files of ours that a process has read when it has told some."""
    root = HERE.parent
    names = simulated(FIRST, AGAIN, 1, "--files")["files"]
    texts = (name.encode() + b"\0" + (root / name).read_bytes() for name in names)
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


@cache
def commit() -> str:
    """Of the tree that the stories run through, for whoever reads the file; "" where git doesn't say."""
    command = [shutil.which("git") or "false", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False).stdout.strip()


def kept(code: str) -> list[Slice]:
    """The slices that this very code was through."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.is_file() else []
    return [one for one in map(json.loads, lines) if one["code"] == code]


def keep(one: Slice) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(one, ensure_ascii=False) + "\n")


def simulated(first: int, count: int, processes: int, *more: str) -> Slice:
    command = [sys.executable, str(HERE / "simulator.py"), "--seeds", f"{first}:{first + count}", "--json", *more]
    done = subprocess.run(
        [*command, "--processes", str(processes)], cwd=HERE.parent, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)


def line(told: list[Slice]) -> str:
    seeds, bad = sum(one["seeds"] for one in told), [seed for one in told for seed in one["violations"]]
    first = told[0]["first"]
    text = (
        f"{seeds} seeds from {first}, {told[-1]['seeds'] / told[-1]['seconds']:.1f} in a second, {len(bad)} violations"
    )
    return "; ".join([text, *(f"seed {one['seed']}: {one['check']}" for one in told[-1]["violations"])])


def _figures(told: list[Slice], differing: int) -> list[dict[str, Any]]:
    found = [one for part in told for one in part["violations"]]
    for one in found:
        sys.stdout.write(f"  seed {one['seed']}: {one['check']}: {one['detail'][:200]}\n")
    seeds, steps = sum(one["seeds"] for one in told), sum(sum(one["steps"].values()) for one in told)
    disasters: Counter[str] = Counter()
    for one in told:
        disasters.update({name: one["steps"].get(name, 0) for name in DISASTERS})
    beside = ", ".join(f"{count} {name}" for name, count in disasters.items())
    return [
        {"name": "violations", "value": len(found), "unit": "", "limit": 0, "beside": f"{seeds} seeds"},
        {
            "name": "seeds",
            "value": seeds,
            "unit": "",
            "beside": f"{SEEDS} are promised; {steps} steps and fates: {beside}",
        },
        {"name": "seeds in a second", "value": round(seeds / sum(one["seconds"] for one in told), 2), "unit": "1/s"},
        {
            "name": "traces that differ when told again",
            "value": differing,
            "unit": "",
            "limit": 0,
            "beside": f"{AGAIN} seeds",
        },
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Tells a range of seeds and keeps what came of it.")
    parser.add_argument("--from", type=int, default=FIRST, dest="first")
    parser.add_argument("--count", type=int, default=SLICE)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no slice after so many")
    given = parser.parse_args()
    told = tell(given.first, given.count, given.processes, time.monotonic() + 60 * given.minutes)
    every = kept(digest())
    sys.stdout.write(json.dumps({
        "code": digest(), "commit": commit(),
        "told": sum(one["seeds"] for one in told), "kept": sum(one["seeds"] for one in every),
        "ranges": ranges(every), "violations": [bad for one in every for bad in one["violations"]],
    }, ensure_ascii=False) + "\n")  # fmt: skip  # a table
    return 1 if any(one["violations"] for one in told) else 0


def ranges(told: list[Slice]) -> list[str]:
    """FIRST:END of the seeds that were told, those that touch joined."""
    joined: list[list[int]] = []
    for first, end in sorted((one["first"], one["first"] + one["seeds"]) for one in told):
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([first, end])
    return [f"{first}:{end}" for first, end in joined]


if __name__ == "__main__":
    sys.exit(main())
