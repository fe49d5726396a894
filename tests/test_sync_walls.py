"""大屏: a key shows the figures of its place without a login, nothing else and nobody, until it is taken back.

And 数据分级: who may see which class of data.
"""

import json
import re

import pytest
from playwright.sync_api import expect
from programs import holds

from edge import cli
from edge.errors import YizhanError
from forms import kinds
from sync.centre import desks, reviewers, tables, walls
from sync.centre.app import create_app
from sync.centre.data_classes import CARRIED, CLASSES, LIBRARIES, may_see
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from sync.centre.review import figures
from tests.browsing import chromium, window
from tests.centre_browser import Browser, serving
from tests.centre_room import NODE, enrolled

PASSWORD = "vier-dicke-huehner"
WALL = {"viewport": {"width": 1920, "height": 1080}}
BY = "centre:li"


@pytest.fixture
def room(centre):
    made = enrolled(centre)
    made.file_one(1)
    sends(centre, made)
    return made


def sends(centre, room, first=1):
    body = room.batch(first=first)
    room.read(receive(centre, NODE, body), body)


@pytest.fixture
def url(centre, room):
    reviewers.add(centre, "li", "李审批", PASSWORD, "户政")
    with serving(centre) as address:
        yield address


def on_the_wall(url, key):
    screen = Browser(url)
    screen.get("/wall/")
    screen.submit("/wall/", key=key)
    return screen


def test_a_key_is_given_at_the_desk_and_opens_a_screen_without_a_login(url, centre):
    desk = Browser(url)
    desk.log_in("li", PASSWORD)
    desk.get("/review/walls")
    page = desk.submit("/review/walls", name="指挥中心大厅", area="522425", kind="month")
    assert (page.status, desk.sent) == (200, [("POST", 303), ("GET", 200)])
    key = re.search(r'wall-letters">([A-Z2-7 ]{19})<', page.text)[1]
    screen = on_the_wall(url, f" {key.lower().replace(' ', '-')} ")
    assert all(words in screen.page.words for words in ("收件 1", "贵州省", "数据截至", "2026年11月"))
    assert "王秀梅" not in screen.page.text
    kept = next(one for one in screen._opener.handlers if hasattr(one, "cookiejar")).cookiejar
    cookie = next(one for one in kept if one.name == "yizhan_centre_wall_key")
    assert cookie.path == "/wall"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert "上次刷新 今天" in desk.get("/review/walls").words


def test_over_tls_the_name_of_its_cookie_binds_it_to_this_host(centre, room):
    """RFC 6265bis: one without that name was planted by another host, and opens nothing."""
    key = walls.letters(centre, walls.give(centre, "大厅", "", "month", by=BY).number)
    client, over = create_app(centre).test_client(), {"base_url": "https://localhost"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/wall/", **over).text)[1]
    given = client.post(
        "/wall/", data={"csrf_token": token, "key": key}, headers={"Origin": "https://localhost"}, **over
    )
    cookie = next(one for one in given.headers.getlist("Set-Cookie") if "wall_key" in one)
    assert cookie.startswith("__Host-yizhan_centre_wall_key=")
    assert {"Secure", "Path=/", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert client.get("/wall/", **over).status_code == 200
    assert "收件" in client.get("/wall/", **over).text
    client.delete_cookie("__Host-yizhan_centre_wall_key", domain="localhost")
    client.set_cookie("yizhan_centre_wall_key", key, domain="localhost", path="/wall")
    assert "收件" not in client.get("/wall/", **over).text


def test_keys_are_given_listed_and_taken_back_by_command(centre, capsys):
    def ask(which, *words, code=0):
        assert cli.main(["centre", "wall", which, *words, "--home", str(centre.settings.home), "--json"]) == code
        return capsys.readouterr()

    def said(which, *words):
        return holds(f"centre_wall_{which}", json.loads(ask(which, *words).out))

    assert said("list") == {"walls": []}
    made = said("add", "指挥中心大厅", "--area", "522425", "--kind", "week", "--days", "30", "--as", BY)
    assert walls.open_(centre, made["key"]).area == "522425"
    (listed,) = said("list")["walls"]
    assert "key" not in listed
    assert (listed["made_by"], listed["state"], listed["place"]) == (BY, "holds", made["place"])
    assert said("remove", str(made["number"])) == said("remove", str(made["number"]))
    assert walls.open_(centre, made["key"]) is None
    assert said("list")["walls"][0]["state"] == "ended"
    assert "没有第 9 号大屏" in ask("remove", "9", code=1).out
    assert "地区应为" in ask("add", "大厅", "--area", "52242", code=1).out


def test_the_key_stands_in_no_table_and_is_shown_again_to_who_gives_it_out(centre):
    made = walls.give(centre, "大厅", "", "day", by=BY)
    key = walls.letters(centre, made.number)
    with centre.store.read() as tx:
        row = tx.execute(tables.wall_key.select()).one()
    assert key not in str(row)
    assert walls.letters(centre, made.number) == key
    assert walls.open_(centre, key).area == ""


def test_a_key_opens_nothing_but_the_figures_of_its_place(url, centre, room):
    screen = on_the_wall(url, walls.letters(centre, walls.give(centre, "黔南", "5227", "month", by=BY).number))
    assert "收件 0" in screen.page.words
    assert "收件 0" in screen.get("/wall/?area=522425&kind=year&day=2026-01-01").words
    for path in ("/review/", "/review/figures", "/review/figures/wall", "/review/nodes", "/review/walls"):
        assert screen.get(path).url.split("?")[0].endswith("/review/login"), path
    assert screen.get("/api/v1/figures").status == 401


def test_a_room_that_was_not_heard_of_today_says_until_when_its_figures_are(url, centre, clock):
    screen = on_the_wall(url, walls.letters(centre, walls.give(centre, "大厅", "", "month", by=BY).number))
    assert screen.page.words.count("数据截至") == 1  # that of the wall itself
    clock.advance(days=1)
    assert "数据截至 11月21日 09:12" in screen.get("/wall/").words


@pytest.mark.parametrize("how", ["unknown", "taken back", "late"])
def test_a_key_that_does_not_hold_shows_no_figure_and_says_so(url, centre, clock, how):
    made = walls.give(centre, "大厅", "", "month", by=BY, days=30)
    key = walls.letters(centre, made.number)
    screen = on_the_wall(url, key)
    assert "收件 1" in screen.page.words
    if how == "unknown":
        screen = on_the_wall(url, "A" * 16)
    elif how == "taken back":
        assert walls.take_back(centre, made.number, by=BY) == walls.take_back(centre, made.number, by="centre:yang")
    else:
        clock.advance(days=31)
    page = screen.get("/wall/") if how != "unknown" else screen.page
    assert (page.status, "这把密钥打不开大屏" in page.words, "收件" in page.words) == (403, True, False)
    assert walls.letters(centre, made.number) == ("" if how != "unknown" else key)


@pytest.mark.parametrize(
    ("name", "area", "kind", "days"),
    [
        ("", "", "month", 1),
        ("大厅", "52242", "month", 1),
        ("大厅", "五二", "month", 1),
        ("大厅", "", "hour", 1),
        ("大厅", "", "month", 366),
    ],
)
def test_what_no_screen_can_show_gets_no_key(centre, name, area, kind, days):
    with pytest.raises(YizhanError) as caught:
        walls.give(centre, name, area, kind, by=BY, days=days)
    assert caught.value.code == "wall_wrong"
    assert walls.every(centre) == []


def test_the_screen_fetches_itself_anew_and_goes_dark_when_its_key_is_taken_back(url, centre, room, monkeypatch):
    monkeypatch.setattr(figures, "REFRESH_S", 1)
    made = walls.give(centre, "大厅", "", "month", by=BY)
    with chromium() as browser, window(browser, WALL) as page:
        page.goto(f"{url}/wall/")
        page.get_by_label("大屏密钥").fill(walls.letters(centre, made.number))
        page.get_by_role("button", name="打开").click()
        received = page.locator(".wall-counts dd").first
        expect(received).to_have_text("1")
        room.file_one(2)
        sends(centre, room, first=2)
        expect(received).to_have_text("2")
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        walls.take_back(centre, made.number, by=BY)
        expect(page.get_by_role("alert")).to_contain_text("这把密钥打不开大屏")
        expect(received).to_have_count(0)


# --- who may see what (the page 数据分级)


def test_the_five_classes_come_with_the_batches_and_of_a_video_its_index_alone():
    five = ("cases", "steps", "ratings", "late", "anomalies")
    sides = {**kinds.KINDS, **kinds.ROOM_KINDS}
    assert set(CARRIED) == {*five, "videos"}
    assert CARRIED["videos"] == {"video.indexed"}
    assert set(sides["video.indexed"].fields) == {"camera", "first", "last", "place", "sha256", "bytes", "keep_until"}
    everything = [one for what in CARRIED for one in CARRIED[what]]
    assert len(everything) == len(set(everything))
    assert all(sides[one].side == "node" or sides[one].either for one in everything)


@pytest.mark.parametrize(
    ("what", "who", "not_who"),
    [
        ("catalogue", "anybody", None),
        ("figures", "screen", "anybody"),
        *((what, "desk", "screen") for what in ("cases", "steps", "late", "archive")),
        ("states", "centre", "desk"),
        *((what, "supervisor", "centre") for what in ("ratings", "anomalies", "complaints", "videos")),
    ],
)
def test_each_class_is_seen_by_its_own_audience_and_not_by_the_one_below(what, who, not_who):
    assert may_see(who, what)
    assert not_who is None or not may_see(not_who, what)


def test_every_class_stands_in_the_table_above():
    named = {
        "catalogue",
        "figures",
        "cases",
        "steps",
        "late",
        "archive",
        "states",
        "ratings",
        "anomalies",
        "complaints",
    }
    assert named | {"videos"} == set(CLASSES)


def test_the_page_says_who_may_see_each_class_and_whether_the_one_who_asks_may(url, centre):
    reviewers.add(centre, "chen", "陈督查", PASSWORD, "supervisor")
    reviewers.add(centre, "min", "杨民宗", PASSWORD, "民族事务")
    with centre.store.write() as tx:
        desks.give(tx, "min", (Duty("opinion", desk="民族事务"),))
    for name, not_seen in (("li", 4), ("chen", 0), ("min", 5)):
        desk = Browser(url)
        desk.log_in(name, PASSWORD)
        page = desk.get("/review/classes")
        assert (page.status, page.words.count("您不能看")) == (200, not_seen)
        assert all(one.title in page.words for one in (*CLASSES.values(), *LIBRARIES.values()))
    assert Browser(url).get("/review/classes").url.split("?")[0].endswith("/review/login")
