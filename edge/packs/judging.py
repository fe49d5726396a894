"""Packs on a node: what the centre's log brings is judged by the root that the room goes by, and taken whole or not.

A room that was enrolled with a root believes no other lineage. One that was enrolled before its province had packs
takes the first root that its centre's log brings. From then on a service counts only where a pack names it: the key
that carries and answers publishes nothing. What is expired or not whole yet waits; what is in force stays in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from edge import log, packs
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.packs import documents
from forms import kinds
from forms.events import Event

FILE: Final = "pack.file"
PUBLISHED: Final = "pack.published"
_WAITS: Final = frozenset({"expired", "lacking"})


class State(NamedTuple):
    """How packs stand here. `number`: the one in force, 0 for none; `since`: its moment on this node's clock.

    `stale`: the centre's time is behind `expires`, so newer ones may be withheld. `fault`: why the last one waits or
    was refused, "" if nothing is the matter.
    """

    number: int = 0
    since: str = ""
    expires: str = ""
    stale: bool = False
    fault: str = ""
    root: int = 0


def state(tx: Connection) -> State:
    """Shown on pages and told to the centre."""
    row = tx.execute("SELECT expires, fault FROM pack_state").fetchone()
    taken = tx.execute("SELECT number, at FROM pack_taken ORDER BY number DESC LIMIT 1").fetchone()
    root = tx.execute("SELECT max(version) FROM pack_root").fetchone()[0] or 0
    if row is None:
        return State(root=root)
    number, since = (int(taken["number"]), str(taken["at"])) if taken else (0, "")
    stale = bool(row["expires"]) and tx.clock.centre_time() > row["expires"]
    return State(number, since, row["expires"], stale, row["fault"], root)


def in_force(tx: Connection) -> bool:
    """Whether this room goes by packs: a service of the centre then counts only where one names it."""
    return tx.execute("SELECT 1 FROM pack_state").fetchone() is not None


def services(tx: Connection) -> dict[str, bool]:
    """Services by digest that a pack ever named, and whether the one in force does."""
    return {row["digest"]: row["listed"] == 1 for row in tx.execute("SELECT digest, listed FROM pack_service")}


def take_root(tx: Connection, text: str) -> None:
    """The root of an enrolment file; another centre's packs count no more. Raises node_enrolment_wrong."""
    try:
        root = packs.follow(packs.Known(), [text]).root
    except documents.PackError as error:
        raise problem("node_enrolment_wrong", detail=str(error)) from error
    held = _known(tx).root
    if root is None or (held is not None and held.version >= root.version and _has(tx, root.version, text)):
        return
    clear(tx)
    _keep_root(tx, root, "enrolment")
    tx.execute("INSERT INTO pack_state (id) VALUES (1)")


def _has(tx: Connection, version: int, text: str) -> bool:
    row = tx.execute("SELECT text FROM pack_root WHERE version = ?", (version,)).fetchone()
    return row is not None and row[0] == text


def clear(tx: Connection) -> None:
    """The node goes to another centre: its versions count from the beginning. Texts and files stay."""
    for table in ("pack_root", "pack_version", "pack_state", "pack_service", "pack_file"):
        tx.execute(f"DELETE FROM {table}")  # noqa: S608  names of tables


def _keep_root(tx: Connection, root: documents.Document, origin: str) -> None:
    tx.execute(
        "INSERT INTO pack_root (version, text, origin, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (root.version, root.text, origin, tx.clock.now()),
    )


def take_down(tx: Connection, fresh: Iterable[Event]) -> list[tuple[Event, YizhanError]]:
    """Take what the centre's log brought of packs; gives what is not to be believed, and why. Again changes nothing."""
    said = [event for event in fresh if event.kind in {FILE, PUBLISHED} and kinds.is_sound(event)]
    if not said:
        return []
    refused = [(event, why) for event in said if event.kind == FILE for why in _put_text(tx, event.data)]
    row = tx.execute("SELECT waiting FROM pack_state").fetchone()
    if row is not None and row["waiting"]:
        tx.execute("UPDATE pack_state SET waiting = ''")
        _judge(tx, row["waiting"])
    for event in said:
        if event.kind == PUBLISHED:
            refused += [(event, why) for why in _published(tx, event.data)]
    return refused


def _put_text(tx: Connection, said: Mapping[str, Any]) -> list[YizhanError]:
    if documents.sha256_of(said["text"]) != said["sha256"]:
        return [problem("pack_refused", detail=str(documents.PackError("mixed", said["sha256"][:8])))]
    tx.execute("INSERT INTO pack_text VALUES (?, ?) ON CONFLICT DO NOTHING", (said["sha256"], said["text"]))
    return []


def _published(tx: Connection, said: Mapping[str, Any]) -> list[YizhanError]:
    before = _known(tx)
    try:
        _follow(tx, before, said["roots"])
    except documents.PackError as error:
        return [_refuse(tx, error)]
    return _judge(tx, said["timestamp"])


def _follow(tx: Connection, before: packs.Known, offered: list[str]) -> None:
    """Keep each root on the way, so that nobody has to be believed on a leap."""
    known = before
    for text in sorted(offered, key=lambda text: documents.read(text, "root").version):
        after = packs.follow(known, [text])
        if after.root is not None and after.root is not known.root:
            _keep_root(tx, after.root, "log")
            _keep_versions(tx, after)
        known = after
    if known.root is not None:
        tx.execute("INSERT INTO pack_state (id) VALUES (1) ON CONFLICT DO NOTHING")


def _judge(tx: Connection, timestamp: str) -> list[YizhanError]:
    """Take a pack, or let it wait, or refuse it."""
    known = _known(tx)
    node_id = log.node_id(tx)
    try:
        taken = packs.take(known, timestamp, packs.Place(node_id, tx.clock.centre_time(), lambda sha: _text(tx, sha)))
    except documents.PackError as error:
        if error.code not in _WAITS:
            return [_refuse(tx, error)]
        tx.execute(
            "UPDATE pack_state SET waiting = ?, fault = ?, fault_at = ?", (timestamp, str(error), tx.clock.now())
        )
        return []
    _enter(tx, taken)
    return [problem("pack_refused", detail=str(why)) for why in taken.apart.values()]


def _refuse(tx: Connection, error: documents.PackError) -> YizhanError:
    tx.execute("UPDATE pack_state SET fault = ?, fault_at = ?", (str(error), tx.clock.now()))
    return problem("pack_refused", detail=str(error))


def _text(tx: Connection, sha256: str) -> str | None:
    row = tx.execute("SELECT text FROM pack_text WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else str(row[0])


def text(tx: Connection, sha256: str) -> str:
    """A file of the pack in force; all of it is here."""
    return _text(tx, sha256) or ""


def _known(tx: Connection) -> packs.Known:
    row = tx.execute("SELECT text FROM pack_root ORDER BY version DESC LIMIT 1").fetchone()
    held = {(one["role"], one["area"]): (one["version"], one["sha256"]) for one in tx.execute(_VERSIONS)}
    counties = {area: of for (role, area), of in held.items() if role == "county"}
    timestamp, snapshot, content = (held.get((role, ""), (0, "")) for role in ("timestamp", "snapshot", "content"))
    root = None if row is None else documents.read(row[0], "root")
    return packs.Known(root, timestamp, snapshot, content, counties)


_VERSIONS: Final = "SELECT role, area, version, sha256 FROM pack_version"


def _keep_versions(tx: Connection, known: packs.Known) -> None:
    tx.execute("DELETE FROM pack_version")
    plain = {"timestamp": known.timestamp, "snapshot": known.snapshot, "content": known.content}
    rows = [(role, "", *one) for role, one in plain.items()]
    rows += [("county", area, *one) for area, one in known.counties.items()]
    tx.executemany("INSERT INTO pack_version VALUES (?, ?, ?, ?)", rows)


def _enter(tx: Connection, taken: packs.Taken) -> None:
    now = tx.clock.now()
    _keep_versions(tx, taken.known)
    tx.execute(
        "INSERT INTO pack_taken VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (taken.known.snapshot[0], now, tx.clock.centre_time()),
    )
    fault = "；".join(str(why) for why in taken.apart.values())
    tx.execute(
        "UPDATE pack_state SET expires = ?, waiting = '', fault = ?, fault_at = ?",
        (taken.expires, fault, now if fault else ""),
    )
    tx.execute("DELETE FROM pack_file")
    tx.executemany("INSERT INTO pack_file VALUES (?, ?)", list(taken.files.items()))
    tx.execute("UPDATE pack_service SET listed = 0")
    tx.executemany(
        "INSERT INTO pack_service VALUES (?, ?, ?, 1) ON CONFLICT (digest) DO UPDATE SET listed = 1",
        [(digest, name, now) for digest, name in taken.services.items()],
    )
