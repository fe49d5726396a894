"""The citizens' session on screens that nobody sees: how long after the power is back the page stands there, and whether
a browser that fell over and a room that was away come back by themselves.

The room, and cage with the session as the unit starts it, begin at the same moment, as at a boot; the kernel's own start is
not in the figures. cage draws into sway, which has no screen: a picture taken of cage itself is an old one, because cage
0.1.4 does not draw what it hands to the screen unchanged. The second screen of an officer's desktop is one of two of an X
server without a card. The picture lies in build/kiosk-session.png. Needs root and Debian's chromium, cage, xwayland, sway,
grim; for the second screen xserver-xorg-core, xserver-xorg-video-dummy, x11-xserver-utils and openbox.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_start import figure, free_port
from PIL import Image, ImageGrab

ROOT = Path(__file__).resolve().parent.parent
KIOSK = ROOT / "packaging" / "kiosk"
PICTURE = ROOT / "build" / "kiosk-session.png"
SCREEN = (1920, 1080)
DESK = (1366, 768)  # the officer's own, to the left of the citizens'
PROGRAMS = ("chromium", "cage", "sway", "grim", "Xwayland")
PROGRAMS_X11 = ("Xorg", "xrandr", "openbox")
LIMIT_S = 60
PATIENCE_S = 120
AWAY_S = 12  # longer than the session looks away; a room that is back sooner goes on with the page that stands
# the head of the kiosk's home page, and how much of the screen it has at least
BLUE, BLUE_PARTS = (18, 63, 134), 0.05
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--")
SWAY = """
output HEADLESS-1 resolution {0}x{1} bg #804000 solid_color
default_border none
for_window [title=".*"] fullscreen enable
"""
XORG = """
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 64000
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  DefaultDepth 24
  SubSection "Display"
    Virtual 4096 2048
  EndSubSection
EndSection
"""
MODES = (
    *(("--newmode", "desk", "85.25", "1366", "1436", "1579", "1792", "768", "771", "774", "798"),),
    *(("--newmode", "kiosk", "173", "1920", "2048", "2248", "2576", "1080", "1083", "1088", "1120"),),
    *(("--addmode", "DUMMY0", "desk"), ("--addmode", "DUMMY1", "kiosk")),
    ("--output", "DUMMY0", "--mode", "desk", "--output", "DUMMY1", "--mode", "kiosk", "--right-of", "DUMMY0"),
)


@contextmanager
def alone(command: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program whose every child ends with it, because its processes are numbered apart."""
    with log.open("wb") as said:
        running = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", *command],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
            stdout=said,
            stderr=said,
        )
        try:
            yield running
        finally:
            # the first process of the new numbers: with it go all others, whoever they became meanwhile
            for child in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text("utf-8").split():
                os.kill(int(child), signal.SIGKILL)
            running.wait()


def until(is_so: Callable[[], bool], what: str) -> float:
    """Seconds until it is so. TimeoutError names what did not come."""
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > PATIENCE_S:
            raise TimeoutError(f"{what} did not come within {PATIENCE_S} s")
        threading.Event().wait(0.1)
    return time.monotonic() - begun


def shows_the_page(picture: Image.Image) -> bool:
    """Whether the head of the kiosk's home page is on it, in its colour and over its width."""
    small = picture.convert("RGB").resize((192, 108))
    near = sum(all(abs(a - b) < 6 for a, b in zip(pixel, BLUE, strict=True)) for pixel in small.get_flattened_data())
    return near >= BLUE_PARTS * 192 * 108


def browsers(profile: Path) -> list[int]:
    """The process of each running browser of this session; what it started for its pages is left out."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        mine = f"--user-data-dir={profile}".encode() in words and b"chromium" in words[0]
        if mine and not any(word.startswith(b"--type=") for word in words):
            found.append(int(path.parent.name))
    return found


class Session:
    """The folder that one session runs in, and the room that it shows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.socket = ""
        self.running = folder / "run"
        self.profile = self.running / "yizhan-kiosk-65534" / "profile"
        for path in (self.running, folder / "home"):
            path.mkdir()
            os.chown(path, 65534, 65534)
        folder.chmod(0o755)
        for name in ("session", "policies.json"):
            shutil.copy(KIOSK / name, folder / name)
        (folder / "session").chmod(0o755)
        Path("/etc/chromium/policies").mkdir(exist_ok=True)  # as the kiosk's package has it
        self.made("init", "--node", "5224250017", "--room", "石门乡警务室", "--port", str(self.port))

    def made(self, *words: str) -> None:
        command = [sys.executable, "-m", "edge", *words, "--home", self.folder / "room"]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(self.running),
            "SHARE": str(self.folder),
            "ADDRESS": f"http://127.0.0.1:{self.port}/kiosk/",
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            **more,
        }

    @contextmanager
    def served(self) -> Iterator[None]:
        """The room's program; its end is a kill."""
        command = [sys.executable, "-m", "edge", "serve", "--home", str(self.folder / "room")]
        with alone(command, self.folder / "room.log", PYTHONPATH=str(ROOT)):
            yield

    def command(self) -> list[str]:
        """What the unit starts, with this folder's session."""
        text = (KIOSK / "yizhan-kiosk.service").read_text(encoding="utf-8")
        found = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
        assert found is not None
        return [*NOBODY, *found[1].replace("/usr/lib/yizhan-kiosk", str(self.folder)).split()]


@contextmanager
def screen(session: Session) -> Iterator[Callable[[], Image.Image]]:
    """sway without a screen, and what takes its picture."""
    config = session.folder / "sway.conf"
    config.write_text(SWAY.format(*SCREEN), encoding="utf-8")
    command = [*NOBODY, "sway", "--config", str(config)]
    with alone(command, session.folder / "sway.log", **session.environment(WLR_BACKENDS="headless")):
        until(lambda: any(session.running.glob("wayland-?")), "sway")
        (socket,) = session.running.glob("wayland-?")
        around = {**os.environ, **session.environment(WAYLAND_DISPLAY=socket.name)}

        def look() -> Image.Image:
            taken = subprocess.run(["grim", "-t", "ppm", "-"], env=around, check=True, capture_output=True).stdout
            return Image.open(io.BytesIO(taken))

        session.socket = socket.name
        yield look


def comes_back(session: Session, look: Callable[[], Image.Image], broken: Callable[[], object]) -> float:
    """Seconds until another browser than that of before shows the page again."""
    before = set(browsers(session.profile))
    begun = time.monotonic()
    broken()
    until(lambda: bool(set(browsers(session.profile)) - before), "another browser")
    until(lambda: shows_the_page(look()), "the page")
    return time.monotonic() - begun


def in_cage(folder: Path) -> list[dict[str, Any]]:
    session = Session(folder)
    with ExitStack() as stack:
        look = stack.enter_context(screen(session))
        room = stack.enter_context(ExitStack())
        around = session.environment(WLR_BACKENDS="wayland", WAYLAND_DISPLAY=session.socket)
        begun = time.monotonic()
        room.enter_context(session.served())
        stack.enter_context(alone(session.command(), session.folder / "cage.log", **around))
        until(lambda: shows_the_page(look()), "the page")
        came = time.monotonic() - begun
        PICTURE.parent.mkdir(exist_ok=True)
        look().save(PICTURE)

        (browser,) = browsers(session.profile)
        crashed = comes_back(session, look, lambda: os.kill(browser, signal.SIGKILL))
        room.close()
        threading.Event().wait(AWAY_S)
        away = comes_back(session, look, lambda: room.enter_context(session.served()))
    return [
        figure(
            "kiosk: power back to the page, without the kernel", came, "s", limit=LIMIT_S, beside="room and session"
        ),
        figure("kiosk: browser killed to the page again", crashed, "s", limit=LIMIT_S),
        figure(f"kiosk: room away for {AWAY_S} s, back to a fresh page", away, "s", limit=LIMIT_S),
    ]


def beside(folder: Path) -> list[dict[str, Any]]:
    """The citizens' browser on the second screen, nothing of it on the officer's."""
    session = Session(folder)
    config = folder / "xorg.conf"
    config.write_text(XORG, encoding="utf-8")
    display = ":77"
    command = [
        "Xorg",
        display,
        "-ac",
        "-config",
        str(config),
        "-noreset",
        "-novtswitch",
        "-sharevts",
        "-nolisten",
        "tcp",
    ]
    around = session.environment(DISPLAY=display, SCREEN=f"{DESK[0]},0", STATE_DIRECTORY=str(folder / "home"))
    with ExitStack() as stack:
        stack.enter_context(alone(command, folder / "xorg.log"))
        until(lambda: Path("/tmp/.X11-unix/X77").exists() and _xrandr(display) == 0, "Xorg")
        for words in MODES:
            _xrandr(display, *words)
        stack.enter_context(alone([*NOBODY, "openbox"], folder / "openbox.log", **around))
        stack.enter_context(session.served())
        stack.enter_context(alone([*NOBODY, str(folder / "session")], folder / "session.log", **around))

        def look() -> Image.Image:
            return ImageGrab.grab(xdisplay=display)

        right = (DESK[0], 0, DESK[0] + SCREEN[0], SCREEN[1])
        until(lambda: shows_the_page(look().crop(right)), "the page")
        touched = look().crop((0, 0, *DESK)).convert("L").point(lambda value: 255 if value else 0).getbbox()
    return [figure("kiosk on the second screen: on the officer's too", float(touched is not None), "", limit=0)]


def _xrandr(display: str, *words: str) -> int:
    return subprocess.run(["xrandr", "--display", display, *words], check=False, capture_output=True).returncode


def figures() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for needed, measure in ((PROGRAMS, in_cage), (PROGRAMS_X11, beside)):
        missing = [name for name in needed if not shutil.which(name)]
        if os.geteuid() or missing:
            sys.stderr.write(f"  not looked at: it needs root and {', '.join(needed)}; missing: {missing}\n")
            continue
        with tempfile.TemporaryDirectory() as folder:
            found += measure(Path(folder))
    return found
