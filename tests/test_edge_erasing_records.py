"""What names a person and no application goes when its own term is over, at both ends, and both chains stand."""

import json
from dataclasses import replace

import pytest

from edge import (
    appointments,
    erasing_records,
    housekeeping,
    log,
    missing_people,
    needs,
    projections,
    room_tickets,
    verify,
)
from edge.appointments import Wish
from edge.node import open_node
from forms import events, room_terms
from forms.events import Head
from forms.kinds_safety import RECORDS_EXPIRED, RECORDS_PURGED
from forms.schedule import Slot
from sync import quarantine
from sync.centre import erasing_records as at_centre
from sync.centre import log as centre_log
from sync.centre import room_desk, tables, verification
from sync.centre.receiver import receive
from tests.centre_room import enrolled as enrolled_by_hand
from tests.programs import ask
from tests.test_edge_erasing_fields import legible
from tests.test_edge_restore import new_file
from tests.test_sync_centre_erasing import rows_that_say

NODE = "5224250017"
NEED = {"kind": "other", "village": "", "what": "修路", "how": "console"}
DAY_MINUTES = 24 * 60
NAMES = ("毕星橘", "岑远桥", "荀望川", "晏秋塘")
PHONE, ADDRESS = "13900007766", "大坪村三组竹林后第二家"
BY = {"actor": "officer:wei"}


def appoint(node, name, day="2026-11-24", **more):
    wish = Wish(how="home", day=day, start="", what="补领身份证", name=name, phone=PHONE, address=ADDRESS, **more)
    appointments.make(node, wish, token=f"token-appointment-{day}", **BY)


@pytest.fixture
def told(node, enrolled, centre):
    """One record of each kind at both ends, an appointment of the centre's too."""
    appoint(node, NAMES[0])
    room_desk.appoint(
        centre, NODE, slot_of(node, centre, enrolled), name=NAMES[0], what="居住登记", actor="centre:chen"
    )
    needs.record(node, "other", f"{NAMES[1]}家门口的路灯坏了", how="visit", who=NAMES[1], token="token-need-0001", **BY)
    with node.database.read() as tx:
        one = needs.opened(tx)[0].id
    needs.answer(node, one, "done", f"已经给{NAMES[1]}修好了", token="token-need-0002", **BY)
    said = {
        "text": f"{NAMES[2]}，七十岁",
        "place": "村口老槐树下的小卖部",
        "seen": "2026-11-20",
        "phone": PHONE,
        "until": "2026-11-30",
    }
    missing_people.announce(node, said, token="token-missing-001", **BY)
    room_tickets.make_round(node, [], note=f"{NAMES[3]}在门口摔了一跤", token="token-round-0001", **BY)
    for _ in range(2):
        assert enrolled.drain().went_well
    return node


def slot_of(node, centre, enrolled):
    appointments.announce(node)
    assert enrolled.drain().went_well
    with centre.store.read() as tx:
        book = room_desk.book(tx, NODE)
    return next(slot for day in ("2026-11-23", "2026-11-24", "2026-11-25") for slot in book.schedule.slots(day))


def later(clock, enrolled, days):
    clock.advance(minutes=days * DAY_MINUTES)
    assert enrolled.drain().went_well


def everything(node):
    return [legible(node, mark) for mark in (*NAMES, ADDRESS, PHONE)]


def head_of(node):
    with node.database.read() as tx:
        return log.head(tx)


def test_each_goes_after_its_own_term_and_nothing_is_left_in_six_encodings(told, clock, enrolled):
    with told.database.read() as tx:
        before = {side: [event.digest for event in log.chain_of(tx, side)] for side in ("node", "centre")}
    assert all(everything(told))  # the control: before, the same look finds each
    assert erasing_records.due(told) == []
    later(clock, enrolled, 41)  # thirty days after the last day of the notice
    assert erasing_records.due(told) == ["missing"]
    done = erasing_records.erase(told)
    assert (done.records, done.events, done.residues) == (1, 1, 0)
    assert [bool(one) for one in everything(told)] == [True, True, False, True, True, True]
    later(clock, enrolled, 90)
    assert sorted(erasing_records.due(told)) == ["appointments", "appointments"]
    assert erasing_records.erase(told).residues == 0
    assert [bool(one) for one in everything(told)] == [False, True, False, True, False, False]
    later(clock, enrolled, 240)
    assert erasing_records.erase(told).residues == 0
    assert everything(told) == [0] * 6
    report = verify.verify(told.database)
    assert report.whole, report.faults
    with told.database.read() as tx:
        for side, digests in before.items():
            assert [event.digest for event in log.chain_of(tx, side)][: len(digests)] == digests
        said = [event.data["terms"] for event in log.of_room(tx, "node", f'["{RECORDS_EXPIRED}"]')]
        whose = [event.actor for event in log.chain_of(tx, "node") if event.kind == "need.recorded"]
    assert [[one["what"] for one in terms] for terms in said] == [["missing"], ["appointments"], ["needs", "notes"]]
    assert whose == ["officer:wei"]  # who wrote it, and when, is still said
    head = head_of(told)
    assert erasing_records.erase(told) == erasing_records.Gone()
    assert head_of(told) == head


def test_the_tables_are_what_the_log_says_without_them(told, clock, enrolled):
    later(clock, enrolled, 150)
    erasing_records.erase(told)
    with told.database.write() as tx:
        shown = projections.dump(tx)
        assert (len(shown["appointment"]), len(shown["missing_notice"]), len(shown["need"])) == (0, 0, 1)
        projections.rebuild(tx, told.settings)
        assert projections.dump(tx) == shown


def test_a_number_of_an_appointment_is_never_given_twice(told, centre, clock, enrolled):
    later(clock, enrolled, 150)
    erasing_records.erase(told)
    at_centre.daily(centre)
    today = clock.today()
    appoint(told, "后来的人", day=today)
    with told.database.read() as tx:
        assert [one.number for one in appointments.of_day(tx, today)] == ["Y1-0002"]
    assert enrolled.drain().went_well
    with centre.store.read() as tx:
        book = room_desk.book(tx, NODE)
        slot = next(slot for ahead in range(8) for slot in book.schedule.slots(after(today, ahead)))
    assert room_desk.appoint(centre, NODE, slot, name="又一个", what="办证", actor="centre:chen").number == "W1-0002"


def after(day, days):
    return room_terms._days_before(day, -days)


def test_what_the_centre_does_not_have_yet_and_what_it_told_no_time_for_stays(node, clock, enrolled):
    appoint(node, NAMES[0])
    clock.advance(minutes=400 * DAY_MINUTES)  # the room's clock alone says so
    assert erasing_records.erase(node) == erasing_records.Gone()
    node.clock.set_centre_time(clock.now())
    assert erasing_records.erase(node) == erasing_records.Gone()
    assert enrolled.drain().went_well
    assert erasing_records.erase(node).records == 1


def test_an_appointment_that_was_moved_goes_whole_and_not_before_its_new_day(node, clock, enrolled):
    appoint(node, NAMES[0])
    with node.database.read() as tx:
        one = appointments.of_day(tx, "2026-11-24")[0]
    appointments.move(node, one.id, Slot("2026-12-10", ""), f"{NAMES[0]}说那天赶集", token="token-move-0001", **BY)
    later(clock, enrolled, 93)  # of the first day
    assert erasing_records.due(node) == []
    later(clock, enrolled, 17)
    assert erasing_records.erase(node).events == 2
    assert legible(node, NAMES[0]) == 0


def test_the_room_does_it_by_itself_once_a_day_and_makes_its_backup_anew(told, clock, enrolled):
    later(clock, enrolled, 150)
    housekeeping.Keeper(told, lambda _: 1 << 40).look()
    assert [bool(one) for one in everything(told)] == [False, True, False, True, False, False]
    assert verify.verify(told.database).whole


def test_a_stop_in_the_midst_leaves_all_or_nothing(told, clock, enrolled, monkeypatch):
    later(clock, enrolled, 400)
    before, head = everything(told), head_of(told)
    with monkeypatch.context() as patched:
        patched.setattr(erasing_records, "_fill_anew", lambda _: (_ for _ in ()).throw(OSError(5, "killed here")))
        with pytest.raises(OSError, match="killed here"):
            erasing_records.erase(told)
    assert (head_of(told), [bool(one) for one in everything(told)]) == (head, [bool(one) for one in before])
    assert verify.verify(told.database).whole
    assert erasing_records.erase(told).residues == 0
    assert everything(told) == [0] * 6


def test_more_than_one_look_takes_the_rest_another_time(told, clock, enrolled, monkeypatch):
    monkeypatch.setattr(erasing_records, "AT_ONCE_MAX", 1)
    later(clock, enrolled, 400)
    looks = [erasing_records.erase(told).events for _ in range(6)]
    assert looks == [1, 2, 1, 1, 1, 0]


def test_the_centre_erases_the_same_by_its_own_term_and_both_chains_stand(told, centre, clock):
    marks = (*NAMES, ADDRESS, PHONE)
    assert all(rows_that_say(centre, mark) == {("event", "body")} for mark in marks)
    assert at_centre.due(centre) == []
    clock.advance(minutes=400 * DAY_MINUTES)
    assert at_centre.due(centre) == [NODE]
    done = at_centre.daily(centre)
    assert (done.rooms, done.events, done.log_emptied) == ((NODE,), 6, True)
    assert rows_that_say(centre, *marks) == set()
    assert verification.verify(centre)["whole"]
    with centre.store.read() as tx:
        for side in ("node", "centre"):
            events.verify_chain(centre_log.walk(tx, NODE, side), Head.start(side, NODE))
        said = [event for _, event in centre_log.of_room(tx, NODE, [RECORDS_PURGED])]
        head = centre_log.head(tx, NODE, "centre")
    assert [len(event.data["told"]) for event in said] == [6]
    assert at_centre.daily(centre) == at_centre.Gone()
    with centre.store.read() as tx:
        assert centre_log.head(tx, NODE, "centre") == head


def test_the_centre_keeps_for_as_long_as_its_setting_says(told, centre, clock):
    object.__setattr__(centre.settings, "appointments_keep_days", 3650)
    clock.advance(minutes=400 * DAY_MINUTES)
    at_centre.daily(centre)
    assert rows_that_say(centre, NAMES[0]) == {("event", "body")}
    assert rows_that_say(centre, *NAMES[1:]) == set()


def test_a_line_that_was_put_aside_goes_too_and_another_kind_stays(told, centre, clock):
    row = {"node_id": NODE, "epoch": 1, "digest": "ab" * 32, "code": "fork", "reason": "", "at": centre.clock.now()}
    with centre.store.write() as tx:
        for seq, kind in ((900, "need.recorded"), (901, "application.filed")):
            line = json.dumps({"kind": kind, "body": {"who": "另一个分支"}}, ensure_ascii=False).encode()
            tx.execute(tables.quarantine.insert().values(**row, seq=seq, line=line))
        tx.execute(tables.quarantine.insert().values(**row, seq=902, line=b"[]"))
    clock.advance(minutes=400 * DAY_MINUTES)
    at_centre.daily(centre)
    with centre.store.read() as tx:
        lines = {one.seq: bool(one.line) for one in tx.execute(tables.quarantine.select())}
    assert lines == {900: False, 901: True, 902: True}


def test_a_stop_at_the_centre_leaves_all_or_nothing(told, centre, clock, monkeypatch):
    clock.advance(minutes=400 * DAY_MINUTES)
    with monkeypatch.context() as patched:
        patched.setattr(at_centre, "_record", lambda *_: (_ for _ in ()).throw(OSError(5, "killed here")))
        with pytest.raises(OSError, match="killed here"):
            at_centre.daily(centre)
    assert rows_that_say(centre, NAMES[1]) == {("event", "body")}
    assert at_centre.daily(centre).events == 6


def test_what_the_centre_erased_before_it_came_down_is_no_fault_of_anything(node, enrolled, centre, clock):
    room_desk.appoint(
        centre, NODE, slot_of(node, centre, enrolled), name=NAMES[0], what="居住登记", actor="centre:chen"
    )
    clock.advance(minutes=400 * DAY_MINUTES)
    assert at_centre.daily(centre).events == 1
    for _ in range(2):
        assert enrolled.drain().went_well
    assert [one.reason for one in quarantine.items(node)] == []
    report = verify.verify(node.database)
    assert report.whole, report.faults


def test_a_replaced_laptop_takes_over_what_the_centre_erased_and_stands(told, centre, server, tmp_path, clock):
    clock.advance(minutes=400 * DAY_MINUTES)
    at_centre.daily(centre)
    path = new_file(centre, server, tmp_path)
    assert ask("restore", "restore", "--from-centre", "--enrolment", path, "--home", tmp_path / "new")["problem"] == ""
    again = open_node(tmp_path / "new", told.clock)
    try:
        report = verify.verify(again.database)
        assert report.whole, report.faults
        assert everything(again) == [0] * 6
    finally:
        again.close()


def test_what_somebody_blanks_by_himself_is_found(told):
    with told.database.write() as tx:
        one = log.of_room(tx, "node", '["need.recorded"]')[0]
        left = events.erased(one.salt, one.body)
        place = (left, one.epoch, one.seq)
        tx.execute(
            "UPDATE event SET body = ?, salt = zeroblob(16) WHERE side = 'node' AND epoch = ? AND seq = ?", place
        )
    faults = verify.verify(told.database).faults
    assert any(f"node:1:{one.seq}" in fault and "没有清除记录" in fault for fault in faults)


def test_a_centre_that_lost_it_takes_it_without_its_body_and_another_kind_not_so(centre):
    room = enrolled_by_hand(centre)
    for kind, body in (("need.recorded", NEED), ("pad.printed", {"first": "Z-000001", "last": "Z-000009"})):
        room.write(kind, body, application="")
    room.log = [replace(one, body=events.erased(one.salt, one.body), salt=bytes(16)) for one in room.log]
    sent = room.batch()
    ack = room.read(receive(centre, NODE, sent), sent).ack
    assert [(one.seq, one.code) for one in ack.refused] == [(2, "bad_body")]
    assert verification.verify(centre)["whole"]


def test_the_commands_say_what_would_go_and_what_went(told, centre, clock, enrolled):
    later(clock, enrolled, 400)
    home = told.settings.home
    told.close()
    assert ask("purge", "purge", "--dry-run", "--home", home)["records"] == 0
    done = ask("purge", "purge", "--home", home)
    assert (done["records"], done["residues"], done["erased"]) == (5, 0, True)
    assert ask("purge", "purge", "--home", home)["records"] == 0
    assert ask("centre_purge", "centre", "purge", "--home", centre.settings.home)["records"] == 0
