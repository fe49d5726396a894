"""What the citizens' browser opens and saves with the policies of the kiosk package, and without them: a real Chromium.

Needs root (the policies lie over /etc/chromium in a view of the files of its own; the machine's stay as they are).
Developer tools stay allowed here, because whoever drives a browser needs them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Error, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_start import figure

POLICIES = Path(__file__).resolve().parent.parent / "packaging" / "kiosk" / "policies.json"
OUTSIDE = (
    "chrome://settings",
    "chrome://downloads",
    "file:///etc/hostname",
    "devtools://devtools/bundled/inspector.html",
)
PATIENCE_S = 20
STARTED_S = 3  # how long a download that was begun gets to show
PAGE = (
    b"<h1>room</h1><a id='a' href='/file'>load</a><script>onload = () => document.getElementById('a').click()</script>"
)


class Room(BaseHTTPRequestHandler):
    """A page that has its visitor load a file."""

    loaded: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        file = self.path == "/file"
        if file:
            self.loaded.set()
        body = b"x" * 100 if file else PAGE if self.path == "/loads" else b"<h1>room</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream" if file else "text/html")
        self.send_header("Content-Length", str(len(body)))
        if file:
            self.send_header("Content-Disposition", "attachment; filename=a.bin")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Room)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def browser(folder: Path, policies: dict[str, Any]) -> Path:
    """A program that starts Chromium with these policies."""
    (folder / "managed").mkdir(parents=True)
    (folder / "managed" / "kiosk.json").write_text(json.dumps(policies), encoding="utf-8")
    program = folder / "chromium"
    inside = f"mount -t tmpfs none /etc/chromium && mkdir /etc/chromium/policies && mount --bind {folder} /etc/chromium/policies"
    program.write_text(f'#!/bin/sh\nexec unshare --mount sh -c \'{inside} && exec chromium "$@"\' sh "$@"\n')
    program.chmod(0o755)
    return program


def opened(folder: Path, policies: dict[str, Any], room: str, addresses: list[str]) -> list[str]:
    """Which of the addresses the browser shows; the room's own page has to come."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"), executable_path=browser(folder, policies), args=["--no-sandbox", "--disable-gpu"]
        )
        page = context.pages[0]
        page.goto(room)
        if page.inner_text("h1") != "room":
            raise RuntimeError("the room's own page did not come")
        found = [address for address in addresses if _shows(context.new_page(), address)]
        context.close()
    return found


def _shows(page: Any, address: str) -> bool:
    try:
        page.goto(address)
    except Error:
        return False
    return not page.url.startswith("chrome-error:")


def saved(folder: Path, policies: dict[str, Any], room: str) -> int:
    """How many files lie in the visitor's folder after a page had him load one."""
    program, home = browser(folder, policies), folder / "home"
    home.mkdir()
    Room.loaded.clear()
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}/profile"]
    running = subprocess.Popen(
        [program, *flags, f"{room}/loads"],
        env={**os.environ, "HOME": str(home)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        asked, until = Room.loaded.wait(PATIENCE_S), time.monotonic() + STARTED_S
        while not (home / "Downloads").is_dir() and time.monotonic() < until:
            threading.Event().wait(0.1)
    finally:
        os.killpg(running.pid, 15)
        running.wait()
    if not asked:
        raise RuntimeError("the page did not ask for its file")
    return sum(1 for path in (home / "Downloads").glob("*") if path.is_file())


def figures() -> list[dict[str, Any]]:
    if os.geteuid() or not shutil.which("chromium") or not Path("/etc/chromium").is_dir():
        sys.stderr.write("  no Chromium, or not root: nothing to look at\n")
        return []
    with tempfile.TemporaryDirectory() as name, served() as room, served() as other:
        folder = Path(name)
        text = POLICIES.read_text(encoding="utf-8").replace("@ORIGIN@", room)
        kiosk: dict[str, Any] = {**json.loads(text), "DeveloperToolsAvailability": 1}
        addresses = [other, f"view-source:{room}", *OUTSIDE]
        free, shut = opened(folder / "a", {}, room, addresses), opened(folder / "b", kiosk, room, addresses)
        loads = saved(folder / "c", {}, room), saved(folder / "d", kiosk, room)
    return [
        figure(
            "kiosk browser: addresses outside the room that open",
            len(shut),
            f"of {len(addresses)}",
            limit=0,
            beside=f"without the policies {len(free)}",
        ),
        figure("kiosk browser: files a page can have saved", loads[1], "", limit=0, beside=f"without them {loads[0]}"),
    ]
