"""Which camera the browser opens for papers: devices.toml names it, the browser knows it by its label."""

import json
import re
from pathlib import Path
from typing import Final

from edge.config.device_file import Camera, Devices, Place
from edge.devices.at_hand import PlaceName

SYSTEM: Final = Path("/sys/class/video4linux")
_PORT: Final = re.compile(r"video\d{1,3}")


def wanted(devices: Devices, place: PlaceName, system: Path = SYSTEM) -> str:
    """What camera.js is told of a place's document camera, as JSON: label, width, height, rotate; "" for any camera."""
    mapped: Place = getattr(devices.mapping, place)
    found = next((one for one in devices.cameras if one.name == mapped.document_camera), None)
    return "" if found is None else _said(found, system)


def _said(camera: Camera, system: Path) -> str:
    told = {"label": label(camera.port, system), "width": camera.width, "height": camera.height}
    return json.dumps({**told, "rotate": camera.rotate}, ensure_ascii=False)


def label(port: str, system: Path = SYSTEM) -> str:
    """How a browser calls the camera at video0: by the name that the system has for it. Other words are the name."""
    if not _PORT.fullmatch(port):
        return port
    try:
        return (system / port / "name").read_text(encoding="utf-8", errors="replace").strip() or port
    except OSError:
        return port  # it is not plugged in; no label is called like that
