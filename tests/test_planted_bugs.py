"""Every planted fault is seen by the check that its patch names; a patch that no longer applies says so."""

import subprocess
import sys
from pathlib import Path

import planted_bugs
import pytest

PROMISED = 20


def test_there_are_as_many_planted_faults_as_promised() -> None:
    assert len(planted_bugs.names()) >= PROMISED


def test_every_patch_still_applies(tmp_path: Path) -> None:
    for name in planted_bugs.names():
        planted_bugs.apply(name, planted_bugs.copied(tmp_path / name))


@pytest.mark.parametrize("name", planted_bugs.names())
def test_a_planted_fault_is_caught(name: str) -> None:
    caught = planted_bugs.catch(name)
    planted_bugs.keep([caught])
    assert caught.check, f"{name}: {caught.what} Nothing saw it ({caught.by})."


def test_a_patch_that_no_longer_applies_says_which_and_where(tmp_path: Path) -> None:
    (tmp_path / "sync").mkdir()
    name = planted_bugs.names()[0]
    with pytest.raises(planted_bugs.DoesNotApplyError, match=rf"{name}\.patch no longer applies to "):
        planted_bugs.apply(name, tmp_path)


def test_the_tree_without_a_fault_is_not_accused(tmp_path: Path) -> None:
    tree = planted_bugs.copied(tmp_path)
    command = [sys.executable, str(tree / "tests" / "simulator.py"), "--seeds", "0:5", "--stop", "--json"]
    assert subprocess.run(command, cwd=tree, check=False, capture_output=True).returncode == 0
