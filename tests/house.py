"""`make house`: how long, how entangled and how well described the program is, counted from its own source.

Functions are counted from `def` to their last line, docstring and comments included. A circle is one of imports that
run when a module is first read: those inside functions and for types alone are none.
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import subprocess
import sys
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("forms", "edge", "sync", "kiosk")
Figures = dict[str, tuple[Any, str]]
ALIKE_LINES = 8  # so many lines in a row, names and all, count as said twice
EXCEPTION = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type: ignore(?:\[[\w, -]+\])?)(.*)")


def modules() -> dict[str, Path]:
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in found}


def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in modules().items()}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """What others may use: functions and classes of a module without an underscore."""
    for one in tree.body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and not one.name.startswith("_"):
            yield one


def imported(name: str, tree: ast.Module, known: dict[str, Path]) -> set[str]:
    """Modules of ours that are read when this one is."""
    found: set[str] = set()
    for one in tree.body:
        if isinstance(one, ast.Import):
            found |= {alias.name for alias in one.names}
        elif isinstance(one, ast.ImportFrom) and one.module:
            found |= {one.module, *(f"{one.module}.{alias.name}" for alias in one.names)}
    return {each for each in found if each in known and each != name}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that need one another (Tarjan's strongly connected components of more than one)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in graph[name]:
            if other not in number:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == number[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for name in graph:
        if name not in number:
            visit(name)
    return found


def exceptions() -> list[str]:
    """Exceptions from lint or types that say no reason."""
    found = []
    for path in modules().values():
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            said = EXCEPTION.search(token.string) if token.type == tokenize.COMMENT else None
            if said and not said[1].strip(" -#"):
                found.append(f"{path.relative_to(ROOT)}:{token.start[0]}")
    return found


def code_lines(paths: Iterator[Path]) -> int:
    """Lines that are neither empty nor a comment."""
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for text in texts for line in text.splitlines())


def imports(text: str) -> list[ast.Import | ast.ImportFrom]:
    """Every import of a source, in functions too."""
    return [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Import | ast.ImportFrom)]


def alike() -> dict[tuple[str, ...], list[str]]:
    """Runs of lines that stand at more than one place, imports aside."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, path in modules().items():
        text = path.read_text(encoding="utf-8")
        named = {line for one in imports(text) for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
        lines = [line.strip() for at, line in enumerate(text.splitlines(), 1) if at not in named]
        kept = [line for line in lines if line and not line.startswith(("#", "@", ")"))]
        for at in range(len(kept) - ALIKE_LINES + 1):
            found[tuple(kept[at : at + ALIKE_LINES])].append(name)
    return {lines: places for lines, places in found.items() if len(places) > 1}


def undeclared(found: dict[str, ast.Module]) -> set[str]:
    """Libraries that are used and not declared in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(one for many in project["optional-dependencies"].values() for one in many)]
    declared = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower().replace("_", "-") for one in asked}
    whose = packages_distributions()
    used = {
        (one.module if isinstance(one, ast.ImportFrom) else alias.name).partition(".")[0]
        for tree in found.values()
        for one in ast.walk(tree)
        if isinstance(one, ast.Import | ast.ImportFrom)
        for alias in one.names
        if isinstance(one, ast.Import) or one.module
    }
    third = {name for name in used if name in whose and name not in PACKAGES and name not in sys.stdlib_module_names}
    return {name for name in third if not {one.lower().replace("_", "-") for one in whose[name]} & declared}


def lengths_of(found: dict[str, ast.Module]) -> Figures:
    lengths = [one.end_lineno - one.lineno + 1 for tree in found.values() for one in functions(tree) if one.end_lineno]
    return {
        "functions, median lines": (statistics.median(lengths), "<= 10"),
        "functions, 90th percentile lines": (statistics.quantiles(lengths, n=10)[-1], "<= 25"),
    }


def figures() -> Figures:
    """Name -> (value, what it is held against)."""
    found, known = trees(), modules()
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in known.items()}
    longest = max(lines, key=lambda name: lines[name])
    open_to_all = [one for tree in found.values() for one in public(tree)]
    bare = [one for one in open_to_all if not ast.get_docstring(one)]
    own = code_lines(iter(known.values()))
    tests = code_lines(
        path for path in sorted((ROOT / "tests").glob("*.py")) if path.name.startswith(("test_", "conf"))
    )
    return lengths_of(found) | {
        "longest module, lines": (f"{lines[longest]} {longest}", "<= 500"),
        "circles of imports": (len(circles({name: imported(name, found[name], known) for name in found})), "0"),
        "exceptions without a reason": (len(exceptions()), "0"),
        "libraries used and not declared": (sorted(undeclared(found)), "none"),
        "lines of code": (own, ""),
        "lines of tests / lines of code": (round(tests / own, 2), "1.0 to 1.6"),
        "public functions and classes with a docstring, %": (
            round(100 - 100 * len(bare) / len(open_to_all), 1),
            "100",
        ),
        f"runs of {ALIKE_LINES} lines said twice": (len(alike()), "explained or gone"),
    }


def tools() -> Figures:
    """What deptry and vulture find, by their settings in pyproject.toml."""
    ran = {
        name: subprocess.run(
            [sys.executable, "-m", name, *given], cwd=ROOT, capture_output=True, text=True, check=False
        )
        for name, given in {"deptry": ["--no-ansi", "."], "vulture": []}.items()
    }
    told = {
        name: [line for line in (one.stdout + one.stderr).splitlines() if ".py:" in line or ".toml:" in line]
        for name, one in ran.items()
    }
    return {f"found by {name}": (lines or "nothing", "nothing") for name, lines in told.items()}


if __name__ == "__main__":
    for name, (value, held) in (figures() | tools()).items():
        sys.stdout.write(f"{name:52} {value!s:>28}   {held}\n")
    for group in circles({name: imported(name, tree, modules()) for name, tree in trees().items()}):
        sys.stdout.write(f"  circle: {', '.join(group)}\n")
    for place in exceptions():
        sys.stdout.write(f"  exception without a reason: {place}\n")
    for lines, places in alike().items():
        sys.stdout.write(f"  twice: {', '.join(places)}: {lines[0]}\n")
