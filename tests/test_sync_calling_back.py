"""差评回访: owed for every bad rating with a number, done by a stranger to the case, told to the room without a name."""

from types import SimpleNamespace

import pytest
from desk_app import file_one

from edge import ratings
from edge.errors import YizhanError
from sync.centre import board, calling_back, cases, definitions, desks, reviewers
from sync.centre import log as centre_log
from sync.centre.desks import ALL, Duty
from sync.centre.supervising import supervise
from tests.centre_browser import Browser, logged_in, serving
from tests.sync_pair import NODE

DU, PASSWORD = "centre:du", "vier-dicke-huehner"
PHONE, WORDS = "19900000377", "等了一上午没有人"
ANSWER = "窗口空岗属实，已调整值班。"


@pytest.fixture
def rated(node, centre, enrolled):
    """Four applications: rated badly with a number, badly without, well with a number, and not at all."""
    given = [file_one(node, applicant).number for applicant in ("王秀梅", "李彩霞", "陈子轩", "石永福")]
    for number, grade, phone in zip(given, "125", (PHONE, "", PHONE), strict=False):
        ratings.give(
            node, number, grade, how="kiosk", actor="kiosk", token=f"rating-{number}", words=WORDS, callback=phone
        )
    with centre.store.write() as tx:
        definitions.register(tx, node.newest("ceshi-dengji"), centre.clock.now())
    assert enrolled.drain().went_well
    reviewers.add(centre, "du", "杜督察", PASSWORD, "supervisor")
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    return SimpleNamespace(bad=given[0], anonymous=given[1], good=given[2], all=given)


def owed(centre, duties=(ALL,), own=frozenset(), *, done=False):
    with centre.store.read() as tx:
        return calling_back.entries(tx, centre, duties, own, done=done)


def call(centre, number, result="mended", answer=ANSWER, *, tries=0, actor=DU, **more):
    calling_back.record(centre, number, result=result, answer=answer, tries=tries, actor=actor, **more)


def called(centre):
    with centre.store.read() as tx:
        return [event.data for event in centre_log.walk(tx, NODE, "centre") if event.kind == "rating.called"]


def refused(act, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        act(*args, **more)
    return error.value.code


def fired(centre):
    """The applications in which supervision sees a rating that was not called back in time."""
    return {hit.number for hit in supervise(centre, days=300).hits if hit.finding.rule == "rating_uncalled"}


def test_a_bad_rating_with_a_number_is_owed_a_call_and_no_other(centre, rated):
    (entry,) = owed(centre)
    assert (entry.number, entry.grade, entry.callback, entry.late) == (rated.bad, 1, PHONE, False)
    assert entry.words == WORDS
    assert refused(call, centre, rated.anonymous) == refused(call, centre, rated.good) == "call_back_none"


def test_it_is_missed_after_two_working_days_and_not_before(centre, rated):
    (entry,) = owed(centre)
    centre.clock.advance(days=3)
    assert centre.clock.today() == entry.last_day == "2026-11-24"  # from a Saturday
    assert fired(centre) == set()
    centre.clock.advance(days=1)
    assert fired(centre) == {rated.bad}
    assert owed(centre)[0].late


def test_a_call_in_time_ends_it_and_one_that_came_late_stays_seen(centre, rated):
    call(centre, rated.bad)
    centre.clock.advance(days=9)
    assert owed(centre) == []
    assert fired(centre) == set()
    (entry,) = owed(centre, done=True)
    assert (entry.result, entry.by, entry.late) == ("mended", DU, False)


def test_one_that_was_made_too_late_is_counted_though_it_was_made(centre, rated):
    centre.clock.advance(days=9)
    call(centre, rated.bad)
    assert fired(centre) == {rated.bad}


def test_a_call_that_reached_nobody_leaves_it_owed(centre, rated):
    call(centre, rated.bad, "not_reached", "")
    assert [one.owed.tries for one in owed(centre)] == [1]
    centre.clock.advance(days=9)
    assert fired(centre) == {rated.bad}
    call(centre, rated.bad, "not_reached", "", tries=1)
    assert [one.owed.tries for one in owed(centre)] == [2]
    call(centre, rated.bad, tries=2)
    assert owed(centre) == []


def test_the_same_form_sent_twice_is_one_call(centre, rated):
    call(centre, rated.bad, "not_reached", "")
    call(centre, rated.bad, "not_reached", "")
    call(centre, rated.bad, tries=1)
    call(centre, rated.bad, tries=1)
    assert [one["result"] for one in called(centre)] == ["not_reached", "mended"]
    assert refused(call, centre, rated.bad, "unfounded", tries=1) == "call_back_over"


def test_the_room_learns_what_to_mend_and_not_who_said_so(enrolled, node, centre, rated):
    call(centre, rated.bad, note="他说上周也是这样")
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        assert ratings.answers(tx) == [("2026-11-21", "属实，已经整改", ANSWER)]
    assert called(centre) == [{"application": rated.bad, "result": "mended", "answer": ANSWER}]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "call_back_text"),
        ("长" * 501, "call_back_text"),
        ("王秀梅反映属实", "call_back_words"),
        (f"已打 {PHONE}", "call_back_words"),
        (f"反映“{WORDS}”，属实", "call_back_words"),
        ("号码 1990000", "call_back_words"),
    ],
)
def test_what_would_tell_the_room_who_it_was_is_not_written_down(centre, rated, answer, code):
    assert refused(call, centre, rated.bad, "mended", answer) == code
    assert called(centre) == []
    assert len(owed(centre)) == 1


def test_who_had_a_hand_in_it_does_not_call(centre, rated):
    cases.accept(centre, rated.bad, actor=DU)
    assert refused(call, centre, rated.bad) == "call_back_own"
    call(centre, rated.bad, actor="centre:anders")


def test_a_call_that_could_not_be_written_down_leaves_nothing_behind(centre, rated, monkeypatch):
    monkeypatch.setattr(calling_back, "update", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        call(centre, rated.bad)
    assert (called(centre), len(owed(centre))) == ([], 1)


def test_a_supervisor_of_another_place_sees_none_of_it(centre, rated):
    assert owed(centre, (Duty("read", area="522425"),))
    assert owed(centre, (Duty("read", area="5223"),)) == []
    assert owed(centre, (Duty("opinion", desk="民族事务"),)) == []


def test_the_desk_of_the_supervisor_from_the_list_to_the_answer(centre, rated):
    with serving(centre) as address:
        boss, desk, stranger = logged_in(address, "du", PASSWORD), logged_in(address, "li", PASSWORD), Browser(address)
        page = boss.get("/review/call-backs")
        assert all(words in page.words for words in (PHONE, WORDS, "待回访 1", "最迟"))
        assert rated.anonymous not in page.text.split('id="main"')[1]
        boss.get(f"/review/{rated.bad}/call-back")
        page = boss.submit("/call-back", result="mended", answer=f"电话 {PHONE}")
        assert (page.status, PHONE in page.words, "会猜出是谁评的" in page.words) == (422, True, True)
        page = boss.submit("/call-back", result="mended", answer=ANSWER, note="已致歉")
        assert ("已记下，意见将下发警务室" in page.words, "没有要回访的差评" in page.words) == (True, True)
        assert ("POST", 303) in boss.sent
        done = boss.get("/review/call-backs?list=done").words
        assert (ANSWER in done, "已致歉" in done) == (True, True)
        for path in ("/review/call-backs", f"/review/{rated.bad}/call-back"):
            assert desk.get(path).status == 403
            assert stranger.get(path).url.split("?")[0].endswith("/review/login")


def test_whom_a_case_is_about_is_not_shown_its_rating(centre, rated):
    with centre.store.write() as tx:
        row = {"node_id": NODE, "number": rated.bad, "account": "du"}
        tx.execute(calling_back.tables_review.concerned.insert().values(**row))
        desks.give(tx, "du", ())
    assert owed(centre, own=frozenset({"du"})) == []
    assert len(owed(centre, own=frozenset({"anders"}))) == 1
    assert board.number_in("没有号码") == ""
