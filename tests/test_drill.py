"""The drill: the laptop is drowned. A new one comes, and everything that was acknowledged or backed up is there.

And the disk that fills up: the room says so in a sentence, shows and hands out what it has, and goes on by itself.
"""

import json
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from conftest import FixedClock, make_home
from service_for_tests import answers

from edge import applications, backup, heads, log, verify
from edge.commands.node import standing
from edge.errors import YizhanError
from edge.node import open_node
from forms.events import to_json
from sync.centre.enrolment import enrol
from sync.push import Push
from tests.test_edge_restore import at_centre, file, here, lived, own

__all__ = ["lived"]
MOUNT_BYTES = 24 << 20


def numbers(node):
    with node.database.read() as tx:
        return {one.number for one in heads.search(tx, limit=200)}


def test_the_drill(lived, enrolled, centre, tmp_path, capsys):
    """Backed up on a stick, some more acknowledged after it, the last one neither: what is lost is that one alone."""
    stick = tmp_path / "stick"
    stick.mkdir()
    made = backup.make(lived, stick)
    after = file(lived, "token-0010")
    assert enrolled.drain().went_well
    nowhere = file(lived, "token-0011")
    before, acked = numbers(lived), numbers(lived) - {nowhere}
    old = own(lived)
    home, key = lived.settings.home, (lived.settings.home / "node.key").read_text()
    lived.close()
    shutil.rmtree(home)  # drowned

    (tmp_path / "envelope").write_text(key)  # what lay in the safe
    fresh = tmp_path / "new laptop"
    back = backup.restore(made.file, fresh, FixedClock(), key_file=tmp_path / "envelope")
    assert back.epoch == 2
    node = open_node(fresh, FixedClock())
    try:
        told = enrol(centre, node.settings.node_id, "大坪村警务室", "")
        assert told["node"] == node.settings.node_id
        push = Push(node, enrolled._link)
        for _ in range(6):
            push.drain()
        assert verify.verify(node.database).whole
        assert acked <= numbers(node)
        assert nowhere not in numbers(node)
        given = [file(node, f"token-{index:04d}") for index in range(20, 26)]
        assert not set(given) & before
        assert len(set(given)) == 6
        for _ in range(3):
            push.drain()
        assert at_centre(centre, "node") == here(node, "node")
        assert {event.digest for event in old[:-1]} <= {event.digest for event in own(node)}
        assert standing(node)["unsent"] == 0
        assert {after, *given} <= numbers(node)
    finally:
        node.close()


@contextmanager
def small_disk(folder):
    """A file system of its own with a few megabytes; skipped where nobody may mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MOUNT_BYTES}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nobody but root mounts a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)


def fill(folder):
    """Nothing is free any more; the file that takes the room."""
    ballast = folder / "films"
    with ballast.open("ab", buffering=0) as film:
        try:
            while film.write(bytes(1 << 12)):
                pass
        except OSError:
            return ballast
    return ballast


def try_to_file(node, token):
    return applications.file(node, "ceshi-dengji", answers(), token=token, channel="console", actor="officer:a").number


def until_full(node):
    """Files until the disk says no; (numbers given out, the problem)."""
    given = []
    for index in range(2000):
        try:
            given.append(try_to_file(node, f"token-{index:05d}"))
        except YizhanError as error:
            return given, error, f"token-{index:05d}"
    raise AssertionError("the disk never filled up")


def test_a_full_disk_is_said_what_is_there_goes_out_and_the_room_goes_on_by_itself(tmp_path, clock):
    with small_disk(tmp_path / "disk") as disk:
        node = open_node(make_home(disk / "home"), clock)
        try:
            ballast = fill(disk)
            given, error, refused = until_full(node)
            assert error.code == "disk_full"
            assert "磁盘已满" in error.sentence
            assert numbers(node) == set(given)
            with node.database.read() as tx:
                lines = [to_json(event, "node") for event in log.all_of(tx, "node")]
            filed = [one for one in map(json.loads, lines) if one["kind"] == "application.filed"]
            assert {one["application"] for one in filed} == set(given)
            made = backup.make(node, tmp_path / "elsewhere.backup")
            assert made.events == len(lines)
            ballast.unlink()
            again = try_to_file(node, refused)
            assert again not in given
            assert verify.verify(node.database).whole
        finally:
            node.close()


def test_a_room_starts_on_a_full_disk_and_shows_what_it_has(tmp_path, clock):
    with small_disk(tmp_path / "disk") as disk:
        home = make_home(disk / "home")
        node = open_node(home, clock)
        number = try_to_file(node, "token-0001")
        node.close()
        ballast = fill(disk)
        again = open_node(home, clock)
        try:
            assert numbers(again) == {number}
            fill(disk)  # also what the start left of the reserve
            assert until_full(again)[1].code == "disk_full"
            ballast.unlink()
            assert try_to_file(again, "token-0002") != number
        finally:
            again.close()
