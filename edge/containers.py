"""Is a PNG or WebP nothing but the picture? Both are rows of pieces; what is no part of the picture may be anything.

Behind the last piece, or in one that no reader knows, a whole other file may lie (a page, an archive, a script).
Nothing is decoded here: whoever reads the pixels has to do that as well.
"""

import struct
from collections.abc import Iterator
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_PIECES: Final = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT pHYs".split())
_WEBP_PIECES: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))
_PNG_FRAME, _WEBP_FRAME = 12, 8  # length, kind, checksum; kind, length


def is_plain(data: bytes, kind: str) -> bool:
    """Whether a PNG or WebP holds what its picture needs, to the last byte. False for any other kind."""
    pieces = {"PNG": _png, "WEBP": _webp}.get(kind)
    if pieces is None:
        return False
    known = _PNG_PIECES if kind == "PNG" else _WEBP_PIECES
    try:
        return all(piece in known for piece in pieces(data))
    except (ValueError, struct.error):
        return False


def _png(data: bytes) -> Iterator[bytes]:
    at, piece = len(_PNG), b""
    if not data.startswith(_PNG):
        raise ValueError("no beginning")
    while piece != b"IEND":
        length, piece = struct.unpack_from(">I4s", data, at)
        at += _PNG_FRAME + length
        yield piece
    if at != len(data):
        raise ValueError("something behind the end")


def _webp(data: bytes) -> Iterator[bytes]:
    riff, length, name = struct.unpack_from("<4sI4s", data)
    if (riff, name, length + 8) != (b"RIFF", b"WEBP", len(data)):
        raise ValueError("no beginning, or something behind the end")
    at = 12
    while at < len(data):
        piece, size = struct.unpack_from("<4sI", data, at)
        at += _WEBP_FRAME + size + size % 2
        yield piece
    if at != len(data):
        raise ValueError("torn")
