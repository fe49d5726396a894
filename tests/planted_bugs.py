"""Planted faults: each patch in tests/planted/ breaks the protocol in one way, and the check that its head names must see.

A patch is a unified diff under a few lines of text:

    What: one sentence
    By: simulator            (or a test file)
    Seeds: 130:140           (where it was seen before; tried first, then SEEDS)

It is applied to a copy of the packages in a temporary folder; the product itself is never touched.

    python tests/planted_bugs.py [NAME ...]        tries them and writes build/planted.json
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "planted"
TABLE = ROOT / "build" / "planted.json"
PACKAGES = ("edge", "forms", "sync", "kiosk", "tests")
SEEDS = "0:400"
PATIENCE_S = 600
_HUNK = re.compile(r"^@@ -(\d+)")


class DoesNotApplyError(Exception):
    """The tree has changed where a patch wants to break it: the patch is to be made anew."""


@dataclass(frozen=True)
class Caught:
    """What saw a planted fault; `check` is "" if nothing did."""

    name: str
    what: str
    by: str
    check: str
    after_seeds: int = 0


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.patch"))


def head(name: str) -> dict[str, str]:
    """What stands above the diff: what and by."""
    text = (FOLDER / f"{name}.patch").read_text(encoding="utf-8").split("\n--- ", 1)[0]
    return {key.lower(): value for key, value in (line.split(": ", 1) for line in text.splitlines() if ": " in line)}


def apply(name: str, tree: Path) -> None:
    """Raises DoesNotApplyError naming file and hunk; each hunk must be found once, at whatever line."""
    path, before, after = None, [], []
    lines = (FOLDER / f"{name}.patch").read_text(encoding="utf-8").splitlines()
    for line in [*lines, "@@ -0"]:
        if line.startswith("+++ b/") or _HUNK.match(line):
            if path is not None and (before or after):
                _replace(name, path, before, after)
            before, after = [], []
            path = tree / line.removeprefix("+++ b/") if line.startswith("+++ b/") else path
        elif path is not None and line[:1] in (" ", "-", "+", "") and not line.startswith("--- "):
            before += [line[1:]] if line[:1] != "+" else []
            after += [line[1:]] if line[:1] != "-" else []


def _replace(name: str, path: Path, before: list[str], after: list[str]) -> None:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    old = "\n".join(before) + "\n"
    if text.count(old) != 1:
        where = path.name if path.is_file() else f"{path.name}, which is gone"
        raise DoesNotApplyError(f"{name}.patch no longer applies to {where}; make it anew:\n{old}")
    path.write_text(text.replace(old, "\n".join(after) + "\n"), encoding="utf-8")


def copied(folder: Path) -> Path:
    """The packages and their tests, without what was compiled."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "planted"))
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def catch(name: str) -> Caught:
    """Plant one fault and run what has to see it. Raises DoesNotApplyError."""
    said = head(name)
    with tempfile.TemporaryDirectory(prefix="planted-") as made:
        tree = copied(Path(made))
        apply(name, tree)
        check, seeds = (
            _simulated(tree, said.get("seeds", SEEDS)) if said["by"] == "simulator" else _suite(tree, said["by"])
        )
    return Caught(name, said["what"], said["by"], check, seeds)


def _simulated(tree: Path, seeds: str) -> tuple[str, int]:
    command = [sys.executable, str(tree / "tests" / "simulator.py"), "--seeds", seeds, "--stop", "--json"]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return "", 0  # the simulator prints at its end; not to have ended is not to have seen
    if not done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    said = json.loads(done.stdout)
    if not said["violations"]:
        return ("", said["seeds"]) if seeds == SEEDS else _simulated(tree, SEEDS)
    return said["violations"][0]["check"], said["violations"][0]["seed"] + 1


def _suite(tree: Path, by: str) -> tuple[str, int]:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", by]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    failed = re.search(r"^FAILED \S+?::(\w+)", done.stdout, re.MULTILINE)
    return (failed[1] if failed else ""), 0


def table(found: list[Caught]) -> str:
    width = max(len(one.name) for one in found)
    lines = (f"  {one.name:<{width}}  {one.check or 'NOT CAUGHT'}{_seeds(one)}" for one in found)
    return "\n".join(lines)


def _seeds(one: Caught) -> str:
    return f" (seed {one.after_seeds})" if one.after_seeds else ""


def keep(found: list[Caught]) -> None:
    """Merge into build/planted.json."""
    held = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}
    held |= {one.name: asdict(one) for one in found}
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    TABLE.with_suffix(".new").write_text(text, encoding="utf-8")
    TABLE.with_suffix(".new").replace(TABLE)


def all_of(wanted: list[str]) -> Iterator[Caught]:
    yield from map(catch, wanted or names())


def main() -> int:
    found = []
    for one in all_of(sys.argv[1:]):
        found.append(one)
        sys.stdout.write(table([one]) + "\n")
        sys.stdout.flush()
        keep([one])
    return 0 if all(one.check for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
