"""Pinyin and radicals: what letters find, how fuzzy sounds and names are heard, and that nothing odd breaks it."""

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import pinyin, radicals
from tests.kiosk_app import Citizen, kiosk_app, kiosk_node

ROOT = Path(__file__).resolve().parent.parent
UNIHAN = Path("/usr/share/unicode/Unihan_IRGSources.txt.bz2")
SYLLABLES = sorted(
    {"zhang", "fang", "feng", "fei", "fu", "fo", "niang", "nv", "shuang", "xing", "hui", "ang", "n", "ng"}
)


def found(letters, **how):
    return [one.text for one in pinyin.find(letters, **how)]


def script(name):
    """A script of packaging/assets, which is never importable."""
    spec = importlib.util.spec_from_file_location(f"assets_{name}", ROOT / "packaging" / "assets" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def citizen(home, clock):
    for node in kiosk_node(home, clock):
        visitor = Citizen(kiosk_app(node))
        visitor.get("/kiosk/find")
        yield visitor


def ask(citizen, address, question, token=None):
    headers = {"X-CSRF-Token": citizen.token if token is None else token}
    return citizen.client.post(f"/kiosk/keys/{address}", data=question, headers=headers)


@pytest.mark.parametrize(
    ("letters", "word"),
    [
        ("hukouben", "户口本"),
        ("paichusuo", "派出所"),
        ("w", "我"),
        ("xi'an", "西安"),
        ("nvr", "女人"),
        ("lvse", "绿色"),
        ("lue", "略"),
    ],
)
def test_letters_find_the_word_first(letters, word):
    assert found(letters)[0] == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("paicusuo", "派出所"),
        ("lanfang", "南方"),
        ("fukou", "户口"),
        ("zuzai", "住在"),
        ("sengfenzen", "身份证"),
        ("xin", "姓"),
        ("hen", "恒"),
        ("lan", "浪"),
    ],
)
def test_what_only_sounds_alike_is_found_too(typed, meant):
    assert meant in found(typed)


def test_what_was_typed_exactly_comes_before_what_only_sounds_alike():
    words = found("zuzai")
    assert words.index("组在") < words.index("住在") if "组在" in words else "住在" in words
    assert found("nan")[0] == "男"
    assert found("lan")[0] == "蓝"


def test_initials_and_a_word_that_is_only_begun_are_enough():
    assert "派出所" in found("pcs")
    assert "派出所" in found("paichus")
    assert "户口本" in found("hukoub")


def test_a_name_begins_with_a_surname_and_goes_on_without_one():
    assert found("wang", name=True, begins=True)[:2] == ["王", "汪"]
    assert found("wang")[0] != "王"
    assert found("ouyang", name=True, begins=True)[0] == "欧阳"
    assert found("zeng", name=True, begins=True)[0] == "曾"
    assert found("wang", name=True, begins=False) == found("wang")


def test_a_whole_name_is_offered_and_its_surname_right_behind_it():
    words = found("wangxiaohong", name=True, begins=True)
    assert words[0].startswith("王")
    assert len(words[0]) == 3
    assert words[1] == "王"


def test_a_word_says_how_many_letters_it_takes():
    assert [(one.text, one.taken) for one in pinyin.find("hukouben")][:2] == [("户口本", 8), ("户口", 5)]


@pytest.mark.parametrize(
    "letters", ["", "'", "'''", "1", "王", "a b", "zzzz zz", "%", "=pcs", "~wang", ".wan", "\t", "a\n", "ü"]
)
def test_what_is_no_pinyin_finds_nothing_and_marks_of_the_dictionary_are_no_letters(letters):
    assert found(letters) == []


@settings(max_examples=60, deadline=None)
@given(st.text("abcfghijnouvxz'", max_size=60))
def test_any_letters_give_a_bounded_answer_of_words_that_take_some_of_them(letters):
    answer = pinyin.find(letters, name=True, begins=True)
    assert len(answer) <= pinyin.FOUND_MAX
    assert all(0 < one.taken <= len(letters) for one in answer)
    assert len({one.text for one in answer}) == len(answer)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from(SYLLABLES), st.text("abcdefghinouvz", min_size=1, max_size=6)))
def test_the_dictionary_is_sorted_by_the_sounds_that_the_kiosk_hears(syllable):
    assert script("pinyin").fold(syllable) == pinyin.fold(syllable)


def test_characters_of_a_radical_come_by_strokes_and_those_of_the_standard_table_first():
    assert radicals.strokes("30")[3].startswith("吉")
    assert "𠮷" in radicals.strokes("30")[3]
    assert "𬭊" in radicals.strokes("167'")[7][:40]
    assert "𱁬" not in radicals.strokes("30")[3]


def test_a_radical_stands_by_the_strokes_of_each_of_its_forms():
    water = [(one.strokes, one.form) for one in radicals.radicals() if one.key == "85"]
    assert water == [(3, "氵"), (4, "水")]
    assert [one.strokes for one in radicals.radicals()] == sorted(one.strokes for one in radicals.radicals())


@pytest.mark.parametrize("key", ["", "0", "999", "30.3", "\n30", "30.", "#", "一"])
def test_what_is_no_radical_has_no_characters(key):
    assert radicals.strokes(key) == {}


def test_characters_of_extension_b_to_h_are_there():
    everything = {
        character for one in radicals.radicals() for row in radicals.strokes(one.key).values() for character in row
    }
    for block in (0x20000, 0x2A700, 0x2B740, 0x2B820, 0x2CEB0, 0x30000, 0x31350):
        assert chr(block) in everything, hex(block)
    assert len(everything) > 97_000


@pytest.mark.slow
@pytest.mark.skipif(not UNIHAN.exists(), reason="needs Debian's package unicode-data")
def test_the_table_of_radicals_is_what_unihan_says(tmp_path, monkeypatch):
    made = script("radicals")
    monkeypatch.setattr(made, "OUT", tmp_path / "radicals.txt")
    monkeypatch.setattr("sys.argv", ["radicals.py", str(UNIHAN.parent)])
    if "15.0.0" not in (UNIHAN.parent / "CJKRadicals.txt").read_text(encoding="utf-8")[:40]:
        pytest.skip("another version of Unicode is installed")
    assert made.main() == 0
    assert (tmp_path / "radicals.txt").read_bytes() == (ROOT / "kiosk" / "radicals.txt").read_bytes()


def test_a_page_asks_with_its_token_and_a_stranger_is_refused(citizen):
    question = json.dumps({"letters": "wang", "name": True, "begins": True})
    answer = ask(citizen, "words", question)
    assert answer.json["found"][0] == ["王", 4]
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(citizen, "words", question, token="0" * 64).status_code == 400
    assert ask(citizen, "radicals", json.dumps({"radical": "30"})).json["strokes"][3][0] == 3


ODD = (
    "",
    "{",
    "[]",
    "7",
    '"wang"',
    "{}",
    '{"letters": 7}',
    '{"letters": ["a"]}',
    '{"letters": "' + "a" * 90_000 + '"}',
)


def test_an_odd_question_gets_an_empty_or_bounded_answer(citizen):
    for question in ODD:
        answer = ask(citizen, "words", question)
        assert answer.status_code == 200, question
        assert len(answer.json["found"]) <= pinyin.FOUND_MAX
        assert ask(citizen, "radicals", question).status_code == 200


def test_nothing_that_was_typed_reaches_the_log_of_the_program(citizen, caplog):
    with caplog.at_level(0):
        ask(citizen, "words", json.dumps({"letters": "shangguanfeiyan"}))
    assert "shangguan" not in caplog.text
    assert "上官" not in caplog.text
