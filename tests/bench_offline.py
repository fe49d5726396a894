"""The tests in a network without a way out (packaging/offline.sh): do they pass, and did anything want to leave?

YIZHAN_OFFLINE_TESTS gives other arguments for pytest; the whole suite takes as long as `make test`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ALL = "--numprocesses=auto --dist=loadfile"


def figures() -> list[dict[str, Any]]:
    asked = os.environ.get("YIZHAN_OFFLINE_TESTS", ALL)
    done = subprocess.run(
        ["sh", str(ROOT / "packaging" / "offline.sh"), *shlex.split(asked)], capture_output=True, text=True, check=False
    )
    said = re.search(r"packets to the outside: (\d+) \(control: (\d+) seen\)", done.stdout)
    if said is None:
        sys.stdout.write(done.stdout[-2000:] + done.stderr[-2000:])
        raise RuntimeError("no network of its own could be made")
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    passed = re.search(r"(\d+) passed", done.stdout)
    if passed is None:
        raise RuntimeError("no test passed: nothing would be shown")
    return [
        {"name": "packets that wanted to leave", "value": int(said[1]), "unit": "", "limit": 0, "beside": f"control: {said[2]} seen"},
        {"name": "tests that passed without a way out", "value": int(passed[1]), "unit": "", "beside": asked},
        {"name": "tests that failed without a way out", "value": len(failed), "unit": "", "limit": 0, "beside": " ".join(failed) or "none"},
    ]  # fmt: skip  # a table
