"""Ten thousand requests that nobody meant, over every route of a room (tests/strange_requests.py): none may end in 5xx."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from strange_requests import Guesser

CASES = int(os.environ.get("YIZHAN_CASES", "10000"))
SEED = os.environ.get("YIZHAN_REQUESTS_SEED", "20261122")


def figures() -> list[dict[str, Any]]:
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="requests-") as folder:
        guesser = Guesser(Path(folder), SEED)
        guesser.run(CASES)
        asked = {f"{method} {rule.rule}" for rule in guesser.rules for method in rule.methods - {"OPTIONS", "HEAD"}}
        guesser.app.view_functions["staff.find_show"] = lambda: 1 // 0
        before, guesser.rules = len(guesser.faults), [one for one in guesser.rules if one.endpoint == "staff.find_show"]
        guesser.run(20)
        control = len(guesser.faults) - before
        guesser.close()
    sys.stdout.write("".join(f"    {one}\n" for one in guesser.faults[:before]))
    return [
        {"name": "strange requests", "value": sum(guesser.statuses.values()), "unit": "", "beside": f"seed {SEED}"},
        {"name": "of them answered with 5xx", "value": before, "unit": "", "limit": 0, "beside": f"control: {control} of 20 found"},
        {"name": "routes never asked", "value": len(asked - guesser.routes), "unit": "", "limit": 0, "beside": f"of {len(asked)}"},
    ]  # fmt: skip  # a table
