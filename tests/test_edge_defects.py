"""补正材料一次性告知: complete or not is said on the spot, once, on paper, signed; offline, and known at the centre."""

import subprocess
import sys
import textwrap

import pytest
from counter_data import FEE, PERMIT, assistant, drawn, file, picture, police, publish, token
from desk_app import application, centre_says, kinds

from edge import applications, defects, projections
from edge.errors import YizhanError
from edge.node import open_node
from forms import notices
from forms.state import Item
from sync.centre import cases
from sync.centre.desks import ALL
from sync.centre.review import view
from sync.https import HttpsLink
from sync.push import Push
from tests.sync_pair import give_enrolment


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def officer(node):
    return police(node)


def code_of(call, *args, **more) -> str:
    with pytest.raises(YizhanError) as refused:
        call(*args, **more)
    return refused.value.code


def tick_missing(node, number, officer, **more):
    items = defects.missing(application(node, number))
    defects.tick(node, number, items, by=officer, **more)


def hand(node, number, officer, signed="glass", **more):
    given = {"proof": drawn(node, defects.SLOT)} if signed == "glass" else {}
    return defects.hand(node, number, signed=signed, by=officer, token=more.pop("token", token()), **given, **more)


def correct(node, number, *slots):
    state = application(node, number).state
    files = [picture(node, slot, (40, 10 * place, 90)) for place, slot in enumerate(slots)]
    applications.answer_correction(node, number, state.answers, actor="officer:wei", materials=files)


def test_everything_that_the_guide_asks_for_and_nobody_brought_is_missing_at_once(node, officer):
    number = file(node)
    found = defects.missing(application(node, number))
    assert [(one.ref, one.label) for one in found] == [("proof", "住所证明"), ("book", "居民户口簿")]
    assert found[0].defect == "没有交。请带原件或复印件1份，也可以用租房合同。拍整页，四个角都要拍到。"
    applications.add_material(node, number, picture(node, "book"), actor=officer.actor)
    assert [one.ref for one in defects.missing(application(node, number))] == ["proof"]


def test_the_notice_is_given_when_it_is_signed_for_and_not_when_it_is_ticked(node, officer):
    number = file(node)
    tick_missing(node, number, officer)
    assert application(node, number).state.phase == "received"
    hand(node, number, officer)
    state = application(node, number).state
    assert state.phase == "correction"
    assert state.noticed_at is not None
    assert [item.ref for item in state.correction.items] == ["proof", "book"]
    assert state.correction.side == "node"
    assert state.correction.signed == "glass"
    assert kinds(node, number) == ["application.filed", "notice.handed"]
    with node.database.read() as tx:
        assert defects.ticked(tx, number) is None


def test_a_notice_that_nobody_signed_is_none(node, officer):
    number = file(node)
    assert code_of(hand, node, number, officer) == "defects_none"
    tick_missing(node, number, officer)
    assert code_of(defects.hand, node, number, signed="glass", by=officer, token=token()) == "notice_unsigned"
    assert code_of(hand, node, number, officer, signed="refused") == "notice_unsigned"
    assert code_of(hand, node, number, officer, signed="somehow") == "notice_unsigned"
    assert kinds(node, number) == ["application.filed"]
    hand(node, number, officer, signed="refused", remark="说回去商量，不肯签")
    assert application(node, number).state.correction.signed == "refused"


def test_the_same_form_sent_twice_is_one_notice(node, officer):
    number, once = file(node), token()
    tick_missing(node, number, officer)
    hand(node, number, officer, token=once)
    hand(node, number, officer, token=once)
    assert kinds(node, number) == ["application.filed", "notice.handed"]


def test_nothing_outside_of_the_guide_can_be_asked_for(node, officer):
    number = file(node)
    it = application(node, number)
    for target in (
        "material:passport",
        "field:/secret",
        "free:户口迁移证",
        "usual:9",
        "usual:x",
        "other",
        "material:portrait",
    ):
        assert code_of(defects.item, it, target, "带来") == "defect_unknown"
    assert code_of(defects.item, it, "material:proof", "  ") == "defect_unsaid"
    assert defects.item(it, "usual:1", "").defect == "照片不清楚"
    field = defects.item(it, "field:/applicant/name", "与身份证不一致")
    assert (field.label, field.defect) == ("姓名", "与身份证不一致")


def test_a_second_notice_needs_a_reason_and_is_marked(node, officer):
    number = file(node)
    defects.tick(node, number, [Item("material", "proof", "住所证明", "没有交")], by=officer)
    hand(node, number, officer)
    correct(node, number, "proof")
    later = [Item("material", "proof", "住所证明", "照片模糊"), Item("material", "book", "居民户口簿", "没有交")]
    assert code_of(defects.tick, node, number, later, by=officer) == "notice_again"
    defects.tick(node, number, later, by=officer, reason="第一次漏看了户口簿")
    hand(node, number, officer)
    state = application(node, number).state
    # the new picture of the proof could not be judged before; the book was missing all the time
    assert state.corrections[1].avoidable == ("居民户口簿",)
    assert notices.marks(state) == ["第2次要求补正；首次就能发现的：居民户口簿"]


def test_the_centres_notice_counts_as_the_first(node, officer):
    number = file(node)
    item = {"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "写错"}
    centre_says(node, "correction.requested", number, {"items": [item]})
    assert code_of(tick_missing, node, number, officer) == "notice_again"


def test_an_answer_at_the_desk_settles_the_rooms_notice(node, officer):
    number = file(node)
    tick_missing(node, number, officer)
    hand(node, number, officer)
    correct(node, number, "proof", "book")
    state = application(node, number).state
    assert state.phase == "received"
    assert [one.status for one in state.corrections] == ["answered"]
    assert defects.missing(application(node, number)) == []


@pytest.mark.parametrize(
    ("service", "who", "counts"),
    [(FEE, police, False), (FEE, assistant, False), (PERMIT, police, True), (PERMIT, assistant, False)],
)
def test_whose_notice_ends_the_first_clock(node, service, who, counts):
    # the service of the tests is accepted at the node; a permit is for a police officer (行政许可法 32)
    counts = counts or service == FEE
    number, by = file(node, service), who(node)
    tick_missing(node, number, by)
    hand(node, number, by)
    it = application(node, number)
    first = next(one for one in it.clocks(node.calendar, node.clock.now()) if one.name == "notice")
    assert (first.level == "stopped") is counts
    assert (it.state.noticed_at is not None) is counts


def test_another_body_that_gives_the_notice_gives_it_still(node, officer):
    service = node.newest("daxing-huodong").service
    assert defects.counts(service, "民警") is False
    assert defects.counts(node.newest("juzhuzheng-shenling").service, "辅警") is True
    assert defects.counts(node.newest("xingzheng-fuyi").service, "民警") is False


@pytest.mark.parametrize("day", ["yesterday", "2020-01-01", "2099-01-01", "20261201"])
def test_a_day_that_can_not_be_kept_is_refused(node, officer, day):
    assert code_of(tick_missing, node, file(node), officer, due_day=day) == "notice_due_wrong"


def test_what_is_closed_or_accepted_is_not_asked_for_more(node, officer):
    number = file(node)
    tick_missing(node, number, officer)
    centre_says(node, "application.accepted", number, {})
    assert code_of(hand, node, number, officer) == "not_allowed_now"
    assert code_of(tick_missing, node, number, officer) == "not_allowed_now"


def test_what_was_ticked_survives_a_kill_and_no_half_of_a_notice_does(home):
    node = open_node(home)
    officer, number = police(node), file(node)
    tick_missing(node, number, officer)
    node.close()
    program = textwrap.dedent(f"""
        import os
        from pathlib import Path
        from edge import defects, heads, officers
        from edge.node import open_node
        node = open_node(Path({str(home)!r}))
        heads.project = lambda tx, number: os._exit(9)  # the event is written, the transaction is not committed
        wei = officers.all_of(node)[0]
        defects.hand(node, {number!r}, signed="refused", remark="x", by=wei, token="abcdefgh")
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    again = open_node(home)
    try:
        assert kinds(again, number) == ["application.filed"]
        with again.database.read() as tx:
            assert len(defects.ticked(tx, number).items) == 2
    finally:
        again.close()


def test_the_rows_are_the_same_after_a_rebuild(node, officer):
    number = file(node)
    tick_missing(node, number, officer)
    hand(node, number, officer)
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx)
        assert projections.dump(tx) == before


def test_the_centre_reads_the_notice_and_its_yellow_mark(node, officer, centre, server):
    give_enrolment(node, centre, server.url)
    number = file_packaged(node)
    defects.tick(node, number, [Item("field", "/", "整份申请", "租期没有写")], by=officer)
    hand(node, number, officer)
    defects.tick(node, number, [Item("field", "/x", "房东电话", "没有写")], by=officer, reason="漏看")
    hand(node, number, officer)
    link = HttpsLink(server.url)
    assert Push(node, link).drain().problem is None
    link.close()
    state = cases.get(centre, number).state
    assert state.phase == "correction"
    assert [one.side for one in state.corrections] == ["node", "node"]
    shown = view.build(centre, cases.get(centre, number), "centre:li", (ALL,))
    assert any("第2次要求补正" in badge.text for badge in shown.badges)
    assert (
        code_of(
            cases.request_correction, centre, number, actor="centre:li", items=[Item("field", "/y", "其他", "再补")]
        )
        == "correction_again"
    )


def file_packaged(node) -> str:
    """An application of a packaged service, which the centre knows too."""
    sample = node.newest("chuzu-fangwu").samples["valid"][0]
    return applications.file(
        node,
        "chuzu-fangwu",
        sample["answers"],
        token=token(),
        channel="import",
        actor="import",
        on=sample["context"]["filing_day"],
    ).number
