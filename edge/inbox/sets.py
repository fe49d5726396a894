"""What a program needs to take applications in without the room's database: services, keys, who does it, until when.

A set is one file, compressed JSON with its SHA-256 behind it, readable by its owner alone. It holds no personal data
and nothing that opens an item; its signing key only says that an item was made with this set.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import heavy, inbox, sealing
from edge.errors import problem
from sync.suites import MODERN_1

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.node import Node

Row = Mapping[str, Any]
Tables = Iterator[tuple[str, Iterator[Row]]]

LOCKED: Final = "locked"
VISIT: Final = "visit"
FILE: Final = "inbox.set"
STAMP: Final = ".stamp"
MAGIC: Final = b"yizhan-set-1\n"
SET_BYTES_MAX: Final = 256 << 20
DIGEST_BYTES: Final = 32
PIECE_BYTES: Final = 1 << 16
_USED_MAX = 2000
# what a node without its database has to know of services and of the centre; none of it is about a person
_TABLES: Final = {
    "definition": "SELECT * FROM definition WHERE digest IN (SELECT digest FROM publication UNION SELECT digest"
    " FROM service_file) ORDER BY digest",
    "service_head": "SELECT h.* FROM service_head h WHERE h.digest IN (SELECT digest FROM publication UNION"
    " SELECT digest FROM service_file) ORDER BY h.digest",
    "publication": "SELECT * FROM publication ORDER BY digest",
    "service_file": "SELECT * FROM service_file ORDER BY folder, name",
    "centre": "SELECT * FROM centre",
    "centre_keys": "SELECT * FROM centre_keys ORDER BY generation",
    "suite_policy": "SELECT * FROM suite_policy",
    "pack_state": "SELECT * FROM pack_state",
    "pack_service": "SELECT * FROM pack_service ORDER BY digest",
}
_STAMPED: Final = ("publication", "service_file", "centre_keys", "centre", "pack_state", "pack_service")
_SECRETS: Final = {"code": ""}  # the one-time code of the enrolment


@dataclass(frozen=True, slots=True)
class InboxSet:
    """`public`: what items are sealed to; `sign`: the private key that they are signed with (both hex).

    `officers`: who goes on the visit, {account, name, rank, posts, active, password}; nobody of a room that is locked.
    `used`: series of numbers that may not be drawn again. `until`: the last day, "" for no end.
    """

    id: str
    kind: str
    node: str
    room: str
    public: str
    sign: str
    made_at: str
    until: str = ""
    officer: str = ""
    purpose: str = ""
    used: tuple[str, ...] = ()
    officers: tuple[Mapping[str, Any], ...] = ()
    tables: Mapping[str, list[Row]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """The room's side of a set: what opens its items, and what they must be signed with."""

    id: str
    kind: str
    seal: bytes
    sign_public: bytes
    officer: str
    purpose: str
    until: str
    at: str


def keys(tx: Connection, set_id: str) -> Keys | None:
    """The keys of a set that this room made, None for any other."""
    row = tx.execute("SELECT * FROM inbox_set WHERE id = ?", (set_id,)).fetchone()
    if row is None:
        return None
    public = MODERN_1.sign_keys(bytes(row["sign"])).public
    told = {key: row[key] for key in ("id", "kind", "officer", "purpose", "until", "at")}
    return Keys(**told, seal=bytes(row["seal"]), sign_public=public)


def visits(tx: Connection) -> list[Keys]:
    """The sets of visits, the newest first."""
    rows = tx.execute("SELECT id FROM inbox_set WHERE kind = 'visit' ORDER BY at DESC, id").fetchall()
    return [found for row in rows if (found := keys(tx, row["id"])) is not None]


def create(tx: Connection, kind: str, *, officer: str = "", purpose: str = "", until: str = "") -> str:
    """New keys for a set; its id."""
    made, (seal, _) = secrets.token_hex(8), sealing.new_key()
    row = (made, kind, seal, MODERN_1.sign_keys().private, officer, purpose, until, tx.clock.now())
    tx.execute("INSERT INTO inbox_set VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return made


def build(node: Node, tx: Connection, set_id: str, officers: tuple[Mapping[str, Any], ...] = ()) -> InboxSet:
    """The set of these keys; `write` puts `tables` beside it."""
    row = tx.execute("SELECT * FROM inbox_set WHERE id = ?", (set_id,)).fetchone()
    return InboxSet(
        id=set_id,
        kind=row["kind"],
        node=node.settings.node_id,
        room=node.room.name,
        public=sealing.public_of(bytes(row["seal"])).hex(),
        sign=bytes(row["sign"]).hex(),
        made_at=tx.clock.now(),
        until=row["until"],
        officer=row["officer"],
        purpose=row["purpose"],
        used=_used(tx, node),
        officers=officers,
    )


def tables(tx: Connection, officer: str) -> Tables:
    """What the set brings, row by row: 500 services are 40 MB, which no room has to hold at once."""
    for name, query in _TABLES.items():
        yield name, _rows(tx, query)
    yield "officer_signed", _signed(tx, officer)


def _used(tx: Connection, node: Node) -> tuple[str, ...]:
    """The series that this room has seen last."""
    begin, end = f"{node.settings.node_id}0", f"{node.settings.node_id}1"
    rows = tx.execute(
        "SELECT DISTINCT substr(number, 12, 5) AS series FROM head WHERE number >= ? AND number < ?"
        " AND length(number) = 20 LIMIT ?",
        (begin, end, _USED_MAX),
    )
    return tuple(sorted({row["series"] for row in rows} | inbox.series_in(folder_of(node.settings.home))))


def _rows(tx: Connection, query: str) -> Iterator[Row]:
    for row in tx.execute(query):
        yield {**dict(row), **{key: "" for key in _SECRETS if key in row.keys()}}  # noqa: SIM118  a row is no mapping


def _signed(tx: Connection, account: str) -> Iterator[Row]:
    """The duties that who goes on a visit has read and signed."""
    for row in tx.execute("SELECT account, documents, at FROM officer_signed WHERE account = ?", (account,)):
        yield dict(row)


def folder_of(home: Path) -> Path:
    """Where the inbox of a room that is locked lies."""
    return home / "data" / inbox.FOLDER


def path_of(home: Path) -> Path:
    """Where the set of a room that is locked lies."""
    return folder_of(home) / FILE


def keep_locked(node: Node) -> bool:
    """See to it that this room can take in the next time that it is locked. True where something had changed.

    Raises inbox_unwritable.
    """
    with node.database.read() as tx:
        row = tx.execute("SELECT id FROM inbox_set WHERE kind = 'locked' ORDER BY at LIMIT 1").fetchone()
    if row is None:
        with node.database.write() as tx:
            set_id = create(tx, LOCKED)
    else:
        set_id = row["id"]
    path = path_of(node.settings.home)
    with node.database.read() as tx:
        stamp = _stamp(node, tx, set_id)
        same = _stamp_of(path) == stamp and _is_whole(path)
        if not same:
            write(path, build(node, tx, set_id), tables(tx, ""))
            inbox.write_file(path.with_suffix(STAMP), [stamp.encode()])
    node.database.forget_pages()
    heavy.trim()
    return not same


def _stamp(node: Node, tx: Connection, set_id: str) -> str:
    """Moves whenever the set would be another, series apart; reading the whole set at each start would cost memory."""
    seen = hashlib.sha256(repr((set_id, node.room.name)).encode())
    for table in _STAMPED:
        for row in tx.execute(_TABLES[table]):
            seen.update(repr(tuple(row)).encode())
    return seen.hexdigest()


def _stamp_of(path: Path) -> str:
    beside = path.with_suffix(STAMP)
    return beside.read_text(encoding="ascii", errors="replace") if path.is_file() and beside.is_file() else ""


def _is_whole(path: Path) -> bool:
    left = path.stat().st_size - len(MAGIC) - DIGEST_BYTES
    seen = hashlib.sha256()
    with path.open("rb") as file:
        if left < 0 or file.read(len(MAGIC)) != MAGIC:
            return False
        while left > 0 and (piece := file.read(min(left, PIECE_BYTES))):
            seen.update(piece)
            left -= len(piece)
        return file.read() == seen.digest()


def write(path: Path, made: InboxSet, beside: Tables) -> None:
    """On disk for good when this returns. `made` has no tables of its own yet. Raises inbox_unwritable."""
    inbox.write_file(path, _file(_pieces(made, beside)))


def _file(pieces: Iterator[str]) -> Iterator[bytes]:
    """The bytes of the file, of which no more than one piece is held."""
    seen = hashlib.sha256()
    yield MAGIC
    for packed in _packed(pieces):
        seen.update(packed)
        yield packed
    yield seen.digest()


def _packed(pieces: Iterator[str]) -> Iterator[bytes]:
    packing = zlib.compressobj(1)
    for one in pieces:
        yield packing.compress(one.encode())
    yield packing.flush()


def _pieces(made: InboxSet, beside: Tables) -> Iterator[str]:
    """One JSON object, `tables` its last member."""
    said = asdict(made)
    del said["tables"]
    yield f'{_json(said)[:-1]}, "tables": {{'
    for place, (name, rows) in enumerate(beside):
        yield f"{', ' if place else ''}{_json(name)}: ["
        for number, row in enumerate(rows):
            yield f"{', ' if number else ''}{_json(row)}"
        yield "]"
    yield "}}"


def _json(value: Any) -> str:
    return json.dumps(value, default=_as_text, ensure_ascii=False)


def read(path: Path) -> InboxSet:
    """Raises inbox_set_missing, inbox_set_wrong."""
    if not path.is_file():
        raise problem("inbox_set_missing")
    if not _is_whole(path):
        raise problem("inbox_set_wrong", file=path.name)
    try:
        packed = path.read_bytes()[len(MAGIC) : -DIGEST_BYTES]
        plain = zlib.decompressobj().decompress(packed, SET_BYTES_MAX)
        said = json.loads(plain, object_hook=_from_text)
        return InboxSet(**{**said, "used": tuple(said["used"]), "officers": tuple(said["officers"])})
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise problem("inbox_set_wrong", file=path.name) from error


def _as_text(value: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode("ascii")}


def _from_text(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["base64"]) if set(value) == {"base64"} else value
