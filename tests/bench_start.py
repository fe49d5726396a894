"""Start and memory of the node beside a bare Flask + APScheduler + sqlite-utils process, in one run.

Both are started in turn from this interpreter, and timed from the start of the process to the first page with status 200.
Modules are compiled beforehand, as pip compiles what it installs.
Memory is read when it has stopped growing: PSS shares the pages of libraries that two processes use, RSS counts them twice.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench_start_peak

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
START_S_MAX = 60
STEP_S = 0.005
SETTLE_S = 1.0
MEGABYTE = 1_000_000
YIZHAN = Path(sys.executable).with_name("yizhan")

BARE = """
import sys
import flask, sqlite_utils
from apscheduler.schedulers.background import BackgroundScheduler

db = sqlite_utils.Database(sys.argv[2])
db["visit"].insert({"id": 1, "n": 0}, pk="id", ignore=True)
app = flask.Flask("bare")
scheduler = BackgroundScheduler()
scheduler.add_job(lambda: None, "interval", seconds=60)
scheduler.start()

@app.get("/")
def page():
    return flask.render_template_string("<h1>{{ n }}</h1>", n=sqlite_utils.Database(sys.argv[2])["visit"].count)

app.run("127.0.0.1", int(sys.argv[1]))
"""

pause = threading.Event().wait


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=START_S_MAX) as page:
            return page.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


@contextlib.contextmanager
def started(command: list[str], url: str, environment: dict[str, str]) -> Iterator[tuple[int, float]]:
    """The process id and the seconds from its start to its first page; the process is ended afterwards."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(url):
            if process.poll() is not None or time.perf_counter() - begin > START_S_MAX:
                raise RuntimeError(f"{command[:3]} did not answer at {url} (exit code {process.poll()})")
            pause(STEP_S)
        yield process.pid, time.perf_counter() - begin
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=START_S_MAX)


def node(home: Path) -> contextlib.AbstractContextManager[tuple[int, float]]:
    port = free_port()
    command = [str(YIZHAN), "serve", "--home", str(home)]
    return started(command, f"http://127.0.0.1:{port}/kiosk/", {"YIZHAN_LISTEN_PORT": str(port)})


def bare(home: Path) -> contextlib.AbstractContextManager[tuple[int, float]]:
    port = free_port()
    command = [sys.executable, "-c", BARE, str(port), str(home / "bare.db")]
    return started(command, f"http://127.0.0.1:{port}/", {})


def memory(pid: int) -> tuple[float, float]:
    """RSS and PSS in MB once two readings a second apart agree to one percent."""
    last = -1.0
    while True:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        kib = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
        rss, pss = kib["Rss"] * 1024 / MEGABYTE, kib["Pss"] * 1024 / MEGABYTE
        if abs(rss - last) <= rss / 100:
            return rss, pss
        last = rss
        pause(SETTLE_S)


def processor_time(pid: int) -> float:
    """Seconds that a process has spent computing; hardly changed by what else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Starts:
    """Seconds from the start to the first page, and seconds of computing until then, of every round."""

    waited: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)

    def take(self, process: contextlib.AbstractContextManager[tuple[int, float]]) -> None:
        with process as (pid, seconds):
            self.waited.append(seconds)
            self.computed.append(processor_time(pid))

    def range(self) -> str:
        return f"median of {ROUNDS}, {min(self.waited):.2f} to {max(self.waited):.2f}"


def compile_modules() -> None:
    """What an installation has, also where PYTHONDONTWRITEBYTECODE keeps the processes from it."""
    for package in ("edge", "forms", "kiosk", "sync"):
        compileall.compile_dir(ROOT / package, quiet=1)


def starts(home: Path) -> tuple[Starts, Starts]:
    """Node and bare process in turn, so that both meet the same machine."""
    ours, theirs = Starts(), Starts()
    for _ in range(ROUNDS):
        ours.take(node(home))
        theirs.take(bare(home))
    return ours, theirs


def figure(name: str, value: float, unit: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, **more}


def figures() -> list[dict[str, Any]]:
    """The figures of the start and of the idle memory; the limits are the project's."""
    compile_modules()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        subprocess.run(
            [YIZHAN, "init", "--home", home, "--node", "5224250017", "--room", "大坪村警务室"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        ours, theirs = starts(home)
        with node(home) as (ours_pid, _), bare(home) as (theirs_pid, _):
            (rss, pss), (bare_rss, bare_pss) = memory(ours_pid), memory(theirs_pid)
        peaks = bench_start_peak.peaks(home)
    start, bare_start = statistics.median(ours.waited), statistics.median(theirs.waited)
    computed, bare_computed = statistics.median(ours.computed), statistics.median(theirs.computed)
    return [
        figure("start to first page", start, "s", beside=ours.range()),
        figure("start of the bare process", bare_start, "s", beside=theirs.range()),
        figure("start / bare start", start / bare_start, limit=1.5),
        figure("processor time until then", computed, "s", beside=f"bare {bare_computed:.2f} s"),
        figure("processor time / bare", computed / bare_computed),
        figure("idle memory, RSS", rss, "MB", limit=90, beside=f"bare {bare_rss:.1f} MB"),
        figure("idle memory, PSS", pss, "MB", beside=f"bare {bare_pss:.1f} MB"),
        figure("idle RSS / bare RSS", rss / bare_rss),
        figure("peak: logins and photographs of 12 megapixels at once", peaks[0], "MB", limit=180),
        figure("peak: the same with photographs that have to be turned", peaks[1], "MB", limit=180),
    ]
