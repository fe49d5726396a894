"""A real PostgreSQL of Debian's package, with a data directory and a socket of its own, which ends with whoever made it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PLACES = Path("/usr/lib/postgresql")
VERSION_MIN = 15
START_S = 30
# of what a test writes nothing has to outlive the machine; a measurement keeps what PostgreSQL does by itself
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SMALL = ("listen_addresses=", "shared_buffers=32MB", "max_connections=100", "max_wal_size=256MB")
HINT = "PostgreSQL 15 or newer is needed: sh packaging/postgresql.sh"


def programs() -> Path:
    """The folder of initdb and postgres; the newest that stands beside others."""
    found = {int(path.name): path / "bin" for path in PLACES.glob("*") if path.name.isdecimal()}
    new = [version for version in found if version >= VERSION_MIN and (found[version] / "initdb").exists()]
    if new:
        return found[max(new)]
    beside = shutil.which("initdb")
    if beside is None:
        raise RuntimeError(HINT)
    return Path(beside).resolve().parent


def as_nobody() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root; where the tests do, it gets a user of its own. It ends when we do."""
    plain = ("setpriv", "--pdeathsig", "INT")
    return plain if os.getuid() else (*plain, "--reuid", "nobody", "--regid", "nogroup", "--clear-groups")


class PostgresServer:
    """A running server; `database()` makes an empty database and `address` is how SQLAlchemy reaches one."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.process = folder, process

    def address(self, name: str) -> str:
        return f"postgresql://nobody@/{name}?host={self.folder}"

    def execute(self, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(f"host={self.folder} user=nobody dbname={name}", autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def create(self, template: str = "template0") -> str:
        """A new database, like another one where `template` names it; its name."""
        name = f"y{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a database for a while."""
        name = self.create(template)
        try:
            yield self.address(name)
        finally:
            self.drop(name)


@contextmanager
def postgres(*settings: str, on_disk: bool = False) -> Iterator[PostgresServer]:
    """A server for a while; `on_disk`, for measurements: nothing is answered before it has been written there."""
    folder = Path(tempfile.mkdtemp(prefix="yizhan-pg-", dir=None if on_disk else _short_and_fast()))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    if not os.getuid():
        shutil.chown(data, "nobody", "nogroup")
        shutil.chown(folder, "nobody", "nogroup")
    process = None
    try:
        _initialise(data)
        process = _start(folder, data, settings if on_disk else (*CARELESS, *settings))
        server = PostgresServer(folder, process)
        _wait(server)
        yield server
    finally:
        if process is not None:
            process.send_signal(2)  # SIGINT: break off what runs, write everything, end
            process.wait(START_S)
        shutil.rmtree(folder, ignore_errors=True)


def _short_and_fast() -> str | None:
    """A socket's path is short, and a test's database needs no disk; where the memory is small it lies in /tmp."""
    memory = Path("/dev/shm")
    return str(memory) if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30 else None


def _initialise(data: Path) -> None:
    command = [*as_nobody(), str(programs() / "initdb"), "--pgdata", str(data), "--username", "nobody"]
    command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr}")


def _start(folder: Path, data: Path, settings: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [*as_nobody(), str(programs() / "postgres"), "-D", str(data), "-k", str(folder)]
    command += [word for setting in (*SMALL, *settings) for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")


def _wait(server: PostgresServer) -> None:
    for _ in range(START_S * 20):
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if _ends_within(server.process, 0.05):
                break
        else:
            return
    raise RuntimeError((server.folder / "log").read_text(errors="replace"))


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
