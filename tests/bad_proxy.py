"""Where namespaces can't be made: a TCP proxy in this process with delay, rate and cuts that kill connections. No loss."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

PIECE_BYTES = 1024


@dataclass
class Line:
    """One direction: a rate shared by all connections."""

    rate: float
    free_at: float = 0.0

    def take(self, size: int, lock: threading.Lock) -> float:
        """When these bytes have left."""
        with lock:
            self.free_at = max(self.free_at, time.monotonic()) + size * 8 / self.rate
            return self.free_at


class Proxy:
    """Options as those of bad_link.py. `target`: the port on this machine that it leads to; may be set later."""

    def __init__(self, options: dict[str, str]) -> None:
        self.target = 0
        self._delay = float(options.get("--delay", "0.3"))
        rate = float(options.get("--rate", "64000"))
        self._lines = (Line(rate), Line(rate))
        self._lock = threading.Lock()
        self._cut = tuple(map(float, options["--cut"].split(","))) if "--cut" in options else None
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        self._listener.close()

    def lead_to(self, port: int) -> None:
        self.target = port

    def begin_cuts(self) -> None:
        """The periods of the cuts begin now."""
        self._began = time.monotonic()

    def _is_down(self) -> bool:
        if self._cut is None:
            return False
        return (time.monotonic() - self._began) % self._cut[0] >= self._cut[0] - self._cut[1]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._ended.is_set():
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._ended.wait(2 * self._delay)
        with contextlib.suppress(OSError), near, socket.create_connection(("127.0.0.1", self.target)) as far:
            ways = [
                threading.Thread(target=self._carry, args=(*way, line), daemon=True)
                for way, line in zip(((near, far), (far, near)), self._lines, strict=True)
            ]
            for way in ways:
                way.start()
            for way in ways:
                way.join()

    def _carry(self, source: socket.socket, target: socket.socket, line: Line) -> None:
        """One way: as fast as the line is, and later by its delay; a cut ends both ways at once."""
        air: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        landing = threading.Thread(target=self._land, args=(air, target), daemon=True)
        landing.start()
        with contextlib.suppress(OSError):
            while not self._ended.is_set() and (piece := source.recv(PIECE_BYTES)):
                left_at = line.take(len(piece), self._lock)
                self._ended.wait(max(0.0, left_at - time.monotonic()))
                if self._is_down():
                    _end(source, target)
                    break
                air.put((left_at + self._delay, piece))
        air.put((0.0, b""))
        landing.join()
        _end(source, target)

    def _land(self, air: queue.SimpleQueue[tuple[float, bytes]], target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self._ended.is_set():
                due, piece = air.get()
                if not piece:
                    return
                self._ended.wait(max(0.0, due - time.monotonic()))
                target.sendall(piece)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxy(*options: str) -> Iterator[Proxy]:
    """A proxy on this machine; nobody is reached before it has its target."""
    made = Proxy(dict(zip(options[::2], options[1::2], strict=True)))
    try:
        yield made
    finally:
        made.close()
