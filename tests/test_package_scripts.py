"""What the installers do about a program that is in use already: tried with programs that only say what they were asked."""

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path, PurePosixPath

import pytest
from test_packaging import INSTALL, PYTHON_TAG, ROOT, seal

from edge import file_locks, settings
from sync.centre.settings import CentreSettings

SETTLE = ROOT / "packaging" / "debian" / "settle"
# answers like `yizhan`, and fails where a file says so
SAYS = """#!/bin/sh
echo "{version} $*" >> "{book}"
[ "$1 $2" != "$(cat "{book}.fails" 2>/dev/null)" ]
"""


class Place:
    """A prefix with bundles for it. Their programs stand installed already, so that nothing has to be."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.prefix, self.home = folder, folder / "prefix", folder / "room"
        self.book = folder / "asked.txt"
        self.home.mkdir()
        (self.home / "node.toml").write_text("", encoding="utf-8")

    def bundle(self, version: str) -> Path:
        made = self.folder / f"bundle-{version}"
        made.mkdir()
        shutil.copy(INSTALL, made)
        about = {"version": version, "machine": platform.machine(), "python": PYTHON_TAG, "glibc": "2.17"}
        (made / "bundle.txt").write_text("".join(f"{key}={value}\n" for key, value in about.items()), "utf-8")
        for name in ("requirements.txt", "requirements-centre.txt"):
            (made / name).write_text(f"# {version} {name}\n", encoding="utf-8")
            found = subprocess.run(["sha256sum", made / name], capture_output=True, text=True, check=True).stdout[:8]
            program = self.prefix / "versions" / f"{version}-{found}" / "bin" / "yizhan"
            program.parent.mkdir(parents=True)
            program.write_text(SAYS.format(version=version, book=self.book), encoding="utf-8")
            program.chmod(0o755)
            shutil.copy(made / name, program.parent.parent / "installed.txt")
        seal(made)
        return made

    def install(self, bundle: Path, *more: str | Path) -> tuple[int, str]:
        command = ["sh", bundle / "install.sh", "--prefix", self.prefix, "--python", sys.executable, *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def asked(self) -> list[str]:
        said = self.book.read_text("utf-8").splitlines() if self.book.exists() else []
        self.book.unlink(missing_ok=True)
        return [line.split(" --home")[0] for line in said]

    def fails(self, words: str) -> None:
        Path(f"{self.book}.fails").write_text(words, encoding="utf-8")

    @property
    def used(self) -> str:
        return (self.prefix / "current").readlink().name.rsplit("-", 1)[0]


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_a_new_bundle_brings_the_room_along_and_an_older_one_is_refused(place):
    old, new = place.bundle("9.9"), place.bundle("9.10")
    assert place.install(old) == (0, "")
    assert place.install(old, "--home", place.home) == (0, "")
    assert place.asked() == []  # nothing to bring along
    code, said = place.install(new)
    assert (code, place.used) == (1, "9.9")
    assert "请指明它的警务室文件夹" in said
    code, said = place.install(new, "--home", place.folder)
    assert (code, place.used) == (1, "9.9")
    assert "里没有警务室" in said
    assert place.install(new, "--home", place.home)[0] == 0
    assert (place.used, place.asked()) == ("9.10", ["9.9 upgrade prepare", "9.10 upgrade finish"])
    assert place.install(new, "--home", place.home)[0] == 0
    assert place.asked() == []
    code, said = place.install(old, "--home", place.home)
    assert (code, place.used) == (1, "9.10")
    assert "正在用的 9.10 比" in said


@pytest.mark.parametrize("step", ["upgrade prepare", "upgrade finish"])
def test_what_does_not_come_through_leaves_the_old_program_in_use_until_it_does(place, step):
    old, new = place.bundle("9.9"), place.bundle("9.10")
    place.install(old)
    place.fails(step)
    code, said = place.install(new, "--home", place.home)
    assert (code, place.used) == (1, "9.9")
    assert "用的还是原来的" in said or "已换回" in said
    place.asked()
    place.fails("")
    assert place.install(new, "--home", place.home)[0] == 0
    assert (place.used, place.asked()) == ("9.10", ["9.9 upgrade prepare", "9.10 upgrade finish"])


def test_a_power_cut_before_the_end_is_ended_by_running_it_again(place):
    """The new program stands in its place, as the cut left it; its start found that the data went back."""
    old, new = place.bundle("9.9"), place.bundle("9.10")
    place.install(old)
    before = (place.prefix / "current").readlink()
    place.install(new, "--home", place.home)
    (place.prefix / "before").symlink_to(before)
    place.asked()
    place.fails("upgrade finish")
    assert place.install(new, "--home", place.home)[0] == 1
    assert (place.used, place.asked()) == ("9.9", ["9.10 upgrade finish"])
    assert not os.path.lexists(place.prefix / "before")


def test_the_centre_needs_no_room_named(place):
    old, new = place.bundle("9.9"), place.bundle("9.10")
    place.install(old, "--centre")
    assert place.install(new, "--centre") == (0, "")
    assert (place.used, place.asked()) == ("9.10", [])


# --- what the Debian package runs after it was unpacked, and before every start


def settle(folder, *, status="half-configured", works=True, killed=0, put=("yizhan", "yizhan.before")):
    """Run it on programs of one file each, of which the new one is killed so many times before it says whether it works.

    (exit code, the text of the program that stands, what lies there)
    """
    tools = folder / "tools"
    tools.mkdir()
    dies = f"echo >> {folder}/tries; [ $(wc -l < {folder}/tries) -gt {killed} ] || kill -9 $$\n"
    for name, text in (("dpkg-query", f"printf {status}"), ("yizhan", f"{dies}exit {0 if works else 1}")):
        (tools / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    for name in put:
        (folder / "opt" / name).mkdir(parents=True)
        (folder / "opt" / name / "VERSION").write_text("old" if name.endswith(".before") else "new", encoding="utf-8")
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "YIZHAN_PROGRAM": str(folder / "opt" / "yizhan")}
    done = subprocess.run(["sh", SETTLE], env=environment, capture_output=True, check=False)
    stands = (folder / "opt" / "yizhan" / "VERSION").read_text(encoding="utf-8")
    return done.returncode, stands, sorted(path.name for path in (folder / "opt").iterdir())


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ({}, (0, "new", ["yizhan"])),
        ({"put": ("yizhan",), "works": False}, (0, "new", ["yizhan"])),
        ({"works": False}, (3, "old", ["yizhan", "yizhan.refused"])),
        ({"killed": 1}, (0, "new", ["yizhan"])),
        ({"killed": 1, "works": False}, (3, "old", ["yizhan", "yizhan.refused"])),
        ({"killed": 9}, (137, "new", ["yizhan", "yizhan.before"])),
        ({"status": "half-installed"}, (3, "old", ["yizhan", "yizhan.refused"])),
        ({"put": ("yizhan.before",)}, (3, "old", ["yizhan"])),
    ],
    ids=[
        "comes through",
        "nothing under way",
        "goes back",
        "killed and gone on with",
        "killed and gone back",
        "killed for ever and left for the next start",
        "cut off while unpacking",
        "cut off while going back",
    ],
)
def test_one_whole_program_stands_in_the_end(tmp_path, given, ends):
    assert settle(tmp_path, **given) == ends


# --- who is at work on the data


def test_a_room_that_is_served_is_known_as_long_as_it_is(tmp_path):
    assert not file_locks.is_served(tmp_path)
    with file_locks.serving(tmp_path), file_locks.serving(tmp_path):
        assert file_locks.is_served(tmp_path)
    assert not file_locks.is_served(tmp_path)


def test_a_stick_that_the_desktop_mounts_is_where_the_service_looks_and_may_be_written_by_it(tmp_path):
    """udisks mounts for the logged-in person alone unless a rule says otherwise; what it reads of a rule is in udisks(8)."""
    (tmp_path / "node.toml").write_text('node_id = "5224250017"\n', encoding="utf-8")
    centre = next(one.default for one in fields(CentreSettings) if one.name == "ferry_dirs")
    for patterns in (settings.node_values(tmp_path)["ferry_dirs"], str(centre).split(":")):
        assert any(PurePosixPath("/media/KINGSTON").match(pattern) for pattern in patterns), patterns
    rule = (ROOT / "packaging" / "debian" / "stick.rules").read_text("utf-8").replace("\\\n", "")
    (line,) = [line for line in rule.splitlines() if line and not line.startswith("#")]
    said = dict(re.findall(r'ENV\{(\w+)\}="([^"]*)"', line))
    assert said.pop("UDISKS_FILESYSTEM_SHARED") == "1"
    assert set(said) == {f"UDISKS_MOUNT_OPTIONS_{kind}_DEFAULTS" for kind in ("VFAT", "EXFAT", "NTFS")}
    for options in said.values():
        assert {"dmask=0000", "fmask=0111", "uid=$$UID"} <= set(
            options.split(",")
        )  # $$: a dollar of udisks, not of udev
