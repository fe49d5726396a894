"""devices.toml: which readers, cameras, printers and speaker the room has, and who uses which."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from forms.reading import Trouble


class Reader(NamedTuple):
    name: str
    kind: str
    driver: str
    port: str = ""


class Camera(NamedTuple):
    """`width`, `height` in pixels, `rotate` in degrees, clockwise."""

    name: str
    port: str
    width: int = 1920
    height: int = 1080
    rotate: int = 0


class Printer(NamedTuple):
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
    face_camera: str = ""
    receipt_printer: str = ""
    sheet_printer: str = ""


class Mapped(NamedTuple):
    kiosk: Place = Place()
    desk: Place = Place()


class Devices(NamedTuple):
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
    "face_camera": "cameras",
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
    return found
