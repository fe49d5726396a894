"""Disks that rot and people who tamper: one bit flipped anywhere in what a room keeps, one event changed, taken out,
put in or moved, and what the program says of it.

A flip is seen when the room does not open, when `verify` names it, or when the log falls behind its witness; it does
no harm when everything that was acknowledged is there all the same. What is neither is a loss in silence.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from conftest import FixedClock, make_home
from service_for_tests import answers

from edge import applications, backup, log, materials, verify
from edge.errors import YizhanError
from edge.node import open_node
from forms import events
from forms.events import ChainError, Event, Head

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 60
FILES = ("node.db", "node.db-wal", "witness")


@dataclass
class Rot:
    """Of `flips`: how many were `seen`, how many did no harm (`whole`), and the `silent` ones, which lost something."""

    flips: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    silent: list[str] = field(default_factory=list)


def room(folder: Path, filings: int) -> tuple[Path, list[str]]:
    """A home as a power cut leaves it, with its WAL full, and the numbers that were given out."""
    home = make_home(folder / "room")
    node = open_node(home, FixedClock())
    with node.database.read() as tx:
        tx.execute("PRAGMA wal_autocheckpoint = 0")
    numbers = []
    for index in range(filings):
        with node.database.write() as tx:
            photo = materials.put(tx, PHOTO + bytes([index % 256]), "image/jpeg", "照片.jpg", "proof")
        filed = applications.file(
            node,
            "ceshi-dengji",
            answers(),
            token=f"token-{index:05d}",
            channel="console",
            actor="officer:a",
            materials=[photo],
        )
        numbers.append(filed.number)
    kept = folder / "cut"
    shutil.copytree(home, kept)
    node.close()
    return kept, numbers


def flip(data: bytes, rng: random.Random) -> tuple[bytes, int]:
    """One bit, anywhere."""
    at = rng.randrange(len(data) * 8)
    spoilt = bytearray(data)
    spoilt[at // 8] ^= 1 << at % 8
    return bytes(spoilt), at


def flips(home: Path, numbers: list[str], name: str, count: int, seed: int = 1, *, witness: bool = True) -> Rot:
    """Flip so many bits of one file, one at a time. Without the witness: the control."""
    rng, result = random.Random(seed), Rot()
    whole = (home / "data" / name).read_bytes()
    with tempfile.TemporaryDirectory(prefix="rot-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        for index in range(count):
            tried = Path(made) / f"{index}"
            shutil.copytree(home, tried)
            spoilt, at = flip(whole, rng)
            (tried / "data" / name).write_bytes(spoilt)
            if not witness:
                (tried / "data" / "witness").unlink()
            _look(result, tried, numbers, f"{name} bit {at}", witness=witness)
            shutil.rmtree(tried)
    return result


def _look(result: Rot, home: Path, numbers: list[str], where: str, *, witness: bool) -> None:
    result.flips += 1
    try:
        there, faults = _opened(home) if witness else _opened_without_witness(home)
    except YizhanError as error:
        result.seen[error.code] += 1
        return
    if faults:
        result.seen["verify"] += 1
    elif set(numbers) <= there:
        result.whole += 1
    else:
        result.silent.append(f"{where}: {len(set(numbers) - there)} filings are gone")


def _opened(home: Path) -> tuple[set[str], list[str]]:
    node = open_node(home, FixedClock())
    try:
        report = verify.verify(node.database)
        with node.database.read() as tx:
            return {event.application for event in log.all_of(tx, "node")}, report.faults
    finally:
        node.close()


def _opened_without_witness(home: Path) -> tuple[set[str], list[str]]:
    from edge import settings
    from edge.database import Database, read_key

    found, _ = settings.load(home, {})
    database = Database(found.database, read_key(found.key_file), FixedClock())
    try:
        with database.read() as tx:
            return {event.application for event in log.all_of(tx, "node")}, []
    finally:
        database.close()


def flips_of_backup(home: Path, count: int, seed: int = 1) -> Rot:
    """One bit of a backup, restored: refused with a sentence, or everything is there."""
    rng, result = random.Random(seed), Rot()
    with tempfile.TemporaryDirectory(prefix="rot-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        folder = Path(made)
        node = open_node(shutil.copytree(home, folder / "room"), FixedClock())
        done = backup.make(node, folder / "whole.backup")
        key = node.settings.key_file
        node.close()
        whole = done.file.read_bytes()
        for index in range(count):
            spoilt, at = flip(whole, rng)
            (folder / "spoilt.backup").write_bytes(spoilt)
            target = folder / f"{index}"
            result.flips += 1
            try:
                restored = backup.restore(folder / "spoilt.backup", target, FixedClock(), key_file=key)
            except YizhanError as error:
                result.seen[error.code] += 1
            else:
                result.whole += restored.events == done.events
                result.silent += [] if restored.events == done.events else [f"backup bit {at}"]
            shutil.rmtree(target, ignore_errors=True)
    return result


def chain(count: int) -> list[Event]:
    """A log of so many events, made as the node makes them but without a store."""
    before, made = Head.start("node", "5224250017"), []
    for seq in range(1, count + 1):
        salt = seq.to_bytes(16, "big")
        body = events.canonical({"index": seq})
        made.append(
            events.seal(
                seq=seq,
                epoch=1,
                id=events.derived_id(before.digest, salt),
                application="",
                kind="ticket.opened",
                at="2026-11-21T09:12:03+08:00",
                centre_at="",
                ticks=seq,
                actor="system",
                seen="",
                body=body,
                salt=salt,
                prev=before.digest,
            )
        )
        before = Head.of(made[-1])
    return made


@dataclass
class Tampered:
    tried: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    tails: int = 0
    tails_seen: int = 0


def tamper(count: int) -> Tampered:
    """Each act at every position, by somebody who has the key; what he recomputes does not help him, because the head is
    in the witness, in the acks and on every receipt. Only the neighbourhood is checked again: a chain is checked link by
    link, so that what is wrong there is wrong in the whole.
    """
    log_, result = chain(count), Tampered()
    held = Head.of(log_[-1])
    for at in range(count):
        for act, changed, start in _acts(log_, at):
            result.tried[act] += 1
            if not _is_seen(changed, start, log_, at):
                result.missed.append(f"{act} at {at + 1}")
        result.tails += 1
        result.tails_seen += _tail_is_seen(log_[:at], held)
    return result


def _acts(log_: list[Event], at: int) -> Iterator[tuple[str, list[Event], bytes]]:
    before = log_[at - 1].digest if at else Head.start("node", "5224250017").digest
    event, following = log_[at], log_[at + 1 : at + 2]
    body = events.canonical({"index": -1})
    yield "edit", [replace(event, body=body), *following], before
    yield "edit of a header", [replace(event, actor="officer:li"), *following], before
    header = {name: getattr(event, name) for name in event.header}
    forged = events.seal(**header, body=body, salt=event.salt, prev=event.prev)
    yield "edit with a new digest", [forged, *following], before
    yield "erasing of a body", [replace(event, body=events.erased(event.salt, body)), *following], before
    yield "insertion", [forged, event, *following], before
    if following:
        yield "deletion", following, before
        yield "exchange", [*following, event], before


def _is_seen(changed: list[Event], start: bytes, log_: list[Event], at: int) -> bool:
    try:
        events.verify_chain(changed, start)
    except ChainError:
        return True
    return at + 1 == len(log_) and Head.of(changed[-1]) != Head.of(log_[-1])  # the last one: by its witnessed head


def _tail_is_seen(left: list[Event], held: Head) -> bool:
    """Every ack, stick and receipt names a head; a log that ends before it lacks something."""
    return not left or Head.of(left[-1]).position < held.position


def clocks(years: tuple[int, ...]) -> tuple[int, list[str]]:
    """Jumps of the wall clock while a room works: the order, the numbers and the chain stay; (jumps, what went wrong)."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="clock-") as made:
        clock = FixedClock()
        home = make_home(Path(made) / "room")
        seen: list[str] = []
        for index, jump in enumerate(years):
            clock.advance(minutes=jump * 525_960)
            node = open_node(home, clock)
            filed = applications.file(
                node, "ceshi-dengji", answers(), token=f"token-{index:05d}", channel="console", actor="officer:a"
            )
            again = applications.file(
                node, "ceshi-dengji", answers(), token=f"token-{index:05d}", channel="console", actor="officer:a"
            )
            with node.database.read() as tx:
                order = [event.application for event in log.up(tx) if event.kind == "application.filed"]
                ticks = [event.ticks for event in log.up(tx)]
            seen.append(filed.number)
            wrong += [f"{jump:+d} years: filed twice"] * (again.number != filed.number)
            wrong += [f"{jump:+d} years: another order"] * (order != seen)
            wrong += [f"{jump:+d} years: ticks went back"] * (ticks != sorted(ticks))
            wrong += [f"{jump:+d} years: {fault}" for fault in verify.verify(node.database).faults]
            node.close()
    return len(years), wrong
