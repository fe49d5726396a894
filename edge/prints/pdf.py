"""A sheet of a service as a PDF of A4 pages, made by the Chromium of this machine; nothing leaves it."""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g

from edge import web
from edge.errors import problem
from edge.os_words import why
from edge.prints import pages
from edge.room import Room
from edge.routes import Route, Who, register
from edge.serving import Server
from forms.definition import Definition

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_S = 120
_HOST = "127.0.0.1"
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
# it asks nobody for updates, keeps nothing, and puts no lines of its own on the paper
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--no-pdf-header-footer",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: which sheet of which service, for which room, in which language, and its mark."""

    definition: Definition
    room: Room
    name: str
    language: str
    trial: bool
    practice: bool = False


def find_browser(wanted: str = "") -> str:
    """The program that prints: `wanted`, else what is installed. Raises browser_missing."""
    found = next(filter(None, map(shutil.which, (wanted,) if wanted else PROGRAMS)), None)
    if found is None:
        raise problem("browser_missing", wanted=wanted or "chromium")
    return found


def write(sheet: Sheet, out: Path, browser: str) -> int:
    """Print into `out`, whole or not at all; how many pages there are. Raises pdf_failed, file_not_written."""
    server = Server(create_app(sheet), _HOST, 0)
    try:
        with tempfile.TemporaryDirectory(prefix="yizhan-pdf-") as folder:
            data = _printed(browser, f"{server.url}/", Path(folder))
    finally:
        server.stop()
    try:
        out.write_bytes(data)
    except OSError as error:
        raise problem("file_not_written", file=out, detail=why(error)) from error
    return len(_PAGE.findall(data))


def of_page(browser: str, url: str) -> bytes:
    """A page of a program on this machine, printed. Raises browser_missing, pdf_failed."""
    with tempfile.TemporaryDirectory(prefix="yizhan-pdf-") as folder:
        return _printed(find_browser(browser), url, Path(folder))


def _printed(browser: str, url: str, folder: Path) -> bytes:
    file = folder / "sheet.pdf"
    # Chromium refuses its sandbox to root; the page is ours, and a citizen's program never runs as root
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    command = [browser, *_FLAGS, *root, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={file}", url]
    try:
        done = subprocess.run(  # noqa: S603 - a program that the technician installed, an address of our own
            command, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise problem("pdf_failed", detail=str(error)) from error
    if done.returncode or not file.is_file():
        raise problem("pdf_failed", detail=done.stderr.decode(errors="replace")[-500:].strip())
    return file.read_bytes()


def create_app(sheet: Sheet) -> Flask:
    """A program that shows this one sheet, for as long as it takes to print it."""
    out = "/" if sheet.practice else ""
    app = web.make_app("pdf", secret=secrets.token_bytes(32), title=sheet.definition.title, practice=out)
    app.extensions["yizhan.pdf"] = sheet
    app.register_blueprint(bp)
    return app


def show() -> str:
    """The sheet."""
    sheet = _sheet()
    g.on_trial = sheet.trial
    web.use_language(sheet.language)
    return pages.page(sheet.definition, sheet.room, sheet.name, "/margins.css")


def style() -> Response:
    """What stands in its margins."""
    sheet = _sheet()
    web.use_language(sheet.language)
    return pages.margins(sheet.definition, sheet.room, sheet.name)


def _sheet() -> Sheet:
    found: Sheet = current_app.extensions["yizhan.pdf"]
    return found


bp = Blueprint("pdf", __name__)
ROUTES = (Route("/", show, Who.ANYONE), Route("/margins.css", style, Who.ANYONE))
register(bp, ROUTES)
