"""devices.toml: which readers, cameras, printers and speaker the room has, and who uses which."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from forms.reading import Trouble

_LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
_PORT_MAX = 65535
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")  # of CUPS; never an option of `lp`


class Reader(NamedTuple):
    """`good`: place and value by which a maker's service says that it read a card; `fields`: field of a card -> JSON
    Pointer; `order` and `separator` are of readers that type.
    """

    name: str
    kind: str
    driver: str
    port: str = ""
    url: str = ""
    method: str = "GET"
    body: str = ""
    timeout_s: float = 3
    good: Mapping[str, str] | None = None
    fields: Mapping[str, str] = MappingProxyType({})
    order: Sequence[str] = ()
    separator: str = "|"


class Camera(NamedTuple):
    """`width`, `height` in pixels, `rotate` in degrees, clockwise."""

    name: str
    port: str
    width: int = 1920
    height: int = 1080
    rotate: int = 0


class Printer(NamedTuple):
    """`kind`: receipt or sheet; `connection`: how it is reached, by `port`; `paper_mm`: the width of its roll."""

    name: str
    kind: str
    connection: str
    port: str = ""
    paper_mm: int = 80


class Speaker(NamedTuple):
    """`volume` from 0 to 100."""

    enabled: bool = False
    volume: int = 60
    port: str = ""


class Place(NamedTuple):
    """Names of the devices that one place uses; "" for none."""

    reader: str = ""
    document_camera: str = ""
    receipt_printer: str = ""
    sheet_printer: str = ""


class Mapped(NamedTuple):
    """Which devices are used where: at this machine's kiosk, at the desk, and at a kiosk on a machine of its own."""

    kiosk: Place = Place()
    desk: Place = Place()
    paired: Place = Place()


class Devices(NamedTuple):
    """devices.toml with its defaults."""

    readers: tuple[Reader, ...]
    cameras: tuple[Camera, ...]
    printers: tuple[Printer, ...]
    speaker: Speaker
    mapping: Mapped


def devices(value: Mapping[str, Any], _name: str) -> Devices:
    """devices.toml as a value; its drivers open nothing here."""
    mapping = {place: Place(**names) for place, names in value["mapping"].items()}
    return Devices(
        tuple(Reader(**one) for one in value["readers"]),
        tuple(Camera(**one) for one in value["cameras"]),
        tuple(Printer(**one) for one in value["printers"]),
        Speaker(**value["speaker"]),
        Mapped(**mapping),
    )


_LISTS = {"readers": "读卡器", "cameras": "摄像头", "printers": "打印机"}
_USES = {
    "reader": "readers",
    "document_camera": "cameras",
    "receipt_printer": "printers",
    "sheet_printer": "printers",
}


def troubles(value: Mapping[str, Any]) -> list[Trouble]:
    """Names that are given twice, and uses of a device that is not in the file."""
    names = {kind: [str(one["name"]) for one in value[kind]] for kind in _LISTS}
    found = [
        (f"/{kind}/{at}/name", f"{_LISTS[kind]}“{name}”写了两次", "每台设备的名称都要不同")
        for kind, given in names.items()
        for at, name in enumerate(given)
        if name in given[:at]
    ]
    for place, uses in value["mapping"].items():
        for use, name in uses.items():
            if name and name not in names[_USES[use]]:
                known = "、".join(names[_USES[use]]) or "没有"
                message = f"没有名为“{name}”的{_LISTS[_USES[use]]}"
                found.append((f"/mapping/{place}/{use}", message, f"已有的{_LISTS[_USES[use]]}：{known}"))
    return [*found, *_of_paired(value), *_of_readers(value["readers"]), *_of_printers(value["printers"])]


def _of_paired(value: Mapping[str, Any]) -> Iterator[Trouble]:
    """A maker's service answers on this machine alone: another one would be told of the card that lies at the desk."""
    name = value["mapping"].get("paired", {}).get("reader", "")
    if any(one["name"] == name and one["driver"] == "http" for one in value["readers"]):
        message = "另一台自助机用不了接在本机的读卡器，会读到别人的证件"
        yield "/mapping/paired/reader", message, '给那台机器接一台像键盘一样打字的读卡器（driver = "keyboard"）'


def _of_readers(readers: Sequence[Mapping[str, Any]]) -> Iterator[Trouble]:
    for at, one in enumerate(readers):
        place = f"/readers/{at}"
        if one["driver"] == "http":
            if loopback(one.get("url", "")) is None:
                yield f"{place}/url", "读卡器的服务只能在本机", "写成 http://127.0.0.1:端口/路径"
            if "fields" not in one:
                yield f"{place}/fields", "缺少“fields”", '写明回答里哪里是号码、姓名，如 number = "/info/idCode"'
        elif one["driver"] == "recorded" and not inside(one.get("port", "")):
            yield f"{place}/port", "缺少录好的文件，或者不在节点文件夹里", '如 port = "devices/cards.json"'


def _of_printers(printers: Sequence[Mapping[str, Any]]) -> Iterator[Trouble]:
    for at, one in enumerate(printers):
        place, connection, port = f"/printers/{at}/port", one["connection"], one.get("port", "")
        if (connection == "file" or (connection == "usb" and port)) and not inside(port):
            yield place, "缺少“port”，或者不是从文件夹算起的", "usb 写 usb/lp0，file 写节点文件夹里的一个文件夹"
        elif one["kind"] == "sheet" and connection == "system" and port and not _QUEUE.fullmatch(port):
            yield place, "系统里没有这样的打印机名称", "写 CUPS 里的名称，如 Canon_LBP2900；空着用系统默认的"
        elif one["kind"] == "sheet" and connection not in ("system", "file"):
            mend = '写 connection = "system"，或者写进文件夹（file）'
            yield f"/printers/{at}/connection", "A4 打印机要先在系统里装好", mend
        elif connection == "network" and address(port) is None:
            yield place, "缺少打印机的地址和端口", '如 port = "192.168.1.50:9100"'


def loopback(url: str) -> tuple[str, int, str] | None:
    """(host, port, path with query) of an http address of this machine; None for any other.

    The name localhost is not asked of the system, which might lead it elsewhere.
    """
    try:
        parts = urlsplit(url)
        host, port = _LOOPBACK.get(parts.hostname or ""), parts.port or 80
    except ValueError:
        return None
    if host is None or parts.scheme != "http" or "@" in parts.netloc:
        return None
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def address(port: str) -> tuple[str, int] | None:
    """(host, port) of 192.168.1.50:9100; None for anything else."""
    host, _, number = port.rpartition(":")
    right = bool(host) and number.isascii() and number.isdecimal() and 0 < int(number) <= _PORT_MAX
    return (host.strip("[]"), int(number)) if right else None


def inside(port: str) -> bool:
    """Whether a path stays in the folder that it is counted from."""
    path = PurePosixPath(port)
    return bool(port) and not path.is_absolute() and ".." not in path.parts
