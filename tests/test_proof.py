"""The runner of the measurements: what it keeps, and when it says that a promise was broken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from patroni_cluster import differences

ROOT = Path(__file__).resolve().parent.parent


def proof(folder: Path, value: float, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the runner beside two measurements, one of which gives `value` where 1.5 was promised."""
    tests = folder / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "proof.py").write_text((ROOT / "tests" / "proof.py").read_text(encoding="utf-8"), encoding="utf-8")
    figure = {"name": "start", "value": value, "unit": "x", "limit": 1.5}
    (tests / "bench_one.py").write_text(f"def figures():\n    return [{figure}]\n", encoding="utf-8")
    (tests / "bench_two.py").write_text(
        "def figures():\n    return [dict(name='size', value=3, unit='MB')]\n", encoding="utf-8"
    )
    command = [sys.executable, str(tests / "proof.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def kept(folder: Path) -> dict[str, float]:
    report = json.loads((folder / "build" / "proof.json").read_text(encoding="utf-8"))
    return {name: part["figures"][0]["value"] for name, part in report.items()}


def test_every_measurement_runs_and_is_kept(tmp_path: Path) -> None:
    done = proof(tmp_path, 1.2)
    assert done.returncode == 0
    assert kept(tmp_path) == {"one": 1.2, "two": 3}


def test_one_measurement_leaves_the_figures_of_the_others(tmp_path: Path) -> None:
    proof(tmp_path, 1.2)
    assert proof(tmp_path, 1.4, "--only", "one").returncode == 0
    assert kept(tmp_path) == {"one": 1.4, "two": 3}


def test_a_broken_promise_is_said_and_ends_with_1(tmp_path: Path) -> None:
    done = proof(tmp_path, 1.6)
    assert done.returncode == 1
    assert "NOT HELD" in done.stdout
    assert kept(tmp_path)["one"] == 1.6


def test_a_figure_is_printed_when_it_is_found_whatever_fails_after_it(tmp_path: Path) -> None:
    proof(tmp_path, 1.2)
    lines = "    yield dict(name='first', value=1, unit='s')\n    raise RuntimeError('planted')\n"
    (tmp_path / "tests" / "bench_two.py").write_text(f"def figures():\n{lines}", encoding="utf-8")
    command = [sys.executable, str(tmp_path / "tests" / "proof.py"), "--only", "two"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "first" in done.stdout
    assert "planted" in done.stderr
    assert kept(tmp_path) == {"one": 1.2, "two": 3}


def test_an_unknown_measurement_is_refused(tmp_path: Path) -> None:
    done = proof(tmp_path, 1.2, "--only", "three")
    assert done.returncode == 2
    assert "three" in done.stderr


def test_a_row_that_is_lost_or_otherwise_is_counted() -> None:
    sent = [("5224250017", 1, seq, b"{}") for seq in (1, 2, 3)]
    assert differences(sent, reversed(sent)) == 0
    assert differences(sent, sent[:2]) == 1
    assert differences(sent, [sent[0], sent[1], (*sent[2][:3], b"{ }")]) == 1
