"""A new program takes over a room's data: backup, rehearsal on a copy, migration, check; anything wrong goes back.

The old program prepares (a verified backup; never during opening hours unless told), the new one finishes. Nobody
serves between the two, so what lies here at the end is what lay here before, brought forward, or untouched. Each step
is noted in `upgrade.json` before the next begins, and `finish` goes on with whatever was cut off.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import (
    backup,
    durable,
    file_locks,
    migrations,
    opening,
    projections,
    rolling,
    settings,
    unlocking,
    upgrade_book,
    verify,
)
from edge.clock import Clock, SystemClock
from edge.config import all_files
from edge.database import Database
from edge.doctor import checks
from edge.errors import YizhanError, problem
from edge.node import open_node
from edge.publishing import in_force
from edge.upgrade_book import Book

if TYPE_CHECKING:
    from edge.node import Node
    from edge.settings import Settings

logger = logging.getLogger(__name__)

SNAPSHOT: Final = "upgrade-before.db"
REHEARSAL: Final = "upgrade-rehearsal.db"
SPARE_BYTES: Final = 64 << 20
# what has to be well before and after; a printer without paper stops nobody
SERIOUS: Final = frozenset({"database", "chain", "witness", "disk"})
LOCKED: Final = frozenset({"key_missing", "key_unreadable", "slot_shut", "key_device_fault"})
_ENDS: Final = ("", "-wal", "-shm", "-journal")


def prepare(home: Path, *, now: bool = False, clock: Clock | None = None) -> Book:
    """With the old program, which may still serve. `now`: also while the room is open.

    Raises upgrade_open_hours, upgrade_unfit, backup_no_room and what `open_node` and `backup.make` raise.
    """
    node = open_node(home, clock)
    try:
        return prepare_open(node, now=now)
    finally:
        node.close()


def prepare_open(node: Node, *, now: bool = False) -> Book:
    """The same for a node that is open, whoever unlocked it."""
    if not now and opening.is_known(node.room) and opening.schedule(node.room).is_open(node.clock.now()):
        raise problem("upgrade_open_hours", hours=node.room.hours)
    _must_be_well(node)
    book = Book("prepared", node.clock.now(), upgrade_book.program_version(), "", _backup(node))
    upgrade_book.write(node.settings.home, book)
    return book


def _must_be_well(node: Node) -> None:
    bad = [one for one in checks.look(node, thorough=True) if one.state == "faulty" and one.name in SERIOUS]
    if bad:
        raise problem("upgrade_unfit", detail="；".join(one.line for one in bad))


def _backup(node: Node) -> str:
    """Beside those that roll, under the name by which whoever erases something finds it."""
    folders = rolling.folders(node.settings) or [node.settings.home / "backups"]
    folders[0].mkdir(parents=True, exist_ok=True, mode=0o700)
    before = f"yizhan-{node.settings.node_id}-before-upgrade"
    old = list(folders[0].glob(f"{before}-*.backup"))
    stamp = "".join(one for one in node.clock.now()[:19] if one.isdecimal())
    target = folders[0] / f"{before}-{stamp}.backup"
    if target in old:  # the same second
        return str(target)
    made = backup.make(node, target)
    for path in old:
        path.unlink()
    return str(made.file)


def finish(home: Path, clock: Clock | None = None) -> Book:
    """With the new program, before anybody is served; again after whatever cut it off. The data are those of the new
    program in the end (state done), or as they were (state back, with the reason).

    A room that a person unlocks is left as it is: it is brought forward when it is unlocked. Raises
    upgrade_still_served.
    """
    clock = clock or SystemClock()
    book = upgrade_book.read(home) or Book("prepared", clock.now(), "")
    if not book.is_open:
        return book
    if file_locks.is_served(home):
        raise problem("upgrade_still_served")
    here = upgrade_book.program_version()
    book = replace(book, to_version=here)
    try:
        if book.state == "returning":
            return _go_back(home, book, clock)
        _forward(home, book, clock)
    except YizhanError as error:
        if error.code in LOCKED:
            return book
        return _refused(home, book, clock, f"{error.sentence}。{error.hint}")
    except Exception as error:
        logger.exception("the upgrade to %s failed", here)
        return _refused(home, book, clock, f"程序出错：{type(error).__name__}")
    return _end(home, replace(book, state="done", at=clock.now()))


def _forward(home: Path, book: Book, clock: Clock) -> None:
    if upgrade_book.is_older(book.to_version, book.from_version):
        raise problem("upgrade_older", here=book.from_version, version=book.to_version)
    found, _ = settings.load(home)
    if book.state == "prepared":
        _rehearse(found, clock)
        _copy(found, home / SNAPSHOT, clock)
        upgrade_book.write(home, replace(book, state="rehearsed", at=clock.now()))
    node = open_node(home, clock)
    try:
        _must_be_well(node)
    finally:
        node.close()


def _open(found: Settings, clock: Clock) -> Database:
    if not found.database.is_file():
        raise problem("database_missing", database=found.database)
    return unlocking.open_database(found, clock, unlocking.without_a_person(found))


def _copy(found: Settings, target: Path, clock: Clock) -> bytes:
    """A copy of the room's database under its own key, which is given; on disk when this returns."""
    _remove(target)
    if shutil.disk_usage(found.home).free < found.database.stat().st_size + SPARE_BYTES:
        raise problem("backup_no_room", folder=found.home)
    opened = _open(found, clock)
    beside = target.with_name(target.name + ".partial")
    _remove(beside)
    try:
        opened.copy_to(beside)
        durable.sync_file(beside)
        beside.replace(target)
        durable.sync_folder(target.parent)
        return opened.key
    finally:
        opened.close()


def _rehearse(found: Settings, clock: Clock) -> None:
    """Everything that the start will do, on a copy: migrations, what follows from the log, every service ever used."""
    path = found.home / REHEARSAL
    try:
        opened = Database(path, _copy(found, path, clock), clock)
        try:
            migrations.migrate(opened)
            with opened.write() as tx:
                if projections.is_stale(tx):
                    projections.rebuild(tx, found)
            report = verify.verify(opened)
            if not report.whole:
                raise problem("upgrade_unfit", detail="；".join(report.faults[:3]))
            files = all_files.read(found.home, found.node_id)
            in_force.load(opened, found, files.province.parameters)
        finally:
            opened.close()
    finally:
        _remove(path)


def _refused(home: Path, book: Book, clock: Clock, reason: str) -> Book:
    logger.warning("the upgrade to %s goes back: %s", book.to_version, reason)
    book = replace(book, state="returning", reason=reason[:500])
    upgrade_book.write(home, book)
    return _go_back(home, book, clock)


def _go_back(home: Path, book: Book, clock: Clock) -> Book:
    """The snapshot over what lies there, in one transaction of SQLite's; the file stays where it was."""
    snapshot = home / SNAPSHOT
    if snapshot.is_file():
        found, _ = settings.load(home)
        opened = Database(snapshot, unlocking.without_a_person(found).keys[0], clock)
        try:
            opened.copy_to(found.database)
        finally:
            opened.close()
        durable.sync_file(found.database)
    return _end(home, replace(book, state="back", at=clock.now()))


def _end(home: Path, book: Book) -> Book:
    upgrade_book.write(home, book)
    for name in (SNAPSHOT, REHEARSAL, f"{SNAPSHOT}.partial", f"{REHEARSAL}.partial"):
        _remove(home / name)
    return book


def _remove(path: Path) -> None:
    for end in _ENDS:
        path.with_name(path.name + end).unlink(missing_ok=True)


def go_on(home: Path) -> None:
    """At a start: finish what a power cut left. Raises upgrade_went_back where this program is not to serve."""
    book = upgrade_book.read(home)
    if book is not None and book.is_open and book.from_version != upgrade_book.program_version():
        book = finish(home)
    if book is not None and not book.is_open:  # else it waits for whoever unlocks the room
        upgrade_book.must_be_settled(home)
