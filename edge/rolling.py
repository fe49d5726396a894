"""Backups that nobody has to think of: once a day into each folder that node.toml names, the last ones kept.

The older ones go only after the new one was made into a room and read through. A stick that is not there is waited for.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import backup, log
from edge.errors import YizhanError, problem
from sync import stick

if TYPE_CHECKING:
    from edge.backup import Made
    from edge.node import Node
    from edge.settings import Settings

logger = logging.getLogger(__name__)
SPARE_BYTES: Final = 64 << 20
HOUR_MS: Final = 3_600_000
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Rolled:
    """What one run did: `made` one for each folder, `removed` older ones, `failed` a sentence for each that failed."""

    made: tuple[Made, ...]
    removed: tuple[Path, ...]
    failed: tuple[str, ...]


def folders(found: Settings) -> list[Path]:
    """Those that are there now: a plain folder is made, a pattern with * names what is mounted."""
    seen: list[Path] = []
    for name in found.backup_dirs:
        place = found.home / name
        seen += stick.choices([str(place)]) if "*" in name else [place]
    return seen


def kept(found: Settings, folder: Path) -> list[Path]:
    """The rolling backups of this room in a folder, the newest first; others have other names."""
    return sorted(folder.glob(f"rolling-{found.node_id}-*.backup"), key=lambda path: path.name, reverse=True)


def is_due(node: Node) -> bool:
    """Whether the newest verified one is older than node.toml says, by the ticks or by the room's clock, which may be
    set in either direction. A new room has its first after an hour.
    """
    every_ms = node.settings.backup_every_h * HOUR_MS
    with node.database.read() as tx:
        row = tx.execute("SELECT at, ticks FROM backup_made ORDER BY ticks DESC LIMIT 1").fetchone()
    if row is None:
        return every_ms > 0 and node.clock.ticks() >= HOUR_MS
    apart = abs(datetime.fromisoformat(node.clock.now()) - datetime.fromisoformat(row["at"]))
    return every_ms > 0 and (apart >= timedelta(milliseconds=every_ms) or node.clock.ticks() - row["ticks"] >= every_ms)


def run(node: Node) -> Rolled:
    """One into every folder that is there, whether due or not. What fails in one folder stops no other."""
    made, removed, failed = [], [], []
    for folder in folders(node.settings):
        try:
            made.append(_into(node, folder))
        except (YizhanError, OSError) as error:
            logger.warning("no backup in %s: %s", folder, error)
            failed.append(f"{folder}：{error.sentence if isinstance(error, YizhanError) else error}")
            continue
        removed += _rotate(node.settings, folder)
    return Rolled(tuple(made), tuple(removed), tuple(failed))


def _into(node: Node, folder: Path) -> Made:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = node.settings.database.stat().st_size
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise problem("backup_no_room", folder=folder)
    at = node.clock.now()
    stamp = datetime.fromisoformat(at).strftime(_STAMP)
    with node.database.read() as tx:
        head = log.head(tx)
    name = f"rolling-{node.settings.node_id}-{head.epoch:03d}-{head.seq:09d}-{stamp}.backup"
    made = backup.make(node, _free(folder / name))
    with node.database.write() as tx:
        row = (str(folder), at, node.clock.ticks(), made.file.name, made.bytes, head.epoch, head.seq)
        tx.execute("INSERT OR REPLACE INTO backup_made VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return made


def _free(file: Path) -> Path:
    """The same moment twice: the clock was set back, or somebody was quick."""
    again = 1
    while file.exists():
        file = file.with_name(f"{file.name.removesuffix('.backup').split('+')[0]}+{again}.backup")
        again += 1
    return file


def _rotate(found: Settings, folder: Path) -> list[Path]:
    gone = kept(found, folder)[found.backup_keep :]
    for path in gone:
        path.unlink()
    return gone


def renew(node: Node) -> list[Path]:
    """After something was erased: a fresh backup into each folder, and there every older one goes, by whoever made it.

    Gives the backups that still hold what was erased: where no fresh one could be made, or on a stick that isn't here.
    """
    before = {folder: _all(node.settings, folder) for folder in folders(node.settings)}
    fresh = {made.file.parent for made in run(node).made}
    left = []
    for folder, old in before.items():
        for path in filter(Path.exists, old):
            if folder in fresh:
                path.unlink()
            else:
                left.append(path)
    known = {str(folder) for folder in before}
    return left + [Path(one["folder"]) / str(one["name"]) for one in last(node) if one["folder"] not in known]


def _all(found: Settings, folder: Path) -> list[Path]:
    return [*folder.glob(f"rolling-{found.node_id}-*.backup"), *folder.glob(f"yizhan-{found.node_id}-*.backup")]


def last(node: Node) -> list[dict[str, Any]]:
    """The newest verified one in each folder."""
    with node.database.read() as tx:
        return [dict(row) for row in tx.execute("SELECT * FROM backup_made ORDER BY folder")]
