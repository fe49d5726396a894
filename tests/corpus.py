"""Made-up events for measuring and for the packaged codebook: every service, every kind, texts that differ each time.

`bodies(count, seed)` gives bodies of `application.filed`; `log(count, seed)` a node's log of whole events of all kinds,
`centre_log(count, seed)` the centre's side. The same seed gives the same events; nobody and nothing in them is real.
"""

from __future__ import annotations

import functools
import random
from pathlib import Path
from typing import Any

from forms import definition
from forms.events import Event
from sync.coding import made_events
from sync.coding.made_answers import filed
from sync.coding.made_events import NODE, chain

__all__ = ["NODE", "chain", "filed", "random"]
SERVICES = Path(definition.__file__).parent / "services"


@functools.cache
def service(name: str) -> definition.Definition:
    return definition.load(SERVICES / f"{name}.json")


def services() -> list[definition.Definition]:
    return [service(path.stem) for path in sorted(SERVICES.glob("*.json"))]


def bodies(count: int, seed: int) -> list[dict[str, Any]]:
    """Bodies of `application.filed`, each service in its turn."""
    rng, known = random.Random(seed), services()
    return [filed(known[place % len(known)], rng) for place in range(count)]


def log(count: int, seed: int) -> list[Event]:
    """A node's log: mostly filings, some of everything else that a node writes."""
    return made_events.log(services(), count, seed)


def centre_log(count: int, seed: int) -> list[Event]:
    return made_events.centre_log(services(), count, seed)
