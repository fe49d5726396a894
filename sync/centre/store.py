"""The one store of the centre: SQLAlchemy Core on SQLite (SQLCipher's, never the system's) or PostgreSQL.

What differs between engines stands in this file; every other module writes portable statements.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError

from sync.centre import tables

SQLITE_MIN = (3, 51, 3)  # older ones can corrupt a write-ahead log when it is reset
BUSY_MS = 10_000
ROWS_PER_INSERT = 500
SCHEMA_VERSION = 1

Row = Mapping[str, Any]


class StoreError(Exception):
    """The store can't be opened. The message is a sentence for the operator."""


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


def open_store(address: str, default_path: Path, key: bytes, now: str) -> Store:
    """Open the store at an SQLAlchemy address, or the encrypted file `default_path` where it is empty; make its tables.

    Raises StoreError for a wrong key, an SQLite that is too old, or a store written by a later version.
    """
    url = make_url(address) if address else URL.create("sqlite", database=str(default_path))
    engine = _sqlite_engine(url, key) if url.get_backend_name() == "sqlite" else create_engine(url, pool_pre_ping=True)
    store = Store(engine)
    try:
        _migrate(store, now)
    except DatabaseError as error:
        store.close()
        raise StoreError("中心数据库的密钥不对，或文件已损坏。请检查 centre.key 是否为这个数据库的密钥。") from error
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


def _sqlite_engine(url: URL, key: bytes) -> Engine:
    if sqlcipher.sqlite_version_info < SQLITE_MIN:
        raise StoreError(f"SQLite {sqlcipher.sqlite_version} 过旧，请安装随程序提供的 sqlcipher3。")

    def connect() -> Any:
        connection = sqlcipher.connect(str(url.database), timeout=BUSY_MS / 1000, check_same_thread=False)
        try:
            _prepare(connection, key)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(url, module=sqlcipher, creator=connect)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, key: bytes) -> None:
    connection.isolation_level = None  # the driver opens no transactions by itself; _begin does
    connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told once, by our own sentence
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a wrong key shows here
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A transaction that reads and then writes would fail with BUSY if it began as a reader."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _index(connection: Connection) -> None:
    """Indexes that are newer than their table; one that another has taken the place of goes."""
    for table in tables.metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    connection.exec_driver_sql("DROP INDEX IF EXISTS event_application")


def _migrate(store: Store, now: str) -> None:
    with store.write() as connection:
        tables.metadata.create_all(connection)
        _index(connection)
        version = connection.execute(select(tables.schema_version.c.version)).scalar()
        if version is None:
            connection.execute(insert(tables.schema_version).values(version=SCHEMA_VERSION, at=now))
        elif version > SCHEMA_VERSION:
            raise StoreError("这个中心数据库由更新的版本写成，请先升级程序再启动。")
