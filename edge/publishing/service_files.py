"""The service files and signatures of a room and of the program, read and judged once as long as nobody touches them.

What a file was is remembered by its stamp: length, time of the last writing, time of the last change, inode. The time
of change can't be set by a program, so a file that was written again with the same length and time is seen as well. A
file that was changed within the last moments before it was read may be changed again in the same tick of the clock: it
is read anew at the next start.
"""

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from edge import definitions, publishing
from edge.database import Connection, Database
from edge.errors import YizhanError
from edge.publishing import on_disk
from forms import definition as files
from forms import head
from forms.definition import Definition
from forms.faults import DefinitionError, Fault

FolderName = Literal["packaged", "room"]
Small = Mapping[str, Any]  # what forms.head takes of a service file
FRESH_NS: Final = 2_000_000_000
# files judged in one transaction: what a power cut costs, what is held in memory, and how long a start may take for it
JUDGED_AT_ONCE: Final = 20


class Entry(NamedTuple):
    """One file of a folder. `sheet`: of a signature file; `digest`: of the definition that it is, or speaks of."""

    name: str
    stamp: str
    digest: str
    sheet: str = ""


@dataclass(frozen=True)
class Found:
    """The services of a folder by their digest, and the signatures beside them as JSON. `unread`: signature files by
    name that are no use, and why. `waiting`: how many files nobody has judged yet.
    """

    smalls: Mapping[str, Small] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[tuple[str, str], ...] = ()
    waiting: int = 0


def read(opened: Database, which: FolderName, path: Path, judged_max: int = JUDGED_AT_ONCE) -> Found:
    """The services of a folder; only files that changed are read, and only contents that are new are judged: so many
    of them at once, the others wait for the next call and are no services meanwhile.

    Raises DefinitionError with every fault that was found. What was sound beside it is remembered.
    """
    with opened.read() as tx:
        before = {one.name: one for one in _remembered(tx, which)}
        known = definitions.known(tx)
    listed = _listed(path)
    same = [one for name, one in before.items() if listed.get(name) == one.stamp]
    changed = sorted(set(listed) - {one.name for one in same})
    services = [name for name in changed if not name.endswith(files.SIGNATURES)]
    signatures, unread = _signatures(path, sorted(set(changed) - set(services)), listed)
    gone = [name for name in before if name not in listed]
    if gone or signatures:
        with opened.write() as tx:
            _forget(tx, which, gone)
            _remember(tx, which, _settled(signatures))
    stamps = {name: listed[name] for name in services}
    fresh, waiting = _taken(opened, which, path, stamps, known=known, judged_max=judged_max)
    with opened.read() as tx:
        return _found(tx, [*same, *signatures, *fresh], unread, waiting)


def packaged(tx: Connection) -> Mapping[str, Small]:
    """The services that came with the program, as they were read at the last start; read now where none was."""
    entries = _remembered(tx, "packaged")
    if not entries:
        return {one.digest: head.small(one.raw) for one in files.packaged().all()}
    return definitions.smalls(tx, [one.digest for one in entries])


def _listed(path: Path) -> dict[str, str]:
    """Name -> stamp of every *.json of a folder; nothing where there is no folder."""
    if not path.is_dir():
        return {}
    with os.scandir(path) as found:
        return {one.name: stamp(one) for one in found if one.name.endswith(".json")}


def stamp(entry: "os.DirEntry[str]") -> str:
    """What changes whenever a file is written; "" for one that can't be looked at."""
    try:
        state = entry.stat()
    except OSError:
        return ""
    return f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"


def _settled(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Those that can't have been written again unseen: their last change lies some moments back."""
    now = time.time_ns()
    for one in entries:
        if one.stamp and int(one.stamp.split(":")[2]) <= now - FRESH_NS:
            yield one


def _taken(
    opened: Database,
    which: FolderName,
    path: Path,
    changed: Mapping[str, str],
    *,
    known: Collection[str],
    judged_max: int,
) -> tuple[list[Entry], int]:
    """The changed service files that are judged by now, and how many wait. Raises DefinitionError with all faults."""
    held: list[Entry] = []
    new, faults = sorted(changed), list[Fault]()
    if which == "packaged":
        sound = {name: files.packaged_files()[name] for name in new}
        waiting = 0
    else:
        held, new = _looked_at(path, changed, known, faults)
        sound = dict(_sound(path, new[:judged_max], faults))
        waiting = len(new[judged_max:])
    entries = [*held, *(Entry(name, changed[name], one.digest) for name, one in sound.items())]
    if entries:
        with opened.write() as tx:
            for one in sound.values():
                definitions.keep(tx, one)
            _remember(tx, which, _settled(entries))
    if faults:
        raise DefinitionError(faults)
    return entries, waiting


def _looked_at(
    path: Path, changed: Mapping[str, str], known: Collection[str], faults: list[Fault]
) -> tuple[list[Entry], list[str]]:
    """Of the changed files those whose content was judged before, and the names of the others. Adds to `faults`."""
    held: list[Entry] = []
    new: list[str] = []
    for name in sorted(changed):
        try:
            digest = files.digest_of(path / name)
        except DefinitionError as error:
            faults += error.faults
            continue
        if digest in known:
            held.append(Entry(name, changed[name], digest))
        else:
            new.append(name)
    return held, new


def _sound(path: Path, names: Iterable[str], faults: list[Fault]) -> Iterator[tuple[str, Definition]]:
    """Those of the files that have no fault. Adds to `faults`."""
    for name in names:
        try:
            yield name, files.load(path / name)
        except DefinitionError as error:
            faults += error.faults


def _signatures(
    path: Path, names: Iterable[str], listed: Mapping[str, str]
) -> tuple[list[Entry], list[tuple[str, str]]]:
    entries: list[Entry] = []
    unread: list[tuple[str, str]] = []
    for name in names:
        try:
            sheet = on_disk.read(path / name)
        except YizhanError as error:
            unread.append((name, str(error)))
        else:
            entries.append(Entry(name, listed[name], sheet.digest, publishing.text_of(sheet)))
    return entries, unread


def _found(tx: Connection, entries: Iterable[Entry], unread: Iterable[tuple[str, str]], waiting: int) -> Found:
    ordered = sorted(entries, key=lambda one: one.name)
    services = [one for one in ordered if not one.sheet]
    smalls = definitions.smalls(tx, dict.fromkeys(one.digest for one in services))
    _refuse_doubles(services, smalls)
    stray = [*unread]
    sheets: dict[str, str] = {}
    for one in ordered:
        if one.sheet and one.digest in smalls:
            sheets[one.digest] = one.sheet
        elif one.sheet and not waiting:
            stray.append((one.name, "the file was changed after it was signed, or is not here"))
    return Found(smalls, sheets, tuple(stray), waiting)


def _refuse_doubles(services: Iterable[Entry], smalls: Mapping[str, Small]) -> None:
    """One version of a service is one file. Raises DefinitionError."""
    seen: set[tuple[str, str]] = set()
    faults = []
    for one in services:
        service, version = smalls[one.digest]["id"], smalls[one.digest]["version"]
        if (service, version) in seen:
            faults.append(files.double(one.name, service, version))
        seen.add((service, version))
    if faults:
        raise DefinitionError(faults)


def _remembered(tx: Connection, which: FolderName) -> list[Entry]:
    rows = tx.execute(
        "SELECT name, stamp, digest, sheet FROM service_file WHERE folder = ?"
        " AND (sheet <> '' OR EXISTS (SELECT 1 FROM definition WHERE digest = service_file.digest))",
        (which,),
    )
    return [Entry(*row) for row in rows]


def _remember(tx: Connection, which: FolderName, entries: Iterable[Entry]) -> None:
    tx.executemany(
        "INSERT INTO service_file (folder, name, stamp, digest, sheet) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (folder, name) DO UPDATE"
        " SET stamp = excluded.stamp, digest = excluded.digest, sheet = excluded.sheet",
        [(which, one.name, one.stamp, one.digest, one.sheet) for one in entries],
    )


def _forget(tx: Connection, which: FolderName, names: Iterable[str]) -> None:
    tx.executemany("DELETE FROM service_file WHERE folder = ? AND name = ?", [(which, name) for name in names])
