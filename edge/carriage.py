"""The carrying of a node that has just started: it begins when the first pages are out, or at once when asked for.

Its code is a third of the program and nothing of it shows on a page; a citizen who waits before a screen that comes up
gets his page first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from edge import carrying, identity, room_tickets
from edge.errors import YizhanError
from sync import link

if TYPE_CHECKING:
    from edge.carrying import Carrying
    from edge.node import Node
    from sync.push import Push

PAGES_FIRST_S: Final = 1.0
TICKET: Final = "other"  # a word of forms.kinds_desk.FAULTS

log = logging.getLogger(__name__)


class Carriage:
    """Carries from soon after `start()` until `stop()`. `first` is done before: what also waits for the first pages.

    Raises centre_not_set, insecure_link for a wrong address.
    """

    def __init__(self, node: Node, first: Callable[[], object] = int, wait_s: float = PAGES_FIRST_S) -> None:
        with node.database.read() as tx:
            centre = identity.centre(tx)
        if centre is not None:
            link.checked_url(node.settings.centre_url or centre.url)
        self._node, self._first, self._wait_s = node, first, wait_s
        self._now = threading.Event()
        self._lock = threading.Lock()  # over the next three
        self._begun: Carrying | None = None
        self._asked = self._stopped = False
        self._thread = threading.Thread(target=self._begin, name="carriage", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send_now(self) -> None:
        """Makes a round due at once; the carrying begins for it."""
        with self._lock:
            self._asked = True
            begun = self._begun
        self._now.set()
        if begun is not None:
            begun.send_now()

    def push(self) -> Push:
        """What carries; waits until it has begun. RuntimeError when it could not."""
        self._now.set()
        self._thread.join()
        if self._begun is None:
            raise RuntimeError("the carrying could not begin; the log says why")
        return self._begun.push

    def stop(self) -> None:
        """Lets the round that runs end."""
        with self._lock:
            self._stopped = True
        self._now.set()
        self._thread.join()
        if self._begun is not None:
            self._begun.stop()

    def _begin(self) -> None:
        self._now.wait(self._wait_s)
        try:
            self._first()
            made = carrying.Carrying(self._node)
        except Exception:
            log.exception("the carrying could not begin")
            self._tell()
            return
        with self._lock:
            if self._stopped:
                return
            made.start()
            self._begun = made
            asked = self._asked
        room_tickets.close_by_program(self._node, TICKET, "传送已经开始")
        if asked:
            made.send_now()

    def _tell(self) -> None:
        """The screens say that nothing is carried, and a ticket stays until it is again."""
        hooks = self._node.hooks
        hooks.no_carrying, hooks.send_now, hooks.outlook = True, None, None
        try:
            room_tickets.open_by_program(self._node, TICKET, "传送没有开始，办件都在本机；请重新启动，详情见运行日志")
        except YizhanError:
            log.exception("no ticket could be opened for it")
