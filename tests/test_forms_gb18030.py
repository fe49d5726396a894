"""GB 18030-2022: every character goes out and comes back; the places that Python's codec has by an older edition."""

import copy
import csv
import io
import json

import pytest

from forms import gb18030
from forms.definition import packaged
from tests.browsing import chromium, leaves
from tests.kiosk_app import jpeg
from tests.programs import NODE, ask, run

MOVED = gb18030.MOVED_2005 + gb18030.MOVED_2022
BMP = [code for code in range(0x10000) if not 0xD800 <= code < 0xE000]
# extensions B to H of the CJK ideographs and the compatibility supplement: where rare names are
PLANES = [range(0x20000, 0x2FA20), range(0x30000, 0x323B0)]


@pytest.mark.parametrize(("code", "character", "private"), MOVED)
def test_a_code_means_the_character_and_no_longer_private_use(code, character, private):
    assert gb18030.encode(chr(character)) == bytes.fromhex(code)
    assert gb18030.decode(bytes.fromhex(code)) == chr(character)
    assert bytes.fromhex(code).decode("gb18030") == chr(private)  # Python's own: the reason for this module
    assert len(gb18030.encode(chr(private))) == 4
    assert gb18030.decode(gb18030.encode(chr(private))) == chr(private)


def test_the_three_places_that_names_and_forms_meet():
    assert gb18030.encode("\u9fb4\u1e3f\ufe10").hex() == "fe59a8bca6d9"


def test_the_edition_of_2022_moved_eighteen():
    assert len(gb18030.MOVED_2022) == 18
    assert {code for code, *_ in gb18030.MOVED_2022} == {
        "A6D9", "A6DA", "A6DB", "A6DC", "A6DD", "A6DE", "A6DF", "A6EC", "A6ED", "A6F3",
        "FE59", "FE61", "FE66", "FE67", "FE6D", "FE7E", "FE90", "FEA0",
    }  # fmt: skip  # a table


def test_the_whole_of_the_bmp_goes_out_and_comes_back_and_no_two_share_a_code():
    codes = {gb18030.encode(chr(code)) for code in BMP}
    assert len(codes) == len(BMP)
    assert all(gb18030.decode(gb18030.encode(chr(code))) == chr(code) for code in BMP)


@pytest.mark.parametrize("plane", PLANES, ids=["B to F", "G and H"])
def test_the_extensions_go_out_and_come_back(plane):
    text = "".join(map(chr, plane))
    data = gb18030.encode(text)
    assert len(data) == 4 * len(text)
    assert gb18030.decode(data) == text


def test_every_two_byte_code_comes_back_as_it_was():
    tails = [*range(0x40, 0x7F), *range(0x80, 0xFF)]
    for first in range(0x81, 0xFF):
        data = b"".join(bytes((first, tail)) for tail in tails)
        assert gb18030.encode(gb18030.decode(data)) == data


def test_half_a_character_has_no_code():
    with pytest.raises(UnicodeEncodeError):
        gb18030.encode("\ud842")


@pytest.mark.browser
def test_a_browser_reads_the_codes_in_the_same_way():
    read = """hex => [...new TextDecoder('gb18030').decode(new Uint8Array(hex.match(/../g).map(h => parseInt(h, 16))))].join('')"""
    kept = ["FE51", "FE52", "FE53", "FE6C", "FE76", "FE91"]
    text = "王\ue816·𠮷\u1e3f" + "".join(chr(character) for _, character, _ in MOVED)
    with chromium() as browser:
        page = browser.new_page()
        assert [page.evaluate(read, code) for code, *_ in MOVED] == [chr(character) for _, character, _ in MOVED]
        assert [page.evaluate(read, code) for code in kept] == [gb18030.decode(bytes.fromhex(code)) for code in kept]
        assert page.evaluate(read, gb18030.encode(text).hex()) == text
        page.close()


# --- the command

RARE = "𠮷\u9fb4\u00b7\u1e3f\u7edf"


@pytest.fixture
def filed(tmp_path):
    """(home, number) of an application whose applicant has a name that old systems know by other codes."""
    home, file = tmp_path / "node", tmp_path / "answers.json"
    ask("init", "init", "--home", home, "--node", NODE, "--room", "大坪村警务室")
    sample = copy.deepcopy(packaged()["juzhu-dengji"].samples["valid"][0]["answers"])
    sample["applicant"]["name"] = RARE
    file.write_text(json.dumps(_without_files(sample), ensure_ascii=False), encoding="utf-8")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg())
    wanted = [place for place, value in leaves(sample) if str(value).startswith("sha256:")]
    materials = [word for place in wanted for word in ("--material", f"{place}={photo}")]
    answer = ask("apply", "apply", "juzhu-dengji", file, "--token", "gb-18030", *materials, "--home", home)
    return home, answer["number"]


def _without_files(value):
    if isinstance(value, dict):
        return {key: _without_files(one) for key, one in value.items() if not str(one).startswith("sha256:")}
    return [_without_files(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_the_answers_go_into_a_table_for_an_old_system_and_come_back(filed, tmp_path, encoding):
    home, number = filed
    out = tmp_path / "answers.csv"
    ask("show", "show", number, "--csv", out, "--encoding", encoding, "--home", home)
    data = out.read_bytes()
    text = gb18030.decode(data) if encoding == "gb18030" else data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["办件号"] for row in rows} == {number}
    name = next(row for row in rows if row["位置"] == "/applicant/name")
    assert (name["内容"], name["代码"]) == (RARE, RARE)
    if encoding == "gb18030":
        assert b"\xfe\x59" in data
        assert b"\xa8\xbc" in data


def test_a_table_that_cannot_be_written_is_told_and_leaves_nothing(filed, tmp_path):
    home, number = filed
    code, _, err = run("show", number, "--csv", tmp_path / "none" / "answers.csv", "--home", home)
    assert code == 1
    assert "写不进去" in err
    assert not (tmp_path / "none").exists()
