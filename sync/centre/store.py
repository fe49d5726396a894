"""The one store of the centre: SQLAlchemy Core on SQLite (SQLCipher's, never the system's) or PostgreSQL.

What differs between engines stands here and in `engines`; every other module writes portable statements.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import OperationalError as FailedError  # the disk, or the way to the database

from edge.book_witness import BookWitness, Line
from sync.centre import schema
from sync.centre.engines import FileFault, StoreError, explain, make_engine
from sync.centre.writing import add, add_missing, gathering, remove, upsert

logger = logging.getLogger(__name__)
CONNECTIONS = 8
_ADDED = "yizhan.account_book"


class Store:
    """Opened store. `read()` and `write()` give a connection with a transaction of its own around the block.

    `is_behind`: an earlier version wrote it, and what follows from the logs has to be made anew. `book`: the witness
    that is told of every entry of the book of accounts, once it is committed.
    """

    def __init__(self, engine: Engine) -> None:
        self.is_behind = False
        self.book: BookWitness | None = None
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
            plain.info.pop(_ADDED, None)  # of a transaction that was rolled back
            with connection.begin():
                yield connection
            added = plain.info.pop(_ADDED, None)
            if added is not None and self.book is not None:
                self.book.note(added)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._engine.dialect.name != "sqlite":
            yield
            return
        with self._writer:
            yield

    def empty_log(self) -> bool:
        """On SQLite, write the log beside the file into it and empty it; False where a reader or the disk hinders it.

        PostgreSQL keeps its own log by its own rules.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with self._turn(), closing(self._engine.raw_connection()) as connection:
            try:
                busy, _, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except FileFault as error:
                logger.warning("the log beside the store could not be emptied: %s", error)
                return False
        return not busy

    def close(self) -> None:
        self._engine.dispose()


def note_added(tx: Connection, line: Line) -> None:
    """The last entry that this transaction adds to the book of accounts; its witness hears of it after the commit."""
    tx.info[_ADDED] = line


def open_store(address: str, default_path: Path, key: bytes, now: str, *, connections: int = CONNECTIONS) -> Store:
    """Open the store at an SQLAlchemy address, or the encrypted file `default_path` where it is empty; make its tables.

    Raises StoreError for a wrong key, an SQLite that is too old, a PostgreSQL that can't be reached or sorts by another
    order than that of bytes, or a store written by a later version.
    """
    engine = make_engine(address, default_path, key, connections)
    store = Store(engine)
    try:
        with store.write() as connection:
            store.is_behind = schema.migrate(connection, now)
    except DatabaseError as error:
        store.close()
        raise explain(engine, error) from error
    except StoreError:
        store.close()
        raise
    return store


__all__ = [
    "FailedError", "Store", "StoreError", "add", "add_missing", "gathering", "note_added", "open_store", "remove",
    "upsert",
]  # fmt: skip  # a table
