"""上门办理: what goes along to people's homes, and what comes back.

A visit is a folder on a stick or another machine: the room's files without anything personal, a set (edge.inbox.sets),
and the sealed inbox of what was taken in. Whoever finds it on the road can read guides, and nothing of anybody.
"""

from __future__ import annotations

import json
import re
import secrets
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import accounts, heads, inbox, log, officers, room_described, settings, standin
from edge.config import all_files
from edge.errors import problem
from edge.inbox import merging, sets
from edge.inbox.merging import Merged
from edge.os_words import why

if TYPE_CHECKING:
    from edge.clock import Clock
    from edge.database import Connection
    from edge.heads import Summary
    from edge.inbox.sets import Keys
    from edge.node import Node
    from edge.standin import StandIn

KIND: Final = "visit.prepared"
SET_FILE: Final = "visit.set"
ROOM_FOLDER: Final = "room"
DAYS_MAX: Final = 30
PURPOSE_MAX: Final = 100
# read aloud and typed on the road: no letters that look alike; 14 of 28 are 67 bits
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_PASSWORD: Final = 14
# where a path of the machine would stand
_PATHS: Final = re.compile(r"\s*(database|witness|key_file|services_dir|ferry_dirs|centre_ca)\s*=")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`password` is nowhere but here: it is written down by whoever goes."""

    set_id: str
    folder: Path
    account: str
    password: str
    until: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as the room knows it, and what of it stands in the log."""

    keys: Keys
    name: str
    applications: tuple[Summary, ...]


def prepare(
    node: Node, folder: Path, account: str, *, until: str, purpose: str = "", actor: str = "system"
) -> Prepared:
    """Write a visit into an empty folder. Raises visit_exists, visit_until_wrong, not_found, file_not_written."""
    _check(node, folder, until)
    officer = next((one for one in officers.all_of(node) if one.account == account and one.active), None)
    if officer is None:
        raise problem("not_found")
    password = "".join(secrets.choice(_LETTERS) for _ in range(_PASSWORD))
    stored = accounts.hash_password(password, node.settings.password_cost)
    goes = {
        "account": account,
        "name": officer.name,
        "rank": officer.rank,
        "posts": json.dumps(list(officer.posts)),
        "active": 1,
        "password": stored,
    }
    with node.database.write() as tx:
        set_id = sets.create(tx, sets.VISIT, officer=account, purpose=purpose[:PURPOSE_MAX], until=until)
        log.append(tx, KIND, "", {"set": set_id, "officer": account, "until": until}, actor)
    try:
        _copy_room(node, folder / ROOM_FOLDER)
        with node.database.read() as tx:
            made = sets.build(node, tx, set_id, (goes,))
            sets.write(folder / SET_FILE, made, sets.tables(tx, account))
    except OSError as error:
        raise problem("file_not_written", file=folder, detail=why(error)) from error
    room_described.tell(node)
    return Prepared(set_id, folder, account, password, until)


def _check(node: Node, folder: Path, until: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise problem("visit_exists", folder=folder)
    today = date.fromisoformat(node.clock.today())
    try:
        last = date.fromisoformat(until)
    except ValueError:
        last = date.min
    if not today <= last <= today + timedelta(days=DAYS_MAX):
        raise problem("visit_until_wrong", days=DAYS_MAX)


def _copy_room(node: Node, target: Path) -> None:
    """The files that a room is configured by; its node.toml without the paths of this machine. May raise OSError."""
    home, services = node.settings.home, node.settings.services_dir
    target.mkdir(parents=True)
    for path in sorted(home.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        kept = _without_paths(text) if path.name == settings.NODE_FILE else text
        inbox.write_file(target / path.name, [kept.encode()])
    for name in (*(kind.folder for kind in all_files.FOLDERS), all_files.DATA):
        _copy_files(home / name, target / name)
    _copy_files(services, target / "services")


def _copy_files(folder: Path, target: Path) -> None:
    """The files of one folder that a room reads; the database and what lies with it are none of them."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.suffix in {".json", ".md", ".toml"}:
            inbox.write_file(target / path.name, [path.read_bytes()])


def _without_paths(text: str) -> str:
    """node.toml as it is but for paths; one that reads otherwise then is left as it was."""
    kept = "".join(line for line in text.splitlines(keepends=True) if not _PATHS.match(line))
    try:
        tomllib.loads(kept)
    except tomllib.TOMLDecodeError:  # a path over several lines
        return text
    return kept


def open_visit(folder: Path, clock: Clock | None = None) -> StandIn:
    """The node that takes in on the road. `close()` it. Raises visit_folder_wrong, inbox_set_wrong, as open_standin."""
    if not (folder / SET_FILE).is_file():
        raise problem("visit_folder_wrong", folder=folder)
    given = sets.read(folder / SET_FILE)
    opened = standin.open_standin(folder / ROOM_FOLDER, given, folder / inbox.FOLDER, clock)
    opened.must_take_in()
    return opened


def merge(node: Node, folder: Path) -> Merged:
    """Take in what a visit brought home. Again changes nothing. Raises visit_folder_wrong."""
    if not (folder / SET_FILE).is_file() and not (folder / inbox.FOLDER).is_dir():
        raise problem("visit_folder_wrong", folder=folder)
    done = merging.merge(node, folder / inbox.FOLDER)
    if done.numbers:
        node.send_now()
    return done


def found_in(folders: list[Path]) -> Iterator[Path]:
    """The visits that lie in some folders or right below them."""
    for folder in folders:
        for path in (folder, *sorted(one for one in folder.iterdir() if one.is_dir())):
            if (path / SET_FILE).is_file():
                yield path


def all_of(node: Node, tx: Connection) -> list[Visit]:
    """The visits of this room, the newest first."""
    names = {one.account: one.name for one in officers.all_of(node)}
    return [_visit(tx, keys, names.get(keys.officer, keys.officer)) for keys in sets.visits(tx)]


def of(node: Node, tx: Connection, set_id: str) -> Visit:
    """One of them. Raises not_found."""
    found = sets.keys(tx, set_id)
    if found is None or found.kind != sets.VISIT:
        raise problem("not_found")
    names = {one.account: one.name for one in officers.all_of(node)}
    return _visit(tx, found, names.get(found.officer, found.officer))


def _visit(tx: Connection, keys: Keys, name: str) -> Visit:
    found = (heads.find(tx, number) for number in merging.numbers_of_visit(tx, keys.id))
    return Visit(keys, name, tuple(one for one in found if one is not None))


def as_dict(done: Merged) -> dict[str, Any]:
    """What `yizhan visit merge --json` says."""
    aside = [{"item": item, "sentence": sentence} for item, sentence in done.aside]
    return {"registered": done.numbers, "known": done.known, "aside": aside, "missing": done.gaps}
