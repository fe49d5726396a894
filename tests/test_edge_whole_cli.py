"""A composed service by `yizhan apply` and `yizhan show`, and its faults by `yizhan forms check`."""

import json

import pytest
from PIL import Image
from programs import ask, run

from forms.definition import PACKAGED

SERVICE = "xinshenger-chusheng"


@pytest.fixture
def given(tmp_path):
    """(file of answers, words for its photographs)."""
    sample = json.loads((PACKAGED / f"{SERVICE}.json").read_text("utf-8"))["x-samples"]["valid"][0]
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(sample["answers"], ensure_ascii=False), encoding="utf-8")
    words = []
    for place, material in enumerate(sample["materials"]):
        Image.new("RGB", (320, 240), (200, 40 * place, 90)).save(tmp_path / f"{place}.jpg")
        words += ["--material", f"{material['slot']}={tmp_path / f'{place}.jpg'}"]
    return path, words


def test_apply_files_the_whole_with_its_parts_and_show_lists_them(home, given):
    path, words = given
    apply = ("apply", SERVICE, path, "--token", "token-0001", *words, "--home", home)
    first, again = ask("apply", *apply), ask("apply", *apply)
    assert (first["created"], again["created"], again["number"]) == (True, False, first["number"])
    whole = ask("show", "show", first["number"], "--home", home)
    assert whole["summary"] == "共 4 项"
    assert [one["code"] for one in whole["parts"]] == ["household", "vaccine", "insurance", "card"]
    part = ask("show", "show", whole["parts"][1]["number"], "--home", home)
    assert (part["whole"], part["service"]["id"]) == (first["number"], "yufang-jiezhongzheng")
    assert [one["held"] for one in part["materials"]] == [True, True]
    code, said, _ = run("show", first["number"], "--home", home)
    assert code == 0
    assert f"出生登记  {whole['parts'][0]['number']}  已收件" in said


def test_a_whole_that_leaves_a_part_without_an_answer_is_found_by_the_check(tmp_path):
    raw = json.loads((PACKAGED / f"{SERVICE}.json").read_text("utf-8"))
    del raw["x-service"]["parts"][1]["answers"]["/home"]
    path = tmp_path / "whole.json"
    path.write_text(json.dumps(raw, ensure_ascii=False, indent=1), encoding="utf-8")
    code, said, _ = run("forms", "check", path)
    assert code == 1
    assert "“预防接种证办理”要填的“/home/address”没有来源" in said
