"""The one door to SQLite: what it promises about encryption, transactions and faults."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import KEY, FixedClock
from sqlite_utils.migrations import Migrations

from edge import database as door
from edge import migration_steps, migrations
from edge.database import Database
from edge.errors import YizhanError
from tests.open_files import held


def test_every_connection_is_encrypted_durable_and_strict_about_keys(database):
    with database.read() as tx:
        found = {
            name: tx.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}


def write_and_close(database):
    """The commit finds its connection gone, and so does the way back."""
    with database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (7, 1)")
        tx.close()


def test_a_connection_that_cannot_even_go_back_is_put_away_and_the_next_act_has_a_fresh_one(database):
    with pytest.raises(door.dbapi2.ProgrammingError):
        write_and_close(database)
    with database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (8, 1)")
    with database.read() as tx:
        assert [row[0] for row in tx.execute("SELECT epoch FROM serial")] == [8]


def test_nothing_of_a_row_can_be_read_in_the_files(database, tmp_path):
    with database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (4242, 1)")
        tx.execute("INSERT INTO definition VALUES (?, 'x', '1', ?, '')", ("0" * 64, "欧阳娜娜".encode()))
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("node.db*"))
    assert "欧阳娜娜".encode() not in raw
    assert b"SQLite format 3" not in raw
    assert b"CREATE TABLE" not in raw


def test_a_wrong_key_is_a_sentence_and_prints_nothing(database, tmp_path, clock, capfd):
    with pytest.raises(YizhanError) as caught:
        Database(tmp_path / "node.db", bytes(32), clock, key_file=Path("node.key"))
    assert caught.value.code == "wrong_database_key"
    assert "node.key" in caught.value.hint
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "key_missing"), ("", "key_unreadable"), ("zz" * 32, "key_unreadable"), ("ab" * 31, "key_unreadable")],
)
def test_a_key_file_that_is_no_key_is_named(tmp_path, text, code):
    path = tmp_path / "node.key"
    if text is not None:
        path.write_text(text)
    with pytest.raises(YizhanError) as caught:
        door.read_key(path)
    assert caught.value.code == code
    assert str(path) in caught.value.sentence


def test_a_key_file_is_read_back(key_file):
    assert len(door.read_key(key_file)) == 32


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_can_corrupt_its_log_is_refused(version):
    with pytest.raises(YizhanError) as caught:
        door.check_sqlite(version)
    assert caught.value.code == "sqlite_too_old"
    assert ".".join(map(str, version)) in caught.value.sentence


def test_the_sqlite_that_is_installed_is_taken():
    door.check_sqlite((3, 51, 3))


def test_a_write_that_fails_leaves_nothing(database):
    def fail():
        with database.write() as tx:
            tx.execute("INSERT INTO serial VALUES (1, 1)")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with database.read() as tx:
        assert tx.execute("SELECT count(*) FROM serial").fetchone()[0] == 0
    with database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (1, 1)")


def test_a_write_inside_a_transaction_is_a_mistake_of_the_program(database):
    def nest():
        with database.read(), database.write():
            pass

    with pytest.raises(RuntimeError, match="a transaction is open"):
        nest()


def test_a_read_inside_a_write_sees_what_was_just_written(database):
    with database.write() as outer:
        outer.execute("INSERT INTO serial VALUES (1, 7)")
        with database.read() as tx:
            assert tx.execute("SELECT last FROM serial").fetchone()["last"] == 7


def test_pages_that_are_forgotten_are_read_again(database):
    with database.write() as tx:
        tx.executemany("INSERT INTO serial VALUES (?, ?)", ((at, at + 1) for at in range(2000)))
        database.forget_pages()  # what is not on disk yet stays
    with database.read() as tx:
        database.forget_pages()
        assert tx.execute("SELECT count(*), sum(last) FROM serial").fetchone()[:] == (2000, 2_001_000)


def test_a_reader_sees_one_moment_while_another_thread_writes(database):
    def write():
        with database.write() as tx:
            tx.execute("INSERT INTO serial VALUES (1, 1)")

    with database.read() as tx:
        assert tx.execute("SELECT count(*) FROM serial").fetchone()[0] == 0
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert tx.execute("SELECT count(*) FROM serial").fetchone()[0] == 0
    with database.read() as tx:
        assert tx.execute("SELECT count(*) FROM serial").fetchone()[0] == 1


def test_two_hundred_writes_by_eight_threads_are_all_there(database):
    with database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (1, 1)")

    def write():
        for _ in range(25):
            with database.write() as tx:
                tx.execute("UPDATE serial SET last = (SELECT last FROM serial) + 1")

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        assert tx.execute("SELECT last FROM serial").fetchone()[0] == 201


def test_connections_of_ended_threads_are_closed(database):
    for _ in range(5):
        thread = threading.Thread(target=lambda: database.read().__enter__() and None)
        thread.start()
        thread.join()
    assert len(database._connections) <= 2


def test_hooks_run_after_the_commit_and_not_after_a_failure(database):
    seen = []
    database.after_commit.append(lambda tx: seen.append(tx.in_transaction))
    with database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (1, 1)")
    with pytest.raises(door.IntegrityError), database.write() as tx:
        tx.execute("INSERT INTO serial VALUES (1, 1)")
    assert seen == [False]


def test_a_closed_database_answers_nobody(tmp_path, clock):
    opened = Database(tmp_path / "x.db", KEY, clock)
    opened.close()
    with pytest.raises(RuntimeError, match="closed"), opened.read():
        pass


def test_sqlite_utils_sees_our_errors(database):
    with database.write() as tx:
        tools = database.tools(tx)
        tools["made"].insert({"id": 1, "name": "a"}, pk="id")
        tools["made"].insert({"id": 2, "name": "b", "added": 5}, alter=True)
        assert list(tools.query("SELECT added FROM made ORDER BY id")) == [{"added": None}, {"added": 5}]


def test_a_damaged_page_is_found(database, tmp_path):
    fill(database, 3)
    assert database.is_damaged() is False
    database.close()
    path = tmp_path / "node.db"
    content = bytearray(path.read_bytes())
    content[-10_000] ^= 1  # in a row; a page of the schema would already refuse to open
    path.write_bytes(content)
    opened = Database(path, KEY, FixedClock())
    try:
        assert opened.is_damaged() is True
    finally:
        opened.close()


def fill(database, count=10_000):
    for kept in range(count):
        with database.write() as tx:
            tx.execute("INSERT INTO definition VALUES (?, 'x', '1', zeroblob(20000), '')", (f"{kept:064d}",))


def definitions(database) -> int:
    with database.read() as tx:
        return tx.execute("SELECT count(*) FROM definition").fetchone()[0]


def test_a_full_disk_is_a_sentence_and_writing_goes_on_when_there_is_room(database):
    with database.read() as tx:
        tx.execute("PRAGMA max_page_count = 100")
    with pytest.raises(YizhanError) as caught:
        fill(database)
    assert caught.value.code == "disk_full"
    kept = definitions(database)
    with database.read() as tx:
        tx.execute("PRAGMA max_page_count = 100000")
    with database.write() as tx:
        tx.execute("INSERT INTO definition VALUES (?, 'x', '1', zeroblob(9), '')", ("f" * 64,))
    assert definitions(database) == kept + 1


FAULT = """
import resource, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import KEY, FixedClock
from edge.database import Database
from edge.errors import YizhanError
from tests.open_files import held
from test_edge_database import definitions, fill
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = Database(Path({file!r}), KEY, FixedClock())
resource.setrlimit(resource.RLIMIT_FSIZE, (262144, resource.RLIM_INFINITY))
for attempt in range(2):
    try:
        fill(database)
    except YizhanError as error:
        print(error.code, definitions(database))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
database.close()
"""


def run(program: str, file: Path) -> subprocess.CompletedProcess[str]:
    here = Path(__file__).parent
    text = program.format(path=[str(here), str(here.parent)], file=str(file))
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)


def test_after_a_failed_write_to_the_disk_nothing_more_is_written_but_all_is_read(database, tmp_path):
    database.close()
    first, second = run(FAULT, tmp_path / "node.db").stdout.splitlines()
    assert first == second
    assert first.startswith("disk_fault ")
    opened = Database(tmp_path / "node.db", KEY, FixedClock())
    try:
        assert definitions(opened) == int(first.split()[1])
    finally:
        opened.close()


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import KEY, FixedClock
from edge.database import Database
database = Database(Path({file!r}), KEY, FixedClock())
with database.write() as tx:
    tx.execute("INSERT INTO serial VALUES (1, 1)")
context = database.write()
tx = context.__enter__()
tx.execute("INSERT INTO serial VALUES (2, 1)")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_keeps_what_it_committed_and_nothing_else(database, tmp_path):
    database.close()
    assert run(KILLED, tmp_path / "node.db").returncode == -signal.SIGKILL
    opened = Database(tmp_path / "node.db", KEY, FixedClock())
    try:
        with opened.read() as tx:
            assert [row[0] for row in tx.execute("SELECT epoch FROM serial")] == [1]
    finally:
        opened.close()


def test_a_second_migration_changes_nothing_and_needs_no_tools(database, monkeypatch):
    monkeypatch.setattr(Database, "tools", None)
    assert migrations.migrate(database) == []
    assert Migrations.migrations_table == migration_steps.BOOK


def test_a_migration_that_fails_leaves_the_state_before(tmp_path, clock, monkeypatch):
    opened = Database(tmp_path / "n.db", KEY, clock)

    def bad(tools):
        tools.execute("CREATE TABLE half (x)")
        tools.execute("CREATE NONSENSE")

    monkeypatch.setattr(migrations.steps, "functions", [*migrations.steps.functions, bad])
    try:
        with pytest.raises(YizhanError) as caught:
            migrations.migrate(opened)
        assert caught.value.code == "migration_failed"
        with opened.read() as tx:
            assert tx.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    finally:
        opened.close()


def test_a_file_of_a_newer_program_is_refused(database, monkeypatch):
    monkeypatch.setattr(migrations.steps, "functions", migrations.steps.functions[:1])
    with pytest.raises(YizhanError) as caught:
        migrations.migrate(database)
    assert caught.value.code == "database_newer"
    assert "m002_applications" in caught.value.sentence


def test_a_database_does_not_open_with_a_sqlite_that_can_corrupt_its_log(tmp_path, clock, monkeypatch):
    monkeypatch.setattr(door.dbapi2, "sqlite_version", "3.40.1")
    with pytest.raises(YizhanError) as caught:
        Database(tmp_path / "x.db", KEY, clock)
    assert caught.value.code == "sqlite_too_old"


def test_a_database_that_did_not_open_holds_no_file(database, tmp_path, clock):
    database.close()
    with pytest.raises(YizhanError) as caught:
        Database(tmp_path / "node.db", bytes(32), clock)
    assert caught.value.code == "wrong_database_key"
    assert held(tmp_path) == []


def test_a_connection_that_somebody_kept_is_closed_with_the_database(tmp_path, clock):
    opened = Database(tmp_path / "x.db", KEY, clock)
    with opened.read() as kept:
        kept.execute("SELECT 1")
    opened.close()
    with pytest.raises(door.dbapi2.ProgrammingError, match="closed"):
        kept.execute("SELECT 1")


def test_the_connection_of_an_ended_thread_is_closed_when_the_next_one_comes(database):
    kept = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: kept.append(database._connection()))
        thread.start()
        thread.join()
    with pytest.raises(door.dbapi2.ProgrammingError, match="closed"):
        kept[0].execute("SELECT 1")


def test_what_a_blob_filled_is_given_back_after_its_commit_and_only_then(database, monkeypatch):
    given_back = []
    monkeypatch.setattr(database, "forget_pages", lambda: given_back.append(database._connection().in_transaction))
    with database.write() as tx:
        tx.execute("CREATE TABLE photo (data BLOB NOT NULL) STRICT")
        tx.execute("INSERT INTO photo VALUES (zeroblob(3))")
    assert given_back == []
    for data in (b"abc", b"def"):
        with database.write() as tx:
            door.write_blob(tx, "photo", "data", 1, data)
            assert tx.wrote_blob is True
        assert tx.wrote_blob is False
    with database.write() as tx:
        assert bytes(tx.execute("SELECT data FROM photo").fetchone()[0]) == b"def"
    assert given_back == [False, False]


def test_tables_that_sqlite_utils_makes_are_strict(database):
    with database.write() as tx:
        database.tools(tx)["made"].create({"id": int})
        with pytest.raises(door.IntegrityError):
            tx.execute("INSERT INTO made VALUES ('x')")


def test_words_that_another_thread_joined_are_no_damage(database):
    """SQLite checks the words by the list of their segments that the connection has read before."""

    def write(*rows: int) -> None:
        for row in rows:
            with database.write() as tx:
                tx.execute("INSERT INTO head_words (rowid, words) VALUES (?, ?)", (row, f"欧阳娜娜 {row}"))

    def write_and_join() -> None:
        write(3, 4)
        with database.write() as tx:
            tx.execute("INSERT INTO head_words (head_words) VALUES ('optimize')")

    write(1, 2)
    assert database.is_damaged() is False  # and by this an old connection would know the list
    other = threading.Thread(target=write_and_join)
    other.start()
    other.join()
    assert database.is_damaged() is False


def test_a_row_that_breaks_its_table_is_damage_though_every_page_is_whole(database, tmp_path):
    with database.write() as tx:
        tx.execute("CREATE TABLE loose (word TEXT)")
        tx.execute("INSERT INTO loose VALUES (NULL)")
    with database._connection() as tx:
        tx.execute("PRAGMA writable_schema = ON")
        tx.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE loose (word TEXT NOT NULL)' WHERE name = 'loose'")
    database.close()
    opened = Database(tmp_path / "node.db", KEY, FixedClock())
    try:
        assert opened.is_damaged() is True
    finally:
        opened.close()


def test_a_copy_that_can_not_be_written_is_a_sentence(database, tmp_path):
    (tmp_path / "taken").write_bytes(bytes(5000))
    with pytest.raises(YizhanError) as caught:
        database.copy_to(tmp_path / "taken")
    assert caught.value.code == "file_not_written"


def test_a_file_that_is_written_anew_gives_back_its_room_and_leaves_no_log(database, tmp_path):
    with database.write() as tx:
        tx.execute("INSERT INTO definition VALUES (?, 'x', '1', zeroblob(900000), '')", ("0" * 64,))
    with database.write() as tx:
        tx.execute("DELETE FROM definition WHERE digest = ?", ("0" * 64,))
    database.empty_log()
    before = (tmp_path / "node.db").stat().st_size
    database.vacuum()
    assert (tmp_path / "node.db").stat().st_size < before - 800_000
    assert (tmp_path / "node.db-wal").stat().st_size == 0
