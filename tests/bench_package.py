"""The Debian package: its size, whether two builds are the same bytes, and a room set up from it without Python or network.

The last needs root, debootstrap and a Debian mirror (or the folder of a bare Debian 12 in YIZHAN_BARE_DEBIAN); without
them the figure is left out, and the line before says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_start import figure

ROOT = Path(__file__).resolve().parent.parent
UNIT = ROOT / "packaging" / "debian" / "yizhan.service"
# what a technician does, in a Debian that has neither Python nor a network; prints milliseconds from start to first page
INSTALLED = """
set -e
! command -v python3
dpkg -i /tmp/yizhan.deb
yizhan init --node 5224250017 --room 石门乡警务室
begun=$(date +%s%N)
yizhan serve > /tmp/serve.log 2>&1 &
ask='import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:8600/kiosk/").status)'
until /opt/yizhan/bin/python3* -I -c "$ask" 2>/dev/null | grep -q 200; do kill -0 $!; done
echo started_ms=$(( ($(date +%s%N) - begun) / 1000000 ))
kill $!
"""


def build(output: Path) -> Path:
    subprocess.run([sys.executable, ROOT / "packaging" / "deb.py", "--output", output], check=True, capture_output=True)
    return next(output.glob("*.deb"))


def exposure() -> float:
    """What systemd thinks of the unit: 0 is locked in, 10 is free."""
    command = ["systemd-analyze", "security", "--offline=yes", UNIT]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    found = re.search(r"exposure level for \S+: ([\d.]+)", said)
    if found is None:
        raise RuntimeError(f"systemd-analyze said: {said[-300:]}")
    return float(found[1])


def bare_debian(work: Path) -> Path | None:
    given = os.environ.get("YIZHAN_BARE_DEBIAN")
    target = work / "debian"
    if given:
        subprocess.run(["cp", "-a", "--one-file-system", f"{given}/.", target], check=True)
        return target
    if os.geteuid() or not shutil.which("debootstrap"):
        return None
    command = ["debootstrap", "--variant=minbase", "bookworm", target]
    done = subprocess.run(command, check=False, capture_output=True)
    return target if done.returncode == 0 else None


def installed(package: Path, debian: Path) -> str:
    """Install and start the package in a network namespace of its own; the whole output."""
    shutil.copy(package, debian / "tmp" / "yizhan.deb")
    (debian / "tmp" / "try.sh").write_text(INSTALLED, encoding="utf-8")
    (debian / "proc").mkdir(exist_ok=True)
    inside = f"ip link set lo up; mount -t proc proc {debian}/proc; chroot {debian} sh /tmp/try.sh"
    done = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", inside],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def figures() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        first, second = build(work / "first"), build(work / "second")
        found = [
            figure("Debian package: size", first.stat().st_size / 1e6, "MB", beside=first.name),
            figure("two builds: differing packages", float(first.read_bytes() != second.read_bytes()), "", limit=0),
            figure("service unit: exposure by systemd-analyze", exposure(), "", beside="reasons stand in the unit"),
        ]
        debian = bare_debian(work)
        if debian is None:
            sys.stderr.write(
                "  no bare Debian to install into: root, debootstrap and a mirror, or YIZHAN_BARE_DEBIAN\n"
            )
            return found
        said = installed(first, debian)
        milliseconds = float(re.findall(r"started_ms=(\d+)", said)[0])
        start = figure(
            "bare Debian 12: first start to first page", milliseconds / 1000, "s", beside="no Python, no network"
        )
        return [*found, start]
