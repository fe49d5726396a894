"""Erasing: nothing of the person is left in any page, the chain stands, and who erases by another way is found."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from edge import applications, backup, database, erasing, heads, log, outgoing, projections, residues, rolling, verify
from edge.errors import YizhanError
from edge.node import open_node
from forms import events
from sync.centre import cases
from tests.programs import ask, run
from tests.test_edge_restore import file, lived, photo  # noqa: F401  a fixture

PERSON = "毕星橘"


def code_of(act, *given, **named):
    with pytest.raises(YizhanError) as caught:
        act(*given, **named)
    return caught.value.code


@pytest.fixture
def closed(lived, enrolled, centre):  # noqa: F811
    """(node, number) of an application of this person that is granted, with its photograph at the centre."""
    number = file(lived, "token-0007", PERSON, picture=photo((1, 2, 3), 900))
    assert enrolled.drain().went_well
    cases.accept(centre, number, actor="centre:li")
    cases.decide(centre, number, actor="centre:li", result="granted")
    for _ in range(5):
        assert enrolled.drain().went_well
    with lived.database.read() as tx:
        assert erasing.why_not(tx, number) is None, erasing.why_not(tx, number)
    return lived, number


def erase(node, *numbers, why="request"):
    return erasing.erase(node, numbers, why=why, note="本人 11 月 21 日书面要求", actor="officer:wei")


def legible(node, text):
    return sum(page.count(text.encode()) for page in residues.pages_of(node.database.path, node.database.key))


def test_nothing_of_a_person_is_left_in_any_page_and_the_chain_stands(closed):
    node, number = closed
    assert legible(node, PERSON) > 0  # the control: before, the same look finds him
    with node.database.read() as tx:
        before = [event.digest for side in ("node", "centre") for event in log.chain_of(tx, side)]
        others = heads.search(tx, limit=50)
    done = erase(node, number)
    assert (done.numbers, done.residues) == ((number,), 0)
    assert done.marks >= 1
    assert done.materials == 1
    assert legible(node, PERSON) == 0
    report = verify.verify(node.database)
    assert report.whole, report.faults
    with node.database.read() as tx:
        after = [event.digest for side in ("node", "centre") for event in log.chain_of(tx, side)]
        assert set(before) < set(after)
        assert log.of_application(tx, number) == []
        assert [one.number for one in heads.search(tx, limit=50)] == [
            one.number for one in others if one.number != number
        ]
        assert heads.search(tx, PERSON) == []
        last = json.loads(list(log.all_of(tx, "node"))[-1].body)
    assert (last["applications"], last["why"], last["files"]) == ([number], "request", 1)


def test_the_room_goes_on_afterwards_and_its_projections_can_be_made_anew(closed, enrolled):
    node, number = closed
    erase(node, number)
    fresh = file(node, "token-0009")
    assert fresh != number
    assert enrolled.drain().went_well
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    home = node.settings.home
    node.close()
    again = open_node(home, node.clock)
    try:
        assert verify.verify(again.database).whole
        with again.database.read() as tx:
            assert code_of(applications.get, tx, number) == "not_found"
    finally:
        again.close()


def test_what_is_open_unsent_or_unknown_is_not_erased(closed):
    node, number = closed
    waiting = file(node, "token-0008")
    for other, code in ((waiting, "erase_open"), ("99999999999999999", "not_found")):
        with node.database.read() as tx:
            before = log.head(tx)
        assert code_of(erase, node, number, other) == code
        with node.database.read() as tx:
            assert log.head(tx) == before
            assert log.of_application(tx, number)


def test_what_the_centre_asks_for_again_is_not_erased(closed):
    """It held the photograph, lost it, and waits for it: here is the only one."""
    node, number = closed
    with node.database.write() as tx:
        (sha256,) = (one.sha256 for one in applications.get(tx, number).state.materials)
        outgoing.learn(tx, log.acked(tx).position, [{"sha256": sha256, "from": 0}], is_all=True)
        states = [row[0] for row in tx.execute("SELECT state FROM outgoing WHERE sha256 = ?", (sha256,))]
    assert states == ["waiting"]
    assert code_of(erase, node, number) == "erase_unsent"


def test_a_term_below_six_months_is_refused_and_a_longer_one_waits_for_its_day(closed, clock):
    node, number = closed
    home = node.settings.home
    node.close()
    for days, found in ((100, "erase_too_early"), (400, [])):
        (home / "node.toml").write_text(
            (home / "node.toml").read_text().split("erase_after")[0] + f"erase_after_days = {days}\n"
        )
        opened = open_node(home, clock)
        got = code_of(erasing.due, opened) if days == 100 else erasing.due(opened)
        assert got == found
        opened.close()
    for more, is_due in ((400, False), (1, True)):  # the day on which the term ends is still a day of it
        clock.advance(minutes=more * 24 * 60)
        opened = open_node(home, clock)
        assert (number in erasing.due(opened)) is is_due
        opened.close()


def test_a_body_that_somebody_blanks_by_himself_is_found(closed):
    node, number = closed
    with node.database.write() as tx:
        erasing._blank(tx, number)
    assert any("没有清除记录" in one for one in verify.verify(node.database).faults)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET body = x'0065726173656400', salt = zeroblob(16)",
        "UPDATE event SET actor = 'x', body = CAST(x'0065726173656400' || zeroblob(32) AS BLOB), salt = zeroblob(16)",
        "UPDATE event SET body = CAST(x'0065726173656400' || zeroblob(32) AS BLOB)",
    ],
)
def test_an_event_undergoes_no_other_change(closed, sql):
    node, _ = closed
    with pytest.raises(database.IntegrityError, match="never changed"), node.database.write() as tx:
        tx.execute(sql)


def test_another_hash_in_the_place_of_a_body_breaks_the_chain(closed):
    node, number = closed
    erase(node, number)
    with node.database.write() as tx:
        tx.execute(
            "UPDATE event SET body = ? WHERE seq = (SELECT min(seq) FROM event WHERE application = ? AND side = 'node')"
            " AND side = 'node'",
            (events.ERASED + bytes(32), number),
        )
    assert not verify.verify(node.database).whole


def test_older_backups_go_when_a_new_one_is_verified(closed, tmp_path):
    node, number = closed
    first = rolling.run(node)
    assert (len(first.made), first.failed) == (1, ())
    by_hand = backup.make(node, first.made[0].file.parent)
    erase(node, number)
    assert rolling.renew(node) == []
    left = list(first.made[0].file.parent.iterdir())
    assert first.made[0].file not in left
    assert by_hand.file not in left
    assert len(left) == 1
    done = backup.restore(left[0], tmp_path / "new", node.clock, key_file=node.settings.key_file)
    opened = open_node(tmp_path / "new", node.clock)
    try:
        assert done.epoch == 2
        assert legible(opened, PERSON) == 0
    finally:
        opened.close()


def test_backups_roll_and_the_old_ones_go_only_after_the_new_one_stands(lived, monkeypatch):  # noqa: F811
    folder = lived.settings.home / "backups"
    lived.clock.advance(minutes=25 * 60)
    assert rolling.is_due(lived)
    for day in range(4):
        done = rolling.run(lived)
        assert len(done.made) == 1, done
        assert len(list(folder.iterdir())) == min(day + 1, 2)
        assert not rolling.is_due(lived)
        lived.clock.advance(minutes=25 * 60)
    kept = set(folder.iterdir())

    def unreadable(*_, **__):
        raise YizhanError("backup_unusable", "", "", permanent=True, status=422)

    with monkeypatch.context() as patched:
        patched.setattr(backup, "rehearse", unreadable)
        assert len(rolling.run(lived).failed) == 1
    assert set(folder.iterdir()) == kept
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 1 << 20))
        assert "空间不够" in rolling.run(lived).failed[0]
    assert set(folder.iterdir()) == kept
    assert rolling.last(lived)[0]["name"] in {path.name for path in kept}


def test_behind_a_star_a_backup_goes_to_what_is_mounted_and_into_no_folder_of_a_stick(lived, tmp_path, monkeypatch):  # noqa: F811
    (tmp_path / "STICK" / "photos").mkdir(parents=True)
    found = replace(lived.settings, backup_dirs=("backups", f"{tmp_path}/*", f"{tmp_path}/*/*"))
    assert rolling.folders(found) == [found.home / "backups"]
    monkeypatch.setattr("os.path.ismount", lambda path: path == tmp_path / "STICK")
    assert rolling.folders(found) == [found.home / "backups", tmp_path / "STICK"]


def test_the_commands_say_what_they_did(closed, tmp_path):
    node, number = closed
    home = node.settings.home
    rolling.run(node)
    node.close()
    assert ask("purge", "purge", "--dry-run", "--home", home)["applications"] == []
    assert ask("error", "purge", "--number", number, "--home", home, code=1)["error"]["code"] == "bad_request"
    done = ask("purge", "purge", "--number", number, "--reason", "本人要求", "--home", home)
    assert (done["applications"], done["erased"], done["residues"], done["backups_left"]) == ([number], True, 0, [])
    assert ask("verify", "verify", "--home", home)["whole"]
    rolled = ask("backup_rolling", "backup", "--home", home)
    assert len(rolled["made"]) == 1
    file = rolled["made"][0]["file"]
    assert ask("verify", "verify", "--backup", file, "--home", home)["events"] == rolled["made"][0]["events"]
    spoilt = tmp_path / "spoilt.backup"
    spoilt.write_bytes(Path(file).read_bytes()[:-9])
    assert ask("error", "verify", "--backup", spoilt, "--home", home, code=1)["error"]["code"] == "backup_unusable"
    assert PERSON not in run("log", "--json", "--home", home)[1]
