"""One-time codes for machines: made, shown, used once, late, taken back; what strangers get, and what an old key is worth."""

import json
import re

import pytest
from sqlalchemy import select

from edge import enrolment_text
from edge.cli import main
from edge.errors import YizhanError
from edge.serving import Server
from sync.centre import enrolment, invitations, reviewers, rooms, tables
from sync.centre.app import create_app
from sync.centre.receiver import receive
from sync.fetching_enrolment import fetch
from tests.centre_room import NAME, NODE, Room, enrolled

PASSWORD = "xiang-cun-lu-deng-7"


def refused(code, act, *args):
    with pytest.raises(YizhanError) as found:
        act(*args)
    assert found.value.code == code


def invited(centre):
    return Room(enrolment.enrol(centre, NODE, NAME, ""))


def states(centre):
    with centre.store.read() as tx:
        return [one.state(centre.clock.now()) for one in invitations.of_room(tx, NODE)]


def test_a_code_is_shown_while_it_is_good_and_stands_in_no_table(centre):
    file = enrolment.enrol(centre, NODE, NAME, "")
    found = invitations.shown(centre, NODE)
    assert found.file == file
    with centre.store.read() as tx:
        rows = [str(row) for table in (tables.node, tables.enrolment_code) for row in tx.execute(select(table))]
    assert file["code"] not in "".join(rows)
    assert enrolment_text.read(found.text).code == file["code"]


def test_a_code_is_good_once(centre):
    room = invited(centre)
    enrolment.bind(centre, NODE, room.first_word())
    assert enrolment.bind(centre, NODE, room.first_word())  # the same machine again, whose answer was lost
    other = Room(room.file)
    refused("enrolment_taken", enrolment.bind, centre, NODE, other.first_word())
    assert invitations.shown(centre, NODE) is None
    assert states(centre) == ["used"]


def test_a_code_ends_after_its_days(centre, clock):
    room = invited(centre)
    clock.advance(days=invitations.DAYS, seconds=1)
    refused("enrolment_late", enrolment.bind, centre, NODE, room.first_word())
    assert invitations.shown(centre, NODE) is None
    assert states(centre) == ["expired"]


def test_a_code_on_its_last_day_is_good(centre, clock):
    room = invited(centre)
    clock.advance(days=invitations.DAYS)
    assert enrolment.bind(centre, NODE, room.first_word())


def test_a_code_that_was_taken_back_or_given_out_anew_is_worth_nothing(centre):
    first = invited(centre)
    second = invited(centre)
    refused("enrolment_wrong", enrolment.bind, centre, NODE, first.first_word())
    invitations.revoke(centre, NODE, "centre:lishen")
    invitations.revoke(centre, NODE, "centre:lishen")
    refused("enrolment_wrong", enrolment.bind, centre, NODE, second.first_word())
    assert states(centre).count("ended") == 2


def test_a_machine_that_keeps_its_place_is_not_moved_by_a_code_that_was_taken_back(centre):
    room = enrolled(centre, NODE)
    invited(centre)
    invitations.revoke(centre, NODE, "centre:lishen")
    room.file_one()
    assert receive(centre, NODE, room.batch())


def test_another_machine_takes_the_place_and_the_old_key_dies(centre):
    old = enrolled(centre, NODE)
    old.file_one()
    receive(centre, NODE, old.batch())
    new = invited(centre)
    enrolment.bind(centre, NODE, new.first_word())
    refused("envelope_refused", receive, centre, NODE, old.batch())
    assert states(centre)[0] == "used"


def test_the_keys_of_a_stolen_machine_end_at_once_and_its_log_stays(centre):
    old = enrolled(centre, NODE)
    old.file_one()
    receive(centre, NODE, old.batch())
    invitations.unbind(centre, NODE, "centre:lishen")
    invitations.unbind(centre, NODE, "centre:lishen")
    refused("node_unbound", receive, centre, NODE, old.batch())
    with centre.store.read() as tx:
        assert tx.execute(select(tables.event).filter_by(node_id=NODE, side="node")).first() is not None
    assert enrolment.bind(centre, NODE, invited(centre).first_word())


def test_a_crash_while_a_machine_is_bound_leaves_the_code_good(centre, monkeypatch):
    room = invited(centre)

    def dies(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(invitations, "used", dies)
        with pytest.raises(KeyboardInterrupt):
            enrolment.bind(centre, NODE, room.first_word())
    assert states(centre) == ["open"]
    assert enrolment.bind(centre, NODE, room.first_word())


@pytest.fixture
def served(centre):
    server = Server(create_app(centre), "127.0.0.1", 0)
    yield server
    server.stop()


def text_at(centre, server):
    """The text on paper, with the address where this centre listens."""
    enrolment.enrol(centre, NODE, NAME, "")
    with centre.store.read() as tx:
        plain = enrolment.public_part(centre, tx, rooms.get(tx, NODE))
    return invitations.shown(centre, NODE).text.replace(plain["centre_url"], server.url)


def test_a_machine_fetches_its_file_by_the_text_on_paper_and_begins(centre, served, tmp_path, capsys):
    text = text_at(centre, served)
    assert main(["init", "--home", str(tmp_path / "room"), "--code", text, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["node"] == NODE
    assert fetch(text)["code"] == enrolment_text.read(text).code  # nothing is used up by looking


def test_whoever_puts_other_keys_into_the_file_on_the_way_is_found_out(centre, served):
    said = enrolment_text.read(text_at(centre, served))
    plain = invitations.fetched(centre, NODE, said.code_hash)
    for name, value in (("centre_sign_key", "11" * 32), ("centre_url", "https://evil.example"), ("pack_root", "{}")):
        refused("node_enrolment_wrong", enrolment_text.whole, said, plain | {name: value})
    assert "code" not in plain


@pytest.mark.parametrize("shown", ["", "0" * 64, "é", None, 7])
def test_a_stranger_gets_no_file_and_learns_not_which_rooms_there_are(centre, shown):
    invited(centre)
    for node in (NODE, "5224259999"):
        shown_hash = invitations.hash_in(json.dumps({"code_hash": shown}).encode())
        refused("enrolment_wrong", invitations.fetched, centre, node, shown_hash)
    assert invitations.hash_in(b"nonsense") == invitations.hash_in(b"[]") == ""


@pytest.mark.parametrize("text", ["", "YZ1:5224250017", "https://evil.example", "YZ2:5224250017:A:B:https://x.example"])
def test_a_text_that_is_none_is_said_so(text):
    refused("node_enrolment_wrong", enrolment_text.read, text)


def test_the_text_is_read_however_it_was_broken_into_lines(centre):
    invited(centre)
    text = invitations.shown(centre, NODE).text
    assert enrolment_text.read(f" {text[:40]}\n{text[40:]} \n") == enrolment_text.read(text)


# the pages


@pytest.fixture
def desk(centre):
    reviewers.add(centre, "lishen", "李审", PASSWORD)
    browser = create_app(centre).test_client()
    token = csrf(browser, "/review/login")
    browser.post("/review/login", data={"name": "lishen", "password": PASSWORD, "csrf_token": token})
    return browser


def csrf(browser, path):
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).get_data(as_text=True))[1]


def post(browser, path, **data):
    return browser.post(path, data={**data, "csrf_token": csrf(browser, "/review/nodes/enrol")})


def test_the_page_gives_a_code_shows_it_again_and_takes_it_back(desk, centre):
    answer = post(desk, "/review/nodes/enrol", node=NODE, name=NAME)
    assert (answer.status_code, answer.location) == (303, f"/review/nodes/{NODE}/code")
    shown = invitations.shown(centre, NODE)
    page = desk.get(answer.location).get_data(as_text=True)
    assert shown.text in page
    assert "<svg" in page
    file = desk.get(f"/review/nodes/{NODE}/code.json")
    assert file.get_json() == shown.file
    assert post(desk, f"/review/nodes/{NODE}/code/revoke").status_code == 303
    assert shown.file["code"] not in desk.get(answer.location).get_data(as_text=True)
    assert desk.get(f"/review/nodes/{NODE}/code.json").status_code == 404


@pytest.mark.parametrize(("node", "name"), [("52", NAME), (NODE, ""), (NODE, "长" * 61), ("52242500170", NAME)])
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, node, name):
    answer = post(desk, "/review/nodes/enrol", node=node, name=name)
    assert answer.status_code in {400, 422}
    assert f'value="{node}"' in answer.get_data(as_text=True)


def test_a_machine_is_unbound_by_a_tick_and_a_button(desk, centre):
    enrolled(centre, NODE)
    assert post(desk, f"/review/nodes/{NODE}/unbind").status_code == 400
    assert post(desk, f"/review/nodes/{NODE}/unbind", sure="yes").status_code == 303
    assert "还没有完成" in desk.get(f"/review/nodes/{NODE}").get_data(as_text=True)


def test_strangers_and_those_of_one_desk_get_none_of_it(centre, desk):
    enrolled(centre, NODE)
    stranger = create_app(centre).test_client()
    for path in (
        "/review/nodes/enrol",
        f"/review/nodes/{NODE}/code",
        f"/review/nodes/{NODE}/code.json",
        "/review/packs",
    ):
        assert stranger.get(path).status_code == 303
        assert desk.get(path).status_code in {200, 404}
