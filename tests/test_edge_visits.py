"""上门办理: what goes along has nothing of anybody, what comes back is registered once under the number that was given."""

import shutil
import urllib.request

import pytest
from conftest import FixedClock
from desk_app import PASSWORD, add_officer
from kiosk_app import Citizen
from service_for_tests import answers

from edge import applications, drafts, log, receipt_proof, visits
from edge.away import create_app
from edge.clock import SystemClock
from edge.errors import YizhanError
from edge.inbox import items, merging, sets
from edge.visits import DAYS_MAX
from forms import kinds, kinds_receiving
from sync.clearing import clearing
from tests.programs import ask, served

SERVICE = "ceshi-dengji"
UNTIL = "2026-11-25"


@pytest.fixture
def officer(node):
    add_officer(node)


@pytest.fixture
def prepared(node, officer, tmp_path):
    applications.file(node, SERVICE, answers("李在家"), token="token-0001", channel="console", actor="officer:wei")
    return visits.prepare(node, tmp_path / "stick", "wei", until=UNTIL, purpose="上坪组，两户", actor="officer:wei")


@pytest.fixture
def away(prepared, clock: FixedClock):
    opened = visits.open_visit(prepared.folder, clock)
    yield opened
    opened.close()


def take_in(away, actor="officer:wei", name="王秀梅"):
    draft = drafts.save(away, drafts.create(away, SERVICE, actor), answers(name))
    return drafts.file(away, draft, channel="console", actor=actor, identity="officer")


def filed_in(node) -> list[str]:
    with node.database.read() as tx:
        return [event.application for event in log.up(tx) if event.kind == "application.filed"]


def test_what_goes_along_has_nothing_of_anybody(node, prepared):
    key = (node.settings.home / "node.key").read_text().strip()
    with node.database.read() as tx:
        opens = sets.keys(tx, prepared.set_id).seal
    for path in prepared.folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for text in ("李在家", key, opens.hex(), prepared.password, PASSWORD):
            assert text.encode() not in data, path
    told = str(sets.read(prepared.folder / visits.SET_FILE))
    for text in ("李在家", key, opens.hex(), prepared.password):
        assert text not in told
    assert not list(prepared.folder.rglob("*.db"))


def test_a_day_away_comes_home_as_applications_of_the_visit(node, prepared, away, clock):
    clock.advance(hours=5)
    at, filed = clock.now(), take_in(away)
    applications.verify_identity(away, filed.number, "officer", actor="officer:wei", document="household-book")
    clock.advance(hours=4)
    done = visits.merge(node, prepared.folder)
    assert (done.numbers, done.aside, done.gaps) == ([filed.number], [], [])
    with node.database.read() as tx:
        state = applications.by_token(tx, filed.token).state
        visit = visits.of(node, tx, prepared.set_id)
    assert (state.channel, state.filed_at, state.history[0].actor) == ("visit", at, "officer:wei")
    assert (state.identity, state.identity_document) == ("officer", "household-book")
    assert state.history[0].title == "已收件（上门收件）"
    assert [one.number for one in visit.applications] == [filed.number]
    assert (visit.name, visit.keys.purpose) == ("韦建国", "上坪组，两户")
    again = visits.merge(node, prepared.folder)
    assert (again.numbers, again.known) == ([], 2)


def test_what_is_done_at_the_desk_of_a_visit_comes_home(node, prepared, away):
    """Whatever kind of act the intake pages write is one that the room takes."""
    assert set(kinds_receiving.KINDS) <= merging.TAKEN <= set(kinds.KINDS)
    filed = take_in(away)
    body = {"name": "石代办", "number": "代办无证件", "relation": "family", "papers": []}
    applications.act_on(
        away, filed.number, None, lambda tx, _: log.append(tx, "proxy.recorded", filed.number, body, "officer:wei")
    )
    assert visits.merge(node, prepared.folder).aside == []
    with node.database.read() as tx:
        assert applications.get(tx, filed.number).state.proxy.name == "石代办"


def test_a_machine_may_not_be_cleared_while_a_visit_is_away(node, prepared, clock):
    with node.database.write() as tx:
        log.set_acked(tx, log.head(tx), clock.now(), [])
        assert "1 次没有到期的上门办理" in clearing(tx, node.settings.home).sentence
    clock.advance(days=DAYS_MAX)
    with node.database.read() as tx:
        assert clearing(tx, node.settings.home).safe


def test_a_copy_of_the_visit_changes_nothing(node, prepared, away, tmp_path):
    filed = take_in(away)
    shutil.copytree(prepared.folder, tmp_path / "copy")
    visits.merge(node, prepared.folder)
    again = visits.merge(node, tmp_path / "copy")
    assert (again.numbers, again.known, again.aside) == ([], 1, [])
    assert filed_in(node)[1:] == [filed.number]


def test_two_machines_with_the_same_visit_never_give_the_same_number(node, prepared, away, clock, tmp_path):
    shutil.copytree(prepared.folder, tmp_path / "tablet")
    tablet = visits.open_visit(tmp_path / "tablet", clock)
    numbers = [take_in(away).number, take_in(tablet, name="赵另机").number]
    tablet.close()
    assert len(set(numbers)) == 2
    visits.merge(node, prepared.folder)
    visits.merge(node, tmp_path / "tablet")
    assert filed_in(node)[1:] == numbers


def test_a_stranger_of_the_room_can_not_send_in_his_name(node, prepared, away):
    """Signed with the visit's own key, as a thief of the machine could: another officer, another kind of act."""
    add_officer(node, "li", "李桂花")
    take_in(away, actor="officer:li")
    away.inbox.put(["1"], [], away.clock.now(), items.Content(
        ({"kind": "application.decided", "application": "1", "actor": "officer:wei", "at": away.clock.now(),
          "body": {"result": "granted"}},), ()))  # fmt: skip  # a table
    done = visits.merge(node, prepared.folder)
    assert done.numbers == []
    assert len(done.aside) == 2
    assert filed_in(node)[1:] == []


def test_after_its_last_day_a_visit_takes_nothing_more_but_comes_home(node, prepared, away, clock):
    filed = take_in(away)
    clock.advance(days=10)
    with pytest.raises(YizhanError) as told:
        drafts.create(away, SERVICE, "officer:wei")
    assert told.value.code == "visit_over"
    with pytest.raises(YizhanError):
        visits.open_visit(prepared.folder, clock)
    assert visits.merge(node, prepared.folder).numbers == [filed.number]


@pytest.mark.parametrize("until", ["2026-11-20", "2027-03-01", "gestern", ""])
def test_a_visit_ends_within_a_month(node, officer, tmp_path, until):
    with pytest.raises(YizhanError) as told:
        visits.prepare(node, tmp_path / "stick", "wei", until=until)
    assert told.value.code == "visit_until_wrong"
    assert not (tmp_path / "stick").exists()


def test_a_folder_with_something_in_it_is_left_alone(node, prepared):
    with pytest.raises(YizhanError) as told:
        visits.prepare(node, prepared.folder, "wei", until=UNTIL)
    assert told.value.code == "visit_exists"


def test_a_folder_without_a_visit_is_no_visit(node, tmp_path):
    for act in (lambda: visits.merge(node, tmp_path), lambda: visits.open_visit(tmp_path)):
        with pytest.raises(YizhanError) as told:
            act()
        assert told.value.code == "visit_folder_wrong"


def test_the_desk_of_a_visit_receives_and_does_nothing_else(prepared, away):
    desk = Citizen(create_app(away, b"v" * 32))
    desk.get("/console/")
    answer = desk.post("/console/login", {"account": "wei", "password": PASSWORD})
    assert answer.status_code != 303  # the room's own password never leaves the room
    desk.get("/console/login")
    desk.press("/console/login", {"account": "wei", "password": prepared.password})
    assert desk.path.startswith("/console/receive")
    assert "测试登记" in desk.text
    for path in ("/console/stock", "/console/figures", "/console/transfer", "/console/payments", "/console/day"):
        assert "上门时不能办这一步" in desk.get(path)
        assert desk.status == 409
    assert "传送" not in desk.get("/console/receive").partition("<main")[0]


def test_the_receipt_of_a_visit_proves_itself(node, prepared, away):
    filed = take_in(away)
    with away.database.read() as tx:
        state = applications.get(tx, filed.number).state
    text = "HTTP://127.0.0.1/S/" + away.receipt_code(filed.token, filed.number, state.filed_at)
    proof = receipt_proof.read(text)
    with node.database.read() as tx:
        public = sets.keys(tx, proof.set).sign_public
    assert (proof.number, proof.token, proof.at) == (filed.number, filed.token, "2026-11-21 09:12")
    assert proof.is_signed_by(public)
    other = filed.number[:-2] + "00"
    forged = receipt_proof.read(text.replace(filed.number, other))
    assert forged is None or not forged.is_signed_by(public)
    phone = Citizen(create_app(away, b"v" * 32))
    assert "已收件" in phone.get(f"/s/{text.rpartition('/')[2]}")


def test_the_commands_take_along_and_bring_home(home, node, officer, tmp_path):
    node.close()
    until = SystemClock().today()
    folder = tmp_path / "stick"
    made = ask("visit_prepare", "visit", "prepare", folder, "--home", home, "--officer", "wei", "--until", until)
    away = visits.open_visit(folder)
    filed = take_in(away)
    number, text = filed.number, away.receipt_code(filed.token, filed.number, away.clock.now())
    away.close()
    assert "还没有登记" in ask("verify_receipt", "verify-receipt", text, "--home", home)["state_title"]
    changed = text.replace(number, number[:-4] + "9999")
    assert ask(None, "verify-receipt", changed, "--home", home, code=1)["error"]["code"] == "receipt_unknown"
    answer = ask("visit_merge", "visit", "merge", folder, "--home", home)
    assert answer == {"registered": [number], "known": 0, "aside": [], "missing": []}
    assert ask("visit_merge", "visit", "merge", folder, "--home", home)["known"] == 1
    assert ask(None, "show", number, "--home", home)["number"] == number
    assert ask("verify_receipt", "verify-receipt", f"HTTP://A/S/{text}", "--home", home)["service"] == "测试登记"
    assert made["account"] == "wei"
    with served("visit", "serve", folder, "--port", "0") as (_, urls):
        page = urllib.request.urlopen(urls["kiosk"]).read().decode()
    assert "上门办理，没有连接警务室" in page


def test_numbers_of_visits_are_found_at_the_desk(node, prepared, away):
    filed = take_in(away)
    visits.merge(node, prepared.folder)
    with node.database.read() as tx:
        assert [one.number for one in applications.search(tx, filed.number)] == [filed.number]
        assert list(merging.numbers_of_visit(tx, prepared.set_id)) == [filed.number]
