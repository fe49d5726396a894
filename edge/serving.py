"""One way to serve a Flask program over HTTP, for node and centre: waitress, bodies in memory, a port that may be 0."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

import flask
from waitress import wasyncore
from waitress.server import create_server

from edge import heavy
from edge.errors import problem

BODY_IN_MEMORY_BYTES = 64 << 20  # waitress writes what is larger into a temporary file, in clear
LISTEN_BACKLOG = 128
LOOP_S = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger(__name__)


class Server:
    """A program that answers from the moment this object exists, until `stop()`.

    Raises port_in_use. `forwarded`: the program itself judges what proxies say. `url` is http://host:port with the
    port that the system chose for 0.
    """

    def __init__(self, app: flask.Flask, host: str, port: int, *, threads: int = 8, forwarded: bool = False) -> None:
        heavy.give_back_memory()
        self._sockets: dict[int, Any] = {}
        self._server = _listen(app, host, port, threads, self._sockets, forwarded=forwarded)
        self.port = int(self._server.effective_port)
        self.url = f"http://{host}:{self.port}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._thread.start()

    def use(self, app: flask.Flask) -> None:
        """Another program answers from the next request on, at the same address."""
        self._server.application = app

    def take(self, line: socket.socket, came: str) -> None:
        """Serve what is said on a line that another door took; `came`: what stands for the other side's address."""
        self._server.trigger.pull_trigger(partial(self._begin, line, came))

    def _begin(self, line: socket.socket, came: str) -> None:
        server = self._server
        server.channel_class(server, line, (came, 0), server.adj, map=self._sockets)

    def stop(self) -> None:
        """Takes no new connection, lets the requests that run end, closes the rest. A second call does nothing."""
        if self._ended.is_set():
            return
        trigger = self._server.trigger
        trigger.pull_trigger(self._stop_listening)
        self._server.task_dispatcher.shutdown()
        self._ended.set()
        trigger.pull_trigger()
        self._thread.join()
        wasyncore.close_all(self._sockets, ignore_all=True)

    def _run(self) -> None:
        """The loop of waitress, with an end; what it selects on is closed only after that."""
        while not self._ended.is_set():
            wasyncore.loop(timeout=LOOP_S, use_poll=True, map=self._sockets, count=1)

    def _stop_listening(self) -> None:
        wasyncore.dispatcher.close(self._server)


def _listen(app: flask.Flask, host: str, port: int, threads: int, sockets: dict[int, Any], *, forwarded: bool) -> Any:
    return create_server(
        app,
        map=sockets,
        sockets=[_bound(host, port)],
        threads=threads,
        clear_untrusted_proxy_headers=not forwarded,
        ident=None,  # no version banner
        inbuf_overflow=BODY_IN_MEMORY_BYTES,
        outbuf_overflow=BODY_IN_MEMORY_BYTES,
        max_request_body_size=BODY_IN_MEMORY_BYTES,
    )


def _bound(host: str, port: int) -> socket.socket:
    """The socket is bound here, because waitress leaves threads and files behind when its own binding fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # two sockets may share an address until one listens; only then is it ours
        listener.listen(LISTEN_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise problem("port_in_use", port=port) from error
        raise
    return listener


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set while the block runs: wait for it, then stop in order.

    A thread of its own sets it. A handler in Python runs in the main thread alone: where the system gives the signal to
    another one, or just before the main thread begins to wait, that would sleep on, and an event that the main thread
    is at can't be set from within it.
    """
    stopped = threading.Event()
    hears, tells = socket.socketpair()
    tells.setblocking(False)
    listening = threading.Thread(target=_hear, args=(hears, stopped), name="signals", daemon=True)
    listening.start()
    told_before = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, _heard_elsewhere) for number in STOP_SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(told_before)
        tells.close()
        listening.join()
        hears.close()


def _hear(hears: socket.socket, stopped: threading.Event) -> None:
    """Each signal is a byte, its number; the end is no byte."""
    while said := hears.recv(1):
        if said[0] in STOP_SIGNALS:
            log.info("stopping on %s", signal.Signals(said[0]).name)
            stopped.set()


def _heard_elsewhere(_signum: int, _frame: FrameType | None) -> None:
    """What the signal would do by itself is not wanted: it ends the program in the middle of something."""
