"""What nobody names is not here: each function, class and constant of the program is named at a second place.

A second place is another line of code, a template, a route's text, a script or a test. Names that a library or the
interpreter calls by itself stand in a list with whoever calls them.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("forms", "edge", "sync", "kiosk")
PLACES = (*PACKAGES, "tests", "packaging")
TEXTS = {".py", ".html", ".js", ".sh", ".txt", ".toml"}
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CALLED_BY = {
    "create_module": "importlib",
    "dump_bytecode": "Jinja, of its bytecode cache",
    "_get_file_stream": "Werkzeug, of its request",
    "open_session": "Flask, of its session interface",
    "save_session": "Flask, of its session interface",
    "default_port": "urllib3, of its connection pool",
    "formatException": "logging, of its formatter",
}
# methods that are found by the name of an event's kind
BY_KIND = {"forms/appointments.py": re.compile(r"_(schedule|appointment)_[a-z]+\Z")}


def words() -> Counter[str]:
    found: Counter[str] = Counter()
    for place in PLACES:
        for path in (ROOT / place).rglob("*"):
            if path.suffix in TEXTS and not {"vendor", "__pycache__", ".hypothesis"} & set(path.parts):
                found.update(WORD.findall(path.read_text(encoding="utf-8", errors="replace")))
    return found


def defined(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """What a module or a class makes: name and line. What a decorator takes in is named by that."""
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            if isinstance(one, ast.ClassDef) or not one.decorator_list:
                yield one.name, one.lineno
            if isinstance(one, ast.ClassDef):
                yield from defined(one.body)
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            yield from ((target.id, one.lineno) for target in targets if isinstance(target, ast.Name))


def alone(source: str, counted: Counter[str], by_kind: re.Pattern[str] | None = None) -> list[tuple[str, int]]:
    return [
        (name, line)
        for name, line in defined(ast.parse(source).body)
        if counted[name] < 2
        and not name.startswith("__")
        and name not in CALLED_BY
        and not (by_kind and by_kind.match(name))
    ]


def test_every_name_of_the_program_is_named_at_a_second_place() -> None:
    counted = words()
    found = [
        f"{path.relative_to(ROOT)}:{line} nobody names {name}: use it or take it out"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for name, line in alone(path.read_text(encoding="utf-8"), counted, BY_KIND.get(str(path.relative_to(ROOT))))
    ]
    assert found == []


def test_what_libraries_call_is_still_there() -> None:
    counted = words()
    assert [name for name in CALLED_BY if counted[name] < 2] == []  # once here, once where it is made


def test_a_name_that_stands_alone_is_found() -> None:
    source = "LIMIT = 3\n\ndef used(): return LIMIT\n\nclass Box:\n    def lost(self): return used()\n\nBox()\n"
    assert alone(source, Counter(WORD.findall(source))) == [("lost", 6)]
