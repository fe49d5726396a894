"""Small batches that come at the same time are taken together: one thread takes its own and those that wait, in one
transaction, while the next ones gather behind it. Whoever comes alone waits for nobody.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

TOGETHER_MAX: Final = 16

Take = Callable[[Sequence[Any]], Sequence[Any]]


@dataclass(slots=True, eq=False)
class _Waiting:
    """`given` is what came of it, None for one that is to be taken by itself; `leads`: it takes the next group."""

    node_id: str
    item: Any
    given: Any = None
    leads: bool = False
    turn: threading.Event = field(default_factory=threading.Event)


class Groups:
    """One for a program. A group has one batch of a room at most."""

    def __init__(self, together_max: int = TOGETHER_MAX) -> None:
        self._max = together_max
        self._waiting: deque[_Waiting] = deque()
        self._led = False
        self._lock = threading.Lock()

    def take(self, node_id: str, item: Any, take: Take) -> Any:
        """What `take` gave for this item, which it is called with in a list of several. None: it is to be taken by
        itself, by whoever brought it. What `take` raises goes to him whose thread it was, and the others get None.
        """
        own = _Waiting(node_id, item)
        with self._lock:
            own.leads = not self._led
            self._led = True
            if not own.leads:
                self._waiting.append(own)
        if not own.leads:
            own.turn.wait()
        if own.leads:
            self._lead(own, take)
        return own.given

    def _lead(self, own: _Waiting, take: Take) -> None:
        group = self._gather(own)
        try:
            for one, given in zip(group, take([one.item for one in group]), strict=True):
                one.given = given
        finally:
            self._hand_on(own, group)

    def _gather(self, own: _Waiting) -> list[_Waiting]:
        with self._lock:
            group, rest = [own], deque[_Waiting]()
            for one in self._waiting:
                fits = len(group) < self._max and all(one.node_id != other.node_id for other in group)
                (group if fits else rest).append(one)
            self._waiting = rest
            return group

    def _hand_on(self, own: _Waiting, group: Sequence[_Waiting]) -> None:
        """The others of the group go on, and the first of those who came meanwhile takes the next one."""
        with self._lock:
            self._led = bool(self._waiting)
            if self._waiting:
                following = self._waiting.popleft()
                following.leads = True
                following.turn.set()
        for one in group:
            if one is not own:
                one.turn.set()
