"""The tables of a store, made or brought forward: append-only steps, each from the version before it.

New tables and indexes come by themselves. A step is for what rows that are already there need; it is run once, in the
same transaction as the new version number. Of several programs that start at the same time one does it.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, insert, select, text, update

from sync.centre import tables
from sync.centre.engines import StoreError, check_order

ONE_AT_A_TIME: Final = 7_319_552  # the number of an advisory lock, the same in every program of a centre
REPLACED_INDEXES: Final = ("event_application",)
Step = Callable[[Connection], None]
STEPS: Final[tuple[Step, ...]] = ()
SCHEMA_VERSION: Final = 1 + len(STEPS)


def migrate(connection: Connection, now: str) -> None:
    """Inside of one transaction. Raises StoreError for a store that a later version wrote."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    check_order(connection)
    tables.metadata.create_all(connection)
    _index(connection)
    version = connection.execute(select(tables.schema_version.c.version)).scalar()
    if version is None:
        connection.execute(insert(tables.schema_version).values(version=SCHEMA_VERSION, at=now))
        return
    if version > SCHEMA_VERSION:
        raise StoreError("这个中心数据库由更新的版本写成，请先升级程序再启动。")
    for step in STEPS[version - 1 :]:
        step(connection)
    if version < SCHEMA_VERSION:
        connection.execute(update(tables.schema_version).values(version=SCHEMA_VERSION, at=now))


def _index(connection: Connection) -> None:
    """Indexes that are newer than their table; one that another has taken the place of goes."""
    for table in tables.metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    for name in REPLACED_INDEXES:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
