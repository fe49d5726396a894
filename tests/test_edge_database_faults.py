"""What SQLite calls a failure of the disk, and what the room is told of it."""

import pytest

from edge import database as door


@pytest.mark.parametrize(
    ("name", "code"),
    [("SQLITE_IOERR_WRITE", "disk_fault"), ("SQLITE_FULL", "disk_full"), ("SQLITE_BUSY_SNAPSHOT", "database_busy")],
)
def test_each_failure_of_the_disk_has_its_sentence(name, code):
    error = Exception("as SQLite names it")
    error.sqlite_errorname = name
    assert door.fault(error).code == code
