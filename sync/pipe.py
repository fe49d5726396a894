"""One kept connection on which requests follow one another without waiting for the answers (HTTP/1.1 pipelining).

Answers come in the order of the requests. A lost packet is noticed by those behind it, so a slow and lossy line stays
full, and there is one end of the stream where a loss takes long, not one for each batch. What breaks the connection
breaks all requests on it; each may be sent again, since repeating an envelope is harmless.

The socket does not block, and TLS is entered by one thread at a time.
"""

import http.client
import io
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sync.uplink import Uplink, cork

LOOK_S: Final = 0.25
_AGAIN: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


Begun = Callable[[], None]


def nothing() -> None:
    """For whom the order doesn't matter."""


class BrokenPipe(OSError):  # noqa: N818 - what it is
    """The connection ended before the answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; of a longer body `body_bytes_max` + 1 bytes."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Pipe:
    """Over a connected socket, which is its own from now on. For any number of threads."""

    def __init__(
        self, made: socket.socket, uplink: Uplink, progress_s: Callable[[], float], heard: Callable[[], None] = nothing
    ) -> None:
        """`heard` is called after each answer, while the connection still stands."""
        made.setblocking(False)
        uplink.add(made)
        self._socket = made
        self._uplink = uplink
        self._progress_s = progress_s
        self._heard = heard
        self._reader: io.BufferedReader[Any] = io.BufferedReader(_Incoming(self._receive))
        self._entering = threading.Lock()  # TLS, and the socket under it
        self._turn = threading.Condition()
        self._to_write: list[tuple[bool, int]] = []
        self._writing: list[tuple[bool, int]] = []  # one at a time
        self._to_read: deque[int] = deque()
        self._count = 0
        self._read_at = 0.0
        self._ended = False

    @property
    def stands(self) -> bool:
        """False also when the other side has closed it while nothing was asked."""
        with self._turn:
            is_idle = not (self._ended or self._to_write or self._to_read)
            if is_idle and self._has_gone():
                self.close()
            return not self._ended

    def _has_gone(self) -> bool:
        """Whether there is an end, or words that nobody asked for, where nothing should be."""
        try:
            with self._entering:
                self._socket.recv(1)
        except _AGAIN:
            return False
        except OSError:
            pass
        return True

    def waiting(self) -> tuple[int, int]:
        """Requests that have not been handed over whole; and how many of them are urgent."""
        with self._turn:
            places = [*self._to_write, *self._writing]
        return len(places), sum(not is_heavy for is_heavy, _ in places)

    def exchange(self, request: bytes, body_bytes_max: int, *, urgent: bool, begun: Begun = nothing) -> Reply:
        """`begun` is called when the place among the requests is taken.

        Raises OSError or http.client.HTTPException; the connection is closed then.
        """
        try:
            place = self._write(request, urgent=urgent, begun=begun)
            return self._read(place, body_bytes_max)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """All that wait are told. Again is harmless."""
        with self._turn:
            self._ended = True
            self._turn.notify_all()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with self._entering, suppress(OSError):
            self._socket.close()

    def _write(self, request: bytes, *, urgent: bool, begun: Begun) -> int:
        with self._turn:
            self._count += 1
            place = (not urgent, self._count)
            self._to_write.append(place)
        begun()
        with self._turn:
            while not self._ended and (self._writing or place != min(self._to_write)):
                self._turn.wait()
            self._to_write.remove(place)
            self._check()
            self._writing = [place]
            self._to_read.append(place[1])
        try:
            self._hand_over(memoryview(request), urgent=urgent)
        finally:
            with self._turn:
                self._writing = []
                self._turn.notify_all()
        return place[1]

    def _hand_over(self, left: memoryview, *, urgent: bool) -> None:
        cork(self._socket, is_on=True)
        while left:
            size = self._uplink.wait(self._socket, len(left), self._progress_s(), urgent=urgent)
            piece, left = left[:size], left[size:]
            while piece:
                sent = self._send(piece)
                self._uplink.sent(sent)
                piece = piece[sent:]
        cork(self._socket, is_on=False)

    def _send(self, piece: memoryview) -> int:
        began = time.monotonic()
        while True:
            self._check()
            with suppress(*_AGAIN), self._entering:
                return self._socket.send(piece)
            if time.monotonic() - began > self._progress_s():
                raise TimeoutError("nothing goes out")
            select.select([], [self._socket], [], LOOK_S)

    def _read(self, place: int, body_bytes_max: int) -> Reply:
        with self._turn:
            while not self._ended and self._to_read[0] != place:
                self._turn.wait()
            self._check()
            self._read_at = time.monotonic()
        answer = http.client.HTTPResponse(_Opened(self._reader), method="POST")  # type: ignore[arg-type]  # it asks for makefile alone
        answer.begin()
        reply = Reply(answer.status, answer.getheaders(), answer.read(body_bytes_max + 1))
        if answer.length and len(reply.body) <= body_bytes_max:
            raise http.client.IncompleteRead(reply.body, answer.length)
        with self._entering:
            self._heard()
        if len(reply.body) > body_bytes_max or answer.will_close:
            self.close()
        with self._turn:
            self._to_read.popleft()
            self._turn.notify_all()
        return reply

    def _receive(self, into: Any) -> int:
        """For the reader: as many bytes as there are; waits for the first while anything moves on the link."""
        while True:
            self._check()
            with suppress(*_AGAIN), self._entering:
                count = self._socket.recv_into(into)
                self._read_at = time.monotonic()
                return count
            self._uplink.look()
            if time.monotonic() - max(self._read_at, self._uplink.gauge.moved_at) > self._progress_s():
                raise TimeoutError("no answer")
            select.select([self._socket], [], [], LOOK_S)

    def _check(self) -> None:
        if self._ended:
            raise BrokenPipe("the connection was closed")


class _Incoming(io.RawIOBase):
    def __init__(self, receive: Callable[[Any], int]) -> None:
        self._receive = receive

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        return self._receive(into)


class _Opened:
    """What http.client takes for a socket: the answers of one connection are read from one buffer."""

    def __init__(self, reader: "io.BufferedReader[Any]") -> None:
        self._reader = reader

    def makefile(self, *_: Any) -> "_Kept":
        return _Kept(self._reader)


class _Kept:
    """The buffer without its end."""

    def __init__(self, reader: "io.BufferedReader[Any]") -> None:
        self.read, self.readline, self.readinto = reader.read, reader.readline, reader.readinto
        self.read1, self.peek = reader.read1, reader.peek

    def flush(self) -> None:
        """Nothing is written here."""

    def close(self) -> None:
        """The next answer is read from it."""
