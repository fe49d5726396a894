"""The pages of the review desk beyond the plain acts: what a browser without scripts shows and sends."""

import hashlib
import re

import pytest

from forms.state import Item
from sync.centre import cases, desks, log, reviewers, who
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from tests.centre_browser import Browser, serving
from tests.centre_room import MATERIAL, NODE, SHA, enrolled, number, pieces, sample
from tests.lifecycle_data import CONTEXT
from tests.test_sync_centre_deciding import ASKED

PASSWORD = "vier-dicke-huehner"
PLAIN, PERMIT, NATION = number(1), number(2), number(3)


@pytest.fixture
def room(centre):
    made = enrolled(centre)
    made.file_one(1, materials=[MATERIAL])
    made.write("application.filed", sample("daxing-huodong"), 2)
    made.write("application.filed", sample("minzu-biangeng") | {"answers": ASKED}, 3)
    exchange(centre, made, chunks=pieces())
    return made


@pytest.fixture
def url(centre, room):
    for name, shown, post in (("li", "李审批", "户政"), ("wang", "王审批", "户政"), ("min", "杨民宗", "民族事务")):
        reviewers.add(centre, name, shown, PASSWORD, post)
    with centre.store.write() as tx:
        desks.give(tx, "min", [Duty("opinion", desk="民族事务")])
    with serving(centre) as address:
        yield address


@pytest.fixture
def desk(url):
    return at(url, "li")


def at(url, name):
    browser = Browser(url)
    browser.log_in(name, PASSWORD)
    return browser


def exchange(centre, room, **which):
    body = room.batch(**which)
    return room.read(receive(centre, room.node, body), body)


def kinds(centre):
    with centre.store.read() as tx:
        return [event.kind for event in log.walk(tx, NODE, "centre")]


def test_an_address_that_is_none_keeps_the_menu_for_a_reviewer_and_shows_a_stranger_none(desk, url):
    for path in ("/review/a/b/c", f"/review/{number(9)}"):
        lost = desk.get(path)
        assert lost.status == 404
        assert all(word in lost.words for word in ("没有找到", "回到首页", "待办理", "退出"))
    unknown = Browser(url).get("/review/a/b/c")
    assert (unknown.status, "主菜单" in unknown.text, "没有找到" in unknown.words) == (404, False, True)


def test_who_comes_second_sees_what_happened_and_keeps_his_text(desk, url, centre):
    other = at(url, "wang")
    desk.get(f"/review/{PLAIN}/refuse")
    other.get(f"/review/{PLAIN}")
    assert "李审批也打开着这一件" in other.page.words
    other.submit("/accept")
    page = desk.submit("/refuse", reason="住址不在本辖区")
    assert page.status == 409
    assert "您打开以后，这一件有了新的变化" in page.words
    assert "中心 王审批" in page.words
    assert "您刚才写的内容没有发出" in page.words
    assert "住址不在本辖区" in page.text
    assert kinds(centre) == ["application.accepted"]


def test_a_department_finds_what_waits_for_it_and_nothing_else(desk, url, centre):
    department = at(url, "min")
    assert department.page.url.split("?")[0].endswith(NATION)
    assert "待办理" not in department.page.words
    for path in (f"/review/{PLAIN}", f"/review/{PLAIN}/materials/{SHA}", f"/review/{PLAIN}/compare"):
        assert department.get(path).status == 404
    assert department.get("/review/nodes").status == 403
    department.get(f"/review/{NATION}/opinion")
    assert department.submit("/opinion").status == 422
    page = department.submit("/opinion", step="county_opinion", outcome="agreed", text="材料属实")
    assert "意见已出具" in page.words
    desk.get(f"/review/{NATION}")
    assert "同意" in desk.page.words
    assert "材料属实" in desk.page.words
    assert "等意见" in desk.page.words
    assert "受理 A" not in desk.page.words.replace("不予受理", "")
    page = department.get(f"/review/{NATION}")
    assert ("改意见 ：初审意见" in page.words, "出具意见 ：审批意见" in page.words) == (True, True)
    assert kinds(centre) == ["opinion.given"]


def test_what_was_sent_back_comes_to_the_department_again_once_it_is_corrected(url, room, centre):
    department, listed = at(url, "min"), f"/review/{NATION}"
    department.get(f"{listed}/opinion")
    department.submit("/opinion", step="county_opinion", outcome="returned", text="户口簿照片看不清。")
    item = Item("material", "/files/ownBook", "户口簿照片", "看不清")
    asked = cases.request_correction(centre, NATION, actor="centre:li", items=[item]).state.correction.request
    assert listed not in department.get("/review/?show=opinions").text
    exchange(centre, room)  # the room hears of the notice before it answers
    room.write("correction.answered", {"request": asked, "answers": ASKED, "context": CONTEXT, "materials": []}, 3)
    exchange(centre, room)
    page = department.get("/review/?show=opinions")
    assert listed in page.text
    assert "退回后已补正，等意见" in page.words
    department.get(f"{listed}/opinion")
    department.submit("/opinion", step="county_opinion", outcome="agreed", text="")
    assert "退回后已补正" not in department.get(listed).words


def test_the_people_of_a_room_stand_in_the_history_by_the_names_they_signed_with(desk, room, centre):
    seen = {"method": "officer"}
    room.write("identity.verified", seen, actor="officer:luoming")
    room.write("officer.signed", {"account": "luoming", "documents": "0" * 64}, application="")
    exchange(centre, room)
    assert "警务室 luoming" in desk.get(f"/review/{PLAIN}").words  # an older program says no name
    for name in ("罗明", "罗铭"):
        said = {"account": "luoming", "documents": "1" * 64, "name": name}
        room.write("officer.signed", said, application="", actor="officer:luoming")
        exchange(centre, room)
        assert f"警务室 {name}" in desk.get(f"/review/{PLAIN}").words
    with centre.store.read() as tx:
        assert (who.names(tx, NODE), who.names(tx, "5224250099")) == ({"luoming": "罗铭"}, {})


def test_nothing_is_to_be_confirmed_any_more_once_it_is_closed(desk, room, centre):
    room.write("application.filed", sample("xingming-biangeng", to_confirm=True), 4)
    exchange(centre, room)
    desk.get(f"/review/{number(4)}/refuse")
    assert "辅警或者自助机收的件，必须由民警确认" in desk.page.words
    page = desk.submit("/refuse", reason="住址不在本辖区")
    assert "辅警或者自助机收的件，必须由民警确认" not in page.words
    assert "待民警确认" not in page.words.partition("已作出不予受理")[2]


def test_a_photograph_is_one_thing_that_a_defect_can_be_tied_to(desk, room, centre):
    place, case = "/files/residenceProof", number(4)
    room.file_one(4, materials=[MATERIAL | {"slot": place}])
    exchange(centre, room)
    page = desk.get(f"/review/{case}/correct")
    assert page.text.count(f'value="material:{place}"') == 2  # in the list, and beside the picture
    assert f'value="field:{place}"' not in page.text
    assert f"what=material:{place}" in page.text
    desk.submit("/mark", defect="看不清")
    assert desk.get(f"/review/{case}").words.count("已标记：看不清") == 2  # at the answer and at the picture


def test_a_case_is_not_offered_to_the_level_that_has_it(desk):
    page = desk.get(f"/review/{PERMIT}/forward")
    offered = re.findall(r'name="level" value="(\w+)"', page.text)
    assert offered == ["station", "city", "province"]


def test_a_special_procedure_is_begun_and_ended_at_the_desk(desk, centre):
    cases.accept(centre, PERMIT, actor="centre:wang")
    desk.get(f"/review/{PERMIT}/pause")
    assert "最迟到2026年12月" in desk.page.words
    assert desk.submit("/pause", procedure="hearing").status == 422
    page = desk.submit("/pause", procedure="hearing", reason="周边住户申请听证")
    assert "停表（听证）" in page.words
    desk.get(f"/review/{PERMIT}/resume")
    page = desk.submit("/resume", note="已听证")
    assert "停表" not in page.words.split("经过")[0].replace("恢复计时", "")
    assert kinds(centre)[1:] == ["procedure.begun", "procedure.ended"]


def test_a_case_is_claimed_given_back_and_handed_on(desk, url, centre):
    desk.get(f"/review/{PLAIN}")
    assert "我已认领" in desk.submit("/claim").words
    other = at(url, "wang")
    other.get(f"/review/{PLAIN}")
    assert "李审批已认领" in other.page.words
    page = other.submit("/accept")
    assert (page.status, "李审批已经认领了这一件" in page.words) == (409, True)
    desk.get(f"/review/{PLAIN}")
    assert "无人认领" in desk.submit("/release").words
    desk.get(f"/review/{PLAIN}/forward")
    page = desk.submit("/forward", level="county", desk="县公安局户政大队", reason="跨所")
    assert "已转给县公安局户政大队" in page.words


def test_what_a_correction_changed_is_shown_field_by_field(desk, centre, room):
    desk.get(f"/review/{PLAIN}/correct")
    desk.submit("/correct", do="add", what="field:/applicant/name", defect="与证件不一致")
    desk.submit("/correct", do="send", what="material:residence-proof", defect="没有签名")
    exchange(centre, room)
    answers = cases.get(centre, PLAIN).state.answers
    body = {
        "request": cases.get(centre, PLAIN).state.correction.request,
        "context": CONTEXT,
        "materials": [],
        "answers": answers | {"applicant": answers["applicant"] | {"name": "王秀美"}},
    }
    room.write("correction.answered", body)
    exchange(centre, room)
    words = desk.get(f"/review/{PLAIN}").words
    assert re.search(r"已补\s+姓名\s+与证件不一致", words)
    assert re.search(r"没有动\s+\S+\s+没有签名", words)
    assert answers["applicant"]["name"] in words
    assert "王秀美" in words


def test_two_materials_stand_side_by_side_and_grow_without_scripts(desk):
    page = desk.get(f"/review/{PLAIN}/compare?right={SHA}&zoom=200")
    assert "zoom-200" in page.text
    assert f"/materials/{SHA}" in page.text
    assert "填报内容" in page.words
    for query in ("?left=nothing&right=1&zoom=9", ""):
        assert desk.get(f"/review/{PLAIN}/compare{query}").status == 200


def test_other_applications_are_shown_after_a_reason(desk, centre, room):
    room.file_one(4)
    exchange(centre, room)
    page = desk.get(f"/review/{PLAIN}/person")
    assert number(4) not in page.text
    page = desk.submit("/person", reason="看")
    assert (page.status, "要先写明为什么查看" in page.words) == (422, True)
    page = desk.submit("/person", reason="核对以前是否登记过")
    assert number(4) in page.text
    assert "李审批" in page.words
    assert kinds(centre) == ["person.reviewed"]


def test_what_a_correction_brought_stands_beside_the_application_first(desk, centre, room):
    item = {"target": "material", "ref": "residence-proof", "label": "住所证明", "defect": "印章看不清"}
    cases.request_correction(centre, PLAIN, actor="centre:wang", items=[Item(**item)], due_day="2026-12-04")
    exchange(centre, room)
    new = b"\xff\xd8\xff" + bytes(range(255, 0, -1)) * 50
    sha256 = hashlib.sha256(new).hexdigest()
    state = cases.get(centre, PLAIN).state
    body = {
        "request": state.correction.request,
        "answers": state.answers,
        "context": CONTEXT,
        "materials": [MATERIAL | {"sha256": sha256, "size": len(new)}],
    }
    room.write("correction.answered", body)
    exchange(centre, room, chunks=pieces(new))
    page = desk.get(f"/review/{PLAIN}")
    assert "补正了什么" in page.words
    assert re.search(rf'class="viewer-picture" href="[^"]*{sha256}"', page.text)
    assert re.search(rf'class="viewer-picture" href="[^"]*{SHA}"', desk.get(f"/review/{PLAIN}?m={SHA}").text)


def test_a_writ_is_shown_with_its_code_and_nobody_elses(desk, centre):
    cases.accept(centre, PLAIN, actor="centre:wang")
    writ = cases.get(centre, PLAIN).state.review.writs[0]
    page = desk.get(f"/review/{PLAIN}/writs/{writ.id}")
    assert writ.number in page.words
    assert "<svg" in page.text
    assert desk.get(f"/review/{PERMIT}/writs/{writ.id}").status == 404


def test_the_queue_is_narrowed_by_service_and_place(desk):
    assert "大型群众性活动" in desk.get("/review/?show=all&service=daxing-huodong").words
    page = desk.get("/review/?service=daxing-huodong&area=522425")
    assert page.url.split("?")[0].endswith(PERMIT)
    assert "没有办件" in desk.get("/review/?area=522426").words
    for query in ("page=0", "page=x", "page=99999999999", "area=x", "service=%27", "show=%25"):
        assert desk.get(f"/review/?{query}").status == 200, query
    assert desk.get("/review/?service=%00").status == 400
