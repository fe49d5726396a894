"""A simulated year of a room: 10,000 applications, the link away for 30 % of the time, an officer who heeds 今天.

A real node and the real centre in one process, with a clock that walks through 2026. The officer reads what the first
page reads (edge.due, the corrections, what waits for a police officer) and does what it asks for: he calls people,
asks a police officer, carries a stick where there is no link, rings up the reviewer. The control is the same year of a
room that looks at none of it. 及时办结率 is what 统计 says of the year. YIZHAN_BENCH_YEAR names another size.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_start import figure
from year import DAYS, Year, open_room

from edge import facts
from forms.figures import Figures, Period

SIZE, CONTROL = 10_000, 1_000
PROMISED = 99.96
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # no power is cut in this year


def figures() -> list[dict[str, Any]]:
    size = int(os.environ.get("YIZHAN_BENCH_YEAR", SIZE))
    heeded, ignored = year(size, heeds=True), year(min(size, CONTROL), heeds=False)
    late = 100 - rate(heeded[0])
    return [
        figure("及时办结率: what is missing to 100 %", late, "%", limit=round(100 - PROMISED, 2), beside=said(*heeded)),
        figure("the same where nobody looks at what is due", 100 - rate(ignored[0]), "%", beside=said(*ignored)),
        figure("the control is not below the promise", float(rate(ignored[0]) >= PROMISED), "", limit=0),
    ]


def year(size: int, *, heeds: bool, days: int = DAYS, seed: int = 7, **people: Any) -> tuple[Figures, Year]:
    """So many applications over so many days from the 1st of January on, and what came of them; `people`: as in Year."""
    with tempfile.TemporaryDirectory(prefix="yizhan-year-", dir=MEMORY) as folder, ExitStack() as stack:
        room = open_room(Path(folder), stack)
        told = Year(room, random.Random(seed), heeds=heeds, **people)
        told.pass_by(size, days)
        return facts.of_room(room.node, Period.of("year", date.fromisoformat(room.clock.today()))), told


def rate(found: Figures) -> float:
    """及时办结率 in percent, by the formula of 统计. ValueError for a time in which nothing was closed or due."""
    one = found.rates["in_time"]
    if not one.whole:
        raise ValueError("nothing was closed and nothing due: more applications, or more days")
    return 100 * one.part / one.whole


def said(found: Figures, told: Year) -> str:
    one, done = found.rates["in_time"], told.done
    counts = ", ".join(f"{count} {name}" for name, count in sorted(done.items()))
    return f"{rate(found):.3f} %: {one.part} of {one.whole}, link away {told.away:.0%}; {counts}"
