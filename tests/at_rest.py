"""What a thief finds: a room lives with made-up people whose names carry a mark, and then every byte that it left on the
disk is searched for the mark in six encodings.

The room files, drafts, searches, refuses, backs up, writes a stick, takes in while it is locked, logs in detail, and its
program is killed with core dumps allowed. The control: the same search finds every mark in a copy without encryption,
and each of the encodings in a file that has it.
"""

import base64
import json
import logging
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from conftest import FixedClock
from faults_keeping import CHEAP, OTHER
from faults_operations import Direct, make_home, opened, sealed_inbox
from service_for_tests import answers

from edge import applications, backup, drafts, heads, materials, residues, slot_keeping, slots, unlocking
from edge.errors import YizhanError
from edge.node import open_node
from sync import ferry_out
from sync.push import Push

HERE = Path(__file__).resolve().parent
STEM = "桂验记"  # no name of the project's own files
MARK = re.compile("桂验记[一-鿿]{4}")
_DIGITS = "甲乙丙丁戊己庚辛壬癸"
PER_FILE = 64
CORE = """
import os, signal, sys
sys.path[:0] = {path!r}
os.chdir(sys.argv[1])
from edge import cli
if sys.argv[2] == "ours":
    cli.keep_memory_to_ourselves()
from pathlib import Path
from conftest import FixedClock
from edge import heads, unlocking, slots
from edge.node import open_node
home = Path(sys.argv[1])
sheet = slots.read(unlocking.sheet_path(home / "node"))
key = unlocking.Opened(slots.open_slot(next(sheet.of_kind("passphrase")), bytes(range(1, 33))))
node = open_node(home / "node", FixedClock(), unlocked=key)
with node.database.read() as tx:
    held = heads.search(tx, limit=50)
os.kill(os.getpid(), signal.SIGABRT)
"""


def mark(index: int) -> str:
    return STEM + "".join(_DIGITS[int(digit)] for digit in f"{index:04d}")


def encodings() -> dict[str, tuple[bytes, ...]]:
    """The stem that every mark begins with, as it looks in each encoding; of base64 the three places in a group."""
    plain = STEM.encode()
    return {
        "UTF-8": (plain,),
        "GBK": (STEM.encode("gbk"),),
        "UTF-16": (STEM.encode("utf-16-le"), STEM.encode("utf-16-be")),
        "base64": tuple(_inner_base64(plain, shift) for shift in range(3)),
        "hex": (plain.hex().encode(), plain.hex().upper().encode()),
        "percent": (quote(STEM).encode(), quote(STEM).lower().encode(), json.dumps(STEM)[1:-1].encode()),
    }


def _inner_base64(plain: bytes, shift: int) -> bytes:
    """The letters that depend on `plain` alone, wherever it stands in what is encoded."""
    whole = base64.b64encode(bytes(shift) + plain)
    first, last = -(-shift * 8 // 6), (shift + len(plain)) * 8 // 6
    return whole[first:last]


@dataclass(frozen=True, slots=True)
class Found:
    """`hits`: by encoding; `places`: files with a hit; `files`, `bytes`: what was searched."""

    hits: dict[str, int]
    places: tuple[str, ...]
    files: int
    bytes: int


def search(*folders: Path) -> Found:
    """Every file below the folders, as it lies there."""
    known = encodings()
    hits, places, files, size = dict.fromkeys(known, 0), [], 0, 0
    for path in (one for folder in folders for one in sorted(folder.rglob("*")) if one.is_file()):
        data = path.read_bytes()
        files, size = files + 1, size + len(data)
        for name, forms in known.items():
            count = sum(map(data.count, forms))
            hits[name] += count
            if count:
                places.append(f"{path.name}: {name}")
    return Found(hits, tuple(places), files, size)


def plant(home: Path, count: int) -> int:
    """A room that lived with `count` marked people; only a passphrase opens it afterwards. How many marks it holds."""
    log = logging.FileHandler(home / "program.log", encoding="utf-8")
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        return _live(home, count)
    finally:
        root.removeHandler(log)
        root.setLevel(before)
        log.close()


def _live(home: Path, count: int) -> int:
    node, centre = opened(home)
    given = iter(range(count))
    while (first := next(given, None)) is not None:
        group = [mark(first), *(mark(one) for _, one in zip(range(PER_FILE - 1), given, strict=False))]
        _file(node, group)
    with node.database.read() as tx:
        heads.search(tx, mark(1))
    _refused(node)
    draft = drafts.create(node, "ceshi-dengji", "console:a")
    drafts.save(node, draft, {"applicant": {"name": mark(2)}})
    Push(node, Direct(centre)).drain(30)
    ferry_out.export(node, home / "stick")
    backup.make(node, home / "stick" / "room.backup")
    slot = slots.make("passphrase", "", node.clock.now(), slots.public_of(OTHER), key=node.database.key, kdf=CHEAP)
    slot_keeping.keep(node, slot)
    slot_keeping.remove(node, slot_keeping.file_slot(node))
    centre.close()
    node.close()
    locked = sealed_inbox(home)
    _file(locked, [mark(3), mark(4)])
    locked.close()
    return count


def _file(node: object, group: list[str]) -> None:
    text = "、".join(group)
    with node.database.write() as tx:
        photo = materials.put(
            tx, b"\xff\xd8\xff" + text.encode() + text.encode("gbk"), "image/jpeg", f"{group[0]}.jpg", "proof"
        )
    told = {**answers(group[0]), "agent": {"name": group[-1]}}
    applications.file(
        node,
        "ceshi-dengji",
        told,
        token=f"token-{group[0]}".encode().hex()[:60],
        channel="console",
        actor="officer:a",
        materials=[photo],
    )


def _refused(node: object) -> None:
    """What is wrong is named in a page, and in no log."""
    try:
        applications.file(
            node,
            "ceshi-dengji",
            {"applicant": {"name": mark(5), "idNumber": mark(6)}},
            token="token-wrong",
            channel="console",
            actor="officer:a",
        )
    except YizhanError as error:
        logging.getLogger("edge").warning("refused: %s", error.code)


def readable_copy(home: Path, target: Path) -> int:
    """The control: the pages of the database without their encryption; how many different marks stand in them."""
    opened_ = unlocking.Opened(
        slots.open_slot(next(slots.read(unlocking.sheet_path(home / "node")).of_kind("passphrase")), OTHER)
    )
    node = open_node(home / "node", FixedClock(), unlocked=opened_)
    target.mkdir(parents=True)
    pages = b"".join(residues.pages_of(node.database.path, node.database.key))
    (target / "node.pages").write_bytes(pages)
    with node.database.read() as tx:
        rows = tx.execute("SELECT body FROM event").fetchall()
        files = tx.execute("SELECT data FROM material").fetchall()
    node.close()
    texts = [bytes(row[0]).decode("utf-8", "ignore") for row in (*rows, *files)]
    return len({found for text in texts for found in MARK.findall(text)})


def dumped(home: Path, how: str) -> Iterator[Path]:
    """The core that a program leaves which has the room open and is aborted; `how`: ours, or as any other program."""
    before = set(home.glob("core*"))
    program = CORE.format(path=[str(HERE), str(HERE.parent)])

    def allow() -> None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    done = subprocess.run(
        [sys.executable, "-c", program, str(home), how], preexec_fn=allow, capture_output=True, check=False
    )
    if done.returncode != -signal.SIGABRT:
        raise RuntimeError(done.stderr.decode())
    yield from sorted(set(home.glob("core*")) - before)


def run(count: int) -> dict[str, object]:
    """The whole trial in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="rest-") as made:
        folder = Path(made)
        (folder / "tmp").mkdir()
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"], tempfile.tempdir = str(folder / "tmp"), None
        try:
            home = make_home(folder / "room")
            (home / "stick").mkdir()
            planted = plant(home, count)
            cores = list(dumped(home, "ours"))
        finally:
            tempfile.tempdir = None
            os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
        # the centre of this trial holds what it was sent under the key in its own folder, which no thief of a room has
        found = search(home / "node", home / "stick", folder / "tmp")
        logged = _one(home / "program.log")
        control = readable_copy(home, folder / "control")
        _six(folder / "control" / "six")
        seen = search(folder / "control")
        others = list(dumped(home, "other"))
        core_hits = sum(_one(path) for path in others)
    return {
        "planted": planted,
        "found": found,
        "log": logged,
        "cores": len(cores),
        "control": control,
        "seen": seen,
        "other_cores": len(others),
        "core_hits": core_hits,
    }


def _one(path: Path) -> int:
    data = path.read_bytes()
    return sum(data.count(form) for forms in encodings().values() for form in forms)


def _six(folder: Path) -> None:
    folder.mkdir()
    for name, forms in encodings().items():
        (folder / name).write_bytes(b"x" + b"-".join(forms))
    for shift in range(3):
        (folder / f"shift-{shift}").write_bytes(base64.b64encode(bytes(shift) + mark(7).encode()))
