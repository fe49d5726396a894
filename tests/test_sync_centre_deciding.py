"""Whose desk it is, opinions, special procedures, cases handed on, claims: each with a stranger, a crash and a repeat."""

import json

import pytest

from edge import cli
from edge.errors import YizhanError
from forms.definition import PACKAGED, load
from forms.lifecycle import Item
from sync.centre import cases, claims, deciding, desks, filling, hand_overs, log, persons, queue, reviewers, tables, who
from sync.centre.app import create_app
from sync.centre.desks import ALL, Duty
from sync.centre.queue import Asked, Who
from sync.centre.receiver import receive
from sync.suites import of_sign_key
from tests.centre_room import MATERIAL, NODE, enrolled, number, pieces, sample
from tests.programs import holds

LI, WANG, MINZONG = "centre:li", "centre:wang", "centre:minzong"
NATION = load(PACKAGED / "minzu-biangeng.json")
ASKED = next(one["answers"] for one in NATION.samples["valid"] if one["answers"]["opinion"]["have"] == "no")
PLAIN, PERMIT, OPINION = number(1), number(2), number(3)
COUNTY = Duty("decide", area="522425", level="county", organ="纳雍县公安局")


@pytest.fixture
def room(centre):
    """A room that has filed a plain application, one for a permit, and one that needs opinions."""
    made = enrolled(centre)
    made.file_one(1, materials=[MATERIAL])
    made.write("application.filed", sample("daxing-huodong"), 2)
    made.write("application.filed", sample("minzu-biangeng") | {"answers": ASKED}, 3)
    exchange(centre, made)
    return made


@pytest.fixture(autouse=True)
def people(centre, request):
    give(centre, "minzong", Duty("opinion", desk="民族事务"))


def exchange(centre, room, **which):
    body = room.batch(**which)
    return room.read(receive(centre, room.node, body), body)


def give(centre, account, *duties):
    with centre.store.write() as tx:
        desks.give(tx, account, duties)


def refused_with(code, do, *args, **more):
    with pytest.raises(YizhanError) as caught:
        do(*args, **more)
    assert caught.value.code == code
    return caught.value


def kinds(centre):
    with centre.store.read() as tx:
        return [event.kind for event in log.walk(tx, NODE, "centre")]


def opine(centre, step, outcome="agreed", text="同意。", actor=MINZONG, **more):
    return deciding.give_opinion(centre, OPINION, actor=actor, step=step, outcome=outcome, text=text, **more)


def listed(centre, account="li", show="todo", **more):
    with centre.store.read() as tx:
        asked = Who(account, desks.of(tx, account), who.room_accounts(tx, account))
        entries = queue.lines(tx, Asked(show, **more), asked, centre.clock.today())
        counted = queue.counts(tx, Asked(show, **more), asked, centre.clock.today())
    if show in counted and not more.get("after"):
        assert counted[show] == len(entries)
    return [entry.line.number for entry in entries]


# --- who approves accepts (M90) ---


def test_who_has_no_duties_decides_everything(centre, room):
    with centre.store.read() as tx:
        assert desks.of(tx, "li") == (ALL,)
    assert cases.accept(centre, PLAIN, actor=LI).state.phase == "accepted"


def test_an_application_lies_at_the_desk_that_decides_and_others_only_read(centre, room):
    give(centre, "li", COUNTY)
    give(centre, "wang", Duty("decide", area="5224", level="city"))
    assert PERMIT in listed(centre, "li")  # decided by the county
    assert PLAIN not in listed(centre, "li")  # decided by the station
    assert listed(centre, "wang") == []
    refused_with("desk_other", cases.accept, centre, PERMIT, actor=WANG)
    assert cases.possible_acts(cases.get(centre, PERMIT), WANG, (Duty("decide", level="city"),)) == set()
    assert cases.accept(centre, PERMIT, actor=LI).state.phase == "accepted"


@pytest.mark.parametrize(
    "duty",
    [
        Duty("decide", area="5223"),
        Duty("decide", service="juzhu-dengji"),
        Duty("read", area="522426"),
        Duty("opinion", desk="消防"),
    ],
)
def test_what_lies_in_another_area_is_not_there(centre, room, duty):
    give(centre, "li", duty)
    refused_with("not_found", cases.accept, centre, PERMIT, actor=LI)
    assert PERMIT not in listed(centre, "li", "all")
    assert kinds(centre) == []


def test_who_only_reads_does_nothing(centre, room):
    give(centre, "li", Duty("read", area="52"))
    refused_with("desk_other", cases.accept, centre, PLAIN, actor=LI)
    refused_with("desk_other", deciding.claim, centre, PLAIN, actor=LI)
    assert set(listed(centre, "li", "all")) == {PLAIN, PERMIT, OPINION}
    assert listed(centre, "li") == []


@pytest.mark.parametrize(
    "wrong", [Duty("decide", area="52a425"), Duty("decide", area="523"), Duty("decide", level="world"), Duty("all")]
)
def test_a_duty_that_is_none_is_refused(centre, wrong):
    refused_with("bad_request", give, centre, "li", wrong)


def test_nobody_sees_what_is_about_himself(centre, room):
    reviewers.add(centre, "luo", "罗明", "vier-dicke-huehner", staff="522425001")
    room.write("officer.listed", {"account": "luoming", "staff": "522425001"}, application="")
    room.write("application.filed", sample("xingzheng-fuyi") | {"concerns": ["luoming"]}, 4)
    exchange(centre, room)
    refused_with("not_found", cases.accept, centre, number(4), actor="centre:luo")
    assert number(4) not in listed(centre, "luo", "all")
    assert number(4) not in listed(centre, "luo")
    assert number(4) in listed(centre, "li")


def test_the_command_gives_lists_and_clears_duties(centre, capsys):
    reviewers.add(centre, "zhou", "周静", "vier-dicke-huehner")
    home = centre.settings.home
    told = holds("centre_duties", run(capsys, "duties", "zhou", home))
    assert told["duties"] == [{"role": "decide", "area": "", "level": "", "service": "", "desk": "", "organ": ""}]
    run(capsys, "duties", "zhou", home, "--add", "decide", "--area", "522425", "--level", "county")
    told = holds("centre_duties", run(capsys, "duties", "zhou", home, "--add", "opinion", "--desk", "消防"))
    assert [one["role"] for one in told["duties"]] == ["decide", "opinion"]
    assert (
        run(capsys, "duties", "zhou", home, "--add", "read", "--area", "9x", code=1)["error"]["code"] == "bad_request"
    )
    assert run(capsys, "duties", "nobody", home, code=1)["error"]["code"] == "not_found"
    assert len(run(capsys, "duties", "zhou", home, "--clear")["duties"]) == 1


def test_the_command_hands_over_what_waits_once(centre, room, capsys):
    grant(centre)
    told = holds("centre_hand_over", run(capsys, "hand-over", "", centre.settings.home))
    assert told["files"] == [f"{PERMIT}.json"]
    assert run(capsys, "hand-over", "", centre.settings.home)["files"] == []


def run(capsys, command, account, home, *more, code=0):
    words = ["centre", command, *([account] if account else []), "--home", str(home), "--json", *more]
    assert cli.main(words) == code
    return json.loads(capsys.readouterr().out)


# --- the queue ---


def test_the_queue_is_in_the_order_of_the_deadlines_and_can_be_narrowed(centre, room):
    room.file_one(5, urgent=True)
    exchange(centre, room)
    found = listed(centre)
    assert found[0] == number(5)
    assert found == [number(5), PLAIN, PERMIT]  # the third one waits for opinions
    assert listed(centre, show="waiting") == [OPINION]
    assert listed(centre, service="daxing-huodong") == [PERMIT]
    assert listed(centre, area="522425") == found
    assert listed(centre, after=50) == []
    assert listed(centre, area="5225") == listed(centre, area="522426") == []


def test_a_store_without_a_queue_gets_one_at_its_start(centre, room):
    before = listed(centre)
    with centre.store.write() as tx:
        tx.execute(tables.queue.delete())
    assert listed(centre) == []
    assert filling.fill(centre) == 3
    assert listed(centre) == before
    assert filling.fill(centre) == 0


def test_the_api_shows_an_account_what_lies_in_its_area(centre, room):
    reviewers.add(centre, "zhou", "周静", "vier-dicke-huehner")
    give(centre, "zhou", Duty("decide", service="daxing-huodong"))
    client = create_app(centre).test_client()
    key = {"Authorization": f"Bearer {reviewers.add_key(centre, 'zhou', 'test')}"}
    listing = client.get("/api/v1/applications?show=all", headers=key).json
    assert [one["number"] for one in listing["applications"]] == [PERMIT]
    assert client.get(f"/api/v1/applications/{PERMIT}", headers=key).status_code == 200
    assert client.get(f"/api/v1/applications/{PLAIN}", headers=key).status_code == 404


def test_a_closed_application_leaves_the_queue_and_a_rebuild_brings_the_same(centre, room):
    from sync.centre import projection

    cases.decide(centre, PLAIN, actor=LI, result="granted")
    before = {show: listed(centre, show=show) for show in queue.SHOWS}
    assert PLAIN not in before["todo"]
    assert PLAIN in before["closed"]
    with centre.store.write() as tx:
        projection.rebuild(tx, centre, NODE)
    assert {show: listed(centre, show=show) for show in queue.SHOWS} == before


# --- opinions (M95) ---


def test_acceptance_waits_for_the_opinions_in_their_order(centre, room):
    assert listed(centre, "minzong", "opinions") == [OPINION]
    refused_with("opinion_other", opine, centre, "city_opinion")
    error = refused_with("opinion_first", cases.accept, centre, OPINION, actor=LI)
    assert "初审意见（还没有）、审批意见（还没有）" in error.sentence
    opine(centre, "county_opinion")
    opine(centre, "city_opinion")
    assert listed(centre, "minzong", "opinions") == []
    assert OPINION in listed(centre)
    assert cases.accept(centre, OPINION, actor=LI).state.phase == "accepted"
    assert kinds(centre) == ["opinion.given", "opinion.given", "application.accepted"]


def test_a_no_gives_the_case_back_to_the_desk_which_may_refuse_and_not_accept(centre, room):
    opine(centre, "county_opinion")
    opine(centre, "city_opinion", "disagreed", "生父民族登记有误。")
    assert OPINION in listed(centre)
    refused_with("opinion_first", cases.accept, centre, OPINION, actor=LI)
    refused_with("opinion_first", cases.decide, centre, OPINION, actor=LI, result="granted")
    assert cases.refuse(centre, OPINION, actor=LI, reason="民族事务部门不同意").state.result == "not_accepted"


def test_an_opinion_is_written_by_its_own_department_alone(centre, room):
    refused_with("opinion_other", opine, centre, "county_opinion", actor=LI)
    give(centre, "minzong", Duty("opinion", area="5223", desk="民族事务"))
    refused_with("not_found", opine, centre, "county_opinion")
    give(centre, "minzong", Duty("opinion", desk="民族事务"))
    refused_with("not_found", cases.accept, centre, PLAIN, actor=MINZONG)
    refused_with("desk_other", cases.accept, centre, OPINION, actor=MINZONG)
    refused_with("opinion_unknown", opine, centre, "county_opinion", "perhaps")
    refused_with("reason_missing", opine, centre, "county_opinion", "returned", " ")
    refused_with("opinion_other", opine, centre, "nothing")
    assert kinds(centre) == []


def test_who_has_seen_an_older_version_gives_no_opinion(centre, room):
    seen = cases.get(centre, OPINION).version
    opine(centre, "county_opinion", seen=seen)
    refused_with("application_changed", opine, centre, "county_opinion", "disagreed", "不同意。", seen=seen)
    assert len(kinds(centre)) == 1


# --- special procedures ---


def begin(centre, procedure="hearing", reason="申请人要求听证", **more):
    return deciding.begin_procedure(centre, PERMIT, actor=LI, procedure=procedure, reason=reason, **more)


def test_a_special_procedure_stops_the_second_clock_and_never_beyond_its_ceiling(centre, room, clock):
    refused_with("not_allowed_now", begin, centre)
    cases.accept(centre, PERMIT, actor=LI)
    for until in ("2026-11-20", "2027-03-01", "tomorrow"):
        refused_with("procedure_until", begin, centre, until=until)
    refused_with("procedure_unknown", begin, centre, procedure="pause")
    refused_with("reason_missing", begin, centre, reason=" ")
    begin(centre)
    assert listed(centre, show="waiting") == [PERMIT, OPINION] or PERMIT in listed(centre, show="waiting")
    refused_with("not_allowed_now", begin, centre)
    clock.advance(days=3)
    done = deciding.end_procedure(centre, PERMIT, actor=LI, note="已听证")
    assert done.state.review.procedures[0].ended_at
    refused_with("not_allowed_now", deciding.end_procedure, centre, PERMIT, actor=LI)
    assert PERMIT in listed(centre)


def test_a_service_without_special_procedures_offers_none(centre, room):
    cases.accept(centre, PLAIN, actor=LI)
    case = cases.get(centre, PLAIN)
    assert not {"pause", "resume"} & cases.possible_acts(case, LI)
    refused_with(
        "procedure_unknown", deciding.begin_procedure, centre, PLAIN, actor=LI, procedure="hearing", reason="听证"
    )


# --- handed on, taken on ---


def test_a_case_that_is_handed_on_lies_at_the_other_desk(centre, room):
    give(centre, "li", COUNTY)
    give(centre, "wang", Duty("decide", area="5224", level="city"))
    refused_with("reason_missing", deciding.forward, centre, PERMIT, actor=LI, level="city", reason="")
    refused_with("forward_unknown", deciding.forward, centre, PERMIT, actor=LI, level="county", reason="x")
    deciding.claim(centre, PERMIT, actor=LI)
    deciding.forward(centre, PERMIT, actor=LI, level="city", desk="市公安局治安支队", reason="预计五千人以上")
    assert PERMIT not in listed(centre, "li")
    assert PERMIT in listed(centre, "wang")
    refused_with("desk_other", cases.accept, centre, PERMIT, actor=LI)
    assert cases.accept(centre, PERMIT, actor=WANG).state.phase == "accepted"


def test_what_somebody_has_taken_on_nobody_else_decides(centre, room):
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner")
    deciding.claim(centre, PLAIN, actor=LI)
    deciding.claim(centre, PLAIN, actor=LI)
    error = refused_with("claim_other", deciding.claim, centre, PLAIN, actor=WANG)
    assert "李审批" in error.sentence
    refused_with("claim_other", cases.accept, centre, PLAIN, actor=WANG)
    assert listed(centre, "li", "mine") == [PLAIN]
    assert PLAIN not in listed(centre, "wang", "free")
    deciding.give_back(centre, PLAIN, actor=WANG)  # not his
    deciding.claim(centre, PLAIN, actor=WANG, over=True)
    assert cases.accept(centre, PLAIN, actor=WANG).state.phase == "accepted"
    deciding.give_back(centre, PLAIN, actor=WANG)
    cases.decide(centre, PLAIN, actor=LI, result="granted")
    refused_with("not_allowed_now", deciding.claim, centre, PLAIN, actor=LI)


def test_two_reviewers_see_each_other_for_a_while(centre, room, clock):
    assert claims.look(centre, NODE, PLAIN, "li") == []
    clock.advance(minutes=2)
    assert [(one.account, one.minutes) for one in claims.look(centre, NODE, PLAIN, "wang")] == [("li", 2)]
    clock.advance(minutes=6)
    assert claims.look(centre, NODE, PLAIN, "li") == []


# --- what is on its way ---


def test_a_material_on_its_way_is_never_asked_for_as_missing(centre, room):
    item = Item("material", "residence-proof", "住所证明", "没有交")
    error = refused_with("on_its_way", cases.request_correction, centre, PLAIN, actor=LI, items=[item])
    assert "还在路上（已到 0%）" in error.sentence
    other = Item("material", "lease", "租赁合同", "没有交")
    assert cases.request_correction(centre, PLAIN, actor=LI, items=[other]).state.phase == "correction"
    exchange(centre, room, chunks=pieces())
    assert cases.request_correction(centre, PLAIN, actor=LI, items=[item], reason="照片里没有签名").state.corrections


# --- the other applications of a person ---


def test_the_other_applications_of_a_person_are_shown_after_a_reason_which_is_an_event(centre, room, clock):
    room.file_one(6)
    exchange(centre, room)
    case = cases.get(centre, PLAIN)
    refused_with("look_first", persons.look, centre, case, actor=LI, reason="看看")
    with centre.store.read() as tx:
        person = persons.of_case(tx, case)
        assert not persons.may_see(tx, person, "li", clock.ticks())
    persons.look(centre, case, actor=LI, reason="核对以前是否变更过登记")
    assert kinds(centre) == ["person.reviewed"]
    with centre.store.read() as tx:
        assert persons.may_see(tx, person, "li", clock.ticks())
        assert not persons.may_see(tx, person, "wang", clock.ticks())
        assert [one.number for one in persons.others(tx, case, person, (ALL,)).lines] == [number(6)]
        elsewhere = persons.others(tx, case, person, (Duty("decide", area="5223"),))
        assert (elsewhere.lines, elsewhere.elsewhere) == ([], 1)
        assert [one.reason for one in persons.looks(tx, person)] == ["核对以前是否变更过登记"]
    clock.advance(minutes=16)
    with centre.store.read() as tx:
        assert not persons.may_see(tx, person, "li", clock.ticks())


def test_the_identity_number_lies_in_no_row_of_the_queue(centre, room):
    from sync.centre import tables_review

    with centre.store.read() as tx:
        rows = str(tx.execute(tables_review.person.select()).all() + tx.execute(tables_review.queue.select()).all())
    assert "522425196603120029" not in rows


# --- hand-over of a permit (M56) ---


def grant(centre, application=PERMIT):
    return cases.decide(centre, application, actor=LI, result="granted")


def test_a_granted_permit_is_handed_over_once(centre, room):
    grant(centre)
    (name,) = hand_overs.give(centre)
    told = json.loads((centre.settings.home / "hand-over" / name).read_text())
    assert told["record"]["application"] == PERMIT
    assert told["record"]["writ"].endswith("00001号")
    key = bytes.fromhex(told["key"])
    from forms.events import canonical

    of_sign_key(key).verify(key, bytes.fromhex(told["signature"]), canonical(told["record"]))
    assert hand_overs.give(centre) == []
    refused_with("not_allowed_now", grant, centre)
    assert hand_overs.give(centre) == []


def test_nothing_but_a_granted_permit_is_handed_over(centre, room):
    grant(centre, PLAIN)
    cases.decide(centre, PERMIT, actor=LI, result="refused", reason="场所不合要求")
    assert hand_overs.give(centre) == []


def test_a_crash_before_the_file_was_noted_writes_the_same_file_again(centre, room, monkeypatch):
    grant(centre)
    real = hand_overs.write_whole

    def crash(path, data):
        real(path, data)
        raise KeyboardInterrupt

    monkeypatch.setattr(hand_overs, "write_whole", crash)
    with pytest.raises(KeyboardInterrupt):
        hand_overs.give(centre)
    monkeypatch.undo()
    before = (centre.settings.home / "hand-over" / f"{PERMIT}.json").read_bytes()
    assert hand_overs.give(centre) == [f"{PERMIT}.json"]
    assert [path.read_bytes() for path in (centre.settings.home / "hand-over").iterdir()] == [before]


def test_a_decision_that_was_rolled_back_leaves_neither_record_nor_number(centre, room, monkeypatch):
    def crash(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(hand_overs, "make", crash)
    with pytest.raises(KeyboardInterrupt):
        grant(centre)
    monkeypatch.undo()
    assert kinds(centre) == []
    assert grant(centre).state.review.writs[0].number.endswith("00001号")
