"""Twenty thousand rooms that come back within a minute after an outage, and a reviewer who goes on reading meanwhile.

Each room sends one sealed batch at a moment of that minute that is drawn evenly, on a connection of its own, and waits as
a node does (sync.push.next_delay, and what Retry-After asks for). Rooms, server and database share this machine.
YIZHAN_BENCH_HERD=<rooms> for a smaller herd in as much less time.
"""

from __future__ import annotations

import asyncio
import multiprocessing
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
from sync.push import next_delay

ROOMS, WITHIN_S, ALL_S = 20_000, 60.0, 120.0
APPLICATIONS = 1  # a room has three a day; an outage of some hours leaves one, with two events
TIMEOUT_S = 8.0  # as sync.https gives a connection up on which nothing moves
GIVE_UP_S = 240.0
THREADS = 24
SEALERS = 2
PASSWORD = "vier-dicke-huehner"


@dataclass
class Tally:
    """Seconds of each batch that was acked, each that was refused, each page; and what was not answered."""

    acked: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    timeouts: int = 0
    faults: int = 0
    last: float = 0.0


def figures() -> list[dict[str, Any]]:
    count = int(os.environ.get("YIZHAN_BENCH_HERD", str(ROOMS)))
    within = WITHIN_S * count / ROOMS
    os.environ["YIZHAN_CENTRE_THREADS"] = str(THREADS)  # of the server that is started below
    with province() as one:
        bodies = prepare(one, count)
        with gunicorn(one.home, workers=2, threads=THREADS) as server:
            tally = herd(server, bodies, within)
            memory = server.megabytes_each()
    said = f"{count:,} rooms within {within:.0f} s, {2 * APPLICATIONS} events each; load {os.getloadavg()[0]:.1f}"
    answered = sorted(tally.acked + tally.refused)
    return [
        figure("herd: rooms that were not acked", count - len(tally.acked), limit=0, beside=said),
        figure("herd: until the last was acked", tally.last / within, "x the minute", limit=ALL_S / WITHIN_S),
        figure("herd: acked a second", len(tally.acked) / tally.last, "/s"),
        figure("herd: time-outs", tally.timeouts, limit=0, beside=f"{tally.faults} connections refused or broken"),
        figure("herd: told to come later", len(tally.refused), beside="503 with Retry-After"),
        figure("herd: p99 of an answer", at(answered, 0.99), "s", limit=1),
        figure("herd: p99 of an ack", at(sorted(tally.acked), 0.99), "s"),
        figure("herd: median of an answer", statistics.median(answered), "s"),
        figure("herd: p95 of a page of the desk", at(sorted(tally.pages), 0.95) * 1000, "ms", limit=300),
        figure("herd: median of a page of the desk", statistics.median(tally.pages) * 1000, "ms"),
        figure("herd: memory of a worker (PSS)", memory, "MB", limit=150),
    ]


def at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def prepare(one: Province, count: int) -> list[tuple[str, bytes]]:
    """Rooms and their batches, which several processes seal."""
    centre = one.open()
    try:
        reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
        rooms = Rooms(centre)
        nodes = rooms.enrol(0, count)
        rooms.centre.store.close()  # its connections are no other process's
        with multiprocessing.get_context("fork").Pool(SEALERS, _seals_for, (rooms,)) as pool:
            return pool.map(_sealed, nodes, chunksize=200)
    finally:
        centre.close()


_rooms: list[Rooms] = []


def _seals_for(rooms: Rooms) -> None:
    _rooms[:] = [rooms]


def _sealed(node: str) -> tuple[str, bytes]:
    return node, _rooms[0].batches(node, 1, APPLICATIONS)[0]


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
    rng, failures = random.Random(node), 0
    await asyncio.sleep(wait)
    while time.perf_counter() - begun < GIVE_UP_S:
        asked, away_s = time.perf_counter(), 0
        try:
            status, away_s = await asyncio.wait_for(post(server, node, body), TIMEOUT_S)
        except TimeoutError:
            tally.timeouts += 1
        except OSError:
            tally.faults += 1
        else:
            spent = time.perf_counter() - asked
            if status == 200:
                tally.acked.append(spent)
                tally.last = time.perf_counter() - begun
                return
            if status == 503 and away_s:
                tally.refused.append(spent)
            else:
                tally.faults += 1
        failures += 1
        await asyncio.sleep(away_s + next_delay(failures, rng))


async def post(server: Gunicorn, node: str, body: bytes) -> tuple[int, int]:
    """Status, and the seconds that Retry-After asks for."""
    place = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        head = f"POST /sync/v1/{node} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: {ENVELOPE}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        answer = (await reader.read()).partition(b"\r\n\r\n")[0]
        _, _, away = answer.partition(b"\r\nRetry-After: ")
        return int(answer[9:12] or 0), int(away.partition(b"\r\n")[0] or 0)
    finally:
        writer.close()
