"""The sealed inbox: taken in without the database, in the log once, whatever happens to its files on the way."""

from pathlib import Path

import pytest
from conftest import FixedClock, make_home
from service_for_tests import ID_NUMBER, answers

from edge import (
    applications,
    arrivals,
    drafts,
    heads,
    images,
    inbox,
    log,
    materials,
    needs,
    projections,
    ratings,
    receipts,
)
from edge.errors import YizhanError
from edge.inbox import merging, rounds, sets
from edge.node import Node, open_node
from edge.standin import StandIn, open_standin
from sync import clearing

SERVICE = "ceshi-dengji"
PHOTO = images.draw_strokes("[[[1, 1], [90, 60], [120, 20]]]")


@pytest.fixture
def given(node: Node) -> sets.InboxSet:
    sets.keep_locked(node)
    return sets.read(sets.path_of(node.settings.home))


@pytest.fixture
def locked(home: Path, given, clock: FixedClock):
    made = open_standin(home, given, sets.folder_of(home), clock)
    yield made
    made.close()


def file_one(node: Node, **kept: object):
    draft = drafts.create(node, SERVICE, "kiosk:somebody")
    draft = drafts.save(node, draft, answers(**kept))
    return drafts.file(node, draft, channel="kiosk", actor="kiosk")


def merge(node: Node) -> merging.Merged:
    return merging.merge(node, sets.folder_of(node.settings.home))


def items(node: Node) -> list[Path]:
    return list(inbox.waiting(sets.folder_of(node.settings.home)))


def filed_in(node: Node) -> list[str]:
    with node.database.read() as tx:
        return [event.application for event in log.up(tx) if event.kind == "application.filed"]


def test_what_was_filed_while_locked_is_in_the_log_once_with_its_number(node, locked, clock):
    filed = file_one(locked)
    assert receipts.is_number(filed.number)
    assert receipts.series_of(filed.number) == locked.inbox.series
    assert filed_in(node) == []
    clock.advance(hours=9)
    assert merge(node).numbers == [filed.number]
    with node.database.read() as tx:
        found = applications.by_token(tx, filed.token)
    assert (found.number, found.state.channel, found.state.receipt.code) == (filed.number, "kiosk", filed.code)
    assert found.state.answers == answers()
    assert merge(node) == merging.Merged()


def test_a_machine_whose_inbox_was_not_registered_may_not_be_cleared(node, home, locked):
    def may_clear() -> clearing.Clearing:
        with node.database.read() as tx:
            return clearing.clearing(tx, home)

    assert may_clear().safe
    file_one(locked)
    assert may_clear() == clearing.Clearing(False, "不能清除：还有 1 份锁定时收下、还没有登记的件，只在本机。")
    merge(node)
    assert may_clear().sentence.startswith("不能清除：本机没有接入省级中心，1 条记录")


def test_the_clocks_run_from_the_receipt_and_not_from_the_unlocking(node, locked, clock):
    filed = file_one(locked)
    given_at = clock.now()
    clock.advance(days=3)
    merge(node)
    with node.database.read() as tx:
        state = heads.state_of(tx, filed.number)
    assert (state.filed_at, state.begun_at) == (given_at, given_at)
    assert state.history[0].title == "已收件（锁定时收件）"


def test_it_stands_first_in_the_morning_until_somebody_has_done_something_with_it(node, locked, clock):
    filed = file_one(locked)
    clock.advance(hours=1)
    merge(node)
    with node.database.read() as tx:
        assert arrivals.while_closed(tx, node.room, clock.now()) == [filed.number]
    applications.verify_identity(node, filed.number, "officer", actor="officer:a")
    with node.database.read() as tx:
        assert arrivals.while_closed(tx, node.room, clock.now()) == []


def test_a_second_power_cut_takes_nothing_that_was_filed(node, home, given, clock):
    folder = sets.folder_of(home)
    first = open_standin(home, given, folder, clock)
    one = file_one(first)
    # no close: the program is gone with its memory
    second = open_standin(home, given, folder, clock)
    assert second.inbox.series != first.inbox.series
    other = file_one(second)
    assert second.inbox.knows(one.token)
    assert not second.inbox.knows("A" * 26)
    assert sorted(merge(node).numbers) == sorted([one.number, other.number])
    first.close()
    second.close()


def test_an_item_merged_before_a_cut_is_not_merged_again(node, locked):
    filed = file_one(locked)
    item = items(node)[0]
    kept = item.read_bytes()
    merge(node)
    item.write_bytes(kept)  # the cut came before it was put out of the way, or an old copy was put back
    done = merge(node)
    assert (done.numbers, done.known, items(node)) == ([], 1, [])
    assert filed_in(node) == [filed.number]


def test_files_come_along_and_the_same_picture_only_once(node, locked):
    draft = drafts.create(locked, SERVICE, "kiosk:somebody")
    draft = drafts.save(locked, draft, answers())
    photo = materials.store(locked, PHOTO, "房屋.jpg", draft.owner, "proof")
    draft = drafts.attach(locked, draft, photo)
    drafts.file(locked, draft, channel="kiosk", actor="kiosk")
    assert merge(node).aside == []
    with node.database.read() as tx:
        assert materials.open(tx, photo.sha256)[0] == PHOTO


def test_what_is_done_after_the_filing_follows_it_and_never_goes_before(node, locked):
    filed = file_one(locked)
    applications.verify_identity(locked, filed.number, "officer", actor="kiosk:desk")
    first, second = items(node)
    waits = first.rename(first.with_suffix(".held"))
    assert merge(node).numbers == []
    assert filed_in(node) == []
    waits.rename(first)
    assert merge(node).numbers == [filed.number]
    assert merging.retry(node).aside == []
    with node.database.read() as tx:
        assert heads.state_of(tx, filed.number).identity == "officer"
    assert inbox.aside(sets.folder_of(node.settings.home)) == []
    assert second.parent == first.parent


def test_a_citizen_may_rate_before_the_room_is_unlocked(node, locked):
    filed = file_one(locked)
    ratings.give(locked, filed.number, "5", how="kiosk", actor="kiosk", token="token-rate")
    assert merge(node).aside == []
    with node.database.read() as tx:
        assert not ratings.may_be_given(tx, filed.number)


def test_what_the_village_needs_is_told_through_the_inbox_too(node, locked):
    needs.record(locked, "traffic", "桥头路灯坏了", how="kiosk", actor="kiosk", token="token-need")
    assert merge(node).aside == []
    with node.database.read() as tx:
        assert tx.execute("SELECT what FROM need").fetchone()["what"] == "桥头路灯坏了"
    assert filed_in(node) == []


def test_an_item_stays_sealed_until_the_centre_holds_what_it_became(node, locked):
    file_one(locked)
    merge(node)
    folder = sets.folder_of(node.settings.home)
    assert rounds.clear(node) == 0
    assert len(list(inbox.done(folder))) == 1
    with node.database.write() as tx:
        log.set_acked(tx, log.head(tx), "2026-11-21T10:00:00+08:00")
    assert rounds.clear(node) == 1
    assert [path.read_bytes() for path in inbox.done(folder)] == [b""]
    assert rounds.clear(node) == 0
    file_one(locked)
    assert inbox.gaps(folder) == []


def test_what_stands_in_the_inbox_tells_nothing_of_anybody(node, locked):
    file_one(locked)
    data = items(node)[0].read_bytes()
    for text in (answers()["applicant"]["name"], ID_NUMBER):
        assert text.encode() not in data
        assert text.encode("gb18030") not in data


@pytest.mark.parametrize("place", [5, 40, 300, -1])
def test_a_changed_item_is_refused_with_a_sentence_and_kept(node, locked, place):
    file_one(locked)
    good = file_one(locked)
    item = items(node)[0]
    data = bytearray(item.read_bytes())
    data[place] ^= 1
    item.write_bytes(data)
    done = merge(node)
    assert done.numbers == [good.number]
    assert len(done.aside) == 1
    kept = inbox.aside(sets.folder_of(node.settings.home))
    assert kept[0][0].read_bytes() == bytes(data)
    assert kept[0][1]
    assert items(node) == []


def test_a_torn_item_holds_up_nothing(node, locked):
    file_one(locked)
    item = items(node)[0]
    item.write_bytes(item.read_bytes()[:700])
    good = file_one(locked)
    assert merge(node).numbers == [good.number]


def test_an_item_that_is_gone_is_missed(node, locked):
    file_one(locked)
    file_one(locked)
    items(node)[0].unlink()
    assert merge(node).gaps == [f"{locked.inbox.series}-1"]


def test_two_applications_under_one_number_are_never_mixed(node, given, locked, tmp_path):
    """An old copy of a whole inbox was used on: the second with the same number is kept aside."""
    filed = file_one(locked)
    merge(node)
    with node.database.write() as tx:
        tx.execute("DELETE FROM submission")
    again = open_standin(node.settings.home, given, tmp_path / "copy", node.clock)
    again.inbox.series = locked.inbox.series
    other = file_one(again, name="王另一")
    assert other.number == filed.number
    done = merging.merge(node, tmp_path / "copy")
    assert (done.numbers, len(done.aside)) == ([], 1)
    assert filed.number in done.aside[0][1]
    again.close()


def test_the_inbox_of_another_room_is_not_taken(node, home, clock, tmp_path):
    other = open_node(make_home(tmp_path / "other"), clock)
    sets.keep_locked(other)
    theirs = sets.read(sets.path_of(other.settings.home))
    away = open_standin(tmp_path / "other", theirs, tmp_path / "box", clock)
    file_one(away)
    done = merging.merge(node, tmp_path / "box")
    assert (done.numbers, len(done.aside)) == ([], 1)
    assert filed_in(node) == []
    assert merging.merge(other, tmp_path / "box").numbers != []
    away.close()
    other.close()


def test_a_full_disk_is_said_before_anything_is_handed_in(home, given, clock, tmp_path):
    full = open_standin(home, given, tmp_path / "box", clock, room_bytes=1 << 62)
    with pytest.raises(YizhanError) as told:
        drafts.create(full, SERVICE, "kiosk:somebody")
    assert told.value.code == "inbox_no_room"
    full.close()


def test_an_inbox_that_can_not_be_written_files_nothing(home, given, clock, tmp_path):
    (tmp_path / "box").write_text("in the way")
    away = open_standin(home, given, tmp_path / "box", clock)
    draft = drafts.save(away, drafts.create(away, SERVICE, "kiosk:somebody"), answers())
    with pytest.raises(YizhanError) as told:
        drafts.file(away, draft, channel="kiosk", actor="kiosk")
    assert told.value.code == "inbox_unwritable"
    assert filed_in(away) == []
    (tmp_path / "box").unlink()
    assert drafts.file(away, draft, channel="kiosk", actor="kiosk").created
    away.close()


def test_it_survives_rebuilding_and_the_next_number_is_the_rooms_own(node, locked):
    filed = file_one(locked)
    merge(node)
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx, node.settings)
        assert projections.dump(tx) == before
    own = applications.file(node, SERVICE, answers(), token="token-0001", channel="console", actor="officer:a")
    assert receipts.series_of(own.number) == ""
    assert own.number != filed.number


def test_the_set_is_written_only_when_something_changed(node, given):
    path = sets.path_of(node.settings.home)
    before = path.stat().st_mtime_ns
    assert not sets.keep_locked(node)
    assert path.stat().st_mtime_ns == before
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(YizhanError) as told:
        sets.read(path)
    assert told.value.code == "inbox_set_wrong"
    assert sets.keep_locked(node)


def test_the_set_opens_nothing(node, given, locked):
    with node.database.read() as tx:
        keys = sets.keys(tx, given.id)
    assert keys is not None
    assert keys.seal.hex() not in str(given)


def test_the_stand_in_is_an_ordinary_node_with_the_services_of_the_room(node, locked):
    assert isinstance(locked, StandIn)
    assert {one.id for one in locked.catalogue.all()} == {one.id for one in node.catalogue.all()}
    assert locked.status_of(locked.newest(SERVICE)) == "published"
