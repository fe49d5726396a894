import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event, func, inspect, select
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from sync.centre import aside, intake, lists, log, tables
from sync.centre.store import StoreError, add, add_missing, gathering, open_store, remove, upsert

KEY = bytes(range(32))
NOW = "2026-11-21T09:00:00+08:00"
NODE = {"node_id": "5224250017", "name": "大坪村警务室", "enrolled_at": NOW}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request):
    """Where the store lies: what is asked of a store is asked of each engine."""
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("postgresql").database() as made:
        yield made


@pytest.fixture
def store(address, tmp_path):
    opened = open_store(address, tmp_path / "centre.db", KEY, NOW)
    yield opened
    opened.close()


@pytest.fixture
def file_store(tmp_path):
    """What is true of the file alone."""
    opened = open_store("", tmp_path / "centre.db", KEY, NOW)
    yield opened
    opened.close()


def count(store, table):
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_key_of_what_comes_from_a_room_begins_with_the_node():
    for table in tables.metadata.tables.values():
        if table.name in tables.GLOBAL_TABLES:
            continue
        for constraint in [
            table.primary_key,
            *[c for c in table.constraints if type(c).__name__ == "UniqueConstraint"],
        ]:
            assert next(iter(constraint.columns)).name == "node_id", table.name


def test_the_file_is_encrypted_and_another_key_is_refused_with_a_sentence(file_store, tmp_path):
    with file_store.write() as connection:
        upsert(connection, tables.node, [NODE])
    assert b"SQLite format" not in (tmp_path / "centre.db").read_bytes()[:100]
    assert "大坪村".encode() not in (tmp_path / "centre.db-wal").read_bytes()
    with pytest.raises(StoreError, match="密钥不对"):
        open_store("", tmp_path / "centre.db", bytes(32), NOW)


def test_it_uses_a_full_write_ahead_log_with_foreign_keys(file_store):
    with file_store.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert sqlcipher.sqlite_version_info >= (3, 51, 3)


def test_a_write_that_fails_leaves_nothing(store):
    def write_and_stumble() -> None:
        with store.write() as connection:
            upsert(connection, tables.node, [NODE])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_stumble()
    assert count(store, tables.node) == 0


def test_a_repeated_row_takes_the_new_values_and_a_missing_one_is_only_added(store):
    with store.write() as connection:
        upsert(connection, tables.node, [NODE])
        upsert(connection, tables.node, [NODE | {"name": "黑塘村警务室"}])
        add_missing(connection, tables.node, [NODE | {"name": "银厂村警务室"}])
    with store.read() as connection:
        assert connection.execute(select(tables.node.c.name)).scalars().all() == ["黑塘村警务室"]


def test_writers_in_many_threads_wait_for_one_another(store):
    with store.write() as connection:
        upsert(connection, tables.node, [NODE | {"down_seen": "0"}])

    def add_one() -> None:
        for _ in range(10):
            with store.write() as connection:
                seen = connection.execute(select(tables.node.c.down_seen).with_for_update()).scalar_one()
                connection.execute(tables.node.update().values(down_seen=str(int(seen) + 1)))

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.execute(select(tables.node.c.down_seen)).scalar_one() == "40"


def test_a_store_of_a_later_version_is_not_touched(store, address, tmp_path):
    with store.write() as connection:
        connection.execute(tables.schema_version.update().values(version=99))
    with pytest.raises(StoreError, match="更新的版本"):
        open_store(address, tmp_path / "centre.db", KEY, NOW)


def test_a_row_of_an_unknown_room_is_refused_by_the_store_itself(store):
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(tables.unconfirmed.insert().values(node_id="5224250099", number="1", since=NOW))


def test_moments_are_sorted_by_their_bytes(store):
    """A day, its moments, and a moment in another form, as the queue compares them."""
    sorted_texts = ["2026-11-21", "2026-11-21T09:00:00+08:00", "2026-11-21U", "2026-11-22", "9999", "Z", "a"]
    rows = [NODE | {"node_id": f"{place:010}", "name": text} for place, text in enumerate(reversed(sorted_texts))]
    with store.write() as connection:
        upsert(connection, tables.node, rows)
        found = connection.execute(select(tables.node.c.name).order_by(tables.node.c.name)).scalars().all()
    assert found == sorted_texts


ROW = {"node_id": NODE["node_id"], "number": "52242500171000010", "since": NOW}


def test_what_is_gathered_is_written_at_the_end_and_the_last_word_on_a_row_counts(store):
    with store.write() as connection:
        upsert(connection, tables.node, [NODE])
        upsert(connection, tables.unconfirmed, [ROW | {"number": number} for number in ("old", "kept", "back")])
    with store.write() as connection, gathering(connection):
        upsert(connection, tables.unconfirmed, [ROW | {"number": "new"}, ROW | {"number": "gone"}])
        upsert(connection, tables.unconfirmed, [ROW | {"number": "new", "since": "later"}])
        for number in ("gone", "old", "back", "never"):
            remove(connection, tables.unconfirmed, {"node_id": NODE["node_id"], "number": number})
        upsert(connection, tables.unconfirmed, [ROW | {"number": "back", "since": "again"}])
        remove(connection, tables.mark, {"node_id": NODE["node_id"], "application": "x", "id": "y"})
        assert connection.execute(select(func.count()).select_from(tables.unconfirmed)).scalar_one() == 3
    with store.read() as connection:
        rows = connection.execute(select(tables.unconfirmed).order_by(tables.unconfirmed.c.number)).all()
    assert [(row.number, row.since) for row in rows] == [("back", "again"), ("kept", NOW), ("new", "later")]


def test_what_was_gathered_when_the_block_failed_is_not_written_and_does_not_linger(store):
    with store.write() as connection:
        upsert(connection, tables.node, [NODE])
        with suppress(KeyError), gathering(connection):
            upsert(connection, tables.unconfirmed, [ROW])
            raise KeyError
        remove(connection, tables.unconfirmed, {"node_id": NODE["node_id"]})
    assert count(store, tables.unconfirmed) == 0


def test_columns_that_a_row_does_not_name_take_their_defaults(store):
    with store.write() as connection:
        add(connection, tables.node, [NODE])
        row = connection.execute(select(tables.node)).one()
    with pytest.raises(IntegrityError), store.write() as connection:
        add(connection, tables.node, [NODE])
    assert (row.fork_at, row.up_head, row.name) == ("", "", NODE["name"])


def test_more_rows_than_one_statement_takes_are_written_all(store):
    rows = [NODE | {"node_id": f"{place:010}"} for place in range(1203)]
    with store.write() as connection:
        add_missing(connection, tables.node, rows)
        upsert(connection, tables.node, rows)
    assert count(store, tables.node) == 1203


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [("mysql://centre@localhost/yizhan", "不是可用的地址"), ("nonsense", "不是可用的地址")],
)
def test_an_address_of_another_engine_is_named(tmp_path, wrong, sentence):
    with pytest.raises(StoreError, match=sentence):
        open_store(wrong, tmp_path / "centre.db", KEY, NOW)


@pytest.mark.slow
def test_a_postgresql_that_is_not_there_is_named_and_one_with_another_order_is_refused(tmp_path, postgresql):
    with pytest.raises(StoreError, match="连不上"):
        open_store(f"postgresql://nobody@/none?host={tmp_path}", tmp_path / "none", KEY, NOW)
    postgresql.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(StoreError, match="UTF8"):
        open_store(postgresql.address("latin"), tmp_path / "none", KEY, NOW)
    postgresql.drop("latin")


@pytest.mark.slow
def test_programs_that_start_together_on_an_empty_postgresql_make_its_tables_once(tmp_path, postgresql):
    with postgresql.database() as empty, ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_store(empty, tmp_path / "none", KEY, NOW), range(4)))
        assert count(opened[0], tables.schema_version) == 1
        for store in opened:
            store.close()


def test_the_tables_and_the_statements_are_those_of_postgresql_too():
    dialect = postgresql_dialect.dialect()
    for table in tables.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))
    locked = select(tables.node).filter_by(node_id="5224250017").with_for_update()
    assert str(locked.compile(dialect=dialect)).endswith("FOR UPDATE")


def test_the_events_of_an_application_are_found_by_an_index_in_the_order_of_reading(file_store):
    asked = log._OF_APPLICATION.compile(dialect=sqlite.dialect())
    with file_store.read() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {asked}", ("5224250017", "522425001710000110", "", b"\x01")
        ).fetchall()
    assert [step[-1] for step in plan] == [
        "SEARCH event USING INDEX event_of_application (node_id=? AND application=?)"
    ]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (lists.statement("closed", ""), "application_closed"),
        (lists.statement("all", ""), "application_by_time"),
        (select(tables.event).where(aside.still_refused(tables.event.c.node_id)), "event_still_refused"),
        (intake._refused_of("5224250017"), "event_still_refused"),
    ],
)
def test_a_long_list_is_read_by_the_index_of_its_rows_alone(file_store, asked, index):
    seen = []
    event.listen(file_store._engine, "before_cursor_execute", lambda *given: seen.append(given[2:4]))
    with file_store.read() as connection:
        connection.execute(asked)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[0][0]}", seen[0][1]).fetchall()
    steps = [step[-1] for step in plan]
    assert f"USING INDEX {index}" in steps[0]
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps


def test_a_store_from_before_gets_the_index_that_is_new_and_loses_the_one_that_it_replaces(store, address, tmp_path):
    with store.write() as connection:
        connection.exec_driver_sql("DROP INDEX event_of_application")
        connection.exec_driver_sql("CREATE INDEX event_application ON event (node_id, application)")
        connection.exec_driver_sql("CREATE INDEX event_refused ON event (node_id) WHERE refused <> ''")
    store.close()
    again = open_store(address, tmp_path / "centre.db", KEY, NOW)
    try:
        with again.read() as connection:
            names = {index["name"] for index in inspect(connection).get_indexes("event")}
    finally:
        again.close()
    assert names == {"event_of_application", "event_still_refused", "event_set_apart", "event_timed"}


def test_opening_twice_changes_nothing(store, address, tmp_path):
    again = open_store(address, tmp_path / "centre.db", KEY, NOW)
    again.close()
    assert count(store, tables.schema_version) == 1
