"""How many stories of the simulator hold, and how fast they are told: 100,000 seeds, or as many as PROOF_SEEDS says."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SEEDS = 100_000


def figures() -> list[dict[str, Any]]:
    """Takes hours on two cores; PROOF_SEEDS=2000 takes some minutes."""
    count = int(os.environ.get("PROOF_SEEDS", SEEDS))
    command = [sys.executable, str(HERE / "simulator.py"), "--seeds", f"10000:{10_000 + count}", "--json"]
    done = subprocess.run(
        [*command, "--processes", str(os.cpu_count() or 1)], cwd=HERE.parent, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    said = json.loads(done.stdout)
    for one in said["violations"]:
        sys.stdout.write(f"  seed {one['seed']}: {one['check']}: {one['detail'][:200]}\n")
    steps = sum(said["steps"].values())
    return [
        {"name": "violations", "value": len(said["violations"]), "unit": "", "limit": 0, "beside": f"{said['seeds']} seeds"},
        {"name": "seeds", "value": said["seeds"], "unit": "", "beside": f"{SEEDS} are promised; {steps} steps and fates"},
        {"name": "seeds in a second", "value": round(said["seeds"] / said["seconds"], 2), "unit": "1/s"},
    ]
