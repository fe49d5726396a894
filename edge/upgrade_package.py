"""A package of the program that came on a stick or over the line: believed only where the pack in force names it.

The pack carries `program.json` (`{"version": "0.2.0", "packages": {"yizhan_0.2.0_amd64.deb": SHA-256}}`), signed by the
province's content keys like everything else in it; the package itself may come on any stick from anybody.
"""

import hashlib
import json
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import upgrade_book
from edge.database import Connection
from edge.durable import finish, sync_folder
from edge.errors import YizhanError, problem
from edge.os_words import why
from edge.packs import judging
from edge.upgrade_book import is_older

if TYPE_CHECKING:
    from edge.node import Node

NAMED_IN: Final = "program.json"
FOLDER: Final = "packages"
PIECE_BYTES: Final = 1 << 20
PACKAGE_BYTES_MAX: Final = 1 << 30
PACKAGE: Final = re.compile(r"yizhan(?:-kiosk)?_([0-9]+(?:\.[0-9]+)*)_[a-z0-9]+\.deb")
_HEX64: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Package:
    """`file` lies in the room's own folder now, and is what the pack names; `pack`: the number of that pack."""

    file: Path
    version: str
    sha256: str
    bytes: int
    pack: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer program that the pack in force names. `here`: the version that runs; `file`: its package in the room's
    own folder, None while it has to be brought; `found`: where one lies on a stick.
    """

    version: str
    here: str
    file: Path | None
    found: tuple[Path, ...] = ()


def offered(node: "Node", media: Iterable[Path] = ()) -> Offer | None:
    """None where the pack names no program that is newer than the one that runs. Never raises for what a pack says."""
    with node.database.read() as tx:
        text = _said(tx)
    here = upgrade_book.program_version()
    if not text or fault(text):
        return None
    said = json.loads(text)
    if not is_older(here, said["version"]):
        return None
    names = sorted(said["packages"])
    kept = (node.settings.home / FOLDER / name for name in names)
    found = (folder / name for folder in media for name in names)
    return Offer(
        said["version"], here, next((one for one in kept if one.is_file()), None), tuple(filter(_is_plain, found))
    )


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def fault(text: str) -> str:
    """What is wrong with a `program.json`, "" if nothing is."""
    try:
        said: Any = json.loads(text)
        version, packages = said["version"], said["packages"]
        sound = all(PACKAGE.fullmatch(name) and _HEX64.fullmatch(sha256) for name, sha256 in packages.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return "不是写明程序版本和安装包的样子"
    if not isinstance(version, str) or not re.fullmatch(r"[0-9]+(\.[0-9]+)*", version):
        return "version 不是版本号"
    return "" if sound and packages else "packages 里要写安装包的文件名和 SHA-256"


def describe(packages: Iterable[Path]) -> str:
    """The `program.json` of these packages, for the folder of a pack. Raises pack_wrong."""
    said: dict[str, str] = {}
    versions = set()
    for path in packages:
        known = PACKAGE.fullmatch(path.name)
        if known is None:
            raise problem("pack_wrong", detail=f"{path.name} 不是 yizhan_版本_机型.deb")
        try:
            with path.open("rb") as file:
                said[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise problem("pack_wrong", detail=f"{path} 读不出来") from error
        versions.add(known[1])
    if len(versions) != 1:
        raise problem("pack_wrong", detail="安装包要是同一个版本的")
    return json.dumps({"version": versions.pop(), "packages": said}, indent=1) + "\n"


def take(node: "Node", given: Path) -> Package:
    """Copy a package from a stick, and keep it alone where its copy is what the pack names.

    Raises upgrade_package_refused, file_not_written.
    """
    with node.database.read() as tx:
        version, named = _named(_said(tx), given.name)
        number = judging.state(tx).number
    if is_older(version, upgrade_book.program_version()):
        raise _refuse(given, f"数据包里写的是 {version}，比正在用的 {upgrade_book.program_version()} 旧")
    if not _is_plain(given):
        raise _refuse(given, "不是一个文件")
    folder = node.settings.home / FOLDER
    target, beside = folder / given.name, folder / f".{given.name}.partial"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found, size = _copy(given, beside)
        if found != named[given.name]:
            raise _refuse(given, "内容和数据包里写明的不一样：没有拷全，或者被改过")
        beside.replace(target)
        _sweep(folder, named)
        sync_folder(folder)
    except OSError as error:
        raise problem("file_not_written", file=target, detail=why(error)) from error
    finally:
        beside.unlink(missing_ok=True)
    return Package(target, version, found, size, number)


def _sweep(folder: Path, named: Container[str]) -> None:
    """Those of other releases go: a room's disk is small."""
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()


def _said(tx: Connection) -> str:
    row = tx.execute("SELECT sha256 FROM pack_file WHERE path = ?", (NAMED_IN,)).fetchone()
    return "" if row is None else judging.text(tx, row[0])


def _named(text: str, name: str) -> tuple[str, dict[str, str]]:
    """Version, and SHA-256 by name, of a release that `name` belongs to. Raises upgrade_package_refused."""
    try:
        said: Any = json.loads(text) if text else {"version": "", "packages": {}}
        version, packages = str(said["version"]), dict(said["packages"])
    except (ValueError, KeyError, TypeError) as error:
        raise problem("upgrade_package_refused", name=name, detail=f"数据包里的 {NAMED_IN} 读不懂") from error
    if name not in packages:
        raise problem("upgrade_package_refused", name=name, detail="正在用的数据包里没有写它")
    return version, packages


def _refuse(given: Path, detail: str) -> YizhanError:
    return problem("upgrade_package_refused", name=given.name, detail=detail)


def _copy(given: Path, beside: Path) -> tuple[str, int]:
    """What lies on the disk is what was hashed: the stick is read once."""
    digest, size = hashlib.sha256(), 0
    with given.open("rb") as source, beside.open("wb") as copy:
        while piece := source.read(PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            if size > PACKAGE_BYTES_MAX:
                raise _refuse(given, "太大，不是安装包")
            copy.write(piece)
        finish(copy)
    return digest.hexdigest(), size
