"""A filing killed, or failed by the disk, at its durable system calls: acknowledged means there, once, and whole."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import FixedClock, make_home
from service_for_tests import answers

from edge import applications, log, verify
from edge.node import open_node

CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "rename")
STEP = 29  # of the many page writes every 29th is tried, of the other calls each one
HERE = Path(__file__).parent
PROGRAM = """
import os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import FixedClock
from service_for_tests import answers
from edge import applications
from edge.errors import YizhanError
from edge.node import open_node
home = Path(sys.argv[1])
node = open_node(home, FixedClock())
try:
    filed = applications.file(node, "ceshi-dengji", answers(), token="token-0001", channel="kiosk", actor="kiosk")
except YizhanError as error:
    (home / "said").write_text(error.code)
else:
    (home / "said").write_text(filed.number)
os._exit(0)
"""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the faults")]


def traced(home: Path, *options: str) -> int:
    """Run one filing under strace, which looks at calls on the database, its WAL and the witness only."""
    files = ["data/node.db", "data/node.db-wal", "data/witness"]
    watched = [part for name in files for part in ("-P", str(home / name))]
    program = PROGRAM.format(path=[str(HERE), str(HERE.parent)])
    command = ["strace", "-f", "-qq", *watched, *options, sys.executable, "-c", program, str(home)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def fail(home: Path, fault: str, call: str, count: int) -> int:
    return traced(home, "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={count}")


@pytest.fixture(scope="module")
def points(tmp_path_factory) -> list[tuple[str, int]]:
    """(call, which one of them) along a filing that goes well."""
    home = make_home(tmp_path_factory.mktemp("points") / "home")
    open_node(home, FixedClock()).close()
    trace = home / "trace"
    assert traced(home, "-o", str(trace), "-e", f"trace={','.join(CALLS)}") == 0
    seen = Counter(
        line.split()[1].split("(")[0] for line in trace.read_text(errors="replace").splitlines() if "(" in line
    )
    found = [(call, count) for call in CALLS for count in range(1, seen[call] + 1)]
    return [(call, count) for call, count in found if call != "pwrite64" or count % STEP == 1 or count == seen[call]]


def said(home: Path) -> str:
    path = home / "said"
    return path.read_text() if path.exists() else ""


def after(home: Path) -> tuple[list[str], int]:
    """(numbers in the log after the fault, how many events there are when the client has sent the same again)."""
    node = open_node(home, FixedClock())
    try:
        with node.database.read() as tx:
            numbers = [event.application for event in log.up(tx)]
        applications.file(node, "ceshi-dengji", answers(), token="token-0001", channel="kiosk", actor="kiosk")
        with node.database.read() as tx:
            events = len(log.up(tx))
        assert verify.verify(node.database).faults == []
    finally:
        node.close()
    return numbers, events


def copy(home: Path, name: str) -> Path:
    made = home.parent / name
    shutil.copytree(home, made)
    return made


@pytest.fixture
def used(home: Path) -> Path:
    """A home whose services are known already, so that the sweep goes over the filing alone."""
    open_node(home, FixedClock()).close()
    return home


def test_a_filing_killed_before_a_durable_call_is_there_once_or_not_at_all(used, points):
    kept = set()
    for call, count in points:
        home = copy(used, f"{call}-{count}")
        assert fail(home, "signal=SIGKILL", call, count) != 0
        numbers, events = after(home)
        assert (events, said(home)) == (1, ""), (call, count)
        kept.add(len(numbers))
    assert kept == {0, 1}


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_filing_that_the_disk_fails_never_says_a_number_that_is_lost(used, points, error):
    told = set()
    for call, count in points:
        home = copy(used, f"{call}-{count}")
        fail(home, f"error={error}", call, count)
        numbers, events = after(home)
        assert events == 1, (call, count)
        told.add(said(home))
        assert not said(home).isdigit() or numbers == [said(home)], (call, count)
    assert told & {"disk_fault", "disk_full"}
