"""What a room keeps, against rot, tampering, wrong clocks and time (safety.md C 4, 5, 10, 11): each with a control that fails.

PROOF_FLIPS says how many bits are flipped (two fifths in the database, two in the WAL, one in a backup), PROOF_EVENTS how long
the log is that is tampered with.
"""

import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import rot
import synced
from conftest import FixedClock

from edge import backup
from edge.node import open_node

FLIPS = 1000
EVENTS = 10_000
FILINGS = 40
RESTORED_FILINGS = 600
CONTROL = 40
YEARS = (1, -10, 30, -20, 5, -6, 29, -30, 10, 30, -39, 12)
Figure = dict[str, Any]


def figures() -> list[Figure]:
    logging.disable(logging.CRITICAL)  # each spoilt room says what is wrong with it
    with tempfile.TemporaryDirectory(prefix="storage-") as made:
        folder = Path(made)
        home, numbers = rot.room(folder, FILINGS)
        found = _flips(home, numbers, int(os.environ.get("PROOF_FLIPS", FLIPS)))
    return [*found, *_tampered(int(os.environ.get("PROOF_EVENTS", EVENTS))), *_clocks(), *_restored(), *_synced()]


def _flips(home: Path, numbers: list[str], count: int) -> list[Figure]:
    parts = {
        "database": rot.flips(home, numbers, "node.db", count * 2 // 5),
        "WAL": rot.flips(home, numbers, "node.db-wal", count * 2 // 5),
        "backup": rot.flips_of_backup(home, count - 2 * (count * 2 // 5)),
    }
    control = rot.flips(home, numbers, "node.db-wal", CONTROL, seed=2, witness=False)
    if not control.silent:
        raise RuntimeError("the control run (no witness) lost nothing: the check sees nothing")
    silent = [one for part in parts.values() for one in part.silent]
    for sentence in silent:
        sys.stdout.write(f"  {sentence}\n")
    beside = "; ".join(
        f"{name}: {sum(part.seen.values())} refused with a sentence, {part.whole} without harm"
        for name, part in parts.items()
    )
    return [
        {"name": "bits flipped", "value": sum(part.flips for part in parts.values()), "unit": "", "beside": beside},
        {
            "name": "flips that lost something in silence",
            "value": len(silent),
            "unit": "",
            "limit": 0,
            "beside": f"control, without the witness: {len(control.silent)} of {control.flips} flips of the WAL",
        },
    ]


def _tampered(count: int) -> list[Figure]:
    began = time.perf_counter()
    done = rot.tamper(count)
    took_s = time.perf_counter() - began
    acts = ", ".join(f"{act} {tried}" for act, tried in done.tried.items())
    return [
        {"name": "acts of tampering, at every position", "value": sum(done.tried.values()), "unit": "", "beside": acts},
        {"name": "acts that were missed", "value": len(done.missed), "unit": "", "limit": 0, "beside": f"{took_s:.0f} s"},
        {"name": "tails cut off and not seen", "value": done.tails - done.tails_seen, "unit": "", "limit": 0,
         "beside": f"of {done.tails}; by the head that acks, sticks and receipts name. Control: without it all {done.tails} pass"},
    ]  # fmt: skip  # a table


def _clocks() -> list[Figure]:
    jumps, wrong = rot.clocks(YEARS)
    beside = f"{jumps} jumps between {min(YEARS)} and +{max(YEARS)} years; sessions, lockout and jobs: tests/test_sync_clocks.py"
    return [
        {
            "name": "faults of order, number or chain by clocks",
            "value": len(wrong),
            "unit": "",
            "limit": 0,
            "beside": beside,
        }
    ]


def _restored() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="restore-") as made:
        folder = Path(made)
        home, numbers = rot.room(folder, RESTORED_FILINGS)
        node = open_node(home, FixedClock())
        began = time.perf_counter()
        done = backup.make(node, folder / "one.backup")
        made_s, key = time.perf_counter() - began, node.settings.key_file
        node.close()
        began = time.perf_counter()
        back = backup.restore(done.file, folder / "new", FixedClock(), key_file=key)
        open_node(folder / "new", FixedClock()).close()
        took_s = time.perf_counter() - began
    beside = f"{len(numbers)} applications with photos, {done.bytes >> 20} MB; made and rehearsed in {made_s:.1f} s"
    if back.events != done.events:
        raise RuntimeError("the restored room lacks events")
    return [
        {
            "name": "restoring a room from its backup",
            "value": round(took_s, 1),
            "unit": "s",
            "limit": 60,
            "beside": beside,
        }
    ]


def _synced() -> list[Figure]:
    if not synced.is_possible():
        sys.stdout.write("  strace is missing (apt-get install strace): no system call was counted\n")
        return []
    full, normal = synced.answers("FULL"), synced.answers("NORMAL")
    if normal.unsynced == 0:
        raise RuntimeError("the control run (NORMAL) was synced: the check sees nothing")
    beside = f"{full.answered} answers; control with synchronous = NORMAL: {normal.unsynced} of {normal.answered}"
    return [{"name": "2xx without a sync before it", "value": full.unsynced, "unit": "", "limit": 0, "beside": beside}]
