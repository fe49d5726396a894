"""A stick that the centre prepared for several rooms: one enrolment file each, taken once, whatever is pulled out when.

    DIR/YIZHAN/SETUP/<node>.JSN     the enrolment file of a room, with its one-time code
    DIR/YIZHAN/SETUP/<node>.USE     the mark of the machine that took it: {"claim", "at"}; whole or not there at all
    DIR/YIZHAN/SETUP/ROOMS.TXT      a list for people; no program reads it

A machine makes up its claim and writes it down at home before it marks anything, so that after a power cut it knows its
own mark from another's. The code goes from the stick when the machine is set up, or when the next one looks at it; that
a code is never used twice is the centre's to say.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from edge.errors import YizhanError, problem
from sync import stick
from sync.stick import Tray

FOLDER: Final = "SETUP"
ENROLMENT: Final = ".JSN"
MARK: Final = ".USE"
LIST: Final = "ROOMS"
UNKNOWN: Final = "?"


@dataclass(frozen=True, slots=True)
class Room:
    """One on the stick. `claim`: of the machine that took it, "" while nobody has; `at`: when, by that one's clock."""

    node: str
    name: str
    claim: str = ""
    at: str = ""


def _folder(medium: Path) -> Path:
    return medium / stick.ROOT / FOLDER


def _tray(medium: Path, suffix: str) -> Tray:
    """Raises ferry_missing, ferry_unfit: through a link files would land anywhere."""
    if not medium.is_dir():
        raise problem("ferry_missing", folder=medium)
    for folder in (medium / stick.ROOT, _folder(medium)):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise problem("ferry_unfit", folder=folder)
    return Tray(_folder(medium), suffix)


def write(medium: Path, files: Iterable[Mapping[str, Any]]) -> list[Room]:
    """Put enrolment files onto the medium; a room that lies there gets the new one, and is free again.

    Raises ferry_missing, ferry_unfit, ferry_full, ferry_unwritable, ferry_unverified.
    """
    enrolments, marks = _tray(medium, ENROLMENT), _tray(medium, MARK)
    stick.make_folder(enrolments.folder)
    for file in files:
        node = str(file["node"])
        enrolments.put(node, json.dumps(file, ensure_ascii=False, indent=1).encode() + b"\n")
        marks.remove([marks.path(node)])
    found = rooms(medium)
    lines = "".join(f"{one.node}  {one.name}{'  已用' if one.claim else ''}\r\n" for one in found)
    Tray(enrolments.folder, ".TXT").put(LIST, lines.encode("utf-8-sig"))
    return found


def rooms(medium: Path) -> list[Room]:
    """Every room whose enrolment file lies there, by number, the taken ones too. Raises ferry_missing, ferry_unfit."""
    tray = _tray(medium, ENROLMENT)
    if not tray.folder.is_dir():
        return []
    found = []
    for path in sorted(tray.folder.iterdir()):
        if path.suffix.upper() == ENROLMENT and path.stem.isdecimal() and not path.is_symlink():
            said, mark = _read(path), _mark(_tray(medium, MARK).path(path.stem))
            found.append(Room(path.stem, str(said.get("name", "")), *mark))
    return [one for one in found if one.name]


def _mark(path: Path) -> tuple[str, str]:
    """Whose and when; one that can't be read is somebody else's."""
    if not path.exists():
        return "", ""
    said = _read(path)
    return str(said.get("claim") or UNKNOWN), str(said.get("at", ""))


def free(medium: Path, claim: str = "") -> list[Room]:
    """Those that nobody took, and what `claim` took itself."""
    return [one for one in rooms(medium) if one.claim in ("", claim)]


def take(medium: Path, node: str, claim: str, at: str) -> dict[str, Any]:
    """The enrolment file of a room, marked as taken by `claim`; for the same claim again the same file.

    Raises stick_rooms_none, stick_room_taken, and what a stick can do.
    """
    one = next((one for one in rooms(medium) if one.node == node), None)
    if one is None:
        raise problem("stick_rooms_none", folder=medium)
    if one.claim not in ("", claim):
        raise problem("stick_room_taken", node=node)
    file = _read(_tray(medium, ENROLMENT).path(node))
    if not one.claim:
        _tray(medium, MARK).put(node, json.dumps({"claim": claim, "at": at}).encode() + b"\n")
    return file


def give_back(medium: Path, claim: str, but: str = "") -> None:
    """What this machine took is free for another, `but` the one it keeps. Raises what a stick can do."""
    marks = _tray(medium, MARK)
    marks.remove([marks.path(one.node) for one in rooms(medium) if one.claim == claim and one.node != but])


def sweep(medium: Path, claim: str = "", *, done: bool = False) -> None:
    """Take away the codes that other machines used, and one's own when it is set up (`done`); the marks stay."""
    tray = _tray(medium, ENROLMENT)
    used = [one for one in rooms(medium) if one.claim and (done or one.claim != claim)]
    tray.remove([tray.path(one.node) for one in used])


def _read(path: Path) -> dict[str, Any]:
    """A JSON object, {} where there is none."""
    if not path.exists():
        return {}
    try:
        found = json.loads(stick.read(path))
    except (YizhanError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
