"""The README says what the code does, and tracked files say nothing that belongs to one machine or one author."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from edge import cli, errors
from edge import settings as node_settings
from forms import kinds
from sync.centre import settings as centre_settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

# split, so that this file does not name what it forbids
REGISTRY_HOSTS = "|".join(
    re.escape(host)
    for host in (
        *("registry." + "npmjs.org", "registry." + "npmmirror.com", "files." + "pythonhosted.org", "pypi" + ".org"),
        *("deb." + "debian.org", "security." + "debian.org", "mirrors" + ".", "packages" + ".debian"),
    )
)
MACHINE_PATHS = r"/work/(?:main|shared)|/tmp/" + r"plan|/ro" + r"ot/|(?<!properties)/home/(?!yizhan\b)[a-z]+/"
AUTHORS = r"\b(?:" + "|".join(("clau" + "de", "chat" + "gpt", "co" + "pilot", "anth" + "ropic", "open" + "ai")) + r")\b"
UNFINISHED = r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImpl" + "emented"
FORBIDDEN = {
    "names a package registry's host": re.compile(REGISTRY_HOSTS, re.IGNORECASE),
    "carries a path of one machine": re.compile(MACHINE_PATHS),
    "speaks of who or what wrote it": re.compile(AUTHORS, re.IGNORECASE),
    "is marked as unfinished": re.compile(UNFINISHED),
}
# 送达 is service on the citizen, an act of law; a screen only ever says 省级中心已接收
DELIVERED = re.compile("已" + "送达")


def docs_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("yizhan_docs", ROOT / "packaging" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


docs = docs_module()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # a picture or another binary file
    return found


def table(name: str) -> str:
    block = re.search(rf"<!-- table: {name} -->\n(.*?)<!-- end -->", README, re.DOTALL)
    assert block, f"README.md has no table {name}"
    return block[1]


@pytest.mark.parametrize("name", sorted(docs.TABLES))
def test_a_table_of_the_readme_is_what_the_code_says(name: str) -> None:
    assert table(name) == docs.TABLES[name](), "README.md is out of date: make docs"


def test_every_setting_of_the_node_is_documented() -> None:
    """Asked of the classes, so that a field which the schema forgot is found."""
    for kind, name in ((node_settings.Settings, "node-settings"), (node_settings.Room, "room-settings")):
        missing = [key for key in kind.__annotations__ if key != "home" and f"`{key}`" not in table(name)]
        assert not missing, f"not in the table {name}: {missing}"


def test_every_setting_of_the_centre_has_a_meaning() -> None:
    assert set(centre_settings.ABOUT) == {field.name for field in fields(centre_settings.CentreSettings)} - {"home"}


def test_every_error_and_event_is_documented() -> None:
    missing = [code for code in errors.CATALOGUE if f"`{code}`" not in table("problems")]
    missing += [kind for kind in (*kinds.KINDS, *kinds.ROOM_KINDS) if f"`{kind}`" not in table("events")]
    assert not missing


def commands_in_readme() -> list[list[str]]:
    """What the code blocks of the README call, as words after `yizhan`."""
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", README, re.DOTALL)
    lines = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    words = [shlex.split(line) for line in lines if re.match(r"(?:\S*/)?yizhan\s", line)]
    return [line[1:] for line in words]


@pytest.mark.parametrize("words", commands_in_readme(), ids=" ".join)
def test_a_command_of_the_readme_is_one_that_yizhan_knows(words: list[str]) -> None:
    assert cli.build_parser().parse_args(words).run


def test_the_readme_shows_commands() -> None:
    assert commands_in_readme(), "no `yizhan` command in a code block of README.md"


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", "".join(re.findall(r"`[^`]+`", README))))
    named |= set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_every_local_link_of_the_readme_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_every_folder_on_the_map_exists_and_every_package_is_on_it() -> None:
    named = re.findall(r"^\| `([a-z]+(?:/[a-z]+)*)/`", README, re.MULTILINE)
    assert {"forms", "edge", "sync", "sync/centre", "kiosk", "packaging", "tests"} <= set(named)
    assert [name for name in named if not (ROOT / name).is_dir()] == []


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_no_tracked_file(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {what}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "index = https://" + "pypi" + ".org/simple",
        '"resolved": "https://' + "registry." + 'npmjs.org/htmx.org"',
        "cd /work" + "/main",
        "home = /home" + "/somebody/yizhan",
        "written by Co" + "pilot",
        "# TO" + "DO: later",
    ],
)
def test_what_is_forbidden_would_be_found(line: str) -> None:
    assert any(pattern.search(line) for pattern in FORBIDDEN.values())


def test_the_lock_file_carries_integrity_and_no_address() -> None:
    text = (ROOT / "packaging" / "assets" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')


def test_no_screen_claims_that_anything_was_served_on_a_citizen() -> None:
    screens = {".html", ".json", ".js"}
    found = [str(path) for path, text in texts() if path.suffix in screens and DELIVERED.search(text)]
    assert not found
