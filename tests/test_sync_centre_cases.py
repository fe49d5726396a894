import pytest

from edge.errors import YizhanError
from forms.kinds import DECISIONS
from forms.lifecycle import Item
from sync.centre import cases, log, outside
from sync.centre.receiver import receive
from tests.centre_room import MATERIAL, NODE, enrolled, number, pieces

CHEN = "centre:chen"
ITEM = Item("material", "lease", "租赁合同", "照片不清楚，请重新拍照。")
NUMBER = number(1)


@pytest.fixture
def room(centre):
    """A room that has filed one application."""
    made = enrolled(centre)
    made.file_one(materials=[MATERIAL])
    exchange(centre, made)
    return made


def exchange(centre, room, **which):
    body = room.batch(**which)
    return room.read(receive(centre, room.node, body), body)


def refused_with(code, do, *args, **more):
    with pytest.raises(YizhanError) as caught:
        do(*args, **more)
    assert caught.value.code == code
    return caught.value


def own_events(centre):
    with centre.store.read() as tx:
        return [event.kind for event in log.walk(tx, NODE, "centre")]


def correct(centre, **more):
    return cases.request_correction(centre, NUMBER, actor=CHEN, items=[ITEM], **more)


def answer(centre, room):
    request = cases.get(centre, NUMBER).state.correction.request
    body = {
        "request": request,
        "answers": {},
        "materials": [],
        "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": ""},
    }
    room.write("correction.answered", body)
    exchange(centre, room)


def test_the_whole_way_to_a_granted_decision(centre, room):
    assert cases.get(centre, NUMBER).state.phase == "received"
    assert correct(centre, due_day="2026-12-04").state.phase == "correction"
    exchange(centre, room)
    answer(centre, room)
    assert cases.get(centre, NUMBER).state.phase == "received"
    assert cases.accept(centre, NUMBER, actor=CHEN).state.phase == "accepted"
    done = cases.decide(centre, NUMBER, actor=CHEN, result="granted")
    assert (done.state.phase, done.state.result) == ("closed", "granted")
    exchange(centre, room)
    assert [event.kind for event in room.down] == own_events(centre)


def test_every_act_that_is_offered_takes_effect_and_no_other(centre, room):
    acts = {
        "accept": lambda: cases.accept(centre, NUMBER, actor=CHEN),
        "refuse": lambda: cases.refuse(centre, NUMBER, actor=CHEN, reason="不属于本机关"),
        "correct": lambda: correct(centre, reason="又发现一处"),
        "decide": lambda: cases.decide(centre, NUMBER, actor=CHEN, result="granted"),
    }

    for step in ("correct", "accept", "decide"):
        offered = cases.possible_acts(cases.get(centre, NUMBER), CHEN)
        assert step in offered
        for act in set(acts) - offered:
            refused_with("not_allowed_now", acts[act])
        acts[step]()
    assert cases.possible_acts(cases.get(centre, NUMBER), CHEN) == set()
    for act in acts.values():
        refused_with("not_allowed_now", act)


def test_an_act_that_is_not_allowed_leaves_no_event(centre, room):
    cases.refuse(centre, NUMBER, actor=CHEN, reason="不属于本机关")
    before = own_events(centre)
    error = refused_with("not_allowed_now", cases.accept, centre, NUMBER, actor=CHEN)
    assert "不予受理" in error.sentence
    assert own_events(centre) == before


def test_a_withdrawn_application_cannot_be_decided(centre, room):
    room.write("application.withdrawn", {})
    exchange(centre, room)
    refused_with("not_allowed_now", cases.decide, centre, NUMBER, actor=CHEN, result="granted")


def test_nobody_decides_what_he_received(centre, room):
    room.write("application.filed", room.log[0].data, 2, actor="officer:chen")
    room.write("identity.verified", {"method": "officer"}, 1, actor="officer:chen")
    exchange(centre, room)
    for one in (1, 2):
        refused_with("own_application", cases.accept, centre, number(one), actor=CHEN)
        assert cases.possible_acts(cases.get(centre, number(one)), CHEN) == set()
        assert cases.accept(centre, number(one), actor="centre:li").state.phase == "accepted"


def test_who_has_seen_an_older_version_changes_nothing(centre, room):
    seen = cases.get(centre, NUMBER).version
    cases.accept(centre, NUMBER, actor=CHEN, seen=seen)
    refused_with("application_changed", cases.decide, centre, NUMBER, actor="centre:li", result="granted", seen=seen)
    room.write("material.added", {"material": MATERIAL | {"name": "补拍.jpg"}})
    seen = cases.get(centre, NUMBER).version
    exchange(centre, room)
    refused_with("application_changed", cases.decide, centre, NUMBER, actor="centre:li", result="granted", seen=seen)
    assert own_events(centre) == ["application.accepted"]


def test_a_notice_lists_at_least_one_defect(centre, room):
    refused_with("correction_empty", cases.request_correction, centre, NUMBER, actor=CHEN, items=[])
    empty = Item("field", "/applicant/name", "姓名", "  ")
    refused_with("correction_wrong", cases.request_correction, centre, NUMBER, actor=CHEN, items=[empty])
    refused_with("correction_wrong", correct, centre, due_day="2026-02-31")
    assert own_events(centre) == []


def test_a_second_notice_needs_a_reason(centre, room):
    correct(centre)
    refused_with("correction_again", correct, centre)
    refused_with("correction_again", correct, centre, reason="  ")
    assert len(correct(centre, reason="第一次漏列了一项").state.corrections) == 2


def test_a_refusal_and_a_result_that_takes_something_away_need_a_reason(centre, room):
    refused_with("reason_missing", cases.refuse, centre, NUMBER, actor=CHEN, reason=" ")
    for result in DECISIONS[1:]:
        refused_with("reason_missing", cases.decide, centre, NUMBER, actor=CHEN, result=result)
    refused_with("result_unknown", cases.decide, centre, NUMBER, actor=CHEN, result="withdrawn", reason="x")
    assert own_events(centre) == []


@pytest.mark.parametrize("wrong", ["", "1", "52242500171000029", "x" * 17, "５" * 17, "9" * 17, "1" * 40])
def test_a_number_that_is_no_application_is_not_found(centre, room, wrong):
    refused_with("not_found", cases.get, centre, wrong)


def test_an_application_is_shown_as_json_with_clocks_and_materials(centre, room):
    shown = outside.show(centre, NUMBER)
    assert (shown["state"], shown["state_title"], shown["room"]) == ("received", "已收件", "大坪村警务室")
    assert shown["materials"][0]["complete"] is False
    assert [clock["name"] for clock in shown["deadlines"]] == ["notice"]
    exchange(centre, room, chunks=pieces())
    assert outside.show(centre, NUMBER)["materials"][0]["complete"] is True


def test_acts_by_name_are_the_acts_of_the_desk(centre, room):
    items = [{"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"}]
    shown = outside.decide(centre, NUMBER, act="correct", actor=CHEN, items=items, due_day="2026-12-04")
    assert shown["corrections"][0]["items"][0]["defect"] == "与证件不一致"
    shown = outside.decide(centre, NUMBER, act="accept", actor=CHEN, version=shown["version"])
    assert outside.decide(centre, NUMBER, act="decide", actor=CHEN, result="granted")["result"] == "granted"
    refused_with("act_unknown", outside.decide, centre, NUMBER, act="praise", actor=CHEN)
    for wrong in (None, [1], [{"ref": "x"}], "x"):
        refused_with("correction_wrong", outside.decide, centre, NUMBER, act="correct", actor=CHEN, items=wrong)
