"""A backup is one file: the database as it stands at one moment, the files that a person wrote for the room, and behind
them the sheet of slots. Its key is its own; every slot of the room holds it, so that whoever may open the room may open
its backups, and a key that is gone opens no later one.

It counts as made only after a room was made of it again. Whoever restores opens a new epoch: the log may have gone on.
"""

import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from dataclasses import replace as but
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import backup_file, database, durable, epochs, log, machine_report, place, settings, slots, unlocking, verify
from edge.clock import Clock
from edge.database import Connection, Database
from edge.errors import YizhanError, problem
from edge.os_words import why
from edge.settings import NODE_FILE, Settings
from edge.slots import Sheet
from edge.unlocking import Secret
from edge.witness import Witness
from forms.events import Head

if TYPE_CHECKING:
    from edge.node import Node

# what a person wrote for the room, beside the database; patterns below its folder
ROOM_FILES: Final = (
    "node.toml", "room.toml", "home.toml", "province.toml", "devices.toml", "services/*", "cards/*", "faq/*",
    "notices/*", "calendar/*", "languages/*", "data/*.json",  # beside the database, which has its own place
)  # fmt: skip  # a table
logger = logging.getLogger(__name__)
FILE_BYTES_MAX: Final = 64 << 20
ROOM_TIMES: Final = 4  # copy, pages that migrations write, log
_UNFINISHED = NODE_FILE + ".restoring"
_WORK = "restoring.db"
_NOT_OPEN = "密钥或口令不对，或者文件不是备份、已经损坏"
_WAL = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was read through: `head` is where the node's log stood."""

    file: Path
    bytes: int
    head: Head
    events: int
    materials: int
    files: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored node is: `after` is the last event that the backup held, `epoch` the one that begins now.

    `aside`: the folder that the data lie in which were replaced, or None.
    """

    node: str
    after: Head
    epoch: int
    events: int
    aside: Path | None


def make(node: "Node", target: Path) -> Made:
    """Write a backup to a file, or into a folder under a name of its own. Raises file_in_the_way, backup_unusable,
    file_not_written.
    """
    with node.database.read() as tx:
        head = log.head(tx)
    name = f"yizhan-{node.settings.node_id}-{head.epoch}-{head.seq}.backup"
    file = target / name if target.is_dir() else target
    if file.exists():
        raise problem("file_in_the_way", file=file)
    beside = file.with_name(file.name + ".partial")
    try:
        made = _write(node, beside, file, os.urandom(database.KEY_BYTES))
        beside.replace(file)
        durable.sync_folder(file.parent)
    except OSError as error:
        raise problem("file_not_written", file=file, detail=why(error)) from error
    finally:
        _remove(beside)
    _note(node)
    return made


def _note(node: "Node") -> None:
    """A room whose disk is full has its backup all the same."""
    try:
        machine_report.backed_up(node)
    except YizhanError:
        logger.warning("the backup stands and could not be noted", exc_info=True)


def _write(node: "Node", beside: Path, file: Path, key: bytes) -> Made:
    _remove(beside)
    node.database.copy_to(beside, key)
    copy = Database(beside, key, node.clock)
    try:
        with copy.write() as tx:
            count = _put_files(tx, node.settings.home)
        copy.shut_whole()
    finally:
        copy.close()
    found = node.settings
    sheet = unlocking.sheet_of(found.home, node.database.key, node.clock.now())
    slots.must_be_ours(sheet, node.database.key)
    backup_file.add_sheet(beside, slots.holding(sheet, key))
    durable.sync_file(beside)
    report = rehearse(beside, key, node.clock, _roomy(found.database.parent, beside))
    return Made(file, beside.stat().st_size, Head.parse(report.head), report.events, report.materials, count)


def check(file: Path, found: Settings, clock: Clock) -> verify.Report:
    """Make a room of a backup, read it through, take it away again. Raises backup_unusable, key_missing, slot_shut."""
    if not file.is_file():
        raise problem("backup_unusable", detail=f"没有文件 {file}")
    secret = unlocking.secret_here(found)
    try:
        sheet, _ = backup_file.read_sheet(file)
        key = secret(sheet).keys[0] if sheet is not None else database.read_key(found.key_file)
        return rehearse(file, key, clock, _roomy(found.database.parent, file))
    except OSError as error:
        raise problem("backup_unusable", detail=why(error)) from error


def _roomy(folder: Path, file: Path) -> Path:
    """Where a rehearsal fits: with the room's own data, or beside the backup where that disk is full."""
    return folder if shutil.disk_usage(folder).free > ROOM_TIMES * file.stat().st_size else file.parent


def rehearse(file: Path, key: bytes, clock: Clock, folder: Path) -> verify.Report:
    """Make a room of a backup in a folder of its own below `folder`, read it through, and take it away again.

    Raises backup_unusable, database_damaged, file_not_written.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=folder, ignore_cleanup_errors=True) as made:
        home = Path(made)
        restored = restore(file, home, clock, secret=unlocking.by_keys(key))
        found, _ = settings.load(home, {})
        opened = Database(found.database, key, clock)
        try:
            report = _whole(opened)
        finally:
            opened.close()
    return but(report, head=str(restored.after), events=restored.events)


def _put_files(tx: Connection, home: Path) -> int:
    tx.execute("CREATE TABLE backup_file (path TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID")
    found = sorted({path for pattern in ROOM_FILES for path in home.glob(pattern) if path.is_file()})
    for path in found:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise problem("file_not_written", file=path, detail="太大，不能放进备份")
        tx.execute("INSERT INTO backup_file VALUES (?, ?)", (path.relative_to(home).as_posix(), path.read_bytes()))
    return len(found)


def _whole(opened: Database) -> verify.Report:
    report = verify.verify(opened)
    if not report.whole:
        raise problem("backup_unusable", detail="；".join(report.faults[:3]))
    return report


def restore(
    file: Path,
    home: Path,
    clock: Clock,
    *,
    key_file: Path | None = None,
    secret: Secret | None = None,
    replace: bool = False,
) -> Restored:
    """Put a backup in the place of a node's data, or make a node of it in an empty folder.

    `secret`: of any slot, else what is in `key_file` (HOME/node.key). What lies there is moved aside, never deleted.
    Every step before the last rename can be repeated after a crash. Raises backup_unusable, backup_in_the_way,
    key_missing, key_unreadable, slot_shut, wrong_node, file_not_written.
    """
    if not file.is_file():
        raise problem("backup_unusable", detail=f"没有文件 {file}")
    exists = (home / NODE_FILE).is_file()
    if exists and not replace:
        raise problem("backup_in_the_way", home=home)
    home.mkdir(parents=True, exist_ok=True)
    held = b"" if secret is not None else database.read_key(key_file or home / "node.key")
    work = home / _WORK
    try:
        task = _Task(file, home, work, secret or unlocking.by_file(held), held, clock, exists)
        return _restore(task)
    except OSError as error:
        raise problem("file_not_written", file=home, detail=why(error)) from error
    finally:
        _remove(work)


@dataclass(frozen=True, slots=True)
class _Task:
    """`held`: what is in the key file, b"" where another secret opens."""

    file: Path
    home: Path
    work: Path
    secret: Secret
    held: bytes
    clock: Clock
    exists: bool


def _restore(task: _Task) -> Restored:
    _remove(task.work)
    sheet = backup_file.take_out(task.file, task.work)
    key = _key_of(task, sheet)
    opened = _open(task.work, key, task.clock)
    try:
        report = _whole(opened)
        found = _settings(opened, task.home, exists=task.exists)
        if found.node_id != report.node:
            raise problem("wrong_node", stored=report.node, configured=found.node_id)
        here = _key_here(task, found)
        above = _newest_epoch(found, here or key, task.clock)
        aside = move_aside(found, with_sheet=not here) if task.exists else None
        epoch = _begin(opened, found, task.work, above)
        if here and here != key:
            opened.change_key(here)
        opened.shut_whole()
    finally:
        opened.close()
    durable.sync_file(task.work)
    if not here and sheet is not None:
        slots.write(unlocking.sheet_path(found.home), sheet)
    _put_key_file(task, found, here or key, aside)
    task.work.replace(found.database)
    durable.sync_folder(found.database.parent)
    if not task.exists:
        (task.home / _UNFINISHED).replace(task.home / NODE_FILE)
        durable.sync_folder(task.home)
    return Restored(found.node_id, Head.parse(report.head), epoch, report.events, aside)


def _key_of(task: _Task, sheet: Sheet | None) -> bytes:
    """Raises backup_unusable."""
    if sheet is None and task.held:
        return task.held
    try:
        if sheet is None:
            raise problem("slot_shut")
        key = task.secret(sheet).keys[0]
        slots.must_be_ours(sheet, key)
    except YizhanError as error:
        if error.code not in ("slot_shut", "slots_changed"):
            raise
        raise problem("backup_unusable", detail=_NOT_OPEN) from error
    return key


def _key_here(task: _Task, found: Settings) -> bytes:
    """The key of the room that is being replaced, which it keeps; b"" where there is none, or the backup's secret is
    not one of its own: then the room is opened from now on by what opens the backup.
    """
    if not task.exists:
        return b""
    path = unlocking.sheet_path(found.home)
    sheet = slots.read(path)
    if sheet is None:
        return task.held if _held_here(found) in (b"", task.held) else b""
    key = _opened(sheet, task.secret)
    if key and sheet.is_changing:
        slots.write(path, slots.settled(sheet, key))
    return key


def _held_here(found: Settings) -> bytes:
    """What is in the room's own key file; b"" where there is none, or none that can be read."""
    try:
        return database.read_key(found.key_file)
    except YizhanError as error:
        if error.code not in ("key_missing", "key_unreadable"):
            raise
        return b""


def _opened(sheet: Sheet, secret: Secret) -> bytes:
    """The key, or b"" where the secret is of no slot of this sheet."""
    try:
        return secret(sheet).keys[0]
    except YizhanError as error:
        if error.code not in ("slot_shut", "slots_changed"):
            raise
        return b""


def _put_key_file(task: _Task, found: Settings, key: bytes, aside: Path | None) -> None:
    """The one that was given, where it opens the room; one in the room's folder that opens it no longer goes aside."""
    if found.key_file.exists():
        elsewhere = not found.key_file.is_relative_to(found.home)  # on a stick of its own
        if aside is None or elsewhere or _opens(found, _held_here(found), key):
            return
        found.key_file.replace(aside / found.key_file.name)
    if _opens(found, task.held, key):
        durable.write_new(found.key_file, f"{task.held.hex()}\n".encode())


def _opens(found: Settings, held: bytes, key: bytes) -> bool:
    return bool(held) and key in unlocking.of_file(found.home, held).keys


def _open(work: Path, key: bytes, clock: Clock) -> Database:
    from edge import migrations

    try:
        opened = Database(work, key, clock)
    except YizhanError as error:
        raise problem("backup_unusable", detail=_NOT_OPEN) from error
    try:
        migrations.migrate(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def _settings(opened: Database, home: Path, *, exists: bool) -> Settings:
    """The settings of what lies there, or those of the backup; the room's files that are missing are put back."""
    with opened.write() as tx:
        files = tx.execute("SELECT path, data FROM backup_file").fetchall()
        tx.execute("DROP TABLE backup_file")
    for row in files:
        path = home / (_UNFINISHED if row["path"] == NODE_FILE else row["path"])
        if row["path"] == NODE_FILE and exists:
            continue
        if path.name == _UNFINISHED or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(row["data"])
    return settings.load(home, {}, node_file=NODE_FILE if exists else _UNFINISHED)[0]


def _newest_epoch(found: Settings, key: bytes, clock: Clock) -> int:
    """The latest epoch that anything here remembers: what lies here, what was moved aside, the witnesses."""
    places = [found.database, *found.home.glob("aside-*/*.db")]
    witnesses = [found.witness, *found.home.glob("aside-*/" + found.witness.name)]
    epochs_known = [0, *(_epoch_of(path, key, clock) for path in places if path.is_file())]
    for path in witnesses:
        if path.is_file():
            witness = Witness(path)
            epochs_known.append(witness.last.epoch if witness.last else 0)
            witness.close()
    return max(epochs_known)


def _epoch_of(path: Path, key: bytes, clock: Clock) -> int:
    try:
        opened = Database(path, key, clock)
    except YizhanError:  # a file that can't be read any more knows nothing
        return 0
    try:
        with opened.read() as tx:
            return int(tx.execute("SELECT epoch FROM node").fetchone()[0])
    except (YizhanError, database.Error):
        return 0
    finally:
        opened.close()


def move_aside(found: Settings, *, with_sheet: bool = False) -> Path:
    """Take database and witness out of the way, into a folder beside them that nothing deletes.

    `with_sheet`: its slots too, where the room goes on with others.
    """
    taken = [int(path.name.removeprefix("aside-")) for path in found.home.glob("aside-*") if path.name[6:].isdecimal()]
    aside = found.home / f"aside-{max(taken, default=0) + 1}"
    aside.mkdir(mode=0o700)
    for path in (found.database, *(found.database.with_name(found.database.name + end) for end in _WAL), found.witness):
        if path.exists():
            path.replace(aside / path.name)
    if with_sheet and unlocking.sheet_path(found.home).exists():
        unlocking.sheet_path(found.home).replace(aside / unlocking.SHEET_FILE)
    durable.sync_folder(found.home)
    return aside


def _begin(opened: Database, found: Settings, work: Path, above: int) -> int:
    """The new epoch, noted in a new witness before the database gets its name."""
    with opened.write() as tx:
        tx.execute("UPDATE node SET place = ?", (place.of(work),))
        epoch = epochs.begin(tx, "restored", above=above).epoch
    found.database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if found.witness.exists():  # of a run that was cut before the last rename
        found.witness.unlink()
    witness = Witness(found.witness)
    try:
        with opened.read() as tx:
            witness.follow(tx)
    finally:
        witness.close()
    return epoch


def _remove(path: Path) -> None:
    """With every log beside it: a journal that a killed run left would be played back into the next file there."""
    for one in (path, *(path.with_name(path.name + end) for end in (*_WAL, "-journal"))):
        one.unlink(missing_ok=True)


def as_dict(made: Made) -> dict[str, Any]:
    """What `yizhan backup --json` says of a backup: path, bytes, epoch and seq of its head, and how much is in it."""
    return {
        "file": str(made.file),
        "bytes": made.bytes,
        "epoch": made.head.epoch,
        "head": made.head.seq,
        "events": made.events,
        "materials": made.materials,
        "files": made.files,
    }
