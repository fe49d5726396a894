"""A bare Debian in which packages are installed, upgraded and cut off: a folder under an overlay, namespaces of its own,
and a stand-in for systemd that does what the unit says in its order.

A cut ends every process of the machine at once and keeps its disk. Pages that the kernel had not written yet are not
lost by it, as a real power cut would lose them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

# what a boot does before anything else; the network is the loopback and nothing more
BOOT = """
mount -t overlay overlay -o lowerdir="$LOWER",upperdir="$UPPER",workdir="$WORK" "$ROOT"
ip link set lo up
mount -t proc proc "$ROOT/proc"
mount -t tmpfs tmpfs "$ROOT/run"
mkdir -p "$ROOT/run/systemd/system"
exec chroot "$ROOT" sh -eu /tmp/inside.sh
"""
SYSTEMCTL = r"""#!/bin/sh
# ExecStartPre and ExecStart of the unit as its user; nothing else of systemd
set -u
unit=/lib/systemd/system/yizhan.service
line() { sed -n "s/^$1=[-+]*//p" "$unit"; }
stop() {
    [ -f /run/yizhan.pid ] || return 0
    kill "$(cat /run/yizhan.pid)" 2>/dev/null
    while kill -0 "$(cat /run/yizhan.pid)" 2>/dev/null; do sleep 0.05; done
    rm /run/yizhan.pid
}
printf '%s\n' "$*" >> /tmp/systemctl.txt
case $1 in
    stop) stop ;;
    start | restart)
        stop
        $(line ExecStartPre)
        cd /
        YIZHAN_HOME=/var/lib/yizhan setsid setpriv --reuid yizhan --regid yizhan --init-groups \
            $(line ExecStart) >> /tmp/serve.log 2>&1 &
        echo $! > /run/yizhan.pid ;;
esac
exit 0
"""
# usable by every script that runs inside
WORDS = """
answers() {
    ask="import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8600/$1/').status)"
    until /opt/yizhan/bin/python3 -I -c "$ask" 2>/dev/null | grep -q 200; do
        kill -0 "$(cat /run/yizhan.pid)" || { tail -5 /tmp/serve.log; exit 1; }
    done
}
stands() { cat /opt/yizhan/VERSION; }
"""


class Machine:
    """One disk. `below`: what lies under it, uppermost first; the folder of a machine that is off may lie there too."""

    def __init__(self, folder: Path, below: list[Path]) -> None:
        self.disk, self._below = folder / "disk", below
        self._work, self._root = folder / "work", folder / "root"
        for path in (self.disk, self._work, self._root):
            path.mkdir(parents=True)

    def copy(self, folder: Path) -> Machine:
        """Another machine that begins with this one's disk; this one stays off from here on."""
        return Machine(folder, [self.disk, *self._below])

    def put(self, given: Path, name: str) -> None:
        (self.disk / "tmp").mkdir(exist_ok=True, mode=0o1777)
        shutil.copyfile(given, self.disk / "tmp" / name)

    def start(self, script: str) -> subprocess.Popen[str]:
        """Boot and run a script inside; the machine is off when it ends."""
        local = self.disk / "usr" / "local" / "bin"
        local.mkdir(parents=True, exist_ok=True)
        (local / "systemctl").write_text(SYSTEMCTL, encoding="utf-8")
        (local / "systemctl").chmod(0o755)
        settings = self.disk / "etc" / "dpkg" / "dpkg.cfg.d"
        settings.mkdir(parents=True, exist_ok=True)
        # what a cut ends here is programs, never the disk: waiting for it would show nothing
        (settings / "quick").write_text("force-unsafe-io\n", encoding="utf-8")
        (self.disk / "tmp").mkdir(exist_ok=True, mode=0o1777)
        (self.disk / "tmp" / "inside.sh").write_text(WORDS + script, encoding="utf-8")
        lower = ":".join(str(path) for path in self._below)
        return subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-eu", "-c", BOOT],
            env={
                "PATH": os.environ["PATH"],
                "DEBIAN_FRONTEND": "noninteractive",
                "LOWER": lower,
                "UPPER": str(self.disk),
                "WORK": str(self._work),
                "ROOT": str(self._root),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, script: str) -> str:
        """The whole output. RuntimeError where the script fails."""
        started = self.start(script)
        said = started.communicate()[0]
        if started.returncode:
            raise RuntimeError(said)
        return said

    def cut(self, script: str, after_s: float) -> bool:
        """Run a script and cut the power so many seconds after it said "go"; whether it was still running then."""
        started = self.start(script)
        assert started.stdout is not None
        while started.stdout.readline().strip() not in ("go", ""):
            pass
        timer = threading.Timer(after_s, started.kill)  # its child, the first process of the machine, goes with it
        timer.start()
        started.communicate()
        timer.cancel()
        return started.returncode != 0


def derived(package: Path, target: Path, version: str, *, migration: str = "") -> Path:
    """The same program under another version, with one more migration: what the next release would be."""
    tree = target.with_suffix("")
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    program = tree / "opt" / "yizhan"
    (old,) = program.glob("lib/python3*/site-packages/yizhan-*.dist-info")
    before = old.name.removeprefix("yizhan-").removesuffix(".dist-info")
    about = old / "METADATA"
    about.write_text(about.read_text("utf-8").replace(f"\nVersion: {before}\n", f"\nVersion: {version}\n"), "utf-8")
    old.rename(old.with_name(f"yizhan-{version}.dist-info"))
    (program / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    if migration:
        module = old.parent / "edge" / "migrations.py"
        module.write_text(f"{module.read_text('utf-8')}\n\n@steps()\n{migration}", encoding="utf-8")
        for compiled in (module.parent / "__pycache__").glob("migrations.*.pyc"):
            compiled.unlink()
    for path in (tree / "DEBIAN").iterdir():
        path.write_text(path.read_text("utf-8").replace(before, version), encoding="utf-8")
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, target], check=True, stdout=subprocess.DEVNULL
    )
    shutil.rmtree(tree)
    return target
