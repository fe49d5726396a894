"""What a room has written of an application elsewhere than in it: it goes with it, and both chains stand."""

import json

import pytest

from edge import erasing, erasing_told, heads, housekeeping, log, looks, ratings, verify
from edge.errors import YizhanError
from edge.node import open_node
from forms import events, telling
from forms.kinds import ROOM_KINDS
from sync.centre import cases, room_desk
from sync.centre import erasing as at_centre
from tests.programs import ask
from tests.test_edge_erasing import code_of
from tests.test_edge_erasing_fields import file as file_whole
from tests.test_edge_erasing_fields import here, legible
from tests.test_edge_restore import file, new_file
from tests.test_sync_centre_erasing import rows_that_say

PERSON, OTHER, DAY_MINUTES = "毕星橘", "岑远桥", 24 * 60
CHEN = "centre:chen"


def append(node, kind, body):
    with node.database.write() as tx:
        return log.append(tx, kind, "", body, "officer:wei")


def told_of(node, centre, number, name):
    """Everything that a room and its centre may say of one application in events of the room as a whole."""
    append(node, "rating.given", {"application": number, "grade": 2, "how": "kiosk", "words": f"{name}等太久了"})
    expiring = {"what": "id_card", "until": "2027-01-01", "how": "visit", "result": "told"}
    append(node, "expiry.called", {"application": number, **expiring, "note": f"跟{name}的儿子说了"})
    said = {"template": "expiring", "about": "id_card:2027-01-01", "parameters": {"what": name}}
    append(node, "sms.queued", {"application": number, **said})
    left = [{"what": "待补正", "ref": number, "note": f"{name}说明天来"}]
    append(node, "day.closed", {"day": "2026-11-20", "left": left, "count": 1})
    reminder = room_desk.remind(centre, number, f"请说明{name}的件为什么还没有补正", actor=CHEN)
    return reminder.id


def answered(node, reminder, name):
    append(node, "reminder.answered", {"reminder": reminder, "text": f"已经上门找过{name}"})


@pytest.fixture
def closed(node, enrolled, centre):
    """Two closed applications of which much was said, both logs at both ends."""
    numbers = [file(node, "token-0007", PERSON), file(node, "token-0008", OTHER)]
    assert enrolled.drain().went_well
    for number, name in zip(numbers, (PERSON, OTHER), strict=True):
        cases.accept(centre, number, actor=CHEN)
        cases.decide(centre, number, actor=CHEN, result="granted")
        reminder = told_of(node, centre, number, name)
        assert enrolled.drain().went_well
        answered(node, reminder, name)
    for _ in range(3):
        assert enrolled.drain().went_well
    return numbers


def erase(node, *numbers):
    return erasing.erase(node, numbers, why="request", note="本人书面要求", actor="officer:wei")


def test_every_kind_of_event_of_a_room_says_what_becomes_of_it_when_an_application_is_erased():
    assert telling.SPOKEN | telling.LOOKS | telling.KEPT.keys() == set(ROOM_KINDS)
    assert not telling.SPOKEN & telling.LOOKS
    assert not (telling.SPOKEN | telling.LOOKS) & telling.KEPT.keys()


def test_nothing_that_the_room_said_of_somebody_elsewhere_is_left_in_six_encodings(node, closed):
    number, other = closed
    told = ("rating.given", "expiry.called", "sms.queued", "day.closed", "reminder.sent", "reminder.answered")
    assert legible(node, PERSON) >= len(told) + 1  # the control: before, the same look finds each
    with node.database.read() as tx:
        before = {side: [event.digest for event in log.chain_of(tx, side)] for side in ("node", "centre")}
    done = erase(node, number)
    assert (done.numbers, done.residues) == ((number,), 0)
    assert legible(node, PERSON) == 0
    assert legible(node, OTHER) >= len(told) + 1
    report = verify.verify(node.database)
    assert report.whole, report.faults
    with node.database.read() as tx:
        for side, digests in before.items():
            assert [event.digest for event in log.chain_of(tx, side)][: len(digests)] == digests
        gone = [
            event.kind
            for side in before
            for event in log.chain_of(tx, side)
            if events.is_erased(event.body) and not event.application
        ]
        record = json.loads(list(log.all_of(tx, "node"))[-1].body)
    assert sorted(gone) == sorted(told)
    assert len(record["told"]) == len(told)
    assert not {other} & set(record["applications"])


def test_the_centre_erases_the_answer_to_its_reminder_and_the_notes_of_a_day_too(node, closed, centre):
    number = closed[0]
    done = at_centre.erase(centre, [number], why="request", note="", actor=CHEN)
    assert done.applications == (number,)
    assert rows_that_say(centre, PERSON) == set()
    assert ("event", "body") in rows_that_say(centre, OTHER)


def test_a_replaced_laptop_takes_over_what_the_centre_erased_and_stands(node, closed, centre, server, tmp_path):
    at_centre.erase(centre, [closed[0]], why="request", note="", actor=CHEN)
    path = new_file(centre, server, tmp_path)
    done = ask("restore", "restore", "--from-centre", "--enrolment", path, "--home", tmp_path / "new")
    assert done["problem"] == ""
    again = open_node(tmp_path / "new", node.clock)
    try:
        report = verify.verify(again.database)
        assert report.whole, report.faults
        assert legible(again, PERSON) == 0
        assert legible(again, OTHER) > 0
        with again.database.read() as tx:
            assert [row[0] for row in tx.execute("SELECT application FROM rating")] == [closed[1]]
    finally:
        again.close()


def test_what_was_said_and_not_sent_keeps_an_application_from_being_erased(node, closed, enrolled):
    number = closed[0]
    append(node, "need.recorded", {"kind": "other", "village": "", "what": f"{number} 那一家要修路", "how": "console"})
    assert code_of(erase, node, number) == "erase_unsent"
    assert legible(node, PERSON) > 0
    assert enrolled.drain().went_well
    assert erase(node, number).residues == 0


def test_a_look_stays_its_half_year_and_its_reasons_go_after_it(node, closed, clock, enrolled):
    number = closed[0]
    looks.look(
        node, number, present=False, reason=f"{PERSON}的家属来问进度", actor="officer:wei", token="look-token-0001"
    )
    assert enrolled.drain().went_well
    assert erase(node, number).residues == 0
    assert legible(node, PERSON) > 0
    keeper = housekeeping.Keeper(node, lambda _: 1 << 40)
    clock.advance(minutes=180 * DAY_MINUTES)
    assert enrolled.drain().went_well
    keeper.look()
    assert legible(node, PERSON) > 0
    clock.advance(minutes=DAY_MINUTES)
    assert enrolled.drain().went_well
    housekeeping.Keeper(node, lambda _: 1 << 40).look()
    assert legible(node, PERSON) == 0
    report = verify.verify(node.database)
    assert report.whole, report.faults
    with node.database.read() as tx:
        looked = [event for event in log.chain_of(tx, "node") if event.kind == looks.LOOKED_UP]
        assert [event.actor for event in looked] == ["officer:wei"]  # who it was, and when, is still said
        head = log.head(tx)
    assert erasing_told.late(node) == 0
    with node.database.read() as tx:
        assert log.head(tx) == head


def test_a_look_at_somebody_who_is_still_here_never_goes(node, closed, clock, enrolled):
    looks.look(node, closed[1], present=False, reason="家属来问进度", actor="officer:wei", token="look-token-0002")
    clock.advance(minutes=900 * DAY_MINUTES)
    assert enrolled.drain().went_well
    assert erasing_told.late(node) == 0


def test_an_event_of_the_room_that_somebody_blanks_by_himself_is_found(node, closed):
    with node.database.write() as tx:
        told = erasing_told.of(tx, closed[:1], "")
        side, event = told[0]
        erasing_told.blank(
            tx, {"side": side, **{name: getattr(event, name) for name in ("epoch", "seq", "salt", "body")}}
        )
    faults = verify.verify(node.database).faults
    assert any(f"{side}:{event.epoch}:{event.seq}" in one and "没有清除记录" in one for one in faults)


def test_a_stop_in_the_midst_leaves_all_or_nothing_and_a_repeat_finds_nothing(node, closed, monkeypatch):
    number = closed[0]
    before = legible(node, PERSON)
    with monkeypatch.context() as patched:
        patched.setattr(telling, "records", lambda *_: (_ for _ in ()).throw(OSError(5, "killed here")))
        with pytest.raises(OSError, match="killed here"):
            erase(node, number)
    assert legible(node, PERSON) >= before
    assert verify.verify(node.database).whole
    with node.database.read() as tx:
        assert heads.find(tx, number) is not None
    assert erase(node, number).residues == 0
    with node.database.read() as tx:
        head = log.head(tx)
    assert code_of(erase, node, number) == "not_found"
    with node.database.read() as tx:
        assert log.head(tx) == head


def test_a_part_goes_with_its_whole_and_never_while_another_part_is_open(node, enrolled, centre):
    number = file_whole(node)
    assert enrolled.drain().went_well
    parts = dict(here(node, number).state.parts)
    first, *others = parts.values()
    cases.decide(centre, first, actor=CHEN, result="granted")
    for _ in range(3):
        assert enrolled.drain().went_well
    assert code_of(erase, node, first) == "erase_open"
    object.__setattr__(centre.settings, "erase_after_days", 400)
    centre.clock.advance(minutes=500 * DAY_MINUTES)
    assert at_centre.due(centre) == []
    for part in others:
        cases.decide(centre, part, actor=CHEN, result="granted")
    for _ in range(3):
        assert enrolled.drain().went_well
    assert set(erase(node, first).numbers) == {number, *parts.values()}


@pytest.mark.parametrize(("applications", "told", "records"), [(1, 0, 1), (100, 3, 1), (101, 0, 2), (3, 201, 3)])
def test_many_at_once_are_written_down_in_as_many_records_as_they_need(applications, told, records):
    numbers = [f"{one:017}" for one in range(applications)]
    event = events.Event(1, 1, "", "", "", "", "", 0, "", "", b"", b"", b"", b"")
    made = telling.records(numbers, [("node", event)] * told, {"why": "term", "note": "", "files": 7})
    assert len(made) == records
    assert [one["files"] for one in made] == [*[0] * (records - 1), 7]
    assert {number for one in made for number in one["applications"]} == set(numbers)
    assert sum(len(one.get("told", ())) for one in made) == told
    for one in made:
        ROOM_KINDS["record.erased"].fields["applications"].check(one["applications"], "applications")


def test_what_tells_of_one_application_is_not_taken_for_another(node, closed):
    with node.database.read() as tx:
        told = erasing_told.of(tx, closed, "")
    assert len(told) == 12
    assert [len(telling.of(told, [number])) for number in (*closed, "9" * 17)] == [6, 6, 0]


def test_ratings_are_filled_anew_without_those_that_went(node, closed):
    erase(node, closed[0])
    with node.database.write() as tx:
        tx.execute("DELETE FROM rating")
        ratings.refill(tx)
        assert [row[0] for row in tx.execute("SELECT application FROM rating")] == [closed[1]]
        with pytest.raises(YizhanError):
            ratings.of_code(tx, "000000000000")
