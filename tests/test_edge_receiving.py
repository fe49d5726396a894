"""Taking in at the node: slips used once, proxies and originals behind a filing, drafts of the kiosk, what is held."""

import json
import secrets

import pytest
from desk_app import add_officer, application, file_one, kinds
from service_for_tests import answers, service

from edge import (
    calls,
    demands,
    draft_notes,
    drafts,
    handing,
    held,
    materials,
    originals,
    pads,
    paper_slips,
    prefill,
    projections,
    slip_numbers,
    standing,
)  # fmt: skip
from edge.draft_notes import Note
from edge.errors import YizhanError
from forms.definition import packaged
from forms.kinds_receiving import ROOM_KINDS
from tests.conftest import make_home
from tests.signing import publish_file

OFFICER, OTHER = "officer:wei", "officer:li"
PROXY = {"name": "罗建国", "document": "522425 19850615 981x", "relation": "village", "papers": ["proxy", "letter"]}
ORIGINAL = {"code": "book", "name": "户口簿", "copies": 1, "form": "original", "required": True, "source": "applicant",
            "seal": "none", "basis": "测试规范第一条"}  # fmt: skip


def token() -> str:
    return secrets.token_urlsafe()


def refused(call, *given, **more) -> str:
    with pytest.raises(YizhanError) as caught:
        call(*given, **more)
    return caught.value.code


def pad(node, count=5) -> list[str]:
    """The numbers of a fresh pad."""
    first = pads.print_pad(node, count, actor=OFFICER, token=token())
    with node.database.read() as tx:
        return [one.slip for one in paper_slips.of_pad(tx, first)]


def draft_of(node, slip="", day="2026-11-18", **changes):
    """A filled draft of the officer, from a slip of paper."""
    draft = drafts.save(node, drafts.create(node, "ceshi-dengji", OFFICER), answers(**changes))
    if slip:
        with node.database.write() as tx:
            draft_notes.put(tx, draft.id, Note(slip=slip, day=day))
    return draft


def filed(node, slip, **more) -> str:
    return drafts.file(node, draft_of(node, slip), channel="console", **more).number


def slips(node) -> dict[str, str]:
    with node.database.read() as tx:
        return {row["slip"]: row["state"] for row in tx.execute("SELECT slip, state FROM paper_slip")}


def room_kinds(node) -> list[str]:
    with node.database.read() as tx:
        rows = tx.execute("SELECT kind FROM event WHERE application = '' AND side = 'node' ORDER BY epoch, seq")
        return [row["kind"] for row in rows if row["kind"] in ROOM_KINDS]


# --- pads of numbered blanks


def test_a_pad_goes_on_where_the_last_one_ended_and_every_number_is_the_rooms_own(node):
    numbers = pad(node, 3) + pad(node, 2)
    assert [slip_numbers.serial_of(one) for one in numbers] == [(1, serial) for serial in range(1, 6)]
    assert all(slip_numbers.is_ours(node.settings.node_id, one) for one in numbers)
    assert not any(slip_numbers.is_ours("5224250025", one) for one in numbers)


def test_one_wrong_digit_is_noticed():
    good = slip_numbers.slip("5224250017", 1, 4711)
    for place in range(1, 10):
        for digit in "0123456789":
            changed = good[:place] + digit + good[place + 1 :]
            assert slip_numbers.is_ours("5224250017", changed) == (changed == good)


def test_a_pad_printed_by_a_form_that_was_sent_twice_is_one_pad(node):
    same = token()
    assert pads.print_pad(node, 4, actor=OFFICER, token=same) == pads.print_pad(node, 4, actor=OFFICER, token=same)
    assert len(slips(node)) == 4
    assert room_kinds(node) == ["pad.printed"]


@pytest.mark.parametrize("count", [0, -1, pads.SIZE_MAX + 1])
def test_a_pad_of_no_size_is_refused_and_nothing_is_written(node, count):
    assert refused(pads.print_pad, node, count, actor=OFFICER, token=token()) == "pad_size_wrong"
    assert room_kinds(node) == []


def test_a_slip_is_used_once_and_the_gap_before_it_shows(node):
    numbers = pad(node)
    number = filed(node, numbers[2])
    assert application(node, number).state.paper.slip == numbers[2]
    assert refused(filed, node, numbers[2]) == "slip_used"
    with node.database.read() as tx:
        (found,) = paper_slips.all_of(tx)
    assert (found.used, found.unused, found.gaps) == (1, 4, (numbers[0], numbers[1]))


def test_two_drafts_with_the_same_slip_file_it_once(node):
    slip = pad(node)[0]
    first, second = draft_of(node, slip), draft_of(node, slip)
    number = drafts.file(node, first, channel="console").number
    assert refused(drafts.file, node, second, channel="console") == "slip_used"
    assert drafts.get(node, second.id, OFFICER).data == second.data
    assert slips(node)[slip] == "used"
    assert kinds(node, number) == ["application.filed"]


def test_a_voided_slip_is_not_used_and_a_used_one_is_not_voided(node):
    numbers = pad(node)
    pads.void(node, numbers[0], "写坏了", actor=OFFICER, token=token())
    assert refused(filed, node, numbers[0]) == "slip_voided"
    filed(node, numbers[1])
    assert refused(pads.void, node, numbers[1], "看错了", actor=OFFICER, token=token()) == "slip_used"
    with node.database.read() as tx:
        assert paper_slips.all_of(tx)[0].gaps == ()


@pytest.mark.parametrize(("typed", "code"), [("P010000", "slip_wrong"), ("", "slip_wrong")])
def test_what_is_no_slip_is_refused(node, typed, code):
    with node.database.read() as tx:
        assert refused(paper_slips.free, node, tx, typed) == code


def test_a_slip_is_typed_as_it_is_read(node):
    slip = pad(node, 1)[0]
    with node.database.read() as tx:
        for typed in (slip.lower(), slip_numbers.shown(slip), slip[1:], f" {slip[:3]}-{slip[3:]} "):
            assert paper_slips.free(node, tx, typed) == slip


def test_a_slip_that_no_pad_names_counts_and_is_shown_apart(node):
    """It was printed before a backup was taken back: somebody holds it in his hand."""
    stray = slip_numbers.slip(node.settings.node_id, 1, 77)
    number = filed(node, stray)
    with node.database.read() as tx:
        assert [one.application for one in paper_slips.of_pad(tx, "")] == [number]


@pytest.mark.parametrize("day", ["2026-11-22", "2025-11-01", "nie", ""])
def test_a_day_that_can_not_stand_on_a_slip_is_refused(node, day):
    assert refused(pads.check_day, node, day) == "slip_day_wrong"


def test_answers_are_judged_by_the_day_on_the_slip(node):
    number = filed(node, pad(node)[0])
    assert application(node, number).state.context["filing_day"] == "2026-11-18"


def test_a_crash_in_the_filing_leaves_the_slip_unused(node, monkeypatch):
    slip = pad(node)[0]
    draft = draft_of(node, slip)
    with monkeypatch.context() as patch:
        patch.setattr("edge.taking_in.follow", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            drafts.file(node, draft, channel="console")
    assert slips(node)[slip] == "unused"
    assert drafts.file(node, draft, channel="console").created


# --- what the desk did in the same sitting


def test_originals_and_proxy_stand_right_behind_the_filing_and_come_once(node):
    draft = draft_of(node)
    acts = (("originals.seen", {"slots": ["proof"]}), ("proxy.recorded", standing.checked(packaged()["yangquan-dengji"], **PROXY)))
    number = drafts.file(node, draft, channel="console", acts=acts).number
    assert drafts.file(node, draft, channel="console", acts=acts).number == number
    assert kinds(node, number) == ["application.filed", "originals.seen", "proxy.recorded"]


def test_who_verified_the_person_for_a_draft_stands_in_the_filing(node):
    draft = draft_of(node)
    with node.database.write() as tx:
        tx.execute("UPDATE draft SET data = ? WHERE id = ?", (json.dumps(answers()), draft.id))
    number = drafts.file(node, draft, channel="console", identity="officer").number
    assert (application(node, number).state.identity, application(node, number).state.identity_by) == ("officer", OFFICER)


# --- originals


@pytest.fixture
def asking(tmp_path, clock):
    """A node whose service asks for an original that two people have to see."""
    from edge.node import open_node

    home = make_home(tmp_path / "two")
    made = service()
    made["x-service"] = {**made["x-service"], "materials": [*made["x-service"]["materials"], ORIGINAL], "originals_by": 2}
    publish_file(home / "services" / "ceshi-dengji.json", made)
    opened = open_node(home, clock)
    yield opened
    opened.close()


def waiting(node, number) -> list[str]:
    with node.database.read() as tx:
        from edge import applications

        return originals.outstanding(tx, applications.get(tx, number))


def test_nothing_is_free_to_be_handed_out_before_two_people_saw_the_original(asking):
    number = file_one(asking).number
    assert waiting(asking, number) == ["户口簿"]
    originals.record(asking, number, ["book"], actor=OFFICER, token=token())
    assert waiting(asking, number) == ["户口簿"]
    originals.record(asking, number, ["book"], actor=OFFICER, second=OTHER, token=token())
    assert waiting(asking, number) == []


def test_a_form_that_was_sent_twice_is_one_look(asking):
    number, same = file_one(asking).number, token()
    for _ in range(2):
        originals.record(asking, number, ["book"], actor=OFFICER, token=same)
    assert kinds(asking, number).count("originals.seen") == 1


@pytest.mark.parametrize(
    ("ticked", "second", "code"),
    [([], "", "originals_none"), (["proof"], "", "original_not_asked"), (["book"], OFFICER, "second_same")],
)
def test_what_can_not_be_recorded_writes_nothing(asking, ticked, second, code):
    number = file_one(asking).number
    assert refused(originals.record, asking, number, ticked, actor=OFFICER, second=second, token=token()) == code
    assert kinds(asking, number) == ["application.filed"]


# --- 代办


def test_the_papers_of_a_proxy_wait_like_originals(node):
    number = file_one(node).number
    standing.record(node, number, **PROXY, actor=OFFICER, token=token())
    assert waiting(node, number) == ["委托人的身份证件（代办）"]
    standing.record(node, number, **{**PROXY, "papers": ["letter", "principal", "proxy"]}, actor=OFFICER, token=token())
    assert waiting(node, number) == []


@pytest.mark.parametrize("change", [{"name": " "}, {"document": ""}, {"relation": "stranger"}])
def test_a_proxy_without_name_number_or_relation_is_refused(node, change):
    number = file_one(node).number
    assert refused(standing.record, node, number, **{**PROXY, **change}, actor=OFFICER, token=token()) == "standing_incomplete"
    assert kinds(node, number) == ["application.filed"]


def test_a_form_that_asks_for_the_proxy_is_not_recorded_beside(node):
    asks = packaged()["bianjing-tongxingzheng"]
    assert refused(standing.checked, asks, **PROXY) == "proxy_in_form"


def test_the_list_has_what_one_brought_on_these_days_and_for_whom(node, clock):
    for name in ("王秀梅", "李彩霞"):
        standing.record(node, file_one(node, name).number, **PROXY, actor=OFFICER, token=token())
    file_one(node, "自己来的")
    clock.advance(days=1)
    late = file_one(node, "石永福").number
    standing.record(node, late, **{**PROXY, "name": "石小燕", "document": "522425199603129844"}, actor=OFFICER, token=token())
    with node.database.read() as tx:
        assert len(standing.brought(tx, "2026-11-21", "2026-11-21")) == 2
        assert [one.number for one in standing.brought(tx, "2026-11-21", "2026-11-22", person="522425199603129844")] == [late]
        assert standing.brought(tx, "2026-11-21", "2026-11-22", person="陌生人") == []
        assert standing.brought(tx, "2026-11-21", "2026-11-22", actor="officer:nobody") == []


# --- rebuild


def test_slips_and_proxies_come_back_from_the_log_alone(node):
    numbers = pad(node)
    filed(node, numbers[1], acts=(("proxy.recorded", {**BODY}),))
    pads.void(node, numbers[0], "写坏了", actor=OFFICER, token=token())
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx)
        after = projections.dump(tx)
    assert before["paper_slip"] == after["paper_slip"] != []
    assert before["head_proxy"] == after["head_proxy"] != []


BODY = {"name": "罗建国", "number": "52242519850615981X", "relation": "village", "papers": ["letter"]}


# --- drafts of the kiosk


def at_kiosk(node, service_id="ceshi-dengji"):
    draft = drafts.create(node, service_id, "kiosk:visit")
    return draft, calls.call(node.database, "kiosk:visit", draft.id).code


def test_a_draft_goes_to_the_desk_by_its_code_and_back(node):
    draft, code = at_kiosk(node)
    taken = handing.take(node, f" {code} ", OFFICER)
    assert (taken.id, taken.owner) == (draft.id, OFFICER)
    assert refused(drafts.get, node, draft.id, "kiosk:visit") == "draft_at_desk"
    drafts.save(node, taken, answers())
    assert handing.hand_back(node, drafts.get(node, draft.id, OFFICER))
    assert drafts.get(node, draft.id, "kiosk:visit").data == answers()
    assert refused(drafts.get, node, draft.id, OFFICER) == "not_found"


def test_a_code_opens_once_and_only_what_waits(node):
    _, code = at_kiosk(node)
    handing.take(node, code, OFFICER)
    assert refused(handing.take, node, code, OTHER) == "code_unknown"
    assert refused(handing.take, node, "99999", OFFICER) == "code_unknown"


def test_a_call_without_a_draft_can_not_be_taken_over(node):
    code = calls.call(node.database, "kiosk:other").code
    assert refused(handing.take, node, code, OFFICER) == "code_private"
    with node.database.read() as tx:
        assert len(calls.waiting(tx)) == 1


def test_when_the_visit_has_ended_the_draft_stays_at_the_desk(node):
    _, code = at_kiosk(node)
    taken = handing.take(node, code, OFFICER)
    with node.database.write() as tx:
        calls.forget(tx, "kiosk:visit")
    assert not handing.hand_back(node, taken)
    assert drafts.get(node, taken.id, OFFICER).id == taken.id


def test_a_stranger_hands_nothing_back(node):
    _, code = at_kiosk(node)
    taken = handing.take(node, code, OFFICER)
    own = drafts.create(node, "ceshi-dengji", OFFICER)
    assert refused(handing.hand_back, node, own) == "not_found"
    with node.database.write() as tx:
        tx.execute("UPDATE draft SET owner = ? WHERE id = ?", (OTHER, taken.id))
    assert refused(handing.hand_back, node, taken) == "not_found"


# --- held already

HU = "juzhuzheng-shenling"
NUMBER = "522425196603129840"


def portrait(node, owner="import"):
    from tests.desk_app import photo

    return materials.store(node, photo((90, 120, 150)), "相片.jpg", owner, "/portrait/photo")


def first(node, identity="officer"):
    """An application of the person with a new portrait."""
    from edge import applications

    given = json.loads(json.dumps(packaged()[HU].samples["valid"][0]["answers"]))
    kept = portrait(node)
    given["applicant"] = {**given["applicant"], "by": "self", "idNumber": NUMBER}
    given["portrait"] = {"source": "new", "photo": f"sha256:{kept.sha256}"}
    given.pop("agent", None)
    filed = applications.file(node, HU, given, token=token(), materials=[kept], channel="import", actor="import", identity=identity)
    return filed.number, kept


def offered(node, today):
    with node.database.read() as tx:
        return held.offer(tx, NUMBER, packaged()[HU], today)


def test_a_portrait_comes_again_within_five_years_and_says_from_when(node):
    _, kept = first(node)
    value, material = offered(node, "2031-11-20")["/portrait/photo"]
    assert (value.value, value.day, material.sha256) == (f"sha256:{kept.sha256}", "2026-11-21", kept.sha256)
    assert offered(node, "2031-11-21") == {}


def test_what_somebody_filed_unverified_or_another_person_brought_is_never_offered(node):
    first(node, identity="unverified")
    assert offered(node, "2026-12-01") == {}


def test_the_confirmed_person_finds_it_in_the_draft_and_a_stranger_does_not(node):
    _, kept = first(node)
    draft = drafts.create(node, HU, OFFICER)
    filled = prefill.fill(node, draft, prefill.by_officer(NUMBER, OFFICER, seen=True))
    assert filled.data["portrait"]["photo"] == f"sha256:{kept.sha256}"
    assert [one.slot for one in filled.materials] == ["/portrait/photo"]
    other = prefill.fill(node, drafts.create(node, HU, OFFICER), prefill.by_officer("52242519850615981X", OFFICER, seen=True))
    assert other.materials == ()


def test_a_reused_portrait_does_not_grow_younger(node, clock):
    _, kept = first(node)
    clock.advance(days=400)
    first(node)
    with node.database.read() as tx:
        assert held.first_day(tx, kept.sha256) == "2026-11-21"


# --- M20


def test_who_asks_for_more_than_the_guide_is_refused_and_written_down(node):
    error = demands.refuse(node, "ceshi-dengji", "x" * 300, actor=OFFICER)
    assert error.code == "material_not_named"
    assert room_kinds(node) == ["demand.refused"]


def test_the_second_person_says_who_he_is_by_his_own_password(node):
    from edge import second
    from tests.desk_app import PASSWORD

    add_officer(node, "li", "李桂花")
    assert second.actor(node, " li ", PASSWORD) == OTHER
    assert refused(second.actor, node, "li", "wrong-password-1") == "second_wrong"
    assert refused(second.actor, node, "nobody", PASSWORD) == "second_wrong"
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM session").fetchone()[0] == 0
