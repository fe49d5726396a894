"""Patroni of Debian's package with three nodes and an etcd, on ports of its own; it ends with whoever made it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.postgres_server import as_nobody, programs

MEMBERS = 3
BEGIN_S, SWITCH_S = 60.0, 120.0
TTL_S, LOOP_S, RETRY_S = 20, 5, 5  # as the operations chapter sets them
NEEDED = ("patroni", "etcd")
HINT = "Patroni and etcd are needed: sh packaging/cluster.sh"


@dataclass
class Member:
    """One machine of the cluster, as far as one machine can be three."""

    name: str
    folder: Path
    port: int
    rest: int
    process: subprocess.Popen[bytes]

    def role(self) -> str:
        """What it says of itself; "" while it says nothing."""
        with suppress(OSError, ValueError):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/patroni", timeout=2) as answer:
                found: dict[str, Any] = json.load(answer)
            return str(found.get("role", "")) if found.get("state") == "running" else ""
        return ""

    def kill(self) -> None:
        """As when the machine loses its power: Patroni, PostgreSQL and each of its processes at once."""
        found = [self.process.pid, *_with_children(self._postmaster())]
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Without waiting for what is written to be settled: nothing of it is needed any more."""
        self.kill()

    def begin(self) -> None:
        with (self.folder / "patroni.log").open("ab") as log:
            self.process = subprocess.Popen(
                _command(self.folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        address = f"host=127.0.0.1 port={self.port} user=nobody dbname={database} connect_timeout=3"
        with psycopg.connect(address, autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def _postmaster(self) -> int:
        with suppress(OSError, ValueError, IndexError):
            return int((self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        return 0


@dataclass
class Cluster:
    """The members; `address` names all of them, as the operations chapter has it."""

    members: list[Member]

    def address(self, name: str) -> str:
        hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in self.members)
        return f"postgresql://nobody@/{name}?{hosts}&target_session_attrs=read-write"

    def leader(self) -> Member | None:
        return next((one for one in self.members if one.role() in {"master", "primary"}), None)

    def standing(self) -> bool:
        """One leads, the others follow, and one of those holds whatever is acknowledged."""
        leader = self.leader()
        if leader is None or sorted(one.role() for one in self.members if one is not leader) != ["replica"] * 2:
            return False
        with suppress(psycopg.Error):
            states = [row[0] for row in leader.execute("SELECT sync_state FROM pg_stat_replication")]
            return len(states) == MEMBERS - 1 and "sync" in states
        return False

    def create(self) -> str:
        """A new database; its name."""
        leader, name = self.leader(), f"y{secrets.token_hex(6)}"
        assert leader is not None
        leader.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        return name


def free_ports(count: int) -> list[int]:
    """So many that nobody listens on now."""
    with ExitStack() as held:
        found = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in found]


def until(true: Callable[[], object], seconds: float, what: str) -> float:
    """Ask again and again until it is; how long that took, in seconds. Raises RuntimeError."""
    begun, over = time.monotonic(), threading.Event()
    while not true():
        if time.monotonic() - begun > seconds:
            raise RuntimeError(f"not after {seconds:.0f} s: {what}")
        over.wait(0.2)
    return time.monotonic() - begun


def differences(sent: Iterable[tuple[Any, ...]], held: Iterable[tuple[Any, ...]]) -> int:
    """How many of what was sent are not held, or otherwise."""
    there = set(held)
    return sum(row not in there for row in sent)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Three nodes on one disk, with a synchronous standby; gone at the end."""
    if not all(shutil.which(name) for name in NEEDED):
        raise RuntimeError(HINT)
    folder = own_folder(Path(tempfile.mkdtemp(prefix="yizhan-patroni-")))
    members: list[Member] = []
    ports = free_ports(2 + 2 * MEMBERS)
    etcd = _etcd(folder, ports[0], ports[1])
    try:
        for place in range(MEMBERS):
            port, rest = ports[2 + 2 * place : 4 + 2 * place]
            home = own_folder(folder / f"db{place + 1}")
            (home / "patroni.json").write_text(json.dumps(_settings(home, port, rest, ports[0])))
            members.append(Member(home.name, home, port, rest, etcd))
            members[-1].begin()
        found = Cluster(members)
        until(found.standing, BEGIN_S, f"a cluster of {MEMBERS}: {folder}")
        yield found
    finally:
        for one in members:
            one.end()
        etcd.kill()
        etcd.wait()
        shutil.rmtree(folder, ignore_errors=True)


def own_folder(path: Path) -> Path:
    """A folder that PostgreSQL's user may write, who is nobody where the tests run as root."""
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
    if not os.getuid():
        shutil.chown(path, "nobody", "nogroup")
    return path


def _etcd(folder: Path, client: int, peer: int) -> subprocess.Popen[bytes]:
    url, own = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    command = [*as_nobody(), "etcd", "--name", "e1", "--data-dir", str(folder / "etcd"), "--listen-client-urls", url]
    command += ["--advertise-client-urls", url, "--listen-peer-urls", own, "--initial-advertise-peer-urls", own]
    command += ["--initial-cluster", f"e1={own}", "--logger", "zap"]
    with (folder / "etcd.log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)


def _command(folder: Path) -> list[str]:
    # the system's Python: the package's modules are its own
    return [*as_nobody(), "/usr/bin/python3", "/usr/bin/patroni", str(folder / "patroni.json")]


def _settings(folder: Path, port: int, rest: int, etcd: int) -> dict[str, Any]:
    own, trusted = f"127.0.0.1:{port}", ["local all all trust", "host all all 127.0.0.1/32 trust"]
    user = {"username": "nobody", "password": "-"}
    limits = {"max_connections": 100, "shared_buffers": "64MB", "synchronous_commit": "on", "max_wal_size": "1GB"}
    dcs = {"ttl": TTL_S, "loop_wait": LOOP_S, "retry_timeout": RETRY_S, "synchronous_mode": True}
    initdb = [{"encoding": "UTF8"}, {"locale": "C"}, {"auth": "trust"}, "data-checksums"]
    return {
        "scope": "yizhan",
        "name": folder.name,
        "restapi": {"listen": f"127.0.0.1:{rest}", "connect_address": f"127.0.0.1:{rest}"},
        "etcd3": {"host": f"127.0.0.1:{etcd}"},
        "bootstrap": {
            "dcs": dcs | {"postgresql": {"use_pg_rewind": True, "parameters": limits}},
            "initdb": initdb,
        },
        "postgresql": {
            "listen": own,
            "connect_address": own,
            "data_dir": str(folder / "data"),
            "bin_dir": str(programs()),
            "pgpass": str(folder / "pgpass"),
            "parameters": {"unix_socket_directories": str(folder)},
            "pg_hba": [*trusted, "host replication all 127.0.0.1/32 trust"],
            "authentication": {"superuser": user, "replication": user, "rewind": user},
        },
    }


def _with_children(pid: int) -> list[int]:
    """A process and those that it has begun."""
    if not pid:
        return []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *map(int, children)]
