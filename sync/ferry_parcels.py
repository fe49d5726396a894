"""What this node sealed for a medium, and how much of it the centre holds by now. A parcel is one envelope in one file.

A row is written before its file: a row without a file says nothing, and no file of ours is without its row. It tells
which files on a medium are ours, what they carry, whether all of that is acknowledged, and how new an answer is.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from edge import identity, log
from edge.database import Connection
from forms.events import Head
from sync.frames import Chunk

KEPT_MAX: Final = 10_000  # rows; a file whose row is gone stays on its medium, which harms nothing
_COLUMNS: Final = "digest, enrols, epoch, seq, pieces, answers, down"


@dataclass(frozen=True, slots=True)
class Parcel:
    """`epoch`, `seq`: the head of our log that it carries up to; `pieces`: parts of materials (sha256, from, to).

    `answers`: how many answers of the centre had been taken when it was made; `down`: how far we held its log.
    """

    digest: bytes
    enrols: bool
    epoch: int
    seq: int
    pieces: tuple[tuple[str, int, int], ...]
    answers: int
    down: str

    @property
    def position(self) -> tuple[int, int]:
        return self.epoch, self.seq


def pieces_of(chunks: Iterable[Chunk]) -> tuple[tuple[str, int, int], ...]:
    """The parts of materials that follow one another, joined."""
    found: list[tuple[str, int, int]] = []
    for chunk in chunks:
        end = chunk.offset + len(chunk.data)
        if found and found[-1][0] == chunk.sha256 and found[-1][2] == chunk.offset:
            found[-1] = (chunk.sha256, found[-1][1], end)
        else:
            found.append((chunk.sha256, chunk.offset, end))
    return tuple(found)


def remember(tx: Connection, parcel: Parcel) -> None:
    """Note an envelope before its file is written."""
    row = (parcel.digest, parcel.enrols, *parcel.position, json.dumps(parcel.pieces), parcel.answers, parcel.down)
    tx.execute(
        f"INSERT INTO ferry_parcel ({_COLUMNS}, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  names of columns
        (*row, tx.clock.now()),
    )
    tx.execute("DELETE FROM ferry_parcel WHERE id <= (SELECT max(id) FROM ferry_parcel) - ?", (KEPT_MAX,))


def find(tx: Connection, digest: bytes) -> Parcel | None:
    """The envelope with this SHA-256, if it is one of ours."""
    row = tx.execute(f"SELECT {_COLUMNS} FROM ferry_parcel WHERE digest = ?", (digest,)).fetchone()  # noqa: S608  as above
    if row is None:
        return None
    pieces = tuple((sha256, start, end) for sha256, start, end in json.loads(row["pieces"]))
    values = {**dict(row), "digest": bytes(row["digest"]), "enrols": bool(row["enrols"]), "pieces": pieces}
    return Parcel(**values)


def named(tx: Connection, stem: str) -> bool:
    """Whether an envelope of ours would lie under this name."""
    found = tx.execute("SELECT 1 FROM ferry_parcel WHERE substr(hex(digest), 1, 8) = ?", (stem.upper(),)).fetchone()
    return found is not None


def carried(tx: Connection) -> int:
    """How many events that the centre has not acknowledged lie on some medium, as far as this node knows."""
    acked = log.acked(tx)
    row = tx.execute("SELECT epoch, seq FROM ferry_parcel ORDER BY epoch DESC, seq DESC LIMIT 1").fetchone()
    if row is None:
        return 0
    count = tx.execute(
        "SELECT count(*) FROM event WHERE side = 'node' AND (epoch, seq) > (?, ?) AND (epoch, seq) <= (?, ?)",
        (*acked.position, *row),
    )
    return int(count.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Received:
    """What the centre holds by its acks alone."""

    head: Head
    missing: Mapping[str, int]
    enrolled: bool
    answers: int

    def holds(self, parcel: Parcel) -> bool:
        """Whether everything in a parcel is acknowledged, and the centre was heard since it was made.

        A material counts once its events do.
        """
        if parcel.enrols:
            return self.enrolled
        if parcel.position > self.head.position or parcel.answers >= self.answers:
            return False
        return all(self.missing.get(sha256, end) >= end for sha256, _, end in parcel.pieces)


def received(tx: Connection) -> Received:
    """The state of the centre's last word."""
    centre = identity.centre(tx)
    missing = {str(item["sha256"]): int(item["from"]) for item in log.missing(tx)}
    return Received(log.acked(tx), missing, centre is not None and bool(centre.enrolled_at), log.answers(tx))
