"""What the program writes about itself: one JSON object per line, and nothing that somebody typed.

A message of an exception may quote what was typed; only its kind and its place are written. The file turns over by
itself, so that an eMMC stick is not filled by it.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from edge.errors import YizhanError

FOLDER: Final = "logs"
NAME: Final = "node.jsonl"
BYTES_MAX: Final = 1 << 20
KEPT: Final = 2
FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
FRAMES: Final = 6
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def places(error: BaseException | None) -> str:
    """The kinds of an error and of its causes, each with its last places, innermost first."""
    said: list[str] = []
    while error is not None:
        steps = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)]
        kind = error.code if isinstance(error, YizhanError) else type(error).__name__
        said.append(f"{kind} at {' '.join(steps[-FRAMES:])}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " <- ".join(said)


class Plain(logging.Formatter):
    """For a terminal or the journal."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  its name in the library
        """A message on one line: nobody who got a line break into it begins a line of his own."""
        return _BREAKS.sub(lambda found: ascii(found[0])[1:-1], super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802  its name in the library
        return places(ei[1]) if isinstance(ei, tuple) else ""


class Json(logging.Formatter):
    """For programs, and for a bundle that is handed on."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "part": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["fault"] = places(record.exc_info[1])
        return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(said, ensure_ascii=False))


def keep(home: Path) -> logging.Handler | None:
    """Write the lines into the room's folder too, for as long as the program runs; None where that can't be written."""
    from logging.handlers import RotatingFileHandler  # which a command need not read

    try:
        (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
        handler = RotatingFileHandler(home / FOLDER / NAME, maxBytes=BYTES_MAX, backupCount=KEPT, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("no log is kept in the room's folder: %s", error.strerror)
        return None
    handler.setFormatter(Json())
    logging.getLogger().addHandler(handler)
    return handler


def end(handler: logging.Handler | None) -> None:
    """The program ends."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


def files(home: Path) -> list[Path]:
    """The lines that are kept, the oldest first."""
    return sorted((home / FOLDER).glob(f"{NAME}*"), reverse=True)
