"""One person's history and receipts printed again: nothing is seen before a look was written down, each look once."""

import json

import pytest
from desk_app import Desk, add_officer, application, desk_app, file_one, plain
from service_for_tests import ID_NUMBER

from edge import log, looks, projections
from edge.errors import YizhanError
from forms.kinds import check_body

TOKEN = "token-of-a-look-{}"


@pytest.fixture
def desk(node):
    add_officer(node)
    add_officer(node, "luo", "罗小兰")
    return Desk(desk_app(node))


def room_events(node, kind):
    with node.database.read() as tx:
        return log.of_room(tx, "node", json.dumps([kind]))


def test_a_history_is_shown_only_after_the_reason_was_written_down(desk, node):
    first, second = file_one(node).number, file_one(node).number
    page = plain(desk.text(f"/console/applications/{first}/person"))
    assert "为什么要看" in page
    assert second[-5:] not in page
    other = file_one(node, applicant={"name": "石永福", "idNumber": "522425196811089871"}).number
    for reason in ("", "  ", "看看"):
        answer = desk.post(f"/console/applications/{first}/person", {"token": TOKEN.format(1), "reason": reason})
        assert answer.status_code == 422
        assert "四个字以上" in answer.text
    assert room_events(node, looks.LOOKED_UP) == []
    assert desk.done(
        f"/console/applications/{first}/person", {"token": TOKEN.format(1), "reason": "派出所来函核实住址"}
    )
    page = desk.text(f"/console/applications/{first}/person")
    assert f"/console/applications/{first}" in page
    assert f"/console/applications/{second}" in page
    assert f"/console/applications/{other}" not in page
    assert "派出所来函核实住址" in page
    (event,) = room_events(node, looks.LOOKED_UP)
    assert (event.actor, event.data["present"], event.data["reason"]) == ("officer:wei", False, "派出所来函核实住址")
    assert ID_NUMBER not in event.body.decode()


def test_a_person_who_is_there_needs_no_reason(desk, node):
    number = file_one(node).number
    desk.done(f"/console/applications/{number}/person", {"token": TOKEN.format(2), "present": "1"})
    assert "本人在场" in desk.text(f"/console/applications/{number}/person")
    (event,) = room_events(node, looks.LOOKED_UP)
    assert event.data["present"] is True
    assert "reason" not in event.data


def test_a_look_holds_for_whoever_took_it_and_for_a_quarter_of_an_hour(desk, node, clock):
    number = file_one(node).number
    desk.done(f"/console/applications/{number}/person", {"token": TOKEN.format(3), "present": "1"})
    luo = Desk(desk.client.application, "luo")
    assert "为什么要看" in luo.text(f"/console/applications/{number}/person")
    clock.advance(minutes=9)
    assert "谁看过" in desk.text(f"/console/applications/{number}/person")
    clock.advance(minutes=7)
    assert "为什么要看" in desk.text(f"/console/applications/{number}/person")


def test_the_same_press_twice_is_one_look(desk, node):
    number = file_one(node).number
    for _ in range(2):
        desk.done(f"/console/applications/{number}/person", {"token": TOKEN.format(4), "present": "1"})
    assert len(room_events(node, looks.LOOKED_UP)) == 1


def test_who_the_person_is_cannot_be_read_from_the_log_but_found_with_the_key(desk, node):
    number = file_one(node).number
    looks.look(node, number, present=True, reason="", actor="officer:wei", token=TOKEN.format(5))
    with node.database.read() as tx:
        person = looks.person_of(tx, application(node, number))
        assert looks.may_see(tx, person, "officer:wei")
        assert [one.number for one in looks.history(tx, person)] == [number]
    assert room_events(node, looks.LOOKED_UP)[0].data["person"] == person.hex()


def test_an_application_about_the_officer_is_not_in_a_history(desk, node):
    from edge import concerns

    first, hidden = file_one(node).number, file_one(node).number
    with node.database.write() as tx:
        tx.execute("INSERT INTO head_concern SELECT 'wei', id FROM head WHERE number = ?", (hidden,))
    with node.database.read() as tx, concerns.looking("wei"):
        person = looks.person_of(tx, application(node, first))
        assert [one.number for one in looks.history(tx, person)] == [first]


def test_a_stranger_looks_at_nobody(desk, node):
    number = file_one(node).number
    stranger = Desk(desk.client.application, account=None)
    answer = stranger.post(f"/console/applications/{number}/person", {"token": TOKEN.format(6), "present": "1"})
    assert "/login" in answer.location
    assert room_events(node, looks.LOOKED_UP) == []
    assert desk.get("/console/applications/52242500179999999/person").status_code == 404


def test_a_receipt_is_printed_again_after_the_document_was_compared(desk, node, clock):
    number = file_one(node).number
    assert "凭证丢了" not in desk.text(f"/console/applications/{number}/receipt")
    clock.advance(days=1)
    desk.login("wei")
    assert "凭证丢了" in desk.text(f"/console/applications/{number}/receipt")
    answer = desk.post(f"/console/applications/{number}/receipt/again", {"token": TOKEN.format(7), "document": ""})
    assert answer.status_code == 422
    assert "补打以前要核对证件" in answer.text
    assert room_events(node, looks.REPRINTED) == []
    for _ in range(2):
        to = desk.done(
            f"/console/applications/{number}/receipt/again", {"token": TOKEN.format(8), "document": "id-card"}
        )
    page = plain(desk.text(to))
    assert "已记下补打" in page
    assert "韦建国，核对了居民身份证" in page
    (event,) = room_events(node, looks.REPRINTED)
    assert event.data == {"application": number, "looked_at": "id-card"}


def test_a_receipt_of_nobody_is_not_printed_again(desk, node):
    with pytest.raises(YizhanError, match="没有找到"):
        looks.reprint(node, "52242500179999999", "id-card", actor="officer:wei", token=TOKEN.format(9))
    assert room_events(node, looks.REPRINTED) == []


def test_looks_and_copies_survive_a_rebuild(desk, node):
    number = file_one(node).number
    looks.look(node, number, present=False, reason="核对户口地址", actor="officer:wei", token=TOKEN.format(10))
    looks.reprint(node, number, "permit", actor="officer:wei", token=TOKEN.format(11))
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx)
        after = projections.dump(tx)
    for table in ("person_look", "receipt_copy"):
        assert before[table] == after[table] != []


def test_a_body_says_what_its_kind_allows():
    check_body("person.looked_up", {"person": "a" * 64, "application": "5" * 17, "present": True})
    for wrong in (
        {"person": "a" * 64, "application": "5" * 17},
        {"person": ID_NUMBER, "application": "5" * 17, "present": True},
        {"person": "a" * 64, "application": "5" * 17, "present": False, "reason": ""},
    ):
        with pytest.raises(ValueError, match=r"person|present|reason"):
            check_body("person.looked_up", wrong)
    with pytest.raises(ValueError, match="looked_at"):
        check_body("receipt.reprinted", {"application": "5" * 17, "looked_at": "face"})
