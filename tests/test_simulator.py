"""The simulator over its fixed seeds: no promise is broken, everything that can go wrong did, and chance is no part of it.

It runs in processes of its own, since it takes the place of the clocks and of chance. `make proof ONLY=simulator` goes
over a hundred thousand seeds.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench_simulator import DISASTERS
from simulator_story import FATES, STEPS

HERE = Path(__file__).resolve().parent
FIXED = "0:1000"  # about a minute on two cores


def simulated(seeds: str, processes: int = 2) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "simulator.py"), "--seeds", seeds, "--processes", str(processes), "--json"]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def fixed() -> dict[str, Any]:
    return simulated(FIXED)


def test_no_promise_is_broken_in_the_fixed_seeds(fixed: dict[str, Any]) -> None:
    assert fixed["violations"] == []
    assert fixed["seeds"] == int(FIXED.split(":")[1])


def test_everything_that_can_happen_did_happen(fixed: dict[str, Any]) -> None:
    happened = fixed["steps"]
    assert {name for name in (*STEPS, *FATES, *DISASTERS) if not happened.get(name)} == set()


def test_the_same_seeds_give_the_same_traces_in_whatever_process() -> None:
    assert simulated("5000:5012", 1)["traces"] == simulated("5000:5012", 2)["traces"]
