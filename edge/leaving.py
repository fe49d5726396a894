"""Everything of a room in open formats, for whoever leaves this system: JSON, files as handed in, and an index.

Both logs line by line, every application as `yizhan show` prints it, the definitions that they were filled in by, every
material under its SHA-256, the files of the room. The index names each with its digest; `check` reads it all again and
needs no key and no database.
"""

import hashlib
import json
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from edge import applications, definitions, log, materials
from edge.backup import ROOM_FILES
from edge.database import Connection
from edge.errors import problem
from edge.os_words import why
from edge.upgrade_book import program_version
from forms import apart
from forms.events import to_json

if TYPE_CHECKING:
    from edge.applications import Application
    from edge.node import Node

INDEX: Final = "index.json"
READ_ME: Final = "README.txt"
TERMS: Final = "terms.json"
SECRET_FILES: Final = frozenset({"node.toml"})  # it may name where a key lies
Show = Callable[["Node", Connection, "Application"], dict[str, Any]]
_WORDS: Final = """\
{room}（{node}）的全部内容，{at} 由驿站 {version} 导出。

applications/   每个办件一个文件：填报内容、状态、材料、补正、办结（JSON）
materials/      群众交的材料，原样；文件名是内容的 SHA-256，办件里按它引用
definitions/    办件填报时用的事项文件（JSON Schema、JSON Forms、JSON Logic）
terms.json      哪些填报项按事项定的天数要先删、保存到哪一天；驿站里的到期会删，这里的要由保管的人删
log/            本机和省级中心的日志，每行一个事件（JSON），按 digest、prev 相连
room/           警务室自己写的配置文件
index.json      每个文件的大小和 SHA-256

核对有没有缺、有没有改：yizhan verify-export 文件夹；没有驿站的，用任何能算 SHA-256 的程序照 index.json 核对。
里面有群众的个人信息，没有加密：请按个人信息保护法保管，交接清楚以后删除多余的拷贝。
"""


@dataclass
class Written:
    """What was written: path -> (SHA-256, bytes)."""

    folder: Path
    files: dict[str, tuple[str, int]] = field(default_factory=dict)

    def put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            file.write(data)
        self.files[name] = (hashlib.sha256(data).hexdigest(), len(data))


def export(node: "Node", folder: Path, show: Show) -> dict[str, Any]:
    """Write everything into an empty folder; gives the index. `show`: one application as JSON.

    Raises file_in_the_way, file_not_written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise problem("file_in_the_way", file=folder)
    written = Written(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with node.database.read() as tx:
            counts = _all(node, tx, written, show)
            index = _index(node, tx, written, counts)
        (folder / INDEX).write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise problem("file_not_written", file=folder, detail=why(error)) from error
    return index


def _all(node: "Node", tx: Connection, written: Written, show: Show) -> dict[str, int]:
    heads, timed = _numbers(tx), list[dict[str, Any]]()
    for number in heads:
        application = applications.get(tx, number)
        written.put(f"applications/{number}.json", _json(show(node, tx, application)))
        early = apart.timed(log.of_application(tx, number), application.state.closed_at or "")
        timed += [{"application": number, **one} for one in early]
    written.put(TERMS, _json(timed))
    digests = sorted(definitions.known(tx))
    for digest in digests:
        text = tx.execute("SELECT raw FROM definition WHERE digest = ?", (digest,)).fetchone()
        written.put(f"definitions/{digest}.json", bytes(text[0]))
    stored = [row[0] for row in tx.execute("SELECT sha256 FROM material ORDER BY sha256")]
    for sha256 in stored:
        data, kind = materials.open(tx, sha256)
        written.put(f"materials/{sha256}{mimetypes.guess_extension(kind) or ''}", data)
    for side in ("node", "centre"):
        lines = b"".join(to_json(event, side) + b"\n" for event in log.chain_of(tx, side))
        written.put(f"log/{side}.jsonl", lines)
    for path in _of_room(node.settings.home):
        written.put(f"room/{path.relative_to(node.settings.home).as_posix()}", path.read_bytes())
    values = {"room": node.room.name, "node": node.settings.node_id, "at": tx.clock.now(), "version": program_version()}
    written.put(READ_ME, _WORDS.format(**values).encode())
    return {
        "applications": len(heads),
        "materials": len(stored),
        "definitions": len(digests),
        "timed": len(timed),
    }


def _numbers(tx: Connection) -> list[str]:
    return [str(row[0]) for row in tx.execute("SELECT number FROM head ORDER BY number")]


def _of_room(home: Path) -> Iterator[Path]:
    found = {path for pattern in ROOM_FILES for path in home.glob(pattern) if path.is_file()}
    return iter(sorted(path for path in found if path.name not in SECRET_FILES))


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _index(node: "Node", tx: Connection, written: Written, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "node": node.settings.node_id,
        "room": node.room.name,
        "at": tx.clock.now(),
        "version": program_version(),
        "head": str(log.head(tx)),
        "centre_head": str(log.head(tx, "centre")),
        **counts,
        "files": {name: {"sha256": sha, "bytes": size} for name, (sha, size) in sorted(written.files.items())},
    }


def check(folder: Path, today: str = "") -> dict[str, Any]:
    """Read an export again: `faults` are sentences, empty for one that is whole; `over` says of how many answers the
    term is over on the day `today` (YYYY-MM-DD). Raises export_unreadable.
    """
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        named = {str(name): str(said["sha256"]) for name, said in index["files"].items()}
        head = str(index["head"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise problem("export_unreadable", folder=folder) from error
    faults = [fault for name, sha256 in named.items() for fault in _fault(folder, name, sha256)]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {INDEX}
    faults += [f"{name} 不在目录里" for name in sorted(there - named.keys())]
    return {"files": len(named), "head": head, "faults": faults, "whole": not faults, "over": _over(folder, today)}


def _over(folder: Path, today: str) -> int:
    """How many answers in it should be gone by now; 0 for an export of an older program, which says nothing of that."""
    try:
        lines = json.loads((folder / TERMS).read_text(encoding="utf-8"))
        return sum(bool(one["until"]) and str(one["until"]) < today for one in lines)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0


def _fault(folder: Path, name: str, sha256: str) -> Iterator[str]:
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/"):
        yield f"{name} 不是这个文件夹里的文件"
        return
    path = folder / name
    if not path.is_file():
        yield f"缺少 {name}"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        yield f"{name} 的内容和目录里写的不一样"
