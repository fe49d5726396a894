"""What a technician is told of the parts that Debian brings, and rare names on the screen, in print and in a PDF."""

import io
import json

import pytest
from playwright.sync_api import expect
from programs import ask, run
from pypdf import PdfReader

from edge.serving import Server
from kiosk import parts, pen
from tests.browsing import KIOSK, chromium, named, window
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import SERVICE, kiosk_app, kiosk_node

pytestmark = pytest.mark.browser

RARE = "".join(one for one in parts.RARE if one not in parts.without_font())
# what a font without the character draws: U+2FFFE will never be one
DRAWN = """text => { const pen = document.createElement('canvas').getContext('2d');
  pen.font = `40px ${getComputedStyle(document.body).fontFamily}`;
  const draw = one => { pen.clearRect(0, 0, 60, 60); pen.fillText(one, 5, 45); return pen.canvas.toDataURL(); };
  const box = draw(String.fromCodePoint(0x2FFFE)), nothing = draw(' ');
  return Array.from(text).filter(one => ![box, nothing].includes(draw(one))).join(''); }"""


def test_the_technician_is_told_which_package_brings_what_is_missing(tmp_path, monkeypatch):
    there = ask("doctor", "doctor", code=0 if all(one.there for one in parts.parts()) else 1)["parts"]
    assert [one["there"] for one in there] == [one.there for one in parts.parts()]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert parts.without_font() == parts.RARE
    missing = [one.sentence for one in parts.parts()]
    assert any("apt install espeak-ng" in one for one in missing)
    assert any(f"apt install {' '.join(pen.PACKAGES)}" in one for one in missing)
    assert any("fonts-babelstone-han" in one and "方框" in one for one in missing)


def test_the_command_says_it_in_words_too():
    code, out, _ = run("doctor")
    assert code in {0, 1}
    assert out.count("：") >= 3
    assert "手写输入" in out
    with pytest.raises(json.JSONDecodeError):
        json.loads(out)


@pytest.mark.skipif(
    not RARE, reason="no font here has a character of Extension B to H: apt install fonts-babelstone-han"
)
def test_a_name_with_rare_characters_is_drawn_on_the_screen_and_stands_in_the_pdf(tmp_path):
    for node in kiosk_node(make_home(tmp_path / "home"), FixedClock()):
        server = Server(kiosk_app(node), "127.0.0.1", 0)
        with chromium() as browser, window(browser, KIOSK) as page:
            page.goto(f"{server.url}/kiosk/service/{SERVICE}")
            page.get_by_role("button", name="开始办理").last.click()
            named(page, "/applicant/name").fill(RARE)
            page.get_by_role("button", name="长辈版").click()
            expect(named(page, "/applicant/name")).to_have_value(RARE)
            assert page.evaluate(DRAWN, RARE) == RARE
            printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
        server.stop()
    words = "".join(sheet.extract_text() for sheet in printed.pages)
    assert all(one in words for one in RARE), words
