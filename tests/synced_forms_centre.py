"""Forms of the centre's pages that no test of a page sends, each with what it must lead to: for bench_synced."""

import json
import re
from contextlib import closing

import pytest
from test_edge_confirming import filed, node, station, word
from test_sync_board import complaint, public, said
from test_sync_sampling import CHEN, PASSWORD, draw, drawn, events, room

from edge import recovery_words, slots
from sync.centre import key_returns, recovery_keys, reviewers, supervisor_keys, walls
from sync.https import HttpsLink
from tests.centre_browser import logged_in, serving
from tests.sync_pair import NODE

__all__ = ["complaint", "node", "room", "station"]  # what the tests below begin with


@pytest.fixture
def url(centre):
    with serving(centre) as address:
        yield address


def at_desk(url, name="li"):
    return logged_in(url, name, PASSWORD)


@pytest.mark.usefixtures("station")
@pytest.mark.parametrize(("act", "status"), [("confirm", "confirmed"), ("unconfirm", "refused")])
def test_the_station_confirms_and_refuses_to_at_its_page(node, enrolled, url, act, status):
    number = filed(node)
    assert enrolled.round().went_well
    desk = at_desk(url)
    desk.get(f"/review/{number}/unconfirm" if act == "unconfirm" else f"/review/{number}")
    assert desk.submit(f"/{act}", reason="照片里看不到原件").status == 200
    assert enrolled.round().went_well
    assert word(node, number).status == status


def test_what_was_made_public_is_taken_down(centre, complaint, url):
    public(centre, complaint)
    du = at_desk(url, "du")
    du.get("/review/board")
    du.submit("/board/withdraw", reason="看得出是谁")
    assert [kind for kind, _ in said(centre)] == ["board.published", "board.withdrawn"]


def test_one_of_a_sample_is_judged(centre, room, url):
    reviewers.add(centre, "boss", "何督察", PASSWORD, supervisor_keys.POST)
    one = draw(centre, actor=CHEN)
    boss = at_desk(url, "boss")
    boss.get("/review/samples")
    number = drawn(one)[0]
    boss.submit(f"/{number}/sample", result="sound")
    assert events(centre)[-1].kind == "sample.judged"


def test_the_key_of_a_wall_is_taken_back(centre, url):
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    made = walls.give(centre, "指挥中心大厅", "522425", "month", by="centre:li")
    desk = at_desk(url)
    desk.get(f"/review/walls/{made.number}")
    assert "已经收回" in desk.submit(f"/walls/{made.number}/end").words


def test_a_room_that_may_is_given_its_key(centre, room, url):
    public_key = recovery_keys.create(centre.settings.recovery_file)
    slot = slots.make("centre", "", centre.clock.now(), bytes.fromhex(public_key), key=bytes(range(32)))
    answer_to = slots.public_of(bytes(range(1, 33))).hex()
    asked = recovery_words.Request(NODE, centre.clock.now(), slot, answer_to)
    key_returns.grant(centre, NODE, "2099-12-31", "centre:li")
    with closing(HttpsLink(url)) as link:
        answer = link.post(f"{NODE}/unlock", json.dumps(asked.body()).encode())
    assert recovery_words.read_answer(asked, bytes(range(1, 33)), answer)[0] == bytes(range(32))
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", key_returns.returns(centre)[0]["code"])
