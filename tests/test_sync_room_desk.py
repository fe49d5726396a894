"""Reminders and appointments between a room and the centre: down with the next batch, the answer up with the next."""

import json
import re
import secrets

import pytest
from desk_app import file_one
from programs import ask

from edge import appointments, housekeeping, reminders
from edge.appointments import Wish
from edge.errors import YizhanError
from forms.schedule import Slot
from sync.centre import log as centre_log
from sync.centre import reviewers, room_desk
from tests.centre_browser import logged_in, serving
from tests.sync_pair import NODE

DAY, BOSS = "2026-11-23", "centre:du"
PASSWORD = "vier-dicke-huehner"
CSRF = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


def token() -> str:
    return secrets.token_urlsafe(18)


def in_force(push, node):
    """The room has spoken to the centre, and has published its slots."""
    file_one(node)
    assert push.drain().went_well
    housekeeping.Keeper(node, lambda _: 5 << 30).look()
    assert push.drain().went_well


def refused(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        call(*args, **more)
    return error.value.code


def test_a_reminder_comes_down_at_the_next_sync_and_its_answer_goes_up(enrolled, node, centre):
    number = file_one(node).number
    assert enrolled.drain().went_well
    sent = room_desk.remind(centre, number, "请说明进展", actor=BOSS, due_day="2026-11-25")
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        (got,) = reminders.waiting(tx)
    assert (got.id, got.application, got.due_day) == (sent.id, number, "2026-11-25")
    reminders.answer(node, got.id, "今天补正", actor="officer:wei", token=token())
    assert enrolled.drain().went_well
    with centre.store.read() as tx:
        (shown,) = room_desk.reminders(tx, NODE, number)
    assert (shown.answer, shown.answered_by) == ("今天补正", "officer:wei")


def test_a_reminder_needs_words_and_an_application(enrolled, node, centre):
    number = file_one(node).number
    assert enrolled.drain().went_well
    assert refused(room_desk.remind, centre, number, "  ", actor=BOSS) == "reminder_text"
    assert refused(room_desk.remind, centre, number, "请", actor=BOSS, due_day="bald") == "reminder_text"
    assert refused(room_desk.remind, centre, NODE + "9999999", "请", actor=BOSS) == "not_found"
    with centre.store.read() as tx:
        assert not list(centre_log.walk(tx, NODE, "centre"))


def test_two_sides_that_give_away_the_last_slot_agree_who_is_moved(enrolled, node, centre):
    in_force(enrolled, node)
    above = room_desk.appoint(centre, NODE, Slot(DAY, "09:00"), name="李彩霞", what="办证", actor=BOSS)
    appointments.make(node, Wish("room", DAY, "09:00", "居住登记", "王秀梅"), actor="officer:wei", token=token())
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        here = {one.name: (one.start, one.untold) for one in appointments.of_day(tx, DAY)}
    with centre.store.read() as tx:
        there = room_desk.book(tx, NODE).appointments.values()
    assert here == {"李彩霞": ("09:00", 0), "王秀梅": ("09:30", 1)}
    assert {one.name: one.slot.start for one in there} == {"李彩霞": "09:00", "王秀梅": "09:30"}
    assert above.number == "W1-0001"
    assert (
        refused(room_desk.appoint, centre, NODE, Slot(DAY, "09:30"), name="x", what="y", actor=BOSS)
        == "appointment_full"
    )
    assert (
        refused(room_desk.appoint, centre, NODE, Slot(DAY, "03:00"), name="x", what="y", actor=BOSS)
        == "appointment_slot"
    )
    assert (
        refused(room_desk.appoint, centre, NODE, Slot(DAY, "10:00"), name=" ", what="y", actor=BOSS)
        == "appointment_name"
    )


def test_without_the_rooms_slots_nobody_above_gives_any_away(enrolled, centre):
    code = refused(room_desk.appoint, centre, NODE, Slot(DAY, "09:00"), name="李彩霞", what="办证", actor=BOSS)
    assert code == "appointment_no_schedule"
    other = refused(room_desk.appoint, centre, "9999999999", Slot(DAY, "09:00"), name="李彩霞", what="办证", actor=BOSS)
    assert other == "node_unknown"


def test_the_commands_answer_as_their_schemas_say(enrolled, node, centre):
    in_force(enrolled, node)
    number = file_one(node).number
    assert enrolled.drain().went_well
    home = centre.settings.home
    told = ask(
        "centre_remind", "centre", "remind", number, "--text", "请说明进展", "--due", "2026-11-25", "--home", home
    )
    assert told["number"] == number
    made = ask(
        "centre_appoint", "centre", "appoint", NODE, DAY, "10:00", "--name", "李彩霞", "--what", "办证", "--home", home
    )
    assert (made["number"], made["start"]) == ("W1-0001", "10:00")
    assert json.dumps(made)


def test_only_a_supervisor_reminds_a_room_and_the_desk_shows_the_answer(enrolled, node, centre):
    number = file_one(node).number
    assert enrolled.drain().went_well
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    reviewers.add(centre, "du", "陈督查", PASSWORD, "supervisor")
    with serving(centre) as address:
        desk, boss = logged_in(address, "li", PASSWORD), logged_in(address, "du", PASSWORD)
        assert "发出催办" not in desk.get(f"/review/{number}").text
        forged = {"csrf_token": CSRF.search(desk.page.text)[1], "text": "请说明进展"}
        assert desk.post(f"/review/{number}/remind", forged).status == 403
        boss.get(f"/review/{number}")
        assert "等警务室答复" in boss.submit(f"/review/{number}/remind", text="请说明进展").words
        assert enrolled.drain().went_well
        with node.database.read() as tx:
            (got,) = reminders.waiting(tx)
        reminders.answer(node, got.id, "今天补正", actor="officer:wei", token=token())
        assert enrolled.drain().went_well
        assert "今天补正" in desk.get(f"/review/{number}").words
