"""The offline bundle's install.sh in a bare Debian with Python and without a network: installed and run again, a filled room
brought along to the next release, back from one that fails, and past full disks and power cuts.

Needs root and debootstrap with a Debian mirror, or in YIZHAN_BARE_PYTHON the folder of a bare Debian 12 with python3.
A cut ends every process at once; pages that the kernel had not written yet are not lost by it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_start import figure
from package_machine import Machine
from package_upgrades import ADDS, APPLY, BROKEN, FAILS, FILED, NEXT, put_answers

ROOT = Path(__file__).resolve().parent.parent
CUTS = 6
PREFIX, HOME = "/opt/yizhan", "/srv/room"
INSTALL = f"--prefix {PREFIX} --home {HOME} --now"
WORDS = f"""
export PATH={PREFIX}/bin:$PATH YIZHAN_HOME={HOME}
unpacked() {{ [ -d /tmp/$1 ] || {{ mkdir /tmp/$1; tar -x -z -f /tmp/$1.tar.gz -C /tmp/$1 --strip-components 1; }}; }}
install() {{ unpacked $1; from=$1; shift; sh /tmp/$from/install.sh "$@"; }}
{APPLY}
sound() {{
    yizhan verify > /dev/null
    apply "after-$1"
    echo "numbers=$(yizhan list --json | tr ',' '\\n' | grep -c '"number"')"
    echo "stands=$(readlink {PREFIX}/current)"
    if [ -e {PREFIX}/before ]; then echo "the old program was left over"; exit 1; fi
}}
"""
FILL = f"""
command -v pip && exit 1
install old --prefix {PREFIX}
yizhan init --node 5224250017 --room 石门乡警务室 > /dev/null
for n in $(seq {FILED}); do apply "$n"; done
sound filled
"""
AGAIN = f"install old {INSTALL} | grep 已经装好了\nsound again\n"
THROUGH = f"install next {INSTALL}\nif install old {INSTALL}; then exit 1; fi\nsound through\n"
BACK = f"if install broken {INSTALL}; then exit 1; fi\nsound back\n"
FULL_FIRST = """
mkdir -p /small && mount -t tmpfs -o size=30m none /small
if install old --prefix /small/yizhan; then exit 1; fi
[ ! -e /small/yizhan/current ]
mount -o remount,size=400m /small
install old --prefix /small/yizhan
/small/yizhan/bin/yizhan --help > /dev/null
echo full=ended
"""
# the room's program moves to a small disk, on which the next release finds no place
FULL_UPGRADE = f"""
size=$(($(du -sm {PREFIX} | cut -f 1) + 30))
cp -a {PREFIX} /tmp/moved
mount -t tmpfs -o size=${{size}}m none {PREFIX}
cp -a /tmp/moved/. {PREFIX}/
if install next {INSTALL}; then exit 1; fi
echo "then=$(readlink {PREFIX}/current)"
yizhan verify > /dev/null
mount -o remount,size=600m {PREFIX}
install next {INSTALL}
sound full
"""


def build(work: Path) -> Path:
    command = [sys.executable, ROOT / "packaging" / "bundle.py", "--output", work]
    subprocess.run(command, check=True, capture_output=True)
    return next(work.glob("*.tar.gz"))


def derived(bundle: Path, target: Path, version: str, migration: str) -> Path:
    """The same program under another version with one more migration, as `packaging/bundle.py` would pack it."""
    with tempfile.TemporaryDirectory() as name:
        with tarfile.open(bundle) as tar:
            tar.extractall(name, filter="data")
        (folder,) = Path(name).iterdir()
        (wheel,) = (folder / "wheels").glob("yizhan-*.whl")
        before = wheel.name.split("-")[1]
        old = hashlib.sha256(wheel.read_bytes()).hexdigest()
        made = _wheel(wheel, version, migration)
        new = hashlib.sha256(made.read_bytes()).hexdigest()
        for path in [*folder.glob("requirements*.txt"), folder / "bundle.txt"]:
            text = path.read_text("utf-8").replace(old, new).replace(f"yizhan=={before}", f"yizhan=={version}")
            path.write_text(text.replace(f"version={before}", f"version={version}"), encoding="utf-8")
        (folder / "SHA256SUMS").unlink()
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
        (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
        with tarfile.open(target, "w:gz", compresslevel=1) as tar:
            tar.add(folder, arcname=folder.name)
    return target


def _wheel(wheel: Path, version: str, migration: str) -> Path:
    before = wheel.name.split("-")[1]
    target = wheel.with_name(wheel.name.replace(f"-{before}-", f"-{version}-"))
    with zipfile.ZipFile(wheel) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name in given.namelist():
            data = given.read(name)
            if name.endswith("dist-info/METADATA"):
                data = data.replace(f"\nVersion: {before}\n".encode(), f"\nVersion: {version}\n".encode())
            if name == "edge/migrations.py":
                data += f"\n\n@steps()\n{migration}".encode()
            if not name.endswith("dist-info/RECORD"):
                made.writestr(name.replace(f"yizhan-{before}.", f"yizhan-{version}."), data)
        record = f"yizhan-{version}.dist-info/RECORD"
        lines = [f"{name},," for name in [*made.namelist(), record]]
        made.writestr(record, "\n".join(lines) + "\n")
    wheel.unlink()
    return target


def bare_python(work: Path) -> Path | None:
    given = os.environ.get("YIZHAN_BARE_PYTHON")
    if given:
        return Path(given)
    if os.geteuid() or not shutil.which("debootstrap"):
        return None
    target = work / "debian"
    command: list[str | Path] = ["debootstrap", "--variant=minbase", "--include=python3", "bookworm", target]
    done = subprocess.run(command, check=False, capture_output=True)
    return target if done.returncode == 0 else None


def seen(said: str) -> tuple[int, str]:
    """Applications that the room lists, and the version in use. The last line of each counts."""
    numbers, stands = (re.findall(rf"^{name}=(.*)$", said, re.MULTILINE)[-1] for name in ("numbers", "stands"))
    return int(numbers), stands.removeprefix("versions/").rpartition("-")[0]


def cut_off(filled: Machine, folder: Path) -> tuple[int, int]:
    """Rooms with anything wrong of CUTS whose power goes during an upgrade, and how many were cut in the middle."""
    timed = filled.copy(folder / "whole").run(
        f"{WORDS}unpacked next\ndate +%s.%N\ninstall next {INSTALL}\ndate +%s.%N\n"
    )
    first, last = re.findall(r"^\d+\.\d+$", timed, re.MULTILINE)
    took_s = float(last) - float(first)
    wrong = middle = 0
    for number in range(CUTS):
        one = filled.copy(folder / str(number))
        after_s = took_s * (number + 1) / (CUTS + 1)
        middle += one.cut(f"{WORDS}unpacked next\necho go\ninstall next {INSTALL}\n", after_s)
        woke = one.run(f"{WORDS}yizhan verify > /dev/null\necho works=yes\n")
        ended = seen(one.run(f"{WORDS}install next {INSTALL}\nsound ended\n"))
        wrong += "works=yes" not in woke or ended != (FILED + 2, NEXT)
    return wrong, middle


def tried(bundle: Path, debian: Path, work: Path) -> Iterator[dict[str, Any]]:
    machine = Machine(work / "filled", [debian])
    given = {
        "old": bundle,
        "next": derived(bundle, work / "next.tar.gz", NEXT, ADDS),
        "broken": derived(bundle, work / "broken.tar.gz", BROKEN, FAILS),
    }
    for name, path in given.items():
        machine.put(path, f"{name}.tar.gz")
    put_answers(machine)
    filed, old = seen(machine.run(WORDS + FILL))
    again = seen(machine.copy(work / "again").run(WORDS + AGAIN))
    yield figure("install.sh again: applications lost", filed + 1 - again[0], "", limit=0, beside=again[1])
    through = seen(machine.copy(work / "through").run(WORDS + THROUGH))
    yield figure("install.sh, next release: applications lost", filed + 1 - through[0], "", limit=0, beside=through[1])
    back = seen(machine.copy(work / "back").run(WORDS + BACK))
    yield figure("install.sh, failing release: applications lost", filed + 1 - back[0], "", limit=0, beside=back[1])
    yield figure("the same: another program than the old one stands", float(back[1] != old), "", limit=0)
    yield from full_disks(machine, work, filed, old)
    wrong, middle = cut_off(machine, work / "cuts")
    yield figure(
        f"power cut at {CUTS} moments of install.sh: rooms with anything wrong",
        wrong,
        "",
        limit=0,
        beside=f"{middle} in the middle",
    )


def full_disks(machine: Machine, work: Path, filed: int, old: str) -> Iterator[dict[str, Any]]:
    first = machine.copy(work / "full-first").run(WORDS + FULL_FIRST)
    yield figure("full disk, first installation: not ended later", float("full=ended" not in first), "", limit=0)
    said = machine.copy(work / "full").run(WORDS + FULL_UPGRADE)
    full = seen(said)
    yield figure("full disk, upgrade: applications lost", filed + 1 - full[0], "", limit=0, beside=full[1])
    kept_old = f"then=versions/{old}-" in said
    yield figure("the same: the old program did not stay meanwhile", float(not kept_old), "", limit=0)


def figures() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        debian = bare_python(work)
        bundles = [build(work / name) for name in ("first", "second")]
        yield figure("offline bundle: size", bundles[0].stat().st_size / 1e6, "MB", beside=bundles[0].name)
        differ = float(bundles[0].read_bytes() != bundles[1].read_bytes())
        yield figure("offline bundle: two builds differ", differ, "", limit=0)
        if debian is None:
            sys.stderr.write("  no bare Debian with Python: root, debootstrap and a mirror, or YIZHAN_BARE_PYTHON\n")
            return
        yield from tried(bundles[0], debian, work)
