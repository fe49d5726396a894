"""Real processes over a bad network: nodes and a centre as they are installed, a proxy that spoils half of all
connections, and kill -9 on both ends. At the end the logs have to be the same, byte by byte.

    python tests/chaos.py --events 50000 --nodes 4 --json
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(path) for path in (ROOT / "tests", ROOT) if str(path) not in sys.path]

from programs import CHEAP, run  # noqa: E402 - also run as a script, which has to find the packages first
from service_for_tests import SERVICE  # noqa: E402

from edge import definitions, heads, log, verify  # noqa: E402
from edge.clock import SystemClock  # noqa: E402
from edge.database import Database, read_key  # noqa: E402
from edge.node import open_node  # noqa: E402
from forms import definition as files  # noqa: E402
from forms.events import to_json  # noqa: E402
from sync.centre import log as centre_log  # noqa: E402
from sync.centre import verification  # noqa: E402
from sync.centre.centre import open_centre  # noqa: E402
from tests.lifecycle_data import filed  # noqa: E402

BAD_SHARE = 0.5
CLEAN_BYTES_MAX = 400_000  # then a clean connection ends too, so that chance decides anew
LOOK_EVERY_S = 1.0
KILL_EVERY_S = (6.0, 15.0)  # a program takes some seconds to start
KILLS_RARER = 1.1  # after each of the later ones: on a busy machine a program needs longer to start than between two
EVENTS_EACH = 5  # of an application
PATIENCE_S = 3600
DEFINITION = files.build(SERVICE, "d" * 64)
_LETTERS = str.maketrans("01", "AB")

pause = threading.Event().wait


class Proxy:
    """Passes connections on and spoils half of them: cut, delayed, truncated or corrupted, in either direction."""

    def __init__(self, target_port: int, seed: int) -> None:
        self._target_port = target_port
        self._rng = random.Random(seed)
        self.fates: Counter[str] = Counter()
        self.bytes = 0
        self._closed = asyncio.Event()
        self._ends: set[asyncio.StreamWriter] = set()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    def _serve(self, ready: threading.Event) -> None:
        asyncio.run(self._until_closed(ready))

    async def _until_closed(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._closed.wait()
        server.close()
        for end in self._ends:  # a socket left open would be found by whichever test runs when it is collected
            end.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        rng = self._rng
        fate = rng.choice(("cut", "delayed", "truncated", "corrupted")) if rng.random() < BAD_SHARE else "clean"
        self.fates[fate] += 1
        up = rng.random() < 0.5
        at = rng.randrange(1, 20_000 if up else 3_000)
        try:
            there = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            self._end(writer)
            return
        self._ends.add(there[1])
        ways = [(reader, there[1], fate if up else ""), (there[0], writer, fate if not up else "")]
        await asyncio.gather(
            *(self._pass(source, sink, fate, bad, at) for source, sink, bad in ways), return_exceptions=True
        )
        self._end(writer, there[1])

    def _end(self, *ends: asyncio.StreamWriter) -> None:
        for end in ends:
            end.close()
        self._ends.difference_update(ends)

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fate: str, bad: str, at: int
    ) -> None:
        passed = 0
        with contextlib.suppress(ConnectionError):
            while data := await source.read(4096):
                self.bytes += len(data)
                if bad == "delayed" and passed <= at:
                    await asyncio.sleep(self._rng.uniform(0.1, 1.5))
                if bad == "corrupted" and passed <= at < passed + len(data):
                    place = at - passed
                    data = data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :]
                if bad in ("cut", "truncated") and passed + len(data) > at:
                    sink.write(data[: at - passed] if bad == "truncated" else b"")
                    break
                passed += len(data)
                sink.write(data)
                await sink.drain()
                if fate == "clean" and passed > CLEAN_BYTES_MAX:
                    break
        if bad == "cut":
            sink.transport.abort()
        sink.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._closed.set)
        self._thread.join()


class Program:
    """A serving command that is killed and started again."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self.kills = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "edge", *self._words, "--json"]
        environment = os.environ | CHEAP | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()

    def kill(self) -> None:
        self.end(signal.SIGKILL)
        self.kills += 1
        self.start()


def node_id(index: int) -> str:
    return f"52242500{index + 11:02d}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make(folder: Path, nodes: int, proxy_port: int, centre_port: int) -> tuple[Path, list[Path]]:
    """Homes of a centre and of nodes that look for it behind the proxy."""
    centre = folder / "centre"
    must(run("centre", "init", "--home", centre))
    with (centre / "centre.toml").open("a", encoding="utf-8") as file:
        file.write(f"port = {centre_port}\n")
    homes = []
    for index in range(nodes):
        home, out = folder / f"node{index}", folder / f"enrolment{index}.json"
        url = f"http://127.0.0.1:{proxy_port}"
        must(
            run(
                "centre",
                "enrol",
                node_id(index),
                "--name",
                "大坪村警务室",
                "--url",
                url,
                "--home",
                centre,
                "--out",
                out,
            )
        )
        must(run("init", "--home", home, "--enrolment", out))
        text = (home / "node.toml").read_text(encoding="utf-8")
        (home / "node.toml").write_text(
            f"sync_interval_s = 1\nsync_retry_max_s = 2\nsync_spread_s = 0\n{text}", encoding="utf-8"
        )
        homes.append(home)
    return centre, homes


def must(done: tuple[int, str, str]) -> None:
    if done[0]:
        raise RuntimeError(done[2][-2000:])


def fill(home: Path, events: int, first: int) -> None:
    """Write applications of several events each, past the form, a hundred in one transaction."""
    node = open_node(home)
    service = {"id": DEFINITION.id, "version": DEFINITION.version, "digest": DEFINITION.digest}
    for start in range(first, first + events // EVENTS_EACH, 100):
        with node.database.write() as tx:
            definitions.keep(tx, DEFINITION)
            for serial in range(start, min(start + 100, first + events // EVENTS_EACH)):
                number = f"{node.settings.node_id}1{serial:05d}0"
                receipt = {"token": f"{serial:025b}".translate(_LETTERS) + "Z", "code": f"{serial:06d}"}
                answers = {"applicant": {"name": "王秀梅", "phone": f"139{serial:08d}"}}
                log.append(
                    tx, "application.filed", number, filed(service=service, receipt=receipt, answers=answers), "kiosk"
                )
                for _ in range(EVENTS_EACH - 1):
                    log.append(tx, "identity.verified", number, {"method": "officer"}, "officer:li.guoqing")
                heads.project(tx, number)
    node.close()


def unsent(home: Path) -> int:
    database = Database(home / "data" / "node.db", read_key(home / "node.key"), SystemClock())
    try:
        with database.read() as tx:
            return log.unsent(tx)
    finally:
        database.close()


def at_rest(program: Program, home: Path) -> bool:
    """Whether the centre has all that this node wrote; asked again when it has ended, and can write nothing of its own."""
    if unsent(home):
        return False
    program.end(signal.SIGTERM)
    if not unsent(home):
        return True
    program.start()
    return False


def lines(home: Path, centre_home: Path) -> tuple[int, int, int, int, bool]:
    """(events lost, doubled, at the node, of applications among these, whether both logs are the same bytes)."""
    node, centre = open_node(home), open_centre(centre_home)
    try:
        with node.database.read() as ours, centre.store.read() as theirs:
            events = list(log.all_of(ours, "node"))
            here = [to_json(event, "node") for event in events]
            there = [to_json(event, "node") for event in centre_log.walk(theirs, node.settings.node_id, "node")]
            down = [to_json(event, "centre") for event in log.all_of(ours, "centre")]
            own = [to_json(event, "centre") for event in centre_log.walk(theirs, node.settings.node_id, "centre")]
        whole = not verify.verify(node.database).faults
        lost, doubled = len(set(here) - set(there)), len(there) - len(set(there))
        of_applications = sum(1 for event in events if event.application)
        return lost, doubled, len(here), of_applications, whole and (here, down) == (there, own)
    finally:
        node.close()
        centre.close()


def chaos(
    folder: Path,
    events: int,
    nodes: int,
    *,
    seed: int = 1,
    live: int = 0,
    kill_every_s: tuple[float, float] = KILL_EVERY_S,
) -> dict[str, Any]:
    """Run until everything is acked; `live`: so many more events of each node are written while everything runs."""
    centre_port = free_port()
    proxy = Proxy(centre_port, seed)
    rng = random.Random(seed)
    centre, homes = make(folder, nodes, proxy.port, centre_port)
    for home in homes:
        fill(home, events // nodes, 1)
    programs = [Program("centre", "serve", "--home", str(centre))]
    programs += [Program("serve", "--home", str(home), "--port", "0") for home in homes]
    started = time.monotonic()
    for program in programs:
        program.start()
    filled, kill_at, rarer = 0, started + kill_every_s[0], 1.0
    due = [program for program in programs for _ in range(2)]  # each of them twice, in any order; then whoever it is
    rng.shuffle(due)
    try:
        while filled < live or due or not all(at_rest(*one) for one in zip(programs[1:], homes, strict=True)):
            pause(LOOK_EVERY_S)
            if time.monotonic() > kill_at:
                (due.pop() if due else rng.choice(programs)).kill()
                rarer *= 1.0 if due else KILLS_RARER
                kill_at = time.monotonic() + rarer * rng.uniform(*kill_every_s)
            if filled < live:
                for home in homes:
                    fill(home, 50, 80_000 + filled)
                filled += 50
            if time.monotonic() - started > PATIENCE_S:
                raise TimeoutError(f"{[unsent(home) for home in homes]} events are still unsent")
        seconds = time.monotonic() - started
    finally:
        for program in programs:
            program.end(signal.SIGTERM)
        proxy.close()
    found = [lines(home, centre) for home in homes]
    opened = open_centre(centre)
    whole = verification.verify(opened)["whole"]
    opened.close()
    bad = sum(count for fate, count in proxy.fates.items() if fate != "clean")
    return {
        "events": sum(one[2] for one in found),
        "of_applications": sum(one[3] for one in found),
        "nodes": nodes,
        "seconds": round(seconds, 1),
        "lost": sum(one[0] for one in found),
        "doubled": sum(one[1] for one in found),
        "identical": all(one[4] for one in found) and whole,
        "kills_centre": programs[0].kills,
        "kills_nodes": sum(program.kills for program in programs[1:]),
        "connections": sum(proxy.fates.values()),
        "bad_connections": bad,
        "bytes": proxy.bytes,
    }


def main() -> int:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("--live", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as made:
        found = chaos(Path(made), given.events, given.nodes, seed=given.seed, live=given.live)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0 if found["identical"] and not found["lost"] and not found["doubled"] else 1


if __name__ == "__main__":
    sys.exit(main())
