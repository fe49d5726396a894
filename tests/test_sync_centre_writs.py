"""文书: numbered without a gap, with the organ that made them, and proven by their code alone."""

import pytest

from edge import writ_proof
from forms.lifecycle import Item
from sync.centre import cases, desks, log
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number

LI = "centre:li"
ITEM = Item("field", "/applicant/phone", "联系电话", "请补填")


@pytest.fixture
def room(centre):
    made = enrolled(centre)
    for serial in (1, 2, 3):
        made.file_one(serial)
    body = made.batch()
    made.read(receive(centre, made.node, body), body)
    return made


def writs(centre, serial=1):
    return cases.get(centre, number(serial)).state.review.writs


def test_each_notice_has_its_number_and_the_organ_of_who_acts(centre, room):
    with centre.store.write() as tx:
        desks.give(tx, "li", [Duty("decide", area="522425", organ="纳雍县公安局")])
    cases.request_correction(centre, number(1), actor=LI, items=[ITEM])
    cases.accept(centre, number(1), actor=LI)
    cases.refuse(centre, number(2), actor=LI, reason="不属于本机关")
    cases.accept(centre, number(3), actor="centre:wang")
    named = [(one.title, one.number) for one in (*writs(centre), *writs(centre, 2), *writs(centre, 3))]
    assert named == [
        ("补正材料一次性告知书", "纳雍县公安局〔2026〕00001号"),
        ("受理通知书", "纳雍县公安局〔2026〕00002号"),
        ("不予受理决定书", "纳雍县公安局〔2026〕00003号"),
        ("受理通知书", "省公安厅〔2026〕00001号"),
    ]


@pytest.mark.parametrize("result", ["granted", "refused", "returned", "void", "deleted", "transferred", "lapsed"])
def test_every_kind_of_decision_is_proven_by_its_code(centre, room, result):
    cases.decide(centre, number(1), actor=LI, result=result, reason="理由")
    (writ,) = writs(centre)
    proof = writ_proof.read(f" {writ.code.lower()} ")
    keys = [one.sign.public for one in centre.identity.sets()]
    assert proof.is_one_of(keys)
    assert (proof.application, proof.act, proof.day) == (number(1), result.upper(), "2026-11-21")
    with centre.store.read() as tx:
        (event,) = log.walk(tx, NODE, "centre")
    assert proof.digest == writ_proof.digest(number(1), event.kind, event.data)
    assert proof.digest != writ_proof.digest(number(1), event.kind, event.data | {"reason": "别的理由"})


@pytest.mark.parametrize(
    "change",
    [
        lambda code: code.replace("GRANTED", "REFUSED"),
        lambda code: code.replace(number(1), number(2)),
        lambda code: code.replace(".20261121.", ".20261120."),
        lambda code: code[:-1] + ("A" if code[-1] != "A" else "B"),  # the bits at the end that nothing stands in
        lambda code: code[:-9] + ("A" if code[-9] != "A" else "B") + code[-8:],
    ],
)
def test_a_code_that_was_changed_proves_nothing(centre, room, change):
    cases.decide(centre, number(1), actor=LI, result="granted")
    proof = writ_proof.read(change(writs(centre)[0].code))
    assert proof is None or not proof.is_one_of([centre.identity.sign.public])


@pytest.mark.parametrize("text", ["", "YZW1", "YZW1.1.GRANTED", "https://x/s/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "王秀梅"])
def test_what_is_no_code_of_a_writ_is_none(text):
    assert writ_proof.read(text) is None


def test_the_key_of_somebody_else_proves_nothing(centre, room):
    cases.decide(centre, number(1), actor=LI, result="granted")
    assert not writ_proof.read(writs(centre)[0].code).is_signed_by(room.sign.public)
