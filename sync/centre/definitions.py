"""Every definition that the centre ever knew, by digest: an application is judged by the one it was filled with."""

import json

from sqlalchemy import Connection, select

from forms.definition import Definition, load, packaged
from sync.centre import tables
from sync.centre.statements import matching
from sync.centre.store import Store, add_missing

_definition = tables.definition
_SOURCE = matching(select(_definition.c.source), _definition, "digest")


class Definitions:
    """Definitions by digest; read once from the store, since a digest never changes its meaning."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Definition] = {}

    def get(self, digest: str) -> Definition | None:
        """The definition, or None where the centre never got it: the application is then shown as it came."""
        if digest not in self._known:
            with self._store.read() as tx:
                source = tx.execute(_SOURCE, {"digest": digest}).scalar()
            if source is None:
                return None
            self._known[digest] = load(json.loads(source), known={digest})
        return self._known[digest]


def find(tx: Connection, digest: str) -> Definition:
    """A definition that was registered before, inside of a transaction."""
    source = tx.execute(_SOURCE, {"digest": digest}).scalar_one()
    return load(json.loads(source), known={digest})


def register(tx: Connection, definition: Definition, now: str) -> None:
    """Keep a definition for ever. Again is harmless."""
    row = {
        "digest": definition.digest,
        "service_id": definition.id,
        "version": definition.version,
        "source": json.dumps(definition.raw, ensure_ascii=False),  # in the file's own order, which pages follow
        "since": now,
    }
    add_missing(tx, _definition, [row])


def register_packaged(tx: Connection, now: str) -> None:
    """Keep the definitions that came with the program."""
    for definition in packaged().values():
        register(tx, definition, now)
