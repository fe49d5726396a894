"""SECURITY.md and the table behind it name only what is there, and count what they say."""

import re
from collections import Counter
from pathlib import Path

import pytest

from edge.unlocking import FILE_LABEL, SHEET_FILE
from sync.centre.data_classes import LIBRARIES
from sync.centre.settings import ABOUT

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
# requirements of levels 1 and 2 by chapter, without V9, V10 and V17; section -> the last number, less those of level 3
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16}
STATES = ("有", "部分", "主机", "单位", "不适用", "没有")
SHOWN = frozenset({"有", "部分"})  # what claims something names a test
CLAUSES = {
    1: "abcd",
    2: "abcdefg",
    3: "abcd",
    4: "abcdef",
    5: "",
    6: "",
    7: "ab",
    8: "ab",
    9: "abc",
    10: "ab",
    11: "ab",
}
NAMED = re.compile(r"`((?:make|sh|yizhan|tests/|packaging/|build/)[^`]*)`")


def rows() -> list[list[str]]:
    lines = (ROOT / "tests" / "asvs.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def missing(evidence: str) -> str:
    """Why a test is none, "" for one that is there. `evidence`: file, or file::test."""
    name, _, test = evidence.partition("::")
    path = ROOT / "tests" / f"{name}.py"
    if not path.is_file():
        return f"{evidence}: no such file"
    source = path.read_text(encoding="utf-8")
    if test and not re.search(rf"^def {test}\(", source, re.MULTILINE):
        return f"{evidence}: no such test"
    return "" if re.search(r"^def test_", source, re.MULTILINE) else f"{evidence}: no test in it"


def test_every_requirement_of_level_two_is_there_once():
    numbers = [row[0] for row in rows()]
    assert len(numbers) == len(set(numbers)) == sum(CHAPTERS.values()) == 210
    assert Counter(int(number.split(".")[0]) for number in numbers) == CHAPTERS
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


def test_every_requirement_has_a_state_and_words_and_what_claims_something_names_a_test():
    for number, state, words, evidence in rows():
        assert state in STATES, number
        assert words, number
        assert bool(evidence) == (state in SHOWN), number


def test_every_test_that_a_requirement_names_is_there():
    assert [fault for row in rows() for one in row[3].split() if (fault := missing(one))] == []


def test_a_test_that_is_not_there_is_noticed():
    assert missing("test_nothing") == "test_nothing: no such file"
    assert missing("test_security_doc::test_gone") == "test_security_doc::test_gone: no such test"
    assert missing("conftest") == "conftest: no test in it"


def test_the_page_counts_as_the_table_does():
    counts = Counter(row[1] for row in rows())
    assert "，".join(f"{state} {counts[state]}" for state in STATES) in TEXT
    for row in rows():
        if row[1] == "没有":
            assert row[0] in TEXT


@pytest.mark.parametrize("named", sorted(set(NAMED.findall(TEXT))))
def test_every_file_and_command_that_the_page_names_is_there(named):
    words = named.split()
    if words[0] == "make":
        target = re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        benches = [word.removeprefix("ONLY=") for word in words[2:]]
        assert target
        assert all((ROOT / "tests" / f"bench_{name}.py").is_file() for name in benches)
    elif words[0] == "sh":
        assert (ROOT / words[1]).is_file()
    elif words[0] == "yizhan":
        assert words[1] in (ROOT / "README.md").read_text(encoding="utf-8")
    elif words[0] != "build/proof.json":  # which `make proof` writes
        assert (ROOT / words[0]).is_file()


def test_the_twenty_rows_are_twenty_and_each_says_its_figure_and_its_command():
    found = re.findall(r"^\| (\d+) \|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|$", TEXT, re.MULTILINE)
    assert [int(row[0]) for row in found] == list(range(1, 21))
    assert all(cell.strip() for row in found for cell in row)
    assert all("`" in row[3] for row in found)


def test_every_clause_of_the_computing_environment_has_a_status_and_a_claim_names_a_test():
    found = re.findall(r"^\| (8\.1\.4\.\d+)(?: ([a-g]))? [^|]+\| ([品机单 ]+) \|([^|]+)\|$", TEXT, re.MULTILINE)
    wanted = [(f"8.1.4.{part}", letter) for part, letters in CLAUSES.items() for letter in letters or [""]]
    assert [(number, letter) for number, letter, _, _ in found] == wanted
    assert len(wanted) == 34
    for number, letter, state, words in found:
        if "品" in state:
            assert "`tests/test_" in words, (number, letter)


def test_the_list_of_keys_names_every_setting_that_holds_one():
    keys = TEXT.partition("密钥清册")[2].partition("数据分级")[0]
    held = {name for name in ABOUT if name.endswith("_file")}
    assert held >= {"key_file", "identity_file", "supervisor_file", "recovery_file"}  # the control
    assert [name for name in sorted({*held, FILE_LABEL, SHEET_FILE}) if f"`{name}`" not in keys] == []


def test_the_levels_of_data_are_those_of_the_program():
    found = re.findall(r"^\| (\d) \| (\w+库) \|", TEXT.partition("数据分级")[2], re.MULTILINE)
    assert found == [(str(one.level), one.title) for one in LIBRARIES.values()]
