"""The witness file by itself: what of it is believed, what is on the disk before anybody is told, what is given back."""

import os
import stat
from pathlib import Path

import pytest

from edge import log, witness_mark
from edge import witness as witness_module
from edge.errors import YizhanError
from edge.witness import Witness
from forms.events import Head
from tests.open_files import held
from tests.test_edge_log import add, lines, reopened, store, witness

__all__ = ["store", "witness"]  # fixtures


def head(seq: int, epoch: int = 1) -> Head:
    return Head(epoch, seq, bytes([seq % 256]) * 32)


def written(path, *heads: Head) -> None:
    path.write_text("".join(witness_module._line(one) for one in heads))


@pytest.fixture
def synced(monkeypatch):
    """What was synced, by the name of its file or folder, in order; the sync itself still happens."""
    found: list[str] = []

    def noting(name):
        inner = getattr(os, name)

        def sync(handle):
            found.append(Path(f"/proc/self/fd/{handle}").readlink().name)
            inner(handle)

        monkeypatch.setattr(os, name, sync)

    noting("fsync")
    noting("fdatasync")
    return found


def test_only_this_user_may_read_a_new_witness(tmp_path):
    Witness(tmp_path / "witness").close()
    assert stat.S_IMODE((tmp_path / "witness").stat().st_mode) == 0o600


def test_the_name_of_a_new_witness_is_on_the_disk_before_a_line_is_written(tmp_path, synced):
    opened = Witness(tmp_path / "witness")
    assert synced == [tmp_path.name]
    opened.close()


def test_every_line_is_on_the_disk_when_it_was_written(store, witness, synced):
    add(store)
    assert synced == ["witness"]


def test_opening_and_closing_gives_every_handle_back(tmp_path):
    opened = Witness(tmp_path / "witness")
    assert held(tmp_path) == ["witness"]
    opened.close()
    opened.close()
    assert held(tmp_path) == []


def test_a_file_that_was_put_in_the_place_of_the_witness_is_the_only_one_held(store, witness):
    add(store)
    beside = witness.path.with_name("beside")
    beside.write_bytes(witness.path.read_bytes())
    beside.replace(witness.path)
    second = add(store, "material.added")
    assert lines(witness.path)[-1].startswith(f"1 {second.seq} ")
    assert [name for name in held(witness.path.parent) if name.startswith("witness")] == ["witness"]


def test_the_shortened_file_is_on_the_disk_before_it_takes_the_place_and_its_name_after(tmp_path, monkeypatch, synced):
    path = tmp_path / "witness"
    written(path, *map(head, range(1, 5)))
    monkeypatch.setattr(witness_module, "_KEPT_BYTES_MAX", 100)
    held_at_sync: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (held_at_sync.append(os.fstat(handle).st_size), sync(handle))[1])
    Witness(path).close()
    assert synced == ["witness.new", tmp_path.name, tmp_path.name]
    assert held_at_sync[0] == path.stat().st_size > 0
    assert lines(path) == [witness_module._line(head(4)).strip()]


def test_a_witness_of_just_the_length_that_is_kept_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "witness"
    written(path, head(1), head(2))
    monkeypatch.setattr(witness_module, "_KEPT_BYTES_MAX", path.stat().st_size)
    Witness(path).close()
    assert len(lines(path)) == 2
    monkeypatch.setattr(witness_module, "_KEPT_BYTES_MAX", path.stat().st_size - 1)
    Witness(path).close()
    assert len(lines(path)) == 1


def test_of_a_long_witness_only_the_end_is_read(tmp_path, monkeypatch):
    path = tmp_path / "witness"
    written(path, head(1))
    with path.open("a") as file:
        file.write("rotten line\n" * 20)
    assert witness_module._read_last(path) == head(1)
    monkeypatch.setattr(witness_module, "_TAIL_BYTES", 60)
    assert witness_module._read_last(path) is None


def test_the_first_byte_of_a_short_witness_counts(tmp_path):
    path = tmp_path / "witness"
    written(path, head(7))
    assert witness_module._read_last(path) == head(7)


@pytest.mark.parametrize(
    ("text", "torn"), [("", False), ("1 1 ab\n", False), ("\n", False), ("1 1 ab", True), ("1\n1", True)]
)
def test_a_last_line_without_its_end_is_torn(tmp_path, text, torn):
    path = tmp_path / "witness"
    assert witness_module._ends_torn(path) is False
    path.write_text(text)
    assert witness_module._ends_torn(path) is torn


def test_after_a_torn_line_the_next_begins_a_line_of_its_own(store, witness):
    with witness.path.open("a") as file:
        file.write("1 1 abc")
    again = Witness(witness.path)
    store.after_commit[:] = [again.follow]
    add(store)
    again.close()
    assert [line.split(" ")[1] for line in lines(witness.path)] == ["0", "1", "1"]


def test_a_line_that_could_not_be_written_whole_is_ended_before_the_next(store, witness, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(YizhanError):
            add(store)
    add(store, "material.added")
    assert [line.split(" ")[1] if line else "" for line in lines(witness.path)] == ["0", "1", "", "2"]


def test_after_a_look_the_mark_says_where_the_witness_ends(store, witness):
    event = add(store)
    mark = witness_mark.path_of(witness.path)
    mark.unlink()
    reopened(store, witness.path)
    found = witness_mark.read(witness.path)
    assert found is not None
    assert found.head == Head.of(event)
    mark.unlink()
    second = add(store, "material.added")
    found = witness_mark.read(witness.path)
    assert found is not None
    assert found.head == Head.of(second)


def put_back(store, witness) -> Witness:
    """The witness with its content of before copied over it, opened anew: it knows that something newer stood there."""
    add(store)
    before = witness.path.read_bytes()
    add(store, "material.added")
    witness.path.write_bytes(before)
    return Witness(witness.path)


def test_an_older_content_in_the_same_file_is_noticed_and_the_mark_stays_until_it_is_settled(store, witness):
    again = put_back(store, witness)
    mark = witness_mark.read(witness.path)
    assert again.newer is not None
    assert again.newer == mark
    assert again.newer.head.seq == 2
    again._mark()
    assert witness_mark.read(witness.path) == mark
    again.settled()
    assert again.newer is None
    settled = witness_mark.read(witness.path)
    assert settled is not None
    assert settled.head.seq == 1
    again.close()
    once_more = Witness(witness.path)
    assert once_more.newer is None
    once_more.close()


def test_a_witness_that_nobody_touched_has_nothing_newer(store, witness):
    add(store)
    again = Witness(witness.path)
    assert again.newer is None
    again.close()


def test_a_torn_end_is_a_crash_and_no_older_copy(store, witness):
    add(store)
    with witness.path.open("a") as file:
        file.write("1 2 abc")
    again = Witness(witness.path)
    assert again.newer is None
    again.close()


def test_who_writes_at_this_moment_is_no_older_copy(store, witness, monkeypatch):
    put_back(store, witness).close()
    moments = iter(range(1, 9))
    monkeypatch.setattr(witness_mark, "changed_ns", lambda _: next(moments))
    again = Witness(witness.path)
    assert again.newer is None
    again.close()


def test_a_witness_of_an_empty_log_asks_for_no_event(store, witness):
    with store.read() as tx:
        witness.check(tx)
        assert log.head(tx).seq == 0


@pytest.mark.parametrize("digest", [b"\1" * 32, None])
def test_the_first_event_is_asked_for_as_every_other(store, witness, digest):
    event = add(store)
    store.after_commit.clear()
    witness._write(witness_module._line(Head(1, 1, digest or event.digest)))
    again = Witness(witness.path)
    with store.read() as tx:
        if digest is None:
            again.check(tx)
        else:
            with pytest.raises(YizhanError) as caught:
                again.check(tx)
            assert caught.value.code == "log_forked"
    again.close()


@pytest.mark.parametrize(
    ("held", "seen", "words"),
    [
        (head(1), head(2), "2"),
        (head(1), head(4), "2 至 4"),
        (head(3), head(2, 2), "2-1 至 2-2"),
        (head(3), head(1, 2), "2-1"),
    ],
)
def test_the_numbers_that_are_lost_run_from_the_first_to_the_last(held, seen, words):
    assert witness_module._lost(held, seen) == words
