"""Every definition that was ever used here, by its digest: an application is shown and judged by its own.

A node may know hundreds. Whole ones are read when they are asked for and the last few stay in memory; lists go by the
heads (forms.head), a thousandth of that.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from edge.database import Connection
from edge.errors import problem
from edge.recent import Recent
from forms import definition as files
from forms import head
from forms.definition import Definition
from forms.head import Head

HELD_MAX: Final = 12  # each takes about a quarter of a megabyte, more when its pages were shown
NAMED_MAX: Final = 1000
SCANNED_FROM: Final = 100  # so many heads are read faster in one go through the table than one by one


def keep(tx: Connection, definition: Definition) -> None:
    """Store a definition and its head for ever; again changes nothing."""
    known = tx.execute("SELECT 1 FROM definition WHERE digest = ?", (definition.digest,)).fetchone() is not None
    if not known:
        tx.execute(
            "INSERT INTO definition (digest, id, version, raw, stored_at) VALUES (?, ?, ?, ?, ?)",
            (definition.digest, definition.id, definition.version, _text(definition), tx.clock.now()),
        )
        _keep_small(tx, definition.digest, head.small(definition.raw))


def _text(definition: Definition) -> bytes:
    """In the file's own order, which pages and lists follow; its digest is of the canonical form all the same."""
    return json.dumps(definition.raw, ensure_ascii=False).encode()


def _keep_small(tx: Connection, digest: str, small: Mapping[str, Any]) -> None:
    tx.execute(
        "INSERT INTO service_head (digest, format, small) VALUES (?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET format = excluded.format, small = excluded.small",
        (digest, head.FORMAT, json.dumps(small, ensure_ascii=False)),
    )


def known(tx: Connection) -> set[str]:
    """Digests of the definitions that were checked here before."""
    return {row[0] for row in tx.execute("SELECT digest FROM definition")}


def find(tx: Connection, digest: str) -> Definition:
    """The definition of this digest. Raises definition_missing."""
    held = _recent.get(digest)
    if held is None:
        held = files.build(_raw(tx, digest), digest)
        _recent.put(digest, held)
    return held


def _raw(tx: Connection, digest: str) -> dict[str, Any]:
    row = tx.execute("SELECT raw FROM definition WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise problem("definition_missing", service=digest[:8], version="")
    found: dict[str, Any] = json.loads(row["raw"])
    return found


def named(tx: Connection, digest: str) -> Head:
    """The head of the definition of this digest, for lists. Raises definition_missing."""
    held = _named.get(digest)
    if held is None:
        held = head.of_small(smalls(tx, [digest])[digest], digest, {})
        _named.put(digest, held)
    return held


def smalls(tx: Connection, digests: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the heads of these definitions are made of. Raises definition_missing.

    What an older program took is taken anew; `take_heads` keeps it.
    """
    wanted = list(digests)
    some = " AND digest IN (SELECT value FROM json_each(?2))" if len(wanted) < SCANNED_FROM else ""
    rows = tx.execute(
        f"SELECT digest, small FROM service_head WHERE format = ?1{some}",  # noqa: S608  own text
        (head.FORMAT, json.dumps(wanted))[: 2 if some else 1],
    )
    asked = set(wanted)
    found = [row for row in rows if row["digest"] in asked]
    parsed = json.loads(f"[{','.join(row['small'] for row in found)}]")  # in one go they share the names of their keys
    held = dict(zip((row["digest"] for row in found), parsed, strict=True))
    return {digest: held[digest] if digest in held else head.small(_raw(tx, digest)) for digest in wanted}


def take_heads(tx: Connection) -> int:
    """Take the heads that are missing, or that an older program took. How many there were."""
    missing = [row[0] for row in tx.execute(_WITHOUT_HEAD, (head.FORMAT,))]
    for digest in missing:
        _keep_small(tx, digest, head.small(_raw(tx, digest)))
    return len(missing)


def lacks_heads(tx: Connection) -> bool:
    """Whether `take_heads` has something to do: a head is missing, or an older program took it."""
    return tx.execute(f"{_WITHOUT_HEAD} LIMIT 1", (head.FORMAT,)).fetchone() is not None


_WITHOUT_HEAD: Final = (
    "SELECT digest FROM definition AS one"
    " WHERE NOT EXISTS (SELECT 1 FROM service_head WHERE digest = one.digest AND format = ?)"
)

# Content by its own digest never changes: parsed once, it also keeps its compiled validators.
_recent: Recent[str, Definition] = Recent(HELD_MAX)
_named: Recent[str, Head] = Recent(NAMED_MAX)
