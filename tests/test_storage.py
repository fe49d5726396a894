"""A sample of what `make proof ONLY=storage` does whole: rot, tampering, clocks, and the sync before each yes."""

import pytest
import rot
import synced

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return rot.room(tmp_path_factory.mktemp("rot"), 8)


@pytest.mark.parametrize("name", ["node.db", "node.db-wal", "witness"])
def test_a_flipped_bit_takes_nothing_in_silence(room, name):
    found = rot.flips(*room, name, 12)
    assert found.silent == []
    assert found.whole + sum(found.seen.values()) == 12


def test_without_the_witness_the_same_look_sees_the_loss(room):
    assert rot.flips(*room, "node.db-wal", 4, witness=False).silent


def test_a_flipped_bit_of_a_backup_is_refused_or_does_no_harm(room):
    found = rot.flips_of_backup(room[0], 6)
    assert found.silent == []
    assert sum(found.seen.values()) > 0


def test_every_act_of_tampering_at_every_position_is_found():
    done = rot.tamper(60)
    assert done.missed == []
    assert done.tails_seen == done.tails == 60
    assert len(done.tried) == 7


def test_a_clock_that_jumps_by_decades_changes_no_order_and_no_number():
    assert rot.clocks((1, -10, 30, -30))[1] == []


@pytest.mark.skipif(not synced.is_possible(), reason="strace counts the system calls")
def test_what_was_said_is_on_the_disk_first_and_with_fewer_syncs_the_same_look_sees_it():
    assert synced.answers("FULL").unsynced == 0
    # what else the program writes may sync the disk between a filing and its answer now and then, never each time
    assert synced.answers("NORMAL").unsynced > 0
