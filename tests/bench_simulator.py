"""How many stories of the simulator hold, and how fast they are told: 100,000 seeds, or as many as PROOF_SEEDS says.

They are told in slices of a thousand, by as many processes as there are processors, or PROOF_PROCESSES. Each slice is
kept in build/simulator.jsonl as it ends, with a digest of the code: a run that was cut goes on where it ended, and one
after a change begins anew.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / "build" / "simulator.jsonl"
FIRST, SEEDS, SLICE, AGAIN = 10_000, 100_000, 1000, 20
DISASTERS = ("killed", "old copy put back", "replaced", "centre put back", "second machine")

Slice = dict[str, Any]


def figures() -> list[dict[str, Any]]:
    """Takes some hours on two cores; PROOF_SEEDS=2000 takes some minutes."""
    count = int(os.environ.get("PROOF_SEEDS", SEEDS))
    processes = int(os.environ.get("PROOF_PROCESSES", os.cpu_count() or 1))
    code, told = digest(), []
    known = {one["first"]: one for one in kept(code)}
    for first in range(FIRST, FIRST + count, SLICE):
        size = min(SLICE, FIRST + count - first)
        found = known.get(first)
        if found is None or found["seeds"] < size:
            found = {"code": code, "first": first, **simulated(first, size, processes)}
            keep(found)
            sys.stdout.write(f"  {line([*told, found])}\n")
            sys.stdout.flush()
        told.append(found)
    return _figures(told, int(simulated(FIRST, AGAIN, 1)["traces"] != simulated(FIRST, AGAIN, 2)["traces"]))


def digest() -> str:
    """Of all that a story runs through."""
    root = HERE.parent
    paths = [path for package in ("forms", "edge", "sync") for path in (root / package).rglob("*.py")]
    paths += [*HERE.glob("simulator*.py"), HERE / "service_for_tests.py", HERE / "signing.py"]
    texts = (path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() for path in sorted(paths))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def kept(code: str) -> list[Slice]:
    """The slices that this very code was through."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.is_file() else []
    return [one for one in map(json.loads, lines) if one["code"] == code]


def keep(one: Slice) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(one, ensure_ascii=False) + "\n")


def simulated(first: int, count: int, processes: int) -> Slice:
    command = [sys.executable, str(HERE / "simulator.py"), "--seeds", f"{first}:{first + count}", "--json"]
    done = subprocess.run(
        [*command, "--processes", str(processes)], cwd=HERE.parent, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)


def line(told: list[Slice]) -> str:
    seeds, bad = sum(one["seeds"] for one in told), [seed for one in told for seed in one["violations"]]
    text = f"{seeds} seeds, {told[-1]['seeds'] / told[-1]['seconds']:.1f} in a second, {len(bad)} violations"
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
        {"name": "seeds", "value": seeds, "unit": "", "beside": f"{SEEDS} are promised; {steps} steps and fates: {beside}"},
        {"name": "seeds in a second", "value": round(seeds / sum(one["seconds"] for one in told), 2), "unit": "1/s"},
        {"name": "traces that differ when told again", "value": differing, "unit": "", "limit": 0, "beside": f"{AGAIN} seeds"},
    ]
