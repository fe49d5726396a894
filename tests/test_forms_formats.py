"""The named formats: what is right, and how it is written."""

import pytest

from forms import formats

NAMES = ["王秀梅", "买买提·艾力", "བསྟན་འཛིན", "ئەخمەت", "𠮷田", "\ue863", "王〇", "ᠪᠠᠶᠠᠷ", "ᠰᠠ\u180eᠠ", "葛\U000e0100城"]
PASSPORT_NAMES = ["O'Brien-Smith", "D’Souza", "Đặng Thị", "SMITH, JOHN A.", "MUTHU S/O RAJU"]
STRANGE_NAMES = [
    "SMITH<<JOHN",
    "王*梅",
    "张三（李四）",
    "张三、李四",
    "王梅！",
    "王😀",
    "张Ⅲ",
    "a@b",
    "王_梅",
    "\u202e王",
    "+86",
]
RIGHT = {
    "cn-ric": ["11010519491231002X", "810000199408230021", "110224196001010011"],
    "cn-division": ["522425", "522425001", "522425001017"],
    "cn-phone": ["13800138000", "08571234567", "4001234567", "+85291234567", "7123456"],
    "person-name": [*NAMES, *PASSPORT_NAMES],
    "file-ref": ["sha256:" + "0a" * 32],
}
WRONG = {
    "cn-ric": ["", "11010519491231002x", "110105194912310021", "110105194902300021", "１１010519491231002X", "1" * 15],
    "cn-division": ["022425", "52242", "52242500101", "五二二四二五"],
    "cn-phone": ["12800138000", "1380013800", "110", "电话", "+0123456789"],
    "person-name": ["", "张三2", "长" * 51, "王\n梅", "···", "\x00", *STRANGE_NAMES],
    "file-ref": ["sha256:" + "0A" * 32, "sha256:0", "md5:" + "0a" * 16, ""],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in RIGHT.items() for text in texts])
def test_it_is_right(name, text):
    assert formats.FORMATS[name](formats.canonical(name, text))


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_it_is_wrong(name, text):
    assert not formats.FORMATS[name](text)


WRITTEN = [
    ("cn-ric", " 110105 1949-1231 002x", "11010519491231002X"),
    ("cn-ric", "护照 E123", "护照 E123"),
    ("cn-phone", "+86 138-0013-8000", "13800138000"),
    ("cn-phone", "（0857）1234567", "08571234567"),
    ("cn-phone", "０８５７－１２３４５６７", "08571234567"),
    ("cn-phone", "没有", "没有"),
    ("cn-division", "５２２４２５", "522425"),
    ("date", "２０２６-２-０１", "2026-02-01"),
    ("date", " 2026-2- ", " 2026-2- "),
    ("partial-date", "1958-3", "1958-03"),
    ("person-name", "买买提・艾力", "买买提·艾力"),
    ("person-name", "买买提.艾力", "买买提·艾力"),
    ("person-name", "买买提 ． 艾力", "买买提·艾力"),
    ("person-name", "王 秀 梅", "王秀梅"),
    ("person-name", "John  A. Smith", "John A. Smith"),
    ("person-name", "D`Souza\u2010Lee", "D'Souza-Lee"),
    ("person-name", "ཚེ་རིང་།", "ཚེ་རིང་"),
    ("person-name", "\ufeff王秀\u200b梅\u202e", "王秀梅"),
]


@pytest.mark.parametrize(("name", "typed", "written"), WRITTEN)
def test_it_is_written_canonically_and_a_second_time_changes_nothing(name, typed, written):
    assert formats.canonical(name, typed) == written
    assert formats.canonical(name, written) == written


def test_an_identity_number_tells_birth_and_sex():
    assert formats.birth_date("11010519491231002X") == "1949-12-31"
    assert formats.sex("11010519491231002X") == "2"


def test_an_age_is_full_on_the_birthday():
    assert formats.age("2000-02-29", "2026-02-28") == 25
    assert formats.age("2000-02-29", "2026-03-01") == 26


def test_a_new_area_is_only_unknown():
    assert formats.ric_area_known("110105194912310021")
    assert not formats.ric_area_known("990105194912310021")
