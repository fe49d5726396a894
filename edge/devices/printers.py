"""The receipt printers of a room behind one small interface; devices.toml names how each is connected.

A printer that can tell is asked for paper and cover before and after (DLE EOT of ESC/POS); one that can't is believed.
"""

import os
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from edge.config.device_file import Printer as Config
from edge.config.device_file import address
from edge.devices import escpos_bytes
from edge.devices.roll import Roll
from edge.durable import write_whole
from edge.errors import problem

ANSWER_S: Final = 0.5  # a printer answers a question of status at once or never
CONNECT_S: Final = 3.0
SEND_S: Final = 8.0  # of a receipt of 30 kB through a serial adapter
KEPT_MAX: Final = 200  # receipts in the folder of the driver `file`
DEVICES: Final = Path("/dev")
FIRST_USB: Final = "usb/lp0"
_ASK_CAUSE, _ASK_PAPER = b"\x10\x04\x02", b"\x10\x04\x04"
_COVER, _ENDED, _PAPER_OUT = 0x04, 0x20, 0x60
_FIXED_BITS, _FIXED = 0x93, 0x12  # what every answer to DLE EOT has


class Line(Protocol):
    """The way to one printer, open while it prints."""

    def send(self, data: bytes) -> None:
        """All of it, or OSError."""

    def ask(self, question: bytes) -> bytes:
        """What it answers to a question of status; b"" from one that says nothing."""


class Printer(Protocol):
    """A receipt printer."""

    def print(self, roll: Roll) -> None:
        """Raises one of FAULTS; then the paper, if any came out, is to be thrown away."""

    def probe(self) -> None:
        """Raises one of FAULTS when it would not print."""


FAULTS: Final = frozenset({"printer_absent", "printer_silent", "printer_paper", "printer_cover", "printer_program"})
# what the room has to mend, so that it becomes a ticket
BROKEN: Final = FAULTS - {"printer_absent"}


class Thermal:
    """A printer at the end of a line."""

    def __init__(self, config: Config, home: Path) -> None:
        self._config, self._home = config, home

    def print(self, roll: Roll) -> None:
        data = escpos_bytes.made(roll, self._config.paper_mm)
        with self._line() as line:
            tells = _look(line)
            line.send(data)
            if tells:
                _look(line)

    def probe(self) -> None:
        with self._line() as line:
            _look(line)

    @contextmanager
    def _line(self) -> Iterator[Line]:
        try:
            with _LINES[self._config.connection](self._config, self._home) as line:
                yield line
        except OSError as error:
            raise problem("printer_silent") from error


def _look(line: Line) -> bool:
    """Whether the printer tells how it is. Raises printer_cover, printer_paper."""
    cause = _status(line.ask(_ASK_CAUSE))
    if not cause:
        return False
    if cause & _COVER:
        raise problem("printer_cover")
    if cause & _ENDED or _status(line.ask(_ASK_PAPER)) & _PAPER_OUT:
        raise problem("printer_paper")
    return True


def _status(answer: bytes) -> int:
    """The last byte that can be an answer; 0 where the printer says nothing."""
    return next((one for one in reversed(answer) if one & _FIXED_BITS == _FIXED), 0)


class _Network:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, data: bytes) -> None:
        self._connection.settimeout(SEND_S)
        self._connection.sendall(data)

    def ask(self, question: bytes) -> bytes:
        self._connection.settimeout(ANSWER_S)
        self._connection.sendall(question)
        try:
            return self._connection.recv(16)
        except TimeoutError:
            return b""


class _Device:
    """A device file that takes what it can, such as /dev/usb/lp0."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def send(self, data: bytes) -> None:
        ends = time.monotonic() + SEND_S
        while data:
            self._wait(ends, write=True)
            data = data[os.write(self._handle, data) :]

    def ask(self, question: bytes) -> bytes:
        self.send(question)
        try:
            self._wait(time.monotonic() + ANSWER_S, write=False)
            return os.read(self._handle, 16)
        except (TimeoutError, BlockingIOError):
            return b""

    def _wait(self, ends: float, *, write: bool) -> None:
        """Raises TimeoutError."""
        left = max(0.0, ends - time.monotonic())
        handles = [self._handle]
        ready = select.select([], handles, [], left)[1] if write else select.select(handles, [], [], left)[0]
        if not ready:
            raise TimeoutError


class _Folder:
    """Every receipt becomes a file, the newest KEPT_MAX are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        held = sorted(self._folder.glob("*.bin"))
        number = int(held[-1].stem) + 1 if held else 1
        write_whole(self._folder / f"{number:06d}.bin", data)
        for old in held[: max(0, len(held) + 1 - KEPT_MAX)]:
            old.unlink()

    def ask(self, _question: bytes) -> bytes:
        return b""


@contextmanager
def _network(config: Config, _home: Path) -> Iterator[Line]:
    found = address(config.port)
    if found is None:
        raise OSError("no address")
    with socket.create_connection(found, timeout=CONNECT_S) as connection:
        yield _Network(connection)


@contextmanager
def _device(config: Config, _home: Path) -> Iterator[Line]:
    handle = os.open(DEVICES / (config.port or FIRST_USB), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        yield _Device(handle)
    finally:
        os.close(handle)


@contextmanager
def _folder(config: Config, home: Path) -> Iterator[Line]:
    yield _Folder(home / config.port)


_LINES: Final[Mapping[str, Callable[[Config, Path], AbstractContextManager[Line]]]] = {
    "network": _network,
    "usb": _device,
    "file": _folder,
}


def made(config: Config, home: Path) -> Printer:
    """The driver of a printer of devices.toml; opens nothing. Raises printer_absent for one of the system, which the
    browser prints to.
    """
    if config.connection not in _LINES:
        raise problem("printer_absent")
    return Thermal(config, home)
