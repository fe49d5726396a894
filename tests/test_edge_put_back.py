"""An older copy of the data in the place of the newer one, or on a new machine: what the log, the lists and the officer say."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import FixedClock

from edge import applications, cli, epochs, log, projections, verify, witness_mark
from edge.accounts import Cost
from edge.node import Node, open_node
from forms.events import Event
from sync import batch, ferry, keys
from sync.centre import enrolment
from sync.centre import ferry as centre_ferry
from sync.centre import log as centre_log
from sync.centre.centre import Centre, open_centre
from sync.https import HttpsLink
from sync.link import Link
from sync.push import Push
from tests.desk_app import photo
from tests.sync_pair import NODE, CentreServer, Cut
from tests.test_edge_restore import file

ASKED = 2  # questions of a room whose disk went back: one brings its lost end, one that there is no more
GIVEN = ASKED + 1  # and a batch of what came home; the next one opens the new epoch


@pytest.fixture
def lived(enrolled: Push, node: Node) -> Node:
    """A room whose three filings, one with a photo, the centre holds."""
    file(node, "token-0001", picture=photo())
    file(node, "token-0002", "罗建国")
    assert enrolled.drain().went_well
    file(node, "token-0003")
    assert enrolled.drain().went_well
    return node


def own(node: Node) -> list[Event]:
    with node.database.read() as tx:
        return list(log.all_of(tx, "node"))


def listed(node: Node) -> list[applications.Application]:
    with node.database.read() as tx:
        return list(applications.search(tx, limit=500))


def epoch(node: Node) -> int:
    with node.database.read() as tx:
        return node.epoch(tx)


def again(home: Path) -> Node:
    return open_node(home, FixedClock())


def overwrite(source: Path, target: Path) -> None:
    """As `cp` does it: the files stay the same ones."""
    for path in target.iterdir():
        if not (source / path.name).exists() and path.name.endswith(("-wal", "-shm")):
            path.unlink()
    for path in source.iterdir():
        shutil.copyfile(path, target / path.name)


def test_old_files_copied_over_the_new_ones_begin_an_epoch_too(lived, enrolled, tmp_path):
    """Their names and numbers are the same as before, and the witness went back with the database."""
    home = lived.settings.home
    shutil.copytree(home / "data", tmp_path / "kept")
    later = [file(lived, "token-0004"), file(lived, "token-0005")]
    assert enrolled.round().went_well
    file(lived, "token-0006")
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    try:
        assert (epoch(node), own(node)[-1].data["reason"]) == (2, "restored")
        assert file(node, "token-0007") not in later
        assert Push(node, enrolled._link).drain().went_well
        assert set(later) <= {event.application for event in own(node)}
        assert file(node, "token-0004") == later[0]
        assert verify.verify(node.database).whole
    finally:
        node.close()
    for _ in range(2):
        node = again(home)
        assert epoch(node) == 2
        node.close()


class Overtaken:
    """A link on which something that left before arrives in front of the first batch."""

    def __init__(self, link: Link, late: bytes) -> None:
        self._link, self._late = link, [late]

    def post(self, place: str, body: bytes) -> bytes:
        if place == NODE and self._late:
            self._link.post(place, self._late.pop())
        return self._link.post(place, body)

    def close(self) -> None:
        """The link is another's."""


@pytest.fixture
def gone_back(lived, enrolled, tmp_path):
    """A room whose disk went back, its way to the centre, and an application of which a batch is under way still."""
    home = lived.settings.home
    shutil.copytree(home / "data", tmp_path / "kept")
    later = file(lived, "token-0004")
    with lived.database.read() as tx:
        late = batch.seal(batch.cut(tx, 10_000), keys.read(tx))
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    yield node, Push(node, Overtaken(enrolled._link, late)), later
    node.close()


def test_what_was_under_way_when_the_disk_went_back_comes_home_although_it_arrived_after_the_question(gone_back):
    node, carried, later = gone_back
    assert later not in {event.application for event in own(node)}
    assert carried.drain().went_well
    assert later in {event.application for event in own(node)}
    assert later in {one.number for one in listed(node)}
    assert verify.verify(node.database).whole
    before = own(node)
    assert carried.drain().went_well  # again asks for nothing more
    assert own(node) == before
    assert not still_asks(node)


def still_asks(node: Node) -> bool:
    with node.database.read() as tx:
        return tx.execute("SELECT recovering FROM node").fetchone()[0] == "tail"


def test_what_came_home_is_listed_although_the_power_went_before_the_tables_were_filled(gone_back, monkeypatch):
    node, carried, later = gone_back
    with monkeypatch.context() as patch:
        patch.setattr(projections, "rebuild", cut_the_power)
        with pytest.raises(SystemExit):
            carried.drain()
    assert later in {event.application for event in own(node)}
    assert later not in {one.number for one in listed(node)}
    assert carried.drain().went_well  # nothing more comes
    assert later in {one.number for one in listed(node)}
    assert not still_asks(node)


def cut_the_power(*_: object) -> None:
    raise SystemExit


def test_a_question_that_brings_nothing_fills_no_table_anew(lived, enrolled):
    with lived.database.write() as tx:
        epochs.begin(tx, "restored")
        tx.execute("DELETE FROM head_person")  # whoever fills the tables fills this one too
    assert still_asks(lived)
    assert enrolled.drain().went_well
    assert not still_asks(lived)
    with lived.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM head_person").fetchone()[0] == 0


def there(centre: Centre) -> list[bytes]:
    """The digests of the room's log as a centre holds it."""
    with centre.store.read() as tx:
        return [event.digest for event in centre_log.walk(tx, NODE, "node")]


def numbers(node: Node) -> set[str]:
    return {event.application for event in own(node)}


@pytest.fixture
def both_gone_back(lived, enrolled, centre, tmp_path, clock):
    """A room whose disk went back; the centre as it was before it got the last filing, the way to it; that filing."""
    home = lived.settings.home
    shutil.copytree(home / "data", tmp_path / "kept")
    shutil.copytree(centre.settings.home, tmp_path / "older")
    last = file(lived, "token-0004")
    assert enrolled.drain().went_well
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    older = open_centre(tmp_path / "older", clock, Cost(1024, 1, 1))
    server = CentreServer(older)
    link = HttpsLink(server.url, progress_s=10.0)
    yield node, older, link, last
    node.close()
    link.close()
    server.close()
    older.close()


def test_a_centre_that_went_back_after_the_room_did_gets_first_what_stood_before_the_new_epoch(
    both_gone_back, enrolled
):
    node, older, link, last = both_gone_back
    assert not Push(node, Cut(enrolled._link, GIVEN)).drain().went_well  # it came home, the opening is not up
    assert last in numbers(node)
    assert Push(node, link).drain().went_well
    assert there(older) == [event.digest for event in own(node)]


class Turns:
    """A link whose other end is put back just before the new epoch reaches it."""

    def __init__(self, before: Link, after: Link) -> None:
        self._before, self._after, self._count, self.asked = before, after, 0, 0

    def post(self, place: str, body: bytes) -> bytes:
        self._count += 1
        self.asked += place.endswith("/recall")
        return (self._before if self._count <= GIVEN else self._after).post(place, body)

    def close(self) -> None:
        """The links are another's."""


def test_a_centre_that_goes_back_between_its_answer_and_the_new_epoch_gets_what_it_lost_before_that(
    both_gone_back, enrolled
):
    node, older, link, last = both_gone_back
    turning = Turns(enrolled._link, link)
    assert Push(node, turning).drain().went_well
    assert last in numbers(node)
    assert there(older) == [event.digest for event in own(node)]
    assert turning.asked > ASKED  # once more, of the centre that holds the new epoch
    assert not still_asks(node)


def test_what_a_room_wrote_before_the_epoch_of_its_copy_is_offered_and_never_counts_as_received(
    lived, enrolled, tmp_path
):
    """The copy reached the centre first, and its epoch came home as the end of the log."""
    with lived.database.write() as tx:
        epochs.begin(tx, "restored")
    assert enrolled.round().went_well
    assert still_asks(lived)
    shutil.copytree(lived.settings.home, tmp_path / "copy")
    twin = again(tmp_path / "copy")
    assert Push(twin, enrolled._link).drain().went_well
    twin.close()
    unsent = file(lived, "token-0004")
    for _ in range(2):
        assert enrolled.drain().problem.code == "centre_refused"
        assert {one.number: one.received_by_centre for one in listed(lived)}[unsent] is False


def test_a_centre_that_goes_back_while_the_new_epoch_is_on_its_way_on_a_stick_waits_for_what_is_before_it(
    both_gone_back, enrolled, tmp_path
):
    node, older, _, last = both_gone_back
    stick = tmp_path / "stick"
    stick.mkdir()
    assert not Push(node, Cut(enrolled._link, GIVEN)).drain().went_well
    assert last in numbers(node)  # it came home
    for _ in range(3):
        assert ferry.export(node, stick).went_well
        centre_ferry.take_in(older, stick)
        centre_ferry.hand_out(older, stick)
        ferry.take_in(node, stick)
    assert there(older) == [event.digest for event in own(node)]


def test_a_database_that_went_back_without_its_mark_is_seen_by_the_mark(lived, tmp_path):
    home, witness = lived.settings.home, lived.settings.witness
    shutil.copytree(home / "data", tmp_path / "kept")
    (tmp_path / "kept" / witness_mark.path_of(witness).name).unlink()
    file(lived, "token-0004")
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    assert epoch(node) == 2
    node.close()


@pytest.mark.parametrize("left", ["", "rotten", None])
def test_a_mark_that_is_late_or_lost_says_nothing(lived, left):
    home, mark = lived.settings.home, witness_mark.path_of(lived.settings.witness)
    before = mark.read_bytes() if left == "" else b""
    file(lived, "token-0004")
    lived.close()
    mark.unlink()
    if left is not None:
        mark.write_bytes(before + left.encode())
    node = again(home)
    assert epoch(node) == 1
    node.close()
    assert witness_mark.read(lived.settings.witness) is not None


def test_a_tail_that_was_cut_on_its_way_back_is_in_the_lists_in_the_end(lived, enrolled, tmp_path):
    home, link = lived.settings.home, enrolled._link
    shutil.copytree(home / "data", tmp_path / "kept")
    number = file(lived, "token-0004")
    assert enrolled.round().went_well
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    try:
        assert Push(node, Cut(link, 1)).drain().problem is not None
        assert number in {event.application for event in own(node)}
        assert Push(node, link).drain().went_well
        assert verify.verify(node.database).whole
        assert number in {row.number for row in listed(node)}
    finally:
        node.close()


@pytest.mark.parametrize("in_place", [True, False])
def test_an_empty_log_that_the_centre_may_know_more_of_begins_an_epoch(enrolled, node, tmp_path, in_place):
    home, kept = node.settings.home, tmp_path / "kept"
    shutil.copytree(home / "data", kept)
    number = file(node, "token-0001")
    assert enrolled.round().went_well
    node.close()
    if not in_place:
        shutil.move(home / "data", tmp_path / "newer")
        (home / "data").mkdir()
    overwrite(kept, home / "data")
    opened = again(home)
    try:
        assert (epoch(opened), len(own(opened))) == (2, 1)
        assert Push(opened, enrolled._link).drain().went_well
        assert number in {row.number for row in listed(opened)}
    finally:
        opened.close()


def test_a_new_laptop_hears_which_events_the_centre_could_not_act_on(lived, enrolled, server, tmp_path):
    with lived.database.write() as tx:
        log.append(tx, "identity.verified", f"{NODE}1009990", {"method": "officer"}, "officer:li.guoqing")
    assert enrolled.drain().went_well
    file_here = tmp_path / "enrolment.json"
    file_here.write_text(json.dumps(enrolment.enrol(server.centre, NODE, "大坪村警务室", server.url)))
    words = ["restore", "--from-centre", "--enrolment", str(file_here), "--home", str(tmp_path / "new"), "--json"]
    assert cli.main(words) == 0
    node = again(tmp_path / "new")
    try:
        with node.database.read() as tx:
            found = [tuple(row) for row in tx.execute("SELECT epoch, seq, code FROM quarantine WHERE side = 'node'")]
        assert found == [(1, 4, "not_filed")]
    finally:
        node.close()


def test_what_the_centre_has_is_not_called_gone_because_it_did_not_come_back(lived, enrolled, tmp_path):
    """A tail brings records; a photo that only the centre has is no loss to be told of."""
    home = lived.settings.home
    shutil.copytree(home / "data", tmp_path / "kept")
    file(lived, "token-0004", picture=photo((9, 9, 9), 800))
    assert enrolled.drain().went_well
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    try:
        assert Push(node, enrolled._link).drain().went_well
        with node.database.read() as tx:
            assert [tuple(row) for row in tx.execute("SELECT code, item FROM quarantine")] == []
            assert tx.execute("SELECT count(*) FROM outgoing WHERE state <> 'done'").fetchone()[0] == 0
    finally:
        node.close()


def test_numbers_that_the_lost_machine_gave_unheard_are_not_given_again(lived, server, tmp_path):
    """It had gone back to a copy, written receipts in its new epoch, and broke before it reached the centre."""
    home = lived.settings.home
    shutil.copytree(home / "data", tmp_path / "kept")
    file(lived, "token-0004")
    lived.close()
    overwrite(tmp_path / "kept", home / "data")
    node = again(home)
    unheard = file(node, "token-0005")
    node.close()
    file_here = tmp_path / "enrolment.json"
    file_here.write_text(json.dumps(enrolment.enrol(server.centre, NODE, "大坪村警务室", server.url)))
    assert cli.main(["restore", "--from-centre", "--enrolment", str(file_here), "--home", str(tmp_path / "new")]) == 0
    node = again(tmp_path / "new")
    try:
        assert file(node, "token-0006") != unheard
    finally:
        node.close()


@pytest.mark.parametrize(
    ("now_ns", "same"),
    [
        (5_400_000_000, True),
        (5_400_000_001, False),
        (5_000_000_000, True),
        (7_000_000_000, True),
        (8_000_000_000, False),
    ],
)
def test_a_file_system_that_keeps_whole_seconds_is_no_sign_of_a_copy(now_ns, same):
    assert witness_mark._is_same_time(now_ns, 5_400_000_000) is same


def test_a_mark_that_can_not_be_written_keeps_nobody_from_filing(lived):
    mark = witness_mark.path_of(lived.settings.witness)
    mark.unlink()
    mark.mkdir()
    number = file(lived, "token-0004")
    lived.close()
    node = again(lived.settings.home)
    assert number in {row.number for row in listed(node)}
    node.close()
