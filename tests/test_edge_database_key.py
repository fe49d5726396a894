"""Another key for the whole file: all pages or none, and the door never believes in a key that the file does not have."""

import resource
import signal

import pytest
from conftest import KEY, FixedClock
from sqlcipher3 import dbapi2
from test_edge_database import definitions, fill, run

from edge.database import Database
from edge.errors import YizhanError

FRESH = bytes(range(50, 82))


def opened_with(path, key) -> int:
    """How many definitions the file has under this key. Raises YizhanError where it is another."""
    again = Database(path, key, FixedClock())
    try:
        return definitions(again)
    finally:
        again.close()


def code_of(act, *args) -> str:
    with pytest.raises(YizhanError) as caught:
        act(*args)
    return caught.value.code


def reader(path):
    """Another program that is in the midst of reading."""
    held = dbapi2.connect(str(path), isolation_level=None)
    held.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    held.execute("BEGIN")
    held.execute("SELECT count(*) FROM definition").fetchall()
    return held


def test_every_page_is_under_the_other_key_and_the_work_goes_on(database, tmp_path):
    fill(database, 3)
    database.change_key(FRESH)
    assert database.key == FRESH
    fill_one_more(database)
    with database.read() as tx:
        assert tx.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert tx.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert not database.is_damaged()
    database.copy_to(tmp_path / "copy.db")
    database.close()
    for path in (tmp_path / "node.db", tmp_path / "copy.db"):
        assert code_of(opened_with, path, KEY) == "wrong_database_key"
        assert opened_with(path, FRESH) == 4
    assert not (tmp_path / "node.db-journal").exists()


def fill_one_more(database):
    with database.write() as tx:
        tx.execute("INSERT INTO definition VALUES (?, 'x', '1', zeroblob(9), '')", ("f" * 64,))


def test_the_same_key_again_and_back_to_the_first_one_change_no_row(database, tmp_path):
    fill(database, 2)
    for key in (FRESH, FRESH, KEY):
        database.change_key(key)
        assert (database.key, definitions(database)) == (key, 2)
    database.close()
    assert code_of(opened_with, tmp_path / "node.db", FRESH) == "wrong_database_key"
    assert opened_with(tmp_path / "node.db", KEY) == 2


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_while_another_program_reads_the_old_key_stays_and_is_said(database, tmp_path, mode):
    """With a journal beside the file SQLCipher answers ok and has written nothing."""
    fill(database, 2)
    with database.read() as tx:
        tx.execute("PRAGMA busy_timeout = 0")
    database._connection().execute(f"PRAGMA journal_mode = {mode}")
    held = reader(tmp_path / "node.db")
    assert code_of(database.change_key, FRESH) == "database_busy"
    held.close()
    assert (database.key, definitions(database)) == (KEY, 2)
    fill_one_more(database)
    database.change_key(FRESH)
    assert definitions(database) == 3
    database.close()
    assert opened_with(tmp_path / "node.db", FRESH) == 3


@pytest.fixture
def little_disk():
    """No file grows beyond fifty thousand bytes; gives what makes room again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, heard)


def test_a_journal_that_can_not_be_written_is_a_sentence_and_the_old_key_stays(database, tmp_path, request):
    fill(database, 5)
    database.empty_log()
    make_room = request.getfixturevalue("little_disk")
    assert code_of(database.change_key, FRESH) == "disk_fault"
    make_room()
    assert (database.key, definitions(database)) == (KEY, 5)
    database.change_key(FRESH)
    database.close()
    assert opened_with(tmp_path / "node.db", FRESH) == 5


KILLED = """
import os, resource, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import KEY, FixedClock
from edge.database import Database
database = Database(Path({file!r}), KEY, FixedClock())
"""
IN_THE_JOURNAL = """
database.empty_log()
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (50000, resource.RLIM_INFINITY))
database.change_key(bytes(range(50, 82)))
"""
BEHIND_THE_LAST_PAGE = """
database._forget = lambda _: os.kill(os.getpid(), signal.SIGKILL)
database.change_key(bytes(range(50, 82)))
"""


@pytest.mark.parametrize(
    ("where", "by", "keys"),
    [(IN_THE_JOURNAL, signal.SIGXFSZ, (KEY, FRESH)), (BEHIND_THE_LAST_PAGE, signal.SIGKILL, (FRESH, KEY))],
    ids=["in the journal", "behind the last page"],
)
def test_a_process_killed_meanwhile_leaves_the_file_whole_under_one_of_the_two(database, tmp_path, where, by, keys):
    fill(database, 5)
    database.close()
    assert run(KILLED + where, tmp_path / "node.db").returncode == -by
    key, other = keys
    assert code_of(opened_with, tmp_path / "node.db", other) == "wrong_database_key"
    assert opened_with(tmp_path / "node.db", key) == 5
