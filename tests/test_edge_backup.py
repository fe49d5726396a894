"""Backups: read through before they count, restored to a new epoch, and never in the way of what was there."""

import contextlib
import json
from pathlib import Path

import pytest

from edge import backup, backup_file, slot_keeping, unlocking, verify
from edge.database import Database
from edge.node import create_home, open_node
from forms.events import Head
from sync.https import HttpsLink
from sync.push import Push
from tests.test_edge_restore import again, at_centre, code_of, epoch, file, here, lived, own, projected, run

__all__ = ["lived"]


def test_a_backup_is_read_through_before_it_counts_and_restores_to_a_new_epoch(
    lived, enrolled, centre, tmp_path, capsys
):
    made = backup.make(lived, tmp_path)
    assert (made.events, made.materials, made.head) == (3, 2, Head.of(own(lived)[-1]))
    assert not list(tmp_path.glob("*.partial*"))
    number = file(lived, "token-0004")
    assert enrolled.drain().went_well
    home = lived.settings.home
    lived.close()
    assert run(capsys, "restore", made.file, "--home", home)[1]["error"]["code"] == "backup_in_the_way"
    code, answer = run(capsys, "restore", made.file, "--replace", "--home", home)
    assert (code, answer["epoch"], answer["events"]) == (0, 2, 3)
    assert list(Path(answer["aside"]).iterdir())
    node = again(home)
    link = HttpsLink(json.loads(json.dumps(enrolled._link._url)))
    try:
        fresh = file(node, "token-0005")
        assert fresh != number
        assert Push(node, link).drain().went_well
        assert [event.position for event in own(node)] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)]
        assert at_centre(centre, "node") == here(node, "node")
        assert verify.verify(node.database).whole
        assert {number, fresh} <= {row[1] for row in projected(node)["head"]}
    finally:
        link.close()
        node.close()


def test_the_same_backup_restored_twice_gives_two_epochs(lived, tmp_path, capsys):
    made, home = backup.make(lived, tmp_path / "one.backup"), lived.settings.home
    lived.close()
    epochs_begun = [run(capsys, "restore", made.file, "--replace", "--home", home)[1]["epoch"] for _ in range(3)]
    assert epochs_begun == [2, 3, 4]


def test_a_backup_makes_a_node_of_an_empty_folder_with_its_key(lived, tmp_path, capsys):
    made, old = backup.make(lived, tmp_path / "one.backup"), lived.settings.home
    code, answer = run(capsys, "restore", made.file, "--home", tmp_path / "empty")
    assert (code, answer["error"]["code"]) == (1, "key_missing")
    code, _ = run(capsys, "restore", made.file, "--key-file", old / "node.key", "--home", tmp_path / "empty")
    assert code == 0
    node = again(tmp_path / "empty")
    try:
        assert (epoch(node), node.room.name) == (2, lived.room.name)
        assert verify.verify(node.database).whole
    finally:
        node.close()


@pytest.mark.parametrize(
    ("more_slots", "spoilt"),
    [(False, False), (False, True), (True, False)],
    ids=["its own key file", "a spoilt key file", "a slot more"],
)
def test_a_backup_of_another_machine_takes_the_place_of_a_room_that_was_begun(
    lived, tmp_path, capsys, more_slots, spoilt
):
    """Set up anew before somebody thought of the backup: what was begun has a key of its own. It opens, time and again."""
    made, old, begun = backup.make(lived, tmp_path / "one.backup"), lived.settings.home, tmp_path / "begun"
    create_home(begun, lived.settings.node_id, "大坪村警务室")
    if more_slots:
        with contextlib.closing(again(begun)) as node:
            slot_keeping.put(node, slot_keeping.passphrase(node, "开机", "").slot)
    if spoilt:
        (begun / "node.key").write_text("not a key")
    for epoch_begun in (2, 3):
        words = ("restore", made.file, "--replace", "--key-file", old / "node.key", "--home", begun)
        code, answer = run(capsys, *words)
        assert (code, answer["epoch"]) == (0, epoch_begun)
        with contextlib.closing(again(begun)) as node:
            assert own(node)[:3] == own(lived)
            assert verify.verify(node.database).whole


@contextlib.contextmanager
def fails_at(monkeypatch, failing):
    """The disk fails when a file gets its name for the time `failing`."""
    moved, count = Path.replace, iter(range(1, 100))

    def replace(self, target):
        if next(count) == failing:
            raise OSError(5, "Input/output error")
        return moved(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        yield


def test_a_restore_over_another_key_that_ends_anywhere_can_be_done_again(lived, tmp_path, monkeypatch, capsys):
    made, given = backup.make(lived, tmp_path / "one.backup"), lived.settings.home / "node.key"
    for failing in range(1, 5):
        begun = tmp_path / f"begun-{failing}"
        create_home(begun, lived.settings.node_id, "大坪村警务室")
        words = ("restore", made.file, "--replace", "--key-file", given, "--home", begun)
        with fails_at(monkeypatch, failing):
            assert run(capsys, *words)[0] == 1
        assert run(capsys, *words)[0] == 0
        with contextlib.closing(again(begun)) as node:
            assert own(node)[:3] == own(lived)[:3]
            assert verify.verify(node.database).whole


def test_a_passphrase_that_opens_a_backup_opens_the_room_that_it_replaces(lived, tmp_path, clock):
    """The key file of what was begun there opens nothing any more: it lies aside, and a person is asked."""
    made_slot = slot_keeping.passphrase(lived, "开机", "")
    slot_keeping.put(lived, made_slot.slot)
    made, begun = backup.make(lived, tmp_path / "one.backup"), tmp_path / "begun"
    create_home(begun, lived.settings.node_id, "大坪村警务室")
    old_key = (begun / "node.key").read_text()
    done = backup.restore(made.file, begun, clock, secret=unlocking.by_passphrase(made_slot.passphrase), replace=True)
    assert (done.aside / "node.key").read_text() == old_key
    assert code_of(open_node, begun) == "key_missing"
    with contextlib.closing(open_node(begun, unlocked=unlocking.typed(begun, made_slot.passphrase))) as node:
        assert own(node)[:3] == own(lived)[:3]


@pytest.mark.parametrize("spoil", ["cut", "flip", "other key", "not there"])
def test_a_spoilt_backup_changes_nothing(lived, tmp_path, capsys, spoil):
    made, home = backup.make(lived, tmp_path / "one.backup"), lived.settings.home
    events, key_file = own(lived), home / "node.key"
    lived.close()
    data = bytearray(made.file.read_bytes())
    if spoil == "cut":
        made.file.write_bytes(data[: len(data) // 2])
    elif spoil == "flip":
        data[len(data) // 2] ^= 1
        made.file.write_bytes(data)
    elif spoil == "other key":
        key_file = tmp_path / "other.key"
        key_file.write_text("ab" * 32)
    else:
        made.file.unlink()
    words = ("restore", made.file, "--replace", "--key-file", key_file, "--home", home)
    code, answer = run(capsys, *words)
    assert (code, answer["error"]["code"]) in ((1, "backup_unusable"), (1, "database_damaged"))
    node = again(home)
    try:
        assert own(node) == events
    finally:
        node.close()


def test_a_backup_never_covers_a_file(lived, tmp_path):
    (tmp_path / "mine").write_text("x")
    assert code_of(backup.make, lived, tmp_path / "mine") == "file_in_the_way"
    assert (tmp_path / "mine").read_text() == "x"


@pytest.mark.parametrize("failing", range(1, 7))
def test_a_restore_that_ends_anywhere_can_be_done_again(lived, tmp_path, monkeypatch, failing, capsys):
    made, home = backup.make(lived, tmp_path / "one.backup"), lived.settings.home
    events = own(lived)
    lived.close()
    with fails_at(monkeypatch, failing):
        first, _ = run(capsys, "restore", made.file, "--replace", "--home", home)
    if first:
        assert run(capsys, "restore", made.file, "--replace", "--home", home)[0] == 0
    node = again(home)
    try:
        assert own(node)[:3] == events
        assert epoch(node) > 1
        assert verify.verify(node.database).whole
    finally:
        node.close()


def test_the_files_of_the_store_are_no_files_of_the_room(lived, tmp_path):
    """A database is larger than any file that a person writes; one that lies in data/ was once put into its own backup."""
    (lived.settings.home / "data" / "nations.json").write_text("{}")
    backup.make(lived, tmp_path / "one.backup")
    work = tmp_path / "pages"
    key = unlocking.by_file(bytes.fromhex((lived.settings.home / "node.key").read_text()))
    opened = Database(work, key(backup_file.take_out(tmp_path / "one.backup", work)).keys[0], lived.clock)
    try:
        with opened.read() as tx:
            paths = {row[0] for row in tx.execute("SELECT path FROM backup_file")}
    finally:
        opened.close()
    assert "data/nations.json" in paths
    assert not any(path.startswith("data/") and not path.endswith(".json") for path in paths)
