"""Faults at the durable calls of filing, pushing, acknowledging, ferry, backup and restore: one point of many; `make proof` tries each."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the faults")]

STEP = 97


def test_no_promise_is_broken_by_a_kill_or_by_a_failing_disk() -> None:
    """In a process of its own: it forks, and looks at its children with strace."""
    script = Path(__file__).with_name("faults.py")
    done = subprocess.run([sys.executable, str(script), str(STEP)], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout) if done.stdout else {}
    assert found, done.stderr
    assert found["broken"] == []
    assert found["kills"] > 0
    assert found["points"] > found["kills"]
    assert all(sum(calls.values()) > 10 for calls in found["calls"].values())
