"""Consents at the node: written with the filing, on receipt and case, taken back at the desk, once by a repeat."""

import copy
import re
from dataclasses import replace

import pytest

from edge import applications, consents, log
from edge.devices import slip
from edge.errors import YizhanError
from forms import pointer
from forms.definition import packaged
from forms.state import Correction, Item
from sync.centre.phone.supply import can_be_done
from tests.desk_app import Desk, add_officer, application, centre_says, desk_app, plain

WEI = "officer:wei"
GUARDIAN = "/consent/guardianName"
SERVICE = packaged()["zoushi-beian"]
MISSING, CHILD, REFUSING, _ = (sample["answers"] for sample in SERVICE.samples["valid"])


def file(node, given=CHILD, token="a-child-of-twelve", **more):
    more = {"channel": "api", "actor": "api:test", **more}
    return applications.file(node, "zoushi-beian", given, token=token, **more).number


@pytest.fixture
def number(node):
    add_officer(node)
    return file(node)


def bodies(node, kind):
    with node.database.read() as tx:
        return [event.data for event in log.all_of(tx, "node") if event.kind == kind]


def said(node, number):
    return {one.consent: one for one in application(node, number).state.consents}


def refused(node, number, consent, **more):
    with pytest.raises(YizhanError) as caught:
        consents.withdraw(node, number, consent, actor=WEI, **more)
    return caught.value.code


def test_what_was_decided_is_an_event_of_its_own_written_with_the_filing(node, number):
    photo, illness = bodies(node, "consent.recorded")
    assert (photo["consent"], photo["given"], photo["version"]) == ("photo", True, SERVICE.version)
    assert photo["by"] == illness["by"] == {"name": "罗建国", "relation": "父亲或母亲"}
    assert said(node, number)["photo"].holds
    titles = [entry.title for entry in application(node, number).state.history]
    assert titles == ["已收件", "同意处理生物识别信息", "同意处理敏感个人信息"]


def test_the_same_filing_again_asks_and_writes_nothing_twice(node, number):
    assert file(node) == number
    assert len(bodies(node, "consent.recorded")) == 2


def test_who_refuses_is_taken_in_and_the_refusal_is_kept(node):
    number = file(node, REFUSING)
    state = application(node, number).state
    assert (state.phase, [one.given for one in state.consents]) == ("received", [False, False])
    assert refused(node, number, "photo") == "consent_none"


def test_who_was_not_asked_leaves_no_consent(node):
    assert application(node, file(node, MISSING)).state.consents == ()
    assert bodies(node, "consent.recorded") == []


def test_a_consent_is_taken_back_once_whatever_the_state_and_by_a_guardian_with_name(node, number):
    applications.withdraw(node, number, actor=WEI)
    assert refused(node, number, "photo", name="罗建国") == "consent_guardian"
    for _ in range(2):
        consents.withdraw(node, number, "photo", actor=WEI, name=" 罗 建国", relation="父亲", token="one-press-only")
    assert bodies(node, "consent.withdrawn") == [{"consent": "photo", "by": {"name": "罗 建国", "relation": "父亲"}}]
    found = said(node, number)
    assert (found["photo"].holds, bool(found["photo"].withdrawn_at), found["illness"].holds) == (False, True, True)
    assert refused(node, number, "photo") == "consent_none"
    assert refused(node, number, "fingers") == "consent_none"


def test_a_stranger_number_is_not_found(node):
    assert refused(node, "52242500171009999", "photo") == "not_found"


def test_a_correction_writes_what_was_decided_anew_and_nothing_else(node, number):
    from edge import agreeing

    other = copy.deepcopy(CHILD)
    other["consent"]["photo"] = False
    with node.database.write() as tx:
        filed = next(event for event in log.all_of(tx, "node") if event.kind == "application.filed")
        agreeing.follow(tx, filed, SERVICE, (CHILD, CHILD), "zh-CN")
        agreeing.follow(tx, filed, SERVICE, (CHILD, other), "zh-CN")
    assert [(one["consent"], one["given"]) for one in bodies(node, "consent.recorded")[2:]] == [("photo", False)]


def supply(node, number, guardian):
    """What a phone sent after a notice about the guardian's name, as the centre writes it."""
    item = {"target": "field", "ref": GUARDIAN, "label": "监护人", "defect": "少了一个字"}
    request = centre_says(node, "correction.requested", number, {"items": [item], "due_day": "2026-12-04"})
    state = application(node, number).state
    changed = pointer.clone(state.answers)
    pointer.put(changed, GUARDIAN, guardian)
    body = {"request": request, "answers": changed, "context": dict(state.context), "materials": []}
    centre_says(node, "correction.supplied", number, body)


def test_who_decides_for_a_child_is_recorded_anew_when_the_phone_corrects_it_and_nothing_else_is(node, number):
    consents.withdraw(node, number, "illness", actor=WEI)
    supply(node, number, "罗建国")
    assert len(bodies(node, "consent.recorded")) == 2  # the control: nothing was decided anew
    supply(node, number, "罗建华")
    anew = bodies(node, "consent.recorded")[2:]
    assert [(one["consent"], one["by"]["name"]) for one in anew] == [("photo", "罗建华")]
    assert not said(node, number)["illness"].holds
    with node.database.write() as tx:
        held = log.all_of(tx, "centre")
        assert applications.apply_down(tx, list(held)) == []
    assert len(bodies(node, "consent.recorded")) == 3


def test_the_phone_supplies_nothing_that_rests_on_a_consent_which_was_taken_back(node, number):
    asked = Correction(
        "0" * 32, "2026-11-21T15:00:00+08:00", (Item("field", "/look/photo", "照片", "看不清"),), "2026-12-04", ""
    )
    open_ = replace(application(node, number).state, corrections=(asked,))
    assert can_be_done(SERVICE, open_)
    consents.withdraw(node, number, "photo", actor=WEI)
    assert not can_be_done(SERVICE, replace(application(node, number).state, corrections=(asked,)))


def test_receipt_and_slip_say_what_was_agreed_to_and_from_which_text(node, number):
    desk = Desk(desk_app(node))
    digest = said(node, number)["photo"].text[:8]
    shown = plain(desk.text(f"/console/applications/{number}/receipt"))
    line = f"同意留一张照片，走失时用来认人吗——同意（监护人定）（{SERVICE.version} 版，文字摘要 {digest}）"
    assert line in shown
    assert "随时可以到警务室撤回" in shown
    with desk.client.application.test_request_context("/"):
        assert line in slip.made(node, application(node, number), "X", 1).consents


def test_the_desk_shows_the_words_and_takes_a_consent_back(node, number):
    desk = Desk(desk_app(node))
    address = f"/console/applications/{number}"
    shown = plain(desk.text(address))
    assert "照片上的脸，走失时用来和找到的人比对" in shown
    assert "监护人 罗建国（父亲或母亲）" in shown
    token = re.search(r'action="[^"]*/consent">.*?name="token" value="([\w-]+)"', desk.text(address), re.DOTALL)[1]
    half = desk.done(f"{address}/consent", {"consent": "photo", "name": "罗建国", "token": token})
    assert "姓名和关系都要写" in plain(desk.text(half))
    done = desk.done(f"{address}/consent", {"consent": "photo", "token": token})
    assert "已撤回同意，已记入办件" in plain(desk.text(done))
    assert not said(node, number)["photo"].holds
    again = desk.done(f"{address}/consent", {"consent": "photo"})
    assert "没有同意过，或者已经撤回" in plain(desk.text(again))
