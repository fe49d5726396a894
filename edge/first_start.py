"""A machine that is no room yet: it serves the pages of the first start, on loopback alone, until the room is there.

The room's own program then goes on at the same address, as after an unlocking (edge.locked). What a step does is
edge.set_up's; here is what needs the link, the sticks and the printers.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from edge import identity, officers, prepared_stick, set_up, settings
from edge.carrying import link_to_centre
from edge.clock import Clock, SystemClock
from edge.config import all_files, one_file
from edge.devices import printers, trying
from edge.devices.roll import Code, Roll, Rule, Text
from edge.durable import write_whole
from edge.errors import YizhanError, problem
from edge.node import open_node
from edge.os_words import why
from edge.serving import Server
from sync import stick
from sync.ferry import export
from sync.push import Push

if TYPE_CHECKING:
    from edge.config.device_file import Devices, Printer
    from edge.devices.trying import Trial
    from edge.node import Node
    from edge.tls_door import Door

HOST: Final = "127.0.0.1"
LOOK_EVERY_S: Final = 1.0
WAIT_S: Final = 120.0
ADMITTED_MAX: Final = 20
_DEVICES = """# 首次设置时找到的凭条打印机。别的设备照 devices.toml 的说明添加，改好后用 yizhan devices test 逐台试。
[[printers]]
name = "pingtiao"
kind = "receipt"
connection = "usb"
port = "{port}"
paper_mm = {paper}

[mapping.kiosk]
receipt_printer = "pingtiao"

[mapping.desk]
receipt_printer = "pingtiao"
"""

logger = logging.getLogger(__name__)


class Medium(NamedTuple):
    """A stick that is there; `rooms`: those that this machine may take."""

    folder: Path
    rooms: list[prepared_stick.Room]


class FirstStart:
    """Serves `home` until `wait` gives the finished node. `media`: where sticks are looked for, instead of ferry_dirs.

    Raises first_finished, port_in_use, and what keeps a half-made node from opening.
    """

    door: Door | None = None  # another machine is paired once this one is set up

    def __init__(
        self, home: Path, port: int | None = None, clock: Clock | None = None, media: tuple[str, ...] = ()
    ) -> None:
        from edge import first_start_pages

        self.steps = set_up.begin(home)
        self.home, self._clock, self._media = home, clock or SystemClock(), media
        self.node: Node | None = open_node(home) if self.steps.state.room else None
        self.secret = os.urandom(32)
        self.admitted: list[str] = []  # sessions that have told the code
        self.trials: list[Trial] = []
        self._acting, self._is_ending = threading.Lock(), False
        self._finished, self._answers = threading.Event(), threading.Event()
        self.app = first_start_pages.create_app(self)
        values = settings.node_values(home)
        self.port_wanted = port
        self.server = Server(self.app, HOST, int(values["listen_port"]) if port is None else port)

    @property
    def url(self) -> str:
        return f"{self.server.url}/setup/"

    @contextmanager
    def acting(self) -> Iterator[None]:
        """One act at a time: a second touch waits for the first."""
        with self._acting:
            yield

    def wait(self, stopped: threading.Event) -> Node | None:
        """The node of the room, when the last step is done; None when the program is to end: told so, or because a
        command (init, restore) has made the room meanwhile, which the next start serves.
        """
        while not stopped.is_set():
            if self._finished.wait(LOOK_EVERY_S):
                return self.node
            if not self._is_ending and not set_up.is_due(self.home):
                return None
        return None

    def hand_over(self) -> None:
        """The room's program answers now: whoever waits for it may go on."""
        self._answers.set()

    def stop(self) -> None:
        self.server.stop()
        if self.node is not None:
            self.node.close()

    # --- the steps

    def admit(self, code: str, session: str) -> None:
        """Raises first_code_wrong, first_code_renewed."""
        self.steps.admit(code)
        self.admitted = [*self.admitted, session][-ADMITTED_MAX:]

    def now(self) -> str:
        return self._clock.now()

    def made(self) -> Node:
        """Raises first_room_missing."""
        if self.node is None:
            raise problem("first_room_missing")
        return self.node

    def media(self) -> list[Medium]:
        """The sticks that are there, those with rooms for us first. One that can't be read has none."""
        patterns = self._media or tuple(settings.node_values(self.home)["ferry_dirs"])
        found = [Medium(one, self._rooms(one)) for one in stick.choices(patterns)]
        return sorted(found, key=lambda one: not one.rooms)

    def _rooms(self, folder: Path) -> list[prepared_stick.Room]:
        try:
            prepared_stick.sweep(folder, self.steps.state.claim)
        except YizhanError as error:
            logger.info("the codes that were used stay on the stick: %s", error)
        try:
            return prepared_stick.free(folder, self.steps.state.claim)
        except YizhanError as error:
            logger.info("no rooms on the stick: %s", error)
            return []

    def from_stick(self, folder: str, node_id: str, *, replaces: bool = False) -> str:
        """Take a room of a prepared stick; `replaces`: as `take_back`, which says what it gives.

        Raises stick_rooms_none, stick_room_taken, and as `take_room`.
        """
        medium = next((one.folder for one in self.media() if str(one.folder) == folder), None)
        if medium is None:
            raise problem("ferry_missing", folder=folder or "所选的U盘")
        if self.node is not None and self.node.settings.node_id != node_id:
            set_up.check_free(self.node)
        file = prepared_stick.take(medium, node_id, self.steps.state.claim, self.now())
        if replaces:
            self.steps.keep(medium=str(medium))
            return self.take_back(file)
        self.take_room(node_id, str(file.get("name", "")), file, str(medium))
        return ""

    def take_room(self, node_id: str, name: str, enrolment: dict[str, Any], medium: str = "") -> None:
        """Raises first_room_number, bad_request for a room without a name, and as set_up.make_room."""
        set_up.check_number(node_id)
        if not name.strip():
            raise problem("bad_request", detail="没有写警务室名称")
        if self.node is not None and self.node.settings.node_id != node_id:
            set_up.check_free(self.node)
        if self.node is not None:
            self.node.close()
        keys = {"listen_port": self.port_wanted} if self.port_wanted else {}
        self.steps.keep(making=node_id)
        try:
            self.node = set_up.make_room(self.home, node_id, name.strip(), enrolment, **keys)
        except YizhanError:
            self.node = open_node(self.home) if self.steps.state.room else None
            raise
        self.steps.keep(room=node_id, medium=medium, replacing="")
        self._keep_only(node_id)

    def _keep_only(self, node_id: str) -> None:
        """Rooms of the sticks here that this machine chose before are free for others again."""
        for one in self.media():
            try:
                prepared_stick.give_back(one.folder, self.steps.state.claim, but=node_id)
            except YizhanError as error:
                logger.info("a room that was given up stays marked on the stick: %s", error)

    def take_back(self, enrolment: dict[str, Any]) -> str:
        """A room that was on another machine: begin it, bring its log over the link; what is to be done next, or "".

        Raises node_enrolment_wrong, first_room_fixed, and as `go_back_for`.
        """
        from edge import replacing

        if self.node is not None:
            set_up.check_free(self.node)
            self.node.close()
            self.node = None
        keys = {"listen_port": self.port_wanted} if self.port_wanted else {}
        node_id = str(enrolment.get("node", "")).strip()
        again = self.steps.state.replacing == node_id
        self.steps.keep(making=node_id, room="")
        replacing.begin(self.home, enrolment, again=again, **keys)
        self.steps.keep(replacing=node_id)
        self._keep_only(node_id)
        return self.go_back_for()

    def go_back_for(self, folder: str = "") -> str:
        """Bring the log of the room that was begun, over the link or the stick in `folder`; "" when it is here.

        Raises centre_unreachable, ferry_missing and what either can do; what came stays.
        """
        from edge import replacing

        if not self.steps.state.replacing:
            raise problem("first_room_missing")
        medium = next((one.folder for one in self.media() if str(one.folder) == folder), None)
        if folder and medium is None:
            raise problem("ferry_missing", folder=folder)
        if replacing.bring(self.home, medium) is None:
            return "U盘已写好。请带到省级中心导入，带回来插上，再点“用U盘接着取回”。"
        self.node = open_node(self.home)
        if medium is None and (left := replacing.bring_rest(self.node)):
            logger.info("some of the room's materials come later: %s", left)
        self.steps.keep(room=self.steps.state.replacing, replacing="")
        return ""

    def usb_printers(self) -> list[str]:
        """What is plugged in and not named yet, e.g. usb/lp0."""
        if (self.home / "devices.toml").exists():
            return []
        return [str(one.relative_to(printers.DEVICES)) for one in sorted(printers.DEVICES.glob("usb/lp*"))]

    def use_printer(self, port: str, paper_mm: int) -> None:
        """Write devices.toml with this printer for desk and kiosk. Raises first_devices_there, file_not_written."""
        if port not in self.usb_printers() or paper_mm not in (58, 80):
            raise problem("first_devices_there")
        try:
            write_whole(self.home / "devices.toml", _DEVICES.format(port=port, paper=paper_mm).encode())
        except OSError as error:
            raise problem("file_not_written", file="devices.toml", detail=why(error)) from error

    def devices(self) -> Devices:
        """What devices.toml says now. Raises first_devices_wrong with every fault of it."""
        files = all_files.read(self.home, self.made().settings.node_id)
        faults = [one_file.sentence(one) for one in files.faults if one.file == "devices.toml"]
        if faults:
            raise problem("first_devices_wrong", detail="；".join(faults))
        return files.devices

    def try_devices(self) -> None:
        """Each of devices.toml once, a line of paper on each receipt printer."""
        self.trials = trying.every(self.devices(), self.home, paper=True)

    def printer(self) -> Printer | None:
        """The receipt printer of desk or kiosk; None where only the browser prints."""
        given = self.devices()
        names = [place.receipt_printer for place in (given.mapping.desk, given.mapping.kiosk)]
        found = [one for one in given.printers if one.name in names and one.connection != "system"]
        return min(found, key=lambda one: names.index(one.name), default=None)

    def has_printer(self) -> bool:
        """Never raises: the page that asks has to be shown."""
        try:
            return self.printer() is not None
        except YizhanError:
            return False

    def print_test(self) -> None:
        """Raises printer_absent and printers.FAULTS."""
        found = self.printer()
        if found is None:
            raise problem("printer_absent")
        printers.made(found, self.home).print(self.test_receipt())
        self.steps.keep(printed=self.now())

    def test_receipt(self) -> Roll:
        """What says on paper that this room is ready; it is no receipt of anything."""
        node = self.made()
        return [
            Text("试打凭条", size=2, bold=True, centre=True),
            Text(node.room.name, tall=True, centre=True),
            Rule(),
            Text(f"警务室编号  {node.settings.node_id}"),
            Text(f"打印时间    {node.clock.now()[:16].replace('T', ' ')}"),
            Text(f"第一位民警  {self.officer()}"),
            Rule(),
            Code(f"YIZHAN {node.settings.node_id} {node.clock.now()}"),
            Text("字清楚、码扫得出、纸裁得断，就是好的。这不是收件凭证。"),
        ]

    def officer(self) -> str:
        """The name of the first officer; "" before there is one."""
        found = (one.name for one in officers.all_of(self.made()) if one.account == self.steps.state.officer)
        return next(found, "")

    def is_fixed(self) -> bool:
        """Whether another room can't be chosen any more."""
        if self.node is None:
            return False
        try:
            set_up.check_free(self.node)
        except YizhanError:
            return True
        return False

    def belongs(self) -> bool:
        """Whether the room has a centre."""
        with self.made().database.read() as tx:
            return identity.centre(tx) is not None

    def sync(self) -> str:
        """The first contact, over the network; what came of it. Raises centre_unreachable and its like."""
        node = self.made()
        link = link_to_centre(node)
        try:
            report = Push(node, link).drain()
        finally:
            link.close()
        if report.problem is not None:
            raise report.problem
        self.steps.keep(carried="sync")
        return f"已经和省级中心联系上：上传 {report.sent} 条，收到 {report.received} 条。"

    def ferry(self, folder: str) -> str:
        """The first word onto a stick. Raises what a stick can do."""
        medium = next((one.folder for one in self.media() if str(one.folder) == folder), None)
        if medium is None:
            raise problem("ferry_missing", folder=folder or "所选的U盘")
        report = export(self.made(), medium)
        if report.problem is not None:
            raise report.problem
        self.steps.keep(carried="ferry")
        return "已经写到 U 盘。请把它带到省级中心导入，带回来再插到这台电脑上：回执由驿站自己读。"

    def finish(self) -> None:
        """Returns when the room's own program answers. Raises first_undone, file_not_written, database_busy."""
        state = self.steps.state
        self.made()
        self._end_steps()
        if state.medium:
            self._keep_only(state.room)
            try:
                prepared_stick.sweep(Path(state.medium), state.claim, done=True)
            except YizhanError as error:
                logger.info("the code stays on the stick, which was taken out: %s", error)
        self._finished.set()
        if not self._answers.wait(WAIT_S):
            raise problem("database_busy")

    def _end_steps(self) -> None:
        self._is_ending = True  # before the file goes, which else would say that a command has made the room
        try:
            self.steps.finish()
        except YizhanError:
            self._is_ending = False
            raise


def enrolment_of(data: bytes) -> dict[str, Any]:
    """A file that somebody chose. Raises node_enrolment_wrong."""
    try:
        found = json.loads(data)
    except ValueError as error:
        raise problem("node_enrolment_wrong", detail="这不是登记文件") from error
    if not isinstance(found, dict) or not all(isinstance(found.get(key), str) for key in ("node", "name")):
        raise problem("node_enrolment_wrong", detail="内容不完整")
    return found
