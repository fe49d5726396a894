"""待民警确认: what an assistant or the kiosk takes in waits for a police officer, here or over the link."""

import copy
import secrets

import pytest
from desk_app import Desk, add_officer, application, centre_says, desk_app, kinds, plain
from service_for_tests import SERVICE, answers

from edge import applications, confirmations, officers, projections, ranks
from edge.errors import YizhanError
from edge.node import open_node
from forms.outcomes import UNCONFIRMED
from sync.centre import cases, lists, reviewers
from tests.signing import publish_file

SERVICE_ID = "ceshi-queren"
ACTS = ["核对身份证件的原件", "核对住所证明"]
LI = "centre:li"


@pytest.fixture
def node(home, clock):
    """A node with a service of which an officer has to confirm something within five working days."""
    waits = copy.deepcopy(SERVICE) | {"id": SERVICE_ID}
    waits["x-service"] |= {
        "officer_confirms": ACTS,
        "time_limit": SERVICE["x-service"]["time_limit"] | {"notice": {"value": 5, "unit": "workday"}},
    }
    publish_file(home / "services" / f"{SERVICE_ID}.json", waits)
    opened = open_node(home, clock)
    add_officer(opened, "luo", "罗明", "民警")
    add_officer(opened, "wei", "韦建国", "辅警")
    yield opened
    opened.close()


def filed(node, actor="officer:wei", channel="console", service=SERVICE_ID, **more):
    return applications.file(
        node, service, answers(), token=secrets.token_urlsafe(), channel=channel, actor=actor, **more
    ).number


def word(node, number):
    return application(node, number).state.confirmation


def officer(node, account):
    return next(one for one in officers.all_of(node) if one.account == account)


def waiting(node):
    with node.database.read() as tx:
        return ranks.waiting(tx), [one.number for one in applications.search(tx, state="unconfirmed")]


# --- what waits ---


@pytest.mark.parametrize(
    ("actor", "channel", "status"),
    [
        ("officer:wei", "console", "waiting"),
        ("officer:luo", "console", ""),
        ("kiosk", "kiosk", "waiting"),
        ("kiosk:7f", "kiosk", "waiting"),
        ("import", "import", ""),
        ("api", "api", ""),
    ],
)
def test_what_an_assistant_or_the_kiosk_took_in_waits(node, actor, channel, status):
    number = filed(node, actor, channel)
    assert word(node, number).status == status
    assert waiting(node) == ((1, [number]) if status else (0, []))


def test_a_service_that_leaves_nothing_to_an_officer_waits_for_nobody(node):
    assert word(node, filed(node, service="ceshi-dengji")).status == ""


def test_an_assistants_correction_waits_again_and_a_police_officers_does_not(node):
    number = filed(node, "officer:luo")
    for account, status in (("luo", ""), ("wei", "waiting")):
        item = {"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "写错了"}
        centre_says(node, "correction.requested", number, {"items": [item], "reason": "再次"})
        applications.answer_correction(node, number, answers("王秀兰"), actor=f"officer:{account}")
        assert word(node, number).status == status


# --- the act ---


def test_a_police_officer_confirms_and_only_once(node):
    number, token = filed(node), secrets.token_urlsafe()
    for _ in range(2):
        confirmations.confirm(node, number, officer(node, "luo"), face_to_face=False, token=token)
    assert kinds(node, number) == ["application.filed", "application.confirmed"]
    assert word(node, number).status == "confirmed"
    assert waiting(node) == (0, [])
    with pytest.raises(YizhanError) as caught:
        confirmations.confirm(node, number, officer(node, "luo"), face_to_face=False, token=secrets.token_urlsafe())
    assert caught.value.code == "nothing_to_confirm"


def test_an_assistant_can_not_confirm_even_with_every_post(node):
    number = filed(node)
    with pytest.raises(YizhanError) as caught:
        confirmations.confirm(node, number, officer(node, "wei"), face_to_face=True, token=None)
    assert caught.value.code == "police_only"
    assert kinds(node, number) == ["application.filed"]


def test_who_does_not_confirm_says_why_and_what_is_added_is_looked_at_again(node):
    number = filed(node)
    with pytest.raises(YizhanError) as caught:
        confirmations.refuse(node, number, officer(node, "luo"), reason="  ", token=None)
    assert caught.value.code == "reason_missing"
    confirmations.refuse(node, number, officer(node, "luo"), reason="没有看到原件", token=None)
    assert (word(node, number).status, word(node, number).reason) == ("refused", "没有看到原件")
    assert waiting(node) == (1, [number])
    applications.verify_identity(node, number, "officer", actor="officer:wei")
    assert word(node, number).status == "waiting"


def test_a_stranger_to_the_number_finds_nothing(node):
    with pytest.raises(YizhanError) as caught:
        confirmations.confirm(node, "52242500179999999", officer(node, "luo"), face_to_face=False, token=None)
    assert caught.value.code == "not_found"


def test_what_waits_stands_the_same_after_a_rebuild(node):
    number = filed(node)
    with node.database.write() as tx:
        before = projections.dump(tx)["head_waiting"]
        projections.rebuild(tx, node.settings)
        assert projections.dump(tx)["head_waiting"] == before != []
    assert waiting(node) == (1, [number])


# --- 受理 and decisions ---


def test_nothing_is_accepted_or_decided_before_it_is_confirmed(node):
    number = filed(node)
    for kind, body in (("application.accepted", {}), ("application.decided", {"result": "granted"})):
        centre_says(node, kind, number, body)
        entry = application(node, number).state.history[-1]
        assert (entry.effective, entry.detail) == (False, UNCONFIRMED)
    confirmations.confirm(node, number, officer(node, "luo"), face_to_face=False, token=None)
    centre_says(node, "application.accepted", number, {})
    assert application(node, number).state.phase == "accepted"


def test_defects_are_told_and_a_refusal_given_without_waiting(node):
    number = filed(node)
    item = {"target": "material", "ref": "proof", "label": "住所证明", "defect": "看不清"}
    centre_says(node, "correction.requested", number, {"items": [item]})
    assert application(node, number).state.phase == "correction"
    centre_says(node, "application.refused", number, {"reason": "不属于本机关"})
    assert application(node, number).state.result == "not_accepted"
    assert waiting(node) == (0, [])


# --- at the desk ---


def test_the_page_shows_an_assistant_whom_it_waits_for_and_offers_him_nothing(node):
    number = filed(node)
    wei = Desk(desk_app(node))
    page = wei.text(f"/console/applications/{number}")
    assert "待民警确认" in page
    assert all(act in page for act in ACTS)
    assert "已逐项核对，确认" not in page
    assert wei.post(f"/console/applications/{number}/confirm").status_code == 403
    assert "请民警用自己的账号登录" in wei.post(f"/console/applications/{number}/confirm").text
    assert kinds(node, number) == ["application.filed"]


def test_a_police_officer_confirms_on_the_page(node):
    number = filed(node)
    luo = Desk(desk_app(node), "luo")
    assert "待民警确认" in plain(luo.text("/console/"))
    assert number[-5:] in plain(luo.text("/console/applications?state=unconfirmed"))
    luo.get(f"/console/applications/{number}")
    where = luo.done(f"/console/applications/{number}/confirm", {"token": secrets.token_urlsafe()})
    assert "民警已确认" in luo.text(where)
    assert application(node, number).state.identity == "unverified"


def test_for_what_came_from_the_kiosk_comparing_is_confirming(node):
    number = filed(node, "kiosk", "kiosk")
    luo = Desk(desk_app(node), "luo")
    assert "人证一致，确认" in luo.text(f"/console/applications/{number}")
    luo.done(f"/console/applications/{number}/identity", {"token": secrets.token_urlsafe()})
    state = application(node, number).state
    assert (state.confirmation.status, state.identity) == ("confirmed", "officer")
    assert kinds(node, number) == ["application.filed", "application.confirmed"]


def test_an_assistant_who_compares_confirms_nothing(node):
    number = filed(node, "kiosk", "kiosk")
    wei = Desk(desk_app(node))
    wei.get(f"/console/applications/{number}")
    wei.done(f"/console/applications/{number}/identity", {"token": secrets.token_urlsafe()})
    state = application(node, number).state
    assert (state.confirmation.status, state.identity) == ("waiting", "officer")


def test_no_reason_no_refusal(node):
    number = filed(node)
    luo = Desk(desk_app(node), "luo")
    luo.get(f"/console/applications/{number}")
    where = luo.done(
        f"/console/applications/{number}/confirm/refuse", {"reason": " ", "token": secrets.token_urlsafe()}
    )
    assert "不予确认要写明理由" in luo.text(where)
    assert kinds(node, number) == ["application.filed"]


@pytest.mark.parametrize(("hours", "alarmed"), [(24, False), (24 * 5, True)])
def test_it_alarms_from_half_of_the_first_clock(node, clock, hours, alarmed):
    number = filed(node)
    clock.advance(hours=hours)
    luo = Desk(desk_app(node), "luo")
    for page in ("/console/", f"/console/applications/{number}"):
        assert ("badge-confirm" in luo.text(page)) is alarmed
    assert ("期限已过一半" in luo.text(f"/console/applications/{number}")) is alarmed


# --- over the link ---


@pytest.fixture
def station(centre):
    reviewers.add(centre, "li", "李所长", "vier-dicke-huehner")
    reviewers.add(centre, "wang", "王文职", "vier-dicke-huehner", rank="辅警")
    return centre


def refused_with(code, do, *args, **given):
    with pytest.raises(YizhanError) as caught:
        do(*args, **given)
    assert caught.value.code == code


def test_the_station_confirms_and_the_room_learns_it(node, station, enrolled):
    number = filed(node)
    assert enrolled.round().went_well
    with station.store.read() as tx:
        assert [line.number for line in lists.applications(tx, "unconfirmed", "2026-11-21")] == [number]
        assert lists.counts(tx, "2026-11-21")["unconfirmed"] == 1
    assert {"confirm", "unconfirm", "accept"} <= cases.possible_acts(cases.get(station, number), LI)
    cases.confirm(station, number, actor=LI)
    refused_with("nothing_to_confirm", cases.confirm, station, number, actor="centre:zhao")
    assert enrolled.round().went_well
    assert word(node, number).status == "confirmed"
    with station.store.read() as tx:
        assert lists.applications(tx, "unconfirmed", "2026-11-21") == []


def test_who_confirmed_over_the_link_does_not_decide(node, station, enrolled):
    number = filed(node)
    assert enrolled.round().went_well
    cases.confirm(station, number, actor=LI)
    for do in (
        lambda: cases.accept(station, number, actor=LI),
        lambda: cases.decide(station, number, actor=LI, result="granted"),
        lambda: cases.refuse(station, number, actor=LI, reason="不属于本机关"),
    ):
        refused_with("confirmer_decides", do)
    assert cases.possible_acts(cases.get(station, number), LI) == {"correct", "forward"}
    assert cases.accept(station, number, actor="centre:zhao").state.phase == "accepted"


def test_a_police_officers_acceptance_confirms_and_anothers_does_not(node, station, enrolled):
    number = filed(node)
    assert enrolled.round().went_well
    refused_with("confirm_first", cases.accept, station, number, actor="centre:wang")
    refused_with("police_only", cases.confirm, station, number, actor="centre:wang")
    accepted = cases.accept(station, number, actor=LI).state
    assert (accepted.phase, accepted.confirmation.status) == ("accepted", "confirmed")
    assert cases.decide(station, number, actor="centre:wang", result="granted").state.result == "granted"


def test_the_station_says_why_it_does_not_confirm(node, station, enrolled):
    number = filed(node)
    assert enrolled.round().went_well
    cases.confirm(station, number, actor=LI, refused="照片里看不到原件")
    assert enrolled.round().went_well
    assert (word(node, number).status, word(node, number).reason) == ("refused", "照片里看不到原件")
    assert "照片里看不到原件" in Desk(desk_app(node)).text(f"/console/applications/{number}")


# --- one person, two accounts ---


def test_the_same_person_under_another_account_does_not_decide_either(node, station, enrolled):
    officers.set_staff(node, "luo", "P520525001")
    reviewers.add(station, "luo-at-centre", "罗明", "vier-dicke-huehner", staff="P520525001")
    number = filed(node, "officer:luo")
    assert enrolled.round().went_well
    refused_with("own_application", cases.accept, station, number, actor="centre:luo-at-centre")
    assert cases.possible_acts(cases.get(station, number), "centre:luo-at-centre") == set()
    officers.set_staff(node, "luo", "")
    assert enrolled.round().went_well
    assert cases.accept(station, number, actor="centre:luo-at-centre").state.phase == "accepted"


def test_whoever_confirmed_at_the_room_does_not_decide(node, station, enrolled):
    number = filed(node)
    confirmations.confirm(node, number, officer(node, "luo"), face_to_face=False, token=None)
    assert enrolled.round().went_well
    refused_with("own_application", cases.decide, station, number, actor="centre:luo", result="granted")


@pytest.mark.parametrize("staff", ["P 1", "警1", "x" * 21])
def test_a_number_that_is_none_is_refused(node, station, staff):
    refused_with("staff_wrong", officers.set_staff, node, "luo", staff)
    refused_with("staff_wrong", reviewers.add, station, "neu", "新", "vier-dicke-huehner", staff=staff)
    assert "neu" not in reviewers.names(station)
