"""Hide-and-seek: one small fault in each of some packages, where a seed says, in a copy of the tree; then find it from the symptom.

    python tests/hidden_bugs.py DIR --seed 7 --packages forms kiosk sync   hides them in DIR, which is made anew, and says nothing
    cd DIR && make check                                                   (or the demo: look for what is wrong)
    python tests/hidden_bugs.py DIR --tell                                 where they are
    python tests/hidden_bugs.py DIR --seek                                 which test sees each: its own files first, then all

The faults are those of mutants: one sign, one word or one line of one function. A fault that --seek does not find is a test
that is missing, or changes nothing that anybody could see: look before saying which.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import mutants
from mutants import ROOT, Place

ANSWER = "hidden.json"
NONE_LEFT = 5  # of pytest: it ran no test
AT_ONCE = ("--numprocesses=auto", "--dist=loadfile")
MADE = ("edge/static/vendor", "forms/data")  # what git ignores and the set-up makes


def modules_of(package: str) -> list[str]:
    """The modules of a package and of its subpackages, without `__init__` files."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.name != "__init__.py"]


def chosen(seed: str, packages: Sequence[str]) -> list[Place]:
    """One place in each package; every module has the same chance, the short one too."""
    return [_one(random.Random(f"{seed} {package}"), modules_of(package)) for package in packages]


def _one(dice: random.Random, modules: list[str]) -> Place:
    places: list[Place] = []
    while not places:
        places = mutants.places_of(dice.choice(modules))
    return dice.choice(places)


def spoiled(place: Place) -> str:
    """The source of the module with the fault: all of its text as it was, but for the one function."""
    whole = mutants.source_of(place.module).read_text(encoding="utf-8")
    before, _ = mutants.planted(place.module, mutants.UNCHANGED)
    after, _ = mutants.planted(place.module, place.at)
    pairs = zip(functions(before), functions(after), strict=True)
    old, new = next((old, new) for old, new in pairs if ast.unparse(old) != ast.unparse(new))
    lines = whole.splitlines()
    first = min([old.lineno, *(one.lineno for one in old.decorator_list)])
    made = [" " * old.col_offset + line for line in ast.unparse(new).splitlines()]
    return "\n".join([*lines[: first - 1], *made, *lines[old.end_lineno :]]) + "\n"


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Outermost functions and methods, in their order."""
    found: list[ast.FunctionDef] = []
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        one = pending.pop(0)
        if isinstance(one, ast.FunctionDef):
            found.append(one)
        elif isinstance(one, ast.ClassDef):
            pending += one.body
    return found


def copied(folder: Path) -> None:
    """What was committed last, ready to be run in `folder`."""
    git(ROOT, "clone", "-q", ".", str(folder))
    for name in MADE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)


def hide(folder: Path, places: Sequence[Place]) -> None:
    """A copy with all faults in it; the answer is in a file that the seeker leaves shut."""
    copied(folder)
    for place in places:
        target = folder / mutants.source_of(place.module).relative_to(ROOT)
        target.write_text(spoiled(place), encoding="utf-8")
    git(folder, "-c", "user.name=hidden", "-c", "user.email=hidden@localhost", "commit", "-qanm", "Hide")
    told = [{"module": one.module, "at": one.at, "where": str(one)} for one in places]
    (folder / ANSWER).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def hidden(folder: Path) -> list[Place]:
    told = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    return [mutants.places_of(one["module"])[one["at"]] for one in told]


def seek(place: Place, folder: Path) -> str:
    """The first test that fails with this one fault alone; "" if every test passes, which takes long."""
    alone, sound = folder / "alone", folder / "sound"
    for tree in (alone, sound):
        shutil.rmtree(tree, ignore_errors=True)
    hide(alone, [place])
    copied(sound)
    own = [f"tests/{name}.py" for name in _own_tests(place.module)]
    rounds = [own] * bool(own) + [["-m", "not browser and not slow", *AT_ONCE], ["-m", "browser or slow", *AT_ONCE]]
    return next(filter(None, (seen(alone, sound, asked) for asked in rounds)), "")


def seen(tree: Path, sound: Path, asked: Sequence[str]) -> str:
    """The first of the tests that are asked which fails in `tree` and passes in `sound`; "" if there is none."""
    passed_over: list[str] = []
    while failed := _failed(tree, [*asked, *(f"--deselect={one}" for one in passed_over)]):
        if not _failed(sound, [failed]):
            return failed
        passed_over.append(failed)
    return ""


def _own_tests(module: str) -> list[str]:
    """The files of tests that name the module: by their own name, or in an import."""
    package, _, name = module.rpartition(".")
    words = re.compile(
        rf"from {re.escape(package)} import [^\n]*\b{name}\b|from {re.escape(module)} import|import {re.escape(module)}\b"
    )
    flat = "test_" + module.replace(".", "_")
    tests = sorted((ROOT / "tests").glob("test_*.py"))
    return [one.stem for one in tests if one.stem.startswith(flat) or words.search(one.read_text(encoding="utf-8"))]


def _failed(tree: Path, asked: Sequence[str]) -> str:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *asked]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if done.returncode not in {0, NONE_LEFT} and not failed:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return failed[1] if failed else ""


def _said(test: str) -> str:
    return f"   {test or 'NO TEST SAW IT'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--packages", nargs="+", default=["edge", "forms", "kiosk", "sync"])
    parser.add_argument("--tell", action="store_true")
    parser.add_argument("--seek", action="store_true")
    args = parser.parse_args()
    if not args.tell and not args.seek:
        hide(args.folder, chosen(args.seed, args.packages))
        return 0
    found = [(place, seek(place, args.folder) if args.seek else "") for place in hidden(args.folder)]
    for place, test in found:
        sys.stdout.write(f"{place}{_said(test) if args.seek else ''}\n")
    return 0 if args.tell or all(test for _, test in found) else 1


if __name__ == "__main__":
    sys.exit(main())
