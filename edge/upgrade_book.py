"""The note that an upgrade keeps beside the room's data, so that whatever cuts it off is gone on with: edge.upgrade."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from edge import slots

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
        return Book(**{name: str(said[name]) for name in Book.__dataclass_fields__})  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(home: Path, book: Book) -> None:
    """On disk when this returns, whole or not at all."""
    slots.write_whole(home / FILE, json.dumps(book.as_dict(), ensure_ascii=False).encode() + b"\n")
