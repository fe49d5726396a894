"""The room's day on a real node: queue, appointments, reminders, tickets, the close, and the index of the clocks."""

import json
import secrets
import subprocess
import sys
import textwrap

import pytest
from desk_app import Desk, add_officer, centre_says, desk_app, file_one, plain
from kiosk_app import Citizen, kiosk_app

from edge import (
    applications,
    appointments,
    day_close,
    desk_projection,
    due,
    housekeeping,
    log,
    projections,
    queue_tickets,
    reminders,
    room_tickets,
)
from edge.appointments import Wish
from edge.errors import YizhanError
from edge.node import open_node
from edge.texts.queue import QUEUE
from forms.schedule import Slot

WEI = "officer:wei"
MONDAY = "2026-11-23"
ROOM = 'name = "石门乡警务室"\nhours = "周一至周五 9:00-12:00"\n'


def token() -> str:
    return secrets.token_urlsafe(18)


@pytest.fixture
def node(home, clock):
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    opened = open_node(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def desk(node) -> Desk:
    add_officer(node, rank="民警", posts=("guide", "receive", "supervise"))
    return Desk(desk_app(node))


def of_room(node, prefix) -> list[str]:
    with node.database.read() as tx:
        return [event.kind for event in log.all_of(tx, "node") if event.kind.startswith(prefix)]


def refused(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        call(*args, **more)
    return error.value.code


def dumped(node):
    with node.database.read() as tx:
        return {name: rows for name, rows in projections.dump(tx).items() if name in desk_projection.TABLES}


# --- the queue


def test_numbers_are_called_in_the_order_of_coming_and_a_form_sent_twice_calls_once(node):
    first = queue_tickets.take(node.database, "kiosk", "kiosk:a")
    again = queue_tickets.take(node.database, "kiosk", "kiosk:a")
    second = queue_tickets.take(node.database, "desk", WEI, token="one-form-only")
    assert again == first
    assert queue_tickets.take(node.database, "desk", WEI, token="one-form-only") == second
    assert (first.number, second.number) == ("A001", "B001")
    once = token()
    assert queue_tickets.call_next(node.database, "wei", once).number == "A001"
    assert queue_tickets.call_next(node.database, "wei", once).number == "A001"
    assert queue_tickets.call_next(node.database, "luo", token()).number == "B001"
    assert refused(queue_tickets.call_next, node.database, "wei", token()) == "queue_empty"


def test_who_missed_his_number_can_be_called_again_and_yesterdays_number_can_not(node, clock):
    made = queue_tickets.take(node.database, "kiosk", "kiosk:a")
    queue_tickets.call_next(node.database, "wei", token())
    queue_tickets.finish(node.database, made.id, came=False)
    assert queue_tickets.call_again(node.database, made.id, "wei", token()).state == "called"
    queue_tickets.finish(node.database, made.id, came=True)
    assert refused(queue_tickets.call_again, node.database, made.id, "wei", token()) == "queue_over"
    left = queue_tickets.take(node.database, "kiosk", "kiosk:b")
    clock.advance(days=1)
    assert refused(queue_tickets.call_again, node.database, left.id, "wei", token()) == "queue_over"
    assert queue_tickets.take(node.database, "kiosk", "kiosk:c").number == "A001"


def test_the_desk_calls_and_the_screen_shows_the_number_to_everybody(desk, node):
    desk.get("/console/queue")
    desk.done("/console/queue", {"token": token(), "what": "居住登记"})
    desk.done("/console/queue/next", {"token": token()})
    assert "B001" in desk.text("/console/queue")
    stranger = Desk(desk_app(node), account=None)
    page = stranger.text("/console/queue/screen")
    assert "B001" in page
    assert "居住登记" not in page
    assert stranger.get("/console/queue", follow=False).status_code == 303
    assert desk.post("/console/queue/next", {"token": token()}).status_code == 409


# --- appointments


def make(node, start="09:00", day=MONDAY, **more):
    wish = Wish("room", day, start, "居住登记", "王秀梅", "19900000201")
    used = more.pop("token", "") or token()
    appointments.make(node, wish, actor=WEI, token=used)
    with node.database.read() as tx:
        return appointments.by_token(tx, used)


def test_a_slot_is_given_once_and_a_repeated_form_gives_it_once(node):
    once = token()
    made = make(node, token=once)
    assert make(node, token=once) == made
    assert made.number == "Y1-0001"
    assert refused(make, node) == "appointment_full"
    assert refused(make, node, start="13:00") == "appointment_slot"
    assert refused(make, node, day="2026-11-20") == "appointment_day"
    assert refused(make, node, day="nie") == "appointment_day"
    assert of_room(node, "appointment.") == ["appointment.made"]
    assert of_room(node, "schedule.") == ["schedule.published"]


def test_an_appointment_is_moved_kept_and_cancelled_and_what_is_over_stays(node):
    made = make(node)
    appointments.move(node, made.id, Slot(MONDAY, "10:00"), "要带孩子", actor=WEI, token=token())
    with node.database.read() as tx:
        assert appointments.free(tx, MONDAY, appointments.published(tx))[Slot(MONDAY, "09:00")] == 1
    appointments.keep(node, made.id, "kept", actor=WEI, token=token())
    assert refused(appointments.cancel, node, made.id, "", actor=WEI, token=token()) == "appointment_over"
    assert refused(appointments.cancel, node, "f" * 32, "", actor=WEI, token=token()) == "not_found"
    assert of_room(node, "appointment.") == ["appointment.made", "appointment.moved", "appointment.kept"]


def test_the_centres_appointment_of_the_same_slot_moves_ours_and_says_whom_to_call(desk, node):
    make(node)
    body = {
        "number": "W1-0001",
        "how": "room",
        "day": MONDAY,
        "start": "09:00",
        "what": "办证",
        "name": "李彩霞",
        "phone": "",
    }
    centre_says(node, "appointment.made", "", body, knows=False)
    with node.database.read() as tx:
        found = appointments.untold(tx)
    assert [(one.name, one.start) for one in found] == [("王秀梅", "09:30")]
    page = plain(desk.text("/console/calls"))
    assert "王秀梅" in page
    assert "19900000201" in page
    desk.done(f"/console/appointments/{found[0].id}/told", {"token": token(), "back": "calls"})
    assert "王秀梅" not in desk.text("/console/calls")
    before = dumped(node)
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    assert dumped(node) == before
    assert before["appointment"]


def test_the_desk_makes_an_appointment_prints_its_slip_and_lists_the_visits(desk, node):
    desk.get("/console/appointments")
    given = {
        "how": "room",
        "day": MONDAY,
        "start": "09:30",
        "name": "王秀梅",
        "what": "居住登记",
        "phone": "19900000201",
    }
    address = desk.done("/console/appointments", {**given, "token": token()})
    assert "Y1-0001" in desk.text(address)
    assert desk.post("/console/appointments", {**given, "token": token()}).status_code == 409
    assert desk.post("/console/appointments", {**given, "name": "", "token": token()}).status_code == 422
    visit = {**given, "how": "home", "start": "", "address": "大坪村三组17号", "bring": "采集设备"}
    assert desk.post("/console/appointments", {**visit, "address": "", "token": token()}).status_code == 422
    desk.done("/console/appointments", {**visit, "token": token()})
    road = plain(desk.text(f"/console/appointments/visits?day={MONDAY}"))
    assert all(word in road for word in ("王秀梅", "大坪村三组17号", "采集设备"))
    identity = address.rpartition("made=")[2]
    assert "9:30" in desk.text(f"/console/appointments/{identity}/slip")
    desk.done(f"/console/appointments/{identity}/move", {"token": token(), "slot": f"{MONDAY} 10:30", "reason": ""})
    desk.done(f"/console/appointments/{identity}/cancel", {"token": token(), "reason": "不来了"})
    assert desk.get(f"/console/appointments/{'f' * 32}").status_code == 404


# --- reminders from above


def test_a_reminder_stands_on_today_until_it_is_answered_once(desk, node):
    number = file_one(node).number
    identity = centre_says(
        node, "reminder.sent", "", {"application": number, "text": "请说明为什么还没有补正", "due_day": "2026-11-25"}
    )
    page = desk.text("/console/")
    assert "请说明为什么还没有补正" in page
    assert "请说明为什么还没有补正" in desk.text(f"/console/applications/{number}")
    assert desk.post(f"/console/reminders/{identity}", {"token": token(), "text": "  "}).status_code == 422
    once = token()
    desk.done(f"/console/reminders/{identity}", {"token": once, "text": "群众明天来补"})
    desk.done(f"/console/reminders/{identity}", {"token": once, "text": "群众明天来补"})
    assert desk.post(f"/console/reminders/{identity}", {"token": token(), "text": "再说一次"}).status_code == 409
    assert of_room(node, "reminder.") == ["reminder.answered"]
    assert "请说明为什么还没有补正" not in desk.text("/console/")
    with node.database.read() as tx:
        assert reminders.find(tx, identity).answer == "群众明天来补"
    assert desk.get(f"/console/reminders/{'a' * 32}").status_code == 404


# --- tickets of the room


def test_a_ticket_is_opened_and_closed_with_what_was_done(desk, node):
    desk.get("/console/tickets")
    desk.done("/console/tickets", {"token": token(), "what": "paper", "note": "凭条纸"})
    with node.database.read() as tx:
        opened = room_tickets.opened(tx)[0]
    assert "纸用完了" in desk.text("/console/")
    assert desk.post(f"/console/tickets/{opened.id}/close", {"token": token(), "note": ""}).status_code == 422
    desk.done(f"/console/tickets/{opened.id}/close", {"token": token(), "note": "换了一卷"})
    assert desk.post(f"/console/tickets/{opened.id}/close", {"token": token(), "note": "换了一卷"}).status_code == 409
    assert desk.post("/console/tickets", {"token": token(), "what": "炸了"}).status_code == 400
    assert of_room(node, "ticket.") == ["ticket.opened", "ticket.closed"]
    desk.done("/console/tickets/round", {"token": token(), "fine": list(room_tickets.ROUND[1:]), "note": "触摸屏失灵"})
    assert room_tickets.ROUND[0] in desk.text("/console/tickets")


def test_the_program_opens_a_ticket_for_a_full_disk_once_and_closes_it_itself(node):
    free = [100 << 20]
    keeper = housekeeping.Keeper(node, lambda _: free[0])
    keeper.look()
    keeper.look()
    assert of_room(node, "ticket.") == ["ticket.opened"]
    free[0] = 5 << 30
    keeper.look()
    assert of_room(node, "ticket.") == ["ticket.opened", "ticket.closed"]


def test_the_program_knows_a_power_cut_and_a_clock_that_was_set(node, clock):
    cut = housekeeping.Keeper(node, lambda _: 5 << 30)
    cut.begin()  # and no end
    after = housekeeping.Keeper(node, lambda _: 5 << 30)
    after.begin()
    clock.moment = clock.moment.replace(hour=12)
    after.look()
    after.end()
    with node.database.read() as tx:
        assert sorted(one.what for one in room_tickets.opened(tx)) == ["clock", "power"]
    orderly = housekeeping.Keeper(node, lambda _: 5 << 30)
    orderly.begin()
    orderly.end()
    assert of_room(node, "ticket.") == ["ticket.opened", "ticket.opened"]


def test_a_printer_that_fails_is_told_once(node):
    assert housekeeping.printer_failed(node, "凭条打印机", "缺纸")
    assert not housekeeping.printer_failed(node, "凭条打印机", "缺纸")


# --- the close of the day


def test_a_day_is_closed_only_with_a_reason_for_everything_and_the_next_morning_shows_it(desk, node, clock):
    file_one(node)
    desk.get("/console/day")
    assert desk.post("/console/day", {"token": token()}).status_code == 422
    assert of_room(node, "day.") == []
    once, notes = token(), {"note:unsent": "没有网络，明天上传", "note:arrived:0": "下午办"}
    where = desk.done("/console/day", {"token": once, **notes})
    desk.done("/console/day", {"token": once, **notes})
    assert "没有网络，明天上传" in desk.text(where)
    assert of_room(node, "day.") == ["day.closed"]
    clock.advance(days=1)
    desk.login("wei")
    page = plain(desk.text("/console/"))
    assert "留下 2 件没有办清" in page
    assert "没有网络，明天上传" in page
    assert desk.get("/console/day/2026-11-20").status_code == 404


def test_a_day_with_nothing_left_is_closed_without_a_word(node):
    day_close.close(node, "2026-11-21", [], 0, actor=WEI, token=token())
    assert refused(day_close.close, node, "2026-11-22", [], 0, actor=WEI, token=token()) == "day_ahead"
    assert refused(day_close.close, node, "2026-11-21", [], 3, actor=WEI, token=token()) == "day_note"
    with node.database.read() as tx:
        assert day_close.of_day(tx, "2026-11-21").count == 0


# --- what presses


def test_what_came_in_while_the_room_was_closed_stands_first_until_somebody_did_something(desk, node, clock):
    file_one(node, "李彩霞", lost=True)
    night = file_one(node).number  # a Saturday: the room is closed
    clock.advance(days=2)
    desk.login("wei")
    page = desk.text("/console/")
    assert "闭室期间收到" in page
    assert night in desk.text("/console/arrivals")
    applications.verify_identity(node, night, "officer", actor=WEI)
    assert night not in desk.text("/console/arrivals")


def test_the_index_of_the_clocks_follows_the_law_the_calendar_and_the_heads(node, clock):
    permit = file_permit(node)
    with node.database.read() as tx:
        assert due.counts(tx, clock.now()) == due.Counts(0, 0, 0)
    due.refresh(node)
    seen = []
    for _ in range(12):
        with node.database.read() as tx:
            seen.append(due.counts(tx, clock.now()))
        clock.advance(days=1)
        due.refresh(node)
    states = ["late" if one.late else "today" if one.today else "soon" if one.soon else "ok" for one in seen]
    assert states == ["ok"] * 6 + ["soon"] + ["today"] + ["late"] * 4 or sorted(set(states)) == [
        "late",
        "ok",
        "soon",
        "today",
    ]
    centre_says(node, "application.decided", permit, {"result": "granted"})
    due.refresh(node)
    with node.database.read() as tx:
        assert due.counts(tx, clock.now()) == due.Counts(0, 0, 0)


def file_permit(node) -> str:
    sample = node.newest("daxing-huodong").samples["valid"][0]
    return applications.file(
        node,
        "daxing-huodong",
        sample["answers"],
        token=token(),
        channel="import",
        actor="import",
        on=sample["context"]["filing_day"],
    ).number


def test_a_foreigners_stay_warns_an_hour_before_its_end_and_is_taken_after_it(desk, node, clock):
    sample = json.loads(json.dumps(node.newest("jingwai-zhusu").samples["valid"][0]["answers"]))
    sample["stay"] |= {"day": "2026-11-20", "time": "10:00"}
    filed = applications.file(
        node, "jingwai-zhusu", sample, token=token(), channel="import", actor="import", on="2026-11-21"
    )  # 09:12: 23 hours and 12 minutes after
    assert "24 小时快到" in desk.text("/console/")
    clock.advance(hours=1)
    desk.login("wei")
    page = desk.text("/console/")
    assert "已超过 24 小时，仍应登记" in page
    with node.database.read() as tx:
        assert applications.get(tx, filed.number).state.phase == "received"


def test_an_application_for_an_appointment_fills_the_form_of_the_appointment(desk, node):
    sample = json.loads(json.dumps(node.newest("yuyue-shangmen").samples["valid"][0]["answers"]))
    filed = applications.file(
        node, "yuyue-shangmen", sample, token=token(), channel="import", actor="import", on="2026-11-21"
    )
    assert "按这份申请约时间" in desk.text(f"/console/applications/{filed.number}")
    page = desk.text(f"/console/appointments?from={filed.number}&day=2026-11-26")
    assert 'value="罗建国"' in page
    assert 'value="19900000261"' in page
    other = file_one(node).number
    assert "王秀梅" not in desk.text(f"/console/appointments?from={other}")
    assert desk.get(f"/console/appointments?from={NOBODY}").status_code == 404


NOBODY = "52242500179999999"


def test_a_kill_in_the_middle_of_giving_away_a_slot_gives_none_away(home):
    program = textwrap.dedent(f"""
        import os
        from pathlib import Path
        from edge import appointments, desk_projection
        from edge.node import open_node
        desk_projection.project = lambda tx, event: event.kind == "appointment.made" and os._exit(9)
        node = open_node(Path({str(home)!r}))
        wish = appointments.Wish("home", node.clock.today(), "", "换证", "王秀梅", "", "大坪村三组")
        appointments.make(node, wish, actor="officer:wei", token="token-0001")
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    reopened = open_node(home)
    wish = Wish("home", reopened.clock.today(), "", "换证", "王秀梅", "", "大坪村三组")
    appointments.make(reopened, wish, actor=WEI, token="token-0001")
    assert of_room(reopened, "appointment.") == ["appointment.made"]
    reopened.close()


def test_a_citizen_takes_one_number_however_often_he_touches_in_two_languages(node):
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/queue")
    citizen.post("/kiosk/queue")
    citizen.post("/kiosk/queue")
    assert "A001" in citizen.get("/kiosk/queue")
    with node.database.read() as tx:
        assert queue_tickets.count_waiting(tx) == 1
    assert QUEUE["queue_take"]["en"] == "Take a number"
    assert all(set(words) == {"zh-CN", "en"} for words in QUEUE.values())
