"""Everything that can be wrong with a stick: cut short, damaged, old, foreign, full, pulled out, forged."""

import os
import shutil

import pytest

from edge import log
from edge.accounts import Cost
from edge.errors import YizhanError
from forms.events import Head, genesis
from sync import envelope, ferry_parcels, frames, stick
from sync.centre import enrolment as centre_enrolment
from sync.centre.centre import open_centre
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.envelope import Purpose, SealKeys
from sync.ferry import export, take_in
from sync.frames import Ack
from tests.centre_room import enrolled as other_room
from tests.ferry_pair import OTHER, carry, held_at_centre, logs_agree, ups
from tests.sync_pair import (
    NODE,
    PHOTO,
    acked,
    centre_says,
    down,
    file_one,
    foreign_event,
    give_enrolment,
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


@pytest.mark.parametrize("length", [0, 7, 100, -1])
def test_a_file_cut_short_is_named_and_the_others_are_taken(known, centre, medium, length):
    for serial in (1, 2):
        file_one(known, serial)
        export(known, medium)
    first, *rest = ups(medium)
    data = first.read_bytes()
    first.write_bytes(data[:length])
    done = centre_in(centre, medium)
    assert not done.went_well
    assert first.name in [note.name for note in done.notes]
    assert export(known, medium).events >= 1
    assert centre_in(centre, medium).lines[0].node == NODE
    assert held_at_centre(centre) == 2
    assert rest


def test_one_flipped_bit_is_not_taken_and_the_next_export_makes_it_good(known, centre, medium):
    file_one(known, photos=(PHOTO,))
    export(known, medium)
    for path in ups(medium):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    done = centre_in(centre, medium)
    assert len(done.notes) == len(ups(medium))
    assert held_at_centre(centre) == 0
    assert export(known, medium).events == 1
    carry(known, centre, medium)
    logs_agree(known, centre)


def test_what_a_pulled_stick_left_unfinished_is_made_anew(known, centre, medium):
    file_one(known)
    tray = stick.made(medium, NODE, stick.UP)
    leftover = tray.folder / "0000ABCD.TMP"
    leftover.write_bytes(b"half a file")
    assert export(known, medium).went_well
    assert not leftover.exists()
    assert centre_in(centre, medium).lines[0].events == 1


def test_an_old_stick_never_makes_the_node_go_back(known, centre, medium, tmp_path):
    file_one(known, 1, photos=(PHOTO,))
    export(known, medium)
    centre_in(centre, medium)
    hand_out(centre, medium)
    old = tmp_path / "old"
    shutil.copytree(medium, old)
    take_in(known, medium)
    file_one(known, 2)
    carry(known, centre, medium)
    now = acked(known)
    assert now.seq == 2
    done = take_in(known, old)
    assert done.went_well
    assert "较早的接收确认" in done.sentence
    assert acked(known) == now
    assert received(known, 2)
    assert centre_in(centre, old).went_well
    assert held_at_centre(centre) == 2


def test_an_old_word_on_missing_photos_does_not_bring_them_back(known, centre, medium, tmp_path):
    file_one(known, photos=(PHOTO,))
    export(known, medium)
    photo = next(path for path in ups(medium) if path.stat().st_size > 100_000)
    kept = photo.read_bytes()
    photo.unlink()
    centre_in(centre, medium)
    hand_out(centre, medium)
    old = tmp_path / "old"
    shutil.copytree(medium, old)
    assert take_in(known, medium).unsent_materials == 1
    photo.write_bytes(kept)
    carry(known, centre, medium)
    assert console(known).unsent_materials == 0
    take_in(known, old)
    assert console(known).unsent_materials == 0


def test_a_centre_that_lost_something_is_believed_by_a_fresh_envelope_alone(known, centre, medium):
    """The answer to an envelope that was sealed after the last answer may go back: as over the link."""
    file_one(known, 1)
    carry(known, centre, medium)
    export(known, medium)
    with known.database.read() as tx:
        asked = max(ups(medium), key=lambda path: path.stat().st_mtime_ns).read_bytes()
        parcel = ferry_parcels.find(tx, envelope.digest_of(asked))
        assert parcel is not None
        assert parcel.answers == log.answers(tx)
    lost = Head.start("node", NODE)
    tray = stick.made(medium, NODE, stick.DOWN)
    stale = centre_says(centre, known, b"another request", head=lost)
    tray.put("AAAAAAAA", stale)
    take_in(known, medium)
    assert acked(known).seq == 1
    tray.put("BBBBBBBB", centre_says(centre, known, asked, head=lost))
    take_in(known, medium)
    assert acked(known).seq == 0
    take_in(known, medium)
    assert acked(known).seq == 0


def test_an_answer_in_another_name_or_for_another_room_is_left(known, centre, medium):
    file_one(known)
    tray = stick.made(medium, NODE, stick.DOWN)
    tray.put("00000001", centre_says(centre, known, b"", sign=known.identity.sign))
    tray.put("00000002", b"YIZHAN nothing of the kind")
    tray.put("00000003", centre_says(centre, known, b"", node=OTHER))
    done = take_in(known, medium)
    assert [note.name for note in done.notes] == ["00000001.YZD", "00000003.YZD", "00000002.YZD"]
    assert not done.went_well
    assert acked(known).seq == 0
    assert not received(known)


def test_an_ack_of_events_that_we_never_wrote_is_refused(known, centre, medium):
    file_one(known)
    tray = stick.made(medium, NODE, stick.DOWN)
    tray.put("00000001", centre_says(centre, known, b"", head=Head(1, 1, bytes(32)), at="2027-01-01T00:00:00+08:00"))
    done = take_in(known, medium)
    assert "不一致" in done.sentence
    assert not received(known)


def test_what_the_centre_wrote_later_waits_for_what_it_wrote_before(known, centre, medium):
    tray = stick.made(medium, NODE, stick.DOWN)
    first = foreign_event(genesis("centre", NODE))
    second = (foreign_event(first.digest, seq=2, id="88" * 16),)
    header = envelope.header_for(Purpose.DOWN, NODE, Head.of(first), second, bytes(16))
    with known.database.read() as tx:
        ack = Ack(NODE, log.head(tx), "2026-11-21T09:13:00+08:00")
    keys = SealKeys(centre.identity.sign.private, centre.identity.sign.public, known.identity.box.public)
    tray.put("00000001", envelope.seal(header, frames.pack(second, ack=ack), keys))
    done = take_in(known, medium)
    assert "前面还缺" in done.sentence
    assert down(known) == []


def test_a_file_in_the_folder_of_another_room_counts_for_the_room_that_signed_it(known, centre, medium):
    second = other_room(centre, OTHER, "石门乡警务室")
    second.file_one()
    stick.made(medium, NODE, stick.UP).put("00000001", second.batch())
    assert [line.node for line in centre_in(centre, medium).lines] == [OTHER]
    assert held_at_centre(centre) == 0


def test_a_room_that_the_centre_does_not_know_is_told_and_the_others_are_taken(known, centre, medium):
    stranger = other_room(centre, OTHER, "石门乡警务室")
    stranger.file["node"] = "5224250098"
    stick.made(medium, "5224250098", stick.UP).put("00000001", stranger.batch())
    file_one(known)
    export(known, medium)
    done = centre_in(centre, medium)
    assert ["没有登记" in note.sentence for note in done.notes] == [True]
    assert [line.node for line in done.lines] == [NODE]
    assert [note.node for note in hand_out(centre, medium).notes] == ["5224250098"]


def test_events_whose_beginning_is_missing_wait_and_come_in_later(known, centre, medium):
    file_one(known, 1)
    export(known, medium)
    first = ups(medium)
    file_one(known, 2)
    export(known, medium)
    aside = {path: path.read_bytes() for path in first}
    for path in first:
        path.unlink()
    done = centre_in(centre, medium)
    assert any("前面还缺记录" in note.sentence for note in done.notes)
    assert held_at_centre(centre) == 0
    for path, data in aside.items():
        path.write_bytes(data)
    assert centre_in(centre, medium).lines[0].events == 2


def test_a_room_that_only_comes_by_stick_gives_a_centre_that_went_back_what_that_lost(
    known, centre, medium, tmp_path, clock
):
    carry(known, centre, medium)
    shutil.copytree(centre.settings.home, tmp_path / "older")
    file_one(known, 1)
    carry(known, centre, medium)
    older = open_centre(tmp_path / "older", clock, Cost(1024, 1, 1))
    try:
        file_one(known, 2)
        export(known, medium)
        assert any("前面还缺记录" in note.sentence for note in centre_in(older, medium).notes)
        hand_out(older, medium)
        take_in(known, medium)
        assert not received(known, 1)
        carry(known, older, medium)
        logs_agree(known, older)
    finally:
        older.close()


def test_a_full_stick_is_told_before_anything_is_written(known, medium, monkeypatch):
    file_one(known)
    usage = shutil.disk_usage(medium)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    done = export(known, medium)
    assert done.problem.code == "ferry_full"
    assert (done.files, done.left_events, ups(medium)) == (0, 1, [])


def test_a_stick_that_forgets_what_was_written_is_found_out(known, medium, monkeypatch):
    file_one(known)
    monkeypatch.setattr(stick, "_read_from_medium", lambda _: b"something else")
    done = export(known, medium)
    assert done.problem.code == "ferry_unverified"
    assert "不可靠" in done.sentence
    assert done.left_events == 1


def test_a_folder_that_is_not_there_is_a_sentence(known, centre, medium):
    for act in (lambda at: export(known, at), lambda at: take_in(known, at), lambda at: centre_in(centre, at)):
        with pytest.raises(YizhanError) as caught:
            act(medium / "gone")
        assert caught.value.code == "ferry_missing"


def test_nothing_is_written_through_a_link_on_the_stick(known, medium, tmp_path):
    outside_of_it = tmp_path / "elsewhere"
    outside_of_it.mkdir()
    (medium / "YIZHAN").symlink_to(outside_of_it)
    file_one(known)
    with pytest.raises(YizhanError) as caught:
        export(known, medium)
    assert caught.value.code == "ferry_unfit"
    assert list(outside_of_it.iterdir()) == []


def test_pipes_links_and_giants_among_the_files_are_left_alone(known, centre, medium):
    file_one(known)
    export(known, medium)
    tray = stick.made(medium, NODE, stick.UP)
    os.mkfifo(tray.folder / "11111111.YZU")
    (tray.folder / "22222222.YZU").symlink_to("/etc/hostname")
    with (tray.folder / "33333333.YZU").open("wb") as giant:
        giant.truncate(stick.FILE_BYTES_MAX + 1)
    done = centre_in(centre, medium)
    assert [(note.name, "过大" in note.sentence) for note in done.notes] == [("33333333.YZU", True)]
    assert done.lines[0].events == 1


def test_a_room_with_a_wrong_code_is_told_at_the_centre(room, centre, medium):
    centre_enrolment.enrol(centre, NODE, "大坪村警务室", "")
    file_one(room)
    export(room, medium)
    done = centre_in(centre, medium)
    assert len(done.notes) == len(ups(medium))
    assert held_at_centre(centre) == 0


def test_a_second_machine_under_one_name_is_told_and_its_events_are_kept_out(known, centre, medium):
    """What another machine wrote at the same places is put aside; neither gets a word until somebody has looked."""
    file_one(known)
    carry(known, centre, medium)
    twin = other_room(centre, OTHER, "石门乡警务室")
    twin.file_one()
    stick.made(medium, OTHER, stick.UP).put("00000001", twin.batch())
    assert centre_in(centre, medium).went_well
    twin.log.clear()
    twin.file_one(channel="console")
    stick.made(medium, OTHER, stick.UP).put("00000002", twin.batch())
    done = centre_in(centre, medium)
    assert any("与已接收的日志不同" in note.sentence for note in done.notes)
    written = hand_out(centre, medium)
    assert [line.node for line in written.lines] == [NODE]
    assert any("与已接收的日志不同" in note.sentence for note in written.notes)
