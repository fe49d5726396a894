"""Build the package of the citizens' screen: dist/yizhan-kiosk_VERSION_all.deb, the same on every kind of machine.

`python packaging/kiosk_deb.py [--output DIR]`. In it are the browser's policies, the session that starts it, the unit
for a machine of its own, and what starts it beside an officer's desktop; Chromium and cage are Debian's. The same
sources give the same bytes (SOURCE_DATE_EPOCH, or the time of the last commit).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import deb  # noqa: E402  a script beside this one, found by the line above
from bundle import project_version  # noqa: E402

FILES = (
    ("policies.json", "usr/share/yizhan-kiosk/policies.json", 0o644),
    ("logind.conf", "usr/share/yizhan-kiosk/logind.conf", 0o644),
    ("session", "usr/lib/yizhan-kiosk/session", 0o755),
    ("beside", "usr/lib/yizhan-kiosk/beside", 0o755),
    ("kiosk", "etc/yizhan/kiosk", 0o644),
    ("pam", "etc/pam.d/yizhan-kiosk", 0o644),
    ("yizhan-kiosk.desktop", "etc/xdg/autostart/yizhan-kiosk.desktop", 0o644),
    ("yizhan-kiosk.service", "lib/systemd/system/yizhan-kiosk.service", 0o644),
)


def put_files(root: Path) -> None:
    for source, target, mode in FILES:
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((HERE / "kiosk" / source).read_bytes())
        path.chmod(mode)
    # the session lays its policies over this folder, in its own view of the files
    (root / "etc/chromium/policies/managed").mkdir(parents=True)
    about = root / "usr/share/doc/yizhan-kiosk/copyright"
    about.parent.mkdir(parents=True)
    about.write_text(
        "Part of Yizhan 驿站. Chromium and cage are packages of Debian with licences of their own.\n", "utf-8"
    )


def put_control(root: Path) -> None:
    control = root / "DEBIAN"
    control.mkdir()
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024 + 1
    text = (HERE / "kiosk" / "debian" / "control").read_text("utf-8")
    text = text.replace("@VERSION@", project_version()).replace("@SIZE@", str(size))
    (control / "control").write_text(text, encoding="utf-8")
    kept = "".join(f"/{target}\n" for _, target, _ in FILES if target.startswith("etc/"))
    (control / "conffiles").write_text(kept, encoding="utf-8")
    for name in ("postinst", "prerm", "postrm"):
        (control / name).write_bytes((HERE / "kiosk" / "debian" / name).read_bytes())
        (control / name).chmod(0o755)


def build(output: Path) -> Path:
    """Build the package and return its path; raises BundleError."""
    with tempfile.TemporaryDirectory(prefix="yizhan-kiosk-") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        put_files(root)
        put_control(root)
        return deb.pack(root, output / f"yizhan-kiosk_{project_version()}_all.deb")


if __name__ == "__main__":
    sys.exit(deb.command("Build the package of the citizens' screen.", build))
