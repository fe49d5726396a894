"""The log of a node and the witness beside it."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KEY, FixedClock
from lifecycle_data import BODIES, NUMBER, filed

from edge import log
from edge import witness as witness_module
from edge.database import Database, Error
from edge.errors import YizhanError
from edge.witness import Witness
from forms import events
from forms.events import ChainError, Head

NODE = "5224250017"


@pytest.fixture
def store(database):
    with database.write() as tx:
        tx.execute("INSERT INTO node (id, node_id, epoch, search_key, created_at) VALUES (1, ?, 1, ?, '')", (NODE, bytes(32)))
    return database


def add(store, kind="application.filed", body=None):
    with store.write() as tx:
        return log.append(tx, kind, NUMBER, body or BODIES[kind], "kiosk")


def from_centre(seq: int, prev: bytes, kind="application.accepted", seen="") -> events.Event:
    return events.seal(
        seq=seq, epoch=1, id=f"{seq:032x}", application=NUMBER, kind=kind, at="2026-11-21T10:00:00+08:00", centre_at="",
        ticks=seq, actor="centre:li", seen=seen, body=events.canonical(BODIES[kind]), salt=bytes(16), prev=prev,
    )


def test_the_first_event_continues_the_start_of_the_log(store, clock):
    clock.set_centre_time("2026-11-20T00:00:00+08:00")
    event = add(store)
    assert (event.epoch, event.seq, event.prev) == (1, 1, events.genesis("node", NODE))
    assert (event.at, event.centre_at, event.ticks, event.seen) == (clock.now(), "2026-11-20T00:00:00+08:00", clock.ticks(), "")
    assert event.data == filed()


def test_events_are_read_back_as_they_were_written_and_hold_together(store):
    written = [add(store), add(store, "material.added"), add(store, "application.withdrawn")]
    with store.read() as tx:
        assert log.up(tx) == written
        assert log.up(tx, Head.of(written[0]), 1) == [written[1]]
        assert log.head(tx) == Head.of(written[2])
        assert log.of_application(tx, NUMBER) == [("node", event) for event in written]
        assert list(log.all_of(tx, "node", page=2)) == written
    events.verify_chain(written, Head.start("node", NODE))


def test_a_body_that_its_kind_does_not_allow_is_never_written(store):
    with pytest.raises(ValueError, match="reason"):
        add(store, "application.withdrawn", {"reason": 5})
    with store.read() as tx:
        assert log.head(tx).seq == 0


@pytest.mark.parametrize("sql", ["UPDATE event SET actor = 'x'", "DELETE FROM event", "INSERT OR REPLACE INTO event SELECT * FROM event"])
def test_the_database_refuses_to_change_or_delete_an_event(store, sql):
    add(store)
    with pytest.raises(Error), store.write() as tx:
        tx.execute(sql)
    with store.read() as tx:
        assert log.head(tx).seq == 1


def test_a_new_epoch_begins_at_one_and_continues_the_chain(store):
    last = add(store)
    with store.write() as tx:
        tx.execute("UPDATE node SET epoch = 2")
    event = add(store, "material.added")
    assert (event.epoch, event.seq, event.prev) == (2, 1, last.digest)
    with store.read() as tx:
        events.verify_chain(log.all_of(tx, "node"), Head.start("node", NODE))


def test_the_centres_events_are_stored_once_and_named_as_seen(store):
    first = from_centre(1, events.genesis("centre", NODE))
    second = from_centre(2, first.digest)
    with store.write() as tx:
        assert log.append_down(tx, [first]) == [first]
    with store.write() as tx:
        assert log.append_down(tx, [first, second]) == [second]
        assert log.down(tx, Head.of(first)) == [second]
    assert add(store).seen == str(Head.of(second))


def test_a_gap_or_another_history_of_the_centre_is_refused(store):
    first = from_centre(1, events.genesis("centre", NODE))
    other = from_centre(1, events.genesis("centre", NODE), "application.refused")
    with store.write() as tx:
        log.append_down(tx, [first])
    for wrong in ([from_centre(3, first.digest)], [other], [from_centre(2, other.digest)]):
        with pytest.raises(ChainError), store.write() as tx:
            log.append_down(tx, wrong)
    with store.read() as tx:
        assert log.head(tx, "centre") == Head.of(first)


def test_an_ack_is_kept_and_moves_what_counts_as_unsent(store, clock):
    written = [add(store), add(store, "material.added")]
    with store.read() as tx:
        assert (log.acked(tx), log.unsent(tx), log.last_ack_at(tx)) == (Head.start("node", NODE), 2, "")
    with store.write() as tx:
        log.set_acked(tx, Head.of(written[0]), "2026-11-21T11:00:00+08:00", [{"sha256": "a" * 64, "from": 0}], b"signed", lacking=1)
    with store.read() as tx:
        assert (log.acked(tx), log.unsent(tx)) == (Head.of(written[0]), 1)
        assert log.missing(tx) == [{"sha256": "a" * 64, "from": 0}]
        assert bytes(tx.execute("SELECT raw FROM ack").fetchone()[0]) == b"signed"
    assert clock.centre_time() == "2026-11-21T11:00:00+08:00"


def test_when_an_event_was_first_received_is_the_time_of_the_first_ack_that_covers_it(store):
    written = [add(store) for _ in range(3)]
    for head, at in ((written[0], "2026-11-21T11:00:00+08:00"), (written[1], "2026-11-21T12:00:00+08:00")):
        with store.write() as tx:
            log.set_acked(tx, Head.of(head), at)
    with store.read() as tx:
        said = [log.received_at(tx, *event.position) for event in written]
    assert said == ["2026-11-21T11:00:00+08:00", "2026-11-21T12:00:00+08:00", ""]


def test_the_same_ack_again_adds_no_row(store):
    head = Head.of(add(store))
    for minute in range(3):
        with store.write() as tx:
            log.set_acked(tx, head, f"2026-11-21T11:0{minute}:00+08:00")
    with store.read() as tx:
        assert tx.execute("SELECT count(*) FROM ack").fetchone()[0] == 1
        assert log.last_ack_at(tx) == "2026-11-21T11:02:00+08:00"


@pytest.mark.parametrize("head", [Head(1, 1, bytes(32)), Head(1, 9, bytes(32)), Head(1, 0, bytes(32)), Head(2, 1, bytes(32))])
def test_an_ack_for_another_log_is_refused(store, head):
    add(store)
    with pytest.raises(YizhanError) as caught, store.write() as tx:
        log.set_acked(tx, head, "2026-11-21T11:00:00+08:00")
    assert caught.value.code == "ack_mismatch"
    with store.read() as tx:
        assert log.acked(tx).seq == 0


def test_a_centre_that_lost_its_last_hour_is_believed(store):
    written = [add(store), add(store, "material.added")]
    for head in (Head.of(written[1]), Head.of(written[0])):
        with store.write() as tx:
            log.set_acked(tx, head, "2026-11-21T11:00:00+08:00")
    with store.read() as tx:
        assert log.unsent(tx) == 1


# the witness


@pytest.fixture
def witness(store, tmp_path):
    opened = Witness(tmp_path / "witness")
    with store.read() as tx:
        opened.check(tx)
    store.after_commit.append(opened.follow)
    yield opened
    opened.close()


def reopened(store, path) -> None:
    again = Witness(path)
    try:
        with store.read() as tx:
            again.check(tx)
    finally:
        again.close()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_each_commit_of_an_event_is_one_line(store, witness):
    written = [add(store), add(store, "material.added")]
    with store.write() as tx:
        tx.execute("INSERT INTO serial VALUES (1, 1)")
    assert lines(witness.path)[0].startswith("1 0 ")
    assert [line.split(" ")[:3] for line in lines(witness.path)[1:]] == [["1", str(event.seq), event.digest.hex()] for event in written]
    reopened(store, witness.path)


def test_a_log_behind_its_witness_is_refused(store, witness, tmp_path):
    add(store)
    copy = tmp_path / "old.db"
    with store.read() as tx:
        tx.execute("SELECT 1")
    with store._connection() as tx:
        tx.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy.write_bytes((tmp_path / "node.db").read_bytes())
    add(store, "material.added")
    old = Database(copy, KEY, FixedClock())
    try:
        with pytest.raises(YizhanError) as caught:
            reopened(old, witness.path)
        assert caught.value.code == "log_behind_witness"
        assert "2" in caught.value.sentence
        assert "备份" in caught.value.hint
    finally:
        old.close()


def test_a_flipped_bit_in_the_wal_is_noticed(store, witness, tmp_path):
    for _ in range(3):
        add(store, "material.added")
    wal = tmp_path / "node.db-wal"
    data = bytearray(wal.read_bytes())
    data[-2000] ^= 4
    (tmp_path / "rotten.db").write_bytes((tmp_path / "node.db").read_bytes())
    (tmp_path / "rotten.db-wal").write_bytes(data)
    rotten = Database(tmp_path / "rotten.db", KEY, FixedClock())
    try:
        with pytest.raises(YizhanError) as caught:
            reopened(rotten, witness.path)
        assert caught.value.code == "log_behind_witness"
    finally:
        rotten.close()


def test_another_history_under_the_same_number_is_refused(store, witness):
    add(store)
    witness._write(witness_module._line(Head(1, 1, b"\1" * 32)))
    with pytest.raises(YizhanError) as caught:
        reopened(store, witness.path)
    assert caught.value.code == "log_forked"


@pytest.mark.parametrize("tail", ["1 2 abc", "1 2 " + "a" * 64 + " 00000000\n", "\x00\x00\n"])
def test_a_torn_or_rotten_last_line_is_passed_over_and_made_good(store, witness, tail):
    event = add(store)
    with witness.path.open("a") as file:
        file.write(tail)
    reopened(store, witness.path)
    again = Witness(witness.path)
    try:
        store.after_commit[:] = [again.follow]
        second = add(store, "material.added")
        assert again._last == Head.of(second)
    finally:
        again.close()
    assert witness_module._read_last(witness.path) == Head.of(second)
    assert event.seq == 1


def test_a_log_ahead_of_its_witness_is_caught_up(store, witness):
    store.after_commit.clear()
    event = add(store)
    assert len(lines(witness.path)) == 1
    reopened(store, witness.path)
    assert lines(witness.path)[-1].startswith(f"1 1 {event.digest.hex()}")


@pytest.mark.parametrize("left", [None, "", "rotten\n"])
def test_a_lost_witness_is_never_begun_anew_in_silence(store, witness, left):
    add(store)
    witness.path.unlink()
    if left is not None:
        witness.path.write_text(left)
    with pytest.raises(YizhanError) as caught:
        reopened(store, witness.path)
    assert caught.value.code == "witness_missing"
    assert "restore" in caught.value.hint


def test_the_witness_of_an_empty_log_begins_by_itself(store, tmp_path):
    reopened(store, tmp_path / "fresh")
    assert [line.split(" ")[:2] for line in lines(tmp_path / "fresh")] == [["1", "0"]]


def test_the_numbers_that_are_gone_are_named(store, witness, tmp_path):
    add(store)
    with store._connection() as tx:
        tx.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (tmp_path / "old.db").write_bytes((tmp_path / "node.db").read_bytes())
    for _ in range(3):
        add(store, "material.added")
    old = Database(tmp_path / "old.db", KEY, FixedClock())
    try:
        with pytest.raises(YizhanError) as caught:
            reopened(old, witness.path)
        assert "第 2 至 4 号" in caught.value.sentence
        assert "restore --from-centre" in caught.value.hint
        assert "--accept-loss" in caught.value.hint
    finally:
        old.close()


def test_a_long_witness_is_cut_to_its_last_line(store, witness, monkeypatch):
    for _ in range(4):
        add(store, "material.added")
    monkeypatch.setattr(witness_module, "_KEPT_BYTES_MAX", 100)
    last = lines(witness.path)[-1]
    reopened(store, witness.path)
    assert lines(witness.path) == [last]


def test_a_witness_that_another_process_shortened_is_written_on(store, witness, monkeypatch):
    for _ in range(4):
        add(store, "material.added")
    monkeypatch.setattr(witness_module, "_KEPT_BYTES_MAX", 100)
    reopened(store, witness.path)
    last = add(store, "material.added")
    assert [line.split(" ")[1] for line in lines(witness.path)] == ["4", str(last.seq)]


def test_a_full_disk_at_the_witness_is_a_sentence_and_the_event_stays(store, witness, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", full)
        with pytest.raises(YizhanError) as caught:
            add(store)
    assert caught.value.code == "disk_full"
    add(store, "material.added")
    assert [line for line in lines(witness.path) if line][-1].startswith("1 2 ")
    reopened(store, witness.path)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from conftest import KEY, FixedClock
from lifecycle_data import BODIES, NUMBER
from edge import log
from edge.database import Database
database = Database(Path({file!r}), KEY, FixedClock())
database.after_commit.append(lambda tx: os.kill(os.getpid(), signal.SIGKILL))
with database.write() as tx:
    log.append(tx, "application.filed", NUMBER, BODIES["application.filed"], "kiosk")
"""


def test_a_crash_between_commit_and_witness_loses_nothing(store, witness, tmp_path):
    store.close()
    here = Path(__file__).parent
    program = KILLED.format(path=[str(here), str(here.parent)], file=str(tmp_path / "node.db"))
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    opened = Database(tmp_path / "node.db", KEY, FixedClock())
    try:
        reopened(opened, witness.path)
        with opened.read() as tx:
            assert log.head(tx).seq == 1
        assert lines(witness.path)[-1].startswith("1 1 ")
    finally:
        opened.close()


def test_an_event_that_no_batch_could_carry_is_not_written(store):
    with pytest.raises(YizhanError) as caught:
        add(store, body=filed(answers={"note": "长" * 1_000_000}))
    assert caught.value.code == "too_large"
    with store.read() as tx:
        assert log.head(tx).seq == 0


def test_the_codebooks_that_the_centre_named_last_are_kept(store):
    with store.write() as tx:
        log.set_centre_codebooks(tx, [b"12345678", b"abcdefgh"])
    with store.read() as tx:
        assert log.centre_codebooks(tx) == (b"12345678", b"abcdefgh")
    with store.write() as tx:
        log.set_centre_codebooks(tx, [])
        assert log.centre_codebooks(tx) == ()


def test_a_witness_makes_the_folders_that_it_lies_in_and_finds_them_again(tmp_path):
    path = tmp_path / "aside" / "further" / "witness"
    for _ in range(2):
        opened = Witness(path)
        assert opened.last is None
        opened.close()


def test_a_closed_witness_has_given_its_file_back(tmp_path):
    opened = Witness(tmp_path / "witness")
    handle = opened._file
    opened.close()
    opened.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)


def test_an_event_may_be_as_long_as_a_batch_can_carry(store, monkeypatch):
    length = len(events.canonical(filed()))
    monkeypatch.setattr(events, "BODY_BYTES_MAX", length)
    assert add(store).seq == 1
    monkeypatch.setattr(events, "BODY_BYTES_MAX", length - 1)
    with pytest.raises(YizhanError):
        add(store)


def of_ours(seq: int, prev: bytes) -> events.Event:
    return from_centre(seq, prev, kind="application.withdrawn")


def test_events_that_the_centre_kept_come_back_where_they_fit_and_only_there(store):
    first = add(store)
    second = of_ours(2, first.digest)
    third = of_ours(3, second.digest)
    changed = dataclasses.replace(third, actor="officer:x")
    for wrong in ([of_ours(2, bytes(32))], [third], [second, changed], [second, of_ours(4, second.digest)]):
        with pytest.raises(ChainError), store.write() as tx:
            log.take_back(tx, wrong)
    with store.write() as tx:
        assert log.take_back(tx, []) == []
        assert log.take_back(tx, [second, third]) == [second, third]
        assert log.take_back(tx, [first, second]) == []
        assert log.up(tx) == [first, second, third]


def test_an_ack_that_names_all_that_the_centre_lacks_says_that_the_rest_has_arrived(store):
    """Of two events with a photograph each the centre lacks one, and says that it lacks one in all."""
    photos = [{"sha256": letter * 64, "size": 9, "media_type": "image/jpeg", "name": "a.jpg", "slot": "proof"} for letter in "ab"]
    written = [add(store, "material.added", {"material": {**BODIES["material.added"]["material"], **photo}}) for photo in photos]
    named = [{"sha256": "a" * 64, "from": 4}]
    with store.write() as tx:
        log.set_acked(tx, Head.of(written[1]), "2026-11-21T11:00:00+08:00", named, lacking=2)
        assert [one["sha256"][0] for one in log.missing(tx)] == ["a", "b"]
        assert log.has_unnoted(tx) is False
        log.set_acked(tx, Head.of(written[1]), "2026-11-21T11:00:00+08:00", named, lacking=1)
        assert log.missing(tx) == named
