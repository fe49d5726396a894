"""Is it on the disk before somebody is told? A server under strace takes applications in, and between the request and
each answer that says yes there has to be a sync of the store."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from conftest import FixedClock, make_home
from service_for_tests import answers as filled

from edge.api.key import ensure
from edge.node import open_node

HERE = Path(__file__).resolve().parent
FILINGS = 12
PROGRAM = """
import os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import FixedClock
from edge import database
if sys.argv[2] == "NORMAL":
    database._PRAGMAS = tuple(p.replace("synchronous = FULL", "synchronous = NORMAL") for p in database._PRAGMAS)
from edge import witness
if sys.argv[2] == "NORMAL":
    witness.os = type("Unsynced", (), dict(vars(os), fdatasync=staticmethod(lambda _: None)))
from edge import app as wiring
from edge.node import open_node
from edge.serving import Server
node = open_node(Path(sys.argv[1]), FixedClock())
server = Server(wiring.create_app(node, bytes(32)), "127.0.0.1", 0)
print(server.url, flush=True)
sys.stdin.read()
server.stop()
os._exit(0)
"""
_ASKED = re.compile(r'recvfrom\(.*"POST ')
_SAID = re.compile(r'(?:sendto|send|sendmsg|write)\(.*"HTTP/1\.[01] 2[0-9][0-9]')
_SYNCED = re.compile(r"(?:fdatasync|fsync)\(")


@dataclass(frozen=True, slots=True)
class Answers:
    answered: int
    unsynced: int


def is_possible() -> bool:
    return shutil.which("strace") is not None


def answers(level: str) -> Answers:
    """File over HTTP, one after the other; how many answers said yes, and how many of these before a sync."""
    with tempfile.TemporaryDirectory(prefix="synced-") as made:
        folder = Path(made)
        home, key = _home(folder)
        trace = folder / "trace"
        program = PROGRAM.format(path=[str(HERE), str(HERE.parent)])
        calls = "recvfrom,sendto,sendmsg,write,fdatasync,fsync"
        command = ["strace", "-f", "-qq", "-s", "60", "-e", f"trace={calls}", "-o", str(trace)]
        command += [sys.executable, "-c", program, str(home), level]
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ)
        try:
            url = running.stdout.readline().decode().strip()
            said = [_file(url, key, index) for index in range(FILINGS)]
        finally:
            running.communicate(b"")
        if set(said) != {201}:
            raise RuntimeError(f"the server answered {said}")
        return _count(trace.read_text(encoding="utf-8", errors="replace").splitlines())


def _home(folder: Path) -> tuple[Path, str]:
    home = make_home(folder / "home")
    open_node(home, FixedClock()).close()
    return home, ensure(home)


def _file(url: str, key: str, index: int) -> int:
    told = {"service": "ceshi-dengji", "answers": filled(), "token": f"token-{index:05d}"}
    asked = urllib.request.Request(f"{url}/api/v1/applications", json.dumps(told).encode(), method="POST")
    asked.add_header("Content-Type", "application/json")
    asked.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _count(lines: list[str]) -> Answers:
    answered = unsynced = 0
    synced = True
    for line in lines:
        if _ASKED.search(line):
            synced = False
        elif _SYNCED.search(line):
            synced = True
        elif _SAID.search(line):
            answered += 1
            unsynced += not synced
    return Answers(answered, unsynced)
