"""What a room takes of its laptop: 400 days of housekeeping at speed on top of years of applications.

A real node with a clock that walks a day at a time: each day so many applications with a photograph, a look of the
housekeeping every half an hour, the day's backup, which is rehearsed. Memory is what the system says of the process;
written is what it handed to the system to write, so that the file system's own share is not in it. The curve is written
to build/footprint.svg. YIZHAN_BENCH_FOOTPRINT=applications before,days names another size.
"""

from __future__ import annotations

import gc
import itertools
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_start import figure
from conftest import FixedClock, make_home
from desk_app import file_one

from edge import heavy, materials
from edge.housekeeping import Keeper
from edge.node import Node, open_node

BEFORE, DAYS = 29_200, 400  # ten years of eight a day
A_DAY, LOOKS, EVERY_DAYS = 8, 48, 20
PHOTO_BYTES = 40_000  # a page as it is kept; of noise, which nothing makes smaller
SVG = Path(__file__).resolve().parents[1] / "build" / "footprint.svg"
MB = 1e6


@dataclass(frozen=True, slots=True)
class Point:
    """After so many days: memory, database, what was written since the first day, of which for backups; the backups, in
    bytes of the databases that they were made of.
    """

    day: int
    memory: int
    database: int
    written: int
    backups: int
    copied: int


def figures() -> list[dict[str, Any]]:
    before, days = asked(os.environ.get("YIZHAN_BENCH_FOOTPRINT", f"{BEFORE},{DAYS}"))
    points = run(before, days)
    draw(points)
    first, last = points[1], points[-1]
    count = (last.day - first.day) * A_DAY
    a_day = (last.written - last.backups) / last.day
    grown = (last.database - first.database) / count
    after = f"{before} applications before, {days} days of {A_DAY}, {LOOKS} looks a day"
    return [
        figure("memory at the end, over that after twenty days", last.memory / first.memory, "x", limit=1.15,
               beside=f"{first.memory / MB:.1f} to {last.memory / MB:.1f} MB; {after}"),
        figure("database per application, over its photograph", grown / PHOTO_BYTES, "x", limit=1.5,
               beside=f"{grown / 1000:.1f} kB each; {last.database / MB:.1f} MB at the end"),
        figure("written for a backup that is rehearsed, over the database", last.backups / max(last.copied, 1), "x",
               limit=6.0, beside=f"one every {EVERY_DAYS} days here"),
        figure("written a day, over what the database grew", a_day / (grown * A_DAY), "x", limit=8.0,
               beside=f"{a_day / MB:.1f} MB a day, without backups"),
    ]  # fmt: skip  # a table


def asked(said: str) -> tuple[int, int]:
    """Applications before, and days. ValueError for days among which there aren't two looks to hold against each other."""
    before, days = (int(one) for one in said.split(","))
    if days < 2 * EVERY_DAYS:
        raise ValueError(f"{days} days: at least {2 * EVERY_DAYS}, the end is held against the day {EVERY_DAYS}")
    return before, days


def run(before: int, days: int) -> list[Point]:
    with tempfile.TemporaryDirectory(prefix="yizhan-footprint-") as folder:
        home = make_home(Path(folder) / "home", backup_every_h=24 * EVERY_DAYS)
        clock, noise = FixedClock("2016-11-21T09:00:00+08:00"), random.Random(7)
        node = open_node(home, clock)
        try:
            for place in range(before):
                if place % A_DAY == 0:
                    clock.advance(hours=3)
                apply(node, noise, f"before-{place:08d}", photo=False)
            return live(node, clock, noise, days)
        finally:
            node.close()


def live(node: Node, clock: FixedClock, noise: random.Random, days: int) -> list[Point]:
    keeper, points, backups, copied = Keeper(node), [], 0, 0
    start = written()
    for day in range(days + 1):
        if day % EVERY_DAYS == 0:
            gc.collect()
            heavy.trim()
            points.append(Point(day, memory(), size(node), written() - start, backups, copied))
        for place in range(A_DAY):
            apply(node, noise, f"day-{day:05d}-{place:02d}")
        for _ in range(LOOKS):
            clock.advance(minutes=30)
            had, at = newest(node), written()
            keeper.look()
            if newest(node) != had:
                backups += written() - at
                copied += node.settings.database.stat().st_size
    return points


def apply(node: Node, noise: random.Random, token: str, *, photo: bool = True) -> None:
    file_one(node, token=token)
    if photo:
        with node.database.write() as tx:
            materials.put(tx, noise.randbytes(PHOTO_BYTES), "image/jpeg", "照片.jpg", owner="desk")


def newest(node: Node) -> str:
    return max((one.name for one in node.settings.home.glob("backups/*.backup")), default="")


def size(node: Node) -> int:
    node.database.empty_log()
    return node.settings.database.stat().st_size


def memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def written() -> int:
    """By calls, wherever the file lies."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


def draw(points: list[Point]) -> None:
    """Memory and database over the days, as an SVG that any browser shows."""
    tall, wide = 240, 640
    days = max(points[-1].day, 1)
    lines = []
    for name, colour, values in (
        ("memory", "#1d5fbf", [one.memory for one in points]),
        ("database", "#b4480f", [one.database for one in points]),
        ("written a day", "#2b7a3d", [0, *(_a_day(one, two) for one, two in itertools.pairwise(points))]),
    ):
        top = max(values) or 1
        path = " ".join(
            f"{40 + wide * one.day / days:.0f},{20 + tall * (1 - v / top):.0f}"
            for one, v in zip(points, values, strict=True)
        )
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>')
        at = 40 + 210 * (len(lines) // 2)  # a curve and its name are two
        lines.append(f'<text x="{at}" y="{tall + 50}" fill="{colour}">{name}: up to {top / MB:.1f} MB</text>')
    SVG.parent.mkdir(exist_ok=True)
    frame = f'<rect x="40" y="20" width="{wide}" height="{tall}" fill="none" stroke="#888"/>'
    body = "".join(lines)
    SVG.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{tall + 70}" font-family="sans-serif"'
        f' font-size="13">{frame}{body}<text x="40" y="14">{points[-1].day} days</text></svg>\n',
        encoding="utf-8",
    )


def _a_day(one: Point, two: Point) -> int:
    return ((two.written - two.backups) - (one.written - one.backups)) // max(two.day - one.day, 1)
