"""Hide-and-seek with faults: the same seed hides the same, a module is changed in one function, and the tree at hand is left alone."""

import ast
import subprocess
from pathlib import Path

import hidden_bugs
import mutants
import pytest

PACKAGES = ("edge", "forms", "kiosk", "sync")


def test_a_seed_hides_one_fault_in_each_package_and_the_same_every_time() -> None:
    once = hidden_bugs.chosen("7", PACKAGES)
    assert [place.module.partition(".")[0] for place in once] == list(PACKAGES)
    assert once == hidden_bugs.chosen("7", PACKAGES) != hidden_bugs.chosen("8", PACKAGES)


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_spoiled_module_is_the_other_one_but_for_one_function(seed: str) -> None:
    for place in hidden_bugs.chosen(seed, PACKAGES):
        was = mutants.source_of(place.module).read_text(encoding="utf-8")
        now = hidden_bugs.spoiled(place)
        pairs = zip(hidden_bugs.functions(ast.parse(was)), hidden_bugs.functions(ast.parse(now)), strict=True)
        changed = [old.name for old, new in pairs if ast.dump(old) != ast.dump(new)]
        assert changed == [place.function.rpartition(".")[2]], str(place)


def test_what_is_hidden_is_in_the_copy_alone_and_the_answer_beside_it(tmp_path: Path) -> None:
    (place,) = hidden_bugs.chosen("7", ["forms"])
    hidden_bugs.hide(tmp_path / "copy", [place])
    path = mutants.source_of(place.module).relative_to(mutants.ROOT)
    assert (tmp_path / "copy" / path).read_text(encoding="utf-8") == hidden_bugs.spoiled(place)
    assert (mutants.ROOT / path).read_text(encoding="utf-8") != hidden_bugs.spoiled(place)
    assert hidden_bugs.hidden(tmp_path / "copy") == [place]
    said = subprocess.run(["git", "status", "--short", "-uno"], cwd=tmp_path / "copy", capture_output=True, check=True)
    assert said.stdout == b""


def test_a_test_that_fails_without_the_fault_too_has_seen_nothing(tmp_path: Path) -> None:
    trees = {"tree": (0, 0), "sound": (0, 1), "all failing": (0, 0)}
    for name, (first, second) in trees.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "test_it.py").write_text(f"def test_a(): assert {first}\ndef test_b(): assert {second}\n")
    tree, sound, broken = (tmp_path / name for name in trees)
    assert hidden_bugs.seen(tree, sound, ["test_it.py"]) == "test_it.py::test_b"
    assert hidden_bugs.seen(tree, broken, ["test_it.py"]) == ""
