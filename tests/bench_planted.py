"""How many of the planted faults are seen by the checks that their patches name; the table goes to build/planted.json."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import planted_bugs


def figures() -> list[dict[str, Any]]:
    found = [planted_bugs.catch(name) for name in planted_bugs.names()]
    planted_bugs.keep(found)
    missed = [one.name for one in found if not one.check]
    return [
        {"name": "planted faults", "value": len(found), "unit": ""},
        {
            "name": "planted faults not caught",
            "value": len(missed),
            "unit": "",
            "limit": 0,
            "beside": ", ".join(missed),
        },
    ]
