"""Stores that earlier versions wrote are brought forward; and every key and every question of a batch begins with a room."""

import json
import logging
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from conftest import FixedClock, use_database
from sqlalchemy import event, inspect, select, text

from edge.accounts import Cost
from sync.centre import calling_back, cases, forward, lists, numbering, tables, verification, webhooks
from sync.centre.centre import open_centre
from sync.centre.distribute import statements
from sync.centre.receiver import receive
from sync.centre.schema import SCHEMA_VERSION
from tests.centre_room import MATERIAL, NODE, PHOTO, SHA, enrolled, number, pieces

OLD = Path(__file__).parent / "old_stores"
VERSIONS = sorted({int(path.name.split(".")[0].removeprefix("version-")) for path in OLD.glob("version-*.sql")})


def opened(home):
    return open_centre(home, FixedClock(), Cost(1024, 1, 1))


def write_file(home, dump):
    for path in home.glob("centre.db*"):
        path.unlink()
    connection = sqlcipher.connect(str(home / "centre.db"))
    connection.execute(f"PRAGMA key = \"x'{(home / 'centre.key').read_text().strip()}'\"")
    connection.executescript(dump)
    connection.close()


def write_database(address, dump):
    """As pg_dump wrote it; lines for psql alone are left out."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("\n".join(line for line in dump.split("\n") if not line.startswith("\\")))


@pytest.fixture(params=[(version, engine) for version in VERSIONS for engine in ("sqlite", "postgresql")])
def old_home(request, tmp_path, empty_centre):
    """The home of a centre whose store is as an earlier version left it."""
    version, engine = request.param
    home = shutil.copytree(empty_centre, tmp_path / "centre")
    dump = (OLD / f"version-{version}.{engine}.sql").read_text(encoding="utf-8")
    if engine == "sqlite":
        write_file(home, dump)
        yield home
        return
    with request.getfixturevalue("postgresql").database() as address:
        write_database(address, dump)
        use_database(home, address)
        yield home


def version_of(centre):
    with centre.store.read() as tx:
        return tx.execute(select(tables.schema_version.c.version)).scalar_one()


def shown(centre):
    with centre.store.read() as tx:
        return [(line.number, line.phase, line.result) for line in lists.applications(tx, "all", "2026-11-22")]


def test_a_store_of_an_earlier_version_is_brought_forward_with_all_that_it_holds(old_home):
    centre = opened(old_home)
    for chunk in pieces():  # the files lie beside the store, and are not part of its dump
        centre.blobs.add_chunk(NODE, SHA, chunk.offset, chunk.data)
    assert centre.blobs.finish(NODE, SHA)
    assert verification.verify(centre) | {"nodes": []} == {"whole": True, "faults": [], "nodes": []}
    assert version_of(centre) == SCHEMA_VERSION
    expected = [(number(3), "received", ""), (number(2), "accepted", ""), (number(1), "closed", "granted")]
    assert sorted(shown(centre)) == sorted(expected)
    assert centre.blobs.read(NODE, SHA) == PHOTO
    cases.accept(centre, number(3), actor="centre:chen")
    centre.close()


def test_a_store_that_was_brought_forward_has_every_column_and_index_of_a_new_one(old_home):
    """Whoever adds a column to a table that was released adds the step that adds it to stores of before."""
    centre = opened(old_home)
    with centre.store.read() as tx:
        found = inspect(tx)
        for table in tables.metadata.sorted_tables:
            assert {one["name"] for one in found.get_columns(table.name)} == set(table.c.keys()), table.name
            indexes = {one["name"] for one in found.get_indexes(table.name)}
            assert indexes >= {one.name for one in table.indexes}, table.name
    centre.close()


def test_a_start_that_is_killed_on_the_way_forward_begins_again(old_home, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(forward.schema, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            opened(old_home)
    centre = opened(old_home)
    assert version_of(centre) == SCHEMA_VERSION
    assert len(shown(centre)) == 3
    centre.close()


def test_the_second_start_has_nothing_to_do(old_home, caplog):
    opened(old_home).close()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        again = opened(old_home)
    assert not again.store.is_behind
    assert not caplog.records
    again.close()


# --- what a store that is distributed by node asks of the tables


def of_rooms():
    return [table for table in tables.metadata.sorted_tables if table.name not in tables.GLOBAL_TABLES]


def test_every_unique_key_of_what_comes_from_a_room_begins_with_the_room():
    for table in of_rooms():
        unique = [
            one for one in table.constraints if type(one).__name__ in {"PrimaryKeyConstraint", "UniqueConstraint"}
        ]
        for key in [*unique, *(index for index in table.indexes if index.unique)]:
            assert next(iter(key.columns)).name == "node_id", f"{table.name}: {key.name}"


def test_no_table_of_a_room_points_to_another_but_by_the_room():
    names = {table.name for table in of_rooms()}
    for table in of_rooms():
        for key in table.foreign_key_constraints:
            if key.referred_table.name in names:
                assert next(iter(key.columns)).name == "node_id", f"{table.name}: {key.name}"


def test_the_statements_for_citus_name_every_table_once_and_none_before_what_it_points_to():
    said = [re.fullmatch(r"SELECT create_(reference|distributed)_table\('([a-z_]+)'.*\);", one) for one in statements()]
    place = {one[2]: index for index, one in enumerate(said)}
    assert len(said) == len(place) == len(tables.metadata.tables)
    assert {one[2] for one in said if one[1] == "reference"} == tables.GLOBAL_TABLES
    for table in tables.metadata.sorted_tables:
        assert all(place[key.referred_table.name] <= place[table.name] for key in table.foreign_key_constraints)


@contextmanager
def recorded(centre):
    """(statement, parameters) of everything that is asked of the store within the block."""
    asked = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    event.listen(centre.store._engine, "before_cursor_execute", note)
    yield asked
    event.remove(centre.store._engine, "before_cursor_execute", note)


@pytest.fixture
def engine():
    return "postgresql"


def plans(tx, statement, parameters):
    """The nodes of the plan, without the choice of reading a small table from end to end."""
    tx.execute(text("SET LOCAL enable_seqscan = off"))
    found = tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    pending = [one["Plan"] for one in (json.loads(found) if isinstance(found, str) else found)]
    while pending:
        node = pending.pop()
        yield node
        pending += node.get("Plans", [])


def unbounded(tx, statement, parameters):
    """The scans of a statement that read more than the rows of one room."""
    names = {table.name for table in of_rooms()}
    for node in plans(tx, statement, parameters):
        relation = node.get("Relation Name")
        if (
            "Scan" in node["Node Type"]
            and relation in names
            and "node_id" not in node.get("Index Cond", "") + node.get("Recheck Cond", "")
        ):
            yield f"{node['Node Type']} on {relation}: {statement}"


OFFICIAL = "1152242500012345673440103001000" + "20261121" + "0017"
REPORT = {
    "version": "1.0", "unsent": 0, "lacking": 0, "oldest": "", "skew_s": 0, "disk_mb": 9, "disk_free_mb": 5, "backup": "",
    "aside": 0, "pack": 0, "pack_fault": "",
}  # fmt: skip  # a table


def everyday(centre):
    """A first contact, batches with materials, an application that is opened, corrected and decided; another program
    that is told of it; a report of the machine, a bad rating that is called back, a number of the whole country's.
    """
    webhooks.add(centre, "省政务平台", "https://203.0.113.1/hook", actor="centre:li")
    room = enrolled(centre)
    room.file_one(1, materials=[MATERIAL])
    room.file_one(2)
    for body in (room.batch(chunks=pieces()), room.batch()):
        room.read(receive(centre, NODE, body), body)
    cases.accept(centre, number(1), actor="centre:li")
    cases.get(centre, number(1))
    numbering.give(centre, number(1), OFFICIAL, actor="centre:li")
    cases.decide(centre, number(1), actor="centre:li", result="granted")
    room.write("node.reported", REPORT, application="")
    rated = {"application": number(1), "grade": 1, "how": "kiosk", "callback": "13985700001"}
    room.write("rating.given", rated, application="")
    body = room.batch(first=3)
    room.read(receive(centre, NODE, body), body)
    calling_back.record(centre, number(1), result="mended", answer="已更换窗口座椅。", tries=0, actor="centre:du")


def test_whatever_a_batch_and_an_act_ask_of_the_store_begins_with_the_room(centre):
    with recorded(centre) as asked:
        everyday(centre)
    of_tables = [one for one in asked if re.match(r"(SELECT|INSERT|UPDATE|DELETE)\b", one[0])]
    assert len(of_tables) > 50
    with centre.store.write() as tx:
        found = {fault for one in of_tables for fault in unbounded(tx, *one)}
    assert any("FROM word" in one for one in found), "an official number is one application's in all of the province"
    found = {one for one in found if "FROM word \nWHERE word.word = $1" not in one}
    assert not found, "\n".join(sorted(found))


def test_a_question_over_all_rooms_would_be_seen(centre):
    everyday(centre)
    with centre.store.write() as tx:
        assert list(unbounded(tx, "SELECT * FROM application WHERE number = $1", (number(1),)))
        assert not list(unbounded(tx, "SELECT * FROM application WHERE node_id = $1", (NODE,)))
