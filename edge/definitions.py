"""Every definition that was ever used here, by its digest: an application is shown and judged by its own."""

import functools
import json

from edge.database import Connection
from edge.errors import problem
from forms import definition as files
from forms.definition import Definition

_KEPT_MAX = 64


def keep(tx: Connection, definition: Definition) -> None:
    """Store a definition for ever; again changes nothing."""
    tx.execute(
        "INSERT INTO definition (digest, id, version, raw, stored_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (digest) DO NOTHING",
        (definition.digest, definition.id, definition.version, _text(definition), tx.clock.now()),
    )


def _text(definition: Definition) -> bytes:
    """In the file's own order, which pages and lists follow; its digest is of the canonical form all the same."""
    return json.dumps(definition.raw, ensure_ascii=False).encode()


def known(tx: Connection) -> set[str]:
    """Digests of the definitions that were checked here before."""
    return {row[0] for row in tx.execute("SELECT digest FROM definition")}


def find(tx: Connection, digest: str) -> Definition:
    """The definition of this digest. Raises definition_missing."""
    row = tx.execute("SELECT raw FROM definition WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise problem("definition_missing", service=digest[:8], version="")
    return _parsed(digest, bytes(row["raw"]))


@functools.lru_cache(maxsize=_KEPT_MAX)
def _parsed(digest: str, raw: bytes) -> Definition:
    """Content by its own digest never changes; parsed once it also keeps its compiled validators."""
    return files.build(json.loads(raw), digest)
