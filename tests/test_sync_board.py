"""曝光纠错: from a sealed complaint to the wall of the room, without whoever complained; answered, late, taken down."""

import pytest

from edge import board, drafts, log, projections
from edge.errors import YizhanError
from edge.serving import Server
from forms.kinds import ROOM_KINDS, check_body
from forms.kinds_board import ROOM_KINDS as BOARD
from sync.centre import board as centre_board
from sync.centre import log as centre_log
from sync.centre import reviewers, supervisor_keys
from sync.centre.app import create_app
from sync.centre.board import Draft
from tests.centre_browser import Browser
from tests.sync_pair import NODE

DU, LI, PASSWORD = "centre:du", "centre:li", "vier-dicke-huehner"
ANSWERS = {
    "about": {"kind": "room", "who": "值班的小韦", "content": "11月18日去办居住登记，说要交五十元，没有给收据。"},
    "reply": {"anonymous": False, "name": "覃月圆", "phone": "19900000377", "callback": True},
    "declaration": {"truth": True, "privacy": True},
}
PROBLEM = "有群众反映：办居住登记被收五十元，没有给收据。"
ANSWER = "居住登记不收费。钱已退还，当事人已处理，收费公示牌已补挂。"
BODIES = {
    "board.published": {"problem": PROBLEM, "raised": "2026-11-20"},
    "board.answered": {"entry": "0" * 32, "state": "mended", "text": ANSWER},
    "board.withdrawn": {"entry": "0" * 32, "reason": "写错了警务室"},
}


@pytest.fixture
def complaint(node, centre, enrolled):
    """A complaint that has reached the centre; its number."""
    reviewers.add(centre, "du", "杜督察", PASSWORD, supervisor_keys.POST)
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    number = drafts.file(
        node, drafts.save(node, drafts.create(node, "jubao-tousu", "kiosk:one"), ANSWERS, page=3), actor="kiosk"
    ).number
    assert enrolled.drain().went_well
    return number


def public(centre, number, draft=None, actor=DU):
    draft = draft or Draft(PROBLEM)
    centre_board.write(centre, number, draft, actor=actor)
    centre_board.publish(centre, number, read=draft.digest, actor=actor)


def refused(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as error:
        call(*args, **more)
    return error.value.code


def shown(node):
    with node.database.read() as tx:
        return board.shown(tx)


def said(centre):
    with centre.store.read() as tx:
        return [(event.kind, event.data) for _, event in centre_log.of_room(tx, NODE, BOARD)]


@pytest.mark.parametrize("kind", BOARD)
def test_every_kind_of_the_board_belongs_to_the_centre_and_refuses_what_is_missing_or_unknown(kind):
    assert ROOM_KINDS[kind].side == "centre"
    check_body(kind, BODIES[kind])
    for name in BODIES[kind]:
        with pytest.raises(ValueError, match=f"^{name}: "):
            check_body(kind, {key: value for key, value in BODIES[kind].items() if key != name})
    with pytest.raises(ValueError, match=r"^number: "):
        check_body(kind, BODIES[kind] | {"number": "52242500171000010"})


def test_a_problem_goes_down_without_its_complaint_and_is_answered_later(node, centre, enrolled, complaint):
    public(centre, complaint)
    assert said(centre) == [("board.published", {"problem": PROBLEM, "raised": "2026-11-21"})]
    assert enrolled.drain().went_well
    assert [(one.problem, one.state) for one in shown(node)] == [(PROBLEM, "")]
    public(centre, complaint, Draft(PROBLEM, "mended", ANSWER))
    assert enrolled.drain().went_well
    assert [(one.state, one.answer) for one in shown(node)] == [("mended", ANSWER)]
    with node.database.read() as tx:
        down = b"".join(event.body for event in log.down(tx) if event.kind in BOARD)
    assert complaint.encode() not in down
    with node.database.write() as tx:
        before = projections.dump(tx)["board"]
        projections.rebuild(tx)
        assert projections.dump(tx)["board"] == before


def test_publishing_twice_says_it_once_and_a_kill_before_the_end_leaves_the_draft(centre, complaint, monkeypatch):
    centre_board.write(centre, complaint, Draft(PROBLEM), actor=DU)
    with monkeypatch.context() as broken:
        broken.setattr(centre_board, "delete", lambda *_: (_ for _ in ()).throw(OSError("the power went")))
        with pytest.raises(OSError, match="power"):
            centre_board.publish(centre, complaint, read=Draft(PROBLEM).digest, actor=DU)
    assert said(centre) == []
    assert centre_board.draft_of(centre, complaint, DU) == Draft(PROBLEM)
    for _ in range(2):
        centre_board.publish(centre, complaint, read=Draft(PROBLEM).digest, actor=DU)
    assert len(said(centre)) == 1
    public(centre, complaint, Draft(PROBLEM, "mended", ANSWER))
    public(centre, complaint, Draft(PROBLEM, "mended", ANSWER))
    assert [kind for kind, _ in said(centre)] == ["board.published", "board.answered"]


def test_only_a_supervisor_writes_publishes_and_takes_down(centre, complaint):
    for actor in (LI, "centre:nobody"):
        assert refused(centre_board.write, centre, complaint, Draft(PROBLEM), actor=actor) == "sealed_other"
        assert refused(centre_board.draft_of, centre, complaint, actor) == "sealed_other"
        assert refused(centre_board.publish, centre, complaint, read="x", actor=actor) == "sealed_other"
        assert refused(centre_board.withdraw, centre, complaint, "不妥", actor=actor) == "sealed_other"
    assert refused(centre_board.write, centre, NODE + "1999990", Draft(PROBLEM), actor=DU) == "not_found"
    assert said(centre) == []


@pytest.mark.parametrize(
    "words",
    ["覃月圆说被收了钱", "打 19900000377 问她", "值班的小韦收了钱", "身份证 522425196603129840", "电话0857-0000000"],
)
def test_a_name_or_a_number_of_somebody_is_found_before_anybody_reads_it(centre, complaint, words):
    for draft in (Draft(words), Draft(PROBLEM, "mended", words)):
        assert refused(centre_board.write, centre, complaint, draft, actor=DU) == "board_names"


def test_a_day_a_sum_and_the_hotlines_are_nobodys_number(centre, complaint):
    for words in ("2026-11-18 收了 50 元", "请打 12389、12345", "11月18日上午九点，收 50.00 元"):
        centre_board.write(centre, complaint, Draft(words), actor=DU)


@pytest.mark.parametrize(
    "draft",
    [
        Draft(""),
        Draft("字" * 501),
        Draft(PROBLEM, "", ANSWER),
        Draft(PROBLEM, "mended", ""),
        Draft(PROBLEM, "burnt", ANSWER),
    ],
)
def test_half_a_draft_is_kept_nowhere(centre, complaint, draft):
    assert refused(centre_board.write, centre, complaint, draft, actor=DU) == "board_text"
    assert centre_board.draft_of(centre, complaint, DU) == Draft("")


def test_what_nobody_read_through_is_not_published(centre, complaint):
    centre_board.write(centre, complaint, Draft(PROBLEM), actor=DU)
    assert refused(centre_board.publish, centre, complaint, read="", actor=DU) == "board_not_read"
    read = Draft(PROBLEM).digest
    centre_board.write(centre, complaint, Draft(PROBLEM + "（另一人改过）"), actor=DU)
    assert refused(centre_board.publish, centre, complaint, read=read, actor=DU) == "board_changed"
    assert said(centre) == []


def test_two_working_days_without_an_answer_are_marked_on_both_ends(node, centre, enrolled, complaint, clock):
    public(centre, complaint)
    assert enrolled.drain().went_well
    # raised on a Saturday: Monday and Tuesday are the two working days
    for days, level in ((0, "waiting"), (3, "waiting"), (1, "late")):
        clock.advance(days=days)
        (entry,) = shown(node)
        assert entry.level(node.calendar, clock.today()) == level, clock.today()
        (one,) = centre_board.entries(centre)
        assert one.late == (level == "late")
    assert board.counts(shown(node), node.calendar, clock.today()) == board.Counts(1, 0, 1)
    public(centre, complaint, Draft(PROBLEM, "explained", ANSWER))
    assert enrolled.drain().went_well
    assert board.counts(shown(node), node.calendar, clock.today()) == board.Counts(1, 1, 0)


def test_what_is_taken_down_is_on_no_screen_and_stays_down(node, centre, enrolled, complaint):
    public(centre, complaint)
    assert enrolled.drain().went_well
    assert refused(centre_board.withdraw, centre, complaint, " ", actor=DU) == "board_reason"
    for _ in range(2):
        centre_board.withdraw(centre, complaint, "看得出是谁", actor=DU)
    assert [kind for kind, _ in said(centre)] == ["board.published", "board.withdrawn"]
    assert refused(centre_board.write, centre, complaint, Draft(PROBLEM, "mended", ANSWER), actor=DU) == "board_over"
    assert enrolled.drain().went_well
    assert shown(node) == []


def test_the_supervisor_reads_it_through_and_vouches_before_it_hangs_on_the_wall(node, centre, enrolled, complaint):
    running = Server(create_app(centre), "127.0.0.1", 0)
    try:
        other = Browser(running.url)
        other.log_in("li", PASSWORD)
        assert {
            other.get(path).status
            for path in ("/review/board", f"/review/{complaint}/board", f"/review/{complaint}/board/read")
        } == {403}
        stranger = Browser(running.url)
        assert stranger.get("/review/board").url.split("?")[0].endswith("/login")
        du = Browser(running.url)
        du.log_in("du", PASSWORD)
        assert "公开这个问题" in du.get(f"/review/{complaint}/sealed").words
        assert "覃月圆" in du.get(f"/review/{complaint}/board").words
        page = du.submit("/board", problem="覃月圆被收了钱", state="", answer="")
        assert (page.status, "还有“覃月圆”" in page.words) == (422, True)
        page = du.submit("/board", problem=PROBLEM, state="", answer="")
        assert page.url.endswith("/board/read")
        assert "覃月圆" not in page.words
        page = du.submit("/board/publish", names="1", reporter="")
        assert "请逐字读一遍" in page.words
        assert said(centre) == []
        page = du.submit("/board/publish", names="1", reporter="1")
        assert page.url.endswith("/review/board")
        assert PROBLEM in page.words
    finally:
        running.stop()
    assert [kind for kind, _ in said(centre)] == ["board.published"]
