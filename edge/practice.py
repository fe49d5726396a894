"""练习室 (M62): a second room under HOME/practice with a file and a key of its own, where nothing counts.

Its number begins with 0000, which no division has, so that every number given out there can be told from a real one.
It knows the real room's texts and services, and nobody of its people but those who train.
"""

import json
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import log, node, officers, settings
from edge.clock import Clock
from edge.config import all_files
from edge.database import Connection
from edge.errors import problem
from edge.officers import Officer

if TYPE_CHECKING:
    from edge.node import Node

FOLDER: Final = "practice"
MOUNT: Final = "/practice"
MARK: Final = "0000"  # no division of the country has this number
BEGUN: Final = "begun"  # lies in the folder until the room in it is whole
POSTS: Final = ("guide", "receive", "deliver")  # what the exercises ask for, whoever trains
_PUBLISHER: Final = '\n[[publishers]]\narea = "{one.area}"\nname = {name}\nkey = "{one.key}"\n'
_FILES: Final = (settings.ROOM_FILE, *(f"{name}.toml" for name in ("home", "province", "devices")))


def node_id(real: str) -> str:
    """The number of the practice room of a room."""
    return MARK + real[len(MARK) :]


def is_practice(number: str) -> bool:
    """Whether an application's number, or a room's, was given out for practice."""
    return number.startswith(MARK)


def must_be_real(one: "Node") -> None:
    """Raises practice_never_sent for a practice room: nothing of it leaves the machine."""
    if one.settings.practice:
        raise problem("practice_never_sent")


def must_be_sent(tx: Connection) -> None:
    """The same for whoever has the database alone."""
    if is_practice(log.node_id(tx)):
        raise problem("practice_never_sent")


def make(real: "Node", clock: Clock) -> "Node":
    """The practice room of a room, opened; made anew where there is none yet, or where making it was cut off."""
    folder = real.settings.home / FOLDER
    if (folder / BEGUN).exists():
        drop(real)
    if not (folder / settings.NODE_FILE).exists():
        _make_folder(real, folder)
    opened = node.open_node(folder, clock, environment={})  # what the environment says is the real room's
    if (folder / BEGUN).exists():
        _take_publications(real, opened)
    return opened


def whole(opened: "Node") -> None:
    """What it begins with is in it."""
    (opened.settings.home / BEGUN).unlink(missing_ok=True)


def is_begun(opened: "Node") -> bool:
    """Whether its people and papers still have to be put in."""
    return (opened.settings.home / BEGUN).exists()


def drop(real: "Node") -> None:
    """Throw the practice room away; it must be closed. The real one's folder is touched nowhere else."""
    shutil.rmtree(real.settings.home / FOLDER, ignore_errors=True)


def _make_folder(real: "Node", folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / BEGUN).touch()
    _copy_texts(real.settings.home, folder, real.room.place)
    keys = real.settings
    node.create_home(
        folder,
        node_id(keys.node_id),
        real.room.name,
        practice=True,
        services_dir=str(keys.services_dir),
        photo_bytes_max=keys.photo_bytes_max,
        photo_pixels_max=keys.photo_pixels_max,
        password_memory_kib=8192,
        password_passes=1,  # nobody logs in with a password there
    )
    with (folder / settings.NODE_FILE).open("a", encoding="utf-8") as file:
        file.writelines(_PUBLISHER.format(one=one, name=json.dumps(one.name)) for one in keys.publishers)


def _copy_texts(home: Path, folder: Path, place: str) -> None:
    """What the room's pages say, as it is now; a reset takes it over anew."""
    for name in _FILES:
        if (home / name).is_file():
            shutil.copyfile(home / name, folder / name)
    _write_place(folder / settings.ROOM_FILE, place)
    for kind in all_files.FOLDERS:
        if (home / kind.folder).is_dir():
            shutil.copytree(home / kind.folder, folder / kind.folder, dirs_exist_ok=True)
    (folder / all_files.DATA).mkdir(exist_ok=True, mode=0o700)
    for path in (home / all_files.DATA).glob("*.json"):
        shutil.copyfile(path, folder / all_files.DATA / path.name)


def _write_place(room: Path, place: str) -> None:
    """A room that names no division takes it from its number, which practice has not."""
    text = room.read_text(encoding="utf-8")
    if not tomllib.loads(text).get("place"):
        room.write_text(f'place = "{place}"\n{text}', encoding="utf-8")


def _take_publications(real: "Node", opened: "Node") -> None:
    """What the centre published counts in practice too: the words alone, without the log that brought them."""
    with real.database.read() as before:
        rows = {table: before.execute(query).fetchall() for table, query in _CARRIED.items()}
    with opened.database.write() as tx:
        for table, found in rows.items():
            _put(tx, table, found)
    opened.reload_services()


_CARRIED: Final = {
    "definition": "SELECT * FROM definition WHERE digest IN (SELECT digest FROM publication)",
    "publication": "SELECT * FROM publication",
    "pack_state": "SELECT * FROM pack_state",
    "pack_service": "SELECT * FROM pack_service",
}


def _put(tx: Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(tuple(row)))
        tx.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", tuple(row))  # noqa: S608  names of tables


def admit(opened: "Node", trainee: Officer) -> str:
    """The token of a session for somebody who has logged in to the real room; his rank stays, his posts are enough."""
    posts = tuple(dict.fromkeys((*trainee.posts, *POSTS)))
    return officers.admit(opened, trainee, posts)


def did(tx: Connection, actor: str) -> list[tuple[str, str, dict[str, object]]]:
    """(application, kind, body) of everything that somebody did, in order. For the short log of a practice room."""
    return [(one.application, one.kind, one.data) for one in log.all_of(tx, "node") if one.actor == actor]
