"""The note that an upgrade keeps beside the room's data, so that whatever cuts it off is gone on with: edge.upgrade."""

import json
import re
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

from edge import durable
from edge.errors import problem

FILE: Final = "upgrade.json"
State = Literal["prepared", "rehearsed", "returning", "done", "back"]
OPEN: Final = frozenset({"prepared", "rehearsed", "returning"})


@dataclass(frozen=True, slots=True)
class Book:
    """`state`: prepared by the old program; rehearsed on a copy by the new one; returning to what was; done, or back
    for `reason`. `backup`: the verified one that was made before.
    """

    state: State
    at: str
    from_version: str
    to_version: str = ""
    backup: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to go on with it."""
        return self.state in OPEN

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read(home: Path) -> Book | None:
    """None where no upgrade was ever made here, or the note can't be read: then it is begun anew."""
    try:
        said = json.loads((home / FILE).read_text(encoding="utf-8"))
        texts = {name: str(said[name]) for name in Book.__dataclass_fields__}
        return Book(**texts)  # type: ignore[arg-type]  # `state` is one of the texts
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(home: Path, book: Book) -> None:
    """On disk when this returns, whole or not at all."""
    durable.write_whole(home / FILE, json.dumps(book.as_dict(), ensure_ascii=False).encode() + b"\n")


def program_version() -> str:
    """Of the program that runs this line."""
    return version("yizhan")


def is_older(one: str, other: str) -> bool:
    """Whether a version comes before another, by its numbers."""
    return _numbers(one) < _numbers(other)


def _numbers(said: str) -> list[int]:
    return [int(part) for part in re.findall(r"[0-9]+", said)[:4]]


def must_be_settled(home: Path) -> None:
    """Before a room is opened. Raises upgrade_unfinished where this program has not rehearsed yet what it would do to
    the data, upgrade_went_back where it did and the data went back from it.
    """
    book = read(home)
    if book is None or book.from_version in ("", here := program_version()):
        return
    if book.state in ("prepared", "returning"):
        raise problem("upgrade_unfinished", version=here)
    if book.state == "back" and book.to_version == here:
        raise problem("upgrade_went_back", version=here, reason=book.reason)


def settle(home: Path) -> None:
    """The room is open: an upgrade that was prepared and not made is none, and one that waited for a person is done."""
    book, here = read(home), program_version()
    if book is None or not book.is_open:
        return
    if book.from_version == here:
        (home / FILE).unlink()
    else:
        write(home, replace(book, state="done", to_version=here))
