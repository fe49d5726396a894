"""Answers of a shorter term on every way in and back: desk, phone, sealed inbox, a second laptop."""

import json
import re

import pytest
from conftest import FixedClock
from phone_pages import Phone
from signing import publish_file

from edge import applications, erasing_fields, log, residues, verify
from edge import receipt_proof as proofs
from edge.inbox import merging, sets
from edge.node import open_node
from edge.standin import open_standin
from forms import apart
from forms.kinds_apart import KIND
from forms.lifecycle import Item
from sync.centre import cases, definitions
from sync.centre import erasing_fields as at_centre
from sync.centre import log as centre_log
from sync.centre.review import difference
from tests.service_for_tests import SERVICE, answers
from tests.sync_pair import NODE
from tests.test_edge_restore import new_file, run
from tests.test_sync_centre_erasing import rows_that_say

OLD, NEW, PLACE, DAYS = "19900007731", "19900007742", "/applicant/phone", 30
DAY_MINUTES = 24 * 60
PHONE = Item("field", PLACE, "联系电话", "少了一位")


@pytest.fixture
def timed(node, centre, clock):
    """The room's own service, in a version whose telephone number goes thirty days after the end."""
    said = json.loads(json.dumps(SERVICE)) | {"version": "2026.11.2"}
    said["schema"]["properties"]["applicant"]["properties"]["phone"]["x-retention"] = {"days": DAYS}
    node.clock.advance(seconds=1)
    publish_file(node.settings.home / "services" / "ceshi-dengji.json", said)
    node.refresh()
    definition = node.newest("ceshi-dengji")
    assert apart.terms(definition) == {PLACE: DAYS}
    with centre.store.write() as tx:
        definitions.register(tx, definition, centre.clock.now())
    return definition


@pytest.fixture
def room(timed, node, enrolled, centre, server):
    return node, enrolled, centre, server


def given(phone=OLD):
    found = answers()
    found["applicant"]["phone"] = phone
    return found


def file(node, token="token-2001", phone=OLD):
    return applications.file(node, "ceshi-dengji", given(phone), token=token, channel="kiosk", actor="kiosk").number


def bodies(node, side="node"):
    with node.database.read() as tx:
        return [event.data for event in log.all_of(tx, side) if event.kind == KIND]


def phone_of(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number).state.answers["applicant"].get("phone", "")


def legible(node, *marks):
    pages = list(residues.pages_of(node.database.path, node.database.key))
    return sum(page.count(mark.encode()) for page in pages for mark in marks)


def test_a_correction_at_the_desk_is_compared_with_what_it_replaces_and_both_go(timed, node, enrolled, centre, clock):
    number = file(node)
    assert enrolled.drain().went_well
    cases.request_correction(centre, number, actor="centre:li", items=[PHONE], due_day="2026-12-04")
    assert enrolled.drain().went_well
    applications.answer_correction(node, number, given(NEW), actor="officer:wei")
    assert enrolled.drain().went_well
    assert phone_of(node, number) == NEW
    case = cases.get(centre, number)
    found = difference.of(centre, case, {})
    assert [(one.path, one.before, one.after) for one in found.changes] == [(PLACE, OLD, NEW)]
    cases.decide(centre, number, actor="centre:li", result="granted")
    clock.advance(minutes=(DAYS + 1) * DAY_MINUTES)
    assert enrolled.drain().went_well
    assert legible(node, OLD, NEW) > 0
    assert erasing_fields.erase(node, [number]).fields == 2
    assert legible(node, OLD, NEW) == 0
    assert at_centre.daily(centre).fields == 2
    assert rows_that_say(centre, OLD, NEW) == set()


def test_what_a_citizen_types_at_the_province_stands_apart_in_the_centres_log_and_goes_from_both(
    timed, node, enrolled, centre, clock
):
    made = applications.file(node, "ceshi-dengji", given(), token="token-2002", channel="import", actor="import")
    number = made.number
    assert enrolled.drain().went_well
    cases.request_correction(centre, number, actor="centre:li", items=[PHONE], due_day="2026-12-04")
    text = proofs.of_room(made.token, number, "2026-11-21T09:12:03+08:00", node.identity.suite, node.identity.sign)
    phone = Phone(centre, text)
    phone.prove(given()["applicant"]["idNumber"][-4:])
    phone.get("/supply")
    request = re.search(r'name="request" value="([0-9a-f]{32})"', phone.html)[1]
    phone.post("/supply", do="value", ref=PLACE, request=request, value=NEW)
    phone.get("/supply")
    phone.post("/supply", do="send", request=request)
    with centre.store.read() as tx:
        told = [event.data for event in centre_log.walk(tx, NODE, "centre") if event.kind == KIND]
    assert [one["values"] for one in told] == [{PLACE: NEW}]
    assert enrolled.drain().went_well
    assert phone_of(node, number) == NEW
    cases.decide(centre, number, actor="centre:li", result="granted")
    clock.advance(minutes=(DAYS + 1) * DAY_MINUTES)
    for _ in range(2):
        assert enrolled.drain().went_well
    assert erasing_fields.erase(node, [number]).fields == 2
    assert legible(node, OLD, NEW) == 0
    assert verify.verify(node.database).whole
    assert at_centre.daily(centre).fields == 2
    assert rows_that_say(centre, OLD, NEW) == set()


def test_a_sealed_inbox_brings_it_apart_too(timed, node, clock):
    sets.keep_locked(node)
    kept = sets.read(sets.path_of(node.settings.home))
    locked = open_standin(node.settings.home, kept, sets.folder_of(node.settings.home), clock)
    try:
        number = file(locked, "token-2003")
    finally:
        locked.close()
    clock.advance(hours=1)
    done = merging.merge(node, sets.folder_of(node.settings.home))
    assert (done.numbers, done.aside) == ([number], [])
    assert phone_of(node, number) == OLD
    assert [one["values"] for one in bodies(node)] == [{PLACE: OLD}]


@pytest.mark.parametrize("first", ["centre", "room"])
def test_a_replacement_laptop_gets_nothing_back_that_has_gone(room, clock, tmp_path, capsys, first):
    node, enrolled, centre, server = room
    number = file(node)
    assert enrolled.drain().went_well
    cases.decide(centre, number, actor="centre:li", result="granted")
    clock.advance(minutes=(DAYS + 1) * DAY_MINUTES)
    assert enrolled.drain().went_well
    gone = at_centre.daily(centre).fields if first == "centre" else erasing_fields.erase(node, [number]).fields
    assert gone == 1
    assert enrolled.drain().went_well
    path = new_file(centre, server, tmp_path)
    code, _ = run(capsys, "restore", "--from-centre", "--enrolment", path, "--home", tmp_path / "new")
    assert code == 0
    again = open_node(tmp_path / "new", FixedClock(clock.now()))
    try:
        again.clock.set_centre_time(clock.now())
        if first == "room":  # the centre looks once a day: until then it gives its copy, which goes in the first round
            assert erasing_fields.erase(again, erasing_fields.due(again)).fields == 1
        assert erasing_fields.due(again) == []
        assert legible(again, OLD) == 0
        assert verify.verify(again.database).whole, verify.verify(again.database).faults
        with again.database.read() as tx:
            found = applications.get(tx, number)
        assert apart.shown(found.state)["applicant"]["phone"] == apart.GONE
    finally:
        again.close()
