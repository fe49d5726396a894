"""What differs between the engines of the store: SQLite (SQLCipher's, never the system's) and PostgreSQL."""

from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

SQLITE_MIN = (3, 51, 3)  # older ones can corrupt a write-ahead log when it is reset
FileFault = sqlcipher.DatabaseError  # what a question beside SQLAlchemy raises
BUSY_MS = 10_000
POSTGRESQL_MIN: Final = 15
CONNECT_S: Final = 5
LOCK_MS: Final = 20_000  # a room's row is held for the length of one batch; whoever waits longer tries again
WRONG_KEY = "中心数据库的密钥不对，或文件已损坏。请检查 centre.key 是否为这个数据库的密钥。"
UNREACHABLE = "连不上中心数据库。请检查 centre.toml 的 database，以及 PostgreSQL 是否在运行、账号是否有权限。"
WRONG_ADDRESS = "centre.toml 的 database 不是可用的地址，应写成 postgresql://账号@主机/数据库。"
WRONG_ORDER = (
    "中心数据库的编码应为 UTF8、排序规则应为 C（否则时间的先后会排错）。请重建："
    "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
)


class StoreError(Exception):
    """The store can't be opened. The message is a sentence for the operator."""


def make_engine(address: str, default_path: Path, key: bytes, connections: int) -> Engine:
    """The engine for an SQLAlchemy address, or for the encrypted file `default_path` where it is empty.

    `connections`: requests that may use it at the same time. Raises StoreError for another engine, or an SQLite that is
    too old; nothing is connected yet.
    """
    try:
        url = make_url(address) if address else URL.create("sqlite", database=str(default_path))
        name = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(WRONG_ADDRESS) from error
    if name == "sqlite":
        return _sqlite(url, key)
    if name != "postgresql":
        raise StoreError(WRONG_ADDRESS)
    return _postgresql(url, connections)


def explain(engine: Engine, error: DatabaseError) -> StoreError:
    """What an operator is told when the first question to a store fails."""
    return StoreError(WRONG_KEY if engine.dialect.name == "sqlite" else f"{UNREACHABLE}（{_first_line(error)}）")


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).partition("\n")[0]


def check_order(connection: Connection) -> None:
    """Texts are compared byte by byte: moments are, and no locale may sort them otherwise. Raises StoreError."""
    if connection.dialect.name == "sqlite":
        return
    found = connection.execute(
        text(
            "SELECT current_setting('server_version_num')::int / 10000 AS version, datcollate,"
            " pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()"
        )
    ).one()
    if found.version < POSTGRESQL_MIN:
        raise StoreError(f"PostgreSQL {found.version} 过旧，请使用 {POSTGRESQL_MIN} 或更新的版本。")
    if found.encoding != "UTF8" or found.datcollate.upper() not in {"C", "POSIX", "C.UTF-8", "C.UTF8"}:
        raise StoreError(WRONG_ORDER)


def _postgresql(url: URL, connections: int) -> Engine:
    """Connections of psycopg; those that a switch of the primary has broken are made anew at the next request."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        paramstyle="numeric_dollar",
        pool_size=connections,
        max_overflow=connections,
        pool_recycle=600,
        connect_args={
            "connect_timeout": CONNECT_S,
            "options": f"-c lock_timeout={LOCK_MS} -c timezone=UTC",
            "target_session_attrs": "read-write",  # of several hosts in the address: the one that leads now
        },
    )
    event.listen(engine, "connect", _plainly)
    return engine


def _plainly(connection: Any, _record: Any) -> None:
    """Statements go to the server as they are, with $1: to look for %s in one of fifty rows takes longer than to send
    it.
    """
    import psycopg

    connection.cursor_factory = psycopg.RawCursor
    connection.server_cursor_factory = psycopg.RawServerCursor


def _sqlite(url: URL, key: bytes) -> Engine:
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
    driver: Any = connection.connection.dbapi_connection  # by way of SQLAlchemy it takes ten times as long
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
