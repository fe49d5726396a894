"""The second listener: TLS for kiosks on machines of their own, in front of the program that serves the room.

What comes in is handed to the same server, marked as come this way; who may do what is `edge.paired_door`'s business.
The certificate (`edge.tls_certificate`) is the node's own; a kiosk's browser knows its fingerprint and takes no other.
"""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
from collections import Counter
from pathlib import Path
from typing import Final, Protocol

from edge import tls_certificate

CAME: Final = "kiosk "  # before the address of the other side: no address of a socket begins like that
RETRY_S: Final = 5.0
HANDSHAKE_S: Final = 10.0
STALL_S: Final = 30.0  # of one piece that the other side does not take
QUIET_S: Final = 180.0  # longer than the server keeps a connection
LINES_MAX: Final = 48
LINES_EACH_MAX: Final = 16  # of one address; a browser opens six
PIECE_BYTES: Final = 64 * 1024

logger = logging.getLogger(__name__)


class Server(Protocol):
    """What takes the connections over."""

    def take(self, line: socket.socket, came: str) -> None:
        """Serve what is said on this line; `came`: what stands for the address of the other side."""


class Door:
    """Listens from the moment this object exists, until `stop()`; an address that is not there yet is waited for."""

    def __init__(self, server: Server, home: Path, host: str, port: int) -> None:
        self._server, self._at = server, (host, port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(tls_certificate.certificate(home, host))
        self._ended, self.port = threading.Event(), 0
        self._lines: dict[ssl.SSLSocket, str] = {}
        self._lock = threading.Lock()
        self._listener = self._bound()
        self._thread = threading.Thread(target=self._run, name="kiosk-door", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Takes no new connection and ends the others. A second call does nothing."""
        self._ended.set()
        self._shut(self._listener)
        self._thread.join()
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            self._shut(line)

    @staticmethod
    def _shut(line: socket.socket | None) -> None:
        """Whoever waits on it wakes up."""
        if line is not None:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                logger.debug("a line had ended before it was shut")

    def _bound(self) -> socket.socket | None:
        host, port = self._at
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(LINES_MAX)
        except OSError as error:
            listener.close()
            if not self.port:
                logger.warning("kiosks can't be reached at %s:%d yet: %s", host, port, error.strerror)
            self.port = -1  # said once
            return None
        self.port = int(listener.getsockname()[1])
        return listener

    def _run(self) -> None:
        while self._listener is None and not self._ended.wait(RETRY_S):
            self._listener = self._bound()
        while self._listener is not None and not self._ended.is_set():
            try:
                line, (address, *_) = self._listener.accept()
            except OSError:
                continue
            self._begin(line, address)
        if self._listener is not None:
            self._listener.close()

    def _begin(self, line: socket.socket, address: str) -> None:
        with self._lock:
            full = len(self._lines) >= LINES_MAX or Counter(self._lines.values())[address] >= LINES_EACH_MAX
        if full:
            line.close()
            return
        line.settimeout(HANDSHAKE_S)
        outer = self._context.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._lines[outer] = address
        threading.Thread(target=self._serve, args=(outer, address), name="kiosk-line", daemon=True).start()

    def _serve(self, outer: ssl.SSLSocket, address: str) -> None:
        try:
            outer.do_handshake()
            outer.settimeout(STALL_S)
            self._relay(outer, address)
        except OSError as error:  # TLS faults among them: a stranger, or a browser that knows another certificate
            logger.debug("a line ended: %s", type(error).__name__)
        finally:
            with self._lock:
                self._lines.pop(outer, None)
            outer.close()

    def _relay(self, outer: ssl.SSLSocket, address: str) -> None:
        inner, other = socket.socketpair()
        with inner:
            self._server.take(other, f"{CAME}{address}")
            inner.settimeout(STALL_S)
            while not self._ended.is_set() and _passed(outer, inner):
                pass


def _passed(outer: ssl.SSLSocket, inner: socket.socket) -> bool:
    """Hand on what either side says; False when one of them has ended, or both are quiet for too long."""
    ready = [outer] if outer.pending() else select.select([outer, inner], [], [], QUIET_S)[0]
    for line, to in ((outer, inner), (inner, outer)):
        if line in ready:
            piece = line.recv(PIECE_BYTES)
            if not piece:
                return False
            to.sendall(piece)
    return bool(ready)
