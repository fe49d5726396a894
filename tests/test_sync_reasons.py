"""What people come for and why they come again: counted from the logs, without anybody in it."""

import json
from datetime import date

import pytest
from programs import holds

from edge import cli
from forms.state import Item
from sync.centre import cases, reasons
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number

CHEN = "centre:chen"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
PROOF = Item("material", "residence_proof", "住所证明", "看不清，王秀梅")
PHONE = Item("field", "/phone", "联系电话", "少一位")


@pytest.fixture
def room(centre):
    """Seven closed: all with a correction of the proof, one of them twice, four with one of the telephone; two refused."""
    made = enrolled(centre)
    for serial in range(1, 9):
        made.file_one(serial)
    body = made.batch()
    made.read(receive(centre, NODE, body), body)
    for serial in range(1, 8):
        items = [PROOF, PHONE] if serial < 5 else [PROOF]
        cases.request_correction(centre, number(serial), items=items, actor=CHEN)
    cases.request_correction(centre, number(1), items=[PROOF], actor=CHEN, reason="仍看不清")
    for serial in range(1, 8):
        cases.decide(centre, number(serial), actor=CHEN, result="refused" if serial < 3 else "granted", reason="理由")
    return made


def test_of_what_was_closed_each_place_that_was_told_counts_once_for_an_application(centre, room):
    found = reasons.look(centre, FIRST, LAST)
    assert found.closed == 7
    assert [(one.title, one.closed, one.corrected, one.sent_back) for one in found.services] == [("居住登记", 7, 7, 2)]
    assert [(one.target, one.label, one.count) for one in found.reasons] == [("material", "住所证明", 7)]
    assert found.hidden == 1  # four are too few: one could tell who it was
    assert "王秀梅" not in str(found)


def test_another_span_and_another_place_hold_nothing(centre, room):
    nothing = reasons.Reasons(0, (), (), 0)
    assert reasons.look(centre, date(2026, 10, 1), date(2026, 10, 31)) == nothing
    assert reasons.look(centre, FIRST, LAST, "5227") == nothing
    assert reasons.look(centre, FIRST, LAST, NODE).closed == 7


def test_the_command_answers_as_its_schema_says(centre, room, capsys):
    span = ["--last", "2026-11-30", "--home", str(centre.settings.home), "--json"]
    assert cli.main(["centre", "reasons", "--first", "2026-11-01", *span]) == 0
    said = holds("centre_reasons", json.loads(capsys.readouterr().out))
    assert (said["closed"], said["least"], said["reasons"][0]["count"]) == (7, 5, 7)
    assert cli.main(["centre", "reasons", "--first", "November", *span]) == 1
