"""Service files that may be filed with: signed by a key that the room of the tests trusts, or by its centre."""

import json
from pathlib import Path
from typing import Any

from edge import publishing
from edge.node import Node
from edge.publishing import on_disk
from forms.definition import load, service_files
from sync.centre.centre import Centre

PUBLISHER = bytes(range(1, 33))
AT = "2026-11-20T10:00:00+08:00"


def trust_publisher(home: Path, private: bytes = PUBLISHER, area: str = "52") -> None:
    """Name a key in node.toml; before the first table, so that a test may add keys behind it."""
    entry = f'publishers = [{{area = "{area}", name = "测试签发人", key = "{publishing.public_of(private)}"}}]\n'
    file = home / "node.toml"
    file.write_text(entry + file.read_text(encoding="utf-8"), encoding="utf-8")


def publish_file(path: Path, value: dict[str, Any] | None = None) -> None:
    """Write a service file, if a value is given, and sign it."""
    if value is not None:
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    sign_file(path, "county", PUBLISHER)


def sign_file(path: Path, role: publishing.Role, private: bytes, *, name: str = "测试签发人", **more: str) -> None:
    """One more signature beside a file, over its content as it is now."""
    definition = load(path)
    sheet = publishing.sheet_of(definition)
    if on_disk.beside(path).exists():
        held = on_disk.read(on_disk.beside(path))
        sheet = held if publishing.belongs(held, definition) else sheet
    on_disk.write(path, publishing.sign(sheet, role, private, **{"name": name, "at": AT, **more}))


def publish_folder(node: Node, centre: Centre) -> None:
    """A room that joined a centre trusts the centre alone: it signs what lies in the room's folder."""
    for path in service_files(node.settings.services_dir):
        sign_file(path, "centre", centre.identity.sign.private, name="测试中心")
    node.reload_services()
