"""投诉的回应和升级: two working days for each level, told to nobody at the room, kept from whom it is about."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from edge import drafts
from edge.errors import YizhanError
from forms.calendar import Calendar
from forms.escalation import first_late_day, is_late, last_days, level, level_of_area
from sync.centre import cases, complaints, desks, log, reviewers, rounds, supervisor_keys, tables
from sync.centre.desks import ALL, Duty
from sync.centre.phone import complaint
from sync.centre.supervising import supervise
from tests.centre_browser import logged_in, serving
from tests.programs import ask
from tests.sync_pair import NODE

CALENDAR = Calendar(frozenset({2026}))
DU, PASSWORD = "centre:du", "vier-dicke-huehner"
WORDS, NOTE = "收了我二十块没给票", "钱已退，当面道了歉"
ANSWERS = {
    "about": {"kind": "room", "who": "值班的小韦", "content": "11月18日去办居住登记，说要交五十元，没有给收据。"},
    "reply": {"anonymous": False, "name": "覃月圆", "phone": "19900000377", "callback": True},
    "declaration": {"truth": True, "privacy": True},
}


def test_each_level_has_two_working_days_and_the_last_one_keeps_it():
    friday = "2026-11-20T16:00:00+08:00"
    assert last_days(friday, CALENDAR) == ("2026-11-24", "2026-11-26", "2026-11-30")
    days = {day: level(friday, f"2026-11-{day:02}T23:59:59+08:00", CALENDAR) for day in (20, 24, 25, 26, 27, 30)}
    assert days == {20: 0, 24: 0, 25: 1, 26: 1, 27: 2, 30: 2}
    assert level(friday, "2027-03-01T09:00:00+08:00", CALENDAR) == 2
    assert [is_late(friday, f"2026-11-{day}T09:00:00+08:00", CALENDAR) for day in (24, 25)] == [False, True]


@pytest.mark.parametrize("today", ["2026-11-20", "2026-11-21", "2026-11-23", "2026-11-24", "2026-11-25", "2026-10-08"])
def test_the_day_before_which_all_is_late_agrees_with_the_levels(today):
    calendar = Calendar(frozenset({2026}))
    first = first_late_day(today, calendar)
    for day in range(1, 31):
        since = f"{today[:8]}{day:02}"
        if since <= today:
            assert (since < first) == is_late(f"{since}T10:00:00+08:00", f"{today}T10:00:00+08:00", calendar)


def test_who_has_no_area_works_at_every_level():
    assert [level_of_area(area) for area in ("", "52", "5224", "522425", "5224250017")] == [0, 2, 1, 0, 0]


@pytest.fixture
def told(node, centre, enrolled):
    """Two complaints: one filed at the room, one from a phone; both of a Saturday, so that Tuesday is the last day."""
    reviewers.add(centre, "du", "杜督察", PASSWORD, supervisor_keys.POST)
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    draft = drafts.save(node, drafts.create(node, "jubao-tousu", "kiosk:one"), ANSWERS, page=3)
    filed = drafts.file(node, draft, actor="kiosk").number
    assert enrolled.drain().went_well
    found = SimpleNamespace(node=NODE, number=filed)
    return SimpleNamespace(filed=filed, phone=complaint.keep(centre, found, WORDS, "19900000123"))


def shown(centre, show="open", duties=(ALL,), accounts=frozenset({"du"})):
    with centre.store.read() as tx:
        return complaints.entries(tx, centre, duties, accounts, show=show)


def counts(centre, duties=(ALL,)):
    with centre.store.read() as tx:
        return complaints.counts(tx, centre, duties, frozenset())


def badge(centre, duties):
    with centre.store.read() as tx:
        return complaints.raised(tx, centre, duties, frozenset())


def answer(centre, code, outcome="mended", text=NOTE, accounts=frozenset({"du"})):
    complaints.answer(centre, code, outcome, text, actor=DU, duties=(ALL,), accounts=accounts)


def refused(act, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        act(*args, **more)
    return error.value.code


def written(centre):
    with centre.store.read() as tx:
        return {(row.id, row.level) for row in tx.execute(select(tables.escalation))}


def test_both_wait_and_are_raised_level_by_level_once_each(centre, told):
    assert {one.id for one in shown(centre)} == {told.filed, told.phone}
    assert shown(centre, "raised") == []
    expected = {3: (0, set()), 4: (2, {"city"}), 6: (2, {"city", "province"}), 30: (2, {"city", "province"})}
    moved = 0
    for days, (late, levels) in expected.items():
        centre.clock.advance(days=days - moved)
        moved = days
        rounds.Rounds(centre).make()
        assert complaints.raise_late(centre) == 0
        assert counts(centre).late == late == len(shown(centre, "raised"))
        assert written(centre) == {(one, name) for one in (told.filed, told.phone) for name in levels}


def test_those_above_see_the_number_when_it_became_theirs(centre, told):
    places = {"all": (ALL,), "county": (Duty("read", area=NODE[:6]),), "city": (Duty("read", area=NODE[:4]),)}
    places |= {"province": (Duty("read", area=NODE[:2]),), "other": (Duty("read", area="5223"),)}
    seen = []
    for days in (3, 1, 2):
        centre.clock.advance(days=days)
        seen.append({name: badge(centre, duties) for name, duties in places.items()})
    assert seen[0] == dict.fromkeys(places, 0)
    assert seen[1] == {"all": 2, "county": 2, "city": 2, "province": 0, "other": 0}
    assert seen[2] == {"all": 2, "county": 2, "city": 2, "province": 2, "other": 0}


def test_supervision_counts_what_was_late_and_names_none_of_it(centre, told):
    def found():
        return [hit for hit in supervise(centre, days=100).hits if hit.finding.rule == "complaint_late"]

    assert found() == []
    centre.clock.advance(days=4)
    assert [(hit.node, hit.number) for hit in found()] == [(NODE, "")] * 2
    assert all("已升级到市级" in hit.finding.words for hit in found())
    answer(centre, told.phone)
    assert sum("才回应" in hit.finding.words for hit in found()) == 1


def test_the_first_act_about_a_filed_one_is_its_answer(centre, told):
    cases.accept(centre, told.filed, actor=DU)
    assert [one.id for one in shown(centre, accounts=frozenset())] == [told.phone]
    (done,) = shown(centre, "done")
    assert (done.id, done.answered_by, done.late) == (told.filed, DU, False)


def test_one_from_a_phone_is_answered_once_and_the_room_hears_nothing(centre, told):
    with centre.store.read() as tx:
        before = log.head(tx, NODE, "centre")
    answer(centre, told.phone)
    answer(centre, told.phone)
    assert refused(answer, centre, told.phone, "unfounded") == "complaint_answered"
    (done,) = shown(centre, "done")
    assert (done.outcome, done.note, done.words) == ("mended", NOTE, WORDS)
    with centre.store.read() as tx:
        assert log.head(tx, NODE, "centre") == before
        assert NOTE not in str(tx.execute(select(tables.complaint)).all())


@pytest.mark.parametrize(("outcome", "text"), [("mended", " "), ("nothing", NOTE), ("mended", "长" * 501)])
def test_an_answer_says_what_was_done(centre, told, outcome, text):
    assert refused(answer, centre, told.phone, outcome, text) == "complaint_answer"
    assert len(shown(centre)) == 2


def test_an_answer_that_could_not_be_written_leaves_it_waiting(centre, told, monkeypatch):
    monkeypatch.setattr(complaints, "update", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        answer(centre, told.phone)
    assert len(shown(centre)) == 2


def test_nobody_sees_or_answers_one_about_a_case_that_he_handled(centre, told):
    with centre.store.write() as tx:
        event = {"kind": "application.accepted", "application": told.filed, "body": {}, "actor": DU}
        log.append(tx, centre.clock, NODE, **event)  # the receipt that the phone's complaint came from
    assert [one.id for one in shown(centre)] == [told.filed]
    assert refused(answer, centre, told.phone) == "not_found"
    assert len(shown(centre, accounts=frozenset({"anders"}))) == 2


def test_in_another_place_there_is_nothing_to_see(centre, told):
    assert shown(centre, duties=(Duty("read", area="5223"),)) == []
    assert counts(centre, (Duty("read", area="5223"),)).open == 0


def test_the_page_and_the_command(centre, told):
    centre.clock.advance(days=4)
    with centre.store.write() as tx:
        desks.give(tx, "du", (Duty("read", area=NODE[:4]),))
    with serving(centre) as address:
        boss, desk = logged_in(address, "du", PASSWORD), logged_in(address, "li", PASSWORD)
        page = boss.get("/review/told")
        assert all(words in page.words for words in (WORDS, "待回应 2", "已升级 2", "已升级到市级", "监督 2"))
        assert "二十块" not in desk.get("/review/told").words
        boss.get("/review/told")
        page = boss.post("/review/told", form(boss, outcome="mended", text=""))
        assert (page.status, "写明怎样处理的" in page.words) == (422, True)
        page = boss.post("/review/told", form(boss, outcome="mended", text=NOTE))
        assert ("POST", 303) in boss.sent
        assert "待回应 1" in page.words
        assert NOTE in boss.get("/review/told?list=done").words
    said = ask("centre_complaints", "centre", "complaints", "--home", centre.settings.home)
    assert said["open"] == 1


def form(browser, **given):
    text = browser.page.text
    token = text.split('name="csrf_token" value="')[1].split('"')[0]
    return {"csrf_token": token, "id": text.split('name="id" value="')[1].split('"')[0], **given}
