"""Files that mean harm, thrown at whatever reads files that others wrote: services, cards, questions, notices, calendars,
tables, a room's settings, signatures, packs, backups, archives, sticks.

Each reader has a seed that it takes, and answers every mutation in one of two ways: it takes it, or it says no in the
words that are written down for it (`documented`). Anything else, and anything that takes more than PATIENCE_S, is a
fault of ours.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge import archives, backup_file, plain_files
from edge.account_witness import lines as account_lines
from edge.config import across_files, all_files
from edge.errors import YizhanError, problem
from edge.packs import documents
from edge.packs.documents import PackError
from edge.publishing import on_disk
from edge.witness import Witness
from forms.definition import PACKAGED, load
from forms.faults import DefinitionError

NODE = "5224250017"
PATIENCE_S = 60  # of one reading; a busy machine may take its time, who never ends is a fault
DOCUMENTED = (DefinitionError, YizhanError, PackError)
EVIL = (
    None, True, 0, -1, 1.5, 1e308, 2**70, "", "\0", "x" * 100_000, "../../../etc/passwd", "/dev/zero", "\udcff", "{{7*7}}", "{0.__class__}",
    [], {}, [[]], {"$ref": "#"}, {"$ref": "file:///etc/passwd"}, {"": ""}, {"__proto__": {}}, ["x"] * 2000,
)  # fmt: skip  # a table


@dataclass(frozen=True)
class Reader:
    """`seed`: what is taken; `place`: where it lies below the folder; `read`: raises only what is documented."""

    name: str
    seed: bytes
    place: str
    read: Callable[[Path], object]
    is_json: bool = True
    is_ours: bool = False  # written by the program beside its database: its bytes may rot, nobody puts a pipe there


@dataclass
class Tally:
    tried: int = 0
    taken: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)


def readers(folder: Path) -> dict[str, Reader]:
    """Every reader with its seed; a room's home is made in `folder`."""
    (folder / "node.toml").write_text(f'node_id = "{NODE}"\n', encoding="utf-8")
    defaults = all_files.DEFAULTS
    room = 'name = "大坪村警务室"\nhours = "周一至周六"\nlanguages = ["zh-CN", "en"]\n\n[[phones]]\nlabel = "警务室"\nnumber = "0857-0000000"\n'
    calendar = {"years": [2026], "holidays": ["2026-10-01"], "workdays": ["2026-10-10"]}
    of_room = {
        "card": ("cards/huzhao.json", (defaults / "cards/huzhao.json").read_bytes()),
        "faq": ("faq/baojing.json", (defaults / "faq/baojing.json").read_bytes()),
        "notice": ("notices/fangnishui.md", (defaults / "notices/fangnishui.md").read_bytes()),
        "duty": ("duties/1-gangwei.md", (defaults / "duties/1-gangwei.md").read_bytes()),
        "calendar": ("calendar/2026.json", json.dumps(calendar).encode()),
        "home": ("home.toml", (defaults / "home.toml").read_bytes()),
        "province": ("province.toml", (defaults / "province.toml").read_bytes()),
        "devices": ("devices.toml", (defaults / "devices.toml").read_bytes()),
        "room": ("room.toml", room.encode()),
        "table": ("data/nations.json", json.dumps({"entries": {"01": "汉族"}}).encode()),
    }
    found = [
        Reader(name, seed, place, lambda _path: _room(folder), place.endswith(".json"))
        for name, (place, seed) in of_room.items()
    ]
    return {one.name: one for one in [*found, *_others()]}


def _others() -> Iterator[Reader]:
    smallest = min(PACKAGED.glob("*.json"), key=lambda path: (path.stat().st_size, path.name))
    yield Reader("service", smallest.read_bytes(), "services/ceshi.json", load)
    sheet = {"id": "ceshi", "version": "2026.1.1", "digest": "0" * 64, "signatures": []}
    yield Reader("signatures", json.dumps(sheet).encode(), "services/ceshi.sig.json", on_disk.read)
    signed = {
        "type": "county",
        "area": "520525",
        "version": 1,
        "expires": "2027-01-01T00:00:00+08:00",
        "files": {},
        "officers": [],
    }
    pack = json.dumps({"signatures": [], "signed": signed}, separators=(",", ":"), sort_keys=True).encode()
    yield Reader("pack", pack, "pack.json", _pack)
    yield Reader("backup", bytes(4096), "room.backup", _backup, is_json=False)
    yield Reader("archive", _archive(), "case.zip", _archive_at, is_json=False)
    line = b"1 7 " + b"ab" * 32 + b" 00000000\n"
    yield Reader("witness", line, "witness", _witness, is_json=False, is_ours=True)
    yield Reader("book's witness", line, "accounts.witness", account_lines, is_json=False, is_ours=True)


def _room(home: Path) -> None:
    found = all_files.read(home, NODE)
    assert isinstance(found.faults, tuple)
    assert all(one.message and one.file for one in across_files.every_fault(home))


def _pack(path: Path) -> None:
    """As an event brings it: a text, of which nobody has looked at more than its length."""
    documents.read(_text(path), "county")


def _archive_at(path: Path) -> None:
    found = archives.check(_bytes(path))
    assert found["whole"] is not found["faults"]


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8", "surrogateescape")


def _bytes(path: Path) -> bytes:
    try:
        return plain_files.read(path, 30_000_000)
    except OSError as error:
        raise problem("bad_request", detail="") from error


def _backup(path: Path) -> None:
    if not path.is_file():  # as edge.backup asks first
        raise problem("backup_unusable", detail="")
    target = path.with_name("out.db")
    backup_file.take_out(path, target)
    assert target.stat().st_size <= path.stat().st_size


def _archive() -> bytes:
    return archives.pack(
        {"shuoming.txt": "说明".encode()}, {"number": "x"}, lambda _index: {"key": "", "signature": ""}
    )


def _witness(path: Path) -> None:
    found = Witness(path)
    assert found.last is None or found.last.seq >= 0
    found.close()


# --- what is done to a file


def of_bytes(seed: bytes, rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """Flipped bits and cuts at `count` places each; every place where `count` reaches the length."""
    for at in _places(len(seed) * 8, rng, count):
        changed = bytearray(seed)
        changed[at // 8] ^= 1 << at % 8
        yield f"bit {at} flipped", bytes(changed)
    for at in _places(len(seed), rng, count):
        yield f"cut at {at}", seed[:at]


def of_text(seed: bytes) -> Iterator[tuple[str, bytes]]:
    """Other encodings, nothing, too much, too deep."""
    text = seed.decode("utf-8", "replace")
    for name in ("utf-16", "utf-32", "gb18030", "utf-8-sig", "utf-7"):
        yield name, text.encode(name, "replace")
    yield "nothing", b""
    yield "NUL", b"\0" * 4096
    yield "NUL inside", seed[: len(seed) // 2] + b"\0" + seed[len(seed) // 2 :]
    yield "not UTF-8", b"\xff\xfe\xfd" + seed
    yield "twice", seed + seed
    yield "20 MB", seed + b" " * 20_000_000
    for opening in ("[", '{"a":', "a = [", "[[a.", '{"$defs":{"a":'):
        yield f"100,000 x {opening}", (opening * 100_000).encode()


def of_values(seed: bytes, rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """Another type, or an evil value, in the place of `count` values of a JSON file; keys that nobody knows."""
    value = json.loads(seed)
    places = list(_pointers(value))
    for place in _picked(places, rng, count):
        for evil in EVIL if count >= len(places) else rng.sample(EVIL, 3):
            changed = json.loads(seed)
            if place:
                _put(changed, place, evil)
            else:
                changed = evil
            yield f"{'/'.join(map(str, place))} = {str(evil)[:20]!r}", json.dumps(changed).encode()
    for evil in ("../x", "__class__", "", "\0", "a" * 5000):
        if isinstance(value, dict):
            yield f"key {evil[:20]!r}", json.dumps(value | {evil: 1}).encode()


def _pointers(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _pointers(one, (*place, key))


def _put(value: Any, place: tuple[Any, ...], evil: object) -> None:
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = evil


def _places(length: int, rng: random.Random, count: int) -> list[int]:
    return _picked(list(range(length)), rng, count)


def _picked(all_of: list[Any], rng: random.Random, count: int) -> list[Any]:
    return all_of if count >= len(all_of) else rng.sample(all_of, count)


def mutations(reader: Reader, rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    yield from of_bytes(reader.seed, rng, count)
    yield from of_text(reader.seed)
    if reader.is_json:
        yield from of_values(reader.seed, rng, count)


# --- what lies there instead of a file


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _gone(path: Path) -> None:
    path.symlink_to("nothing-there")


INSTEAD: dict[str, Callable[[Path], None]] = {
    "a folder": _folder,
    "a pipe that nobody writes to": _pipe,
    "a device without end": _endless,
    "a link to itself": _loop,
    "a link to nothing": _gone,
}


# --- the trial


class HangsError(Exception):
    """A reader did not come back."""


@contextmanager
def patience() -> Iterator[None]:
    def over(*_given: object) -> None:
        raise HangsError(f"no answer within {PATIENCE_S} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def throw(reader: Reader, folder: Path, seed: int, count: int) -> Tally:
    """Every mutation of one reader's file, one after another in the same place."""
    tally = Tally()
    for what, data in mutations(reader, random.Random(seed), count):
        _try(reader, folder, what, lambda path, data=data: path.write_bytes(data), tally)
    for what, put in () if reader.is_ours else INSTEAD.items():
        _try(reader, folder, what, put, tally)
    return tally


def _try(reader: Reader, folder: Path, what: str, put: Callable[[Path], object], tally: Tally) -> None:
    path = folder / reader.place
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path)
    tally.tried += 1
    try:
        with patience():
            reader.read(path)
        tally.taken += 1
    except DOCUMENTED:
        tally.refused += 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        tally.faults.append(f"{reader.name}, {what}: {type(error).__name__} {str(error)[:120]}")
    finally:
        _away(path)


def _away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
