"""The officer's desk at 1,000, 100,000 and 1,000,000 applications: the same pages, the same questions, in one run.

The past is written straight into the tables, row by row as the program writes them, since filing a million would take
an hour; what is measured then are whole pages through the console's own routes. YIZHAN_BENCH_DESK names other sizes.
"""

from __future__ import annotations

import functools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_start import figure
from conftest import FixedClock, make_home
from desk_app import Desk, add_officer, centre_acks, centre_says, desk_app, file_one

from edge import index, receipts
from edge.clock import CHINA
from edge.database import Connection
from edge.node import Node, open_node

SIZES = (1_000, 100_000, 1_000_000)
OPEN = 150  # a room has so many on its hands, however long its past
PORTION, ROUNDS = 100_000, 15
MEMORY_KIB = 2_000_000  # what the filling may hold, so that no page of an index is written twice
FAMILIES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "秀英伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂花国建志永福贵小燕",
)
BEGINNING = datetime(2016, 11, 1, 9, tzinfo=CHINA)
COMMON = "王秀英"
LAST = "石彩云"  # somebody who came once, long ago


def figures() -> list[dict[str, Any]]:
    sizes = tuple(int(one) for one in os.environ.get("YIZHAN_BENCH_DESK", "").split(",") if one) or SIZES
    with ExitStack() as stack:
        rooms = [stack.enter_context(room(size)) for size in sizes]
        found = {name: milliseconds(rooms, name) for name in rooms[0].pages}
    rows = []
    for name, taken in found.items():
        across = " / ".join(f"{one:.1f}" for one in taken)
        beside = f"{across} ms at {' / '.join(f'{size:,}' for size in sizes)}"
        rows.append(figure(f"{name}: time with most / with fewest", taken[-1] / taken[0], limit=2, beside=beside))
    return [*rows, figure("slowest page of all", max(map(max, found.values())), "ms", limit=100)]


@dataclass(frozen=True)
class Room:
    """An officer at the desk of a node, and the addresses that are measured."""

    desk: Desk
    pages: dict[str, str]


@contextmanager
def room(size: int) -> Iterator[Room]:
    """A node with so many applications."""
    with tempfile.TemporaryDirectory(prefix="yizhan-desk-") as folder:
        home = make_home(Path(folder) / "home")
        with closing(open_node(home, FixedClock())) as node:
            add_officer(node)
            numbers = fill(node, size)
            yield Room(Desk(desk_app(node)), pages(node, numbers))


def pages(node: Node, numbers: list[str]) -> dict[str, str]:
    searched, found = "/console/applications?text=", numbers[len(numbers) // 2]
    return {
        "today": "/console/",
        "list of the open": "/console/applications?state=open",
        "list of all": "/console/applications?state=closed",
        "search by a common name": f"{searched}{COMMON}",
        "search by a name of long ago": f"{searched}{LAST}",
        "search by pinyin": f"{searched}wxy",
        "search by number": f"{searched}{found}",
        "search by last digits": f"{searched}{found[-6:]}",
        "open one": f"/console/applications/{found}",
        "figures of a month": "/console/figures?kind=month",
        "documents to hand over": "/console/handover",
        "what presses": "/console/due",
        "appointments": "/console/appointments",
        "close of the day": "/console/day",
    }


def milliseconds(rooms: list[Room], name: str) -> list[float]:
    """Medians of one page in each room. They are asked in turn, so that a busy moment of the machine meets all."""
    taken: list[list[float]] = [[] for _ in rooms]
    for turn in range(ROUNDS + 1):
        for one, times in zip(rooms, taken, strict=True):
            begun = time.perf_counter()
            one.desk.text(one.pages[name])
            if turn:  # the first compiles the template and brings projections up to date
                times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in taken]


def fill(node: Node, size: int) -> list[str]:
    """A long past and a present: some numbers of the past, and OPEN that are not closed."""
    pattern = file_one(node, "王秀英").number
    centre_says(node, "application.accepted", pattern, {})
    centre_says(node, "application.decided", pattern, {"result": "granted"})
    with node.database.write() as tx:
        source = Source(tx, pattern)
    numbers: list[str] = []
    with much_memory(node):
        for start in range(0, size, PORTION):
            with node.database.write() as tx:
                numbers += source.copy(tx, start, min(PORTION, size - start))
    with node.database.write() as tx:
        tx.execute("UPDATE serial SET last = ?", (size + 10,))
    for place in range(OPEN):
        file_one(node, f"{FAMILIES[place % 20]}{GIVEN[place % 30]}{GIVEN[place // 30]}")
    centre_acks(node)
    return numbers


@contextmanager
def much_memory(node: Node) -> Iterator[None]:
    """For the filling alone: with what a node has, the pages of the indexes would be written again and again."""
    with node.database.read() as tx:
        usual = tx.execute("PRAGMA cache_size").fetchone()[0]
        tx.execute(f"PRAGMA cache_size = {-MEMORY_KIB}")
    yield
    with node.database.read() as tx:
        tx.execute(f"PRAGMA cache_size = {usual}")
        tx.execute("PRAGMA shrink_memory")


class Source:
    """The rows of one application that was filed, accepted and granted, to be written again under other numbers."""

    def __init__(self, tx: Connection, number: str) -> None:
        head = dict(tx.execute("SELECT * FROM head WHERE number = ?", (number,)).fetchone())
        fact = dict(tx.execute("SELECT * FROM fact WHERE head = ?", (head["id"],)).fetchone())
        rows = tx.execute("SELECT * FROM event WHERE application = ? ORDER BY side, seq", (number,)).fetchall()
        events = [dict(row) for row in rows]
        self.filing = next(place for place, event in enumerate(events) if event["kind"] == "application.filed")
        self.heads = Rows("head", head, HEAD)
        self.facts = Rows("fact", fact, FACT)
        self.events = [Rows("event", event, EVENT) for event in events]
        self.sides = [event["side"] for event in events]
        self.node_id = number[: receipts.NODE_DIGITS]
        self.rng = random.Random(7)

    def copy(self, tx: Connection, start: int, count: int) -> list[str]:
        """So many more, one each some minutes of the past ten years; some of their numbers."""
        made = [self._one(place) for place in range(start, start + count)]
        for kind, rows in enumerate(self.events):
            rows.insert(tx, (self._event(kind, *one) for one in made))
        last = self.filing
        self.heads.insert(
            tx,
            (
                (place + 2, number, name, at, at, f"{place:026}", self._seq(last, place), self._seq(last, place))
                for place, number, name, at in made
            ),
        )
        self.facts.insert(tx, ((place + 2, at, at, at, at, at, f"{place:012}") for place, _, _, at in made))
        words = ((place + 2, f"{index.words(number, ())} {words_of(name)}") for place, number, name, _ in made)
        tx.executemany("INSERT INTO head_words (rowid, words) VALUES (?, ?)", words)
        people = ((self.rng.randbytes(32), place + 2) for place, *_ in made)
        tx.executemany("INSERT INTO head_person (person, head) VALUES (?, ?)", people)
        return [one[1] for one in made[:: max(1, count // 10)]]

    def _one(self, place: int) -> One:
        at = (BEGINNING + timedelta(minutes=5 * place % 5_200_000)).isoformat(timespec="seconds")
        return place, receipts.number(self.node_id, 1, place + 2), self._name(place), at

    def _name(self, place: int) -> str:
        """One in forty has the commonest name of all, so that a page of those who have it is full at every size."""
        if place % 40 == 0:
            return COMMON if place else LAST
        return "".join(self.rng.choice(part) for part in (FAMILIES, GIVEN, GIVEN))

    def _event(self, kind: int, place: int, number: str, _name: str, at: str) -> tuple[Any, ...]:
        chance = self.rng.randbytes(80)
        return chance[:16].hex(), number, self._seq(kind, place), at, chance[16:48], chance[48:]

    def _seq(self, kind: int, place: int) -> int:
        """Behind those of the pattern, side by side with the events of the others."""
        side = self.sides[kind]
        return 10 + place * self.sides.count(side) + self.sides[:kind].count(side)


One = tuple[int, str, str, str]  # place, number, name, moment
HEAD = ("id", "number", "applicant", "filed_at", "changed_at", "receipt_token", "filed_seq", "last_seq")
FACT = ("head", "filed_at", "begun_at", "told_at", "accepted_at", "closed_at", "rating_code")
EVENT = ("id", "application", "seq", "at", "digest", "prev")


class Rows:
    """A row as the program wrote it, to be written again with other values in some of its columns."""

    def __init__(self, table: str, row: dict[str, Any], changing: tuple[str, ...]) -> None:
        kept = {name: value for name, value in row.items() if name not in changing}
        names = (*kept, *changing)
        self.kept = tuple(kept.values())
        self.statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"

    def insert(self, tx: Connection, values: Iterable[tuple[Any, ...]]) -> None:
        tx.executemany(self.statement, (self.kept + one for one in values))


@functools.cache
def words_of(name: str) -> str:
    """Of the few thousand names each is put into pinyin once."""
    return index.words("", (name,))
