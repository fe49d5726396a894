"""The printers of A4 paper: one that the system knows (CUPS, through `lp`), or a folder that keeps what was printed."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, Protocol

from edge.config.device_file import Printer as Config
from edge.durable import write_whole
from edge.errors import problem

KEPT_MAX: Final = 50
PATIENCE_S: Final = 20
FAULTS: Final = frozenset({"printer_absent", "sheet_printer_silent", "sheet_printer_program"})
# what the room has to mend, so that it becomes a ticket
BROKEN: Final = FAULTS - {"printer_absent"}


class Sheets(Protocol):
    """A printer of A4 paper."""

    def print(self, pdf: bytes, title: str) -> None:
        """Raises one of FAULTS. `title`: what the job is called in the printer's list."""

    def probe(self) -> None:
        """Raises one of FAULTS when it would not print."""


class System:
    """A queue of CUPS; no name: the one that the system prefers."""

    def __init__(self, config: Config) -> None:
        self._queue = config.port

    def print(self, pdf: bytes, title: str) -> None:
        queue = ("-d", self._queue) if self._queue else ()
        self._ask("lp", *queue, "-t", title, "-o", "media=A4", "-o", "fit-to-page", "-", data=pdf)

    def probe(self) -> None:
        """Whether the queue is there and takes jobs."""
        said = self._ask("lpstat", "-a", *([self._queue] if self._queue else []))
        if b"not accepting" in said or not said.strip():
            raise problem("sheet_printer_silent")

    @staticmethod
    def _ask(*words: str, data: bytes = b"") -> bytes:
        program = shutil.which(words[0])
        if program is None:
            raise problem("sheet_printer_program")
        try:
            done = subprocess.run(  # noqa: S603 - a program of the system; the queue's name is checked with devices.toml
                [program, *words[1:]],
                input=data,
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise problem("sheet_printer_silent") from error
        if done.returncode:
            raise problem("sheet_printer_silent")
        return done.stdout


class Folder:
    """Every job becomes a file, the newest KEPT_MAX are kept: for tests, training, and to see what would be printed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, pdf: bytes, title: str) -> None:  # noqa: ARG002 - a file needs none
        try:
            self._write(pdf)
        except OSError as error:
            raise problem("sheet_printer_silent") from error

    def _write(self, pdf: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        held = sorted(self._folder.glob("*.pdf"))
        write_whole(self._folder / f"{int(held[-1].stem) + 1 if held else 1:06d}.pdf", pdf)
        for old in held[: max(0, len(held) + 1 - KEPT_MAX)]:
            old.unlink()

    def probe(self) -> None:
        """Nothing can be wrong before it is written."""


def made(config: Config, home: Path) -> Sheets:
    """The driver of a printer of devices.toml; opens nothing."""
    return Folder(home / config.port) if config.connection == "file" else System(config)
