"""Try every device of devices.toml once: what is there, what answered, how long it took, what to do (`yizhan devices`).

It reads the room's files alone, so that it works beside a running node and without its database.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge.config.device_file import Camera, Devices
from edge.config.device_file import Printer as PrinterConfig
from edge.config.device_file import Reader as ReaderConfig
from edge.devices import printers, readers, roll, sheets
from edge.errors import YizhanError

VIDEO: Final = Path("/dev")
PLACES: Final = {"kiosk": "自助终端", "desk": "值班台", "paired": "另一台自助机"}
WHAT: Final = {"reader": "读卡器", "camera": "摄像头", "printer": "打印机", "speaker": "喇叭"}
TRIED: Final = roll.Text("试打一张：字清楚、不偏、裁得断，就是好的。", tall=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """`state`: fine, untried (only use shows whether it works), faulty with `fault` and `hint`; `used_by`: places."""

    name: str
    what: str
    how: str
    used_by: tuple[str, ...]
    state: str
    took_ms: int
    fault: str
    hint: str


def every(devices: Devices, home: Path, *, paper: bool = False) -> list[Trial]:
    """All of them in the order of devices.toml. `paper`: print a line on each receipt printer."""
    return [
        *(_reader(devices, one, home) for one in devices.readers),
        *(_camera(devices, one) for one in devices.cameras),
        *(_printer(devices, one, home, paper=paper) for one in devices.printers),
        *_speaker(devices),
    ]


def _reader(devices: Devices, one: ReaderConfig, home: Path) -> Trial:
    reader = readers.made(one, home)
    return _tried(devices, one.name, "reader", one.driver, reader.probe, untried=reader.typed)


def _printer(devices: Devices, one: PrinterConfig, home: Path, *, paper: bool) -> Trial:
    if one.kind == "sheet":
        paper_printer = sheets.made(one, home)
        return _tried(devices, one.name, "printer", one.connection, paper_printer.probe)
    if one.connection == "system":
        return _trial(devices, one.name, "printer", one.connection, "untried")
    printer = printers.made(one, home)
    return _tried(
        devices, one.name, "printer", one.connection, (lambda: printer.print([TRIED])) if paper else printer.probe
    )


def _camera(devices: Devices, one: Camera) -> Trial:
    """The browser opens it; here it can only be seen whether the machine has it."""
    if one.port.startswith("video") and not (VIDEO / one.port).exists():
        found = ("摄像头没有接上", "请检查它的连线；材料可以先选照片。")
        return _trial(devices, one.name, "camera", one.port, "faulty", fault=found)
    return _trial(devices, one.name, "camera", one.port, "untried")


def _speaker(devices: Devices) -> Iterator[Trial]:
    if devices.speaker.enabled:
        yield _trial(devices, "speaker", "speaker", devices.speaker.port, "untried")


def _tried(
    devices: Devices, name: str, what: str, how: str, act: Callable[[], None], *, untried: bool = False
) -> Trial:
    began = time.monotonic()
    try:
        act()
    except YizhanError as error:
        fault = (error.sentence, error.hint)
        return _trial(devices, name, what, how, "faulty", took_ms=_since(began), fault=fault)
    return _trial(devices, name, what, how, "untried" if untried else "fine", took_ms=_since(began))


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _trial(
    devices: Devices,
    name: str,
    what: str,
    how: str,
    state: str,
    *,
    took_ms: int = 0,
    fault: tuple[str, str] = ("", ""),
) -> Trial:
    used_by = tuple(place for place in PLACES if name in getattr(devices.mapping, place))
    return Trial(name, what, how, used_by, state, took_ms, *fault)
