"""The catalogue of problems: each is a sentence and says what to do."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from edge.errors import CATALOGUE, Refused, problem

ROOT = Path(__file__).resolve().parent.parent
# tests look for the sentence of these on a page, or for the status of the answer, and not for the code
BY_THEIR_WORDS = frozenset(["aside_reason_missing", "complaint_closed", "complaint_empty", "defect_missing", "ferry_fork", "ferry_gap", "locked_key_wrong", "phone_slow", "post_missing", "rating_day", "rating_slow", "session_over", "suite_lapsed", "supply_not_now", "upgrade_older", "visit_not_here", "wall_shut", "wall_unknown"])  # fmt: skip  # a table
BY_THEIR_STATUS = frozenset({"method_not_allowed", "too_many_requests", "wrong_api_key"})


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_problem_says_what_is_wrong_and_what_to_do(code):
    entry = CATALOGUE[code]
    assert re.search("[一-龥]", entry.sentence)
    assert entry.hint.endswith("。")
    assert not entry.sentence.endswith("。")
    assert 400 <= entry.status < 600


def test_values_are_put_into_the_sentence():
    assert problem("port_in_use", port=8600).sentence == "端口 8600 已被占用"


def test_a_value_that_is_a_whole_sentence_brings_no_second_full_stop():
    refused = problem("centre_refused", detail="有两台机器在用本节点的编号。")
    assert str(refused) == "省级中心没有接受本机的上传：有两台机器在用本节点的编号。请联系省级中心的管理人员。"


def test_a_value_that_was_forgotten_does_not_hide_the_problem():
    assert problem("port_in_use").sentence == "端口 … 已被占用"


def test_an_unknown_code_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        problem("no_such_thing")


def test_refused_answers_carry_their_problems_and_their_number():
    refused = Refused(["one", "two"])
    assert refused.status == 422
    assert refused.sentence == "有 2 处内容需要修改"
    assert refused.problems == ["one", "two"]


def named_in(paths: Iterable[Path]) -> set[str]:
    """The codes that these sources write as a text."""
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return {code for code in CATALOGUE if any(f'"{code}"' in text for text in texts)}


def test_every_problem_of_the_catalogue_is_raised_somewhere():
    """`invalid_answers` is what Refused says."""
    sources = [path for package in ("edge", "forms", "kiosk", "sync") for path in (ROOT / package).rglob("*.py")]
    raising = named_in(path for path in sources if path.parent != ROOT / "edge" / "errors")
    assert set(CATALOGUE) - raising == {"invalid_answers"}


def test_every_problem_is_reached_by_a_test():
    """Named by its code; the others by what their page says, or by the status of the answer."""
    named = named_in((ROOT / "tests").glob("test_*.py"))
    assert set(CATALOGUE) - named - BY_THEIR_WORDS - BY_THEIR_STATUS == set()


def test_what_is_reached_by_its_words_is_looked_for_in_a_test():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*.py") if path != Path(__file__)]
    for code in BY_THEIR_WORDS:
        said = re.split(r"\{[^}]*\}|[，。；、“”]", f"{CATALOGUE[code].sentence}，{CATALOGUE[code].hint}")
        assert any(part in text for part in said if len(part) > 3 for text in texts), code
