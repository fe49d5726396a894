"""Runs the tests against planted faults, for bench_mutation: `python tests/mutation_run.py TASK.json FOUND.json`.

pytest collects once; from there each fault has a process of its own, forked, that runs the tests that come through the
lines of the fault, quickest first, and ends with the first that fails. Which tests those are, the run before it says:
every test, without a fault.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mutants
import pytest
from mutants import Place

PATIENCE_S = 12.0  # how long the tests that are not the module's own may take, when there is no fault
OVERDUE = 5
AT_ONCE = 2
SURVIVED, NOTICED, BROKEN = 0, 1, 2


@dataclass
class Trace:
    """Of one test: how long it took, whether it passed, which lines of the modules it came through."""

    passed: bool = True
    seconds: float = 0.0
    lines: set[tuple[str, int]] = field(default_factory=set)


class Runner:
    """The plugin that takes pytest's loop over. `found`: what there is to say at the end."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.own: dict[str, list[str]] = {
            module: [f"tests/{name}.py" for name in names] for module, names in task["modules"].items()
        }
        self.modules = list(self.own)
        self.faults: list[tuple[str, int]] = [(module, at) for module, at in task["faults"]]
        self.found: dict[str, Any] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        self._failed = False
        self._pause = threading.Event()  # nobody sets it

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.session = session
        for module in self.modules:
            importlib.import_module(module)
        try:
            traces = self._traced()
            sound = {name: trace for name, trace in traces.items() if trace.passed}
            self.found = {
                "tests": len(traces),
                "failing": sorted(set(traces) - set(sound)),
                "controls": self._at_once(
                    [_spoiling(module) for module in self.modules], sound, self._of_modules(sound)
                ),
                "faults": self._at_once([_planting(*fault) for fault in self.faults], sound, self._of_places(sound)),
            }
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        return True

    # --- the run without a fault

    def _traced(self) -> dict[str, Trace]:
        """Two processes share the files of tests; each writes down what it saw."""
        parts: list[list[pytest.Item]] = [[] for _ in range(AT_ONCE)]
        for at, path in enumerate(sorted({item.path for item in self.session.items})):
            parts[at % AT_ONCE] += [item for item in self.session.items if item.path == path]
        running = [
            self._fork(lambda part=part, n=n: self._trace(part, self.folder / f"{n}.traces"), f"trace{n}")
            for n, part in enumerate(parts)
        ]
        for child in running:
            os.waitpid(child, 0)
        found: dict[str, Trace] = {}
        for n in range(AT_ONCE):
            found |= pickle.loads((self.folder / f"{n}.traces").read_bytes())
        return found

    def _trace(self, items: Sequence[pytest.Item], target: Path) -> int:
        seen: set[tuple[str, int]] = set()
        for module in self.modules:
            mutants.watch(module, seen)
        traces: dict[str, Trace] = {}
        for item, following in _pairs(items):
            seen.clear()
            self._failed, began = False, time.monotonic()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            traces[item.nodeid] = Trace(not self._failed, time.monotonic() - began, set(seen))
        target.write_bytes(pickle.dumps(traces))
        return SURVIVED

    # --- which tests a fault is shown to

    def _of_places(self, traces: dict[str, Trace]) -> list[list[str]]:
        """Those that come through the statement; where none does, nobody would notice."""
        places = {module: mutants.places_of(module) for module in self.modules}
        return [self._within(module, self._through(places[module][at], traces), traces) for module, at in self.faults]

    def _through(self, place: Place, traces: dict[str, Trace]) -> list[str]:
        return [name for name, trace in traces.items() if (place.module, place.line) in trace.lines]

    def _of_modules(self, traces: dict[str, Trace]) -> list[list[str]]:
        return [
            self._within(
                module, [n for n, trace in traces.items() if any(line[0] == module for line in trace.lines)], traces
            )
            for module in self.modules
        ]

    def _within(self, module: str, names: list[str], traces: dict[str, Trace]) -> list[str]:
        """The module's own tests, the quickest first, and of the others as many as there is patience for."""
        own = [name for name in names if name.partition("::")[0] in self.own[module]]
        chosen, seconds = sorted(own, key=lambda name: traces[name].seconds), 0.0
        for name in sorted(set(names) - set(own), key=lambda name: (traces[name].seconds, name)):
            seconds += traces[name].seconds
            if seconds > PATIENCE_S and chosen:
                break
            chosen.append(name)
        return chosen

    # --- the runs with one

    def _at_once(
        self, plants: Sequence[Callable[[], None]], traces: dict[str, Trace], shown: Sequence[Sequence[str]]
    ) -> list[dict[str, Any]]:
        """In their order: whether each was noticed, by which test, out of how many that were shown it."""
        items = {item.nodeid: item for item in self.session.items}
        waiting = list(enumerate(zip(plants, shown, strict=True)))[::-1]
        running: dict[int, tuple[int, float]] = {}
        found: list[dict[str, Any]] = [{} for _ in plants]
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                at, (plant, names) = waiting.pop()
                patience_s = OVERDUE * sum(traces[name].seconds for name in names) + PATIENCE_S
                told = self.folder / f"{at}.by"
                chosen = [items[name] for name in names]
                child = self._fork(lambda p=plant, c=chosen, t=told: self._until_noticed(p, c, t), f"fault{at}")
                running[child] = (at, time.monotonic() + patience_s)
                found[at] = {"shown": len(names), "by": "", "noticed": False}
            for child, (at, until) in list(running.items()):
                ended, status = os.waitpid(child, os.WNOHANG)
                is_late = not ended and time.monotonic() > until
                if is_late:
                    os.killpg(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                if ended or is_late:
                    del running[child]
                    told = self.folder / f"{at}.by"
                    found[at]["by"] = told.read_text(encoding="utf-8") if told.is_file() else ""
                    code = NOTICED if is_late else os.waitstatus_to_exitcode(status)
                    if code == BROKEN:
                        raise RuntimeError("a fault could not be planted")
                    found[at]["noticed"] = code != SURVIVED
                    self._tidy(f"fault{at} ")
                    sys.stderr.write("." if found[at]["noticed"] else "!")
                    sys.stderr.flush()
            self._pause.wait(0.01)
        return found

    def _tidy(self, name: str) -> None:
        """What tests leave takes room; whatever still runs may write into it."""
        for folder in self.folder.glob(f"{name}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _until_noticed(self, plant: Callable[[], None], items: Sequence[pytest.Item], told: Path) -> int:
        plant()
        for item, following in _pairs(items):
            told.write_text(item.nodeid, encoding="utf-8")
            self._failed = False
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return NOTICED
        told.unlink(missing_ok=True)
        return SURVIVED

    def _fork(self, work: Callable[[], int], name: str) -> int:
        """A child of its own group, with a temporary folder of its own; it ends with what `work` returns."""
        child = os.fork()
        if child:
            return child
        os.setsid()
        status = BROKEN
        try:
            base = Path(tempfile.mkdtemp(prefix=f"{name} ", dir=self.folder))
            self.session.config._tmp_path_factory._basetemp = base  # type: ignore[attr-defined]  # pytest has no setter
            status = work()
        except BaseException:  # noqa: BLE001 - this is the end of the process, and its parent says so
            traceback.print_exc()
        finally:
            os._exit(status)


def _pairs(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=False)  # nothing for nothing


def _planting(module: str, at: int) -> Callable[[], None]:
    return lambda: mutants.plant(module, at)


def _spoiling(module: str) -> Callable[[], None]:
    return lambda: mutants.spoil(module)


def main(task: Path, found: Path) -> int:
    asked = json.loads(task.read_text(encoding="utf-8"))
    runner = Runner(asked)
    sys.path[:0] = [str(mutants.ROOT / "tests"), str(mutants.ROOT)]
    words = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=no", *asked["tests"]]
    status = int(pytest.main(words, plugins=[runner]))
    if runner.found:
        found.write_text(json.dumps(runner.found), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
