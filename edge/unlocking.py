"""How a room's database is opened: with the key file that lies beside it, or with the secret of any other slot.

A room without a sheet of slots has one slot, its key file, and what is in it is the key itself. The first other slot
makes the sheet; the file's content stays as it is and becomes the secret of its slot.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from edge import database, durable, passphrases, slots
from edge.database import Database
from edge.errors import YizhanError, problem
from edge.os_words import why

if TYPE_CHECKING:
    from edge.clock import Clock
    from edge.settings import Settings
    from edge.slots import Sheet, Slot

logger = logging.getLogger(__name__)
PASSPHRASE_FILE: Final = "YIZHAN_PASSPHRASE_FILE"  # noqa: S105  the name of a variable
FILE_LABEL: Final = "node.key"
SHEET_FILE: Final = "key-slots.json"


class Opened(NamedTuple):
    """`keys`: what may open the database, the likelier one first; `slot`: that they came from, "" without a sheet."""

    keys: tuple[bytes, ...]
    slot: str = ""


Secret = Callable[["Sheet"], Opened]


def sheet_path(home: Path) -> Path:
    """Where the sheet of key slots of a home lies; a room that only its key file opens has none."""
    return home / SHEET_FILE


def _read_sheet(home: Path) -> Sheet | None:
    """The room's sheet; None where the key file is the only slot, as in most rooms: they start without edge.slots."""
    path = sheet_path(home)
    return slots.read(path) if path.exists() else None


def sheet_of(home: Path, key: bytes, at: str) -> Sheet:
    """The room's sheet; where none was written yet, the one that says what holds: the key file opens."""
    found = _read_sheet(home)
    return found or first(key, at)


def first(key: bytes, at: str) -> Sheet:
    """Of a room whose key file holds the key itself."""
    return slots.tagged(slots.Sheet((slots.make("file", FILE_LABEL, at, slots.public_of(key), key=key),)), key)


def by_file(held: bytes) -> Secret:
    """The secret in a key file."""

    def opens(sheet: Sheet) -> Opened:
        mine = slots.public_of(held).hex()
        for one in sheet.slots:
            if one.public == mine:
                return Opened(slots.open_slot(one, held), one.id)
        raise problem("slot_shut")

    return opens


def by_passphrase(text: str) -> Secret:
    """What somebody typed; each slot of this kind is tried."""

    def opens(sheet: Sheet) -> Opened:
        told = passphrases.plain(text)
        for one in sheet.of_kind("passphrase"):
            opened = _try(one, told)
            if opened is not None:
                return opened
        raise problem("slot_shut")

    return opens


def _try(slot: Slot, told: str) -> Opened | None:
    if slot.kdf is None:
        return None
    private = slots.from_passphrase(told, slot.kdf)
    if slots.public_of(private).hex() != slot.public:
        return None
    return Opened(slots.open_slot(slot, private), slot.id)


def by_device(program: str) -> Secret:
    """A device that a program speaks to (edge.key_device)."""

    def opens(sheet: Sheet) -> Opened:
        from edge import key_device

        for one in sheet.of_kind("device"):
            return Opened(key_device.open_slot(program, one), one.id)
        raise problem("slot_shut")

    return opens


def by_keys(*keys: bytes) -> Secret:
    """The key itself, as the centre hands it back."""
    return lambda _: Opened(keys)


def by_returned(keys: tuple[bytes, ...]) -> Secret:
    """Keys that the centre handed back for one sheet: they open no other."""

    def opens(sheet: Sheet) -> Opened:
        for key in keys:
            if slots.is_ours(sheet, key):
                return Opened((key,))
        raise problem("slot_shut")

    return opens


def open_sheet(home: Path, secret: Secret) -> Opened:
    """Raises slot_shut, slots_unreadable."""
    sheet = _read_sheet(home)
    if sheet is None:
        raise problem("slot_shut")
    return secret(sheet)


def typed(home: Path, text: str) -> Opened:
    """What somebody typed or chose: 64 hexadecimal digits of a key file, or a passphrase. Raises slot_shut."""
    squeezed = "".join(text.split())
    try:
        held = bytes.fromhex(squeezed)
    except ValueError:
        held = b""
    if len(held) == database.KEY_BYTES:
        return of_file(home, held)
    if not squeezed or _read_sheet(home) is None:
        raise problem("slot_shut")
    return open_sheet(home, by_passphrase(text))


def of_file(home: Path, held: bytes) -> Opened:
    """What a key file that holds `held` opens. Raises slots_unreadable."""
    sheet = _read_sheet(home)
    if sheet is None:
        return Opened((held,))
    try:
        return by_file(held)(sheet)
    except YizhanError as error:
        if error.code != "slot_shut":
            raise
        return Opened((held,))  # of a slot that is gone: the database says that it is the wrong one


def without_a_person(found: Settings) -> Opened:
    """With the key file, or what the environment and node.toml name. Raises key_missing, key_unreadable, slot_shut."""
    try:
        return of_file(found.home, database.read_key(found.key_file))
    except YizhanError as error:
        if error.code != "key_missing":
            raise
        named = os.environ.get(PASSPHRASE_FILE, "")
        if named:
            return open_sheet(found.home, by_passphrase(_read(Path(named))))
        if found.key_program:
            return open_sheet(found.home, by_device(found.key_program))
        raise


def secret_here(found: Settings) -> Secret:
    """The secret that lies here, for whatever the room's slots have sealed. Raises key_missing, key_unreadable."""
    named = os.environ.get(PASSPHRASE_FILE, "")
    if named and not found.key_file.exists():
        return by_passphrase(_read(Path(named)))
    if found.key_program and not found.key_file.exists():
        return by_device(found.key_program)
    return by_file(database.read_key(found.key_file))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise problem("key_missing", key_file=path) from None


def open_database(found: Settings, clock: Clock, opened: Opened) -> Database:
    """The room's database with the first of the keys that fits. Raises wrong_database_key and what Database raises."""
    _mend(found.database, opened.keys, clock)
    for key in opened.keys[:-1]:
        made = _if_right(found.database, key, clock)
        if made is not None:
            break
    else:
        key = opened.keys[-1]
        made = Database(found.database, key, clock, key_file=found.key_file)
    try:
        _look_at_sheet(found, opened.keys, key, clock)
    except BaseException:
        made.close()
        raise
    return made


def _if_right(path: Path, key: bytes, clock: Clock) -> Database | None:
    try:
        return Database(path, key, clock)
    except YizhanError as error:
        if error.code != "wrong_database_key":
            raise
        return None


def _look_at_sheet(found: Settings, keys: tuple[bytes, ...], key: bytes, clock: Clock) -> None:
    """A change of the key that was cut off ends here; a sheet that somebody else wrote to is said, and not used."""
    path, sheet = sheet_path(found.home), _read_sheet(found.home)
    if sheet is None:
        return
    try:
        slots.must_be_ours(sheet, key)
    except YizhanError as error:
        logger.warning("%s: %s", path, error.sentence)
        return
    if sheet.is_changing:
        for other in keys:
            _rekey_aside(found, other, key, clock)
        slots.write(path, slots.settled(sheet, key))


def change_key(found: Settings, key: bytes, clock: Clock) -> Sheet:
    """A fresh key for the database, in every slot that there is; whoever has the old one opens nothing any more.

    Cut off anywhere, the next start ends it. Raises rekey_busy, slots_changed, file_not_written, disk_full, disk_fault.
    """
    path, fresh = sheet_path(found.home), os.urandom(database.KEY_BYTES)
    both = slots.following(sheet_of(found.home, key, clock.now()), key, fresh)
    _must_be_alone(found, key, clock)
    slots.write(path, both)
    _rekey(found.database, key, fresh, clock)
    _rekey_aside(found, key, fresh, clock)
    done = slots.settled(both, fresh)
    slots.write(path, done)
    return done


def _must_be_alone(found: Settings, key: bytes, clock: Clock) -> None:
    opened = Database(found.database, key, clock, key_file=found.key_file)
    try:
        opened.shut_whole()
    except YizhanError as error:
        raise problem("rekey_busy") from error
    finally:
        opened.close()


def _rekey(path: Path, key: bytes, fresh: bytes, clock: Clock) -> None:
    """All pages or none: SQLite's journal is good for a cut, and not for every fault while it is undone."""
    kept = _kept(path)
    try:
        _copy(path, kept.with_name(kept.name + ".new"))
        kept.with_name(kept.name + ".new").replace(kept)
        opened = Database(path, key, clock)
        try:
            opened.change_key(fresh)
        finally:
            opened.close()
        # SQLite says nothing when its journal stays behind, which would bring pages under the old key back
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
        if not _is_whole(path, fresh, clock):
            raise problem("disk_fault")
    except (YizhanError, OSError) as error:
        _mend(path, (key, fresh), clock)
        if isinstance(error, OSError):
            raise problem("file_not_written", file=path, detail=why(error)) from error
        raise problem("rekey_busy") if error.code == "database_busy" else error from error
    kept.unlink()


def _kept(path: Path) -> Path:
    return path.with_name(path.name + ".before")


def _copy(source: Path, target: Path) -> None:
    """Into the same file, where there is one: a database is known by it."""
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written)
        durable.finish(written)


def _mend(path: Path, keys: tuple[bytes, ...], clock: Clock) -> None:
    """After a change that was cut off or failed: what is whole under either key stays, else the copy from before comes
    back.
    """
    kept = _kept(path)
    if not kept.exists():
        return
    if not any(_is_whole(path, key, clock) for key in keys):
        for end in ("-journal", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        _copy(kept, path)
    kept.unlink()


def _is_whole(path: Path, key: bytes, clock: Clock) -> bool:
    try:
        opened = Database(path, key, clock)
    except YizhanError:
        return False
    try:
        return not opened.is_damaged()
    except (YizhanError, database.Error):
        return False
    finally:
        opened.close()


def _rekey_aside(found: Settings, key: bytes, fresh: bytes, clock: Clock) -> None:
    """What was moved aside goes with the room's database: no slot will hold its key any more."""
    for path in found.home.glob("aside-*/" + found.database.name):
        opened = None if key == fresh else _if_right(path, key, clock)
        if opened is not None:
            opened.close()
            _rekey(path, key, fresh, clock)
