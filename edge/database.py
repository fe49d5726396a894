"""The one door to SQLite: encrypted whole, one writer at a time, fsynced before `write()` returns.

`read()` and `write()` each give a connection inside a transaction. Rows are read by name or by place.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3
from sqlcipher3 import dbapi2

from edge.clock import Clock
from edge.errors import YizhanError, problem

# sqlite-utils looks for `pysqlite3` first. Without this it would compare our errors with the standard library's
# classes, which sqlcipher3's are not part of, and miss them.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

if TYPE_CHECKING:
    import sqlite3

    import sqlite_utils

    class _Base(sqlite3.Connection):
        """sqlcipher3 publishes no types; its classes have the standard library's methods."""

else:
    _Base = dbapi2.Connection

SQLITE_OLDEST = (3, 51, 3)  # the fix of the WAL-reset corruption bug
KEY_BYTES = 32
VERSION: str = dbapi2.sqlite_version
BUSY_TIMEOUT_MS = 10_000
WAL_LEFT_BYTES_MAX = 4_194_304  # a short log has less to lose to a flipped bit

Error: type[Exception] = dbapi2.Error
IntegrityError: type[Exception] = dbapi2.IntegrityError

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL loses acknowledged rows at a power cut
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",  # SQLite's temporary files are not encrypted
    "trusted_schema = OFF",
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    f"journal_size_limit = {WAL_LEFT_BYTES_MAX}",
)

_DISK = ("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")  # a disk that took itself out of use is read-only
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class Connection(_Base):
    """A connection that knows the clock, since whatever is written carries the time."""

    clock: Clock
    wrote_blob: bool = False  # since the last commit


def create_key() -> str:
    """A new raw key for `Database`, as text for a key file."""
    import secrets

    return secrets.token_hex(KEY_BYTES)


def read_key(path: Path) -> bytes:
    """The 32 bytes of a key file (64 hexadecimal digits); raises key_missing, key_unreadable."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise problem("key_missing", key_file=path) from None
    except (OSError, ValueError):
        raise problem("key_unreadable", key_file=path) from None
    if len(key) != KEY_BYTES:
        raise problem("key_unreadable", key_file=path)
    return key


def check_sqlite(version: tuple[int, ...]) -> None:
    """Raises sqlite_too_old for a library that can corrupt a WAL."""
    if version < SQLITE_OLDEST:
        raise problem("sqlite_too_old", version=".".join(map(str, version)))


def write_blob(tx: Connection, table: str, column: str, row: int, data: bytes) -> None:
    """Fill a blob of as many zeros. A statement keeps what was bound to it last, so that each thread would go on
    holding the last photograph that it stored.
    """
    opened: Any = tx  # the standard library calls it blobopen
    blob = opened.open_blob(table, column, row)
    try:
        blob.write(data)
    finally:
        blob.close()
    tx.wrote_blob = True


class Database:
    """One encrypted file. A connection per thread, one writer lock for the process, `close()` closes them all."""

    is_address = False  # whether the path is an address of SQLite's own (file:…?vfs=…) and no file

    def __init__(self, path: Path, key: bytes, clock: Clock, *, key_file: Path | None = None) -> None:
        check_sqlite(tuple(map(int, dbapi2.sqlite_version.split("."))))
        self.path = path
        self.after_commit: list[Callable[[Connection], None]] = []
        self._clock = clock
        self._key = key
        self._key_file = key_file
        self._writer = threading.Lock()
        self._connections: dict[threading.Thread, Connection] = {}
        self._connections_lock = threading.Lock()
        self._fault: YizhanError | None = None
        self._closed = False
        self._connection()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One moment of the data, whatever is written meanwhile; inside a `write()` of this thread, its transaction."""
        connection = self._connection()
        if connection.in_transaction:
            yield connection
            return
        with self._faults():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that has the only pen, on disk when this block ends without an exception.

        Raises read_only problems (disk_full, disk_fault, database_busy); RuntimeError inside another transaction.
        """
        if self._fault is not None:
            raise self._fault
        connection = self._connection()
        if connection.in_transaction:
            raise RuntimeError("a transaction is open in this thread; hand its connection on instead")
        with self._writer, self._faults():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                self._give_up(connection)
                raise
            if connection.wrote_blob:  # its pages fill the cache of this thread, and nobody looks at them here again
                connection.wrote_blob = False
                self.forget_pages()
            for follow in self.after_commit:
                follow(connection)

    def forget_pages(self) -> None:
        """Give back what this thread holds of the file: it read something large that nobody reads again soon.

        Each thread may hold 8 MB, and there are a dozen.
        """
        self._connection().execute("PRAGMA shrink_memory")

    def tools(self, connection: Connection) -> "sqlite_utils.Database":
        """sqlite-utils on an open connection, for migrations and maintenance."""
        import sqlite_utils

        return sqlite_utils.Database(connection, strict=True)

    def is_damaged(self) -> bool:
        """Whether any page fails its HMAC or its structure; reads the whole file.

        With a connection of its own: one that has read the list of the search's segments believes it until it looks a
        word up, and calls damaged what another one has joined meanwhile.
        """
        fresh = self._connect()
        try:
            with self._faults():
                fresh.execute("BEGIN")
                pages = fresh.execute("PRAGMA cipher_integrity_check").fetchall()
                structure = fresh.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            fresh.close()
        return bool(pages) or [tuple(row) for row in structure] != [("ok",)]

    def copy_to(self, path: Path, key: bytes = b"") -> None:
        """A copy of one moment under `key` (else the same), while others may write; `path` must not be there.

        Raises file_not_written; a full or broken disk under the copy says nothing of our own.
        """
        target = dbapi2.connect(str(path), isolation_level=None)
        try:
            target.execute("PRAGMA cipher_log_level = NONE")
            target.execute(f"PRAGMA key = \"x'{(key or self._key).hex()}'\"")
            self._connection().backup(target)
        except dbapi2.Error as error:
            raise problem("file_not_written", file=path, detail=str(error)) from error
        finally:
            target.close()

    def empty_log(self) -> None:
        """Bring everything into the one file and leave the log beside it empty: it holds pages of before."""
        with self._writer, self._faults():
            self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def vacuum(self) -> None:
        """Write every page anew, so that no page holds in its slack what was deleted; then `empty_log`."""
        with self._writer, self._faults():
            self._connection().execute("VACUUM")
        self.empty_log()

    @property
    def key(self) -> bytes:
        """For whoever seals it to a slot."""
        return self._key

    def change_key(self, fresh: bytes) -> None:
        """Encrypt every page anew, in one transaction with a journal; nobody else may have the file open.

        Raises database_busy, disk_full, disk_fault; the file then still has the key that it had.
        """
        connection = self._connection()
        with self._writer, self._faults():
            connection.execute("PRAGMA journal_mode = DELETE")  # a log beside it would hold pages under the old key
            try:
                connection.execute(f"PRAGMA rekey = \"x'{fresh.hex()}'\"")
            except dbapi2.Error as error:  # SQLCipher doesn't say which disk fault it was
                raise fault(error) or problem("disk_fault") from error
            finally:
                self._forget(connection)  # half of it may believe in the other key
            self._take_key(fresh)

    def _take_key(self, fresh: bytes) -> None:
        """Go on under another key if the file has it: where somebody reads, SQLCipher says ok and writes nothing."""
        before, self._key = self._key, fresh
        try:
            self._connection()
        except YizhanError as error:
            self._key = before
            raise problem("database_busy") if error.code == "wrong_database_key" else error from error

    def shut_whole(self) -> None:
        """Bring everything into the one file and leave no log beside it, so that the file can be moved; then close."""
        with self._faults():
            self._connection().execute("PRAGMA journal_mode = DELETE")
        self.close()

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        with self._writer, self._connections_lock:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def _connection(self) -> Connection:
        thread = threading.current_thread()
        known = self._connections.get(thread)
        if known is not None:
            return known
        with self._connections_lock:
            if self._closed:
                raise RuntimeError("the database is closed")
            self._drop_connections_of_ended_threads()
            self._connections[thread] = made = self._connect()
        return made

    def _drop_connections_of_ended_threads(self) -> None:
        for thread in [thread for thread in self._connections if not thread.is_alive()]:
            self._connections.pop(thread).close()

    def _connect(self) -> Connection:
        connection: Connection = dbapi2.connect(
            str(self.path), isolation_level=None, check_same_thread=False, factory=Connection, uri=self.is_address
        )
        connection.clock = self._clock
        connection.row_factory = dbapi2.Row
        try:
            with self._faults():
                self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: Connection) -> None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to the terminal beside our sentence
        connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except dbapi2.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
                raise problem("wrong_database_key", key_file=self._key_file or "") from error
            raise
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    def _give_up(self, connection: Connection) -> None:
        try:
            connection.rollback()
        except dbapi2.Error:
            # the failed write already ended the transaction; a fresh connection reads what is on disk
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        with self._connections_lock:
            self._connections.pop(threading.current_thread(), None)
        connection.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except dbapi2.Error as error:
            found = fault(error)
            if found is None:
                raise
            if found.code == "disk_fault":
                self._fault = found  # after a failed fsync nothing written later can be trusted
            raise found from error


def fault(error: Any) -> YizhanError | None:
    """The catalogue's problem for a failure of disk or file; None for a mistake in our SQL."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if name == "SQLITE_FULL":
        return problem("disk_full")
    if name.startswith(_DISK):
        return problem("disk_fault")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return problem("database_busy")
    if name.startswith(_DAMAGED):
        return problem("database_damaged")
    return None
