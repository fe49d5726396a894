"""读身份证 at the desk: the officer compares photo and face before anything is filled in; nobody else sees the card."""

import json
import re

import pytest

from edge import room_tickets
from edge.devices.at_hand import HELD_MS
from tests.desk_app import Desk, add_officer, application, desk_app, plain
from tests.device_ends import FACE, NAME, NUMBER
from tests.service_for_tests import service
from tests.signing import publish_file
from tests.test_kiosk_card import CARD

SERVICE, MARKED = "juzhu-dengji", "ceshi-benren"
TOML = '[[readers]]\nname = "shenfenzheng"\nkind = "id-card"\ndriver = "{}"\nport = "cards.json"\n[mapping.desk]\nreader = "shenfenzheng"\n'


def put(home, *reads, driver="recorded"):
    (home / "devices.toml").write_text(TOML.format(driver))
    (home / "face.jpg").write_bytes(FACE)
    (home / "cards.json").write_text(json.dumps({"reads": list(reads) or [CARD]}))


@pytest.fixture
def home(home):
    put(home)
    content = service(id=MARKED)
    for name in ("name", "idNumber"):
        content["schema"]["properties"]["applicant"]["properties"][name]["x-person"] = name
    publish_file(home / "services" / f"{MARKED}.json", content)
    return home


@pytest.fixture
def desk(node):
    add_officer(node)
    add_officer(node, "li", "李桂花")
    return Desk(desk_app(node))


@pytest.fixture
def draft(desk):
    return desk.done("/console/receive", {"service": SERVICE})


def answers(node, draft):
    with node.database.read() as tx:
        row = tx.execute("SELECT data FROM draft WHERE id = ?", (draft.rpartition("/")[2],)).fetchone()
    return json.loads(row[0]).get("applicant", {})


def test_a_card_is_shown_for_the_comparison_and_fills_nothing_before_it(desk, node, draft):
    shown = desk.text(desk.done(draft, {"act": "card-read"}))
    assert all(words in plain(shown) for words in (NAME, NUMBER, "2037-02-21", "大坪村三组17号"))
    assert re.search(r'src="data:image/jpeg;base64,[\w+/=]{100,}"', shown)
    assert answers(node, draft) == {}
    filled = desk.text(desk.done(draft, {"act": "card-same"}))
    assert (answers(node, draft)["name"], answers(node, draft)["idNumber"]) == (NAME, NUMBER)
    assert "已核对本人和证件" in plain(filled)
    assert "data:image" not in filled, "the photo is gone with the comparison"
    with node.database.read() as tx:
        row = tx.execute("SELECT method, actor, until FROM confirmed").fetchone()
    assert tuple(row) == ("card", "officer:wei", "2037-02-21")


def test_a_face_that_is_another_leaves_an_unverified_application(desk, node, draft):
    desk.done(draft, {"act": "card-read"})
    after = desk.text(desk.done(draft, {"act": "card-other"}))
    assert NUMBER not in after
    assert answers(node, draft) == {}
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM confirmed").fetchone()[0] == 0


def test_pressing_the_comparison_twice_or_too_late_fills_nothing_anew(desk, node, draft, clock):
    assert desk.post(draft, {"act": "card-same"}).status_code == 422
    desk.done(draft, {"act": "card-read"})
    clock.advance(milliseconds=HELD_MS)
    late = desk.post(draft, {"act": "card-same"})
    assert (late.status_code, "已经过了时间" in plain(late.text)) == (422, True)
    desk.done(draft, {"act": "card-read"})
    desk.done(draft, {"act": "card-same"})
    assert desk.post(draft, {"act": "card-same"}).status_code == 422
    assert answers(node, draft)["name"] == NAME


def test_another_officer_neither_reads_into_a_draft_nor_sees_the_card(desk, node, draft):
    desk.done(draft, {"act": "card-read"})
    other = Desk(desk_app(node), "li")
    assert other.get(draft).status_code == 404
    assert other.post(draft, {"act": "card-same"}).status_code == 404
    assert answers(node, draft) == {}


def test_a_reader_that_fails_is_said_and_the_number_can_be_typed_as_ever(desk, node, home, draft):
    put(home, {"fault": "reader_silent"})
    failed = desk.post(draft, {"act": "card-read", "/applicant/phone": "19900000123"})
    assert failed.status_code == 422
    assert "读卡器没有回答" in plain(failed.text)
    assert answers(node, draft)["phone"] == "19900000123", "what was typed stays"
    with node.database.read() as tx:
        assert [one.what for one in room_tickets.opened(tx)] == ["reader"]
    desk.done(draft, {"act": "person", "_person": NUMBER, "_person_seen": "1"})
    assert answers(node, draft)["idNumber"] == NUMBER


def test_an_officer_may_write_another_name_than_the_card_says(desk, node, draft):
    desk.done(draft, {"act": "card-read"})
    desk.done(draft, {"act": "card-same"})
    desk.done(draft, {"act": "save", "/applicant/name": "王秀枚"})
    assert answers(node, draft)["name"] == "王秀枚"


def test_a_card_compared_at_the_desk_is_the_identity_of_what_is_filed(desk, node):
    begun = desk.done("/console/receive", {"service": MARKED})
    desk.done(begun, {"act": "card-read"})
    desk.done(begun, {"act": "card-same"})
    number = re.search(r"/applications/(\d+)/receipt", desk.done(f"{begun}/file"))[1]
    state = application(node, number).state
    assert (state.identity, state.identity_by, state.identity_until) == ("card", "officer:wei", "2037-02-21")


def test_a_desk_without_a_reader_is_as_it_was(desk, node, home, draft):
    (home / "devices.toml").write_text("")
    node.watch.looked_at = 0
    node.refresh()
    shown = plain(desk.text(draft))
    assert "读身份证" not in shown
    assert "带出以前填过的" in shown
    assert desk.post(draft, {"act": "card-read"}).status_code == 422
