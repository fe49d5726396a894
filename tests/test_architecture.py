"""Who may import whom, which library stands behind which door, and what keeps `forms` pure: the rules as data.

Each fault is one sentence that names the file, the line and the way out. The last tests feed planted violations to the
checker, so that a rule which no longer bites is noticed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("forms", "edge", "sync", "kiosk")
LINES_MAX = 450

# A module belongs to the group of its longest listed prefix.
GROUPS = {
    "forms": "forms",
    "edge": "core",
    "edge.staff": "staff",
    "edge.status": "status",
    # the words of an application's progress, the same on the room's page, the province's and the kiosk
    "edge.status.progress": "shared",
    "edge.status.documents": "shared",
    "edge.status.deciding": "shared",
    "edge.status.mask": "shared",
    "edge.status.english": "shared",
    "edge.status.frame": "shared",
    "edge.words": "shared",
    "edge.room": "shared",
    # what a phone uploads is looked into in the same way at the province
    "edge.images": "shared",
    "edge.materials_named": "shared",
    "edge.jpeg": "shared",
    "edge.containers": "shared",
    "edge.api": "api",
    "kiosk": "kiosk",
    "sync": "sync",
    "sync.centre": "centre",
    # what node and centre share: page plumbing, errors, accounts, QR codes
    "edge.errors": "shared",
    # what a centre puts onto a stick for machines that have nothing yet
    "edge.prepared_stick": "shared",
    "edge.first_start": "wiring",
    "edge.replacing": "wiring",
    "edge.first_start_pages": "wiring",
    # a package of one application, checked wherever it is
    "edge.archives": "shared",
    # what a notice of the centre proves by itself
    "edge.writ_proof": "shared",
    # the slots of a database's key: the centre holds one of each room
    "edge.slots": "shared",
    "edge.recovery_words": "shared",
    "edge.centre_unlock": "wiring",
    "edge.web": "shared",
    "edge.web_errors": "shared",
    "edge.web_fields": "shared",
    "edge.web_filters": "shared",
    "edge.web_hosts": "shared",
    "edge.web_session": "shared",
    "edge.texts": "shared",
    "edge.typed": "shared",
    "edge.accounts": "shared",
    "edge.account_chain": "shared",
    "edge.common_passwords": "shared",
    "edge.plain_files": "shared",
    "edge.one_time": "shared",
    "edge.offered_proof": "shared",
    "edge.book_witness": "shared",
    "edge.three": "shared",
    "edge.heavy": "shared",
    "edge.calendar": "shared",
    "edge.qr": "shared",
    # how a receipt is numbered and proven: the province checks it too
    "edge.receipt_numbers": "shared",
    "edge.receipt_proof": "shared",
    "edge.os_words": "shared",
    "edge.durable": "shared",
    "edge.file_locks": "shared",
    "edge.shown_once": "shared",
    "edge.sealing": "shared",
    # the folders of a medium that is carried by hand
    "sync.stick": "shared",
    "sync.stick_job": "shared",
    # who may publish a service, and the files that say so
    "edge.publishing": "shared",
    "edge.publishing.in_force": "core",
    "edge.publishing.service_files": "core",
    "edge.publishing.status": "core",
    # who may sign which part of a pack
    "edge.packs": "shared",
    "edge.packs.judging": "core",
    "edge.packs.room_folder": "core",
    "edge.enrolment_text": "shared",
    # which keys take the place of which, and which suites are allowed
    "edge.key_words": "shared",
    # what the centre says of the rooms of a county
    "edge.comparison_words": "shared",
    # what crosses the link, the same on both ends
    "sync.frames": "wire",
    "sync.frame_items": "wire",
    "sync.frame_contents": "wire",
    "sync.header": "wire",
    "sync.recall": "wire",
    "sync.runs": "wire",
    "sync.coding": "wire",
    "sync.envelope": "wire",
    "sync.wire": "wire",
    # what keys are made of, the same wherever keys are held
    "sync.suites": "suites",
    "edge.app": "wiring",
    "edge.serving": "wiring",
    "edge.cli": "wiring",
    "edge.commands": "wiring",
    "edge.scheduler": "wiring",
    "edge.carrying": "wiring",
    "edge.carriage": "wiring",
    "edge.locked": "wiring",
    "edge.away": "wiring",
    "edge.ferry_job": "wiring",
    "edge.demo": "wiring",
    "edge.preview": "wiring",
    "edge.practice_room": "wiring",
    "edge.prints.pdf": "wiring",
    "edge.sample": "wiring",
    "edge.sample.pages": "core",  # practice draws with it, too
    "edge.__main__": "wiring",
}

NODE = frozenset({"core", "shared", "forms", "suites"})
MAY_IMPORT = {
    "forms": frozenset({"forms"}),
    "suites": frozenset({"suites"}),
    "shared": frozenset({"shared", "forms", "suites"}),
    "wire": frozenset({"wire", "forms", "suites"}),
    "core": NODE,
    "staff": NODE | {"staff"},
    "status": NODE | {"status"},
    "api": NODE | {"api"},
    "kiosk": NODE | {"kiosk"},
    "sync": NODE | {"sync", "wire"},
    "centre": frozenset({"centre", "wire", "shared", "forms", "suites"}),
    "wiring": frozenset(GROUPS.values()),
}

SCREENS = (
    *("edge.web", "edge.web_errors", "edge.web_filters", "edge.web_session", "edge.web_node", "edge.shown_once"),
    "edge.offered_proof",
    *("edge.staff", "edge.status", "edge.api", "kiosk", "edge.prints.pages", "edge.prints.pdf", "edge.preview"),
    *("sync.centre.app", "sync.centre.api", "sync.centre.phone", "sync.centre.review"),
    *(
        "edge.template_code",
        "edge.app",
        "edge.away",
        "edge.locked",
        "edge.first_start",
        "edge.first_start_pages",
        "edge.practice_room",
        "edge.serving",
        "edge.cli",
        "edge.commands",
        "edge.demo",
    ),
)
# A library, and the modules (with everything below them) behind which it stays.
DOORS = {
    "flask": SCREENS,
    "htmx_flask": SCREENS,
    "werkzeug": SCREENS,
    "jinja2": SCREENS,
    "markupsafe": SCREENS,
    "itsdangerous": SCREENS,
    "requests": ("sync.https",),
    "urllib3": ("sync.https",),
    "apscheduler": ("edge.scheduler",),
    "qrcode": ("edge.qr",),
    "fcntl": ("edge.file_locks",),
    "sqlite3": ("edge.database",),  # its types only: Debian's SQLite lacks a fix for lost data
    "sqlcipher3": ("edge.database", "sync.centre.engines"),
    "sqlite_utils": ("edge.database", "edge.migrations", "edge.migration_steps"),
    "sqlalchemy": ("sync.centre",),
    "psycopg": ("sync.centre.engines",),
    "obstore": ("sync.centre.shelves",),
    "gunicorn": (),  # it calls us
    "pypinyin": ("edge.index",),  # which keeps its tables of phrases out of memory
    "argon2": ("edge.accounts",),
    "markdown_it": ("edge.markdown",),  # which switches on only what is safe
    "pyxform": ("edge.xlsform_file",),
    "openpyxl": ("edge.xlsform_file",),
    "escpos": ("edge.devices.escpos_bytes",),
    "PIL": (
        "edge.devices.drawn_text",
        "edge.devices.escpos_bytes",
        "edge.images",
        "edge.page_images",
        "edge.reencode",
        "edge.sample.devices",
        "edge.sample.pages",
        "sync.centre.review",
    ),
}

# `forms` may use what neither reads a clock nor touches a file, a network or a random number.
PURE_NAMES = """
    __future__ abc base64 bisect binascii calendar collections contextlib contextvars copy dataclasses datetime decimal difflib enum
    fractions functools graphlib hashlib heapq itertools json math numbers operator re string struct textwrap types
    typing unicodedata urllib.parse jsonschema_rs pypinyin rfc8785 stdnum zlib
"""
FORMS_MAY_USE = frozenset(PURE_NAMES.split())
# definitions and what lies beside them are read from a folder, their schema and the data packs from beside the code
FORMS_READS_FILES = ("forms.definition", "forms.lint", "forms.lint_family", "forms.packs")
CLOCK_CALLS = frozenset({"now", "today", "utcnow", "fromtimestamp"})
FILE_CALLS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "exists"})


def under(name: str, prefixes: tuple[str, ...] | frozenset[str]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def group_of(name: str) -> str | None:
    """The group of a module or of a name in it; None outside the four packages."""
    known = [prefix for prefix in GROUPS if under(name, (prefix,))]
    return GROUPS[max(known, key=len)] if known else None


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, in functions too; `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def relative_faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "imports by a relative path; write the whole name, so that a reader can search for it"


def group_faults(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    mine = group_of(module)
    for line, name in imports(tree):
        theirs = group_of(name)
        if mine is None or theirs is None or theirs in MAY_IMPORT[mine]:
            continue
        if theirs == "wiring":
            yield line, f"imports {name}, which is wiring: nobody imports it; let the wiring hand in what is needed"
        else:
            allowed = ", ".join(sorted(MAY_IMPORT[mine]))
            yield line, f"imports {name} ({theirs}); {mine} may import {allowed} only"


def door_faults(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    for line, name in imports(tree):
        library = name.split(".")[0]
        if library in DOORS and not under(module, DOORS[library]):
            doors = ", ".join(DOORS[library]) or "nobody"
            yield line, f"imports {library}, which only {doors} may; ask that module for what is needed"


def purity_faults(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    if not under(module, ("forms",)):
        return
    reads_files = under(module, FORMS_READS_FILES)
    for line, name in imports(tree):
        if not group_of(name) and not under(name, FORMS_MAY_USE) and not (reads_files and under(name, ("pathlib",))):
            yield line, f"imports {name}; forms is pure, and only what is listed in FORMS_MAY_USE keeps it so"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, text) for text in call_faults(node, reads_files=reads_files))


def call_faults(node: ast.Call, *, reads_files: bool) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr in CLOCK_CALLS:
        yield f"calls {ast.unparse(called)}(); forms knows no clock: let the caller pass the day in"
    if isinstance(called, ast.Attribute) and called.attr in FILE_CALLS and not reads_files:
        yield f"calls {ast.unparse(called)}(); only forms.definition reads files"
    if isinstance(called, ast.Name) and called.id == "open" and not reads_files:
        yield "calls open(); only forms.definition reads files"


def size_faults(source: str) -> Iterator[tuple[int, str]]:
    lines = source.count("\n")
    if lines > LINES_MAX:
        yield lines, f"has {lines} lines; a module is read in one sitting, {LINES_MAX} at most"


def faults(module: str, source: str) -> list[str]:
    """Everything that is wrong with one module of the four packages, as sentences."""
    tree = ast.parse(source)
    found = [
        *relative_faults(tree),
        *group_faults(module, tree),
        *door_faults(module, tree),
        *purity_faults(module, tree),
        *size_faults(source),
    ]
    return [f"{module}, line {line}: {text}." for line, text in sorted(found)]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def helpers() -> list[Path]:
    return sorted([*(ROOT / "tests").glob("*.py"), *(ROOT / "packaging").rglob("*.py")])


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_a_module_keeps_the_rules_of_the_house(path: Path) -> None:
    found = faults(module_name(path), path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_tests_and_tools_are_short_enough_to_read() -> None:
    long = [f"{path.name}: {text}" for path in helpers() for _, text in size_faults(path.read_text(encoding="utf-8"))]
    assert not long, "\n".join(long)


def test_packaging_is_no_package_and_nobody_imports_it() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists(), "packaging/__init__.py would shadow PyPI's packaging"
    ours = {path.stem for path in (ROOT / "packaging").rglob("*.py")}
    for path in modules():
        for line, name in imports(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (name.startswith("packaging.") and name.split(".")[1] in ours), f"{path}:{line} imports {name}"


def test_tests_lie_flat_so_that_they_shadow_no_package() -> None:
    deeper = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "tests"]
    assert not deeper, f"tests/ is flat; move {', '.join(deeper)}"
    assert not (ROOT / "tests" / "__init__.py").exists()


def test_every_name_in_the_rules_is_a_module_that_exists() -> None:
    """A renamed module must not leave a rule behind that guards nothing."""
    doors = {module for modules_of_door in DOORS.values() for module in modules_of_door}
    listed = {*GROUPS, *doors, *FORMS_READS_FILES}
    gone = [name for name in sorted(listed) if not exists(name)]
    assert not gone, f"no such module: {', '.join(gone)}"


def exists(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_no_test_sleeps() -> None:
    """Drain by a function and pass `now` in; a sleep is either too short or too long."""
    sleep = re.compile(r"\btime" + r"\.sleep\(")
    sleepy = [path.name for path in helpers() if sleep.search(path.read_text(encoding="utf-8"))]
    assert not sleepy, f"time.sleep in {', '.join(sleepy)}"


PLANTED = [
    ("sync.centre.cases", "from edge.database import Database", "centre may import"),
    ("sync.centre.cases", "from edge import applications", "centre may import"),
    ("sync.centre.cases", "import sync.push", "centre may import"),
    ("edge.errors", "from edge.log import append", "shared may import"),
    ("sync.envelope", "from edge.node import Node", "wire may import"),
    ("edge.applications", "from sync.push import Push", "core may import"),
    ("edge.applications", "from edge.staff.screens import bp", "core may import"),
    ("edge.staff.screens", "import sync.push", "staff may import"),
    ("kiosk.screens", "from edge.staff import lists", "kiosk may import"),
    ("kiosk.screens", "from edge import scheduler", "wiring"),
    ("edge.log", "def f():\n    from edge.cli import main\n", "wiring"),
    ("forms.page", "import edge.errors", "forms may import"),
    ("edge.applications", "import flask", "which only"),
    ("edge.applications", "from requests.adapters import HTTPAdapter", "sync.https"),
    ("sync.push", "import apscheduler", "edge.scheduler"),
    ("edge.receipts", "import qrcode", "edge.qr"),
    ("edge.log", "import sqlite3", "edge.database"),
    ("edge.log", "import sqlcipher3.dbapi2 as sqlite", "edge.database"),
    ("sync.centre.receiver", "import sqlite_utils", "edge.database"),
    ("edge.pairing", "import fcntl", "edge.file_locks"),
    ("edge.log", "from . import database", "relative"),
    ("kiosk.devices", "from .screens import bp", "relative"),
    ("forms.rules", "import random", "pure"),
    ("forms.rules", "import time", "pure"),
    ("forms.rules", "import os", "pure"),
    ("forms.rules", "import secrets", "pure"),
    ("forms.rules", "import socket", "pure"),
    ("forms.rules", "from urllib.request import urlopen", "pure"),
    ("forms.rules", "from pathlib import Path", "pure"),
    ("forms.rules", "import uuid", "pure"),
    ("forms.answers", "import datetime\nday = datetime.date.today()", "clock"),
    ("forms.answers", "from datetime import datetime\nday = datetime.now()", "clock"),
    ("forms.answers", "text = open('x').read()", "open()"),
    ("forms.answers", "def f(path): return path.read_text()", "reads files"),
    ("edge.log", "x = 1\n" * 451, "one sitting"),
]
ALLOWED = [
    ("sync.centre.cases", "from edge.errors import problem\nfrom sync import envelope, frames\nimport forms.lifecycle"),
    ("edge.staff.screens", "import flask\nfrom edge import applications, web\nfrom forms.page import controls"),
    ("sync.push", "from edge import log\nfrom sync.envelope import seal"),
    ("edge.commands.node", "from edge.app import serve\nfrom sync.centre import app"),
    ("forms.definition", "from pathlib import Path\ntext = Path('x').read_text()"),
    (
        "forms.deadlines",
        "import datetime\nday = datetime.date.fromisoformat('2026-11-21') + datetime.timedelta(days=1)",
    ),
    ("sync.https", "import requests"),
    ("edge.errors", "import packaging.version"),
]


@pytest.mark.parametrize(("module", "source", "words"), PLANTED)
def test_a_planted_violation_is_named(module: str, source: str, words: str) -> None:
    found = faults(module, source)
    assert len(found) == 1, found
    assert words in found[0]
    assert found[0].startswith(f"{module}, line ")


@pytest.mark.parametrize(("module", "source"), ALLOWED)
def test_what_the_rules_allow_is_left_alone(module: str, source: str) -> None:
    assert faults(module, source) == []
