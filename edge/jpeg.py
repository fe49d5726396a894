"""A photograph (JPEG, ISO/IEC 10918-1) without what it says of its making: place, time, camera, previews, comments.

Nothing is decoded: the bytes of the picture stay as they came, and only the segments that are needed to show it are
kept. How the camera was held stays as well, as the one entry of a new EXIF block; whoever shows the picture turns it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

_START: Final = b"\xff\xd8"
_END, _SCAN, _APP0, _APP2, _APP14 = 0xD9, 0xDA, 0xE0, 0xE2, 0xEE
_PICTURE: Final = frozenset((*range(0xC0, 0xD0), *range(0xDA, 0xE0)))  # tables, headers of frames, scans
_JFIF, _ICC, _ADOBE = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
_JFIF_BYTES: Final = 12  # up to the density; a small picture may follow
_AFTER_SCAN: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # in a scan FF 00 is a byte, and FF D0..D7 a restart
_LENGTH_BYTES: Final = 2  # a length counts itself
UPRIGHT: Final = 1
TURNED: Final = range(2, 9)


def bare(data: bytes, orientation: int = UPRIGHT) -> bytes | None:
    """The same picture with nothing but itself, its colours and, unless upright, its EXIF orientation (1 to 8).

    What follows the end of the picture (a second one, a film) is left out. None where the bytes are no plain sequence
    of segments.
    """
    try:
        kept = [part for marker, segment in _segments(data) if (part := _needed(marker, segment))]
    except ValueError:
        return None
    exif = [_turned(orientation)] if orientation in TURNED else []
    first = 1 if kept and kept[0][1] == _APP0 else 0  # the mark of the file's format stands before everything else
    return b"".join((_START, *kept[:first], *exif, *kept[first:]))


def _segments(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """(marker, bytes with it) of every segment up to the end of the picture; a scan with what it holds. ValueError."""
    if data[:2] != _START:
        raise ValueError("no beginning")
    view, at, marker = memoryview(data), 2, 0
    while marker != _END:
        while data[at : at + 2] == b"\xff\xff":  # filling
            at += 1
        if not data.startswith(b"\xff", at) or len(data) < at + 2:
            raise ValueError("no marker")
        marker, end = data[at + 1], at + 2
        if marker != _END:
            end += max(_LENGTH_BYTES, int.from_bytes(data[end : end + _LENGTH_BYTES]))
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
        if end > len(data):
            raise ValueError("torn")
        yield marker, view[at:end]
        at = end


def _needed(marker: int, segment: memoryview) -> memoryview | bytes:
    """What of a segment is needed to show the picture, b"" for nothing."""
    said = bytes(segment[4:20])
    if marker == _APP0 and said.startswith(_JFIF):
        return b"\xff\xe0" + struct.pack(">H", 4 + _JFIF_BYTES) + bytes(segment[4 : 4 + _JFIF_BYTES]) + b"\0\0"
    colours = (marker == _APP2 and said.startswith(_ICC)) or (marker == _APP14 and said.startswith(_ADOBE))
    return segment if marker in _PICTURE or marker == _END or colours else b""


def _turned(orientation: int) -> bytes:
    """An EXIF block with one entry: Orientation (0112), SHORT, 1 value."""
    entries = struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b"Exif\0\0MM\0\x2a\0\0\0\x08" + entries
    return b"\xff\xe1" + struct.pack(">H", 2 + len(block)) + block
