"""How this machine is doing, told to the centre in the log: once a day, and when something changes that matters.

It goes up like everything else, so a room that only ever comes by stick is seen as well as the others.
"""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import account_witness, identity, log, outgoing
from edge.database import Connection
from edge.packs import judging
from forms.health import DISK_LOW_MB

if TYPE_CHECKING:
    from edge.node import Node

KIND: Final = "node.reported"
SKEW_STEP_S: Final = 5  # a clock that moved by less is not written down again
_MB: Final = 1 << 20
# what is told at once and not only once a day
_AT_ONCE: Final = ("version", "pack", "pack_fault", "backup", "aside")
Usage = Callable[[Path], tuple[int, int]]


def usage_of(folder: Path) -> tuple[int, int]:
    """Bytes in all, and those that are free."""
    found = shutil.disk_usage(folder)
    return found.total, found.free


def tell(node: "Node", usage: Usage = usage_of) -> bool:
    """Write it down where a day has gone by or something has changed; whether it was. A room without a centre has
    nobody to tell.
    """
    with node.database.read() as tx:
        if node.settings.practice or identity.centre(tx) is None:
            return False
        if not _is_due(_said(node, tx, usage), _last(tx), node.clock.now()):
            return False
    with node.database.write() as tx:
        said = _said(node, tx, usage)
        if not _is_due(said, _last(tx), tx.clock.now()):
            return False
        from edge.doctor import checks  # which asks us

        wrong = checks.faulty(checks.look(node, usage=usage))
        log.append(tx, KIND, "", said | ({"checks": wrong} if wrong else {}), "system")
    return True


def _is_due(said: dict[str, Any], last: tuple[str, dict[str, Any]] | None, now: str) -> bool:
    if last is None or last[0][:10] != now[:10]:
        return True
    told = last[1]
    was_low, is_low = (one["disk_free_mb"] < DISK_LOW_MB for one in (told, said))
    return was_low != is_low or any(told[name] != said[name] for name in _AT_ONCE)


def _said(node: "Node", tx: Connection, usage: Usage) -> dict[str, Any]:
    total, free = usage(node.settings.database.parent)
    packs = judging.state(tx)
    return {
        "version": version("yizhan"),
        "unsent": log.unsent(tx),
        "lacking": outgoing.unsent(tx),
        "oldest": _oldest(tx),
        "skew_s": int(note_of(tx, "skew_s") or 0),
        "disk_mb": total // _MB,
        "disk_free_mb": free // _MB,
        "backup": note_of(tx, "backup"),
        "aside": int(tx.execute("SELECT count(*) FROM quarantine WHERE settled_at = ''").fetchone()[0]),
        "pack": packs.number,
        "pack_fault": "已过有效期" if packs.stale else packs.fault[:200],
        "accounts": account_witness.told(tx),
    }


def _oldest(tx: Connection) -> str:
    """When the oldest thing happened of which the centre lacks the event or a material; "" where it has all."""
    epoch, seq = log.acked(tx).position
    event = tx.execute(
        "SELECT at FROM event WHERE side = 'node' AND (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT 1", (epoch, seq)
    ).fetchone()
    of_material = tx.execute(
        "SELECT e.at FROM outgoing o JOIN event e ON e.side = 'node' AND e.epoch = o.epoch AND e.seq = o.seq"
        " WHERE o.state <> 'done' AND o.sha256 = o.original ORDER BY o.epoch, o.seq LIMIT 1"
    ).fetchone()
    return min((str(row["at"]) for row in (event, of_material) if row is not None), default="")


def _last(tx: Connection) -> tuple[str, dict[str, Any]] | None:
    row = tx.execute(
        "SELECT at, body FROM event WHERE side = 'node' AND application = '' AND kind = ?"
        " ORDER BY epoch DESC, seq DESC LIMIT 1",
        (KIND,),
    ).fetchone()
    return None if row is None else (str(row["at"]), json.loads(row["body"]))


def note_of(tx: Connection, name: str) -> str:
    """What was noted under a name; "" for nothing."""
    row = tx.execute("SELECT value FROM machine_note WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def _note(tx: Connection, name: str, value: str) -> None:
    tx.execute("INSERT OR REPLACE INTO machine_note VALUES (?, ?)", (name, value))


def heard(tx: Connection, at: str) -> None:
    """The centre answered over a link just now: by how many seconds our clock leads its. Not for a stick, whose word is
    as old as its way.
    """
    ahead = int((datetime.fromisoformat(tx.clock.now()) - datetime.fromisoformat(at)).total_seconds())
    before = note_of(tx, "skew_s")
    if not before or abs(int(before) - ahead) >= SKEW_STEP_S:
        _note(tx, "skew_s", str(ahead))


def backed_up(node: "Node") -> None:
    """A backup was written and read through."""
    with node.database.write() as tx:
        _note(tx, "backup", tx.clock.now())
