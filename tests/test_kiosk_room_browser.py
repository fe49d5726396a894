"""The pages that files write, in a real browser: the start page whole on one screen, nothing that axe objects to."""

from pathlib import Path

import pytest

from edge.serving import Server
from tests.browsing import CONSOLE, KIOSK, chromium, shot, window
from tests.kiosk_app import kiosk_app, kiosk_node

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
PAGES = {
    "kiosk-start": "/kiosk/",
    "kiosk-card": "/kiosk/card/huzhao",
    "kiosk-card-sheet": "/kiosk/card/huzhao/sheet",
    "kiosk-notice": "/kiosk/notice/fangzhapian",
    "kiosk-life": "/kiosk/life/shengwa",
    "kiosk-open": "/kiosk/area/open",
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def url(home, clock):
    for node in kiosk_node(home, clock):
        server = Server(kiosk_app(node), "127.0.0.1", 0)
        yield server.url
        server.stop()


@pytest.mark.parametrize("screen", [KIOSK, CONSOLE], ids=["upright", "lying"])
def test_danger_to_life_and_the_four_areas_are_in_sight_on_the_start_page_without_scrolling(browser, url, screen):
    with window(browser, screen) as page:
        page.goto(f"{url}/kiosk/")
        foot = page.locator(".kiosk-foot").bounding_box()
        boxes = [one.bounding_box() for one in page.locator(".danger, .area").all()]
        assert len(boxes) == 5
        assert all(box["y"] + box["height"] <= foot["y"] for box in boxes)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_rooms_files_passes_axe_and_is_no_wider_than_the_screen(browser, url, name):
    with window(browser, KIOSK) as page:
        page.goto(url + PAGES[name])
        shot(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1080
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        assert not found, found


def test_every_life_event_is_large_enough_for_a_thumb(browser, url):
    with window(browser, KIOSK) as page:
        page.goto(f"{url}/kiosk/")
        heights = page.eval_on_selector_all(".lives a", "all => all.map(one => one.getBoundingClientRect().height)")
        assert len(heights) == 6
        assert min(heights) >= 81  # 2.7 rem: what the kiosk's buttons are held to
