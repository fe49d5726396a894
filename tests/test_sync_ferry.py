"""The ferry between a room and the centre: whole rounds, several sticks, several rooms, several ways."""

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from edge import identity
from edge.errors import YizhanError
from edge.file_locks import only_one
from sync import envelope, ferry_in, stick
from sync.centre import outside
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.envelope import Purpose
from sync.ferry import export, take_in
from sync.ferry_out import LOCK
from tests.centre_room import enrolled as other_room
from tests.ferry_pair import OTHER, PHOTO_SHA, carry, downs, held_at_centre, logs_agree, photo, ups
from tests.sync_pair import (
    NODE,
    PHOTO,
    acked,
    down,
    file_one,
    give_enrolment,
    number,
    received,
)
from tests.sync_pair import state as console


@pytest.fixture
def medium(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def room(node, centre):
    """A node with its enrolment file, which has never been online."""
    give_enrolment(node, centre, "https://127.0.0.1:1")
    return node


@pytest.fixture
def known(room, centre, medium):
    """A node that the centre knows, by a stick that went both ways and is empty again."""
    carry(room, centre, medium)
    shutil.rmtree(medium / "YIZHAN")
    return room


def test_a_room_without_any_network_files_is_decided_and_hears_of_it(room, centre, medium):
    file_one(room, photos=(PHOTO,))
    done = export(room, medium)
    assert (done.events, done.materials, done.left_events, done.left_materials) == (1, 1, 0, 0)
    assert done.waiting == 1
    assert not received(room)
    assert console(room).unsent_events == 1
    taken = centre_in(centre, medium)
    assert (taken.lines[0].events, taken.lines[0].missing, taken.notes) == (1, 0, ())
    assert not received(room)
    outside.decide(centre, number(1), act="accept", actor="centre:li")
    written = hand_out(centre, medium)
    assert (written.lines[0].events, written.went_well) == (1, True)
    assert not received(room)
    back = take_in(room, medium)
    assert (back.events, back.acked, back.unsent_events, back.unsent_materials) == (1, True, 0, 0)
    assert received(room)
    assert centre.blobs.read(NODE, PHOTO_SHA) == PHOTO
    assert [event.kind for event in down(room)][-1] == "application.accepted"
    logs_agree(room, centre)


def test_nothing_reads_as_received_before_a_signed_ack_was_imported(known, centre, medium):
    file_one(known)
    assert "带回接收确认以后，才算已接收" in export(known, medium).sentence
    centre_in(centre, medium)
    hand_out(centre, medium)
    assert (received(known), console(known).unsent_events) == (False, 1)
    assert take_in(known, medium).unsent_events == 0
    assert received(known)


def test_the_same_stick_again_changes_nothing(known, centre, medium):
    file_one(known, photos=(PHOTO,))
    carry(known, centre, medium)
    before = acked(known), held_at_centre(centre), down(known)
    for _ in range(3):
        carry(known, centre, medium)
    assert (acked(known), held_at_centre(centre), down(known)) == before
    logs_agree(known, centre)


def test_a_second_export_adds_only_what_is_not_on_the_stick_yet(known, centre, medium):
    file_one(known, 1, photos=(PHOTO,))
    export(known, medium)
    first = set(ups(medium))
    assert export(known, medium).files == 0
    file_one(known, 2)
    assert export(known, medium).events == 1
    assert len(set(ups(medium)) - first) == 1
    assert first < set(ups(medium))
    assert centre_in(centre, medium).lines[0].events == 2


def test_two_sticks_carry_everything_each(known, centre, medium, tmp_path):
    file_one(known, photos=(PHOTO,))
    second = tmp_path / "second"
    second.mkdir()
    assert export(known, medium).events == export(known, second).events == 1
    assert centre_in(centre, second).lines[0].events == 1
    again = centre_in(centre, medium)
    assert (again.went_well, again.lines[0].events) == (True, 0)
    hand_out(centre, medium)
    hand_out(centre, second)
    assert take_in(known, second).acked
    assert not take_in(known, medium).acked
    logs_agree(known, centre)


def test_two_copies_of_one_stick_are_as_good_as_one(known, centre, medium, tmp_path):
    file_one(known, photos=(PHOTO,))
    export(known, medium)
    copy = tmp_path / "copy"
    shutil.copytree(medium, copy)
    for each in (medium, copy):
        assert centre_in(centre, each).went_well
        hand_out(centre, each)
    for each in (copy, medium):
        assert take_in(known, each).went_well
    assert ups(medium) == ups(copy) == []
    logs_agree(known, centre)


def test_files_of_ours_go_when_they_are_acknowledged_and_no_others(known, centre, medium):
    file_one(known)
    export(known, medium)
    theirs = stick.made(medium, NODE, stick.UP).folder
    foreign = [theirs / "ABCDEF01.YZU", theirs / "photo.jpg", medium / "report.doc"]
    for path in foreign:
        path.write_bytes(b"not ours")
    ours = [path for path in ups(medium) if path not in foreign]
    assert export(known, medium).removed == 0
    assert all(path.exists() for path in ours)
    centre_in(centre, medium)
    hand_out(centre, medium)
    done = take_in(known, medium)
    assert done.removed == len(ours)
    assert not any(path.exists() for path in ours)
    assert all(path.exists() for path in foreign)
    assert "已从U盘上清除" in done.sentence


def test_the_centre_takes_its_files_away_when_the_room_has_them(known, centre, medium):
    file_one(known)
    export(known, medium)
    centre_in(centre, medium)
    outside.decide(centre, number(1), act="accept", actor="centre:li")
    hand_out(centre, medium)
    first = downs(medium)
    take_in(known, medium)
    assert downs(medium) == first
    export(known, medium)
    centre_in(centre, medium)
    assert hand_out(centre, medium).removed == 1
    assert not set(first) & set(downs(medium))


def test_one_stick_brings_several_rooms(known, centre, medium):
    second = other_room(centre, OTHER, "石门乡警务室")
    second.file_one()
    stick.made(medium, OTHER, stick.UP).put("00000001", second.batch())
    file_one(known)
    export(known, medium)
    done = centre_in(centre, medium)
    assert [(line.node, line.events) for line in done.lines] == [(NODE, 1), (OTHER, 1)]
    assert [line.node for line in hand_out(centre, medium).lines] == [NODE, OTHER]
    assert take_in(known, medium).files == len(downs(medium))
    answer = downs(medium, OTHER)[0].read_bytes()
    assert envelope.open_envelope(answer, second.opens, purpose=Purpose.DOWN, node=OTHER).contents().ack.head.seq == 1


def test_a_budget_is_kept_and_the_rest_is_told(known, centre, medium):
    for serial in range(1, 4):
        file_one(known, serial, photos=(photo(serial),))
    done = export(known, medium, bytes_max=700_000)
    written = sum(path.stat().st_size for path in ups(medium))
    assert written == done.bytes <= 700_000
    assert (done.events, done.materials, done.left_materials) == (3, 2, 1)
    assert "没有写出" in done.sentence
    centre_in(centre, medium)
    hand_out(centre, medium)
    assert take_in(known, medium).unsent_materials == 1
    carry(known, centre, medium)
    assert console(known).unsent_materials == 0
    logs_agree(known, centre)


def test_events_come_before_photos_and_small_ones_first(known, medium):
    file_one(known, 1, photos=(PHOTO, PHOTO[:50_000]))
    export(known, medium, bytes_max=200_000)
    done = export(known, medium, bytes_max=1)
    assert (done.left_events, done.left_materials) == (0, 1)


def test_a_stick_that_shows_its_names_in_small_letters_is_read(known, centre, medium):
    file_one(known)
    export(known, medium)
    for path in sorted(medium.rglob("*"), key=lambda each: -len(each.parts)):
        path.rename(path.with_name(path.name.lower()))
    assert centre_in(centre, medium).lines[0].events == 1
    assert hand_out(centre, medium).went_well
    assert take_in(known, medium).acked
    assert [path.name for path in medium.iterdir()] == ["yizhan"]


def test_answers_may_come_by_another_way(known, centre, medium, tmp_path):
    file_one(known)
    export(known, medium)
    home_way = tmp_path / "gateway"
    home_way.mkdir()
    disc = {path: path.read_bytes() for path in ups(medium)}
    centre_in(centre, medium)
    hand_out(centre, home_way, [NODE])
    done = take_in(known, home_way)
    assert (done.acked, done.unsent_events, done.removed) == (True, 0, 0)
    assert {path: path.read_bytes() for path in ups(medium)} == disc


def test_a_disc_that_was_written_once_is_read_and_left_as_it_is(known, centre, medium, tmp_path, monkeypatch):
    def is_read_only(path, **_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    file_one(known)
    export(known, medium)
    home_way = tmp_path / "second disc"
    home_way.mkdir()
    with monkeypatch.context() as disc:
        disc.setattr(Path, "unlink", is_read_only)
        assert centre_in(centre, medium).went_well
        hand_out(centre, home_way, [NODE])
        assert take_in(known, home_way).acked
        done = take_in(known, medium)
    assert (done.went_well, done.removed, len(ups(medium))) == (True, 0, 1)
    assert "介质是只读的" in done.sentence
    assert take_in(known, medium).removed == 1


def test_the_centre_needs_to_be_told_for_whom_an_empty_folder_is(centre, known, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(YizhanError) as caught:
        hand_out(centre, empty)
    assert caught.value.code == "ferry_no_room"
    assert hand_out(centre, empty, [NODE]).went_well
    assert hand_out(centre, tmp_path / "empty", ["5224250000"]).problem.code == "node_unknown"


def test_one_ferry_at_a_time_on_one_node(known, medium):
    with only_one(known.settings.database.parent / LOCK):
        for act in (export, take_in):
            with pytest.raises(YizhanError) as caught:
                act(known, medium)
            assert caught.value.code == "ferry_busy"


def test_a_long_log_comes_down_in_several_files(known, centre, medium):
    for serial in range(1, 8):
        file_one(known, serial)
    carry(known, centre, medium)
    for serial in range(1, 8):
        outside.decide(centre, number(serial), act="accept", note="已核对" * 60, actor="centre:li")
    small = replace(centre, settings=replace(centre.settings, answer_bytes_max=1000))
    export(known, medium)
    centre_in(small, medium)
    assert hand_out(small, medium).lines[0].files > 3
    assert take_in(known, medium).events == 7
    logs_agree(known, centre)


def test_a_room_may_introduce_itself_again_and_the_answer_needs_no_way_back(room, centre, medium):
    file_one(room)
    export(room, medium)
    centre_in(centre, medium)
    shutil.rmtree(medium / "YIZHAN" / NODE / "DOWN")
    centre_in(centre, medium)
    with room.database.read() as tx:
        assert not identity.centre(tx).enrolled_at
    hand_out(centre, medium)
    take_in(room, medium)
    with room.database.read() as tx:
        assert identity.centre(tx).enrolled_at
    assert received(room)


def test_a_node_without_a_centre_has_nowhere_to_carry(node, medium):
    with pytest.raises(YizhanError) as caught:
        export(node, medium)
    assert caught.value.code == "centre_not_set"
    assert list(medium.iterdir()) == []


def test_names_fit_every_file_system(known, centre, medium):
    file_one(known, photos=(PHOTO,))
    export(known, medium)
    centre_in(centre, medium)
    hand_out(centre, medium)
    for path in medium.rglob("*"):
        stem, _, ending = path.name.partition(".")
        assert path.name == path.name.upper()
        assert len(ending) <= 3
        assert len(stem) <= (10 if stem == NODE else 8)
    listed = (medium / "YIZHAN" / NODE / "UP" / "LIST.TXT").read_text().splitlines()
    assert [line.split("  ")[1] for line in listed] == [path.name for path in ups(medium)]


def test_the_network_may_carry_the_same_meanwhile_and_either_ack_counts(push, node, centre, medium):
    file_one(node, 1, photos=(PHOTO,))
    export(node, medium)
    assert push.drain().went_well
    assert received(node, 1)
    late = centre_in(centre, medium)
    assert (late.went_well, late.lines[0].events) == (True, 0)
    hand_out(centre, medium)
    file_one(node, 2)
    assert push.drain().went_well
    now = acked(node)
    done = take_in(node, medium)
    assert (done.went_well, acked(node)) == (True, now)
    assert received(node, 2)
    assert ups(medium) == []
    file_one(node, 3)
    carry(node, centre, medium)
    assert received(node, 3)
    assert push.drain().sent == 0
    logs_agree(node, centre)


def test_an_import_waits_for_the_round_that_runs_and_does_not_overtake_it(known, medium, monkeypatch):
    monkeypatch.setattr(ferry_in, "PATIENCE_S", 0.0)
    with only_one(known.settings.database.parent / "push.lock"), pytest.raises(YizhanError) as caught:
        take_in(known, medium)
    assert caught.value.code == "ferry_busy"
    assert take_in(known, medium).went_well
