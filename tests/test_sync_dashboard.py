"""看板: a figure by place, whose rows make its sum, for whom the place is his, on a wall without anybody in it."""

import csv
import io
from datetime import date

import pytest

from forms.figures import FORMULAS, Period
from sync.centre import cases, comparing, counting, dashboard, desks, reviewers, room_said
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from tests.centre_browser import logged_in, serving
from tests.centre_room import enrolled, number

PASSWORD = "vier-dicke-huehner"
NODES = {"5224250017": 4, "5224250018": 2, "5224270011": 3, "5203010001": 1}
NOVEMBER = Period.of("month", date(2026, 11, 1))
DESCRIBED = {"name": "大坪村警务室", "address": "", "hours": "", "telephone": "", "complaint": "", "sets": []}


@pytest.fixture
def province(centre):
    """Four rooms in three counties of two cities; one application of each is granted."""
    for node, count in NODES.items():
        room = enrolled(centre, node, f"警务室{node[-4:]}")
        for serial in range(1, count + 1):
            room.file_one(serial)
        station = "龙场派出所" if node.endswith("17") else "岩脚派出所"
        room.write("room.described", DESCRIBED | {"station": station}, application="")
        body = room.batch(first=1)
        room.read(receive(centre, node, body), body)
        cases.accept(centre, number(1, node), actor="centre:chen")
        cases.decide(centre, number(1, node), actor="centre:chen", result="granted")
    return centre


def board(centre, area, **more):
    with centre.store.read() as tx:
        return dashboard.board(tx, centre, area, NOVEMBER, **more)


def test_every_level_is_the_sum_of_the_level_below_and_of_the_logs(province):
    for area in ("", "52", "5224", "522425", "5224250017"):
        shown = board(province, area)
        assert counting.add([one.line for one in shown.places], area) == shown.whole
        details = [found for _, _, found in comparing.details(province, area, NOVEMBER)]
        assert shown.whole.received == sum(one.received for one in details)
        assert shown.whole.closed == sum(one.closed for one in details)
        for code in FORMULAS:
            assert shown.whole.rates[code].part == sum(one.rates[code].part for one in details)
            assert shown.whole.rates[code].whole == sum(one.rates[code].whole for one in details)
    assert [(one.area, one.line.received) for one in board(province, "").places] == [("5203", 1), ("5224", 9)]
    assert [one.area for one in board(province, "522425").places] == ["5224250017", "5224250018"]


def test_a_county_is_told_by_its_stations_too(province):
    shown = board(province, "522425")
    assert [(one.name, one.line.received) for one in shown.stations] == [("岩脚派出所", 2), ("龙场派出所", 4)]
    one = board(province, "522425", station="龙场派出所")
    assert (one.whole.received, [place.area for place in one.places]) == (4, ["5224250017"])
    with province.store.read() as tx:
        assert room_said.stations(tx, "5224250017") == {"5224250017": "龙场派出所"}


@pytest.fixture
def url(province):
    reviewers.add(province, "li", "李审批", PASSWORD, "户政")
    reviewers.add(province, "wang", "王市局", PASSWORD, "分析")
    reviewers.add(province, "yang", "杨民宗", PASSWORD, "民族事务")
    with province.store.write() as tx:
        desks.give(tx, "wang", (Duty("read", area="5224"),))
        desks.give(tx, "yang", (Duty("opinion", desk="民族事务"),))
    with serving(province) as address:
        yield address


def browser(url, name):
    return logged_in(url, name, PASSWORD)


def test_the_page_goes_down_from_the_province_to_a_room(url):
    one = browser(url, "li")
    assert "收件 10 办结 4" in one.get("/review/figures").words
    page = one.get("/review/figures?area=5224")
    assert all(words in page.words for words in ("收件 9", "全部", "县（市、区）", "满意率"))
    assert "警务室0017" in one.get("/review/figures?area=522425").words
    assert "数据截至" in one.get("/review/figures?area=5224250017").words
    for kind in ("day", "week", "quarter", "year", "nonsense"):
        assert one.get(f"/review/figures?kind={kind}&day=2026-11-21").status == 200
    for path in ("/review/figures?area=5", "/review/figures?area=abcd", "/review/figures/wall?area=52242"):
        assert one.get(path).status == 404


def test_a_city_sees_nothing_of_another_city(url):
    one = browser(url, "wang")
    assert "收件 9" in one.get("/review/figures").words
    for path in ("figures", "figures/wall", "figures/table"):
        for area in ("", "52", "5203", "5203010001"):
            assert one.get(f"/review/{path}?area={area}").status == 404
        assert one.get(f"/review/{path}?area=522427").status == 200
    opinions = browser(url, "yang")
    assert {opinions.get(f"/review/{path}").status for path in ("figures", "figures/wall", "figures/formulas")} == {403}


def test_the_wall_names_places_and_nobody_and_fetches_itself_anew(url):
    page = browser(url, "li").get("/review/figures/wall")
    assert all(words in page.words for words in ("收件", "其中超期", "及时办结率", "数据截至"))
    assert "王秀梅" not in page.text
    assert 'hx-trigger="every 60s"' in page.text
    assert 'http-equiv="refresh"' in page.text


def test_the_table_has_the_sum_and_what_every_rate_is_made_of(url):
    text = browser(url, "li").get("/review/figures/table?area=522425").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    *rooms, whole = rows
    assert whole["警务室"] == "合计"
    for name in ("收件", "办结", "及时办结率分子", "网办率分母"):
        assert sum(int(row[name]) for row in rooms) == int(whole[name])


def test_every_figure_has_its_formula_on_the_page_of_formulas(url):
    words = browser(url, "li").get("/review/figures/formulas").words
    assert all(title in words and formula in words for title, formula in FORMULAS.values())
