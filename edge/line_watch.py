"""Notices when the machine's network changes (a cable, a modem, an address, a route), so that carrying goes on at once.

Linux says so over a netlink socket; nothing has to be asked or polled. Where there is none, nothing is noticed and the
timetable's own pauses hold.
"""

import contextlib
import logging
import socket
import struct
import threading
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

LOOK_S: Final = 1.0
SETTLE_S: Final = 0.3  # a change comes as several messages: an address, its route, a default route
_ROUTE_FAMILY: Final = 0
_GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400  # link, IPv4 address and route, IPv6 address and route
_HEADER: Final = struct.Struct("=IHHII")
_BETTER: Final = frozenset({16, 20, 24})  # a link, an address, a route was added or changed; removals help nobody
_MESSAGE_BYTES: Final = 65_536


class LineWatch:
    """Calls `changed` from a thread of its own, until `stop()`."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._stopped = threading.Event()
        self._socket = _listen()
        self._thread = threading.Thread(target=self._run, name="line-watch", daemon=True)
        if self._socket is not None:
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._socket is not None:
            self._thread.join()
            self._socket.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            if self._hears(LOOK_S):
                while self._hears(SETTLE_S):
                    """Wait until the messages of one change have come."""
                logger.info("the network has changed; the carrying goes on at once")
                self._changed()

    def _hears(self, patience_s: float) -> bool:
        """Whether something got better within that time."""
        if self._socket is None or self._stopped.is_set():
            return False
        self._socket.settimeout(patience_s)
        with contextlib.suppress(TimeoutError):
            try:
                return is_better(self._socket.recv(_MESSAGE_BYTES))
            except OSError as error:
                if isinstance(error, TimeoutError):
                    raise
                return True  # messages were lost (ENOBUFS): something changed
        return False


def is_better(message: bytes) -> bool:
    """Whether netlink messages tell of a link, an address or a route that came or changed."""
    at = 0
    while at + _HEADER.size <= len(message):
        length, kind, *_ = _HEADER.unpack_from(message, at)
        if kind in _BETTER:
            return True
        if length < _HEADER.size:
            return False
        at += (length + 3) & ~3
    return False


def _listen() -> socket.socket | None:
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        return None
    try:
        made = socket.socket(family, socket.SOCK_RAW, _ROUTE_FAMILY)
    except OSError as error:
        logger.info("changes of the network can't be noticed here: %s", error)
        return None
    try:
        made.bind((0, _GROUPS))
    except OSError as error:
        made.close()
        logger.info("changes of the network can't be noticed here: %s", error)
        return None
    return made
