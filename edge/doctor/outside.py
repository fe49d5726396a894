"""The checks of a machine that need no open database: disk, devices, certificates, versions, files."""

from __future__ import annotations

import platform
from datetime import UTC, datetime, timedelta
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge import housekeeping, room_tickets, tls_certificate, upgrade_book
from edge.config import one_file
from forms import health

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.x509 import Certificate

    from edge.doctor.checks import Looked, Said
    from forms.faults import Fault

_MB: Final = 1 << 20
_GB: Final = 1 << 10  # in MB
NAMED_MAX: Final = 3
DEVICE_FAULTS: Final = frozenset({"paper", "printer", "reader", "camera"})


def disk(looked: Looked) -> Said:
    """As the fleet page has it: below 1 GB, or below a tenth."""
    total, free = (one // _MB for one in looked.usage(looked.found.database.parent))
    said = f"剩余 {free / _GB:.1f} GB，共 {total / _GB:.1f} GB"
    if free < health.DISK_LOW_MB:
        return said, "快收不了件了，请当天清理或换盘；旧的备份文件可以先移走。"
    if free * 100 < total * health.DISK_TIGHT_PERCENT:
        return said, "不到一成，请在一个月内清理或换盘。"
    return said, ""


def devices(looked: Looked) -> Said:
    """Tickets that are open about a device; thoroughly, every device of devices.toml is asked too."""
    faults = list(_reported(looked))
    said = looked.files.devices
    count = len(said.readers) + len(said.cameras) + len(said.printers)
    if looked.thorough:
        from edge.devices import trying

        tried = trying.every(said, looked.found.home)
        faults += [f"{trying.WHAT[one.what]} {one.name} {one.fault}" for one in tried if one.state == "faulty"]
    if faults:
        return "；".join(faults[:NAMED_MAX]), "请看设备工单；运行 yizhan devices test 逐台试。"
    return f"{count} 台，没有报修" if count else "devices.toml 里没有设备", ""


def _reported(looked: Looked) -> Iterator[str]:
    if looked.node is None:
        return
    with looked.node.database.read() as tx:
        opened = room_tickets.opened(tx)
    yield from (one.title for one in opened if one.what in DEVICE_FAULTS)


def certificate(looked: Looked) -> Said:
    """Those that this room was given, and its own where it has one; a month before they end."""
    paths = [looked.found.home / tls_certificate.FILE] if looked.found.kiosk_listen_host else []
    paths += [looked.found.home / looked.found.centre_ca] if looked.found.centre_ca else []
    now = datetime.fromisoformat(looked.clock.now()).astimezone(UTC)
    first = datetime.max.replace(tzinfo=UTC)
    for path in paths:
        if not path.is_file():
            return f"没有文件 {path.name}", "请从安装资料里放回，或者请省级中心重发。"
        try:
            first = min([first, *(one.not_valid_after_utc for one in _certificates(path))])
        except ValueError:
            return f"{path.name} 不是证书文件", "请从安装资料里放回，或者请省级中心重发。"
    if not paths:
        return "没有自己的证书要更换", ""
    said = f"最早到 {first.date().isoformat()}"
    near = now + timedelta(days=health.EXPIRES_DAYS) > first
    return said, "快到期或已经到期，请向省级中心领取新的证书文件，放在原处。" if near else ""


def _certificates(path: Path) -> list[Certificate]:
    """Those of a file in PEM, with the key that may lie before them. ValueError for a file that is none."""
    from cryptography import x509

    return x509.load_pem_x509_certificates(path.read_bytes())


def version(looked: Looked) -> Said:
    """What is installed, what runs, and whether an upgrade stands half done or went back."""
    here = installed("yizhan")
    said = f"{here}，Python {platform.python_version()}"
    book = upgrade_book.read(looked.found.home)
    if book is not None and book.is_open:
        return f"升级到 {book.to_version or '新版'} 做了一半", "请运行 yizhan upgrade finish 接着做。"
    if book is not None and book.state == "back":
        return f"{said}；{book.at[:10]} 的升级没有成功，已退回：{book.reason}", "收件不受影响；请把原因告诉技术人员。"
    runs = housekeeping.running_version(looked.found)
    if runs not in ("", here):
        return f"装的是 {here}，运行的还是 {runs}", "请在下班以后重新启动驿站。"
    return said, ""


def files(looked: Looked) -> Said:
    """What stands in the room's files and is not right; thoroughly, in its services too."""
    found = looked.files.faults
    if looked.thorough:
        from edge.config import across_files

        found = tuple(across_files.every_fault(looked.found.home))
    if found:
        return _faults(found), "用的是上一次正确的内容。运行 yizhan config check 逐条看，改好保存就生效。"
    return "都能读，没有问题", ""


def _faults(found: tuple[Fault, ...]) -> str:
    said = "；".join(one_file.sentence(one) for one in found[:NAMED_MAX])
    return said if len(found) <= NAMED_MAX else f"{said}；等 {len(found)} 处"
