"""What is left of somebody in the pages of a database, seen with the key in hand: free pages and slack too, and the log
beside it.

SQLCipher 4: a page is AES-256-CBC with the vector and an HMAC behind it; the first page begins with the salt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from edge.database import Database

PAGE_BYTES: Final = 4096
RESERVED_BYTES: Final = 80
VECTOR_BYTES: Final = 16
SALT_BYTES: Final = 16
WAL_HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24


def count(database: Database, marks: Iterable[str]) -> int:
    """How often any of the marks stands in the pages of the file and of its log."""
    wanted = [one.encode() for one in marks]
    pages = pages_of(database.path, database.key)
    return sum(page.count(one) for page in pages for one in wanted)


def pages_of(path: Path, key: bytes) -> Iterator[bytes]:
    """Every page of the file and of its WAL, decrypted and with what lies unused in it; neighbours are not joined."""
    with path.open("rb") as file:
        first = True
        while page := file.read(PAGE_BYTES):
            yield decrypted(page, key, first=first)
            first = False
    wal = path.with_name(path.name + "-wal")
    if not wal.exists():
        return
    with wal.open("rb") as file:
        file.read(WAL_HEADER_BYTES)
        while len(header := file.read(FRAME_HEADER_BYTES)) == FRAME_HEADER_BYTES:
            yield decrypted(file.read(PAGE_BYTES), key, first=header[:4] == b"\0\0\0\x01")


def decrypted(page: bytes, key: bytes, *, first: bool = False) -> bytes:
    """One page; b"" for what is no whole page."""
    if len(page) != PAGE_BYTES:
        return b""
    text = page[SALT_BYTES if first else 0 : -RESERVED_BYTES]
    vector = page[-RESERVED_BYTES:][:VECTOR_BYTES]
    opened = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return opened.update(text) + opened.finalize()
