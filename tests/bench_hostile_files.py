"""Every reader of files that others wrote, against mutations of a file that it takes: bits, cuts, types, depth, size,
encodings, pipes and devices. A small file is tried at every bit; of a large one PROOF_PLACES places of each kind.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hostile_files import Tally, readers, throw

PLACES = 400


def figures() -> list[dict[str, Any]]:
    places = int(os.environ.get("PROOF_PLACES", PLACES))
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="hostile-") as made:
        for name, reader in readers(Path(made)).items():
            tallies[name] = throw(reader, Path(made), seed=1, count=_count(len(reader.seed), places))
    faults = [fault for one in tallies.values() for fault in one.faults]
    for sentence in faults[:20]:
        sys.stdout.write(f"  {sentence}\n")
    if not any(one.refused for one in tallies.values()):
        raise RuntimeError("nothing was refused: the check throws nothing")
    beside = ", ".join(f"{name} {one.tried}" for name, one in tallies.items())
    refused = sum(one.refused for one in tallies.values())
    return [
        {"name": "hostile files thrown at readers", "value": sum(one.tried for one in tallies.values()), "unit": "", "beside": beside},
        {"name": "of these refused as an error of the catalogue", "value": refused, "unit": "",
         "beside": "the others are read, and their faults told beside what still holds"},
        {"name": "answered otherwise, or not at all", "value": len(faults), "unit": "", "limit": 0},
    ]  # fmt: skip  # a table


def _count(length: int, places: int) -> int:
    """Services are judged whole, each in some fifty milliseconds: a tenth of the places."""
    return places if length < 20_000 else places // 10
