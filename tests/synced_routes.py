"""Is it on the disk before the answer, whichever route it was? Tests that ask the programs of a room and of the centre run under
strace; each request leaves a mark where it begins and where its answer stands. What a request has written by then has to be
synced: the log of the store, the witness, a picture, a folder that got a name.

    python tests/synced_routes.py FULL|NORMAL MARKS tests/test_x.py ...     what runs under strace; NORMAL is the control
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
CALLS: Final = "pwrite64,write,ftruncate,fdatasync,fsync,rename,renameat,renameat2"
SYNCS: Final = frozenset({"fdatasync", "fsync"})
# where a lock is held and shared memory lies, nothing is kept; losing the witness's mark loses nothing else (edge.witness_mark)
NOT_KEPT: Final = ("-shm", ".lock", ".mark", "/marks")
THROWN_AWAY: Final = "practice"  # the folder of the room where beginners practise
Route = tuple[str, str, str]  # "room" or "centre", method, rule


@dataclass
class Seen:
    """Of one route: requests, answers of 2xx and 3xx, of these such as had written, and of these such as were too early."""

    asked: int = 0
    yes: int = 0
    wrote: int = 0
    early: int = 0
    left: set[str] = field(default_factory=set)  # the names of files that were not synced


@dataclass
class Walk:
    routes: dict[Route, Seen]
    known: set[Route]  # every route of the programs that were asked
    passed: bool

    def writing(self) -> list[Route]:
        return sorted(route for route, seen in self.routes.items() if seen.wrote)

    def early(self) -> list[Route]:
        return sorted(route for route, seen in self.routes.items() if seen.early)


def is_possible() -> bool:
    return shutil.which("strace") is not None


def walk(tests: Sequence[str], level: str = "FULL") -> Walk:
    """Run these tests, names for pytest, and look at every answer that the programs gave in them."""
    with tempfile.TemporaryDirectory(prefix="synced-") as made:
        trace, marks = Path(made) / "trace", Path(made) / "marks"
        command = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "150", "-e", f"trace={CALLS}", "-o", str(trace)]
        command += [sys.executable, str(Path(__file__)), level, str(marks), *tests, f"--basetemp={made}/tests"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        with trace.open(encoding="utf-8", errors="replace") as lines:
            routes = look(lines, f"{made}/tests/")
        known = {tuple(json.loads(line)) for line in Path(f"{marks}.routes").read_text(encoding="utf-8").splitlines()}
        if done.returncode:
            sys.stdout.write(done.stdout[-2000:])
        return Walk(routes, known, done.returncode == 0)  # type: ignore[arg-type]  # three words of JSON each


def joined(walks: Sequence[Walk]) -> Walk:
    """What several walks saw together."""
    routes: dict[Route, Seen] = defaultdict(Seen)
    for walk in walks:
        for route, seen in walk.routes.items():
            so_far = routes[route]
            for name in ("asked", "yes", "wrote", "early"):
                setattr(so_far, name, getattr(so_far, name) + getattr(seen, name))
            so_far.left |= seen.left
    return Walk(dict(routes), {route for walk in walks for route in walk.known}, all(walk.passed for walk in walks))


_LINE = re.compile(r"^\s*(\d+)\s+(.*)$")
_BEGUN = re.compile(r"^(.*?)\s*<unfinished \.\.\.>$")
_ENDED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\)\s+= (\d+)")
_FILE = re.compile(r"^\d+<([^>]*)>")
_MARK = re.compile(r'^\d+<[^>]*/marks>, "(ASK|SAID) (room|centre) (\w+) (\S+) (\d+)')


def look(lines: Iterable[str], under: str) -> dict[Route, Seen]:
    """What the lines of strace say of each route. Of a request counts what its own thread wrote below `under`."""
    found: dict[Route, Seen] = {}
    wrote: dict[str, set[str]] = defaultdict(set)  # by thread, since its request began
    unsynced: dict[str, set[str]] = defaultdict(set)
    for thread, call, arguments in _calls(lines):
        mark = _MARK.search(arguments) if call == "write" else None
        if mark is not None:
            _note(found, mark, wrote[thread], unsynced[thread])
            continue
        for path in _paths(call, arguments):
            if call in SYNCS:
                for waiting in unsynced.values():
                    waiting.discard(path)
            elif path.startswith(under) and _is_kept(path):
                wrote[thread].add(path)
                unsynced[thread].add(path)
    return found


def _calls(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(thread, call, arguments) of what went well, when it was done: a call that another thread broke into stands on two lines."""
    begun: dict[str, str] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        thread, text = match.groups()
        if begins := _BEGUN.match(text):
            begun[thread] = begins[1]
            continue
        if ends := _ENDED.match(text):
            text = begun.pop(thread, "") + ends[1]
        if call := _CALL.match(text):
            yield thread, call[1], call[2]


def _note(found: dict[Route, Seen], mark: re.Match[str], wrote: set[str], unsynced: set[str]) -> None:
    word, part, method, rule, status = mark.groups()
    seen = found.setdefault((part, method, rule), Seen())
    if word == "ASK":
        seen.asked += 1
        wrote.clear()
        unsynced.clear()
    elif status[0] in "23":
        seen.yes += 1
        seen.wrote += bool(wrote)
        seen.early += bool(unsynced)
        seen.left |= {Path(path).name for path in unsynced}


def _is_kept(path: str) -> bool:
    return not path.endswith(NOT_KEPT) and THROWN_AWAY not in Path(path).parts


def _paths(call: str, arguments: str) -> list[str]:
    """The files that a call is about; a name that was changed is a matter of its folder."""
    if call.startswith("rename"):
        return [str(Path(name).parent) for name in re.findall(r'"([^"]*)"', arguments)[-1:]]
    match = _FILE.match(arguments)
    return [match[1]] if match else []


# --- what runs under strace


def _marked(marks: Path) -> None:
    """Every Flask program says where a request begins and where its answer stands, and which routes it has."""
    import flask

    file = os.open(marks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    inner, told = flask.Flask.full_dispatch_request, set()

    def outer(app: Any) -> Any:
        part = "centre" if any(_is_centres(view) for view in app.view_functions.values()) else "room"
        _tell_routes(app, part, told, Path(f"{marks}.routes"))
        asked = flask.request
        name = f"{part} {asked.method} {asked.url_rule.rule if asked.url_rule else '-'}"
        os.write(file, f"ASK {name} 0\n".encode())
        answer = inner(app)
        os.write(file, f"SAID {name} {answer.status_code}\n".encode())
        return answer

    flask.Flask.full_dispatch_request = outer  # type: ignore[method-assign]  # there is no signal with the answer's rule


def _is_centres(view: Any) -> bool:
    return str(getattr(view, "__module__", "")).startswith("sync.centre")


def _tell_routes(app: Any, part: str, told: set[Any], target: Path) -> None:
    routes = {(part, method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods}
    with target.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(route) + "\n" for route in sorted(routes - told))
    told |= routes


def _unsynced() -> None:
    """The control: both stores as fast as most programs have them."""
    import mutants

    from edge import database
    from sync.centre import engines

    database._PRAGMAS = tuple(one.replace("synchronous = FULL", "synchronous = NORMAL") for one in database._PRAGMAS)
    source = Path(engines.__file__).read_text(encoding="utf-8").replace("synchronous = FULL", "synchronous = NORMAL")
    mutants.exchange("sync.centre.engines", compile(source, engines.__file__, "exec", dont_inherit=True))


def main(level: str, marks: Path, words: Sequence[str]) -> int:
    import pytest

    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    if level == "NORMAL":
        _unsynced()
    _marked(marks)
    return int(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *words]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
