"""Versions of a service: drafts that move to a newer one, services that begin later or have ended, applications that keep
theirs for ever, here and at the centre.
"""

import base64
import copy
import json
import secrets

import pytest
from desk_app import Desk, add_officer, application, centre_says, desk_app, photo, plain
from kiosk_app import Citizen, kiosk_app

from edge import applications, drafts, materials, moves, offering, web_node
from edge.api import key
from edge.errors import YizhanError
from edge.node import open_node
from forms.definition import Definition, build
from forms.lifecycle import Item
from sync.centre import cases, definitions
from tests.conftest import make_home
from tests.service_for_tests import SERVICE, answers
from tests.signing import publish_file

OWNER = "officer:wei"
NEXT = "2026.12.1"
PHOTO_SLOT = "proof"


def write(home, version: str, change=None, **service) -> None:
    """A published version of the service for tests in the room's folder."""
    content = copy.deepcopy(SERVICE)
    content["version"] = version
    if change is not None:
        change(content)
    content["x-service"].update(service)
    publish_file(home / "services" / f"ceshi-dengji-{version}.json", content)


def without_agent(content) -> None:
    """The next version: asks for nobody who acts, wants a reason, lists no proof."""
    fields, controls = content["schema"]["properties"], content["uischema"]["elements"][0]["elements"]
    del fields["agent"]
    controls.pop(3)
    fields["reason"] = {"type": "string", "title": "登记事由", "minLength": 1, "x-purpose": "了解为什么登记"}
    controls.append({"type": "Control", "scope": "#/properties/reason"})
    content["x-service"]["materials"] = []


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path / "home")


@pytest.fixture
def reopened(home, clock):
    """Opens the node of `home` again, as after a change of its files."""
    opened = []

    def again():
        for one in opened:
            one.close()
        opened.append(open_node(home, clock))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


def refusal(call, *arguments, **more) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        call(*arguments, **more)
    return caught.value


def file(node, **more):
    return applications.file(
        node, "ceshi-dengji", answers(), token=secrets.token_urlsafe(), channel="kiosk", actor="kiosk", **more
    )


def begin(node, data=None, owner=OWNER) -> drafts.Draft:
    draft = drafts.create(node, "ceshi-dengji", owner)
    return drafts.save(node, draft, data if data is not None else {**answers(), "agent": {"name": "罗建国"}})


def count(node, table: str) -> int:
    with node.database.read() as tx:
        return tx.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


# --- drafts that move


def test_a_draft_of_an_older_version_is_shown_what_it_would_lose_and_stays_as_it_is(home, reopened):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    move = moves.preview(node, drafts.get(node, draft.id, OWNER))
    assert (move.old.version, move.new.version) == ("2026.11.1", NEXT)
    assert [(one.label, one.value) for one in move.lost] == [("代办人姓名", "罗建国")]
    assert [one.label for one in move.answers.asked] == ["登记事由"]
    assert drafts.get(node, draft.id, OWNER) == draft


def test_the_agreed_move_is_one_step_and_again_changes_nothing(home, reopened):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    seen = moves.preview(node, draft).seen
    moved = moves.accept(node, draft, seen)
    assert (moved.version, moved.data, moved.token) == (NEXT, answers(), draft.token)
    assert moves.accept(node, draft, seen) == moved
    assert moves.newer(node, moved) is None
    filed = drafts.file(node, moved)
    assert application(node, filed.number).definition.version == NEXT


def test_going_on_with_the_old_version_files_the_old_version(home, reopened):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    filed = drafts.file(node, draft)
    found = application(node, filed.number)
    assert found.definition.version == "2026.11.1"
    assert found.state.answers["agent"] == {"name": "罗建国"}


def test_what_changed_after_the_preview_is_shown_again_before_anything_is_lost(home, reopened):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    seen = moves.preview(node, draft).seen
    later = drafts.save(node, draft, {**draft.data, "agent": {"name": "韦德福"}})
    assert refusal(moves.accept, node, draft, seen).code == "draft_changed"
    assert drafts.get(node, draft.id, OWNER) == later
    assert moves.accept(node, later, moves.preview(node, later).seen).version == NEXT


def test_a_strangers_draft_is_neither_shown_nor_moved(home, reopened):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    stranger = draft._replace(owner="kiosk:2")
    assert refusal(moves.accept, node, stranger, moves.preview(node, draft).seen).code == "not_found"
    assert drafts.get(node, draft.id, OWNER) == draft


def test_a_fault_in_the_middle_of_a_move_leaves_the_draft_as_it_was(home, reopened, monkeypatch):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    seen = moves.preview(node, draft).seen

    def fail(*_arguments, **_more):
        raise OSError("disk")

    with monkeypatch.context() as patched:
        patched.setattr(drafts, "write", fail)
        with pytest.raises(OSError, match="disk"):
            moves.accept(node, draft, seen)
    assert drafts.get(node, draft.id, OWNER) == draft
    assert moves.accept(node, draft, seen).version == NEXT


def test_a_photograph_without_a_place_in_the_newer_version_is_named_and_goes_only_with_the_move(home, reopened):
    node = reopened()
    stored = materials.store(node, photo(), "房产证.jpg", OWNER, PHOTO_SLOT)
    draft = drafts.attach(node, begin(node, answers()), stored)
    write(home, NEXT, without_agent)
    node = reopened()
    move = moves.preview(node, draft)
    assert [(one.label, one.value) for one in move.lost] == [("住所证明", "房产证.jpg")]
    assert count(node, "material") == 1
    assert moves.accept(node, draft, move.seen).materials == ()
    assert count(node, "material") == 0


@pytest.mark.parametrize("version", ["2026.10.1", "2026.11.1"])
def test_no_move_to_an_older_version_or_to_the_very_same(home, reopened, version):
    write(home, "2026.10.1", without_agent)
    node = reopened()
    draft = begin(node)
    assert draft.version == "2026.11.1"
    assert moves.newer(node, draft) is None
    assert moves.preview(node, draft) is None
    assert moves.accept(node, draft, "x") == draft


def test_a_version_on_trial_takes_nobodys_place(home, reopened):
    draft = begin(reopened())
    content = copy.deepcopy(SERVICE)
    content["version"] = NEXT
    (home / "services" / "trial.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    node = reopened()
    assert moves.newer(node, draft) is None


# --- the same on the screens


def test_the_desk_shows_the_notice_the_changes_and_takes_the_choice(home, reopened):
    draft = begin(reopened())
    write(home, NEXT, without_agent)
    node = reopened()
    add_officer(node)
    desk = Desk(desk_app(node))
    address = f"/console/drafts/{draft.id}"
    assert f"{address}/newer" in desk.text(address)
    shown = desk.text(f"{address}/newer")
    for words in ("代办人姓名", "罗建国", "登记事由", "换用新版本", "继续用原来的"):
        assert words in shown
    seen = shown.partition('name="seen" value="')[2][:32]
    drafts.save(node, draft, {**draft.data, "lost": False})
    assert "草稿刚刚又改过" in desk.text(desk.done(f"{address}/newer", {"seen": seen}))
    fresh = desk.text(f"{address}/newer").partition('name="seen" value="')[2][:32]
    assert "已换用新版本" in desk.text(desk.done(f"{address}/newer", {"seen": fresh}))
    assert f"{address}/newer" not in desk.text(address)
    assert desk.get(f"{address}/newer").request.path == address, "nothing to choose any more"


def test_the_kiosk_shows_the_notice_the_changes_and_takes_the_choice(home, reopened):
    node = reopened()
    write(home, NEXT, without_agent)
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/service/ceshi-dengji")
    citizen.press("/kiosk/service/ceshi-dengji/start")
    address = citizen.path.rsplit("/", 1)[0]
    citizen.post(f"{address}/0/keep", {"/applicant/name": "王秀梅", "/agent/name": "罗建国"})
    again = reopened()
    web_node.put(citizen.client.application, again)
    assert "这件事的填写内容已更新" in plain(citizen.get(f"{address}/0"))
    shown = citizen.get(f"{address}/newer")
    assert "罗建国" in shown
    seen = shown.partition('name="seen" value="')[2][:32]
    moved = citizen.press(f"{address}/newer", {"seen": seen})
    assert 'value="王秀梅"' in moved
    assert "罗建国" not in moved
    assert "登记事由" in moved
    assert Citizen(kiosk_app(again)).get(f"{address}/newer").count("罗建国") == 0, "a stranger sees nothing"


# --- services that begin later, or have ended


def over(home, reopened, day: str = "2026-11-21"):
    """The service has ended on `day`; today is 2026-11-21."""
    write(home, NEXT, plan_cancel_date=day)
    return reopened()


def test_a_service_that_has_ended_takes_nothing_by_any_way(home, reopened):
    draft = begin(reopened(), answers())
    node = over(home, reopened)
    assert refusal(drafts.create, node, "ceshi-dengji", OWNER).code == "service_over"
    assert refusal(file, node).code == "service_over"
    assert refusal(drafts.file, node, draft).code == "service_over"
    assert "ceshi-dengji" not in [one.id for one in offering.open_today(node)]
    assert count(node, "event") == 0
    assert drafts.get(node, draft.id, OWNER) == draft, "what was typed is kept"


def test_the_sentence_says_since_when_and_what_to_do(home, reopened):
    error = refusal(file, over(home, reopened))
    assert error.sentence == "“测试登记”从 2026-11-21 起停办，不再收件"
    assert "请在首页看看还能办什么" in error.hint
    assert error.status == 410


def test_the_day_before_its_end_a_service_still_takes_everything(home, reopened, clock):
    node = over(home, reopened, "2026-11-22")
    draft = begin(node, answers())
    assert file(node).created
    clock.advance(days=1)
    assert refusal(drafts.file, node, draft).code == "service_over"


def test_paper_that_was_received_in_time_can_still_be_entered(home, reopened):
    node = over(home, reopened, "2026-11-21")
    filed = applications.file(
        node, "ceshi-dengji", answers(), token="paper-0001", channel="import", actor="import", on="2026-11-20"
    )
    assert filed.created


def test_what_was_filed_before_the_end_is_finished(home, reopened):
    number = file(reopened()).number
    node = over(home, reopened)
    items = [{"target": "field", "ref": "/applicant/name", "label": "姓名", "defect": "与证件不一致"}]
    centre_says(node, "correction.requested", number, {"items": items, "due_day": "2026-12-04"})
    done = applications.answer_correction(node, number, answers("王秀美"), actor=OWNER)
    assert done.state.answers["applicant"]["name"] == "王秀美"
    assert done.definition.version == "2026.11.1"
    applications.withdraw(node, number, actor=OWNER)
    assert application(node, number).state.phase == "closed"


def test_the_screens_say_that_a_service_has_ended(home, reopened):
    draft = begin(reopened(), answers())
    node = over(home, reopened)
    add_officer(node)
    desk = Desk(desk_app(node))
    assert 'value="ceshi-dengji"' not in desk.text("/console/receive?text=csdj")
    answer = desk.post("/console/receive", {"service": "ceshi-dengji"})
    assert answer.status_code == 410
    assert "起停办，不再收件" in answer.text
    assert "起停办，不再收件" in desk.text(f"/console/drafts/{draft.id}")
    assert desk.post(f"/console/drafts/{draft.id}/file").status_code == 410
    citizen = Citizen(kiosk_app(node))
    assert "来登记一下" not in citizen.get("/kiosk/area/all")
    assert "起停办，不再收件" in citizen.get("/kiosk/service/ceshi-dengji")
    assert citizen.post("/kiosk/service/ceshi-dengji/start").status_code == 410


def test_a_service_that_begins_later_is_not_offered_yet(home, reopened, clock):
    content = copy.deepcopy(SERVICE)
    content["id"] = "xin-shixiang"
    content["x-service"]["plan_effective_date"] = "2026-12-01"
    publish_file(home / "services" / "xin-shixiang.json", content)
    node = reopened()
    error = refusal(drafts.create, node, "xin-shixiang", OWNER)
    assert (error.code, error.permanent) == ("service_not_yet", False)
    assert "2026-12-01" in error.sentence
    assert "xin-shixiang" not in [one.id for one in offering.open_today(node)]
    clock.advance(days=10)
    assert drafts.create(node, "xin-shixiang", OWNER).service == "xin-shixiang"


def test_until_a_newer_version_begins_the_one_before_goes_on(home, reopened, clock):
    write(home, NEXT, without_agent, plan_effective_date="2026-12-01")
    node = reopened()
    draft = begin(node)
    assert draft.version == "2026.11.1"
    assert moves.newer(node, draft) is None
    clock.advance(days=10)
    assert moves.newer(node, draft).version == NEXT
    assert node.newest("ceshi-dengji").version == NEXT


def test_a_clock_that_stands_years_back_sends_nobody_away(home, clock, reopened):
    clock.advance(days=-3650)
    node = reopened()
    assert {"juzhu-dengji", "ceshi-dengji"} <= {one.id for one in offering.open_today(node)}
    assert drafts.create(node, "juzhu-dengji", OWNER).service == "juzhu-dengji"


# --- an application keeps the definition that it was filed with


def test_an_application_keeps_its_version_whatever_comes_and_goes(home, reopened):
    number = file(reopened()).number
    write(home, NEXT, without_agent)
    found = application(reopened(), number)
    assert found.definition.version == "2026.11.1"
    assert "agent" in found.definition.schema["properties"]
    for path in (home / "services").iterdir():
        path.unlink()
    found = application(reopened(), number)
    assert isinstance(found.definition, Definition)
    assert "agent" in found.definition.schema["properties"]


def test_the_centre_shows_and_judges_an_application_by_the_version_it_was_filed_with(node, enrolled, centre, clock):
    old = node.newest("ceshi-dengji")
    content = copy.deepcopy(SERVICE)
    content["version"] = NEXT
    without_agent(content)
    number = file(node).number
    with centre.store.write() as tx:
        definitions.register(tx, old, clock.now())
        definitions.register(tx, build(content, "f" * 64), clock.now())
    assert enrolled.round().went_well
    found = cases.get(centre, number).definition
    assert (found.version, found.digest) == ("2026.11.1", old.digest)
    assert "agent" in found.schema["properties"]
    cases.request_correction(
        centre, number, actor="li", items=[Item("field", "/applicant/name", "姓名", "与证件不一致")]
    )
    assert enrolled.round().went_well
    done = applications.answer_correction(node, number, {**answers("王秀美"), "agent": {"name": "罗建国"}}, actor=OWNER)
    assert done.state.answers["agent"] == {"name": "罗建国"}, "judged by its own version, which asks for it"
    assert enrolled.round().went_well
    assert cases.get(centre, number).definition.version == "2026.11.1"


def test_another_program_is_refused_too_and_its_photographs_are_not_kept(home, reopened):
    node = over(home, reopened)
    picture = {"slot": PHOTO_SLOT, "name": "证明.jpg", "data": base64.b64encode(photo()).decode()}
    body = {"service": "ceshi-dengji", "answers": answers(), "token": "a-token-of-a-program", "materials": [picture]}
    answer = (
        desk_app(node)
        .test_client()
        .post("/api/v1/applications", json=body, headers={"Authorization": f"Bearer {key.ensure(node.settings.home)}"})
    )
    assert answer.status_code == 410
    assert "起停办，不再收件" in json.dumps(answer.get_json(), ensure_ascii=False)
    assert (count(node, "event"), count(node, "material")) == (0, 0)
