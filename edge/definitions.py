"""Every definition that was ever used here, by its digest: an application is shown and judged by its own."""

import json

from edge.database import Connection
from edge.errors import problem
from forms import definition as files
from forms.definition import Definition


def keep(tx: Connection, definition: Definition) -> None:
    """Store a definition for ever; again changes nothing."""
    if tx.execute("SELECT 1 FROM definition WHERE digest = ?", (definition.digest,)).fetchone() is not None:
        return
    tx.execute(
        "INSERT INTO definition (digest, id, version, raw, stored_at) VALUES (?, ?, ?, ?, ?)",
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
    held = _parsed.get(digest)
    if held is None:
        row = tx.execute("SELECT raw FROM definition WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise problem("definition_missing", service=digest[:8], version="")
        held = _parsed[digest] = files.build(json.loads(row["raw"]), digest)
    return held


# Content by its own digest never changes: parsed once, it also keeps its compiled validators. There are as many as a
# room ever used, some dozens.
_parsed: dict[str, Definition] = {}
