"""Whoever a review is about sees nothing of it: on no page, in no list, in no count; it is as if it were not there."""

import copy
import re
import secrets

import pytest
from desk_app import Desk, add_officer, application, desk_app, kinds
from service_for_tests import ID_NUMBER, SERVICE, answers

from edge import applications, calls, concerns, drafts, handing, heads, prefill, projections
from edge.errors import YizhanError
from edge.node import open_node
from edge.prints import pages
from edge.routes import Who
from edge.staff import screens
from forms.definition import PACKAGED, load
from tests.signing import publish_file

SERVICE_ID = "ceshi-fuyi"
APPLICANT = "欧阳秀梅"
MARK = "欧阳秀梅"


@pytest.fixture
def node(home, clock):
    """A node with a review that names whom it is about, and the number of what it contests."""
    review = copy.deepcopy(SERVICE) | {"id": SERVICE_ID}
    review["schema"]["properties"] |= {
        "handler": {
            "type": "string",
            "title": "经办人",
            "x-lookup": {"source": "officers"},
            "x-purpose": "不由本人受理",
        },
        "receipt": {"type": "string", "title": "原收件编号", "x-purpose": "找到原来的办件"},
    }
    review["uischema"]["elements"][0]["elements"] += [
        {"type": "Control", "scope": "#/properties/handler"},
        {"type": "Control", "scope": "#/properties/receipt"},
    ]
    review["x-service"] |= {"concerns": ["/handler", "/receipt"]}
    publish_file(home / "services" / f"{SERVICE_ID}.json", review)
    opened = open_node(home, clock)
    add_officer(opened, "luo", "罗明", "民警")
    add_officer(opened, "wei", "韦建国", "民警")
    yield opened
    opened.close()


def filed(node, actor="kiosk", service=SERVICE_ID, **more):
    channel = "kiosk" if actor == "kiosk" else "console"
    return applications.file(
        node, service, answers(APPLICANT, **more), token=secrets.token_urlsafe(), channel=channel, actor=actor
    ).number


def concerned(node, number):
    return list(application(node, number).state.concerns)


# --- whom it is about ---


def test_whom_the_citizen_names_is_concerned(node):
    assert concerned(node, filed(node, handler="罗明")) == ["luo"]
    assert concerned(node, filed(node, handler="没有这个人")) == []
    assert concerned(node, filed(node)) == []


def test_whoever_handled_the_contested_application_is_concerned(node):
    contested = filed(node, "officer:wei", "ceshi-dengji")
    applications.verify_identity(node, contested, "officer", actor="officer:luo")
    assert concerned(node, filed(node, receipt=contested)) == ["luo", "wei"]
    assert concerned(node, filed(node, receipt="52242500179999999")) == []


def test_who_is_concerned_does_not_receive_it(node):
    with pytest.raises(YizhanError) as caught:
        filed(node, "officer:luo", handler="罗明")
    assert caught.value.code == "concerned_receives"
    with node.database.read() as tx:
        assert heads.counts(tx) == {}
    assert concerned(node, filed(node, "officer:wei", handler="罗明")) == ["luo"]


def test_the_review_of_the_catalogue_names_both():
    service = load(PACKAGED / "xingzheng-fuyi.json").service
    assert service["concerns"] == ["/decision/handler", "/decision/receipt"]


def test_the_people_of_the_room_are_offered_by_name(node):
    desk = Desk(desk_app(node), "wei")
    draft = drafts.create(node, SERVICE_ID, "officer:wei")
    page = desk.text(f"/console/drafts/{draft.id}")
    assert "罗明（民警）" in page
    assert 'value="罗明"' in page


# --- what he sees ---


def pages_of(app):
    """Every page without a part in its address, and those of the prints."""
    tables = {"staff": screens.ROUTES, "prints": pages.ROUTES}
    known = {f"{part}.{route.endpoint}": route.who for part, table in tables.items() for route in table}
    rules = [rule for rule in app.url_map.iter_rules() if known.get(rule.endpoint) is Who.OFFICER]
    return sorted(rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments)


SEARCHES = (
    "?text=欧阳",
    "?text=oyxm",
    f"?text={ID_NUMBER}",
    "?state=open",
    "?state=received",
    "?state=unsent",
    "?state=unconfirmed",
)
MOVING = re.compile(
    r'value="[\w-]{20,}"|剩余 [\d.]+ GB'
)  # the tokens of forms, and the disk that others write to as well


def look(desk, path):
    return MOVING.sub("", desk.text(path))


def test_every_page_looks_to_him_as_it_did_before_it_was_filed(node):
    app = desk_app(node)
    luo, wei = Desk(app, "luo"), Desk(app, "wei")
    # without the wiring there is no medium to carry by, and its page is not there
    paths = [path for path in pages_of(app) if luo.get(path).status_code == 200]
    paths += [f"/console/applications{asked}" for asked in SEARCHES]
    before = {path: look(luo, path) for path in paths}
    number = filed(node, handler="罗明")
    changed = {path for path in paths if look(luo, path) != before[path]}
    assert changed == set()
    assert any(MARK in wei.text(path) for path in paths)
    assert all(MARK not in luo.text(path) and number not in luo.text(path) for path in paths)
    assert len(paths) >= 15


def test_every_address_of_it_answers_him_as_an_unknown_number_does(node):
    app = desk_app(node)
    luo = Desk(app, "luo")
    number, unknown = filed(node, handler="罗明"), "52242500179999999"
    rules = [
        rule for rule in app.url_map.iter_rules() if "number" in rule.arguments and rule.endpoint.startswith("staff.")
    ]
    parts = {name: "x" for rule in rules for name in rule.arguments}
    for rule in rules:
        found = {}
        for asked in (number, unknown):
            path = rule.build(parts | {"number": asked})[1]
            luo.get("/console/")
            answer = luo.get(path) if "GET" in rule.methods else luo.post(path, {"token": secrets.token_urlsafe()})
            found[asked] = answer.status_code, re.sub(r"E-[0-9A-F]{6}|\d{17}", "", answer.text)
        assert found[number] == found[unknown], rule
        assert found[number][0] == 404, rule
    assert kinds(node, number) == ["application.filed"]
    assert len(rules) >= 10


def test_his_counters_leave_it_out_and_everybody_elses_do_not(node):
    filed(node, service="ceshi-dengji")
    filed(node, handler="罗明")
    for account, count in (("luo", 1), ("wei", 2), ("", 2)):
        with node.database.read() as tx, concerns.looking(account):
            assert heads.counts(tx) == {"received": count}
            assert heads.count_filed(tx, "2026-11-21") == count
            assert heads.count_unsent(tx) == count
            assert len(heads.search(tx)) == count


def test_who_looks_next_on_the_same_thread_is_somebody_else(node):
    number = filed(node, handler="罗明")
    Desk(desk_app(node), "luo").get(f"/console/applications/{number}")
    with node.database.read() as tx:
        assert heads.find(tx, number) is not None


def test_what_the_citizen_told_in_it_is_not_offered_again_at_his_desk(node):
    filed(node, "officer:wei", handler="罗明")
    proof = prefill.by_officer(ID_NUMBER, "officer:luo", seen=True)
    with node.database.read() as tx, concerns.looking("luo"):
        assert prefill._known(tx, proof) == {}


def test_a_draft_about_him_is_not_taken_over_from_the_kiosk(node):
    draft = drafts.create(node, SERVICE_ID, "kiosk:7f")
    drafts.save(node, draft, answers(APPLICANT, handler="罗明"))
    call = calls.call(node.database, "kiosk:7f", draft.id)
    with pytest.raises(YizhanError) as caught:
        handing.take(node, call.code, "officer:luo")
    assert caught.value.code == "code_private"
    assert handing.take(node, call.code, "officer:wei").data["handler"] == "罗明"


def test_a_rebuild_knows_again_whom_it_is_about(node):
    number = filed(node, handler="罗明")
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    with node.database.read() as tx, concerns.looking("luo"):
        assert heads.find(tx, number) is None
