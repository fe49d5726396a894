"""Files that are there whole or not at all: killed at each call that makes them last, failed by the disk, written by two."""

import errno
import os
import re
import signal
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from programs import PATIENCE_S

from edge import durable, file_locks
from edge.durable import OWNER_ALONE, READ_BY_ALL, make_folder, put_in_place, write_new, write_whole

ROOT = Path(__file__).resolve().parent.parent
CALLS = ("write", "fsync", "replace", "link", "unlink", "mkdir")
OLD, NEW = b"before\n", b"after, and longer\n"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def killed_at(count, act):
    """`act` in a child that is killed before its n-th call; whether it came that far."""
    child = os.fork()
    if child == 0:
        calls = iter(range(1, 1000))

        def counted(real):
            def call(*given, **more):
                if next(calls) == count:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*given, **more)

            return call

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("write", [write_whole, write_new])
def test_killed_at_any_call_the_file_is_as_before_or_whole_and_the_next_run_goes_through(tmp_path, write):
    path, seen = tmp_path / "file", set()
    for count in range(1, 50):
        path.unlink(missing_ok=True)
        if write is write_whole:
            path.write_bytes(OLD)
        cut = killed_at(count, lambda: write(path, NEW))
        seen.add(path.read_bytes() if path.exists() else None)
        if not cut:
            break
        if not path.exists() or write is write_whole:
            write(path, NEW)
        assert path.read_bytes() == NEW
    assert count > 4
    assert seen == ({OLD, NEW} if write is write_whole else {None, NEW})


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, call):
    (tmp_path / "file").write_bytes(OLD)

    def fail(*_given, **_more):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="no space"):
        write_whole(tmp_path / "file", NEW)
    assert (tmp_path / "file").read_bytes() == OLD
    assert names(tmp_path) == ["file"]


def test_pieces_that_break_off_leave_the_old_file(tmp_path):
    (tmp_path / "file").write_bytes(OLD)

    def pieces():
        yield NEW
        raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        write_whole(tmp_path / "file", pieces())
    assert (tmp_path / "file").read_bytes() == OLD
    assert names(tmp_path) == ["file"]


def test_a_file_is_for_its_owner_alone_unless_it_is_said_otherwise(tmp_path):
    write_whole(tmp_path / "own", NEW)
    write_new(tmp_path / "secret", NEW)
    write_whole(tmp_path / "open", NEW, mode=READ_BY_ALL)
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names(tmp_path)}
    assert modes == {"own": OWNER_ALONE, "secret": OWNER_ALONE, "open": READ_BY_ALL}


def test_a_link_that_lies_beside_is_not_written_through(tmp_path):
    (tmp_path / "other").write_bytes(OLD)
    (tmp_path / "file.new").symlink_to(tmp_path / "other")
    write_whole(tmp_path / "file", NEW)
    assert (tmp_path / "other").read_bytes() == OLD
    assert (tmp_path / "file").read_bytes() == NEW
    assert not (tmp_path / "file").is_symlink()


def test_what_lies_there_is_never_replaced_by_a_new_file(tmp_path):
    write_new(tmp_path / "key", OLD)
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "key", NEW)
    assert (tmp_path / "key").read_bytes() == OLD
    assert names(tmp_path) == ["key"]


def test_of_many_at_once_one_makes_the_new_file(tmp_path):
    def make(number):
        try:
            write_new(tmp_path / "key", str(number).encode() * 5000)
        except FileExistsError:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        made = [one for one in pool.map(make, range(8)) if one is not None]
    assert len(made) == 1
    assert (tmp_path / "key").read_bytes() == str(made[0]).encode() * 5000
    assert names(tmp_path) == ["key"]


@pytest.mark.parametrize("there", [False, True])
def test_a_stick_without_second_names_takes_a_new_file_and_keeps_an_old_one(tmp_path, monkeypatch, there):
    def no_links(*_given, **_more):
        raise OSError(errno.EPERM, "FAT")

    monkeypatch.setattr(os, "link", no_links)
    if there:
        (tmp_path / "key").write_bytes(OLD)
        with pytest.raises(FileExistsError):
            write_new(tmp_path / "key", NEW)
    else:
        write_new(tmp_path / "key", NEW)
    assert (tmp_path / "key").read_bytes() == (OLD if there else NEW)
    assert names(tmp_path) == ["key"]


def noted_syncs(monkeypatch):
    """Paths as they are synced; the sync still happens."""
    found, real = [], os.fsync

    def note(handle):
        found.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    return found


def test_a_name_lasts_when_its_folder_was_synced_after_it(tmp_path, monkeypatch):
    synced = noted_syncs(monkeypatch)
    write_whole(tmp_path / "file", NEW)
    (tmp_path / "part").write_bytes(NEW)
    put_in_place(tmp_path / "part", tmp_path / "done")
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path / "file.new", tmp_path, tmp_path, tmp_path, tmp_path / "a"]
    assert names(tmp_path) == ["a", "done", "file"]


def test_a_file_system_that_cannot_sync_folders_writes_everything_out(tmp_path, monkeypatch):
    asked = []

    def refuse(_handle):
        raise OSError(errno.EINVAL, "no fsync")

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(os, "sync", lambda: asked.append("all"))
    durable.sync_folder(tmp_path)
    assert asked == ["all"]


def test_a_disk_fault_at_a_folder_is_not_hidden(tmp_path, monkeypatch):
    def fail(_handle):
        raise OSError(errno.EIO, "disk")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk"):
        durable.sync_folder(tmp_path)


def test_nobody_else_calls_fsync():
    """The logs of lines, which only grow, sync their bytes by `fdatasync`."""
    sources = [path for package in ("edge", "forms", "kiosk", "sync") for path in (ROOT / package).rglob("*.py")]
    found = {path.relative_to(ROOT) for path in sources if re.search(r"\bfsync\(", path.read_text(encoding="utf-8"))}
    assert found == {Path("edge/durable.py")}


def test_one_holds_a_lock_and_the_next_is_told_so_or_waits(tmp_path):
    lock = tmp_path / "lock"
    with file_locks.only_one(lock) as mine, file_locks.only_one(lock) as theirs:
        assert (mine, theirs) == (True, False)
        with file_locks.in_turn(lock, 0.1) as waited:
            assert not waited
    with file_locks.in_turn(lock) as mine:
        assert mine


def test_whoever_waits_for_a_lock_without_an_end_is_woken_by_the_system_and_looks_at_no_clock(tmp_path, monkeypatch):
    lock, got = tmp_path / "lock", threading.Event()

    def wait():
        with file_locks.in_turn(lock) as mine:
            assert mine
            got.set()

    waiting = threading.Thread(target=wait)
    with file_locks.only_one(lock) as mine:
        assert mine
        monkeypatch.setattr(file_locks, "time", None)
        waiting.start()
        assert not got.wait(0.1)
    waiting.join(timeout=PATIENCE_S)
    assert got.is_set()
