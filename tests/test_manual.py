"""The manual can't go stale: its pictures come from walks, its pages are there, its words stand on the screens."""

import importlib.util
import re
from pathlib import Path

import pytest
from PIL import Image

from edge import manual
from edge.routes import rule_of
from edge.staff import context, screens

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "edge" / "handbook" / "pictures"
OWN = [one for one in manual.CHAPTERS if one.id != "new-service"]
ALL_BYTES_MAX = 2_000_000
# what people say, and no screen
SPEECH = frozenset({"给娃上户口"})


@pytest.fixture(scope="module")
def packing():
    spec = importlib.util.spec_from_file_location("packaging_manual", ROOT / "packaging" / "manual.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def screens_say() -> str:
    files = [*(ROOT / "edge").rglob("*.html"), *(ROOT / "edge").rglob("*.py")]
    return "".join(path.read_text(encoding="utf-8") for path in files if path.name != "manual.py")


def test_a_test_takes_every_picture_of_the_manual(packing):
    taken = packing.taken()
    assert len(packing.wanted()) > 20
    assert [name for name in packing.wanted() if name not in taken] == []


def test_a_picture_that_no_test_takes_is_noticed(packing, tmp_path):
    walk = tmp_path / "test_walk.py"
    walk.write_text('shot(page, "one")\nshot(page, f"two-{x}")\nother(page, "three")\n')
    assert list(packing._shots(walk)) == ["one"]


def test_the_pictures_are_there_and_small(packing):
    files = {path.stem: path for path in PICTURES.glob("*.webp")}
    assert sorted(files) == packing.wanted()
    sizes = [path.stat().st_size for path in files.values()]
    assert max(sizes) <= packing.BYTES_MAX
    assert sum(sizes) <= ALL_BYTES_MAX
    for path in files.values():
        with Image.open(path) as picture:
            assert picture.format == "WEBP"


def test_a_picture_is_made_small_enough_or_refused(packing, tmp_path, monkeypatch):
    import random

    monkeypatch.setattr(packing, "BYTES_MAX", 3000)
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(200 * 200 * 3))
    noise.save(tmp_path / "noise.png")
    with pytest.raises(ValueError, match="stays larger"):
        packing.small(tmp_path / "noise.png")
    Image.new("RGB", (3000, 200), "white").save(tmp_path / "plain.png")
    assert len(packing.small(tmp_path / "plain.png")) < 2000


@pytest.mark.parametrize("chapter", manual.CHAPTERS, ids=lambda one: one.id)
def test_every_page_that_a_chapter_leads_to_exists(chapter):
    known = {f"staff.{route.endpoint}" for route in screens.ROUTES if "GET" in route.methods}
    for _, endpoint in manual.LINK.findall(chapter.body):
        assert endpoint in known, endpoint
        assert "<" not in rule_of(endpoint).rule, f"{endpoint} needs to be told which one"
    assert chapter.title


def test_every_quoted_word_of_the_manual_stands_on_a_screen():
    said = screens_say()
    quoted = {(one.id, words) for one in OWN for words in re.findall(r"“([^”]+)”", one.body)}
    assert len(quoted) > 20
    assert sorted((name, words) for name, words in quoted if words not in said and words not in SPEECH) == []


def test_every_module_that_a_chapter_explains_exists_and_every_line_of_the_menu_is_explained():
    shown = {route.endpoint.partition("_")[0] for route in screens.ROUTES}
    explained = {part for one in manual.CHAPTERS for part in one.parts}
    assert explained - shown == set()
    for title, _, view, _ in context.MENU:
        assert view.partition("_")[0] in explained, f"no chapter explains {title}"


def test_no_page_is_explained_by_two_chapters():
    parts = [part for one in manual.CHAPTERS for part in one.parts]
    assert sorted(set(parts)) == sorted(parts)


def test_the_search_finds_sections_by_words_of_two_characters():
    assert [one.section.heading for one in manual.search("取件码")][:1] == ["交给本人"]
    assert "停电" in manual.search("停电")[0].section.heading
    assert all("签收" in f"{one.section.heading}{one.section.words}" for one in manual.search("签收"))
    assert manual.search("两边 约重")[0].section.chapter.id == "queue"
    assert manual.search("") == manual.search("不会有的话") == []


def test_what_is_excerpted_holds_what_was_looked_for():
    for one in manual.search("凭证"):
        assert "凭证" in one.excerpt or "凭证" in one.section.heading


def test_marks_of_pictures_and_links_are_no_words():
    for one in OWN:
        for section in manual.sections(one):
            assert not re.search(r"[\[\]]|staff\.", section.words), section.words
