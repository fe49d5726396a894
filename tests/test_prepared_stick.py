"""Several rooms from one stick: each is taken once, whatever was pulled out when, and no code is left behind."""

import json

import pytest

from edge import prepared_stick
from edge.errors import YizhanError

A, B = "5224250017", "5224250018"
AT = "2026-11-21T09:12:03+08:00"


@pytest.fixture
def medium(tmp_path):
    prepared_stick.write(tmp_path, [file(B, "小坪村警务室"), file(A, "大坪村警务室")])
    return tmp_path


def file(node, name):
    return {"node": node, "name": name, "code": "A" * 32}


def place(medium, name):
    return medium / "YIZHAN" / "SETUP" / name


def refused(code, act, *words, **more):
    with pytest.raises(YizhanError) as caught:
        act(*words, **more)
    assert caught.value.code == code


def test_rooms_are_offered_by_their_numbers(medium):
    assert [(one.node, one.name, one.claim) for one in prepared_stick.rooms(medium)] == [
        (A, "大坪村警务室", ""),
        (B, "小坪村警务室", ""),
    ]
    assert A in place(medium, "ROOMS.TXT").read_text(encoding="utf-8-sig")


def test_a_room_that_was_taken_is_no_other_machines(medium):
    assert prepared_stick.take(medium, A, "one", AT)["code"] == "A" * 32
    assert [one.node for one in prepared_stick.free(medium, "two")] == [B]
    refused("stick_room_taken", prepared_stick.take, medium, A, "two", AT)


def test_ten_machines_take_ten_rooms_and_the_eleventh_none(tmp_path):
    numbers = [f"522425{at:04d}" for at in range(1, 11)]
    prepared_stick.write(tmp_path, [file(one, f"{one}警务室") for one in numbers])
    taken = []
    for at in range(10):
        prepared_stick.sweep(tmp_path, f"machine-{at}")
        taken.append(prepared_stick.free(tmp_path)[0].node)
        prepared_stick.take(tmp_path, taken[-1], f"machine-{at}", AT)
    assert taken == numbers
    assert prepared_stick.free(tmp_path) == []
    prepared_stick.sweep(tmp_path, "machine-10")
    assert not list((tmp_path / "YIZHAN" / "SETUP").glob("*.JSN"))


def test_after_a_power_cut_the_same_machine_takes_the_same_room_again(medium):
    first = prepared_stick.take(medium, A, "one", AT)
    assert prepared_stick.take(medium, A, "one", AT) == first
    assert [one.node for one in prepared_stick.free(medium, "one")] == [A, B]


def test_a_mark_that_was_cut_off_is_none(medium):
    place(medium, f"{A}.TMP").write_bytes(b'{"cla')  # before the rename
    assert prepared_stick.free(medium)[0].node == A
    assert prepared_stick.take(medium, A, "one", AT)["node"] == A


def test_a_damaged_mark_counts_as_somebody_elses(medium):
    place(medium, f"{A}.USE").write_bytes(b"\0" * 40)
    refused("stick_room_taken", prepared_stick.take, medium, A, "one", AT)


def test_the_next_machine_takes_the_codes_of_used_rooms_away_and_no_other(medium):
    prepared_stick.take(medium, A, "one", AT)
    prepared_stick.sweep(medium, "one")
    assert place(medium, f"{A}.JSN").exists()  # its own machine may still need it
    prepared_stick.sweep(medium, "two")
    assert not place(medium, f"{A}.JSN").exists()
    assert place(medium, f"{B}.JSN").exists()
    assert place(medium, f"{A}.USE").exists()


def test_a_machine_that_is_set_up_takes_its_own_code_away(medium):
    prepared_stick.take(medium, A, "one", AT)
    prepared_stick.sweep(medium, "one", done=True)
    assert [one.node for one in prepared_stick.rooms(medium)] == [B]


def test_what_was_given_back_is_free_for_the_next(medium):
    prepared_stick.take(medium, A, "one", AT)
    prepared_stick.give_back(medium, "two")
    assert [one.node for one in prepared_stick.free(medium, "two")] == [B]
    prepared_stick.give_back(medium, "one")
    assert [one.node for one in prepared_stick.free(medium, "two")] == [A, B]


def test_a_room_that_gets_a_new_code_is_free_again(medium):
    prepared_stick.take(medium, A, "one", AT)
    prepared_stick.write(medium, [file(A, "大坪村警务室")])
    assert [one.claim for one in prepared_stick.rooms(medium)] == ["", ""]


def test_a_room_that_is_not_there_is_named(medium):
    refused("stick_rooms_none", prepared_stick.take, medium, "5224250019", "one", AT)


def test_what_is_no_enrolment_file_is_no_room(medium):
    place(medium, "5224250020.JSN").write_bytes(b"[]")
    place(medium, "5224250021.JSN").symlink_to("/etc/hostname")
    place(medium, "readme.JSN").write_text(json.dumps(file(A, "x")), encoding="utf-8")
    assert len(prepared_stick.rooms(medium)) == 2


def test_a_stick_whose_folder_is_a_link_is_not_used(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "YIZHAN").symlink_to(tmp_path / "real")
    refused("ferry_unfit", prepared_stick.rooms, tmp_path / "stick")
    refused("ferry_unfit", prepared_stick.write, tmp_path / "stick", [file(A, "x")])
    assert not list((tmp_path / "real").iterdir())


def test_an_empty_stick_offers_nothing_and_one_that_is_not_there_says_so(tmp_path):
    assert prepared_stick.rooms(tmp_path) == []
    refused("ferry_missing", prepared_stick.rooms, tmp_path / "none")
