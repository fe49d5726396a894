"""Build the offline bundle: every wheel that a room needs, their hashes, an inventory of what others wrote, and
install.sh, as one tar file in dist/.

`python packaging/bundle.py [--output DIR] [--machine aarch64|win_amd64]` needs a network once; what it makes, none.
It is for the Python that it ran on, and carries the versions that stand in this environment, which are those that were
tested. Every compiled part is a wheel for glibc 2.28 and newer, so a bundle can be made for another kind of machine.
The same sources and the same versions give the same bytes (SOURCE_DATE_EPOCH, or the time of the last commit).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import zipfile
from importlib.metadata import distributions, version
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
import inventory  # a script beside this one, found by the line above

ROOT = Path(__file__).resolve().parent.parent
# what install.sh may be asked to install, and the file that lists all of it with hashes
SETS = {"requirements.txt": "yizhan[printer]", "requirements-centre.txt": "yizhan[centre,printer]"}
WINDOWS = "win_amd64"
# what packages want on Windows alone, which pip on another system does not think of: colours of click, time zones
ON_WINDOWS = ("colorama", "tzdata")
GLIBC_MINORS = range(17, 29)  # manylinux_2_17 .. manylinux_2_28: Debian 10, openEuler 20.03 and what came after
NO_HISTORY_S = 1_793_491_200  # the time given to files where neither SOURCE_DATE_EPOCH nor git says one


class BundleError(Exception):
    """A step that failed; the text says which, and what the tool said."""


def run(*command: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundleError(f"{' '.join(command)}\nfailed with exit code {done.returncode}:\n{done.stderr.strip()}")
    return done.stdout


def pip(*arguments: str, environment: dict[str, str] | None = None) -> str:
    return run(
        sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments, environment=environment
    )


def project_version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def python_tag() -> str:
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def source_time() -> int:
    """Seconds since 1970 that every file of the bundle bears."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    try:
        return int(run("git", "log", "-1", "--format=%ct"))
    except (BundleError, FileNotFoundError):
        return NO_HISTORY_S


def tested_versions() -> str:
    """The versions of this environment as pip constraints."""
    found = {f"{dist.name}=={dist.version}" for dist in distributions() if dist.name != "yizhan"}
    return "\n".join(sorted(found)) + "\n"


def platforms(machine: str) -> list[str]:
    """Options of pip for wheels that run on this kind of machine, oldest glibc included."""
    if machine == WINDOWS:
        return ["--only-binary", ":all:", "--implementation", "cp", "--platform", WINDOWS]
    names = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS] + [f"manylinux2014_{machine}"]
    chosen = [word for name in names for word in ("--platform", name)]
    return ["--only-binary", ":all:", "--implementation", "cp", *chosen]


def collect(wheels: Path, work: Path, machine: str) -> None:
    """Put the project's wheel, pip's and those of all dependencies into `wheels`; no source builds but our own."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_time())}
    pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT), environment=environment)
    constraints = work / "constraints.txt"
    constraints.write_text(tested_versions(), encoding="utf-8")
    ours = next(wheels.glob("yizhan-*.whl"))
    extras, more = ("printer", ON_WINDOWS) if machine == WINDOWS else ("centre,printer", ())
    pip(
        *("download", *platforms(machine), "--dest", str(wheels), "--constraint", str(constraints)),
        *(f"yizhan[{extras}] @ {ours.as_uri()}", f"pip=={version('pip')}", *more),
    )


def sets(machine: str) -> dict[str, tuple[str, ...]]:
    """File of requirements -> what it installs; the centre is not for Windows."""
    if machine == WINDOWS:
        return {"requirements.txt": (SETS["requirements.txt"], *ON_WINDOWS)}
    return {name: (wanted,) for name, wanted in SETS.items()}


def closure(wheels: Path, wanted: tuple[str, ...], machine: str) -> list[str]:
    """Names and versions of everything that installing `wanted` from the wheels brings, as "name==version"."""
    report = json.loads(
        pip(
            *("--isolated", "install", "--dry-run", "--ignore-installed", "--no-index", "--target", str(wheels)),
            *(*platforms(machine), "--find-links", str(wheels), "--report", "-", *wanted),
        )
    )
    about = [entry["metadata"] for entry in report["install"]]
    return sorted(f"{entry['name'].lower()}=={entry['version']}" for entry in about)


def wheel_hashes(wheels: Path) -> dict[str, str]:
    """SHA-256 by normalised "name==version" as a wheel's file name spells it."""
    hashes = {}
    for wheel in sorted(wheels.glob("*.whl")):
        name, number = wheel.name.split("-")[:2]
        hashes[f"{normal(name)}=={number}"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return hashes


def normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def requirements(wheels: Path, machine: str, *wanted: str) -> str:
    """Lines that pip accepts with --require-hashes, and no address anywhere."""
    hashes = wheel_hashes(wheels)
    lines = []
    for pinned in closure(wheels, wanted, machine):
        name, number = pinned.split("==")
        lines.append(f"{name}=={number} --hash=sha256:{hashes[f'{normal(name)}=={number}']}")
    return "\n".join(lines) + "\n"


def fill(folder: Path, work: Path, machine: str) -> None:
    """Everything that goes into the bundle, SHA256SUMS last because it covers the rest."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    collect(wheels, work, machine)
    for name, wanted in sets(machine).items():
        (folder / name).write_text(requirements(wheels, machine, *wanted), encoding="utf-8")
    inventory.write(folder, project_version(), pinned(folder / "requirements.txt"), source_time())
    glibc = f"2.{GLIBC_MINORS[-1]}"
    about = f"version={project_version()}\nmachine={machine}\npython={python_tag()}\nglibc={glibc}\n"
    (folder / "bundle.txt").write_text(about, encoding="utf-8")
    script = "install.ps1" if machine == WINDOWS else "install.sh"
    shutil.copyfile(ROOT / "packaging" / script, folder / script)
    shutil.copyfile(ROOT / "edge" / "static" / "vendor" / "licences.txt", folder / "licences-front-end.txt")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}" for path in files]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")


def pinned(path: Path) -> list[str]:
    """What a file of requirements names, as "name==version"."""
    return [line.split()[0] for line in path.read_text(encoding="utf-8").splitlines()]


def entry(path: Path, name: str, seconds: int) -> tarfile.TarInfo:
    about = tarfile.TarInfo(name)
    about.size = path.stat().st_size
    about.mtime = seconds
    about.mode = 0o755 if path.suffix == ".sh" else 0o644
    return about


def pack(folder: Path, target: Path) -> None:
    """A tar file whose bytes depend on the files' names and contents alone."""
    seconds = source_time()
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            with path.open("rb") as data:
                tar.addfile(entry(path, f"{folder.name}/{path.relative_to(folder)}", seconds), data)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=seconds) as packed:
        packed.write(raw.getvalue())


def pack_zip(folder: Path, target: Path) -> None:
    """The same for Windows, which opens a zip file by itself."""
    moment = time.gmtime(source_time())[:6]
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:  # wheels are packed already
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            about = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", moment)
            about.external_attr = 0o644 << 16
            packed.writestr(about, path.read_bytes())


def build(output: Path, machine: str) -> Path:
    """Build the bundle and return its path; raises BundleError."""
    work = ROOT / "build" / f"bundle-{os.getpid()}"
    folder = work / f"yizhan-{project_version()}-offline"
    system = "windows" if machine == WINDOWS else f"linux-{machine}"
    target = output / f"{folder.name}-{system}-{python_tag()}{'.zip' if machine == WINDOWS else '.tar.gz'}"
    try:
        fill(folder, work, machine)
        (pack_zip if machine == WINDOWS else pack)(folder, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the offline bundle.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--machine", choices=["x86_64", "aarch64", WINDOWS], default=platform.machine())
    options = parser.parse_args()
    try:
        target = build(options.output, options.machine)
    except BundleError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}  {target.stat().st_size / 1e6:.1f} MB  sha256 {hashlib.sha256(target.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
