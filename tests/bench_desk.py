"""The officer's desk at 1,000, 100,000 and 1,000,000 applications: the same pages, the same questions, in one run.

The past is written straight into the tables, row by row as the program writes them, since filing a million would take
an hour; what is measured then are whole pages through the console's own routes. YIZHAN_BENCH_DESK names other sizes.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_start import figure
from conftest import FixedClock, make_home
from desk_app import Desk, add_officer, centre_acks, centre_says, desk_app, file_one

from edge import index, receipts
from edge.database import Connection
from edge.node import Node, open_node

SIZES = (1_000, 100_000, 1_000_000)
OPEN = 150  # a room has so many on its hands, however long its past
PORTION, ROUNDS = 20_000, 15
FAMILIES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "秀英伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂花国建志永福贵小燕"
BEGINNING = datetime(2016, 11, 1, 9, tzinfo=UTC)
LAST = "石彩云"  # somebody who came once, long ago


def figures() -> list[dict[str, Any]]:
    sizes = tuple(int(one) for one in os.environ.get("YIZHAN_BENCH_DESK", "").split(",") if one) or SIZES
    found = {size: pages_ms(size) for size in sizes}
    least, most = found[sizes[0]], found[sizes[-1]]
    rows = []
    for name in least:
        across = " / ".join(f"{found[size][name]:.1f}" for size in sizes)
        beside = f"{across} ms at {' / '.join(f'{size:,}' for size in sizes)}"
        rows.append(figure(f"{name}: time with most / with fewest", most[name] / least[name], limit=2, beside=beside))
    slowest = max(max(one.values()) for one in found.values())
    return [*rows, figure("slowest page of all", slowest, "ms", limit=100)]


def pages_ms(size: int) -> dict[str, float]:
    """Median milliseconds of each page of a node with so many applications."""
    with tempfile.TemporaryDirectory(prefix="yizhan-desk-") as folder:
        home = make_home(Path(folder) / "home")
        node = open_node(home, FixedClock())
        try:
            add_officer(node)
            numbers = fill(node, size)
            return {name: milliseconds(Desk(desk_app(node)), path) for name, path in pages(node, numbers).items()}
        finally:
            node.close()


def pages(node: Node, numbers: list[str]) -> dict[str, str]:
    searched, found = "/console/applications?text=", numbers[len(numbers) // 2]
    return {
        "today": "/console/",
        "list of the open": "/console/applications?state=open",
        "list of all": "/console/applications?state=closed",
        "search by a common name": f"{searched}王秀",
        "search by a name of long ago": f"{searched}{LAST}",
        "search by pinyin": f"{searched}wxy",
        "search by number": f"{searched}{found}",
        "search by last digits": f"{searched}{found[-5:]}",
        "open one": f"/console/applications/{found}",
        "figures of a month": "/console/figures?kind=month",
        "documents to hand over": "/console/handover",
        "what presses": "/console/due",
        "appointments": "/console/appointments",
        "close of the day": "/console/day",
    }


def milliseconds(desk: Desk, path: str) -> float:
    desk.text(path)  # compiles the template, brings projections up to date
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        desk.text(path)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def fill(node: Node, size: int) -> list[str]:
    """A long past and a present: some numbers of the past, and OPEN that are not closed."""
    pattern = file_one(node, "王秀英").number
    centre_says(node, "application.accepted", pattern, {})
    centre_says(node, "application.decided", pattern, {"result": "granted"})
    with node.database.write() as tx:
        source = Source(tx, pattern)
    numbers: list[str] = []
    for start in range(0, size, PORTION):
        with node.database.write() as tx:
            numbers += source.copy(tx, start, min(PORTION, size - start))
    with node.database.write() as tx:
        tx.execute("UPDATE serial SET last = ?", (size + 10,))
    for place in range(OPEN):
        file_one(node, f"{FAMILIES[place % 20]}{GIVEN[place % 30]}{GIVEN[place // 30]}")
    centre_acks(node)
    return numbers


class Source:
    """The rows of one application that was filed, accepted and granted, to be written again under other numbers."""

    def __init__(self, tx: Connection, number: str) -> None:
        head = tx.execute("SELECT * FROM head WHERE number = ?", (number,)).fetchone()
        self.head = dict(head)
        self.fact = dict(tx.execute("SELECT * FROM fact WHERE head = ?", (head["id"],)).fetchone())
        events = tx.execute("SELECT * FROM event WHERE application = ? ORDER BY side, seq", (number,)).fetchall()
        self.events = [dict(event) for event in events]
        self.node_id = number[: receipts.NODE_DIGITS]
        self.rng = random.Random(7)

    def copy(self, tx: Connection, start: int, count: int) -> list[str]:
        """So many more, one each some minutes of the past ten years."""
        made = [self._one(start + place) for place in range(count)]
        _insert(tx, "event", (event for one in made for event in one[0]))
        _insert(tx, "head", (one[1] for one in made))
        _insert(tx, "fact", (one[2] for one in made))
        words = ((one[1]["id"], index.words(one[1]["number"], (one[1]["applicant"],))) for one in made)
        tx.executemany("INSERT INTO head_words (rowid, words) VALUES (?, ?)", words)
        people = ((self.rng.randbytes(32), one[1]["id"]) for one in made)
        tx.executemany("INSERT INTO head_person (person, head) VALUES (?, ?)", people)
        return [one[1]["number"] for one in made[:: max(1, count // 10)]]

    def _one(self, place: int) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
        number = receipts.number(self.node_id, 1, place + 2)
        name = LAST if place == 0 else "".join(self.rng.choice(part) for part in (FAMILIES, GIVEN, GIVEN))
        at = (BEGINNING + timedelta(minutes=5 * place % 5_200_000)).strftime("%Y-%m-%dT%H:%M:%S+08:00")
        events = [self._event(event, number, at, place) for event in self.events]
        head = self.head | {
            "id": place + 2, "number": number, "applicant": name, "filed_at": at, "changed_at": at,
            "receipt_token": f"{place:026}", "filed_seq": events[-1]["seq"], "last_seq": events[-1]["seq"],
        }  # fmt: skip
        times = dict.fromkeys(("filed_at", "begun_at", "told_at", "accepted_at", "closed_at"), at)
        return events, head, self.fact | times | {"head": place + 2, "rating_code": f"{place:012}"}

    def _event(self, event: dict[str, Any], number: str, at: str, place: int) -> dict[str, Any]:
        own = [one for one in self.events if one["side"] == event["side"]]
        seq = 10 + place * len(own) + own.index(event)
        return event | {
            "id": self.rng.randbytes(16).hex(), "application": number, "seq": seq, "at": at,
            "digest": self.rng.randbytes(32), "prev": self.rng.randbytes(32),
        }  # fmt: skip


def _insert(tx: Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    rows = iter(rows)
    first = next(rows)
    names, places = ", ".join(first), ", ".join("?" * len(first))
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"
    tx.execute(statement, tuple(first.values()))
    tx.executemany(statement, (tuple(row.values()) for row in rows))
