"""Epochs, copies and backups on both sides: two machines under one identity, and a centre that lost the end of its log."""

import json
import re
import shutil

import pytest
from conftest import FixedClock
from programs import holds
from sqlalchemy import select

from edge import cli, epochs, identity, log, projections, verify
from edge import node as node_module
from edge.accounts import Cost
from edge.errors import YizhanError
from edge.node import open_node
from edge.serving import Server
from forms.events import Head, to_json
from sync import returning, status
from sync.centre import cases, doubt, enrolment, outside, recall, reviewers, tables, verification
from sync.centre import returning as at_centre
from sync.centre.app import create_app
from sync.centre.centre import open_centre
from sync.https import HttpsLink
from sync.push import Push
from tests.browsing import chromium, shot, window
from tests.centre_browser import Browser
from tests.sync_pair import NODE, CentreServer
from tests.test_edge_restore import epoch, file, lived, own, run

__all__ = ["lived"]


def centre_log(centre, side="node"):
    return list(outside.log_lines(centre, NODE, side))


def node_log(node, side="node"):
    return [to_json(event, side) for event in own(node, side)]


def aside(centre):
    with centre.store.read() as tx:
        return tx.execute(select(tables.quarantine).order_by(tables.quarantine.c.epoch, tables.quarantine.c.seq)).all()


def in_doubt(centre) -> bool:
    with centre.store.read() as tx:
        return bool(tx.execute(select(tables.node.c.fork_at).filter_by(node_id=NODE)).scalar_one())


@pytest.fixture
def twins(lived, enrolled, server, tmp_path):
    """The room's machine and a copy of it, both alive; the copy has been to the centre."""
    shutil.copytree(lived.settings.home, tmp_path / "twin")
    twin = open_node(tmp_path / "twin", FixedClock())
    link = HttpsLink(server.url, progress_s=10.0)
    carries = Push(twin, link)
    file(twin, "token-0101", "罗建国")
    assert carries.drain().went_well
    yield lived, enrolled, twin, carries
    link.close()
    twin.close()


def test_a_copy_goes_on_in_its_own_epoch_and_the_centre_takes_it(twins, centre):
    _, _, twin, _ = twins
    assert epoch(twin) == 2
    assert centre_log(centre) == node_log(twin)
    assert not in_doubt(centre)


def test_when_the_first_machine_writes_on_neither_is_believed(twins, centre):
    first, carries, twin, other = twins
    held = centre_log(centre)
    number = file(first, "token-0102")
    report = carries.drain()
    assert report.problem is not None
    assert "两台机器" in report.problem.sentence
    assert in_doubt(centre)
    file(twin, "token-0103")
    assert other.drain().problem is not None
    assert centre_log(centre) == held
    put = [(row.epoch, row.seq, row.code) for row in aside(centre)]
    assert put == [(1, 4, "fork"), (2, 3, "fork")]
    assert number.encode() in aside(centre)[0].line
    assert not [item for item in own(first, "centre") if item.epoch > 1]


def test_a_machine_whose_twin_is_in_doubt_learns_it_although_it_has_nothing_new(twins):
    first, carries, twin, other = twins
    assert other.drain().went_well
    file(first, "token-0102")
    carries.drain()
    for push in (other, carries, other):
        report = push.drain()
        assert (report.problem.code, report.sent) == ("centre_refused", 0)
        assert "两台机器" in report.problem.sentence
    with twin.database.read() as tx:
        assert "两台机器" in status.read(tx).sentence


def test_nothing_is_handed_down_or_given_back_while_in_doubt(twins, centre, server):
    first, carries, twin, other = twins
    file(first, "token-0102")
    carries.drain()
    cases.accept(centre, own(first)[1].application, actor="centre:li")
    before = len(own(twin, "centre"))
    assert other.drain().received == 0
    assert len(own(twin, "centre")) == before
    with twin.database.write() as tx:
        tx.execute("UPDATE node SET recovering = 'tail'")
    assert "两台机器" in other.drain().problem.sentence


def test_the_machine_that_a_person_names_goes_on_and_what_it_wrote_is_entered_anew(
    twins, centre, server, tmp_path, capsys
):
    first, carries, twin, other = twins
    number = file(first, "token-0102", "王秀梅")
    receipt = own(first)[-1].data["receipt"]
    carries.drain()
    given = tmp_path / "believed.json"
    given.write_text(json.dumps(doubt.settle(centre, NODE, by="centre:li", url=server.url)))
    assert not in_doubt(centre)
    assert {row.code for row in aside(centre)} == {"fork_settled"}
    home = first.settings.home
    first.close()
    code, answer = run(capsys, "restore", "--from-centre", "--enrolment", given, "--re-enter", "--home", home)
    assert (code, answer["entered"], answer["numbers_taken"], answer["epoch"]) == (0, 1, [], 4)
    node = open_node(home, FixedClock())
    try:
        assert centre_log(centre) == node_log(node)
        entered = own(node)[-1]
        assert (entered.epoch, entered.application, entered.data["receipt"]) == (4, number, receipt)
        assert verify.verify(node.database).whole
        assert cases.get(centre, number).state.phase == "received"
    finally:
        node.close()
    file(twin, "token-0104")
    assert other.drain().problem is not None
    assert verification.verify(centre)["whole"]


def test_without_entering_anew_a_machine_that_differs_is_refused_and_keeps_its_data(
    twins, centre, server, tmp_path, capsys
):
    first, carries, _, _ = twins
    events = None
    file(first, "token-0102")
    carries.drain()
    given = tmp_path / "believed.json"
    given.write_text(json.dumps(doubt.settle(centre, NODE, by="centre:li", url=server.url)))
    events, home = own(first), first.settings.home
    first.close()
    run(capsys, "restore", "--from-centre", "--enrolment", given, "--home", home)
    node = open_node(home, FixedClock())
    try:
        assert set(events) <= set(own(node))
    finally:
        node.close()


@pytest.fixture
def nowhere(monkeypatch):
    """A disk cloned block by block, in machines that say nothing of their disks."""
    monkeypatch.setattr("edge.place.of", lambda _: "somewhere")


@pytest.mark.usefixtures("nowhere")
def test_twins_that_gave_one_number_to_two_people_are_told_apart_by_a_person(lived, enrolled, server, tmp_path, capsys):
    with lived.database.write() as tx:
        tx.execute("UPDATE node SET place = 'somewhere'")
    shutil.copytree(lived.settings.home, tmp_path / "twin")
    twin, centre = open_node(tmp_path / "twin", FixedClock()), server.centre
    link = HttpsLink(server.url)
    given = tmp_path / "believed.json"
    try:
        number = file(twin, "token-0301", "罗建国")
        assert Push(twin, link).drain().went_well
        assert file(lived, "token-0302", "王秀梅") == number
        file(lived, "token-0303", "韦大勇")
        assert enrolled.drain().problem is not None
        assert [row.seq for row in aside(centre)] == [4, 5]
        given.write_text(json.dumps(doubt.settle(centre, NODE, by="centre:li", url=server.url)))
        held, home = centre_log(centre), lived.settings.home
        lived.close()
        words = ("restore", "--from-centre", "--enrolment", given, "--home", home)
        assert run(capsys, *words)[1]["error"]["code"] == "log_not_believed"
        code, answer = run(capsys, *words, "--re-enter")
        assert (code, answer["numbers_taken"], answer["entered"]) == (0, [number], 1)
        assert centre_log(centre)[: len(held)] == held
        assert cases.get(centre, number).state.answers["applicant"]["name"] == "罗建国"
        node = open_node(home, FixedClock())
        names = [row[6] for row in projections_of(node)["head"]]
        node.close()
        assert "韦大勇" in names
        assert names.count("王秀梅") == 2
    finally:
        link.close()
        twin.close()


def projections_of(node):
    with node.database.read() as tx:
        return projections.dump(tx)


def test_a_doubt_that_is_none_can_not_be_settled(lived, centre):
    with pytest.raises(YizhanError) as caught:
        doubt.settle(centre, NODE, by="centre:li")
    assert caught.value.code == "not_in_doubt"


def test_a_stranger_is_given_nothing_back(lived, enrolled, centre, server):
    from sync import keys, recovery

    with lived.database.write() as tx:
        from edge import identity

        identity.renew(tx)
    with lived.database.read() as tx:
        parties = keys.read(tx)
    link = HttpsLink(server.url)
    with pytest.raises(YizhanError) as caught:
        recovery.bring_log(lived, link, parties)
    assert caught.value.code == "centre_refused"
    link.close()
    with pytest.raises(YizhanError):
        recall.give(centre, NODE, b"YIZHAN\x01\n" + bytes(200))


# a centre that was restored from its own backup


@pytest.fixture
def went_back(lived, enrolled, centre, tmp_path, clock):
    """The centre as it was before its last decision and the room's last filing, behind a server of its own."""
    copy = tmp_path / "older"
    shutil.copytree(centre.settings.home, copy)
    last = file(lived, "token-0201")
    assert enrolled.drain().went_well
    cases.accept(centre, last, actor="centre:li")
    cases.decide(centre, own(lived)[1].application, actor="centre:li", result="granted")
    assert enrolled.drain().went_well
    older = open_centre(copy, clock, Cost(1024, 1, 1))
    server = CentreServer(older)
    link = HttpsLink(server.url, progress_s=10.0)
    yield older, Push(lived, link), last
    link.close()
    server.close()
    older.close()


def test_a_centre_that_went_back_gets_both_logs_again_by_itself(went_back, lived, centre):
    older, carries, last = went_back
    lost = [node_log(lived), node_log(lived, "centre")]
    assert centre_log(older) != lost[0]
    assert centre_log(older, "centre") != lost[1]
    for _ in range(3):
        assert carries.drain().went_well
    assert [centre_log(older), centre_log(older, "centre")[: len(lost[1])]] == lost
    assert centre_log(older, "centre") == node_log(lived, "centre")
    assert cases.get(older, last).state.phase == "accepted"
    assert verification.verify(older)["whole"]
    assert verify.verify(lived.database).whole
    with lived.database.read() as tx:
        assert returning.lost(tx) is None


def test_after_it_was_told_it_writes_on_in_a_new_epoch_and_nothing_is_written_twice(went_back, lived):
    older, carries, _ = went_back
    assert at_centre.begin_everywhere(older) == 1
    other = own(lived)[2].application
    cases.accept(older, other, actor="centre:li")
    for _ in range(3):
        assert carries.drain().went_well
    down = own(lived, "centre")
    assert [event.epoch for event in down][-1] == 2
    assert centre_log(older, "centre") == node_log(lived, "centre")
    assert verification.verify(older)["whole"]
    assert verify.verify(lived.database).whole
    with lived.database.read() as tx:
        assert log.head(tx, "centre") == Head.of(down[-1])
        before = projections.dump(tx)
    with lived.database.write() as tx:
        projections.rebuild(tx, lived.settings)
    with lived.database.read() as tx:
        assert projections.dump(tx) == before


def test_a_room_can_not_put_words_into_the_centres_mouth(went_back, lived):
    older, carries, _ = went_back
    before = centre_log(older, "centre")
    with lived.database.write() as tx:
        tx.execute("UPDATE centre_word SET word = randomblob(length(word))")
    carries.drain()
    carries.drain()
    assert [line for line in centre_log(older, "centre") if json.loads(line)["epoch"] == 1] == before


def test_the_commands_of_the_centre(twins, centre, server, capsys, tmp_path):
    first, carries, _, _ = twins
    file(first, "token-0102")
    carries.drain()
    home = centre.settings.home
    capsys.readouterr()
    assert cli.main(["centre", "settle", NODE, "--out", str(tmp_path / "e.json"), "--home", str(home), "--json"]) == 0
    answer = holds("centre_settle", json.loads(capsys.readouterr().out))
    assert answer["node"] == NODE
    assert json.loads((tmp_path / "e.json").read_text())["code"]
    assert cli.main(["centre", "restored", "--home", str(home), "--json"]) == 0
    assert holds("centre_restored", json.loads(capsys.readouterr().out)) == {"rooms": 1}


# the page


@pytest.fixture
def desk_url(twins, centre):
    first, carries, _, _ = twins
    file(first, "token-0102")
    carries.drain()
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner", "户政")
    program = Server(create_app(centre), "127.0.0.1", 0)
    yield program.url
    program.stop()


def test_the_page_of_a_room_in_doubt_says_so_and_settles_it_once(desk_url, centre):
    desk = Browser(desk_url)
    desk.log_in("li", "vier-dicke-huehner")
    page = desk.get(f"/review/nodes/{NODE}")
    assert "两台都暂不采信" in page.words
    assert "已隔离的记录（1）" in page.words
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    done = desk.post(f"/review/nodes/{NODE}/settle", {"csrf_token": token})
    assert ("POST", 303) in desk.sent
    assert "两台都暂不采信" not in done.words
    assert not in_doubt(centre)
    assert [row.settled_by for row in settled(centre)] == ["centre:li"]
    assert desk.post(f"/review/nodes/{NODE}/settle", {"csrf_token": token}).status == 409


def settled(centre):
    with centre.store.read() as tx:
        return doubt.history(tx, NODE)


@pytest.mark.browser
def test_the_page_fits_its_window(desk_url):
    with chromium() as browser, window(browser, {"viewport": {"width": 1440, "height": 900}}) as page:
        page.goto(f"{desk_url}/review/login")
        page.fill('[name="name"]', "li")
        page.fill('[name="password"]', "vier-dicke-huehner")
        page.click('button:has-text("登录")')
        page.goto(f"{desk_url}/review/nodes/{NODE}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, "centre-room-in-doubt")


def test_a_new_machine_begins_above_what_its_enrolment_file_says(tmp_path, centre):
    home = tmp_path / "fresh"
    node_module.create_home(home, NODE, "石门乡警务室", password_memory_kib=8192, password_passes=1)
    node = open_node(home, FixedClock())
    with node.database.write() as tx:
        identity.set_centre(tx, enrolment.enrol(centre, NODE, "石门乡警务室", "") | {"epoch": 4})
        assert epochs.begin(tx, "replaced").epoch == 5
        identity.set_centre(tx, enrolment.enrol(centre, NODE, "石门乡警务室", "") | {"epoch": 8})
        assert node.epoch(tx) == 5  # in the middle of a log nothing is jumped over
    node.close()
