"""Prefill: what a person told this room before comes up again for him alone, with source and date, to be changed freely."""

import json

import pytest
from desk_app import Desk, add_officer, application, desk_app, plain
from prefill_world import FIRST, OFFICER, OTHER, SECOND, WANG, begin, file, refusal, rows, sample, typed, wang

from edge import applications, calls, drafts, prefill, prefill_marks, projections
from forms import persons, pointer
from forms.definition import build
from tests.conftest import make_home
from tests.service_for_tests import service
from tests.signing import publish_file

MARKED = "ceshi-benren"
VILLAGE = pointer.get(sample(FIRST), "/residence/village")


@pytest.fixture
def home(tmp_path):
    """A room with a small service that says what is the person's and asks for no photographs."""
    made = make_home(tmp_path / "home")
    content = service(id=MARKED)
    fields = content["schema"]["properties"]["applicant"]["properties"]
    for name in ("name", "idNumber", "phone"):
        fields[name]["x-person"] = name
    publish_file(made / "services" / f"{MARKED}.json", content)
    return made


@pytest.fixture
def desk(node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


def test_a_second_service_is_offered_what_the_first_one_was_told_with_source_and_day(node):
    file(node)
    found = prefill.offer(node, wang(node), node.newest(SECOND))
    assert {place: one.value for place, one in found.items()} == {
        "/applicant/by": "self",
        "/applicant/name": "王秀梅",
        "/applicant/idNumber": WANG,
        "/applicant/hasPhone": True,
        "/applicant/phone": "19900000123",
        "/residence/start": "2026-03-02",
        "/residence/village": "520524104215",
        "/residence/hasDoorplate": True,
        "/residence/doorplate": "三组17号",
    }
    assert found["/applicant/phone"].day == "2026-11-21"
    assert found["/applicant/phone"].definition == node.newest(FIRST).digest
    assert found["/applicant/idNumber"].definition == ""


def test_a_composed_service_is_offered_it_too_and_tells_the_next_one(node):
    whole, told = "gongmin-shenhou", sample("gongmin-shenhou")
    file(node)
    found = prefill.offer(node, wang(node), node.newest(whole))
    assert {place: one.value for place, one in found.items()} == {
        "/applicant/name": "王秀梅",
        "/applicant/idNumber": WANG,
        "/applicant/hasPhone": True,
        "/applicant/phone": "19900000123",
    }
    file(node, whole, **{"/applicant/name": "王秀梅", "/applicant/idNumber": WANG})
    later = prefill.offer(node, wang(node), node.newest(SECOND))
    assert later["/applicant/phone"].value == pointer.get(told, "/applicant/phone")


def test_the_second_application_of_a_person_takes_sixty_percent_fewer_typed_answers(node):
    first = typed(node.newest(FIRST), sample(FIRST), {})
    without = typed(node.newest(SECOND), sample(SECOND), {})
    file(node)
    draft = prefill.fill(node, begin(node), wang(node))
    second = sample(SECOND)
    for place in ("/residence/village", "/residence/doorplate", "/residence/hasDoorplate", "/residence/start"):
        pointer.put(second, place, pointer.get(sample(FIRST), place))  # the demo person has not moved since
    for word, place in persons.places(node.newest(SECOND)).items():
        at = persons.places(node.newest(FIRST)).get(word)
        if at is not None and pointer.get(sample(FIRST), at, None) is not None:
            pointer.put(second, place, pointer.get(sample(FIRST), at))
    prefilled = {place: pointer.get(draft.data, place) for place in prefill.sources(node, draft)}
    now = typed(node.newest(SECOND), second, prefilled)
    assert (first, without, now) == (19, 15, 6)
    assert now <= 0.4 * first
    assert now <= 0.4 * without


def test_what_nobody_confirmed_is_never_a_source(node):
    file(node, identity="unverified")
    found = prefill.offer(node, wang(node), node.newest(SECOND))
    assert set(found) == {"/applicant/by", "/applicant/idNumber"}


def test_an_application_that_is_confirmed_later_becomes_a_source(node):
    number = file(node, identity="unverified").number
    applications.verify_identity(node, number, "card", actor=OFFICER)
    assert prefill.offer(node, wang(node), node.newest(SECOND))["/applicant/phone"].value == "19900000123"


def test_an_application_that_somebody_else_filed_for_the_person_is_no_source(node):
    file(node, index=2)  # the father speaks for his child and leaves his own telephone number
    child = pointer.get(sample(FIRST, 2), "/applicant/idNumber")
    father = pointer.get(sample(FIRST, 2), "/agent/idNumber")
    for number in (child, father):
        assert set(prefill.offer(node, wang(node, number), node.newest(SECOND))) == {
            "/applicant/by",
            "/applicant/idNumber",
        }


def test_somebody_who_only_lives_with_the_applicant_gets_nothing_of_his(node):
    file(node)
    member = pointer.get(sample(FIRST), "/members/0/idNumber")
    assert set(prefill.offer(node, wang(node, member), node.newest(SECOND))) == {"/applicant/by", "/applicant/idNumber"}


def test_the_newest_word_counts_and_a_correction_of_it(node, clock):
    file(node)
    clock.advance(days=30)
    file(node, **{"/applicant/phone": "19900000999"})
    found = prefill.offer(node, wang(node), node.newest(SECOND))
    assert (found["/applicant/phone"].value, found["/applicant/phone"].day) == ("19900000999", "2026-12-21")


def test_values_that_the_other_service_does_not_take_are_left_out(node):
    file(node)
    definition = node.newest("ceshi-dengji")
    assert prefill.offer(node, wang(node), definition) == {}, "a service without marks gets nothing"
    changed = json.loads(json.dumps(node.newest(SECOND).raw))
    changed["schema"]["properties"]["residence"]["properties"]["doorplate"]["enum"] = ["五组3号"]
    changed["schema"]["properties"]["applicant"]["properties"]["phone"]["readOnly"] = True
    found = prefill.offer(node, wang(node), build(changed, "x"))
    assert "/residence/doorplate" not in found, "an enumeration that doesn't hold the value any more"
    assert "/applicant/phone" not in found, "a field that the form writes itself"
    assert "/residence/village" in found


def test_a_rebuilt_index_offers_the_same(node):
    file(node)
    before = prefill.offer(node, wang(node), node.newest(SECOND))
    with node.database.write() as tx:
        projections.rebuild(tx)
    assert prefill.offer(node, wang(node), node.newest(SECOND)) == before


def test_filling_keeps_what_was_typed_and_marks_the_rest(node):
    file(node)
    draft = prefill.fill(node, begin(node, data={"applicant": {"phone": "19900000777"}}), wang(node))
    assert draft.data["applicant"]["phone"] == "19900000777"
    assert draft.data["residence"]["doorplate"] == "三组17号"
    said = prefill.sources(node, draft)
    assert "/applicant/phone" not in said
    assert (said["/residence/village"][0].title, said["/residence/village"][1]) == (
        node.newest(FIRST).title,
        "2026-11-21",
    )


def test_a_mark_goes_when_the_answer_is_edited(node):
    file(node)
    draft = prefill.fill(node, begin(node), wang(node))
    data = json.loads(json.dumps(draft.data))
    data["applicant"]["phone"] = "19900000555"
    draft = drafts.save(node, draft, data)
    assert draft.data["applicant"]["phone"] == "19900000555"
    assert "/applicant/phone" not in prefill.sources(node, draft)
    assert "/residence/village" in prefill.sources(node, draft)


@pytest.mark.parametrize("change", [("/applicant/idNumber", OTHER), ("/applicant/by", "relative")])
def test_a_draft_that_turns_out_to_be_somebody_elses_loses_what_was_brought_up(node, change):
    file(node)
    draft = prefill.fill(node, begin(node), wang(node))
    data = json.loads(json.dumps(draft.data))
    data["ground"] = {"employer": "砖厂"}
    pointer.put(data, *change)
    draft = drafts.save(node, draft, data)
    assert "residence" not in draft.data or draft.data["residence"] == {}
    assert "phone" not in draft.data["applicant"]
    assert draft.data["ground"] == {"employer": "砖厂"}, "what was typed by hand stays"
    assert rows(node, "SELECT count(*) FROM confirmed WHERE ended_at = ''") == [(0,)]
    assert rows(node, "SELECT count(*) FROM confirmed") == [(1,)], "that somebody's data were opened stays on record"


def test_who_confirmed_whom_and_when_is_recorded_without_the_number(node, clock):
    draft = prefill.fill(node, begin(node), wang(node))
    with node.database.read() as tx:
        known = prefill_marks.confirmed(tx, draft.id)
        assert known.person == prefill_marks.person_key(tx, WANG)
    assert (known.method, known.actor, known.at) == ("officer", OFFICER, clock.now())
    drafts.delete(node, draft.id, OFFICER)
    assert rows(node, "SELECT count(*) FROM confirmed") == [(1,)]
    assert rows(node, "SELECT count(*) FROM draft_prefilled") == [(0,)]


def test_filling_twice_changes_nothing_and_another_person_takes_the_place_of_the_first(node):
    file(node)
    draft = prefill.fill(node, begin(node), wang(node))
    assert prefill.fill(node, draft, wang(node)).data == draft.data
    other = prefill.fill(node, draft, wang(node, OTHER))
    assert other.data["applicant"] == {"by": "self", "idNumber": OTHER}
    assert "residence" not in other.data or other.data["residence"] == {}
    assert set(prefill.sources(node, other)) == {"/applicant/by", "/applicant/idNumber"}


def test_a_stranger_can_fill_no_draft_of_somebody_else(node):
    file(node)
    draft = begin(node)
    stranger = draft._replace(owner="kiosk:2")
    assert refusal(prefill.fill, node, stranger, wang(node)).code == "not_found"
    assert drafts.get(node, draft.id, OFFICER).data == {}
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]


def test_a_fault_in_the_middle_of_filling_leaves_draft_and_record_as_they_were(node, monkeypatch):
    file(node)
    draft = begin(node)

    def fail(*_arguments):
        raise OSError("disk")

    monkeypatch.setattr(prefill_marks, "mark", fail)
    with pytest.raises(OSError, match="disk"):
        prefill.fill(node, draft, wang(node))
    assert drafts.get(node, draft.id, OFFICER).data == {}
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]


def test_a_draft_for_somebody_else_is_not_filled_with_the_data_of_who_is_there(node):
    file(node)
    draft = begin(node, data={"applicant": {"by": "guardian", "idNumber": OTHER}})
    assert refusal(prefill.fill, node, draft, wang(node)).code == "person_not_self"
    assert drafts.get(node, draft.id, OFFICER).data == draft.data


def test_a_card_says_name_and_number_itself(node):
    proof = prefill.by_card(WANG, "王秀梅", "kiosk")
    draft = prefill.fill(node, drafts.create(node, SECOND, "kiosk:1"), proof)
    assert draft.data["applicant"] == {"by": "self", "idNumber": WANG, "name": "王秀梅"}
    assert prefill.sources(node, draft)["/applicant/name"] == (None, "")


@pytest.mark.parametrize("method", ["officer", "card"])
def test_who_was_confirmed_for_the_draft_is_confirmed_in_the_application(node, method):
    proof = wang(node) if method == "officer" else prefill.by_card(WANG, "王秀梅", OFFICER)
    draft = prefill.fill(node, begin(node, MARKED, {"applicant": {"name": "王秀梅"}}), proof)
    filed = drafts.file(node, draft)
    assert drafts.file(node, draft).number == filed.number
    assert application(node, filed.number).state.identity == method
    assert rows(node, "SELECT count(*) FROM draft_prefilled") == [(0,)]


# --- at the desk


def test_a_number_that_is_only_typed_brings_up_nothing_and_says_the_same_for_everybody(desk, node):
    file(node)
    said = []
    for number in (WANG, OTHER):
        draft = desk.done("/console/receive", {"service": SECOND})
        answer = desk.post(draft, {"act": "person", "_person": number})
        said.append(plain(answer.text).replace(number, ""))
        assert answer.status_code == 422
        assert "还没有确认核对过本人和证件" in said[-1]
        typed_only = desk.done(draft, {"act": "save", "/applicant/idNumber": number})
        page_then = desk.text(typed_only)
        assert 'value="三组17号"' not in page_then
        assert 'value="19900000123"' not in page_then
    assert said[0] == said[1]
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]


def test_a_wrong_number_is_refused_before_anything_is_looked_up(desk, node):
    draft = desk.done("/console/receive", {"service": SECOND})
    answer = desk.post(draft, {"act": "person", "_person": WANG[:-1] + "1", "_person_seen": "1"})
    assert answer.status_code == 422
    assert "公民身份号码不对" in answer.text
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]


def test_the_officer_looks_at_the_document_and_the_form_is_filled_with_its_sources(desk, node):
    file(node)
    draft = desk.done("/console/receive", {"service": SECOND})
    shown = desk.text(
        desk.done(draft, {"act": "person", "_person": WANG, "_person_seen": "1", "/ground/employer": "砖厂"})
    )
    assert "已核对本人。以前填过的已经填上" in shown
    assert "来自 2026年11月21日 居住登记" in plain(shown)
    assert "来自本次核对的证件" in plain(shown)
    assert 'value="三组17号"' in shown
    held = drafts.get(node, draft.rsplit("/", 1)[1], OFFICER)
    assert held.data["residence"]["doorplate"] == "三组17号"


def test_an_unknown_person_gets_the_same_page_with_the_number_alone(desk):
    draft = desk.done("/console/receive", {"service": SECOND})
    shown = desk.text(desk.done(draft, {"act": "person", "_person": OTHER, "_person_seen": "1"}))
    assert "已核对本人。以前填过的已经填上" in shown
    assert plain(shown).count("来自本次核对的证件") == 2, "number and capacity"
    assert "来自 20" not in plain(shown)


def test_a_service_without_marks_has_no_box(desk):
    assert "带出以前填过的" not in desk.text(desk.done("/console/receive", {"service": "ceshi-dengji"}))
    assert "带出以前填过的" in desk.text(desk.done("/console/receive", {"service": MARKED}))


def test_the_check_page_and_the_filed_application_say_that_the_officer_looked(desk, node):
    draft = desk.done("/console/receive", {"service": MARKED})
    desk.done(draft, {"act": "person", "_person": WANG, "_person_seen": "1", "/applicant/name": "王秀梅"})
    shown = plain(desk.text(f"{draft}/check"))
    assert "已核对本人和证件。" in shown
    assert "人证一致" not in shown
    number = desk.done(f"{draft}/file").split("/")[-2]
    assert application(node, number).state.identity == "officer"


def test_a_confirmation_does_not_go_over_to_another_number(desk, node):
    draft = desk.done("/console/receive", {"service": MARKED})
    desk.done(draft, {"act": "person", "_person": WANG, "_person_seen": "1", "/applicant/name": "王秀梅"})
    desk.done(draft, {"act": "save", "/applicant/idNumber": OTHER})
    number = desk.done(f"{draft}/file").split("/")[-2]
    assert application(node, number).state.identity == "unverified"


# --- at the kiosk, through the desk


@pytest.fixture
def waiting(node):
    """Somebody at the kiosk began 居住证申领 and asked for help."""
    draft = drafts.create(node, SECOND, "kiosk:1")
    return calls.call(node.database, "kiosk:1", draft.id)


def test_the_officer_confirms_who_stands_at_the_kiosk_and_the_draft_there_is_filled(desk, node, waiting):
    file(node)
    assert f"/console/help/{waiting.id}/person" in desk.text("/console/")
    shown = desk.text(f"/console/help/{waiting.id}/person")
    assert waiting.code in shown
    assert desk.post(f"/console/help/{waiting.id}/person", {"_person": WANG}).status_code == 422
    assert drafts.get(node, waiting.draft, "kiosk:1").data == {}
    done = desk.done(f"/console/help/{waiting.id}/person", {"_person": WANG, "_person_seen": "1"})
    assert "已带到自助机上" in desk.text(done)
    held = drafts.get(node, waiting.draft, "kiosk:1")
    assert held.data["residence"]["doorplate"] == "三组17号"
    with node.database.read() as tx:
        assert prefill_marks.confirmed(tx, held.id).actor == OFFICER
        assert calls.waiting(tx) == []


def test_a_call_that_is_over_or_came_without_a_draft_fills_nothing(desk, node, waiting):
    empty = calls.call(node.database, "kiosk:2")
    calls.answer(node.database, waiting.id)
    for call in (waiting.id, empty.id, 99):
        assert desk.get(f"/console/help/{call}/person").status_code == 404
        assert desk.post(f"/console/help/{call}/person", {"_person": WANG, "_person_seen": "1"}).status_code == 404
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]


def test_nobody_without_an_account_confirms_anybody(node, waiting):
    stranger = Desk(desk_app(node), account=None)
    answer = stranger.post(f"/console/help/{waiting.id}/person", {"_person": WANG, "_person_seen": "1"})
    assert answer.status_code == 303
    assert "login" in answer.location
    assert rows(node, "SELECT count(*) FROM confirmed") == [(0,)]
