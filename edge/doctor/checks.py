"""Is this machine well? One list of checks (forms.health), looked through by the command, the console and the report.

Each gives one line: fine, or a sentence with what to do. `thorough` reads every page, link and file and asks every
device; without it nothing is read that is not small. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from edge import settings
from edge.clock import Clock, SystemClock
from edge.config import all_files
from edge.doctor import outside, room
from edge.errors import YizhanError
from edge.machine_report import usage_of
from forms import health

if TYPE_CHECKING:
    from edge.config.all_files import RoomFiles
    from edge.node import Node
    from edge.settings import Settings
    from edge.verify import Report

State = Literal["fine", "faulty", "unknown"]
Usage = Callable[[Path], tuple[int, int]]
# where the fault of a node that does not open belongs; any other one is the database's
OPENING: Final[Mapping[str, str]] = {
    "log_behind_witness": "witness", "log_forked": "witness", "witness_missing": "witness", "log_broken": "chain",
    "disk_full": "disk", "settings_wrong": "files", "definition_faulty": "files", "wrong_node": "files",
    "database_newer": "version",
}  # fmt: skip  # a table
NOT_OPEN: Final = "数据库没有打开，没有检查"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `state` unknown: it could not be looked at."""

    name: str
    state: State
    sentence: str
    hint: str = ""

    @property
    def title(self) -> str:
        return health.CHECKS[self.name]

    @property
    def line(self) -> str:
        marks = {"fine": "正常", "faulty": "要处理", "unknown": "没有检查"}
        said = f"{self.title}　{marks[self.state]}：{self.sentence}"
        return f"{said}。{self.hint}" if self.hint else said


@dataclass
class Looked:
    """What the checks look at. `node`: None where it doesn't open."""

    found: Settings
    files: RoomFiles
    clock: Clock
    node: Node | None = None
    thorough: bool = False
    usage: Usage = field(default=usage_of)

    @cached_property
    def verified(self) -> Report | None:
        """Every page and every link, read once; only where a thorough look was asked for."""
        if self.node is None or not self.thorough:
            return None
        from edge import account_witness, verify

        return verify.verify(self.node.database, account_witness.place(self.node.settings.witness))


# a check says what is the matter, as (sentence, hint); with an empty hint nothing is
Said = tuple[str, str]
_OUTSIDE: Final[Mapping[str, Callable[[Looked], Said]]] = {
    "disk": outside.disk,
    "devices": outside.devices,
    "certificate": outside.certificate,
    "version": outside.version,
    "files": outside.files,
}
_INSIDE: Final[Mapping[str, Callable[[Looked, Node], Said]]] = {
    "clock": room.clock,
    "database": room.database,
    "chain": room.chain,
    "witness": room.witness,
    "backup": room.backup,
    "link": room.link,
    "pack": room.pack,
}


def look(node: Node, *, thorough: bool = False, usage: Usage = usage_of) -> list[Finding]:
    """All checks of an open node, in the order of the list."""
    return _all(Looked(node.settings, node.files, node.clock, node, thorough, usage))


def look_closed(home: Path, why: YizhanError, *, thorough: bool = False) -> list[Finding]:
    """All checks of a node that does not open, and `why`."""
    of = OPENING.get(why.code, "database")
    try:
        found, _ = settings.load(home)
    except YizhanError:  # why itself says it
        said = [Finding(name, "unknown", NOT_OPEN) for name in health.CHECKS]
    else:
        said = _all(Looked(found, all_files.read(home, found.node_id), SystemClock(), None, thorough))
    return [Finding(of, "faulty", why.sentence, why.hint) if one.name == of else one for one in said]


def faulty(findings: Iterable[Finding]) -> list[str]:
    """The names of those that want something done."""
    return [one.name for one in findings if one.state == "faulty"]


def _all(looked: Looked) -> list[Finding]:
    return [_one(name, looked) for name in health.CHECKS]


def _one(name: str, looked: Looked) -> Finding:
    try:
        if name in _OUTSIDE:
            said = _OUTSIDE[name](looked)
        elif looked.node is None:
            return Finding(name, "unknown", NOT_OPEN)
        else:
            said = _INSIDE[name](looked, looked.node)
    except YizhanError as error:
        return Finding(name, "faulty", error.sentence, error.hint)
    except OSError as error:
        return Finding(name, "faulty", f"没有查成：{error.strerror or error}", "请把这一行告诉技术人员。")
    return Finding(name, "faulty" if said[1] else "fine", *said)
