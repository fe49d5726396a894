"""读身份证 at the kiosk: read, missing, failing, coming back; whatever the reader does, the citizen gets through."""

import json
import re

import pytest

from edge import applications, drafts, log, prefill_marks, room_tickets
from tests.device_ends import FACE, NAME, NO_CARD, NUMBER, READ, ReaderService, http_reader
from tests.kiosk_app import Citizen, begin, filed, kiosk_app, kiosk_node, walk

MAPPED = '[mapping.kiosk]\nreader = "shenfenzheng"\n'
RECORDED = f'[[readers]]\nname = "shenfenzheng"\nkind = "id-card"\ndriver = "recorded"\nport = "cards.json"\n{MAPPED}'
TYPES = f'[[readers]]\nname = "shenfenzheng"\nkind = "id-card"\ndriver = "keyboard"\n{MAPPED}'
CARD = {
    "number": NUMBER,
    "name": NAME,
    "valid_until": "20370221",
    "address": "贵州省纳雍县龙场镇大坪村三组17号",
    "photo": "face.jpg",
}


def put(home, toml, *reads):
    (home / "devices.toml").write_text(toml)
    (home / "face.jpg").write_bytes(FACE)
    (home / "cards.json").write_text(json.dumps({"reads": list(reads) or [CARD]}))


@pytest.fixture
def service():
    opened = ReaderService()
    yield opened
    opened.close()


@pytest.fixture
def node(home, clock):
    put(home, RECORDED)
    yield from kiosk_node(home, clock)


def page_of_person(citizen, **answers):
    """The page that asks for name and number; its address without the query."""
    begin(citizen)
    here = citizen.path.partition("?")[0]
    if "/applicant/name" not in citizen.text:
        citizen.press(here, {**answers, "_act": "next"})
    return citizen.path.partition("?")[0]


def draft_of(citizen, node):
    with node.database.read() as tx:
        identity = re.search(r"/apply/([^/?]+)", citizen.path)[1]
        owner = tx.execute("SELECT owner FROM draft WHERE id = ?", (identity,)).fetchone()[0]
    return drafts.get(node, identity, owner)


def test_one_touch_fills_name_and_number_and_locks_them(citizen, node):
    here = page_of_person(citizen)
    assert "读身份证" in citizen.text
    citizen.press(here, {"_act": "card"})
    applicant = draft_of(citizen, node).data["applicant"]
    assert (applicant["name"], applicant["idNumber"], applicant["idType"]) == (NAME, NUMBER, "idCard")
    assert 'name="/applicant/idNumber"' not in citizen.text
    assert "来自身份证" in citizen.text
    citizen.press(here, {"_act": "next", "/applicant/name": "罗建国", "/applicant/idNumber": "52242519850615981X"})
    assert draft_of(citizen, node).data["applicant"]["name"] == NAME, "a forged form changes nothing"


def test_the_application_of_a_card_waits_for_the_comparison_and_knows_how_long_the_card_is_valid(citizen, node):
    address = begin(citizen)
    here = page_of_person(citizen)
    citizen.press(here, {"_act": "card"})
    walk(citizen, address)
    citizen.press(f"{address}/file")
    [number] = filed(node)
    with node.database.read() as tx:
        state = applications.get(tx, number).state
        [body] = [one.data for one in log.all_of(tx, "node") if one.kind == "application.filed"]
    assert (state.identity, state.identity_until, body["until"]) == ("unverified", "2037-02-21", "2037-02-21")
    assert "身份待核" in citizen.text


def test_no_table_keeps_the_photo_of_a_card(citizen, node):
    citizen.press(page_of_person(citizen), {"_act": "card"})
    with node.database.read() as tx:
        tables = [row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in tx.execute(f"SELECT * FROM {table}"):
                assert not any(isinstance(value, bytes) and FACE[:64] in value for value in tuple(row)), table


def test_the_wrong_card_is_put_aside_by_a_touch(citizen, node):
    here = page_of_person(citizen)
    citizen.press(here, {"_act": "card"})
    citizen.press(here, {"_act": "card-drop"})
    draft = draft_of(citizen, node)
    assert "idNumber" not in draft.data.get("applicant", {})
    with node.database.read() as tx:
        assert prefill_marks.confirmed(tx, draft.id) is None
    assert 'name="/applicant/idNumber"' in citizen.text


def test_a_card_that_has_expired_is_said_and_stops_nobody(citizen, node, home):
    put(home, RECORDED, {**CARD, "valid_until": "20200101"})
    citizen.press(page_of_person(citizen), {"_act": "card"})
    assert "已经过了有效期" in citizen.text
    assert draft_of(citizen, node).data["applicant"]["name"] == NAME


FAILS = [("card_absent", "没有读到身份证"), ("card_unreadable", "读不出来"), ("reader_silent", "读卡器现在用不了")]


def test_a_birth_asks_first_who_reports_it_and_then_reads_his_card(citizen, node):
    here = begin(citizen, "xinshenger-chusheng")
    here = citizen.path.partition("?")[0]
    assert "读身份证" in citizen.text
    citizen.press(here, {"_act": "card"})
    assert "请先选由谁申报" in citizen.text
    assert draft_of(citizen, node).data.get("father", {}) == {}
    citizen.press(here, {"_act": "card", "/applicant/by": "father"})
    draft = draft_of(citizen, node)
    assert draft.data["father"] == {"name": NAME, "idNumber": NUMBER}
    assert draft.data["applicant"]["by"] == "father"
    citizen.press(here, {"_act": "card-drop"})
    assert draft_of(citizen, node).data.get("father", {}) == {}


@pytest.mark.parametrize(("fault", "words"), FAILS, ids=[one[0] for one in FAILS])
def test_a_reader_that_fails_leaves_everything_that_was_typed_and_the_way_on(citizen, node, home, fault, words):
    put(home, RECORDED, {"fault": fault})
    here = page_of_person(citizen)
    citizen.press(here, {"_act": "card", "/applicant/name": "罗建国"})
    assert words in citizen.text
    assert 'value="罗建国"' in citizen.text
    assert 'name="/applicant/idNumber"' in citizen.text


def test_a_reader_that_is_out_of_order_is_one_ticket_until_it_reads_again(home, clock, service):
    service.answer = b"busy"
    put(home, http_reader(service.url, timeout_s=0.5) + MAPPED)
    for node in kiosk_node(home, clock):
        citizen = Citizen(kiosk_app(node))
        here = page_of_person(citizen)
        for _ in range(2):
            citizen.press(here, {"_act": "card"})
        with node.database.read() as tx:
            [ticket] = room_tickets.opened(tx)
        assert (ticket.what, ticket.opened_by) == ("reader", "system")
        service.answer = NO_CARD
        citizen.press(here, {"_act": "card"})
        assert "没有读到身份证" in citizen.text
        service.answer = READ
        citizen.press(here, {"_act": "card"})
        assert draft_of(citizen, node).data["applicant"]["idNumber"] == NUMBER
        with node.database.read() as tx:
            assert room_tickets.opened(tx) == []


def test_a_reader_that_types_fills_the_page_whichever_button_its_enter_presses(home, clock):
    put(home, TYPES)
    for node in kiosk_node(home, clock):
        citizen = Citizen(kiosk_app(node))
        here = page_of_person(citizen)
        assert 'name="_card"' in citizen.text
        citizen.press(here, {"_act": "next", "_card": f"{NUMBER}\r\n"})
        assert draft_of(citizen, node).data["applicant"]["idNumber"] == NUMBER
        assert citizen.path.partition("?")[0] == here


def test_what_leaves_no_trace_reads_no_card(node):
    known = [one.id for one in node.catalogue.all() if one.service.get("private")]
    assert known
    for identity in known:
        citizen = Citizen(kiosk_app(node))
        begin(citizen, identity)
        assert 'value="card"' not in citizen.text, identity


def test_a_room_without_a_reader_shows_no_word_of_one(home, clock):
    put(home, "")
    for node in kiosk_node(home, clock):
        citizen = Citizen(kiosk_app(node))
        here = page_of_person(citizen)
        assert "读身份证" not in citizen.text
        citizen.press(here, {"_act": "card"})
        assert 'name="/applicant/idNumber"' in citizen.text, "a touch that was forged is answered by the page"


def test_a_stranger_reads_no_card_into_anothers_draft(citizen, node):
    here = page_of_person(citizen)
    other = Citizen(kiosk_app(node))
    other.get("/kiosk/")
    assert other.post(here, {"_act": "card"}).status_code == 404
    assert (
        "applicant" not in draft_of(citizen, node).data or "idNumber" not in draft_of(citizen, node).data["applicant"]
    )
