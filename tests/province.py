"""A province for measurements: PostgreSQL on a disk, gunicorn before it, and rooms whose batches are sealed beforehand."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from conftest import use_database
from sqlalchemy import Connection, delete, select

from forms.events import Head
from sync.centre import tables
from sync.centre.app import ENVELOPE
from sync.centre.centre import Centre, create_home, open_centre
from sync.centre.store import add
from sync.centre.writing import ROWS_PER_INSERT
from sync.suites import MODERN_1, KeyPair
from tests.centre_room import Room
from tests.postgres_server import PostgresServer, postgres

ROOT = Path(__file__).resolve().parent.parent

DURABLE = ("shared_buffers=512MB", "max_connections=200", "wal_compression=on", "max_wal_size=4GB")
LISTENING = re.compile(rb"Listening at: (http://\S+)")
NOW = "2026-11-21T09:12:03+08:00"
MATERIALS = 3  # photographs of an application


@dataclass
class Province:
    """The home of a centre on a PostgreSQL that writes to a disk."""

    home: Path
    database: PostgresServer
    address: str

    def open(self) -> Centre:
        return open_centre(self.home)

    def beside(self, name: str) -> Province:
        """Another one from nothing, on the same server; it goes with this one."""
        home, address = self.home.with_name(name), self.database.address(self.database.create())
        create_home(home)
        use_database(home, address)
        return Province(home, self.database, address)

    @contextmanager
    def on_sqlite(self) -> Iterator[Centre]:
        """A centre with the same rows in an encrypted file, as it is without any setting."""
        home = self.home.with_name(f"{self.home.name}-sqlite")
        create_home(home)
        theirs, ours = self.open(), open_centre(home)
        try:
            with theirs.store.read() as source, ours.store.write() as target:
                copy_rows(source, target)
            theirs.store.close()
            yield ours
        finally:
            ours.close()


def copy_rows(source: Connection, target: Connection) -> None:
    """Every row of every table; whatever stood there goes."""
    for table in reversed(tables.metadata.sorted_tables):
        target.execute(delete(table))
    for table in tables.metadata.sorted_tables:
        with source.execute(select(table), execution_options={"yield_per": ROWS_PER_INSERT}) as found:
            for rows in found.mappings().partitions():
                add(target, table, rows)


@contextmanager
def province(*settings: str) -> Iterator[Province]:
    """A new one, from nothing; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="yizhan-province-"))
    try:
        create_home(folder / "centre")
        with postgres(*DURABLE, *settings, on_disk=True) as server, server.database() as address:
            use_database(folder / "centre", address)
            yield Province(folder / "centre", server, address)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Gunicorn:
    """A running server: its address, and the process ids of its workers."""

    url: str
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(one) for one in found.split()]

    def megabytes_each(self) -> float:
        """The largest share of memory of a worker: its own pages, and its part of those that it shares (PSS)."""
        return max(_pss_kib(pid) for pid in self.workers()) / 1024


def _pss_kib(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:")))


@contextmanager
def gunicorn(home: Path, *, workers: int = 2, threads: int = 8, backlog: int = 2048) -> Iterator[Gunicorn]:
    """The command of the manual, on a port that the system chooses."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(workers)]
    command += ["--threads", str(threads), "--backlog", str(backlog), "--bind", "127.0.0.1:0", "--timeout", "60"]
    command += ["--graceful-timeout", "5", f'sync.centre.wsgi:centre("{home}")']
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log)
        try:
            url = _listening(process, log)
            while not _answers(url):
                _must_run(process, log)
            yield Gunicorn(url, process)
        finally:
            process.terminate()
            process.wait(30)


def _listening(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    while True:
        _must_run(process, log)
        found = LISTENING.search(os.pread(log.fileno(), 1 << 16, 0))
        if found:
            return found[1].decode()


def _must_run(process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.05)
        raise RuntimeError(os.pread(log.fileno(), 1 << 16, 0).decode())


def _answers(url: str) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return get(url, "/healthz")[0] == 200
    return False


def get(url: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Rooms:
    """Rooms that are enrolled with one pair of keys, so that a number of them costs little."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.sign: KeyPair = MODERN_1.sign_keys()
        self.box: KeyPair = MODERN_1.box_keys()

    def enrol(self, first: int, count: int) -> list[str]:
        """Their node ids: five counties' worth of numbers, one after the other."""
        nodes = [f"{522400 + place // 9000:06d}{place % 9000 + 1:04d}" for place in range(first, first + count)]
        with self.centre.store.write() as tx:
            add(tx, tables.node, [self._row(node) for node in nodes])
        return nodes

    def _row(self, node: str) -> dict[str, str]:
        up, down = str(Head.start("node", node)), str(Head.start("centre", node))
        keys = {"sign_key": self.sign.public.hex(), "box_key": self.box.public.hex(), "bound_at": NOW}
        return {"node_id": node, "name": f"{node}警务室", "enrolled_at": NOW, "up_head": up, "down_head": down,
                "down_seen": down, **keys}  # fmt: skip  # a table

    def room(self, node: str) -> Room:
        own = self.centre.identity.newest
        file = {"node": node, "centre_sign_key": own.sign.public.hex(), "centre_box_key": own.box.public.hex()}
        return Room(file, self.sign, self.box)

    def batches(self, node: str, count: int, applications: int) -> list[bytes]:
        """So many sealed batches, one continuing the other, of so many applications with two events each."""
        room, made = self.room(node), []
        for number in range(count):
            for serial in range(number * applications + 1, (number + 1) * applications + 1):
                room.file_one(serial, materials=photographs(node, serial))
                room.write("identity.verified", {"method": "officer"}, serial)
            made.append(room.batch(first=2 * applications * number + 1))
        return made


def photographs(node: str, serial: int) -> list[dict[str, Any]]:
    digests = (hashlib.sha256(f"{node}/{serial}/{place}".encode()).hexdigest() for place in range(MATERIALS))
    kept = {"size": 150_000, "media_type": "image/jpeg", "name": "照片.jpg", "slot": "residence-proof"}
    return [{"sha256": digest, **kept} for digest in digests]


class Caller:
    """One kept connection that posts batches."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def post(self, node: str, body: bytes) -> int:
        self._connection.request("POST", f"/sync/v1/{node}", body, {"Content-Type": ENVELOPE})
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        self._connection.close()


__all__ = ["Caller", "Gunicorn", "Province", "Rooms", "get", "gunicorn", "province"]
