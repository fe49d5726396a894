"""`yizhan centre supervise` and `figures`: what is found over the centre's logs, and the rates that they give."""

import pytest

from edge.errors import YizhanError
from forms.figures import FORMULAS
from forms.supervision_room import BATCH_MIN
from sync.centre import cases, queue, reviewers, supervising
from sync.centre.receiver import receive
from sync.centre.review import supervision
from sync.centre.supervising import RULES, supervise
from tests.centre_browser import Browser, serving
from tests.centre_room import NAME, NODE, enrolled, number, sample
from tests.programs import ask, run

CHEN, OTHER, PASSWORD = "centre:chen", "5224250018", "vier-dicke-huehner"
LONG_AGO, NOW = "2026-11-02T09:00:00+08:00", "2026-11-21T09:12:03+08:00"


@pytest.fixture
def room(centre):
    """A room with one application that came late, one that came in time, and one without anything to say about it."""
    made = enrolled(centre)
    made.write("application.filed", sample(), 1, at=LONG_AGO)
    made.file_one(2)
    made.file_one(3)
    exchange(centre, made)
    return made


def exchange(centre, room):
    body = room.batch(first=1)
    room.read(receive(centre, room.node, body), body)


def found(report):
    return {(hit.finding.rule, hit.number) for hit in report.hits}


def grant(centre, serial):
    cases.accept(centre, number(serial), actor=CHEN)
    cases.decide(centre, number(serial), actor=CHEN, result="granted")


def test_what_came_late_is_found_and_what_came_in_time_is_not(centre, room):
    report = supervise(centre, days=31)
    assert report.looked == 3
    assert found(report) == {("notice_late", number(1)), ("backlog_old", number(1))}
    assert (report.counts["notice_late"], report.counts["law_over"]) == (1, 0)
    assert {(hit.node, hit.title) for hit in report.hits} == {(NODE, "居住登记")}


def test_what_was_closed_before_the_asked_days_is_not_looked_at(centre, room):
    grant(centre, 2)
    assert supervise(centre, days=1).looked == 3
    centre.clock.advance(days=9)
    assert supervise(centre, days=10).looked == 3
    report = supervise(centre, days=5)
    assert report.looked == 2
    assert number(2) not in {hit.number for hit in report.hits}


def test_who_took_it_in_is_known_when_it_is_decided(centre, room):
    room.write("identity.verified", {"method": "officer"}, 2, actor="officer:luo")
    exchange(centre, room)
    grant(centre, 2)
    assert ("same_person", number(2)) not in found(supervise(centre, days=31))
    with centre.store.read() as tx:
        (case,) = [one for one in supervising.cases(tx, centre, NODE, [number(1), number(2)], NOW) if one.handlers]
    assert case.handlers == {"centre:luo"}


def test_a_room_in_doubt_and_what_it_refused_to_take_stand_beside_the_applications(centre, room):
    room.write("demand.refused", {"service": "juzhu-dengji", "slot": "村委会证明"}, application="")
    exchange(centre, room)
    report = supervise(centre, days=31)
    assert ("demand_outside", "") in found(report)
    assert next(hit.node for hit in report.hits if not hit.number) == NODE


def test_an_area_holds_its_own_rooms_alone(centre, room):
    enrolled(centre, OTHER, "岩脚警务室")
    assert supervise(centre, days=31, area="522425").looked == 3
    assert supervise(centre, days=31, area=OTHER).looked == 0


def test_all_are_counted_and_only_the_first_are_listed(centre, room, monkeypatch):
    monkeypatch.setattr(supervising, "SHOWN_MAX", 1)
    centre.clock.advance(days=30)
    report = supervise(centre, days=31)
    assert report.counts["notice_late"] == 3
    assert [hit.finding.rule for hit in report.hits].count("notice_late") == 1


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_that_are_none_are_refused(centre, days):
    with pytest.raises(YizhanError) as error:
        supervise(centre, days=days)
    assert error.value.code == "bad_request"


def test_supervision_changes_nothing(centre, room):
    def written():
        with centre.store.read() as tx:
            return supervising.rooms.get(tx, NODE).down_head

    before = written()
    assert supervise(centre, days=31).looked == 3
    assert written() == before


def test_the_commands_answer_as_their_schemas_say(centre, room):
    grant(centre, 2)
    home = centre.settings.home
    answer = ask("centre_supervise", "centre", "supervise", "--days", "300", "--area", NODE[:6], "--home", home)
    assert [one["code"] for one in answer["rules"]] == list(RULES)
    figures = ask("centre_figures", "centre", "figures", "--day", "2026-11-15", "--home", home)
    assert (figures["period"], figures["received"]) == ("2026年11月", 3)
    assert [one["code"] for one in figures["rates"]] == list(FORMULAS)
    (line,) = figures["rooms"]
    assert (line["node"], line["name"]) == (NODE, NAME)
    for one in figures["rates"]:
        assert line["rates"][one["code"]] == {name: one[name] for name in ("part", "whole", "percent")}
    code, _, said = run("centre", "figures", "--day", "gestern", "--home", home)
    assert (code != 0, "gestern" in said) == (True, True)


# --- the page ---


@pytest.fixture
def url(centre, room):
    reviewers.add(centre, "du", "杜监督", PASSWORD, "supervisor")
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    with serving(centre) as address:
        yield address


def supervisor(url, name="du"):
    browser = Browser(url)
    browser.log_in(name, PASSWORD)
    return browser


def test_the_supervisor_sees_what_was_found_by_rule_and_comes_to_the_application(centre, url):
    grant(centre, 2)
    browser = supervisor(url)
    page = browser.get("/review/supervision")
    assert "查看了 2 件，发现 2 处" in page.words
    assert RULES["notice_late"].title in page.words
    assert RULES["notice_late"].basis in page.words
    assert f'href="/review/{number(1)}"' in page.text
    assert number(3) not in page.text.split('id="main"')[1]
    assert browser.get(f"/review/{number(1)}").status == 200
    closed = browser.get("/review/supervision?list=closed")
    assert "查看了 1 件，发现 0 处" in closed.words
    assert "这一页的办件没有发现问题" in closed.words
    assert "这里没有办件" in browser.get("/review/supervision?list=waiting").words


def test_one_page_looks_at_no_more_than_a_list_shows(url, monkeypatch):
    for module in (queue, supervision):
        monkeypatch.setattr(module, "LIMIT", 1)
    browser = supervisor(url)
    seen = []
    for place in ("", "?page=2", "?page=3"):
        page = browser.get(f"/review/supervision{place}")
        assert "查看了 1 件" in page.words
        seen.append("发现 2 处" in page.words)
    assert sorted(seen) == [False, False, True]
    assert "page=2" in browser.get("/review/supervision").text
    for place in ("0", "-1", "x", "99999"):
        assert browser.get(f"/review/supervision?page={place}&list={place}").status == 200


def test_nobody_but_a_supervisor_sees_it_or_a_way_to_it(url):
    page = supervisor(url, "li").get("/review/supervision")
    assert (page.status, RULES["notice_late"].title in page.words) == (403, False)
    assert "/review/supervision" not in supervisor(url, "li").get("/review/nodes").text
    assert "/review/supervision" in supervisor(url).get("/review/nodes").text
    assert Browser(url).get("/review/supervision").url.split("?")[0].endswith("/review/login")


def test_what_is_about_the_supervisor_himself_is_not_shown_to_him(centre, room, url):
    room.write("application.filed", sample() | {"concerns": ["du"]}, 4, at=LONG_AGO)
    exchange(centre, room)
    assert ("notice_late", number(4)) in found(supervise(centre, days=31))
    assert number(4) not in supervisor(url).get("/review/supervision").text


def test_a_list_says_how_many_it_holds_even_beyond_what_the_bar_counts(url, monkeypatch):
    browser = supervisor(url, "li")
    assert "待办理 3 件" in browser.get("/review/?show=todo").words
    monkeypatch.setattr(queue, "COUNT_MAX", 1)
    page = browser.get("/review/?show=todo").words
    assert ("待办理 3 件" in page, "待办理 3 " in page.replace("待办理 3 件", ""), "超过1" in page) == (
        True,
        True,
        True,
    )
    assert "待办理 超过1" in browser.get("/review/?show=mine").words
    assert "已办结 按收件时间排列" in browser.get("/review/?show=closed").words


def test_rooms_and_their_nights_stand_on_a_list_of_their_own(centre, room, url):
    page = supervisor(url).get("/review/supervision?list=rooms")
    assert "查看了 1 个警务室近 31 天的情况，发现 0 处" in page.words
    assert "这些警务室没有发现问题" in page.words
    for serial in range(20, 20 + BATCH_MIN):
        room.write("application.filed", sample(), serial, at="2026-11-20T23:10:00+08:00")
        room.write(
            "identity.verified", {"method": "officer"}, serial, at="2026-11-20T23:20:00+08:00", actor="officer:luo"
        )
    room.write("demand.refused", {"service": "juzhu-dengji", "slot": "村委会证明"}, application="", actor="officer:luo")
    exchange(centre, room)
    page = supervisor(url).get("/review/supervision?list=rooms")
    assert "发现 2 处" in page.words
    assert all(RULES[one].title in page.words for one in ("night_batch", "demand_outside"))
    assert all(words in page.words for words in ("23 时起一小时内 10 件", "luo"))
    assert f"/review/nodes/{room.node}" in page.text
    assert supervisor(url, "li").get("/review/supervision?list=rooms").status == 403
