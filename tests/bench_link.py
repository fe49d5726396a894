"""What carrying achieves over bad links: two real processes, a link of our own between two network namespaces.

    make proof ONLY=link          PROOF_LINK=drain,cuts,photo,behind,fast,nothing,peer chooses some
    PROOF_LINK_COUNT=200          fewer applications; figures are ratios, so the scale is in the text beside them
    PROOF_LINK_RUNS=1             how often a line is drained, each time with other packets lost; the middle one counts

Without root and /dev/net/tun the same runs go through a throttling proxy: that is said in each line. The measured
processes run before others (SCHED_RR) where that is allowed; else a busy machine is measured too. `sealed` is what the
envelopes of an undisturbed drain of the same applications add up to.

Where the time of a drain goes (1,000 applications at 64 kbit/s, 600 ms, 3 %: 24.9 s; their 164.6 kB alone: 20.6 s):

    connecting: TCP, then TLS 1.3                             1.4 s    6.6 %
    the last answer: two ways, the centre's disk              0.8 s    3.8 %
    headers of TCP and IP, 9.0 kB                             1.1 s    5.5 %
    lost packets, sent again by TCP, 4.1 kB                   0.5 s    2.5 %
    lines of HTTP, 2.9 kB; TLS, 1.5 kB                        0.6 s    2.7 %

The first two don't grow with the applications; without them 1.11 is left of 1.21. Nothing of the rest can go while packets of
1,400 bytes carry it. A break takes what the line holds (4.8 kB) and half an envelope (4 kB), 5 % of these applications: one cut
comes to some 10 % with what is noticed late, a cut and two kills can't come to less than 16 %.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bad_link
import bad_proxy
import link_certificate
import link_table

from edge import node as node_module
from edge.node import open_node
from edge.sample.story import HandOver
from sync.centre.centre import create_home, open_centre
from sync.push import Push
from tests import sync_pair

HERE = Path(__file__).resolve().parent
Figure = dict[str, Any]
COUNT = int(os.environ.get("PROOF_LINK_COUNT", "1000"))
RUNS = int(os.environ.get("PROOF_LINK_RUNS", "3"))
SLOW = ("--rate", "64000", "--delay", ".3", "--loss", ".03")
FAST = ("--rate", "512000", "--delay", ".325", "--loss", ".01")
PORT = 8600
PEER_COUNT = 60
NAMESPACES = bad_link.usable()
PAUSE = threading.Event().wait  # a real link is measured in real time


def take_precedence(process: subprocess.Popen[str]) -> None:
    """Before other work on this machine, where that is allowed: a line is measured, and not who else is busy."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(process.pid, os.SCHED_RR, os.sched_param(1))


class End:
    """One of the processes; the lines that it says, each with the time at which it was read."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        take_precedence(self.process)
        self.lines: list[dict[str, Any]] = []
        self._fresh: queue.Queue[dict[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        if self.process.stdout is not None:
            for line in self.process.stdout:
                found = json.loads(line)
                self.lines.append(found)
                self._fresh.put(found)

    def tell(self, words: str) -> None:
        if self.process.stdin is not None:
            self.process.stdin.write(words + "\n")
            self.process.stdin.flush()

    def wait(self, wanted: Callable[[dict[str, Any]], bool], patience_s: float = 400) -> dict[str, Any]:
        """The next line that fits. Raises queue.Empty when none came in time."""
        end = time.monotonic() + patience_s
        while True:
            line = self._fresh.get(timeout=max(0.01, end - time.monotonic()))
            if wanted(line):
                return line

    def total(self, name: str) -> int:
        return sum(line.get(name, 0) for line in self.lines)

    def kill(self) -> None:
        """Its lines can be read whole afterwards; again is harmless."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._thread.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class Room:
    """A centre and a room in a folder, and their processes at both ends of a link."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.host = bad_link.ADDRESS["b"] if NAMESPACES else "127.0.0.1"
        self.port = PORT if NAMESPACES else 0  # 0: one that is free, and stays
        self.begin_cuts: Callable[[], None] = lambda: None
        self.lead_to: Callable[[int], None] = lambda _: None
        self.ends: list[End] = []

    def make(self, port: int) -> None:
        """Both homes; the node reaches its centre at `port`."""
        centre_home, home = self.folder / "centre", self.folder / "node"
        create_home(centre_home)
        link_certificate.write_certificate(centre_home, self.host)
        keys = {"centre_ca": "root.pem", "sync_spread_s": 0, "sync_interval_s": 2}
        node_module.create_home(
            home, sync_pair.NODE, "石门乡警务室", password_memory_kib=8192, password_passes=1, **keys
        )
        shutil.copy(centre_home / "root.pem", home / "root.pem")
        centre, node = open_centre(centre_home), open_node(home)
        sync_pair.give_enrolment(node, centre, f"https://{self.host}:{port}")
        Push(node, HandOver(centre)).drain()  # a room is enrolled once; what is measured is every other day
        node.close()
        centre.close()

    def centre(self) -> End:
        end, said = self._start("b", "centre", str(self.folder / "centre"), self.host, str(self.port))
        self.port = int(said["port"])
        self.lead_to(self.port)
        return end

    def node(self) -> End:
        return self._start("a", "node", str(self.folder / "node"))[0]

    def _start(self, side: str, *words: str) -> tuple[End, dict[str, Any]]:
        within = bad_link.within(self.name, side) if NAMESPACES else []
        end = End([*within, sys.executable, str(HERE / "link_ends.py"), *words])
        self.ends.append(end)
        return end, end.wait(lambda line: "ready" in line, 60)

    def total(self, name: str) -> int:
        return sum(end.total(name) for end in self.ends)

    def end(self) -> None:
        for end in self.ends:
            end.kill()


@contextmanager
def room(*options: str) -> Iterator[Room]:
    """A room and its centre with a bad link between them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yizhan-link-")))
        made = Room(folder, f"yz{os.getpid() % 10_000}")
        if NAMESPACES:
            link = stack.enter_context(bad_link.link(made.name, *options))
            take_precedence(link)
            made.begin_cuts = lambda: link.send_signal(signal.SIGUSR1)
            made.make(PORT)
        else:
            line = stack.enter_context(bad_proxy.proxy(*options))
            made.begin_cuts, made.lead_to = line.begin_cuts, line.lead_to
            made.make(line.port)
        stack.callback(made.end)
        yield made


def drain(*options: str, count: int = COUNT, kills: bool = False) -> dict[str, float]:
    """File so many applications before the link is used, and carry them all."""
    with room(*options) as pair:
        pair.centre()
        node = pair.node()
        node.tell(f"file {count}")
        node.wait(lambda line: "filed" in line)
        pair.begin_cuts()
        began = time.monotonic()
        node.tell("carry")
        if kills:
            node = _kill_both(pair, node, began)
        node.wait(lambda line: line.get("acked", 0) >= count and not line["unsent"])  # a kill opens a ticket
        seconds = time.monotonic() - began
        node.tell("quit")
        node.process.wait(120)
        held, events = _held(pair)
        return {
            "seconds": seconds,
            "sealed": pair.total("up"),
            "handed": pair.total("handed"),
            "down": pair.total("down"),
            "lost": count - held,
            "count": count,
            "twice": max(0, pair.total("events") - events),  # a centre that was killed may not have said what it took
        }


def drains(*options: str, kills: bool = False) -> list[dict[str, float]]:
    """The same line several times: which packets are lost is chance, and a run of half a minute loses five or six."""
    return [drain(*options, "--seed", str(seed), kills=kills) for seed in range(1, RUNS + 1)]


def _kill_both(pair: Room, node: End, began: float) -> End:
    """kill -9 the node at 14 s and the centre at 36 s, or when half has arrived if that is earlier."""
    PAUSE(max(0.0, 14 - (time.monotonic() - began)))
    node.kill()
    node = pair.node()
    node.tell("carry")
    PAUSE(max(0.0, 36 - (time.monotonic() - began)))
    pair.ends[0].kill()
    pair.centre()
    return node


def _held(pair: Room) -> tuple[int, int]:
    """How many applications the centre holds, each once, and how many events; its log is checked whole."""
    from sqlalchemy import func, select

    from sync.centre import tables

    for end in pair.ends:
        end.kill()
    centre = open_centre(pair.folder / "centre")
    with centre.store.read() as tx:
        found = tx.execute(select(func.count()).select_from(tables.application)).scalar_one()
        kinds = select(tables.event.c.kind, func.count()).where(tables.event.c.side == "node").group_by("kind")
        events = {row[0]: int(row[1]) for row in tx.execute(kinds)}
    centre.close()
    if events["application.filed"] != found:
        raise RuntimeError(f"{events} for {found} applications")
    return int(found), sum(events.values())


def photo(*options: str) -> float:
    """Seconds from the start until an incompressible material of 300 kB is held whole."""
    with room(*options) as pair:
        pair.centre()
        node = pair.node()
        node.tell("photo 1")
        node.wait(lambda line: "photo" in line)
        pair.begin_cuts()
        began = time.monotonic()
        node.tell("carry")
        node.wait(lambda line: line.get("materials") == 0)
        return time.monotonic() - began


def behind(*options: str, samples: int = 8) -> list[float]:
    """Seconds from filing to the ack of an application, while three materials of 300 kB go up."""
    with room(*options) as pair:
        pair.centre()
        node = pair.node()
        for seed in (1, 2, 3):
            node.tell(f"photo {seed}")
        node.tell("carry")
        node.wait(lambda line: line.get("acked", 0) >= 3)  # the room may tell of itself beside them
        found = []
        for place in range(samples):
            PAUSE(6 + 0.37 * place)
            node.tell(f"urgent {100 + place}")
            seq = node.wait(lambda line: "urgent" in line)
            wanted = int(seq["urgent"])
            acked = node.wait(lambda line, wanted=wanted: line.get("acked", 0) >= wanted)  # type: ignore[misc]  # bound
            found.append(acked["at"] - seq["at"])
        return found


def peer(*options: str, count: int = PEER_COUNT) -> float:
    """Seconds a record for POST per record, gzip, keep-alive, over the same TLS."""
    with room(*options) as pair:
        pair.centre()
        within = bad_link.within(pair.name, "a") if NAMESPACES else []
        command = [*within, sys.executable, str(HERE / "link_peer.py"), pair.host, str(pair.port), str(count)]
        command.append(str(pair.folder / "node" / "root.pem"))
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(json.loads(done.stdout)["seconds"]) / count


def pouch(*options: str, count: int = PEER_COUNT) -> tuple[float, str]:
    """Seconds a record for PouchDB, or 0 and why it was not measured. Its server speaks no TLS, so this goes without."""
    import link_pouch

    if not NAMESPACES:
        return 0.0, "needs the link between namespaces"
    modules = link_pouch.installed()
    if modules is None:
        return 0.0, "npm could not bring it"
    with room(*options) as pair:
        server = link_pouch.serve(modules, bad_link.within(pair.name, "b"), pair.host, PORT)
        try:
            seconds = link_pouch.replicate(modules, bad_link.within(pair.name, "a"), pair.host, PORT, count)
        finally:
            server.kill()
            server.wait()
    return seconds / count, f"scaled from {count} records, batches of 25, no TLS, in memory on both ends"


def nothing_new(past: int) -> dict[str, float]:
    """Requests, sealed bytes and seconds of a round with nothing new, after `past` events were carried."""
    import link_past

    return link_past.measure(past)


def figures() -> list[Figure]:
    chosen = os.environ.get("PROOF_LINK", "drain,fast,cuts,photo,behind,nothing,peer,pouch").split(",")
    how = "" if NAMESPACES else "proxy, no loss (no root or /dev/net/tun); "
    found: list[Figure] = []
    clean: list[dict[str, float]] = []
    if {"drain", "cuts"} & set(chosen):
        clean = drains(*SLOW)
        found += link_table.drained("64 kbit/s 600 ms 3 %", clean, 8_000, how, 1.2)
    if "fast" in chosen:
        found += link_table.drained("512 kbit/s 650 ms 1 %", drains(*FAST), 64_000, how)
    if "cuts" in chosen:
        cuts = ("--cut", f"{link_table.CUT_PERIOD_S},{link_table.CUT_S}")
        found += link_table.cuts("with cuts", drains(*SLOW, *cuts), clean, how)
        found += link_table.cuts("with cuts and kill -9 on both ends", drains(*SLOW, *cuts, kills=True), clean, how)
    if "photo" in chosen:
        seconds = photo(*SLOW, "--cut", f"{link_table.CUT_PERIOD_S},{link_table.CUT_S}")
        found.append(
            {
                "name": "300 kB through 20 s windows",
                "value": round(seconds, 1),
                "unit": "s",
                "limit": 80,
                "beside": how + "bytes that no encoder makes smaller",
            }
        )
    if "behind" in chosen:
        times = sorted(behind(*SLOW))
        beside = f"{how}{len(times)} samples, median {times[len(times) // 2]:.1f} s"
        found.append(
            {
                "name": "event behind three of them",
                "value": round(times[-1], 2),
                "unit": "s",
                "limit": 3,
                "beside": beside,
            }
        )
    if "nothing" in chosen:
        found += _nothing()
    if "peer" in chosen:
        each = peer(*SLOW)
        beside = f"{how}scaled from {PEER_COUNT} records"
        found.append(
            {
                "name": "POST per record, gzip, keep-alive",
                "value": round(each * COUNT, 0),
                "unit": "s",
                "beside": beside,
            }
        )
    if "pouch" in chosen:
        each, beside = pouch(*SLOW)
        found.append(
            {"name": "PouchDB to pouchdb-server", "value": round(each * COUNT, 0), "unit": "s", "beside": beside}
        )
    return found


def _nothing() -> list[Figure]:
    many = int(os.environ.get("PROOF_LINK_PAST", "1000000"))
    few, lot = (nothing_new(past) for past in (1_000, many))
    found: list[Figure] = [
        {
            "name": f"nothing new after {past:,} events",
            "value": run["bytes"],
            "unit": "B",
            "limit": 1024,
            "beside": f"{run['requests']:.0f} round trip, both ways, sealed; {1000 * run['seconds']:.0f} ms",
        }
        for past, run in ((1_000, few), (many, lot))
    ]
    times = f"of the bytes; of the time {lot['seconds'] / few['seconds']:.2f}, of the round trips {lot['requests'] / few['requests']:.0f}"
    ratio = {"name": f"{many:,} to 1,000", "value": round(lot["bytes"] / few["bytes"], 3), "unit": "x", "limit": 1.02}
    return [*found, ratio | {"beside": times}]


if __name__ == "__main__":
    for figure in figures():
        sys.stdout.write(json.dumps(figure, ensure_ascii=False) + "\n")
