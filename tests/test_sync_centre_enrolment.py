import json
import shutil

import pytest

from edge.cli import main
from edge.errors import YizhanError
from sync import envelope
from sync.centre import enrolment
from sync.centre.centre import create_home, open_centre
from sync.centre.receiver import receive
from sync.envelope import Purpose
from tests.centre_room import NAME, NODE, Room, enrolled


def invited(centre) -> Room:
    return Room(enrolment.enrol(centre, NODE, NAME, "https://centre.example"))


def refused_with(code, act, *args):
    with pytest.raises(YizhanError) as caught:
        act(*args)
    assert caught.value.code == code


def test_the_enrolment_file_says_what_a_node_needs(centre):
    file = enrolment.enrol(centre, NODE, NAME, "https://centre.example")
    assert set(file) == {
        "node",
        "name",
        "centre_url",
        "suite",
        "generation",
        "centre_sign_key",
        "centre_box_key",
        "policy",
        "code",
        "epoch",
        "supervisor_box_key",
        "recovery_box_key",
        "pack_root",
    }
    assert file["centre_sign_key"] == centre.identity.sign.public.hex()


def test_the_first_word_binds_the_keys_and_is_answered(centre):
    room = invited(centre)
    answer = enrolment.bind(centre, NODE, room.first_word())
    opened = envelope.open_envelope(answer, room.opens, purpose=Purpose.ENROLLED, node=NODE)
    assert opened.contents().ack.head.seq == 0
    room.file_one()
    assert receive(centre, NODE, room.batch())


def test_each_machine_of_a_room_leaves_epochs_to_the_one_before_it_that_was_never_heard(centre):
    epochs = []
    for _ in range(3):
        room = invited(centre)
        epochs.append(room.file["epoch"])
        enrolment.bind(centre, NODE, room.first_word())
    assert epochs == [0, 2, 4]


def test_a_code_that_was_given_out_anew_before_any_machine_came_costs_no_epoch(centre):
    assert [invited(centre).file["epoch"] for _ in range(3)] == [0, 0, 0]


def test_the_same_word_again_is_harmless(centre):
    room = invited(centre)
    enrolment.bind(centre, NODE, room.first_word())
    assert enrolment.bind(centre, NODE, room.first_word())


def test_a_wrong_code_binds_nothing(centre):
    room = invited(centre)
    refused_with("enrolment_wrong", enrolment.bind, centre, NODE, room.first_word("A" * 32))
    refused_with("enrolment_wrong", enrolment.bind, centre, NODE, room.first_word(""))
    refused_with("node_unbound", receive, centre, NODE, room.batch())


def test_a_code_is_good_once(centre):
    room = invited(centre)
    enrolment.bind(centre, NODE, room.first_word())
    refused_with("enrolment_taken", enrolment.bind, centre, NODE, Room(room.file).first_word())


def test_an_earlier_code_ends_when_a_new_one_is_given_out(centre):
    first, second = invited(centre), invited(centre)
    refused_with("enrolment_wrong", enrolment.bind, centre, NODE, first.first_word())
    assert enrolment.bind(centre, NODE, second.first_word())


def test_a_new_code_lets_another_machine_take_the_place_and_ends_the_old_keys(centre):
    old = enrolled(centre)
    old.file_one()
    receive(centre, NODE, old.batch())
    fresh = invited(centre)
    receive(centre, NODE, old.batch())
    answer = enrolment.bind(centre, NODE, fresh.first_word())
    opened = envelope.open_envelope(answer, fresh.opens, purpose=Purpose.ENROLLED, node=NODE)
    assert opened.contents().ack.head.digest == old.log[0].digest
    refused_with("envelope_refused", receive, centre, NODE, old.batch())


def test_a_node_that_nobody_invited_is_refused(centre):
    stranger = Room(enrolment.enrol(centre, NODE, NAME, "") | {"node": "5224250099"})
    refused_with("node_unknown", enrolment.bind, centre, "5224250099", stranger.first_word())


def test_a_word_for_another_room_or_changed_on_the_way_is_refused(centre):
    room = invited(centre)
    enrolment.enrol(centre, "5224250018", "黑塘村警务室", "")
    word = room.first_word()
    refused_with("envelope_refused", enrolment.bind, centre, "5224250018", word)
    refused_with("envelope_refused", enrolment.bind, centre, NODE, word[:-1] + bytes([word[-1] ^ 1]))
    refused_with("envelope_refused", enrolment.bind, centre, NODE, b"")


@pytest.mark.parametrize("node", ["", "522425001", "52242500170", "522425001x", "522425001７"])
def test_a_node_id_has_ten_digits(centre, node):
    refused_with("node_wrong", enrolment.enrol, centre, node, NAME, "")


def test_a_home_is_made_once_and_its_secrets_are_the_owners_alone(centre, tmp_path):
    refused_with("centre_exists", create_home, tmp_path / "centre")
    for name in ("centre.key", "centre.identity"):
        assert (tmp_path / "centre" / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("centre.key", None, "key_missing"),
        ("centre.key", "zz", "key_unreadable"),
        ("centre.key", "00" * 32, "centre_store"),
        ("centre.identity", None, "centre_store"),
        ("centre.identity", "{}", "centre_store"),
        ("centre.toml", "prot = 1", "settings_wrong"),
        ("centre.toml", None, "centre_missing"),
    ],
)
def test_a_start_without_the_right_files_is_refused_with_a_sentence(tmp_path, empty_centre, file, text, code):
    home = tmp_path / "other"
    shutil.copytree(empty_centre, home)
    (home / file).unlink()
    if text is not None:
        (home / file).write_text(text)
    refused_with(code, open_centre, home)


def test_a_room_has_a_machine_once_one_has_bound_its_keys(centre):
    assert not enrolment.has_machine(centre, NODE)
    room = invited(centre)
    assert not enrolment.has_machine(centre, NODE)
    enrolment.bind(centre, NODE, room.first_word())
    assert enrolment.has_machine(centre, NODE)


def test_whoever_gives_a_room_another_machine_is_told_of_the_last_stick(tmp_path, capsys):
    home = tmp_path / "centre"
    create_home(home, "省级中心")
    words = ["centre", "enrol", NODE, "--name", NAME, "--url", "https://centre.example", "--home", str(home), "--json"]
    assert main(words) == 0
    first = capsys.readouterr()
    assert "U盘" not in first.err
    opened = open_centre(home)
    enrolment.bind(opened, NODE, Room(json.loads(first.out)).first_word())
    opened.close()
    assert main(words) == 0
    again = capsys.readouterr()
    assert "旧机器" in again.err
    assert json.loads(again.out)["node"] == NODE
