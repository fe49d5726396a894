"""The tables of a store, made or brought forward from every earlier version.

New tables and indexes come by themselves. STEPS is append-only: what a new version asks of rows that are there already,
from the version before it. PROJECTED names the last version that made other rows of the logs than the one before; what
follows from the logs is then made anew (sync.centre.forward), and only after that the store has its new version. Of
several programs that start at the same time one makes the tables, and the others wait.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, text, update

from forms.kinds_people import GOOD_MIN
from sync.centre import tables, tables_figures
from sync.centre.engines import StoreError, check_order

ONE_AT_A_TIME: Final = 7_319_552  # the number of an advisory lock, the same in every program of a centre
REPLACED_INDEXES: Final = ("event_application", "event_refused")
Step = Callable[[Connection], None]


def _m002_queue(_: Connection) -> None:
    """The rows of the desks' queue are new, and follow from the logs."""


def _m003_call_backs(connection: Connection) -> None:
    """Bad ratings from before with a telephone number are owed a call from the day on which they were given."""
    rated = tables.rating.c
    given = select(rated.node_id, rated.application, rated.at).where(rated.grade < GOOD_MIN, rated.callback != "")
    for row in connection.execute(given).all():
        values = {"node_id": row.node_id, "application": row.application, "since": row.at}
        connection.execute(insert(tables.call_back).values(values))


def _m004_complaints(connection: Connection) -> None:
    """What came from phones before waits since the day on which it came; what was filed follows from the logs."""
    sent = tables.phone_complaint.c
    for row in connection.execute(select(sent.node_id, sent.id, sent.at)).all():
        values = {"node_id": row.node_id, "id": row.id, "kind": "phone", "since": row.at}
        connection.execute(insert(tables.complaint).values(values))


def _m005_counts(_: Connection) -> None:
    """The facts of the figures and their counters are new, and follow from the logs."""


def _m006_years(connection: Connection) -> None:
    """What is counted by month is counted by year as well."""
    tally = tables_figures.tally
    year, counts = func.substr(tally.c.span, 1, 4), [one for one in tally.columns if not one.primary_key]
    months = select(tally.c.node_id, year, *map(func.sum, counts)).where(func.length(tally.c.span) == len("2026-11"))
    names = [tally.c.node_id, tally.c.span, *counts]
    connection.execute(delete(tally).where(func.length(tally.c.span) == len("2026")))  # of a start that was killed
    connection.execute(insert(tally).from_select(names, months.group_by(tally.c.node_id, year)))


STEPS: Final[tuple[Step, ...]] = (_m002_queue, _m003_call_backs, _m004_complaints, _m005_counts, _m006_years)
SCHEMA_VERSION: Final = 1 + len(STEPS)
PROJECTED: Final = 5


def migrate(connection: Connection, now: str) -> bool:
    """Inside of one transaction. True where the projections have to be made anew before the store is used.

    Raises StoreError for a store that a later version wrote.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    check_order(connection)
    tables.metadata.create_all(connection)
    _index(connection)
    version = connection.execute(select(tables.schema_version.c.version)).scalar()
    if version is None:
        connection.execute(insert(tables.schema_version).values(version=SCHEMA_VERSION, at=now))
        return False
    if version > SCHEMA_VERSION:
        raise StoreError("这个中心数据库由更新的版本写成，请先升级程序再启动。")
    for step in STEPS[version - 1 :]:
        step(connection)
    if version >= PROJECTED:
        finish(connection, now)
    return bool(version < PROJECTED)


def finish(connection: Connection, now: str) -> None:
    """The store is of this version from now on. Again is harmless."""
    table = tables.schema_version
    connection.execute(update(table).where(table.c.version < SCHEMA_VERSION).values(version=SCHEMA_VERSION, at=now))


def _index(connection: Connection) -> None:
    """Indexes that are newer than their table; one that another has taken the place of goes."""
    for table in tables.metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    for name in REPLACED_INDEXES:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
