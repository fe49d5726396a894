"""What a technician is told of the parts that Debian brings, and rare names on the screen, in print and in a PDF."""

import io
import json

import pytest
from playwright.sync_api import expect
from programs import ask, holds, run
from pypdf import PdfReader
from pypdf.generic import ContentStream

from edge import cli
from edge.devices import drawn_text, escpos_bytes, roll
from edge.serving import Server
from kiosk import glyphs, parts, pen
from tests.browsing import KIOSK, chromium, named, window
from tests.conftest import FixedClock, make_home
from tests.kiosk_app import SERVICE, kiosk_app, kiosk_node

pytestmark = pytest.mark.browser

RASTER = b"\x1dv0"
RARE = "".join(one for one in parts.RARE if one not in parts.without_font())
# what a font without the character draws: U+2FFFE will never be one
DRAWN = """text => { const pen = document.createElement('canvas').getContext('2d');
  pen.font = `40px ${getComputedStyle(document.body).fontFamily}`;
  const draw = one => { pen.clearRect(0, 0, 60, 60); pen.fillText(one, 5, 45); return pen.canvas.toDataURL(); };
  const box = draw(String.fromCodePoint(0x2FFFE)), nothing = draw(' ');
  return Array.from(text).filter(one => ![box, nothing].includes(draw(one))).join(''); }"""


def test_the_technician_is_told_which_package_brings_what_is_missing(tmp_path, monkeypatch):
    told = ask("doctor", "doctor", code=int(any(one.is_fault for one in parts.parts())))["parts"]
    assert [(one["there"], one["needed"]) for one in told] == [(one.there, one.needed) for one in parts.parts()]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert parts.without_font() == parts.RARE
    missing = [one.sentence for one in parts.parts()]
    assert any("apt install espeak-ng" in one for one in missing)
    assert any(f"apt install {' '.join(pen.PACKAGES)}" in one for one in missing)
    assert any("fonts-babelstone-han" in one and "方框" in one for one in missing)


def all_but(missing):
    """The fonts of a machine that draws everything but these."""
    left_out = sorted(ord(one) for one in missing)
    starts, ends = [0x20, *(one + 1 for one in left_out)], [*(one - 1 for one in left_out), 0x3FFFF]
    return glyphs.Glyphs(zip(starts, ends, strict=True))


@pytest.fixture
def doctor(home, monkeypatch, capsys):
    """(exit code, parts) of a room that offers these languages, on a machine that lacks these characters."""

    def asked(languages, missing):
        text = (home / "room.toml").read_text(encoding="utf-8")
        (home / "room.toml").write_text(f"{text}languages = {json.dumps(languages)}\n", encoding="utf-8")
        monkeypatch.setattr(glyphs, "of_this_machine", lambda: all_but(missing))
        code = cli.main(["doctor", "--quick", "--home", str(home), "--json"])
        return code, holds("doctor", json.loads(capsys.readouterr().out))["parts"]

    return asked


@pytest.mark.parametrize(
    ("languages", "missing", "code"),
    [(["zh-CN"], parts.RARE, 0), (["zh-CN"], "群", 1), (["zh-CN", "bo"], "ཀ", 1), (["zh-CN", "en"], "ཀ", 0)],
    ids=["rare names", "Chinese", "Tibetan", "Tibetan that nobody offers"],
)
def test_a_room_is_at_fault_where_its_own_languages_can_not_be_read(doctor, languages, missing, code):
    found, told = doctor(languages, missing)
    assert found == code
    assert any(one["needed"] and not one["there"] for one in told) == bool(code)


def test_what_a_room_may_do_without_is_a_hint(doctor):
    _, told = doctor(["zh-CN"], parts.RARE)
    (rare,) = (one for one in told if one["name"] == "生僻字字体")
    assert (rare["there"], rare["needed"], "不装也能收件" in rare["sentence"]) == (False, False, True)


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
            page.evaluate("document.querySelector('h1').textContent = String.fromCodePoint(0x2FFFE)")
            control = PdfReader(io.BytesIO(page.pdf(format="A4")))
        server.stop()
    words = "".join(sheet.extract_text() for sheet in printed.pages)
    assert all(one in words for one in RARE), words
    assert empty_boxes(control) == 1, "a character that no font has is counted"
    assert empty_boxes(printed) == 0
    assert all(embedded(sheet) for sheet in printed.pages)


def empty_boxes(reader):
    """How often a PDF shows glyph 0, which every font draws for what it does not have."""
    found = 0
    for sheet in reader.pages:
        wide, fonts = 1, sheet["/Resources"]["/Font"]
        for operands, operator in ContentStream(sheet.get_contents(), reader).operations:
            if operator == b"Tf":
                wide = 2 if fonts[operands[0]].get_object()["/Subtype"] == "/Type0" else 1
            shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else ()
            codes = b"".join(one.original_bytes for one in shown if hasattr(one, "original_bytes"))
            found += sum(not any(codes[at : at + wide]) for at in range(0, len(codes), wide))
    return found


def embedded(sheet):
    """Whether every font of a page lies in the file, so that any reader shows the same."""
    fonts = [font.get_object() for font in sheet["/Resources"]["/Font"].values()]
    whole = [font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font for font in fonts]
    return all(
        one["/Subtype"] == "/Type3" or any(key.startswith("/FontFile") for key in one["/FontDescriptor"])
        for one in whole
    )


# --- what can not be drawn


def test_the_technician_is_told_which_characters_can_not_be_shown():
    told = ask("doctor", "doctor", "--text", "王\U0002fffe", code=1)
    assert told["missing"] == "\U0002fffe"
    names = [one["name"] for one in told["characters"]]
    assert names[:3] == ["基本汉字", "扩展A", "扩展B"]
    assert all(0 <= one["drawn"] <= one["total"] for one in told["characters"])


def test_what_fontconfig_says_becomes_whole_ranges():
    drawn = glyphs.Glyphs([(0x41, 0x43), (0x44, 0x45), (0x20000, 0x20001), (0x42, 0x42)])
    assert drawn.missing("ABE F\U00020001\U00020002F") == "F\U00020002"
    by_name = {one.name: one.drawn for one in drawn.blocks()}
    assert (by_name["基本汉字"], by_name["扩展B"]) == (0, 2)


def test_fonts_are_asked_for_the_languages_that_the_room_offers(tmp_path, monkeypatch):
    assert len(parts.parts(["zh-CN", "en"])) + 2 == len(parts.parts(["zh-CN", "en", "ug", "bo", "za"]))
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = [one.sentence for one in parts.parts(["bo"]) if not one.there]
    assert any("藏文字体：没有安装" in one and "fonts-noto-core" in one for one in missing)


# --- on thermal paper


@pytest.mark.skipif(not RARE, reason="no font here has a character of Extension B to H")
def test_a_line_that_the_printer_has_no_characters_for_is_drawn():
    plain, rare = roll.Text("大坪村警务室"), roll.Text(f"{RARE}村警务室")
    assert RASTER not in escpos_bytes.made([plain], 80)
    made = escpos_bytes.made([plain, rare], 80)
    assert made.count(RASTER) == 1
    assert "大坪村警务室".encode("gb18030") in made
    nobody = drawn_text.picture("\U0002fffe" * len(RARE) + "村警务室", rare, 576)
    assert drawn_text.picture(rare.text, rare, 576).tobytes() != nobody.tobytes()


def test_a_line_from_right_to_left_begins_at_the_right():
    line = "ئۇيغۇر 12"
    assert drawn_text.is_beyond(line)
    assert [text.strip() for text, _ in drawn_text._ordered(line)][-1].startswith("ئ")


def test_a_machine_without_fontconfig_still_prints_every_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    drawn_text._font.cache_clear()
    assert RASTER in escpos_bytes.made([roll.Text("𱍐村")], 58)
    drawn_text._font.cache_clear()
