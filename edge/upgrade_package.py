"""A package of the program that came on a stick or over the line: believed only where the pack in force names it.

The pack carries `program.json` (`{"version": "0.2.0", "packages": {"yizhan_0.2.0_amd64.deb": SHA-256}}`), signed by the
province's content keys like everything else in it; the package itself may come on any stick from anybody.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import pack_node, upgrade_book
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.os_words import why
from edge.upgrade_book import is_older

if TYPE_CHECKING:
    from edge.node import Node

NAMED_IN: Final = "program.json"
FOLDER: Final = "packages"
PIECE_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """`file` lies in the room's own folder now, and is what the pack names; `pack`: the number of that pack."""

    file: Path
    version: str
    sha256: str
    bytes: int
    pack: int


def take(node: "Node", given: Path) -> Package:
    """Copy a package from a stick, and keep it where its copy is what the pack names.

    Raises upgrade_package_refused, file_not_written.
    """
    with node.database.read() as tx:
        version, sha256 = _named(_said(tx), given.name)
        number = pack_node.state(tx).number
    if is_older(version, upgrade_book.program_version()):
        raise _refuse(given, f"数据包里写的是 {version}，比正在用的 {upgrade_book.program_version()} 旧")
    folder = node.settings.home / FOLDER
    target, beside = folder / given.name, folder / f".{given.name}.partial"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found, size = _copy(given, beside)
        if found != sha256:
            raise _refuse(given, "内容和数据包里写明的不一样：没有拷全，或者被改过")
        beside.replace(target)
    except OSError as error:
        raise problem("file_not_written", file=target, detail=why(error)) from error
    finally:
        beside.unlink(missing_ok=True)
    return Package(target, version, sha256, size, number)


def _said(tx: Connection) -> str:
    row = tx.execute("SELECT sha256 FROM pack_file WHERE path = ?", (NAMED_IN,)).fetchone()
    return "" if row is None else pack_node.text(tx, row[0])


def _named(text: str, name: str) -> tuple[str, str]:
    """(version, SHA-256) of a package. Raises upgrade_package_refused."""
    try:
        said: Any = json.loads(text) if text else {"version": "", "packages": {}}
        version, packages = str(said["version"]), dict(said["packages"])
    except (ValueError, KeyError, TypeError) as error:
        raise problem("upgrade_package_refused", name=name, detail=f"数据包里的 {NAMED_IN} 读不懂") from error
    if name not in packages:
        raise problem("upgrade_package_refused", name=name, detail="正在用的数据包里没有写它")
    return version, str(packages[name])


def _refuse(given: Path, detail: str) -> YizhanError:
    return problem("upgrade_package_refused", name=given.name, detail=detail)


def _copy(given: Path, beside: Path) -> tuple[str, int]:
    """What lies on the disk is what was hashed: the stick is read once."""
    digest, size = hashlib.sha256(), 0
    with given.open("rb") as source, beside.open("wb") as copy:
        while piece := source.read(PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest(), size
