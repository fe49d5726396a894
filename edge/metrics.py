"""How this room does, in the text format of Prometheus, for whoever has one: numbers, and no person, key or name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import heads, log, machine_report, outgoing
from edge.doctor import checks
from edge.upgrade_book import program_version

if TYPE_CHECKING:
    from edge.node import Node

TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_PROCESS: Final = Path("/proc/self")
Row = tuple[str, str, str, float]  # name, what it counts, labels, value


def text(node: Node) -> str:
    """Everything, one line each, with what it means above it."""
    lines, told = [], set()
    for name, meaning, labels, value in (*_room(node), *_machine(node), *_process()):
        if name not in told:
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
            told.add(name)
        lines.append(f"{name}{{{labels}}} {value:g}" if labels else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _room(node: Node) -> Iterator[Row]:
    with node.database.read() as tx:
        for side in ("node", "centre"):
            yield "yizhan_events", "Events of a log in this epoch", f'side="{side}"', log.head(tx, side).seq
        yield "yizhan_unsent_events", "Events that the centre has not acknowledged", "", log.unsent(tx)
        yield "yizhan_unsent_materials", "Materials that the centre lacks", "", outgoing.unsent(tx)
        aside = tx.execute("SELECT count(*) FROM quarantine WHERE settled_at = ''").fetchone()[0]
        yield "yizhan_quarantine", "What stands aside and is not settled", "", aside
        for phase, count in sorted(heads.counts(tx).items()):
            yield "yizhan_applications", "Applications by phase", f'phase="{phase}"', count
        skew, backup = machine_report.note_of(tx, "skew_s"), machine_report.note_of(tx, "backup")
    yield "yizhan_clock_skew_seconds", "By how much this clock led the centre's", "", int(skew or 0)
    at = datetime.fromisoformat(backup).timestamp() if backup else 0
    yield "yizhan_backup_timestamp_seconds", "When the last verified backup was made, 0 for none", "", at


def _machine(node: Node) -> Iterator[Row]:
    yield "yizhan_info", "The program", f'version="{program_version()}"', 1
    for one in checks.look(node):
        yield "yizhan_check", "1 where a check of this machine is fine", f'check="{one.name}"', one.state == "fine"
    folder = node.settings.database.parent
    yield "yizhan_database_bytes", "The database file", "", node.settings.database.stat().st_size
    yield "yizhan_disk_free_bytes", "Free on its disk", "", shutil.disk_usage(folder).free


def _process() -> Iterator[Row]:
    """Where the system tells of processes."""
    try:
        pages = int((_PROCESS / "statm").read_text().split()[1])
        said = dict(line.split(": ") for line in (_PROCESS / "io").read_text().splitlines())
    except OSError:
        return
    yield "process_resident_memory_bytes", "Memory of this program", "", pages * PAGE_BYTES
    yield "yizhan_written_bytes_total", "What this program had written to disks", "", int(said["write_bytes"])
