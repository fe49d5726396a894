"""Twenty thousand rooms that come back within a minute after an outage, and a reviewer who goes on reading meanwhile.

Each room sends one sealed batch at a moment of that minute that is drawn evenly (sync_spread_s), on a connection of its
own. What the centre doesn't answer in time, or answers with an error, it sends again after a pause that is drawn from a
limit that doubles. YIZHAN_BENCH_HERD=<rooms> for a smaller herd in as much less time.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench_start import figure
from centre_browser import Browser
from province import Gunicorn, Province, Rooms, gunicorn, province

from sync.centre import reviewers
from sync.centre.app import ENVELOPE

ROOMS, WITHIN_S, ALL_S = 20_000, 60.0, 120.0
APPLICATIONS = 1  # a room has three a day; an outage of some hours leaves one, with two events
TIMEOUT_S, FIRST_PAUSE_S, LONGEST_PAUSE_S = 15.0, 1.0, 30.0
GIVE_UP_S = 4 * ALL_S
PASSWORD = "vier-dicke-huehner"


@dataclass
class Tally:
    """Seconds of each request that was answered with 200, of each page; and what was not answered."""

    each: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    timeouts: int = 0
    faults: int = 0
    last: float = 0.0


def figures() -> list[dict[str, Any]]:
    count = int(os.environ.get("YIZHAN_BENCH_HERD", str(ROOMS)))
    within = WITHIN_S * count / ROOMS
    with province() as one:
        bodies = prepare(one, count)
        with gunicorn(one.home, workers=2, threads=8) as server:
            tally = herd(server, bodies, within)
            memory = server.megabytes_each()
    said = f"{count:,} rooms within {within:.0f} s, {2 * APPLICATIONS} events each"
    each = sorted(tally.each)
    return [
        figure("herd: rooms that were not acked", count - len(each), limit=0, beside=said),
        figure("herd: until the last was acked", tally.last / within, "x the minute", limit=ALL_S / WITHIN_S),
        figure("herd: requests that were not answered", tally.timeouts + tally.faults, limit=0),
        figure("herd: p99 of an answer", each[int(len(each) * 0.99) - 1], "s", limit=1),
        figure("herd: median of an answer", statistics.median(each), "s"),
        figure("herd: median of a page of the desk", statistics.median(tally.pages) * 1000, "ms", limit=300),
        figure("herd: memory of a worker (PSS)", memory, "MB", limit=150),
    ]


def prepare(one: Province, count: int) -> list[tuple[str, bytes]]:
    centre = one.open()
    try:
        reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
        rooms = Rooms(centre)
        return [(node, rooms.batches(node, 1, APPLICATIONS)[0]) for node in rooms.enrol(0, count)]
    finally:
        centre.close()


def herd(server: Gunicorn, bodies: list[tuple[str, bytes]], within: float) -> Tally:
    tally, over = Tally(), threading.Event()
    browser = Browser(server.url)
    browser.log_in("li", PASSWORD)
    reader = threading.Thread(target=read_pages, args=(browser, tally, over))
    reader.start()
    try:
        asyncio.run(come_back(server, bodies, within, tally))
    finally:
        over.set()
        reader.join()
    return tally


def read_pages(browser: Browser, tally: Tally, over: threading.Event) -> None:
    """A reviewer who looks at the queue every second."""
    while not tally.pages or not over.wait(1.0):
        begun = time.perf_counter()
        with suppress(OSError):  # a page that doesn't come counts with all that was waited for it
            browser.get("/review/?show=todo")
        tally.pages.append(time.perf_counter() - begun)


async def come_back(server: Gunicorn, bodies: list[tuple[str, bytes]], within: float, tally: Tally) -> None:
    rng = random.Random(7)
    begun = time.perf_counter()
    waits = [rng.random() * within for _ in bodies]
    rooms = (room(server, body, begun, tally, wait=wait) for body, wait in zip(bodies, waits, strict=True))
    await asyncio.gather(*rooms)


async def room(server: Gunicorn, said: tuple[str, bytes], begun: float, tally: Tally, *, wait: float) -> None:
    """One room, until it has its ack; as sync.push waits between two attempts."""
    node, body = said
    rng, limit = random.Random(node), FIRST_PAUSE_S
    await asyncio.sleep(wait)
    while time.perf_counter() - begun < GIVE_UP_S:
        asked = time.perf_counter()
        try:
            status = await asyncio.wait_for(post(server, node, body), TIMEOUT_S)
        except TimeoutError:
            tally.timeouts += 1
        except OSError:
            tally.faults += 1
        else:
            if status == 200:
                tally.each.append(time.perf_counter() - asked)
                tally.last = max(tally.last, time.perf_counter() - begun)
                return
            tally.faults += 1
        await asyncio.sleep(rng.random() * limit)
        limit = min(2 * limit, LONGEST_PAUSE_S)


async def post(server: Gunicorn, node: str, body: bytes) -> int:
    place = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        head = f"POST /sync/v1/{node} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: {ENVELOPE}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        answer = await reader.read()
        return int(answer[9:12] or 0)
    finally:
        writer.close()
