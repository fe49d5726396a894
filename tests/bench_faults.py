"""A kill, EIO and ENOSPC at every durable call of what promises something, and the disks that a power cut could leave; the control must fail.

PROOF_STEP=7 tries one point of seven; PROOF_IMAGES says how many disks are looked at.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import faults
import power_loss

IMAGES = 20_000
CONTROL_IMAGES = 500
ROUNDS = 24
AT_ONCE = 2


def figures() -> list[dict[str, Any]]:
    if shutil.which("strace") is None:
        sys.stdout.write("  strace is missing (apt-get install strace): no fault was injected, no write recorded\n")
        return []
    return [*_faults(int(os.environ.get("PROOF_STEP", "1"))), *_power(int(os.environ.get("PROOF_IMAGES", IMAGES)))]


def _faults(step: int) -> list[dict[str, Any]]:
    calls, result = faults.sample(step, at_once=AT_ONCE)
    for sentence in result.broken:
        sys.stdout.write(f"  {sentence}\n")
    made = {name: sum(found.values()) for name, found in calls.items()}
    beside = ", ".join(f"{name} {count}" for name, count in made.items())
    few = (
        f"; of more than {faults.ALL_UP_TO} page writes of a copy one in {faults.SPARSE}"
        if step == 1
        else f"; one in {step}"
    )
    return [
        {"name": "durable calls of each operation", "value": sum(made.values()), "unit": "", "beside": beside},
        {
            "name": "faults injected",
            "value": result.points,
            "unit": "",
            "beside": f"{result.kills} of them killed{few}",
        },
        {"name": "promises broken by a fault", "value": len(result.broken), "unit": "", "limit": 0},
    ]


def _power(images: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="power-") as made:
        full = power_loss.cut(power_loss.record(Path(made), "FULL", ROUNDS), images)
        normal = power_loss.cut(power_loss.record(Path(made), "NORMAL", ROUNDS), min(images, CONTROL_IMAGES))
    if not normal.lost:
        raise RuntimeError("the control run lost nothing: the check sees nothing")
    if full.first:
        sys.stdout.write(f"  {full.first}\n")
    return [
        {"name": "disks after a power cut", "value": full.images, "unit": ""},
        {"name": "of these, something told is lost", "value": full.lost + full.unreadable, "unit": "", "limit": 0},
        {
            "name": "control (NORMAL): share that lost",
            "value": round(100 * normal.lost / normal.images),
            "unit": "%",
            "beside": f"has to be above 0; the witness names {normal.named} of {normal.lost}, and {normal.ahead} that nobody was told of",
        },
    ]
