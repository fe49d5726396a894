"""What a room's program looks after by itself, once in each round of the carrying: the clocks of open applications, the
published slots, and trouble that it can see, which becomes a ticket.

A power cut is known by the mark of a start that no end followed; a clock that was set by its distance from the ticks.
"""

import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from edge import (
    appointments,
    due,
    erasing,
    erasing_fields,
    erasing_records,
    erasing_told,
    log,
    machine_report,
    missing_people,
    reserve,
    rolling,
    room_tickets,
    upgrade_book,
)
from edge.errors import YizhanError

if TYPE_CHECKING:
    from edge.node import Node
    from edge.settings import Settings

logger = logging.getLogger(__name__)
RUNNING_FILE = "running"  # beside the database, while the program runs
DISK_LOW_BYTES = 1 << 30
DISK_FINE_BYTES = 2 << 30
JUMP_S = 300
ROUNDS_BETWEEN = 60
ROUNDS_MAX = 200  # of clocks looked at in one go: a hundred thousand, after a rebuild


class Keeper:
    """Looks after one node from its start to `end`."""

    def __init__(self, node: "Node", free_bytes: Callable[[Path], int] | None = None) -> None:
        self._node = node
        self._free = free_bytes or _free
        self._mark = node.settings.database.parent / RUNNING_FILE
        self._lead_ms = self._lead()
        self._nothing_on = ""  # the day on which nothing more was found to go
        self._rest = 0  # rounds until backups are looked at again

    def begin(self) -> None:
        """Note the start; a mark that lies there already is that of a run which was cut off."""
        self._try(self._begin)

    def _begin(self) -> None:
        upgrade_book.settle(self._node.settings.home)
        cut = self._mark.exists()
        since = self._mark.read_text(encoding="ascii", errors="replace").strip()[:19] if cut else ""
        self._mark.write_text(f"{self._node.clock.now()}\n{version('yizhan')}\n", encoding="ascii")
        if cut:
            note = f"上次（{since} 启动）没有正常退出，可能停过电，请检查备用电源"
            self._tell("power", note)

    def end(self) -> None:
        """The program ends in order."""
        self._try(partial(self._mark.unlink, missing_ok=True))

    def look(self) -> None:
        """Everything once."""
        self._try(self._look)

    def _try(self, act: Callable[[], None]) -> None:
        """What goes wrong here is logged; the carrying goes on."""
        try:
            act()
        except (YizhanError, OSError):
            logger.warning("the room's program could not look after itself this time", exc_info=True)

    def _look(self) -> None:
        node = self._node
        self._look_at_disk()
        self._look_at_clock()
        missing_people.forget(node)
        self._keep_backups()
        with node.database.read() as tx:
            in_touch = log.acked(tx).seq > 0  # a room that stands alone has nobody who would give away its slots
        if in_touch:
            appointments.announce(node)
        machine_report.tell(node)
        for _ in range(ROUNDS_MAX):
            if not due.refresh(node, due.ROUND):
                break

    def _look_at_disk(self) -> None:
        free = self._free(self._node.settings.database.parent)
        reserve.keep(self._node.settings.database.parent)
        if free < DISK_LOW_BYTES:
            self._tell("disk", f"只剩 {free // (1 << 20)} MB，请清理或换盘；收件还能继续")
        elif free >= DISK_FINE_BYTES:
            room_tickets.close_by_program(self._node, "disk", f"空间恢复到 {free // (1 << 20)} MB")

    def _keep_backups(self) -> None:
        """The day's backup, and what may be kept no longer; after either some rounds pass before it is asked again."""
        if self._rest > 0:
            self._rest -= 1
            return
        node, over = self._node, erasing.due(self._node)
        if over:
            erasing.erase(node, over, why="term", note="", actor="system")
        if self._erase_early() or over:
            rolling.renew(node)
        elif rolling.is_due(node):
            done = rolling.run(node)
            if done.failed or not done.made:
                self._tell("disk", f"今天的备份没有做成：{'；'.join(done.failed) or '没有可用的文件夹'}"[:200])
        else:
            return
        self._rest = ROUNDS_BETWEEN

    def _erase_early(self) -> bool:
        """Answers and records whose own term is over, and looks at people who are erased: looked for once in each day
        of the centre; whether any went.
        """
        today = self._node.clock.centre_time()[:10]
        if today == self._nothing_on:
            return False
        over = erasing_fields.due(self._node)
        fields = over and erasing_fields.erase(self._node, over).fields
        went = [fields, erasing_told.late(self._node), erasing_records.erase(self._node).records]
        if not any(went):
            self._nothing_on = today
        return any(went)

    def _look_at_clock(self) -> None:
        lead = self._lead()
        jump_s = (lead - self._lead_ms) / 1000
        self._lead_ms = lead
        if abs(jump_s) >= JUMP_S:
            way = "往前" if jump_s > 0 else "往回"
            self._tell("clock", f"系统时间{way}跳了 {int(abs(jump_s)) // 60} 分钟，请核对日期和时间")

    def _lead(self) -> int:
        """By how many milliseconds the wall clock leads the ticks."""
        node = self._node
        wall_ms = int(datetime.fromisoformat(node.clock.now()).timestamp() * 1000)
        return wall_ms - node.clock.ticks()

    def _tell(self, what: str, note: str) -> None:
        if room_tickets.open_by_program(self._node, what, note):
            logger.warning("a ticket was opened: %s: %s", what, note)


def printer_failed(
    node: "Node", printer: str, why: str, *, paper: bool = False, actor: str = room_tickets.PROGRAM
) -> bool:
    """A print did not come out: for whoever drives a printer, and for an officer whose browser can't know it.

    `paper`: it is out of paper. True if that was not known yet.
    """
    what = "paper" if paper else "printer"
    return room_tickets.open_once(node, what, f"{printer}：{why}"[:200], actor=actor)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def running_version(found: "Settings") -> str:
    """Of the program that runs this room, or was cut off; "" where none does."""
    try:
        lines = (found.database.parent / RUNNING_FILE).read_text(encoding="ascii", errors="replace").split("\n")
    except FileNotFoundError:
        return ""
    return lines[1].strip() if len(lines) > 1 else ""
