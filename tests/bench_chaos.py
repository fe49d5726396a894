"""Real processes over a proxy that spoils half of all connections, with kill -9: 50,000 events, or PROOF_EVENTS."""

import os
import tempfile
from pathlib import Path
from typing import Any

import chaos

EVENTS = 50_000
NODES = 4
LIVE = 100


def figures() -> list[dict[str, Any]]:
    events = int(os.environ.get("PROOF_EVENTS", EVENTS))
    with tempfile.TemporaryDirectory(prefix="chaos-") as made:
        found = chaos.chaos(Path(made), events, NODES, live=LIVE)
    kills = f"{found['kills_nodes']} kills of nodes, {found['kills_centre']} of the centre"
    share = round(100 * found["bad_connections"] / found["connections"])
    return [
        {
            "name": "events",
            "value": found["events"],
            "unit": "",
            "beside": f"{found['nodes']} nodes, {found['seconds']} s, {kills}",
        },
        {"name": "connections spoiled", "value": share, "unit": "%", "beside": f"of {found['connections']}"},
        {"name": "events lost", "value": found["lost"], "unit": "", "limit": 0},
        {"name": "events doubled", "value": found["doubled"], "unit": "", "limit": 0},
        {
            "name": "logs that differ",
            "value": int(not found["identical"]),
            "unit": "",
            "limit": 0,
            "beside": "byte by byte, both sides",
        },
    ]
