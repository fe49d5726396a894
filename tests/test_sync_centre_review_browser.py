"""The desk of the reviewers in a real browser: by the keyboard, at 1366 x 768, every page without a fault of axe."""

import hashlib
import io
from pathlib import Path

import pytest
from browsing import CONSOLE, chromium, expect, shot, window
from conftest import FixedClock
from PIL import Image, ImageDraw

from edge.accounts import Cost
from sync.centre import cases, desks, reviewers
from sync.centre import centre as centres
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from sync.frames import Chunk
from tests.centre_browser import serving
from tests.centre_room import NODE, enrolled, number, sample
from tests.lifecycle_data import CONTEXT
from tests.test_sync_centre_deciding import ASKED

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
PASSWORD = "vier-dicke-huehner"
PLAIN, PERMIT, NATION, WAITING, SHARED, TO_CONFIRM = (number(serial) for serial in range(1, 7))


def photo(lines):
    """A page with some lines of writing."""
    picture = Image.new("RGB", (700, 990), "#fbf8f0")
    pen = ImageDraw.Draw(picture)
    for place in range(lines):
        pen.line((60, 90 + place * 40, 560 + place % 3 * 40, 90 + place * 40), fill="#555", width=9)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return out.getvalue()


def chunks(data, sha256):
    return tuple(Chunk(sha256, at, len(data), data[at : at + 8192]) for at in range(0, len(data), 8192))


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """A centre with an application that was corrected, a permit, one that waits for opinions, one half on its way."""
    home = tmp_path_factory.mktemp("desk") / "centre"
    centres.create_home(home)
    opened = centres.open_centre(home, FixedClock(), Cost(1024, 1, 1))
    room = enrolled(opened)
    pictures = [photo(9), photo(17)]
    held = [
        {
            "sha256": hashlib.sha256(one).hexdigest(),
            "size": len(one),
            "media_type": "image/jpeg",
            "name": "照片.jpg",
            "slot": slot,
        }
        for one, slot in zip(pictures, ("/files/residenceProof", "/files/relationProof"), strict=True)
    ]
    coming = held[0] | {"sha256": "c" * 64, "slot": "/files/relationProof", "name": "合同.jpg"}
    room.file_one(1, materials=held)
    room.write("application.filed", sample("daxing-huodong"), 2)
    room.write("application.filed", sample("minzu-biangeng") | {"answers": ASKED}, 3)
    room.file_one(4, materials=[coming])
    room.file_one(5)
    room.write("application.filed", sample("xingming-biangeng", to_confirm=True), 6)
    everything = tuple(
        piece for one, named in zip(pictures, held, strict=True) for piece in chunks(one, named["sha256"])
    )
    receive(opened, room.node, room.batch(chunks=everything))
    for name, shown, post in (
        ("li", "李审批", "户政"),
        ("wang", "王审批", "户政"),
        ("min", "杨民宗", "民族事务"),
        ("du", "陈督查", "supervisor"),
    ):
        reviewers.add(opened, name, shown, PASSWORD, post)
    with opened.store.write() as tx:
        desks.give(tx, "li", [Duty("decide", organ="纳雍县公安局")])
        desks.give(tx, "min", [Duty("opinion", desk="民族事务")])
    yield opened, room
    opened.close()


@pytest.fixture(scope="module")
def url(centre):
    with serving(centre[0]) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def log_in(page, url, name):
    page.goto(f"{url}/review/login")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".review-bar")).to_be_visible()


def is_sound(page):
    """No fault of axe, nothing that sticks out at the side."""
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def answer(centre, room):
    answers = cases.get(centre, PLAIN).state.answers
    body = {
        "request": cases.get(centre, PLAIN).state.correction.request,
        "context": CONTEXT,
        "materials": [],
        "answers": answers | {"applicant": answers["applicant"] | {"name": "王秀美"}},
    }
    room.write("correction.answered", body)
    sent = room.batch()
    room.read(receive(centre, room.node, sent), sent)


def test_a_reviewers_morning_by_the_keyboard(browser, url, centre):
    opened, room = centre
    with window(browser, CONSOLE) as page:
        log_in(page, url, "li")
        is_sound(page)
        shot(page, "review-queue")
        page.goto(f"{url}/review/{PLAIN}")
        page.keyboard.press("g")
        expect(page.locator(".case-links")).to_contain_text("我已认领")
        page.keyboard.press("c")
        expect(page.get_by_role("heading", name="补正材料一次性告知书")).to_be_visible()
        page.get_by_label("哪一处").select_option("field:/applicant/name")
        page.get_by_label("缺什么、怎样补", exact=True).fill("与居民身份证不一致，请按身份证填写")
        page.get_by_role("button", name="添加一项").click()
        expect(page.locator("#defects .defects li")).to_have_count(1)
        is_sound(page)
        page.get_by_role("button", name="发出告知书").click()
        expect(page.locator(".said")).to_contain_text("补正告知已发出")
        answer(opened, room)
        page.goto(f"{url}/review/{PLAIN}")
        expect(page.get_by_role("heading", name="补正了什么")).to_be_visible()
        is_sound(page)
        shot(page, "review-correction")
        page.keyboard.press("z")
        expect(page.get_by_role("heading", level=1)).to_contain_text("对照")
        page.keyboard.press("2")
        expect(page.locator(".zoom-150").first).to_be_visible()
        is_sound(page)
        shot(page, "review-zoom")
        page.keyboard.press("b")
        expect(page.locator(".case-acts")).to_be_visible()
        page.keyboard.press("a")
        expect(page.locator(".said")).to_contain_text("已受理")
        is_sound(page)
        shot(page, "review-application")
        page.get_by_role("link", name="受理通知书").click()
        expect(page.locator(".writ-number")).to_contain_text("纳雍县公安局〔2026〕")
        is_sound(page)
        shot(page, "review-writ")


def test_steps_of_two_departments_and_a_clock_that_stands_still(browser, url, centre):
    opened, _ = centre
    with window(browser, CONSOLE) as page:
        log_in(page, url, "min")
        page.keyboard.press("o")
        expect(page.get_by_role("heading", name="出具意见")).to_be_visible()
        is_sound(page)
        page.get_by_label("同意", exact=True).check(force=True)
        page.get_by_label("说明").fill("材料属实，拟同意变更。")
        page.locator(".act-panel").get_by_role("button", name="出具意见").click()
        expect(page.locator(".said")).to_contain_text("意见已出具")
        is_sound(page)
    cases.accept(opened, PERMIT, actor="centre:li")
    with window(browser, CONSOLE) as page:
        log_in(page, url, "li")
        page.goto(f"{url}/review/{NATION}")
        expect(page.get_by_role("heading", name="各部门环节")).to_be_visible()
        is_sound(page)
        shot(page, "review-steps")
        page.goto(f"{url}/review/{PERMIT}")
        page.keyboard.press("s")
        page.get_by_label("听证").check(force=True)
        page.get_by_label("理由").fill("周边住户申请听证")
        is_sound(page)
        page.get_by_role("button", name="启动，停表").click()
        expect(page.locator(".case-badges")).to_contain_text("停表（听证）")
        is_sound(page)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_all_acts_stand_in_one_line_and_a_picture_is_seen_whole(browser, url, width, height):
    with window(browser, {"viewport": {"width": width, "height": height}}) as page:
        log_in(page, url, "wang")
        page.goto(f"{url}/review/{TO_CONFIRM}")
        acts = page.locator(".case-acts .button").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        assert len(acts) == len("YXADCRTN")
        assert len(set(acts)) == 1
        page.goto(f"{url}/review/{PLAIN}")
        expect(page.locator(".viewer-picture img")).to_be_visible()
        assert page.locator(".viewer-picture").evaluate("box => box.scrollHeight <= box.clientHeight")
        page.goto(f"{url}/review/{PLAIN}/correct#defects")
        expect(page.locator("#defects")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")  # the bar stays where it is
        expect(page.locator(".review-bar")).to_be_in_viewport()


PAGES = (
    "", "?show=waiting", "?show=all", "?service=nothing", WAITING, f"{WAITING}/correct", f"{WAITING}/refuse",
    f"{WAITING}/decide", f"{WAITING}/forward", f"{WAITING}/person", f"{WAITING}/compare", "nodes", "services", "ferry",
)  # fmt: skip  # a table


def test_every_page_of_the_desk_is_sound(browser, url, centre):
    with window(browser, CONSOLE) as page:
        log_in(page, url, "wang")
        for path in PAGES:
            page.goto(f"{url}/review/{path}")
            is_sound(page)
            if path == WAITING:
                expect(page.locator(".viewer")).to_contain_text("不算申请人缺材料")


OVERSIGHT = (
    "supervision", "supervision?list=rooms", "call-backs", "told", "board", "samples", "reasons", "videos", "figures",
    "figures/formulas", "figures/wall", "reports", "classes", "walls", "outside", "packs", "nodes/enrol",
    f"nodes/{NODE}", "password", "nowhere/at/all",
)  # fmt: skip  # a table


def test_every_page_of_those_who_watch_over_the_rooms_is_sound_and_fits_a_phone(browser, url):
    with window(browser, CONSOLE) as page:
        log_in(page, url, "du")
        for path in OVERSIGHT:
            page.set_viewport_size(CONSOLE["viewport"])
            page.goto(f"{url}/review/{path}")
            is_sound(page)
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_two_reviewers_see_each_other_and_the_second_keeps_what_he_wrote(browser, url, centre):
    with window(browser, CONSOLE) as first, window(browser, CONSOLE) as second:
        log_in(first, url, "li")
        log_in(second, url, "wang")
        first.goto(f"{url}/review/{SHARED}/refuse")
        first.get_by_label("理由（申请人会看到）").fill("住址不在本辖区")
        second.goto(f"{url}/review/{SHARED}")
        expect(second.locator("#main .note").first).to_contain_text("李审批也打开着这一件")
        is_sound(second)
        second.keyboard.press("a")
        expect(second.locator(".said")).to_contain_text("已受理")
        first.get_by_role("button", name="作出不予受理").click()
        expect(first.locator("#main")).to_contain_text("您打开以后，这一件有了新的变化")
        expect(first.locator("#main")).to_contain_text("住址不在本辖区")
        is_sound(first)
        shot(first, "review-second")
    state = cases.get(centre[0], SHARED).state
    assert (state.phase, state.result) == ("accepted", None)
