"""The ferry between a room and the centre: whole rounds, and everything that can be wrong with a stick."""

import hashlib
import os
import shutil
from dataclasses import replace

import pytest

from edge import identity, log, verify
from edge.errors import YizhanError
from forms.events import Head, genesis
from sync import envelope, ferry_parcels, frames, stick
from sync.centre import enrolment as centre_enrolment
from sync.centre import log as centre_log
from sync.centre import outside, rooms
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.centre.verification import verify as centre_verify
from sync.envelope import Purpose, SealKeys
from sync.ferry import export, take_in
from sync.ferry_out import LOCK
from sync.frames import Ack
from sync.lock import only_one
from tests.centre_room import enrolled as other_room
from tests.sync_pair import (
    NODE,
    PHOTO,
    acked,
    centre_says,
    down,
    file_one,
    foreign_event,
    give_enrolment,
    number,
    received,
)
from tests.sync_pair import state as console

OTHER = "5224250099"
PHOTO_SHA = hashlib.sha256(PHOTO).hexdigest()


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


def carry(node, centre, medium):
    """The stick goes to the centre and comes home."""
    assert export(node, medium).went_well
    assert centre_in(centre, medium).went_well
    assert hand_out(centre, medium).went_well
    assert take_in(node, medium).went_well


def ups(medium, node=NODE):
    return stick.tray(medium, node, stick.UP).files()


def downs(medium, node=NODE):
    return stick.tray(medium, node, stick.DOWN).files()


def logs_agree(node, centre):
    with centre.store.read() as theirs, node.database.read() as ours:
        assert list(centre_log.walk(theirs, NODE, "node")) == log.up(ours)
        assert list(centre_log.walk(theirs, NODE, "centre")) == log.down(ours)
    assert verify.verify(node.database).whole
    assert centre_verify(centre)["whole"]


def photo(serial):
    return b"\xff\xd8\xff" + hashlib.shake_128(bytes([serial])).digest(300_000)


def held_at_centre(centre):
    with centre.store.read() as tx:
        return rooms.get(tx, NODE).up_head.seq


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


def test_a_room_with_a_wrong_code_is_told_at_the_centre(room, centre, medium):
    centre_enrolment.enrol(centre, NODE, "大坪村警务室", "")
    file_one(room)
    export(room, medium)
    done = centre_in(centre, medium)
    assert len(done.notes) == len(ups(medium))
    assert held_at_centre(centre) == 0


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
