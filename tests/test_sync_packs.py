"""A pack from the draft to the room, over the network and on a stick: signed, reviewed, spread, taken, put in place."""

import json
import re
from datetime import date

import pytest
from service_for_tests import service

from edge import officers
from edge.node import open_node
from edge.packs import documents, judging
from sync.centre import log, pack_page, packs, reviewers, rooms, spreading
from sync.centre import publishing as at_centre
from sync.centre.app import create_app
from sync.centre.enrolment import enrol
from sync.centre.pack_telling import RENEW_DAYS
from sync.https import HttpsLink
from sync.push import Push
from sync.quarantine import items
from tests.ferry_pair import carry
from tests.pack_rooms import CALENDAR, PASSWORD, begun, drained, folder, published, refused, signed_root
from tests.pack_world import KEYS
from tests.signing import sign_file
from tests.sync_pair import NODE, CentreServer, give_enrolment
from tests.sync_pair import down as heard


@pytest.fixture
def bureau(centre):
    return begun(centre)


def county(bureau, tmp_path, version, *, key="county", **files):
    content = folder(tmp_path, f"county-{version}", **files)
    made = documents.sign(packs.draft_county(content, "522425", version, bureau.clock.now()), KEYS[key])
    return packs.review_county(bureau, made.text, content, ("lishen", PASSWORD))


NOTICE = '+++\ntitle = "停电通知"\n+++\n\n本周六停电。\n'


@pytest.fixture
def server(bureau):
    running = CentreServer(bureau)
    yield running
    running.close()


@pytest.fixture(params=["network", "stick"])
def way(request, node, bureau, tmp_path):
    """Brings everything both ways, once."""
    if request.param == "network":
        server = CentreServer(bureau)
        give_enrolment(node, bureau, server.url)
        link = HttpsLink(server.url)
        yield lambda: drained(node, link)
        link.close()
        server.close()
    else:
        give_enrolment(node, bureau, "https://127.0.0.1:1")
        medium = tmp_path / "stick"
        medium.mkdir()
        yield lambda: carry(node, bureau, medium)


def state(node):
    with node.database.read() as tx:
        return judging.state(tx)


def test_a_pack_goes_from_the_draft_to_the_rooms_folder(way, node, bureau, tmp_path):
    made = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    way()
    assert state(node).number == 0  # nobody said yet that it goes to any room
    spreading.spread(bureau, made.number, by="centre:lishen", rooms=[NODE])
    way()
    assert (state(node).number, state(node).fault, state(node).stale) == (1, "", False)
    assert (node.settings.home / "calendar/2027.json").read_text(encoding="utf-8") == CALENDAR
    county(bureau, tmp_path, 1, **{"notices/tingdian.md": NOTICE})
    second = published(bureau, tmp_path / "one")
    spreading.spread(bureau, second.number, by="centre:lishen", share=100)
    way()
    assert state(node).number == 2
    assert (node.settings.home / "notices/tingdian.md").read_text(encoding="utf-8") == NOTICE
    way()
    with bureau.store.read() as tx:
        had = pack_page.of_room(tx, NODE, rooms.get(tx, NODE).down_seen)
    assert [(one.number, one.taken) for one in had] == [(2, True), (1, True)]
    assert [(one.number, one.told, one.taken) for one in pack_page.lines(bureau)] == [(2, 1, 1), (1, 1, 1)]
    assert not items(node)


def test_a_thief_of_the_key_that_carries_brings_no_pack(way, node, bureau, tmp_path):
    """He can write into the room's log whatever he likes, in the centre's name."""
    made = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    spreading.spread(bureau, made.number, by="x", share=100)
    way()
    evil = documents.draft(
        {
            "type": "timestamp",
            "version": 9,
            "expires": "2028-01-01T00:00:00+08:00",
            "snapshot": {"version": 9, "sha256": "0" * 64},
        }
    )
    own = documents.sign(evil, bureau.identity.sign.private)
    with bureau.store.write() as tx:
        for body in (
            {"roots": [], "timestamp": own.text},
            {"roots": [signed_root(bureau, "centre")], "timestamp": own.text},
        ):
            log.append(tx, bureau.clock, NODE, kind="pack.published", application="", body=body, actor="centre")
        body = {"sha256": "0" * 64, "text": "x"}
        log.append(tx, bureau.clock, NODE, kind="pack.file", application="", body=body, actor="centre")
    way()
    assert state(node).number == 1
    assert [one.code for one in items(node)] == ["pack_refused"] * 3
    assert (node.settings.home / "calendar/2027.json").read_text(encoding="utf-8") == CALENDAR


def reviewed_service(bureau, tmp_path, version="2026.11.1"):
    value = service(id="cunmin-yijian", version=version)
    value["x-service"]["publisher"] = {"area": "522425", "name": "纳雍县公安局"}
    path = tmp_path / f"yijian-{version}.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    sign_file(path, "county", KEYS["county"], name="罗明")
    at_centre.review(bureau, path, "lishen", PASSWORD)
    return at_centre.publish(bureau, path)


def test_in_a_room_with_packs_a_service_counts_when_a_pack_names_it_and_ends_when_none_does(
    way, node, bureau, tmp_path
):
    content = folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR})
    first = published(bureau, content)
    spreading.spread(bureau, first.number, by="x", share=100)
    done = reviewed_service(bureau, tmp_path)
    way()
    assert node.catalogue.current("cunmin-yijian", "2026-11-21") is None  # the carrying key said so, and no pack
    second = published(bureau, content)
    spreading.spread(bureau, second.number, by="x", share=100)
    way()
    assert node.status_of(done.definition) == "published"
    assert node.newest("cunmin-yijian").version == "2026.11.1"
    newer = reviewed_service(bureau, tmp_path, "2026.11.2")
    assert newer.fresh
    third = published(bureau, content)
    spreading.spread(bureau, third.number, by="x", share=100)
    way()
    assert node.newest("cunmin-yijian").version == "2026.11.2"
    back = tmp_path / "yijian-2026.11.1.json"
    at_centre.publish(bureau, back, rollback=True)
    fourth = published(bureau, content)
    spreading.spread(bureau, fourth.number, by="x", share=100)
    way()
    assert node.newest("cunmin-yijian").version == "2026.11.1"
    assert node.definition(newer.definition.digest).version == "2026.11.2"  # whoever filled it in is still shown by it


def test_a_room_enrolled_with_a_root_believes_no_other_lineage(node, bureau, server, tmp_path):
    give_enrolment(node, bureau, server.url)
    with node.database.read() as tx:
        assert judging.state(tx).root == 1
    other = documents.draft(dict(pack_page.root(bureau).signed) | {"expires": "2030-01-01T00:00:00+08:00"})
    for name in ("root-1", "root-2"):
        other = documents.sign(other, KEYS[name])
    link = HttpsLink(server.url)
    Push(node, link).drain()
    with bureau.store.write() as tx:
        body = {"roots": [other.text], "timestamp": "{}"}
        log.append(tx, bureau.clock, NODE, kind="pack.published", application="", body=body, actor="centre")
    Push(node, link).drain()
    link.close()
    assert [one.code for one in items(node)] == ["pack_refused"]


def test_what_was_withheld_until_it_expired_is_not_taken_and_the_room_says_so(node, bureau, clock, server, tmp_path):
    give_enrolment(node, bureau, server.url)
    made = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    spreading.spread(bureau, made.number, by="x", share=100)
    link = HttpsLink(server.url)
    Push(node, link).drain()
    clock.advance(days=61)
    clock.set_centre_time(clock.now())
    assert state(node).stale
    clock.advance(days=-61 + RENEW_DAYS + 1)
    Push(node, link).drain()
    link.close()
    assert heard(node)[-1].kind == "pack.published"
    assert state(node).expires > clock.now()
    assert sum(event.kind == "pack.file" for event in heard(node)) == 3  # said once


def test_a_pack_spreads_to_named_rooms_then_to_a_share_then_to_all_and_never_back(bureau, tmp_path):
    first = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    some = [f"52242500{place:02}" for place in range(40)]
    for node_id in some:
        enrol(bureau, node_id, "警务室", "")

    def having():
        with bureau.store.read() as tx:
            return {node_id for node_id in some if spreading.of_room(tx, node_id) == first.number}

    assert having() == set()
    spreading.spread(bureau, first.number, by="x", rooms=some[:2])
    assert having() == set(some[:2])
    drawn = spreading.spread(bureau, first.number, by="x", share=25)
    quarter = having()
    assert set(some[:2]) < quarter < set(some)
    assert quarter == {one for one in some if one in some[:2] or spreading.drawn(drawn.seed, one, 25)}
    refused("pack_wrong", spreading.spread, bureau, first.number, by="x", share=10)
    spreading.spread(bureau, first.number, by="x", share=60)
    assert quarter <= having()
    spreading.pause(bureau, first.number, by="x", reason="有警务室报告打不开")
    assert having() == set()  # none of them was told yet
    spreading.go_on(bureau, first.number, by="x")
    refused("pack_wrong", spreading.withdraw, bureau, first.number, by="x", reason=" ")
    spreading.withdraw(bureau, first.number, by="x", reason="内容有误")
    assert having() == set()
    refused("pack_wrong", spreading.spread, bureau, first.number, by="x", share=100)
    refused("pack_wrong", spreading.go_on, bureau, first.number, by="x")
    with bureau.store.read() as tx:
        said = spreading.words_on(tx, first.number)
    assert [one.state for one in said] == ["withdrawn", "rolling", "paused", *["rolling"] * 3]
    assert said[0].reason == "内容有误"


def test_a_room_that_has_a_withdrawn_pack_keeps_it_until_the_next(node, bureau, server, tmp_path):
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    first = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    spreading.spread(bureau, first.number, by="x", rooms=[NODE])
    Push(node, link).drain()
    spreading.withdraw(bureau, first.number, by="x", reason="内容有误")
    Push(node, link).drain()
    assert state(node).number == 1
    second = published(bureau, folder(tmp_path, "two", **{"calendar/2028.json": CALENDAR.replace("2027", "2028")}))
    spreading.spread(bureau, second.number, by="x", share=100)
    Push(node, link).drain()
    link.close()
    assert state(node).number == 2
    assert not (node.settings.home / "calendar/2027.json").exists()


# strangers at the centre


@pytest.mark.parametrize(
    "signers", [("content-1",), ("content-1", "root-1"), ("county", "centre"), ("snapshot", "timestamp")]
)
def test_the_centre_publishes_nothing_that_too_few_have_signed(bureau, tmp_path, signers):
    refused("pack_wrong", published, bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}), *signers)


def test_a_root_needs_its_signatures_and_is_harmless_again(centre):
    refused("pack_wrong", packs.install_root, centre, signed_root(centre, "root-1"))
    text = signed_root(centre)
    assert packs.install_root(centre, text) == packs.install_root(centre, text)
    refused("pack_wrong", packs.install_root, centre, text.replace("2029", "2039"))


def test_without_a_root_nothing_begins(centre, tmp_path):
    refused("pack_not_begun", packs.draft_content, centre, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    refused("pack_not_begun", packs.publish, centre, "{}", by="x")


def test_the_same_content_again_makes_no_other_pack_and_an_older_one_none_at_all(bureau, tmp_path):
    content = folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR})
    made = packs.draft_content(bureau, content)
    old = documents.sign(documents.sign(made, KEYS["content-1"]), KEYS["content-2"])
    assert packs.publish(bureau, old.text, by="x").fresh
    assert not packs.publish(bureau, old.text, by="x").fresh
    assert published(bureau, content).number == 2
    refused("pack_wrong", packs.publish, bureau, old.text, by="x")


def test_a_county_is_reviewed_by_somebody_who_has_not_signed(bureau, tmp_path):
    files = {"notices/tingdian.md": NOTICE}
    refused("county_key_unknown", county, bureau, tmp_path, 1, key="neighbour", **files)
    reviewers.add(bureau, "luoming", "罗明", PASSWORD)
    content = tmp_path / "county-1"
    made = documents.sign(packs.draft_county(content, "522425", 1, bureau.clock.now()), KEYS["county"])
    refused("reviewer_is_signer", packs.review_county, bureau, made.text, content, ("luoming", PASSWORD))
    refused("wrong_password", packs.review_county, bureau, made.text, content, ("lishen", "falsch-falsch-1"))
    county(bureau, tmp_path, 2, **files)
    refused("pack_wrong", county, bureau, tmp_path, 1, **files)
    (content / "notices/tingdian.md").write_text("别的", encoding="utf-8")
    refused("pack_wrong", packs.review_county, bureau, made.text, content, ("lishen", PASSWORD))


@pytest.mark.parametrize(
    "name", ["node.toml", "services/x.json", "province.toml", "cards/x.txt", "data/divisions.json"]
)
def test_a_county_drafts_no_file_that_is_not_its_own(tmp_path, name):
    refused(
        "pack_wrong", packs.draft_county, folder(tmp_path, "c", **{name: "x"}), "522425", 1, "2026-11-21T09:12:03+08:00"
    )


# in the room


def test_a_file_that_lay_there_is_kept_aside_and_one_cut_off_is_put_there_at_the_next_start(
    node, bureau, clock, server, tmp_path
):
    (node.settings.home / "calendar").mkdir(exist_ok=True)
    path = node.settings.home / "calendar/2027.json"
    path.write_text("{}", encoding="utf-8")
    give_enrolment(node, bureau, server.url)
    made = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}))
    spreading.spread(bureau, made.number, by="x", share=100)
    link = HttpsLink(server.url)
    Push(node, link).drain()
    link.close()
    assert path.with_name("2027.json.own").read_text(encoding="utf-8") == "{}"
    path.unlink()  # as after a power cut between the log and the folder
    node.close()
    again = open_node(node.settings.home, clock)
    assert path.read_text(encoding="utf-8") == CALENDAR
    assert not again.calendar.is_workday(date(2027, 1, 1))
    again.close()


def test_officers_come_with_their_posts_and_go_when_the_county_names_them_no_more(node, bureau, server, tmp_path):
    give_enrolment(node, bureau, server.url)
    link = HttpsLink(server.url)
    people = {"rooms": {NODE: [
        {"account": "wang.fang", "name": "王芳", "rank": "民警", "posts": ["receive", "deliver"], "staff": "G520980"}]}}  # fmt: skip  # a table
    officers.add(node, "li.na", "李娜", PASSWORD)
    for version, said in ((1, people), (2, {"rooms": {}})):
        county(bureau, tmp_path, version, **{"officers.json": json.dumps(said, ensure_ascii=False)})
        made = published(bureau, folder(tmp_path, f"p{version}", **{"calendar/2027.json": CALENDAR}))
        spreading.spread(bureau, made.number, by="x", share=100)
        Push(node, link).drain()
        known = {one.account: one for one in officers.all_of(node)}
        assert known["wang.fang"].active == (version == 1)
        assert known["li.na"].active
    link.close()
    assert known["wang.fang"].posts == ("receive", "deliver")
    refused("wrong_password", officers.login, node, "wang.fang", "")


# the page


def test_the_page_lets_a_pack_go_further_and_stops_it(bureau, tmp_path):
    made = published(bureau, folder(tmp_path, "one", **{"calendar/2027.json": CALENDAR}), note="2027 年节假日")
    enrol(bureau, NODE, "大坪村警务室", "")
    browser = create_app(bureau).test_client()

    def csrf(path):
        return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).get_data(as_text=True))[1]

    def post(**data):
        return browser.post(
            f"/review/packs/{made.number}", data={**data, "csrf_token": csrf("/review/packs")}
        ).status_code

    browser.post("/review/login", data={"name": "lishen", "password": PASSWORD, "csrf_token": csrf("/review/login")})
    assert post(act="rooms", rooms=f"{NODE}，") == 303
    assert "点名 1 个警务室" in browser.get("/review/packs").get_data(as_text=True)
    assert (post(act="rooms", rooms=""), post(act="share", share="7"), post(act="x")) == (400, 400, 400)
    assert post(act="rooms", rooms="5224259999") >= 400
    assert (post(act="share", share="20"), post(act="pause"), post(act="resume")) == (303, 303, 303)
    assert post(act="withdraw", reason="") == 422
    assert post(act="withdraw", reason="内容有误") == 303
    page = browser.get("/review/packs").get_data(as_text=True)
    assert "已撤回" in page
    assert "内容有误" in page
    stranger = create_app(bureau).test_client()
    assert stranger.get("/review/packs").status_code == 303
