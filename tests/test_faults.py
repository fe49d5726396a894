"""Faults at the durable calls of filing, pushing, acknowledging, ferry, backup, restore, keys and erasing: one point of many; `make proof` tries each."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the faults")]

STEP = 149


def faulted(step: int, *wanted: str) -> dict[str, Any]:
    """In a process of its own: it forks, and looks at its children with strace."""
    command = [sys.executable, str(Path(__file__).with_name("faults.py")), str(step), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_no_promise_is_broken_by_a_kill_or_by_a_failing_disk() -> None:
    found = faulted(STEP)
    assert found["broken"] == []
    assert found["kills"] > 0
    assert found["points"] > found["kills"]
    assert all(sum(calls.values()) > 5 for calls in found["calls"].values())


def test_a_restore_that_was_killed_leaves_nothing_that_spoils_the_next() -> None:
    """A journal left beside the half-made database was once played back into its successor."""
    assert faulted(3, "restore", "fsync")["broken"] == []


def test_a_backup_onto_a_full_or_broken_disk_says_so_in_a_sentence() -> None:
    assert faulted(200, "backup", "pwrite64")["broken"] == []


def test_what_a_locked_room_gave_a_receipt_for_survives_every_fault() -> None:
    found = faulted(3, "file sealed")
    assert found["broken"] == []
    assert found["kills"] > 0
