"""In which forms a material goes up: a picture as preview and page first, its original later; anything else as it is.

The original never leaves the node's store for it, and its digest stands in the event: a smaller form only stands for it
until it comes. What can't be encoded anew, or would not become much smaller, goes up as it is.
"""

import hashlib
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from edge import materials, outgoing
from edge.database import Connection, Database

logger = logging.getLogger(__name__)

WORTH_BYTES: Final = 60_000  # a smaller picture goes up as it is
WORTH_SHARE: Final = 0.7  # a page that is not clearly smaller than its original is not worth being sent beside it
MEMORY_BYTES: Final = 768 << 20
TIME_S: Final = 40.0
RANKS: Final = {"preview": outgoing.PREVIEW, "page": outgoing.PAGE}
FORM_NAMES: Final = {rank: form for form, rank in RANKS.items()}
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class Form:
    """A smaller form of a picture: `form` is "preview" or "page"."""

    form: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def decide(database: Database, sha256: str) -> bool:
    """Make the smaller forms of a material and put everything in its place in the order; False if it is not here.

    Takes up to TIME_S; nothing is locked meanwhile. A repeat changes nothing.
    """
    with database.read() as tx:
        data = _picture(tx, sha256)
    made = encode(data) if data else []
    with database.write() as tx:
        return store(tx, sha256, made)


def store(tx: Connection, sha256: str, made: list[Form]) -> bool:
    """Keep the forms, and let them go up before their original; without forms the original takes their place."""
    if materials.find(tx, sha256) is None:
        outgoing.gone(tx, sha256)
        return False
    for form in made:
        tx.execute(
            "INSERT INTO rendition (original, form, sha256, media_type, size, data) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (sha256, form.form, form.sha256, form.media_type, len(form.data), form.data),
        )
    for row in tx.execute("SELECT form, sha256, size FROM rendition WHERE original = ?", (sha256,)).fetchall():
        outgoing.add_form(tx, sha256, row["sha256"], RANKS[row["form"]], row["size"])
        made = made or [Form(row["form"], "", b"")]
    outgoing.settle(tx, sha256, outgoing.ORIGINAL if made else outgoing.PAGE)
    return True


def settle_plain(tx: Connection) -> list[str]:
    """Give a place to all that needs no encoding; the digests of those that are not here."""
    return [sha256 for sha256 in outgoing.unseen(tx, 1000) if not _picture(tx, sha256) and not store(tx, sha256, [])]


def encode(data: bytes, *, time_s: float = TIME_S, memory_bytes: int = MEMORY_BYTES) -> list[Form]:
    """The smaller forms of a picture, made in a process of its own; none where that fails or gains little."""
    command = [sys.executable, "-m", "edge.reencode", str(memory_bytes)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=time_s, check=True)  # noqa: S603  our own module
        made = _read(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        logger.warning("a picture of %s bytes goes up as it is: %s", len(data), type(error).__name__)
        return []
    page = next((form for form in made if form.form == "page"), None)
    return made if page and len(page.data) <= WORTH_SHARE * len(data) else []


def _read(answer: bytes) -> list[Form]:
    line, _, rest = answer.partition(b"\n")
    made: list[Form] = []
    for one in json.loads(line):
        size = int(one["size"])
        if one["form"] not in RANKS or not 0 < size <= len(rest):
            raise ValueError("not what the encoder writes")
        made.append(Form(one["form"], str(one["media_type"]), rest[:size]))
        rest = rest[size:]
    return made


def _picture(tx: Connection, sha256: str) -> bytes:
    """The bytes of a picture that is worth encoding anew; b"" for anything else."""
    found = materials.find(tx, sha256)
    if found is None or found.media_type not in PICTURES or found.size < WORTH_BYTES:
        return b""
    if tx.execute("SELECT 1 FROM rendition WHERE original = ?", (sha256,)).fetchone() is not None:
        return b""
    return materials.open(tx, sha256)[0]


def piece(tx: Connection, item: outgoing.Outgoing, start: int, length: int) -> bytes:
    """Bytes of what goes up, an original or a smaller form. Raises material_missing."""
    if item.sha256 == item.original:
        return materials.chunk(tx, item.sha256, start, length)
    row = tx.execute(
        "SELECT substr(data, ?, ?) FROM rendition WHERE sha256 = ?", (start + 1, length, item.sha256)
    ).fetchone()
    if row is None:
        return materials.chunk(tx, item.sha256, start, length)  # raises: it is nowhere
    return bytes(row[0])


def media_type(tx: Connection, sha256: str) -> str:
    """Of a smaller form; "" where there is none."""
    row = tx.execute("SELECT media_type FROM rendition WHERE sha256 = ?", (sha256,)).fetchone()
    return "" if row is None else str(row[0])
