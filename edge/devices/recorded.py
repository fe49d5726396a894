"""A reader that replays a file: for tests, for the demonstration, and for training where no reader is at hand.

The file: {"reads": [{"number": …, "name": …, "photo": "a.jpg"}, {"fault": "card_absent"}, …]}, one after the other, and
again from the start. A photo is a file beside it. Cards are of made-up people.
"""

import json
import threading
from pathlib import Path
from typing import Any

from edge.devices import card
from edge.devices.card import Card
from edge.errors import YizhanError, problem

FAULTS = frozenset({"reader_silent", "card_absent", "card_unreadable"})


class Recorded:
    """One recorded reader; a restart begins anew."""

    typed = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = 0
        self._lock = threading.Lock()

    def read(self) -> Card:
        """The next of the file. Raises the fault that it says, reader_silent without a file, reader_words."""
        reads = self._reads()
        with self._lock:
            said = reads[self._turn % len(reads)]
            self._turn += 1
        if said.get("fault") in FAULTS:
            raise problem(said["fault"])
        picture = said.get("photo", "")
        return card.made(said, _beside(self._path, picture) if picture else b"")

    def probe(self) -> None:
        """Raises reader_silent, reader_words."""
        self._reads()

    def _reads(self) -> list[dict[str, Any]]:
        try:
            reads: list[dict[str, Any]] = json.loads(self._path.read_bytes())["reads"]
        except OSError as error:
            raise problem("reader_silent") from error
        except (ValueError, KeyError, TypeError) as error:
            raise _not_understood() from error
        if not isinstance(reads, list) or not reads or not all(isinstance(one, dict) for one in reads):
            raise _not_understood()
        return reads


def _not_understood() -> YizhanError:
    return problem("reader_words", detail="录好的文件里没有 reads")


def _beside(path: Path, name: str) -> bytes:
    """A picture in the same folder; without it the card has none."""
    try:
        return (path.parent / Path(name).name).read_bytes()
    except OSError:
        return b""
