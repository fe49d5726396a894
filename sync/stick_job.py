"""A copy to or from a medium that runs beside the pages: one at a time, how far it is, and how it ended."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from edge.errors import YizhanError, problem
from sync import stick

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
Work = Callable[[Path, Progress], "Result"]


class Result(NamedTuple):
    """How a copy ended, in sentences; `good`: everything went as it should."""

    good: bool
    sentences: tuple[str, ...]


class State(NamedTuple):
    """`running`: a copy is under way: `what`, `done` of `total`. `result`: how the last one ended, None before any."""

    running: bool = False
    folder: str = ""
    what: str = ""
    done: int = 0
    total: int = 0
    result: Result | None = None


@dataclass
class Job:
    """Runs `work(folder, progress)` in a thread of its own; `patterns` say which folders may be chosen."""

    work: Work
    patterns: Iterable[str]
    state: State = field(default_factory=State)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def choices(self) -> list[str]:
        """The folders that are there now."""
        return [str(path) for path in stick.choices(self.patterns)]

    def start(self, folder: str) -> None:
        """Begin, and return at once. Raises ferry_missing for a folder that is not to be chosen, ferry_busy."""
        if folder not in self.choices():
            raise problem("ferry_missing", folder=folder or "所选的U盘")
        with self._lock:
            if self.state.running:
                raise problem("ferry_busy")
            self.state = State(running=True, folder=folder, what="正在准备")
        self._thread = threading.Thread(target=self._run, args=(Path(folder),), name="ferry")
        self._thread.start()

    def wait(self) -> None:
        """Return when nothing runs any more."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, folder: Path) -> None:
        try:
            result = self.work(folder, self._progress)
        except YizhanError as error:
            result = Result(False, (f"{error.sentence}。{error.hint}",))
        except Exception:
            number = f"E-{secrets.token_hex(3).upper()}"
            logger.exception("the copy to or from a medium failed, %s", number)
            result = Result(False, (f"出现意外错误，编号 {number}。请把编号告诉技术人员。已写好的部分有效。",))
        self.state = self.state._replace(running=False, result=result)

    def _progress(self, what: str, done: int, total: int) -> None:
        self.state = self.state._replace(what=what, done=done, total=total)
