"""The sheets as Chromium shows and prints them: what is on the screen, and a PDF of A4 pages."""

import re
import shutil
from pathlib import Path

import pytest

from edge.preview import create_app
from edge.prints import sheets
from edge.serving import Server
from forms.definition import PACKAGED, packaged
from tests.browsing import CONSOLE, DESK, KIOSK, SHOTS, chromium, shot, window
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import SERVICE, kiosk_app, kiosk_node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).parents[1] / "build" / "assets" / "axe.min.js"
# what sticks out of the paper or out of its own cell
WIDE = """() => [...document.querySelectorAll('.paper td, .paper th, .paper h1, .paper h2')]
  .filter(e => e.scrollWidth > e.clientWidth + 2 || e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.textContent.trim().slice(0, 60))"""
A4_POINTS = (594.96, 841.92)


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    for node in kiosk_node(make_home(tmp_path_factory.mktemp("prints") / "home"), FixedClock()):
        server = Server(kiosk_app(node), "127.0.0.1", 0)
        yield server.url
        server.stop()


def pdf_of(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    return page.pdf(path=SHOTS / f"print-{name}.pdf", prefer_css_page_size=True)


def sizes(pdf):
    """Width and height in points of every page."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]", pdf)
    return [(float(width), float(height)) for width, height in boxes]


@pytest.mark.parametrize("name", sorted(sheets.SHEETS))
def test_a_sheet_prints_on_a4(browser, url, name):
    with window(browser, CONSOLE) as page:
        page.goto(f"{url}/print/{SERVICE}/{name}")
        shot(page, f"print-{name}", full=True)
        found = sizes(pdf_of(page, name))
    assert len(found) > 1
    assert all(abs(a - b) < 1 for size in found for a, b in zip(size, A4_POINTS, strict=True))


def test_nothing_on_a_sheet_is_wider_than_the_paper(browser, url):
    with window(browser, CONSOLE) as page:
        for name in sheets.SHEETS:
            page.goto(f"{url}/print/{SERVICE}/{name}")
            assert (
                page.evaluate(
                    "() => { const p = document.querySelector('.paper'); return p.scrollWidth - p.clientWidth }"
                )
                <= 1
            )


def test_from_the_kiosk_one_touch_leads_to_a_sheet_and_one_back(browser, url):
    with window(browser, KIOSK) as page:
        page.goto(f"{url}/kiosk/service/{SERVICE}")
        page.get_by_role("link", name="空白表").tap()
        page.wait_for_url("**/print/**")
        page.get_by_role("button", name="打印").wait_for()
        shot(page, "print-kiosk")
        page.get_by_role("link", name="返回").tap()
        page.wait_for_url(f"**/kiosk/service/{SERVICE}")
        shot(page, "print-kiosk-guide", full=True)


# --- the preview


@pytest.fixture
def preview(tmp_path):
    shutil.copy(PACKAGED / f"{SERVICE}.json", tmp_path)
    server = Server(create_app(tmp_path), "127.0.0.1", 0)
    yield server.url, tmp_path / f"{SERVICE}.json"
    server.stop()


def test_an_open_preview_shows_what_was_saved_and_the_faults_that_came_with_it(browser, preview):
    url, path = preview
    with window(browser, DESK) as page:
        page.goto(f"{url}/service/{path.name}")
        page.frame_locator("iframe[title=自助终端]").get_by_text("给谁登记").first.wait_for()
        shot(page, "preview")
        shot(page, "preview-whole", full=True)
        good = path.read_text(encoding="utf-8")
        path.write_text(good.replace("居住登记", "住处登记"), encoding="utf-8")
        page.get_by_role("heading", name="住处登记").first.wait_for()
        path.write_text(good.replace('"copies": 1', '"copies": -1', 1), encoding="utf-8")
        page.get_by_text("1 个问题").wait_for()
        shot(page, "preview-fault")


# --- for everybody


def faults(page):
    """What axe finds, as short lines."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def test_no_sheet_has_a_fault_that_axe_knows(browser, url):
    with window(browser, KIOSK) as page:
        for name in sheets.SHEETS:
            page.goto(f"{url}/print/{SERVICE}/{name}?from=kiosk")
            assert faults(page) == [], name


def test_no_page_of_the_preview_has_a_fault_that_axe_knows(browser, preview):
    url, path = preview
    with window(browser, DESK) as page:
        for address in ("/", f"/service/{path.name}"):
            page.goto(url + address)
            assert faults(page) == [], address


@pytest.mark.parametrize("service", sorted(packaged().keys()))
def test_every_service_fits_the_width_of_the_paper(browser, url, service):
    with window(browser, CONSOLE) as page:
        page.emulate_media(media="print")
        for name in sheets.SHEETS:
            page.goto(f"{url}/print/{service}/{name}")
            page.set_viewport_size({"width": 673, "height": 980})  # 178 mm between the margins
            wide = page.evaluate(WIDE)
            assert wide == [], name
