"""Sealed batches through HTTP, opened, checked, stored and acked, beside the bare INSERT of the same rows into PostgreSQL.

Both write to the same server on the same disk in the same run, with four clients, a transaction for each batch. The bare
arm is psycopg's own, in four processes, with one statement for all rows of a table: nothing is opened, checked or
answered there. YIZHAN_BENCH_INGEST=<batches of a client> for another length.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import psycopg
from bench_start import figure
from province import NOW, Caller, Gunicorn, Province, Rooms, gunicorn, province
from sqlalchemy import select

from sync.centre import tables
from sync.centre.store import add, open_store

CLIENTS = 4
APPLICATIONS = 25  # of a batch; each has two events and three photographs
WARM = 4  # batches of each client that are not counted: caches, plans, connections
WORKERS, THREADS = 2, 8
RATIO_MIN, MEMORY_MB_MAX = 0.5, 150

Batch = dict[str, list[tuple[Any, ...]]]  # table -> rows
Work = list[tuple[str, list[bytes]]]  # of each client: its room, and the batches of that room


def figures() -> list[dict[str, Any]]:
    count = int(os.environ.get("YIZHAN_BENCH_INGEST", "40"))
    with province() as one:
        work = prepare(one, count + WARM)
        with gunicorn(one.home, workers=WORKERS, threads=THREADS) as server:
            spent, each = through_http(server, work)
            memory = server.megabytes_each()
        rows = rows_of(one, work)
        bare = written_bare(one, rows)
    events = CLIENTS * count * APPLICATIONS * 2
    ours, theirs = events / spent, events / bare
    written = sum(len(some) for batches in rows for batch in batches[WARM:] for some in batch.values())
    said = f"{ours:.0f} against {theirs:.0f} events/s ({written / events:.1f} rows an event)"
    return [
        figure("ingest: bare INSERT / through HTTP", theirs / ours, limit=1 / RATIO_MIN, beside=said),
        figure("ingest: median of a batch", statistics.median(each) * 1000, "ms"),
        figure("ingest: memory of a worker (PSS)", memory, "MB", limit=MEMORY_MB_MAX, beside=f"{WORKERS} workers"),
    ]


def prepare(one: Province, count: int) -> Work:
    centre = one.open()
    try:
        rooms = Rooms(centre)
        return [(node, rooms.batches(node, count, APPLICATIONS)) for node in rooms.enrol(0, CLIENTS)]
    finally:
        centre.close()


def through_http(server: Gunicorn, work: Work) -> tuple[float, list[float]]:
    """Seconds for all that is counted, and of each batch."""
    each: list[float] = []

    def client(node: str, bodies: list[bytes], ready: Callable[[], object]) -> None:
        caller = Caller(server.url)
        for place, body in enumerate(bodies):
            if place == WARM:
                ready()
            begun = time.perf_counter()
            assert caller.post(node, body) == 200
            each.extend([time.perf_counter() - begun] if place >= WARM else [])
        caller.close()

    barrier = threading.Barrier(CLIENTS + 1)
    threads = [threading.Thread(target=client, args=(*one, barrier.wait)) for one in work]
    for thread in threads:
        thread.start()
    barrier.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun, each


def rows_of(one: Province, work: Work) -> list[list[Batch]]:
    """What the batches of each client have become: every row of every table that a room's batch writes."""
    centre = one.open()
    found: list[list[Batch]] = []
    try:
        with centre.store.read() as tx:
            for node, bodies in work:
                batches: list[Batch] = [defaultdict(list) for _ in bodies]
                digests: dict[str, int] = {}
                for table in ordered():
                    for row in tx.execute(select(table).filter_by(node_id=node)):
                        place = batch_of(row, digests)
                        batches[min(place, len(bodies) - 1)][table.name].append(tuple(row))
                found.append(batches)
    finally:
        centre.close()
    return found


def ordered() -> list[Any]:
    """The tables that a batch writes, and those first that others point to; a use names the batch of its material."""
    skipped = tables.GLOBAL_TABLES | {"node", "room_keys", "published_to"}
    found = [table for table in tables.metadata.sorted_tables if table.name not in skipped]
    return sorted(found, key=lambda table: table.name != "material_use")


def batch_of(row: Any, digests: dict[str, int]) -> int:
    if hasattr(row, "seq"):
        return int((row.seq - 1) // (2 * APPLICATIONS))
    number = getattr(row, "number", "") or getattr(row, "application", "")
    if not number:
        return digests.get(getattr(row, "sha256", ""), 0)
    place = (int(number[11:16]) - 1) // APPLICATIONS
    if hasattr(row, "sha256"):
        digests[row.sha256] = place
    return place


def written_bare(one: Province, rows: list[list[Batch]]) -> float:
    """Seconds of four processes that write the same rows into the same tables of another database."""
    with one.database.database() as address:
        store = open_store(address, one.home / "none", bytes(32), NOW)
        with store.write() as tx:
            add(tx, tables.node, [{"node_id": node, "name": node} for node in nodes_of(rows)])
        store.close()
        context = multiprocessing.get_context("fork")
        barrier = context.Barrier(CLIENTS + 1)
        clients = [context.Process(target=write_all, args=(address, batches, barrier)) for batches in rows]
        for client in clients:
            client.start()
        barrier.wait()
        begun = time.perf_counter()
        for client in clients:
            client.join()
        assert all(client.exitcode == 0 for client in clients)
        return time.perf_counter() - begun


def nodes_of(rows: list[list[Batch]]) -> list[str]:
    return [batches[0]["event"][0][0] for batches in rows]


def write_all(address: str, batches: list[Batch], barrier: Any) -> None:
    """One client: its batches, a statement for a table and a commit for a batch."""
    order = [table.name for table in tables.metadata.sorted_tables]
    with psycopg.connect(address) as connection:
        for place, batch in enumerate(batches):
            if place == WARM:
                barrier.wait()
            for name in sorted(batch, key=order.index):
                connection.execute(inserting(name, batch[name]), [value for row in batch[name] for value in row])
            last = batch["event"][-1]
            connection.execute("UPDATE node SET up_head = %s WHERE node_id = %s", (str(last[3]), last[0]))
            connection.commit()


def inserting(name: str, rows: list[tuple[Any, ...]]) -> Any:
    return statement(name, len(rows[0]), len(rows))


@cache
def statement(name: str, columns: int, count: int) -> str:
    row = f"({', '.join(['%s'] * columns)})"
    return f'INSERT INTO "{name}" VALUES {", ".join([row] * count)}'
