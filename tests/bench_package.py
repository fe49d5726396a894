"""The Debian package: its size, whether two builds are the same bytes, a room set up from it without Python or network,
and a filled room that dpkg upgrades, that goes back from a release that fails, and whose power is cut in the middle.

What is installed needs root, debootstrap and a Debian mirror (or the folder of a bare Debian 12 in YIZHAN_BARE_DEBIAN); without
them those figures are left out, and the line before says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import package_upgrades
from bench_start import figure

if TYPE_CHECKING:
    from package_machine import Machine
    from package_upgrades import Seen

ROOT = Path(__file__).resolve().parent.parent
CUTS = 5
UNIT = ROOT / "packaging" / "debian" / "yizhan.service"
# what a technician does, in a Debian that has neither Python nor a network; prints milliseconds: from the start to the
# first page of the set-up, and from the start of the room that is set up to the kiosk's first page
INSTALLED = """
set -e
! command -v python3
dpkg -i /tmp/yizhan.deb
yizhan setup | grep -o '设置码.*'
answers() {
    ask="import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8600/$1/').status)"
    until /opt/yizhan/bin/python3 -I -c "$ask" 2>/dev/null | grep -q 200; do kill -0 $!; done
}
begun=$(date +%s%N)
yizhan serve --first-start > /tmp/setup.log 2>&1 &
answers setup
echo setup_ms=$(( ($(date +%s%N) - begun) / 1000000 ))
kill $!
wait $! || true
yizhan init --node 5224250017 --room 石门乡警务室
begun=$(date +%s%N)
yizhan serve --first-start > /tmp/serve.log 2>&1 &
answers kiosk
echo started_ms=$(( ($(date +%s%N) - begun) / 1000000 ))
kill $!
"""


def build(output: Path, script: str = "deb.py") -> Path:
    command = [sys.executable, ROOT / "packaging" / script, "--output", output]
    subprocess.run(command, check=True, capture_output=True)
    return next(output.glob("*.deb"))


def kiosk(work: Path) -> list[dict[str, Any]]:
    """The package of the citizens' screen."""
    made = [build(work / name, "kiosk_deb.py") for name in ("kiosk-first", "kiosk-second")]
    return [
        figure("kiosk package: size", made[0].stat().st_size / 1e3, "kB", beside=made[0].name),
        figure("kiosk package: two builds differ", float(made[0].read_bytes() != made[1].read_bytes()), "", limit=0),
    ]


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
    command: list[str | Path] = ["debootstrap", "--variant=minbase", "bookworm", target]
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
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def upgraded(package: Path, debian: Path, work: Path) -> Iterator[dict[str, Any]]:
    """What dpkg does to a room with applications in it; each must be there in the end, under one whole program."""
    given = package_upgrades.packages(package, work)
    room = package_upgrades.filled(debian, given, work)
    filed, old = package_upgrades.FILED + 1, package_upgrades.version_of(package)
    through = package_upgrades.comes_through(room.copy(work / "through"))
    yield figure("upgrade by dpkg: applications lost", filed - through.numbers, "", limit=0, beside=through.dpkg)
    back, mended = package_upgrades.goes_back(room.copy(work / "back"))
    yield figure("a release that fails: applications lost", filed - back.numbers, "", limit=0, beside=back.dpkg)
    yield figure("the same: another program than the old one stands", float(back.stands != old), "", limit=0)
    yield figure("the release that mends it: applications lost", filed + 1 - mended.numbers, "", limit=0)
    full = package_upgrades.full_disk(room.copy(work / "full"))
    yield ended("disk full while dpkg unpacks", filed, *full)
    killed = package_upgrades.killed(room.copy(work / "killed"))
    yield ended("package's script killed", filed, *killed)
    yield cut_off(room, work, filed, old)


def ended(name: str, filed: int, woke: Seen, then: Seen) -> dict[str, Any]:
    """A room that was interrupted, as it woke and after the package was installed to its end."""
    lost = 2 * filed + 1 - woke.numbers - then.numbers
    return figure(
        f"{name}: applications lost", lost, "", limit=0, beside=f"{woke.stands}, {woke.dpkg}; then {then.dpkg}"
    )


def cut_off(room: Machine, work: Path, filed: int, old: str) -> dict[str, Any]:
    cuts = package_upgrades.cut_off(room, work / "cuts", CUTS)
    wrong = [one for one in cuts if (one.woke.numbers, one.ended.numbers) != (filed, filed + 1)]
    wrong += [one for one in cuts if one.woke.stands not in {old, package_upgrades.NEXT}]
    wrong += [one for one in cuts if one.ended.dpkg != f"installed {package_upgrades.NEXT}"]
    still_old = sum(one.woke.stands == old for one in cuts)
    return figure(
        f"power cut at {CUTS} moments of dpkg: rooms with anything wrong",
        len(wrong),
        "",
        limit=0,
        beside=f"{sum(one.mid for one in cuts)} in the middle, {still_old} woke with the old program",
    )


def set_up(package: Path, debian: Path) -> Iterator[dict[str, Any]]:
    """A room from nothing, where there is neither Python nor a network."""
    said = installed(package, debian)
    took = {name: int(ms) / 1000 for name, ms in re.findall(r"(setup|started)_ms=(\d+)", said)}
    beside = "no Python, no network"
    yield figure("bare Debian 12: start to the set-up's first page", took["setup"], "s", beside=beside)
    yield figure("bare Debian 12: first start to the kiosk's first page", took["started"], "s", beside="the same")


def figures() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        first, second = build(work / "first"), build(work / "second")
        yield figure("Debian package: size", first.stat().st_size / 1e6, "MB", beside=first.name)
        differ = float(first.read_bytes() != second.read_bytes())
        yield figure("two builds: differing packages", differ, "", limit=0)
        yield from kiosk(work)
        yield figure("service unit: exposure by systemd-analyze", exposure(), "", limit=2.0, beside="reasons in it")
        debian = bare_debian(work)
        if debian is None:
            sys.stderr.write(
                "  no bare Debian to install into: root, debootstrap and a mirror, or YIZHAN_BARE_DEBIAN\n"
            )
            return
        yield from upgraded(first, debian, work)
        yield from set_up(first, debian)
