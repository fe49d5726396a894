"""What the centre has of the materials that our events brought, by its word; and what of them goes up next.

A row for each file that is to go up: an original, or a smaller form of it made for the link (edge.renditions). Rows
come from our own log, and what they say of the centre comes from its acks: `learn`. A repeated or older word can only
make us send again, never believe that something arrived.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from edge.database import Connection
from forms.events import Event, is_erased

BRINGS_MATERIALS: Final = ("application.filed", "material.added", "correction.answered")
PREVIEW, PAGE, ORIGINAL = 0, 1, 2  # the order of sending
RANK_NAMES: Final = ("preview", "page", "original")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One file on its way: `held` of `size` bytes are at the centre from the front. `rank`: PREVIEW, PAGE, ORIGINAL.

    `original` is the material that it stands for; its own digest for the material itself.
    """

    sha256: str
    original: str
    rank: int
    size: int
    held: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of one rank is still to go up."""

    count: int
    bytes: int


def materials_of(event: Event) -> dict[str, int]:
    """SHA-256 -> size of what an event of ours brings; one whose body was erased brings nothing any more."""
    if event.kind not in BRINGS_MATERIALS or is_erased(event.body):
        return {}
    data = event.data
    found = [*data.get("materials", ()), *([data["material"]] if "material" in data else ())]
    return {material["sha256"]: material["size"] for material in found}


def noted(tx: Connection) -> tuple[int, int]:
    """(epoch, seq) of the last event of our log whose materials have been noted."""
    row = tx.execute("SELECT outgoing_epoch, outgoing_seq FROM node").fetchone()
    return int(row[0]), int(row[1])


def note(tx: Connection, events: Iterable[Event]) -> None:
    """Expect the materials of further events to go up; what is known already stays as it is."""
    for event in events:
        for sha256, size in materials_of(event).items():
            tx.execute(
                "INSERT INTO outgoing (sha256, original, rank, size, held, state, epoch, seq)"
                " VALUES (?, ?, ?, ?, 0, 'new', ?, ?) ON CONFLICT (sha256) DO NOTHING",
                (sha256, sha256, ORIGINAL, size, event.epoch, event.seq),
            )
        tx.execute("UPDATE node SET outgoing_epoch = ?, outgoing_seq = ?", event.position)


def learn(tx: Connection, position: tuple[int, int], missing: Iterable[Mapping[str, Any]], *, is_all: bool) -> None:
    """The centre's word: it lacks these from byte `from` on; where `is_all`, it lacks nothing else up to `position`."""
    named = {str(item["sha256"]): int(item["from"]) for item in missing}
    if is_all:
        tx.execute(
            "UPDATE outgoing SET state = 'done', held = size WHERE state <> 'done' AND (epoch, seq) <= (?, ?)"
            " AND sha256 = original AND sha256 NOT IN (SELECT value FROM json_each(?))",
            (*position, _json(named)),
        )
    for sha256, held in named.items():
        tx.execute(
            "INSERT INTO outgoing (sha256, original, rank, size, held, state, epoch, seq)"
            " VALUES (?, ?, ?, 0, ?, 'new', 1, 0)"
            " ON CONFLICT (sha256) DO UPDATE SET held = excluded.held,"
            " state = CASE state WHEN 'done' THEN 'waiting' ELSE state END,"
            " (epoch, seq) = (SELECT min((epoch << 40) + seq, (? << 40) + ?) >> 40,"
            " min((epoch << 40) + seq, (? << 40) + ?) & ((1 << 40) - 1))",
            (sha256, sha256, ORIGINAL, held, *position, *position),
        )


def held(tx: Connection, sha256: str, size: int, *, is_latest: bool) -> None:
    """The centre holds so many bytes of it from the front; all of them: it is done.

    Where it is not the latest word, only more than is known counts.
    """
    tx.execute(
        "UPDATE outgoing SET held = CASE WHEN ? THEN ? ELSE max(held, ?) END,"
        " state = CASE WHEN ? >= size THEN 'done' ELSE state END"
        " WHERE sha256 = ? AND state <> 'done'",
        (is_latest, size, size, size, sha256),
    )
    tx.execute(  # what stood for an original that is there by now is not needed any more
        "UPDATE outgoing SET state = 'done', held = size WHERE original = ? AND state IN ('new', 'waiting')"
        " AND EXISTS (SELECT 1 FROM outgoing AS whole WHERE whole.sha256 = ? AND whole.sha256 = whole.original"
        " AND whole.state = 'done')",
        (sha256, sha256),
    )


def missing(tx: Connection, position: tuple[int, int]) -> list[dict[str, Any]]:
    """The materials (no smaller forms) of events up to `position` that the centre lacks: [{"sha256", "from"}]."""
    rows = tx.execute(
        "SELECT sha256, held FROM outgoing WHERE state <> 'done' AND sha256 = original AND (epoch, seq) <= (?, ?)"
        " ORDER BY held = 0, size, sha256",
        position,
    )
    return [{"sha256": row["sha256"], "from": row["held"]} for row in rows]


def ready(tx: Connection, position: tuple[int, int], rank_max: int, limit: int = 64) -> Iterator[Outgoing]:
    """What may go up now, in the order of sending; the events that brought it lie at or before `position`."""
    rows = tx.execute(
        "SELECT sha256, original, rank, size, held FROM outgoing WHERE state = 'waiting' AND rank <= ?"
        " AND (epoch, seq) <= (?, ?) ORDER BY rank, epoch, seq, size, sha256 LIMIT ?",
        (rank_max, *position, limit),
    )
    return (Outgoing(*row) for row in rows)


def unseen(tx: Connection, limit: int = 64) -> list[str]:
    """Materials of which nobody has decided yet in which forms they go up, oldest first."""
    rows = tx.execute("SELECT sha256 FROM outgoing WHERE state = 'new' ORDER BY epoch, seq, size LIMIT ?", (limit,))
    return [str(row[0]) for row in rows]


def settle(tx: Connection, sha256: str, rank: int) -> None:
    """It goes up as it is, at its place in the order."""
    tx.execute(
        "UPDATE outgoing SET state = 'waiting', rank = ?,"
        " size = coalesce((SELECT size FROM material WHERE sha256 = outgoing.sha256), size)"
        " WHERE sha256 = ? AND state = 'new'",
        (rank, sha256),
    )


def add_form(tx: Connection, original: str, sha256: str, rank: int, size: int) -> None:
    """A smaller form of `original` goes up too, where the event of the original stands."""
    tx.execute(
        "INSERT INTO outgoing (sha256, original, rank, size, held, state, epoch, seq)"
        " SELECT ?, sha256, ?, ?, 0, 'waiting', epoch, seq FROM outgoing WHERE sha256 = ?"
        " ON CONFLICT (sha256) DO NOTHING",
        (sha256, rank, size, original),
    )


def gone(tx: Connection, sha256: str) -> None:
    """The bytes are not here."""
    tx.execute("UPDATE outgoing SET state = 'gone' WHERE sha256 = ? AND state <> 'done'", (sha256,))


def here_again(tx: Connection, sha256: str) -> None:
    """The bytes came once more, with a form that is sent again after its machine was replaced: they go up after all."""
    tx.execute("UPDATE outgoing SET state = 'new' WHERE sha256 = ? AND state = 'gone'", (sha256,))


def put_aside(tx: Connection, sha256: str) -> None:
    """The centre doesn't take it: it stands in nobody's way until a person asks for another try."""
    tx.execute("UPDATE outgoing SET state = 'aside' WHERE sha256 = ? AND state <> 'done'", (sha256,))


def try_again(tx: Connection, sha256: str) -> bool:
    """Looked at anew with the next round; False where it has arrived or is not known."""
    found = tx.execute("UPDATE outgoing SET state = 'new' WHERE sha256 = ? AND state IN ('gone', 'aside')", (sha256,))
    return int(found.rowcount) == 1


def waiting(tx: Connection) -> dict[str, Waiting]:
    """Per rank ("preview", "page", "original") what is still to go up; what nobody looked at counts as a page."""
    rows = tx.execute(
        "SELECT CASE state WHEN 'new' THEN 1 ELSE rank END AS place, count(*), sum(size - held) FROM outgoing"
        " WHERE state IN ('new', 'waiting') GROUP BY place"
    )
    found = {RANK_NAMES[row[0]]: Waiting(row[1], row[2]) for row in rows}
    return {name: found.get(name, Waiting(0, 0)) for name in RANK_NAMES}


def known(tx: Connection, digests: Iterable[str]) -> set[str]:
    """Those that have a row."""
    rows = tx.execute("SELECT sha256 FROM outgoing WHERE sha256 IN (SELECT value FROM json_each(?))", (_json(digests),))
    return {str(row[0]) for row in rows}


def unsent(tx: Connection) -> int:
    """How many materials the centre lacks, of the events that were noted."""
    return int(tx.execute("SELECT count(*) FROM outgoing WHERE state <> 'done' AND sha256 = original").fetchone()[0])


def _json(named: Iterable[str]) -> str:
    return "[" + ",".join(f'"{sha256}"' for sha256 in named) + "]"
