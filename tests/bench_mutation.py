"""Would the tests notice? Small faults are planted, one at a time, into the log, the envelope and the store, chosen by a seed;
a fault that no test which comes through its line notices is a survivor.

Nothing is written: mutation_run forks a process for each fault and changes the loaded functions there. The first run is
without a fault and must pass; one in which every function of a module fails must be noticed. What changes nothing that
anybody could see stands in EQUIVALENT with its reason; these are not counted.
`YIZHAN_MUTANTS=60 YIZHAN_MUTATION_SEED=3` changes how many and which; 0 takes them all.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import mutants
from mutants import ROOT, Place

MUTANTS: Final = int(os.environ.get("YIZHAN_MUTANTS", "120"))
SEED: Final = os.environ.get("YIZHAN_MUTATION_SEED", "20261122")
# what a survivor would mean -> the tests of it, which are all shown each of its faults
MODULES: Final = {
    "edge.log": ["test_edge_log", "test_edge_put_back"],
    "forms.events": ["test_forms_events"],
    "sync.envelope": ["test_sync_envelope", "test_sync_vectors"],
    "sync.header": ["test_sync_envelope", "test_sync_vectors"],
    "edge.database": ["test_edge_database", "test_edge_database_key"],
    "edge.witness": ["test_edge_witness", "test_edge_log"],
}
TESTS: Final = (
    "test_edge_log", "test_edge_witness", "test_edge_node", "test_edge_applications", "test_edge_database", "test_edge_database_key",
    "test_edge_put_back",
    "test_edge_restore", "test_edge_rebuild", "test_edge_materials", "test_edge_drafts", "test_edge_clock", "test_edge_packs",
    "test_forms_events", "test_forms_epochs", "test_sync_push", "test_sync_envelope", "test_sync_vectors",
    "test_sync_codebooks", "test_sync_frames", "test_sync_protocol", "test_sync_ferry", "test_edge_backup",
)  # fmt: skip  # a table
# (module, function, fault) -> why nobody could see it
EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {
    ("edge.log", "_after", "0 one more"): "(0, 1) and (1, 0) lie before the first event as (0, 0) does",
    ("edge.log", "_after_position", "1000 one more"): "how many are read at once",
    ("edge.log", "set_acked", "True the other way"): "the order of the keys in a JSON text that is only parsed",
    ("edge.database", "write_blob", "left out: blob.close()"): "the last reference to it ends with the function",
    ("edge.witness", "Witness.close", "self._file >= 0 with Gt"): "handle 0 is the program's standard input",
    ("edge.witness", "Witness.close", "0 one more"): "handles 0 and 1 are the program's own",
    ("edge.witness", "Witness.close", "1 one more"): "any number below 0 says that it is closed",
    ("edge.witness", "_ends_torn", "1 one more"): "of the last byte no more than one is read",
    (
        "edge.witness",
        "_read_last",
        "0 one more",
    ): "beyond the end of a short file nothing is read, and byte 0 alone is no line",
}


def places() -> list[Place]:
    """All places of all modules in one hat, so that each has the same chance; without those that change nothing."""
    found = [place for module in MODULES for place in mutants.places_of(module)]
    gone = set(EQUIVALENT) - {place.name for place in found}
    if gone:
        raise AssertionError(f"no longer there: {gone}")
    return [place for place in found if place.name not in EQUIVALENT]


def chosen(count: int = MUTANTS, seed: str = SEED) -> list[Place]:
    found = places()
    sample = random.Random(seed).sample(found, min(count or len(found), len(found)))
    return sorted(sample, key=lambda place: (list(MODULES).index(place.module), place.at))


def run(
    faults: Sequence[Place], tests: Sequence[str] = TESTS, modules: Mapping[str, list[str]] = MODULES
) -> dict[str, Any]:
    """What mutation_run found: tests, failing (without a fault), controls of `modules`, faults; each in its order."""
    task = {
        "modules": dict(modules),
        "faults": [(place.module, place.at) for place in faults],
        "tests": [f"tests/{name}.py" for name in tests],
    }
    with tempfile.TemporaryDirectory(prefix="mutation-") as made:
        asked, found = Path(made) / "task", Path(made) / "found"
        asked.write_text(json.dumps(task), encoding="utf-8")
        words = [sys.executable, str(ROOT / "tests" / "mutation_run.py"), str(asked), str(found)]
        done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if not found.is_file():
            raise RuntimeError(done.stdout[-2000:])
        sys.stderr.write("\n")
        return dict(json.loads(found.read_text(encoding="utf-8")))


def figures() -> list[dict[str, Any]]:
    faults = chosen()
    found = run(faults)
    if not all(one["noticed"] for one in found["controls"]):
        raise AssertionError(found["controls"])
    left = [str(place) for place, one in zip(faults, found["faults"], strict=True) if not one["noticed"]]
    sys.stdout.write("".join(f"    {one}\n" for one in left))
    beside = f"of {len(places())}, seed {SEED}; {len(EQUIVALENT)} more change nothing that anybody could see"
    return [
        {"name": "faults planted into log, envelope and store", "value": len(faults), "unit": "", "beside": beside},
        {"name": "of them noticed by no test", "value": round(100 * len(left) / len(faults), 1), "unit": "%", "limit": 10,
         "beside": "; ".join(left) or "none"},
        {"name": "tests that fail without a fault, and are not asked", "value": len(found["failing"]), "unit": "", "limit": 0,
         "beside": "; ".join(found["failing"]) or f"of {found['tests']}"},
        {"name": "modules whose every function may fail unnoticed", "value": sum(not one["noticed"] for one in found["controls"]),
         "unit": "", "limit": 0, "beside": f"control, of {len(MODULES)}"},
    ]  # fmt: skip  # a table
