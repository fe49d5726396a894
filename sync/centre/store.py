"""The one store of the centre: SQLAlchemy Core on SQLite (SQLCipher's, never the system's) or PostgreSQL.

What differs between engines stands here and in `engines`; every other module writes portable statements.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError

from sync.centre import schema
from sync.centre.engines import StoreError, explain, make_engine

ROWS_PER_INSERT = 500
CONNECTIONS = 8

Row = Mapping[str, Any]


class Store:
    """Opened store. `read()` and `write()` give a connection with a transaction of its own around the block."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Commits when the block ends, rolls back when it raises. SQLite has one writer; its turns are given here."""
        with self._turn(), self._engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._engine.dialect.name != "sqlite":
            yield
            return
        with self._writer:
            yield

    def close(self) -> None:
        self._engine.dispose()


def open_store(address: str, default_path: Path, key: bytes, now: str, *, connections: int = CONNECTIONS) -> Store:
    """Open the store at an SQLAlchemy address, or the encrypted file `default_path` where it is empty; make its tables.

    Raises StoreError for a wrong key, an SQLite that is too old, a PostgreSQL that can't be reached or sorts by another
    order than that of bytes, or a store written by a later version.
    """
    engine = make_engine(address, default_path, key, connections)
    store = Store(engine)
    try:
        with store.write() as connection:
            schema.migrate(connection, now)
    except DatabaseError as error:
        store.close()
        raise explain(engine, error) from error
    except StoreError:
        store.close()
        raise
    return store


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows by primary key: new ones are inserted, old ones take the given columns. All have the same keys."""
    for some in _portions(rows):
        statement = _upserting(connection.dialect.name, table, tuple(some[0]))
        _write(connection, statement, some)


def add_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose primary key is not there yet; the others stay as they are."""
    for some in _portions(rows):
        _write(connection, _adding(connection.dialect.name, table), some)


def _write(connection: Connection, statement: Any, rows: list[Row]) -> None:
    """Several rows are one statement, which is put together anew each time; for one row it is there already."""
    if len(rows) == 1:
        connection.execute(statement, rows[0])
    else:
        connection.execute(statement.values(rows))


@cache
def _upserting(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    statement, keys = _INSERT[dialect](table), [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    if changed:
        return statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return statement.on_conflict_do_nothing(index_elements=keys)


@cache
def _adding(dialect: str, table: Table) -> Any:
    return _INSERT[dialect](table).on_conflict_do_nothing(index_elements=[column.name for column in table.primary_key])


_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _portions(rows: Sequence[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), ROWS_PER_INSERT):
        yield list(rows[start : start + ROWS_PER_INSERT])


__all__ = ["Store", "StoreError", "add_missing", "open_store", "upsert"]
