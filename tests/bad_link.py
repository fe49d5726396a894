"""A bad link between two network namespaces, made in user space: rate, delay, loss, a short queue, cuts that kill flows.

    python tests/bad_link.py NAME --rate 64000 --delay .3 --loss .03 [--cut PERIOD,DOWN] [--seed 1]

NAMEa is 10.9.0.1, NAMEb is 10.9.0.2; both end with this process (SIGTERM); the periods of
cuts begin anew at SIGUSR1. Needs root and /dev/net/tun: `usable()`.
A cut drops everything and forgets the flows, as an address translator does: afterwards the near end of an old connection
gets a reset when it sends, the far end hears nothing. `PERIOD,DOWN`: the last DOWN seconds of every PERIOD are a cut.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TUN = "/dev/net/tun"
TUNSETIFF = 0x400454CA
TUN_WITHOUT_HEADER = 0x1001
MTU = 1400
ADDRESS = {"a": "10.9.0.1", "b": "10.9.0.2"}
TCP = 6
OF_PACKETS = 100
SYN, RST = 0x02, 0x04


def usable() -> bool:
    """Whether namespaces and tunnels can be made here."""
    return os.geteuid() == 0 and os.access(TUN, os.R_OK | os.W_OK) and Path("/usr/sbin/ip").exists()


@contextlib.contextmanager
def link(name: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The process of a link that stands, until the block ends."""
    command = [sys.executable, str(Path(__file__)), name, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or process.stdout.readline().strip() != "ready":
            raise RuntimeError("the link could not be made")
        yield process
    finally:
        process.terminate()
        process.wait()


def within(name: str, side: str) -> list[str]:
    """What to put before a command that shall run at one end."""
    return ["ip", "netns", "exec", name + side]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _end(name: str, side: str) -> int:
    """A namespace with one tunnel; what is written to the file that is returned arrives there."""
    namespace, device = name + side, f"{name}{side}0"
    _ip("netns", "add", namespace)
    end = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", device.encode(), TUN_WITHOUT_HEADER))
    _ip("link", "set", device, "netns", namespace)
    _ip("-n", namespace, "link", "set", "lo", "up")
    _ip("-n", namespace, "addr", "add", f"{ADDRESS[side]}/24", "dev", device)
    _ip("-n", namespace, "link", "set", device, "mtu", str(MTU), "up")
    return end


@dataclass
class Way:
    """One direction: a queue before the modem, and what was counted."""

    queue: deque[tuple[float, bytes]] = field(default_factory=deque)
    queued: int = 0
    free_at: float = 0.0
    offered: int = 0
    passed: int = 0
    lost: int = 0
    fates: list[bool] = field(default_factory=list)  # of the next packets, whether they are lost


class BadLink:
    """Moves packets between two ends. `cut`: (period, down) in seconds."""

    def __init__(self, ends: dict[str, int], given: argparse.Namespace) -> None:
        self._ends = ends
        self._given = given
        self._cut = tuple(map(float, given.cut.split(","))) if given.cut else None
        self._rng = random.Random(given.seed)
        self._ways = {side: Way() for side in ends}
        self._air: list[tuple[float, int, str, bytes]] = []
        self._flows: set[tuple[int, int]] = set()
        self._count = 0
        self._trace = Path(given.trace).open("w") if given.trace else None  # noqa: SIM115 - as long as the link stands
        self._began = time.monotonic()
        self._stopped = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGUSR1, self._restart)

    def _stop(self, *_: object) -> None:
        self._stopped = True

    def _restart(self, *_: object) -> None:
        """The periods of the cuts begin now."""
        self._began = time.monotonic()

    def run(self) -> dict[str, dict[str, int]]:
        """Until SIGTERM; the bytes of packets that were offered and passed, by the side that sent them."""
        while not self._stopped:
            self._send(time.monotonic())
            self._deliver(time.monotonic())
            self._listen()
        if self._trace is not None:
            self._trace.close()
        return {side: {"offered": way.offered, "passed": way.passed} for side, way in self._ways.items()}

    def _listen(self) -> None:
        due = [item[0] for item in self._air[:1]]
        due += [max(way.free_at, way.queue[0][0]) for way in self._ways.values() if way.queue]
        wait = max(0.0, min(due, default=time.monotonic() + 0.2) - time.monotonic())
        ready, _, _ = select.select(list(self._ends.values()), [], [], wait)
        for side, end in self._ends.items():
            if end in ready:
                self._take_in(side, end)

    def _take_in(self, side: str, end: int) -> None:
        way = self._ways[side]
        with contextlib.suppress(BlockingIOError):
            while packet := os.read(end, 70_000):
                way.offered += len(packet)
                if packet[0] >> 4 == 4 and way.queued + len(packet) <= self._given.queue:
                    way.queue.append((time.monotonic(), packet))
                    way.queued += len(packet)

    def _send(self, now: float) -> None:
        for side, way in self._ways.items():
            while way.queue and max(way.free_at, way.queue[0][0]) <= now:
                at, packet = way.queue.popleft()
                way.queued -= len(packet)
                way.free_at = max(way.free_at, at) + len(packet) * 8 / self._given.rate
                fate = self._fate(side, packet, now)
                self._note(side, packet, at, way, fate)
                if fate == "passed":
                    self._count += 1
                    heapq.heappush(self._air, (way.free_at + self._given.delay, self._count, side, packet))

    def _fate(self, side: str, packet: bytes, now: float) -> str:
        if self._is_down(now):
            self._flows.clear()
            return "cut"
        if not self._knows(side, packet):
            return "unknown"
        if self._is_lost(self._ways[side]):
            self._ways[side].lost += 1
            return "lost"
        return "passed"

    def _is_lost(self, way: Way) -> bool:
        """Of each hundred packets the share that was asked for, at random places: also a short run loses no more."""
        if not way.fates:
            lost = round(self._given.loss * OF_PACKETS)
            way.fates = [place < lost for place in range(OF_PACKETS)]
            self._rng.shuffle(way.fates)
        return way.fates.pop()

    def _note(self, side: str, packet: bytes, at: float, way: Way, fate: str) -> None:
        """A line of the trace: when offered, when sent, side, ports, bytes, payload, sequence, flags, what became of it."""
        if self._trace is None or packet[9] != TCP:
            return
        start = (packet[0] & 15) * 4
        near, far, seq = struct.unpack("!HHI", packet[start : start + 8])
        payload = len(packet) - start - (packet[start + 12] >> 4) * 4
        port, flags = near if side == "a" else far, packet[start + 13]
        line = (at, way.free_at, side, port, len(packet), payload, seq, flags, fate, way.queued)
        self._trace.write(json.dumps(line) + "\n")

    def _is_down(self, now: float) -> bool:
        if self._cut is None:
            return False
        period, down = self._cut
        return (now - self._began) % period >= period - down

    def _knows(self, side: str, packet: bytes) -> bool:
        """False for a flow from before the last cut; the near end is told so."""
        if packet[9] != TCP:
            return True
        start = (packet[0] & 15) * 4
        ports = struct.unpack("!HH", packet[start : start + 4])
        flow, flags = (ports if side == "a" else ports[::-1]), packet[start + 13]
        if flags & SYN:
            self._flows.add(flow)
        if flow in self._flows:
            return True
        if side == "a" and not flags & RST:
            with contextlib.suppress(OSError):
                os.write(self._ends["a"], _reset(packet, start))
        return False

    def _deliver(self, now: float) -> None:
        while self._air and self._air[0][0] <= now:
            _, _, side, packet = heapq.heappop(self._air)
            with contextlib.suppress(OSError):
                os.write(self._ends["b" if side == "a" else "a"], packet)
            self._ways[side].passed += len(packet)


def _reset(packet: bytes, start: int) -> bytes:
    """The TCP reset that answers a packet of a connection which nobody knows."""
    source, target, _, acked = struct.unpack("!HHII", packet[start : start + 12])
    near, far = packet[12:16], packet[16:20]
    tcp = struct.pack("!HHIIBBHHH", target, source, acked, 0, 5 << 4, RST, 0, 0, 0)
    proof = _checksum(far + near + struct.pack("!BBH", 0, TCP, 20) + tcp)
    tcp = tcp[:16] + struct.pack("!H", proof) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, TCP, 0, far, near)
    return ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:] + tcp


def _checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return int(~(total + (total >> 16)) & 0xFFFF)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--rate", type=float, default=64_000, help="bits a second, each way")
    parser.add_argument("--delay", type=float, default=0.3, help="seconds, each way")
    parser.add_argument("--loss", type=float, default=0.0)
    parser.add_argument("--queue", type=int, default=60_000, help="bytes before the modem; what is beyond is dropped")
    parser.add_argument("--cut", default="", help="PERIOD,DOWN in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", default="", help="a file that gets a JSON line for each packet of TCP")
    given = parser.parse_args()
    ends: dict[str, int] = {}
    try:
        ends |= {side: _end(given.name, side) for side in "ab"}
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdout.write(json.dumps(BadLink(ends, given).run()) + "\n")
    finally:
        for side in "ab":
            subprocess.run(["ip", "netns", "del", given.name + side], check=False)


if __name__ == "__main__":
    main()
