"""The file of a backup: the pages of its database, then the sheet of slots that hold its key, then how long that is.

A file without a sheet is from an earlier program: its key is the room's own.
"""

import struct
from pathlib import Path
from typing import Final

from edge import durable, slots
from edge.slots import Sheet

MAGIC: Final = b"yizhan-backup-2\n"
_END = struct.Struct(">I16s")
_PIECE_BYTES = 1 << 20


def add_sheet(path: Path, sheet: Sheet) -> None:
    """Behind the pages of a finished copy. Raises OSError."""
    told = slots.to_json(sheet)
    with path.open("ab") as file:
        file.write(told + _END.pack(len(told), MAGIC))


def read_sheet(path: Path) -> tuple[Sheet | None, int]:
    """The sheet (None of an earlier program) and how many bytes the database has. Raises slots_unreadable, OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size))
        end = file.read()
        if len(end) < _END.size:
            return None, size
        length, magic = _END.unpack(end)
        pages = size - _END.size - length
        if magic != MAGIC or not 0 < pages < size or length > slots.SHEET_BYTES_MAX:
            return None, size
        file.seek(pages)
        return slots.from_json(file.read(length), path), pages


def take_out(path: Path, target: Path) -> Sheet | None:
    """Copy the database of a backup to `target`; its sheet. Raises slots_unreadable, OSError."""
    sheet, left = read_sheet(path)
    with path.open("rb") as source, target.open("wb") as copy:
        while left > 0 and (piece := source.read(min(_PIECE_BYTES, left))):
            copy.write(piece)
            left -= len(piece)
        durable.finish(copy)
    return sheet
